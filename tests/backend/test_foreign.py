"""Foreign GLB files of several parts and materials: each part keeps its look, and what cannot be kept is said."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from backend.foreign import read_glb
from backend.incoming import Incoming, read_object

from .gltf_files import BLUE, RED, Written, plain


def share(found: Incoming, colour: tuple[int, ...]) -> float:
    """How much of the base colour texture has a colour."""
    return float((np.abs(found.textures.base_colour.astype(int) - colour).max(-1) <= 1).mean())


def test_a_part_without_uvs_costs_the_others_nothing(tmp_path: Path) -> None:
    """Beside a part without UVs a red texture stays red, not the blue of its corner; over one material the layout is new."""
    for own_material in (True, False):
        file = Written()
        texture = plain(RED)
        texture[-4:, :4] = BLUE
        red = file.material(texture)
        file.node(file.mesh(red))
        other = file.material(baseColorFactor=[0, 1, 0, 1]) if own_material else red
        file.node(file.mesh(other, laid=False), translation=[2, 0, 0], scale=[0.3, 0.3, 0.3])
        found = read_object(str(file.glb(tmp_path / "a.glb")), 256)
        assert found.relaid and share(found, RED) > 0.6
        assert own_material or "some of its parts have no UVs" in dict(found.notes)["uvs-new"]


def test_memory_grows_with_materials_not_with_nodes(tmp_path: Path) -> None:
    """Thirty nodes over one texture, and over equal copies of its material, take little more memory than its own maps."""
    file = Written()
    texture = np.random.default_rng(0).integers(0, 256, (256, 256, 3)).astype(np.uint8)
    meshes = [file.mesh(file.material(texture)) for _ in range(2)]
    for k in range(30):
        file.node(meshes[k % 2], translation=[2 * k, 0, 0])
    path = file.glb(tmp_path / "a.glb")
    tracemalloc.start()
    raw = read_glb(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(raw.pixels) == 1 and len(raw.faces) == 360
    assert peak < 10 * raw.pixels[0].nbytes


@pytest.mark.parametrize("kind", ["no material", "white material", "red texture"])
@pytest.mark.parametrize("packed", [False, True])
def test_vertex_colours_tint_the_base_colour(tmp_path: Path, kind: str, packed: bool) -> None:
    """A cube that is half red, half dark blue by its vertices alone has these colours, with and without UVs; a texture is
    multiplied by them; a cube of white vertices is as it was."""
    linear = np.ones((36, 4), np.float32)
    linear[:18], linear[18:] = (1, 0, 0, 1), (0, 0, 0.2, 1)
    values = np.round(linear * 65535).astype(np.uint16) if packed else linear
    for laid in (True, False):
        file = Written()
        material = {"no material": None, "white material": file.material(), "red texture": file.material(plain(RED))}[
            kind
        ]
        colours = file.accessor(values, normalized=packed)
        file.node(file.mesh(material, laid, COLOR_0=colours))
        found = read_object(str(file.glb(tmp_path / "a.glb")), 128)
        red, blue = ((RED[0], 0, 0), (0, 0, 15)) if kind == "red texture" else ((255, 0, 0), (0, 0, 124))
        if kind != "red texture" or laid:
            assert share(found, red) > 0.3 and share(found, blue) > 0.3
            assert share(found, red) + share(found, blue) > 0.99
        assert found.relaid != laid and "vertex-colours" in dict(found.notes)
    file = Written()
    file.node(file.mesh(file.material(plain(RED)), COLOR_0=file.accessor(np.ones_like(linear))))
    white = read_object(str(file.glb(tmp_path / "a.glb")), 128)
    assert share(white, RED) == 1 and not white.notes
