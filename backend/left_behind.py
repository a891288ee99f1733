"""Owns what a glTF holds that the refined file will not: it is one opaque mesh of four maps, and says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# of materials; these change how maps are read, and are heeded or refused where they are
READ = {"KHR_materials_pbrSpecularGlossiness", "KHR_texture_transform"}


def left_behind(tree: dict[str, Any]) -> list[tuple[str, str]]:
    """The note (code, sentence) for a file's JSON; none where nothing is lost."""
    notes: list[tuple[str, str]] = []
    if found := sorted({*_of_looks(tree), *_of_shapes(tree)}):
        notes.append(("glb-left-behind", f"The refined file does not keep its {', '.join(found)}."))
    return notes


def _of_looks(tree: dict[str, Any]) -> Iterator[str]:
    for material in tree.get("materials", []):
        if material.get("alphaMode", "OPAQUE") != "OPAQUE":
            yield "transparency"
        if material.get("doubleSided"):
            yield "double-sidedness"
        if any(material.get("emissiveFactor", ())):
            yield "emission"
        if "occlusionTexture" in material:
            yield "occlusion map"
        yield from (name.removeprefix("KHR_materials_") for name in set(material.get("extensions", {})) - READ)


def _of_shapes(tree: dict[str, Any]) -> Iterator[str]:
    if any("skin" in node for node in tree.get("nodes", [])):
        yield "skins"
    if tree.get("animations"):
        yield "animations"
    if any("targets" in part for mesh in tree.get("meshes", []) for part in mesh["primitives"]):
        yield "morph targets"
