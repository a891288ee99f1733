"""Blender-side services: registration, preferences, properties, the worker's Python, the timer, what lands in the scene."""
