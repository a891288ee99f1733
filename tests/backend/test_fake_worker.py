"""The fake worker: its cube is a true mesh.npz, its pictures are true PNGs, its result says that it is fake."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from backend.fake_worker import Fake, cube, write_png
from backend.protocol import Done, Generate, Preview, Refine


def test_the_cube_is_closed_outward_and_stands_on_the_ground() -> None:
    """Every edge is shared by two opposite triangles, the volume is size cubed, the origin is bottom-centre."""
    mesh = cube(0.4)
    vertices, faces = mesh["vertices"], mesh["faces"]
    edges = {(int(a), int(b)) for f in faces for a, b in zip(f, np.roll(f, -1), strict=True)}
    assert len(edges) == 36 and all((b, a) in edges for a, b in edges)
    triangles = vertices[faces].astype(np.float64)
    volume = np.einsum("fi,fi->", triangles[:, 0], np.cross(triangles[:, 1], triangles[:, 2])) / 6
    assert np.isclose(volume, 0.4**3)
    assert np.allclose(vertices.min(0), (-0.2, -0.2, 0)) and np.allclose(vertices.max(0), (0.2, 0.2, 0.4))
    assert mesh["uvs"].shape == (12, 3, 2) and mesh["uvs"].min() >= 0 and mesh["uvs"].max() <= 1
    assert (vertices.dtype, faces.dtype, mesh["uvs"].dtype) == (np.float32, np.int32, np.float32)


def test_its_pngs_are_read_by_a_library(tmp_path: Path) -> None:
    """Pillow reads the hand-made PNG as the colour asked for."""
    write_png(tmp_path / "a.png", 4, (200, 80, 40))
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (4, 4) and image.getpixel((3, 3)) == (200, 80, 40)


def test_the_result_is_complete_and_titled_fake(tmp_path: Path) -> None:
    """All maps, the mesh, the thumbnail and a prop.json that says "fake"; previews exist when they are announced."""
    for event in Fake(speed=1000).run(Generate(prompt="x"), tmp_path):
        if isinstance(event, Preview):
            assert (tmp_path / event.image).exists()
    assert isinstance(event, Done)
    names = {p.name for p in (tmp_path / event.result).iterdir()}
    maps = {f"{name}.png" for name in ("base_color", "normal", "roughness", "metallic", "edges", "thumbnail")}
    assert names == maps | {"mesh.npz", "prop.json"}
    assert json.loads((tmp_path / "result" / "prop.json").read_text())["title"] == "fake"


def test_a_refined_mesh_keeps_its_topology(tmp_path: Path) -> None:
    """Refining an .npz snapshot gives back its own vertices and faces."""
    mesh = cube(2.0)
    np.savez(tmp_path / "in.npz", **mesh)
    list(Fake(speed=1000).run(Refine(mesh=str(tmp_path / "in.npz"), prompt="x"), tmp_path))
    with np.load(tmp_path / "result" / "mesh.npz") as out:
        assert all(np.array_equal(out[name], mesh[name]) for name in mesh)
