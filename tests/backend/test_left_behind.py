"""What a refined GLB does not keep is said, by name; a file that is kept whole gives no such note."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.drawing import Drawing, Drawn
from backend.incoming import read_object
from backend.left_behind import left_behind, left_by_a_new_shape
from backend.textures import Textures

from .gltf_files import Written

PLAIN: dict[str, Any] = {
    "materials": [
        {"alphaMode": "OPAQUE", "doubleSided": False, "emissiveFactor": [0, 0, 0], "pbrMetallicRoughness": {}}
    ],
    "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
    "nodes": [{"mesh": 0}],
}


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"materials": [{"extensions": {"KHR_materials_clearcoat": {}}}]}, "clearcoat"),
        ({"nodes": [{"mesh": 0, "skin": 0}]}, "skins"),
        ({"animations": [{}]}, "animations"),
        ({"meshes": [{"primitives": [{"attributes": {}, "targets": [{}]}]}]}, "morph targets"),
    ],
)
def test_what_is_left_behind_is_named(more: dict[str, Any], named: str) -> None:
    """Each feature alone is named once, and nothing else is; what is carried along and glossiness are none."""
    assert list(left_behind(PLAIN | more)) == [("glb-left-behind", f"The refined file does not keep its {named}.")]
    kept = {"alphaMode": "MASK", "doubleSided": True, "emissiveFactor": [1, 1, 1], "occlusionTexture": {"index": 0}}
    for extension in ("KHR_materials_pbrSpecularGlossiness", "KHR_materials_emissive_strength"):
        assert list(left_behind(PLAIN | {"materials": [{**kept, "extensions": {extension: {}}}]})) == []
    assert list(left_behind(PLAIN)) == list(left_behind({})) == []


def test_the_note_comes_with_the_object(tmp_path: Path) -> None:
    """A lacquered GLB is read with one note that names it; a plain one is read without."""
    for extensions, named in (({"KHR_materials_clearcoat": {"clearcoatFactor": 1}}, "clearcoat."), ({}, "")):
        file = Written()
        file.node(file.mesh(file.add("materials", extensions=extensions)))
        said = dict(read_object(str(file.glb(tmp_path / "in.glb")), 64).notes).get("glb-left-behind", "")
        assert said.endswith(named) and bool(said) == bool(named)


def test_a_new_shape_leaves_more_behind() -> None:
    """Of an object that is meshed anew each kept feature is named; of a plain one none."""
    flat = np.zeros((4, 4), np.uint8)
    colours = np.zeros((4, 4, 3), np.uint8)
    plain = Textures(colours, colours, flat, flat)
    every = Textures(colours, colours, flat, flat, alpha=flat, emission=colours, occlusion=flat)
    named = "transparency, double-sidedness, emission, occlusion map"
    drawn = Drawn((Drawing(), Drawing("MASK", double_sided=True)))
    assert list(left_by_a_new_shape(plain, Drawn())) == []
    assert list(left_by_a_new_shape(every, drawn)) == [("glb-left-behind", f"A new shape does not keep its {named}.")]
