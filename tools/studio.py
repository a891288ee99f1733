"""A small photo studio in Cycles: soft key, fill and rim light, a backdrop, a three-quarter view framed on the prop."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

SIZE_PX = 768
SAMPLES = 16  # denoised; on two cores 16 samples take about 20 s, 64 a minute and a half for no visible gain
AZIMUTH_DEG, ELEVATION_DEG, LENS_MM = 35.0, 22.0, 70.0


def render_thumbnail(bpy: Any, obj: Any, path: Path) -> None:
    """Render the prop into `path`; camera, lights and backdrop are taken away again."""
    before = set(bpy.data.objects)
    scene = bpy.context.scene
    points = np.array([obj.matrix_world @ v.co for v in obj.data.vertices])
    centre, radius = (points.min(0) + points.max(0)) / 2, float(np.linalg.norm(np.ptp(points, axis=0))) / 2
    add_backdrop(bpy, scene, points[:, 2].min(), centre, radius)
    add_lights(bpy, scene, centre, radius)
    add_camera(bpy, scene, points)
    set_world(bpy, scene)
    render = scene.render
    render.engine, render.resolution_x, render.resolution_y = "CYCLES", SIZE_PX, SIZE_PX
    render.resolution_percentage, render.image_settings.file_format = 100, "PNG"
    scene.cycles.device, scene.cycles.samples, scene.cycles.use_denoising = "CPU", SAMPLES, True
    scene.cycles.max_bounces, scene.cycles.diffuse_bounces, scene.cycles.caustics_reflective = 4, 2, False
    scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold = True, 0.05
    scene.view_settings.view_transform = "AgX"
    scene.view_settings.look = "AgX - Medium High Contrast"
    render.filepath = str(path)
    with quiet_stdout():
        bpy.ops.render.render(write_still=True)
    for added in set(bpy.data.objects) - before:
        bpy.data.objects.remove(added)
    bpy.ops.outliner.orphans_purge(do_recursive=True)


@contextmanager
def quiet_stdout() -> Iterator[None]:
    """Without a window Blender prints a line a tile: nothing that the reader of `make prop` wants."""
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def link(bpy: Any, scene: Any, name: str, data: Any) -> Any:
    obj = bpy.data.objects.new(name, data)
    scene.collection.objects.link(obj)
    return obj


def direction(azimuth_deg: float, elevation_deg: float) -> np.ndarray:
    """Unit vector towards a viewpoint; azimuth 0 is the front (-Y), 90 is +X."""
    a, e = math.radians(azimuth_deg), math.radians(elevation_deg)
    return np.array([math.cos(e) * math.sin(a), -math.cos(e) * math.cos(a), math.sin(e)])


def aim(obj: Any, at: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Put `obj` at `at`, looking at `target`; returns its rotation (rows right, up, back)."""
    from mathutils import Vector  # noqa: PLC0415  (comes with bpy)

    obj.location = at
    turn = Vector(target - at).to_track_quat("-Z", "Y")
    obj.rotation_euler = turn.to_euler()
    return np.array(turn.to_matrix()).T


def add_camera(bpy: Any, scene: Any, points: np.ndarray) -> None:
    """A camera as near as it can be with every vertex inside the frame, the picture centred on the prop."""
    data = bpy.data.cameras.new("Camera")
    data.lens, data.sensor_width = LENS_MM, 36.0
    camera = link(bpy, scene, "Camera", data)
    back = direction(AZIMUTH_DEG, ELEVATION_DEG)
    axes = aim(camera, back, np.zeros(3))
    slope = data.sensor_width / 2 / LENS_MM * 0.84  # a margin around the prop
    local = points @ axes.T  # right, up, back of every vertex
    position = np.zeros(3)
    for axis in (0, 1):  # two planes of the frustum bound the vertices on each axis
        high, low = (local[:, axis] + slope * local[:, 2]).max(), (local[:, axis] - slope * local[:, 2]).min()
        position[axis], depth = (high + low) / 2, (high - low) / 2 / slope
        position[2] = max(position[2], depth)
    camera.location = position @ axes
    data.clip_end = max(1000.0, position[2] * 10)
    data.clip_start = position[2] / 100
    scene.camera = camera


def add_lights(bpy: Any, scene: Any, centre: np.ndarray, radius: float) -> None:
    """Key from the front left, a weak fill from the right, a rim from behind; power grows with the size squared."""
    lights = (("Key", -30, 48, 1.6, 46.0), ("Fill", 80, 25, 2.2, 11.0), ("Rim", 205, 45, 1.2, 40.0))
    for name, azimuth, elevation, size, power in lights:
        data = bpy.data.lights.new(name, "AREA")
        data.size, data.energy = size * radius, power * radius**2 * 4
        light = link(bpy, scene, name, data)
        aim(light, centre + direction(azimuth, elevation) * radius * 4, centre)


def add_backdrop(bpy: Any, scene: Any, floor: float, centre: np.ndarray, radius: float) -> None:
    """A seamless sweep: a floor that curves up behind the prop, seen from the camera."""
    width, turn, bend = 40 * radius, math.radians(AZIMUTH_DEG), 3 * radius
    profile = [(-30 * radius, 0.0), (6 * radius, 0.0)]
    arc = np.linspace(0, math.pi / 2, 17)[1:]
    profile += [(6 * radius + bend * math.sin(a), bend * (1 - math.cos(a))) for a in arc]
    profile.append((6 * radius + bend, 30 * radius))
    vertices = [(side * width, along, up) for along, up in profile for side in (-1, 1)]
    faces = [(2 * i, 2 * i + 1, 2 * i + 3, 2 * i + 2) for i in range(len(profile) - 1)]
    mesh = bpy.data.meshes.new("Backdrop")
    mesh.from_pydata(vertices, [], faces)
    mesh.shade_smooth()
    material = bpy.data.materials.new("Backdrop")
    if not material.node_tree:
        material.use_nodes = True
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value, shader.inputs["Roughness"].default_value = (0.36, 0.37, 0.39, 1), 0.9
    mesh.materials.append(material)
    backdrop = link(bpy, scene, "Backdrop", mesh)
    backdrop.location, backdrop.rotation_euler[2] = (centre[0], centre[1], floor), turn


def set_world(bpy: Any, scene: Any) -> None:
    """A dim, slightly cool surrounding light."""
    world = scene.world or bpy.data.worlds.new("World")
    scene.world = world
    if not world.node_tree:
        world.use_nodes = True
    for node in world.node_tree.nodes:
        if node.type == "BACKGROUND":
            node.inputs["Color"].default_value, node.inputs["Strength"].default_value = (0.8, 0.88, 1.0, 1.0), 0.3
