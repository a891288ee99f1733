"""Foreign GLB files of several parts and materials: each part keeps its look, and what cannot be kept is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np

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
