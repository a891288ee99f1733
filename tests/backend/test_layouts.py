"""UVs that leave the surface without texels: such objects get a new layout, and keep their colours on it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from backend.incoming import read_object
from backend.unwrap import unwrap
from tests.backend.test_incoming import box, relaid, snapshot


def test_uvs_that_starve_the_surface_get_a_new_layout(tmp_path: Path) -> None:
    """Faces collapsed in the UVs, and a whole layout in a corner of the square, get a new layout with the colours they had; a
    few small faces collapsed, or half as dense as the others, do not."""
    vertices, faces = box()
    good = unwrap(vertices, faces)
    collapsed = good.copy()
    collapsed[:6] = good[0, 0]
    relaid(read_object(str(snapshot(tmp_path, uvs=collapsed))), "without texels")
    relaid(read_object(str(snapshot(tmp_path, uvs=0.02 * good + np.float32(0.3)))), "hardly a texel")
    coarse = good.copy()
    coarse[:6] = good[:6].mean(1, keepdims=True) + 0.5 * (good[:6] - good[:6].mean(1, keepdims=True))
    assert not read_object(str(snapshot(tmp_path, uvs=coarse))).relaid
    small = np.array([[0, 0, 0], [0.05, 0, 0], [0, 0.05, 0]], np.float32)
    more = np.concatenate([good, np.broadcast_to(good[:1, :1], (1, 3, 2))])
    known = {"vertices": np.concatenate([vertices, small]), "faces": np.concatenate([faces, [[8, 9, 10]]]), "uvs": more}
    assert not read_object(str(snapshot(tmp_path, **known))).relaid


def test_palette_swatches_become_areas_of_their_colours(tmp_path: Path) -> None:
    """Every face of a box at one point of a palette of 128 px: a new layout, on which each face has its swatch's very colour."""
    vertices, faces = box()
    swatch = np.arange(len(faces)) // 4
    uvs = np.broadcast_to(np.stack([(swatch + 0.5) / 3, np.full(12, 0.5)], 1)[:, None], (12, 3, 2)).astype(np.float32)
    uvs[0] += np.array([[0, 0], [0.01, 0], [0, 0.01]], np.float32)  # so that something is covered
    file = snapshot(tmp_path, uvs=uvs)
    swatches = np.array([(200, 30, 30), (30, 160, 30), (30, 30, 250)], np.uint8)
    Image.fromarray(np.broadcast_to(np.repeat(swatches, [43, 43, 42], axis=0), (128, 128, 3)).copy()).save(
        tmp_path / "base_color.png"
    )
    found = read_object(str(file), 256)
    assert found.relaid
    centre = (found.uvs.mean(1) * 256).astype(int)
    assert np.array_equal(found.textures.base_colour[255 - centre[:, 1], centre[:, 0]], swatches[swatch])


def test_a_snapshot_says_how_its_pictures_go_on(tmp_path: Path) -> None:
    """UVs beyond the square's right border: held there, the object has the picture's last column; repeated, it has all."""
    beyond = unwrap(*box()) * np.float32((0.9, 0.4)) + np.float32((1.05, 0.3))
    found = {}
    for wrap in ("clamp", "repeat"):
        file = snapshot(tmp_path, uvs=beyond, wraps=np.array([[wrap, wrap]]))
        found[wrap] = {tuple(colour) for colour in read_object(str(file), 256).textures.base_colour.reshape(-1, 3)}
    last = {tuple(colour) for colour in np.asarray(Image.open(tmp_path / "base_color.png"))[:, -1]}
    assert found["clamp"] <= last and not found["repeat"] <= last


def test_painted_texels_come_along_to_a_new_layout(tmp_path: Path) -> None:
    """Where the object's own UVs cannot be used the faces under the mask's left half may change, and no others."""
    vertices, faces = box()
    left = np.arange(len(faces)) % 2 == 0
    uvs = unwrap(vertices, faces) * np.float32((0.4, 0.9)) + np.float32((0.05, 0.05))
    uvs[~left, :, 0] += np.float32(0.5)
    file = snapshot(tmp_path, uvs=uvs + np.float32(1))  # beyond the square
    mask = np.zeros((64, 64), np.uint8)
    mask[:, :32] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    found = read_object(str(file), 256)
    centre = (found.uvs.mean(1) * 256).astype(int)
    assert found.relaid and found.painted is not None
    assert np.array_equal(found.painted[255 - centre[:, 1], centre[:, 0]], left)
