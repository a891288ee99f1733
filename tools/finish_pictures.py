"""Renders the pictures of docs/finish.md from finished props: `finish_pictures.py RESULT_FOLDER [RESULT_FOLDER ...] OUT`."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path
from typing import Any

import bpy
import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SIZE_PX, SAMPLES = 256, 6
LOOKS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("as made", {}),
    ("Tint", {"tint": (0.12, 0.3, 0.75), "tint_amount": 0.85}),
    ("Wear", {"wear": 0.8, "wear_colour": (0.75, 0.71, 0.64)}),
    ("Roughness -0.4, Metallic +0.6", {"roughness": -0.4, "metallic": 0.6}),
)


def package() -> str:
    """The extension under the name of its checkout's folder, registered as Blender would."""
    sys.path.insert(0, str(ROOT.parent))
    importlib.import_module(f"{ROOT.name}.addon.registration").register()
    return f"{ROOT.name}.addon"


def prop(name: str, folder: Path, addon: str) -> Any:
    """The prop of a result folder in an empty scene, active and selected."""
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    scenes, materials = (importlib.import_module(f"{addon}.{n}") for n in ("scene", "materials"))
    mesh = scenes.build_mesh(name, scenes.read_arrays(folder / "mesh.npz"), 1.0)
    mesh.materials.append(materials.build_material(name, materials.load_images(name, folder)))
    obj = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(obj)
    obj.rotation_euler.z = np.radians(-28)  # a three-quarter view
    obj.select_set(True)
    bpy.context.view_layer.objects.active = obj
    bpy.context.view_layer.update()
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.device, scene.cycles.samples = "CYCLES", "CPU", SAMPLES
    scene.cycles.use_denoising, scene.cycles.max_bounces, scene.cycles.diffuse_bounces = True, 3, 1
    scene.render.resolution_x = scene.render.resolution_y = SIZE_PX
    return obj


def rendered(path: Path) -> Image.Image:
    bpy.context.scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)
    return Image.open(path).convert("RGB")


def turned_light(obj: Any) -> None:
    """The preview light seen from the front of the scene, not of the turned prop."""
    turn, obj.rotation_euler.z = obj.rotation_euler.z, 0.0
    bpy.context.view_layer.update()
    bpy.ops.propsmith.preview_light(turntable=True, frames=8)
    obj.rotation_euler.z = turn


def sheet(pictures: list[Image.Image], path: Path) -> None:
    """Side by side, in 256 colours: a third of the size, and no difference to be seen."""
    wide = Image.new("RGB", (sum(p.width for p in pictures), pictures[0].height))
    for number, picture in enumerate(pictures):
        wide.paste(picture, (sum(p.width for p in pictures[:number]), 0))
    wide.quantize(256).save(path, optimize=True)


def main(folders: list[Path], out: Path) -> None:
    addon, scratch = package(), out / ".finish.png"
    obj = prop("Prop", folders[0], addon)
    turned_light(obj)
    pictures = []
    for _, values in LOOKS:
        bpy.ops.propsmith.look_reset()
        for name, value in values.items():
            setattr(obj.active_material.propsmith_look, name, value)
        pictures.append(rendered(scratch))
    sheet(pictures, out / "finish-sliders.png")
    obj = prop("Prop", folders[-1], addon)
    turned_light(obj)
    pictures = []
    for frame in (1, 5):
        bpy.context.scene.frame_set(frame)
        pictures.append(rendered(scratch))
    sheet(pictures, out / "finish-turntable.png")
    obj = prop("Prop", folders[0], addon)
    turned_light(obj)
    bpy.ops.propsmith.make_lods(hidden=False)
    levels = sorted((o for o in bpy.data.objects if "propsmith_lod" in o), key=lambda o: o.name)
    pictures, obj.hide_render = [], True
    for shown in (levels[0], levels[1], levels[3], levels[-1]):
        for level in levels:
            level.hide_render = level is not shown
        shown.modifiers.new("Wire", "WIREFRAME").thickness = 0.004
        pictures.append(rendered(scratch))
    sheet(pictures, out / "finish-lods.png")
    scratch.unlink()
    sys.stdout.flush()
    os._exit(0)  # bpy 4.5 hangs at its end while classes are registered


if __name__ == "__main__":
    main([Path(a) for a in sys.argv[1:-1]], Path(sys.argv[-1]))
