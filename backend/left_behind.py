"""Owns what of a glTF the refined file will not hold, and says so: its hidden data, and with a new shape what maps cover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .drawing import STRENGTH, Drawn
from .textures import Textures

# of materials; these are carried along, or change how maps are read, and are heeded or refused where they are
READ = {"KHR_materials_pbrSpecularGlossiness", STRENGTH, "KHR_texture_transform"}


def left_behind(tree: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The note (code, sentence) for a file's JSON; none where nothing is lost."""
    if lost := sorted({*_of_looks(tree), *_of_shapes(tree)}):
        yield "glb-left-behind", f"The refined file does not keep its {', '.join(lost)}."


def left_by_a_new_shape(textures: Textures, drawn: Drawn) -> Iterator[tuple[str, str]]:
    """The note (code, sentence) for an object that is meshed anew; none where nothing is lost."""
    had = {
        "transparency": any(drawing.mode != "OPAQUE" for drawing in drawn.drawings),
        "double-sidedness": any(drawing.double_sided for drawing in drawn.drawings),
        "emission": textures.emission is not None,
        "occlusion map": textures.occlusion is not None,
    }
    if lost := [name for name, there in had.items() if there]:
        yield "glb-left-behind", f"A new shape does not keep its {', '.join(lost)}."


def shown_whole(textures: Textures, drawn: Drawn) -> Iterator[tuple[str, str]]:
    """The note (code, sentence) for an object of which something is cut out or see-through: views and thumbnail ignore that."""
    if textures.alpha is not None and any(drawing.mode != "OPAQUE" for drawing in drawn.drawings):
        yield "shown-whole", "Its alpha is kept, but its pictures here, and what it is painted from, show it whole."


def _of_looks(tree: dict[str, Any]) -> Iterator[str]:
    for material in tree.get("materials", []):
        yield from (name.removeprefix("KHR_materials_") for name in set(material.get("extensions", {})) - READ)


def _of_shapes(tree: dict[str, Any]) -> Iterator[str]:
    if any("skin" in node for node in tree.get("nodes", [])):
        yield "skins"
    if tree.get("animations"):
        yield "animations"
    if any("targets" in part for mesh in tree.get("meshes", []) for part in mesh["primitives"]):
        yield "morph targets"
