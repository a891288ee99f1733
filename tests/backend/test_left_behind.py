"""What a refined GLB does not keep is said, by name; a plain file gives no such note."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import trimesh
from trimesh.visual import TextureVisuals
from trimesh.visual.material import PBRMaterial

from backend.incoming import read_object
from backend.left_behind import left_behind

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
        ({"materials": [{"alphaMode": "MASK"}, {"alphaMode": "BLEND"}]}, "transparency"),
        ({"materials": [{"doubleSided": True}]}, "double-sidedness"),
        ({"materials": [{"emissiveFactor": [0, 0.5, 0]}]}, "emission"),
        ({"materials": [{"occlusionTexture": {"index": 0}}]}, "occlusion map"),
        ({"materials": [{"extensions": {"KHR_materials_clearcoat": {}}}]}, "clearcoat"),
        ({"nodes": [{"mesh": 0, "skin": 0}]}, "skins"),
        ({"animations": [{}]}, "animations"),
        ({"meshes": [{"primitives": [{"attributes": {}, "targets": [{}]}]}]}, "morph targets"),
    ],
)
def test_what_is_left_behind_is_named(more: dict[str, Any], named: str) -> None:
    """Each feature alone is named once, and nothing else is; emission without light, an opaque material and glossiness are
    none."""
    assert left_behind(PLAIN | more) == [("glb-left-behind", f"The refined file does not keep its {named}.")]
    gloss = {
        "materials": [{"extensions": {"KHR_materials_pbrSpecularGlossiness": {}}, "emissiveTexture": {"index": 0}}]
    }
    assert left_behind(PLAIN) == left_behind(PLAIN | gloss) == left_behind({}) == []


def test_the_note_comes_with_the_object(tmp_path: Path) -> None:
    """A GLB of leaves, cut out and double-sided, is read with one note that names both; a plain one is read without."""
    for material, named in (
        (PBRMaterial(alphaMode="MASK", doubleSided=True), "double-sidedness, transparency."),
        (PBRMaterial(), ""),
    ):
        mesh = trimesh.creation.box()
        mesh.visual = TextureVisuals(material=material)
        (tmp_path / "in.glb").write_bytes(trimesh.Scene([mesh]).export(file_type="glb"))
        said = dict(read_object(str(tmp_path / "in.glb"), 64).notes).get("glb-left-behind", "")
        assert said.endswith(named) and bool(said) == bool(named)
