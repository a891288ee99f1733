"""The worker's package: everything that needs torch. Keep this file empty of imports: Blender imports four modules of it."""
