"""Blender-side services: preferences, properties, the worker, the timer, what lands in the scene."""
