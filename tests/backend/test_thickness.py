"""Surfaces without an inside: flat and open meshes become solids of their own outline, closed ones stay as they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import trimesh

from backend.fuse import fuse
from backend.incoming import Incoming
from backend.mesh import extract
from backend.polish import views_of
from backend.priors.gaussian import GaussianPrior
from backend.protocol import Done, Note
from backend.refine import surface_of
from backend.settings import Shape
from backend.textures import Textures
from backend.thickness import FLATTEST, Thick, outline, thickened
from backend.unwrap import unwrap
from backend.welding import places

from .test_refine import carried_out, request

SIZE_PX = 64
TURN = trimesh.transformations.rotation_matrix(0.6, [1, 2, 3])
PLANE = trimesh.Trimesh([[-1, 0, 0], [1, 0, 0], [1, 0, 1], [-1, 0, 1]], [[0, 1, 2], [0, 2, 3]], process=False)


def incoming(mesh: trimesh.Trimesh) -> Incoming:
    """As `read_object` would hand it over, every face with UVs and vertices of its own."""
    faces = np.asarray(mesh.faces, np.int32)
    vertices = np.asarray(mesh.vertices, np.float32)[faces].reshape(-1, 3)
    split = np.arange(faces.size, dtype=np.int32).reshape(-1, 3)
    grey, flat = np.full((64, 64, 3), 128, np.uint8), np.full((64, 64), 128, np.uint8)
    uvs = unwrap(np.asarray(mesh.vertices, np.float32), faces)
    return Incoming(vertices, split, uvs, Textures(grey, grey, flat, flat), np.ones(len(faces), bool), None, False, ())


def solid_of(thick: Thick, prior: GaussianPrior) -> trimesh.Trimesh:
    """What the exact views of the thickened object are fused to, in metres and thinned."""
    mesh = extract(fuse(views_of(surface_of(thick.found), prior), Shape(grid=96)), 20000)
    centre, scale = thick.found.to_prior
    return trimesh.Trimesh(thick.thinned(mesh.vertices / scale + centre), mesh.faces)


def moved(mesh: trimesh.Trimesh, matrix: np.ndarray) -> trimesh.Trimesh:
    copy = mesh.copy()
    copy.apply_transform(matrix)
    return copy


def without(mesh: trimesh.Trimesh, gone: np.ndarray) -> trimesh.Trimesh:
    return trimesh.Trimesh(mesh.vertices, mesh.faces[~gone])


def flat_meshes() -> dict[str, trimesh.Trimesh]:
    aside = trimesh.transformations.rotation_matrix(np.pi / 2, [0, 0, 1])
    level = trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0])
    both = trimesh.Trimesh(PLANE.vertices, [*PLANE.faces, *PLANE.faces[:, ::-1]], process=False)
    return {
        "facing": PLANE, "aside": moved(PLANE, aside), "level": moved(PLANE, level), "tilted": moved(PLANE, TURN),
        "double-sided": both, "one face": trimesh.Trimesh(PLANE.vertices[:3], [[0, 1, 2]], process=False),
        "panel": trimesh.creation.box((2, 0.01, 1)), "board": moved(trimesh.creation.box((2, 0.06, 1)), TURN),
    }  # fmt: skip


@pytest.mark.parametrize("name", flat_meshes())
def test_flat_meshes_become_thin_solids(name: str, prior: GaussianPrior) -> None:
    """A plane from any side, one triangle, a thin box: one closed body of their outline, no thinner than 2 % of their size."""
    mesh = flat_meshes()[name]
    found = incoming(mesh)
    thick = thickened(found)
    body = solid_of(thick, prior)
    wanted = max(float(np.ptp(mesh.vertices @ thick.axis)), FLATTEST * found.size_m)
    assert body.is_watertight and body.body_count == 1
    assert np.ptp(body.vertices @ thick.axis) == pytest.approx(wanted, rel=0.25)
    assert np.abs(body.bounds - mesh.bounds).max() < 0.08
    area = mesh.area / (2 if name in ("double-sided", "panel", "board") else 1)
    assert body.volume == pytest.approx(area * wanted, rel=0.25)
    said = [note.code for note in thick.notes]
    assert said == ([] if name == "board" else ["shape-thickened"])


def open_meshes() -> dict[str, trimesh.Trimesh]:
    ball, box = trimesh.creation.icosphere(3), trimesh.creation.box((1, 1, 1))
    pipe = trimesh.creation.cylinder(0.5, 2.0)
    bowl = without(ball, ball.triangles_center[:, 2] > 0)
    inside_out = bowl.copy()
    inside_out.invert()
    shell = without(ball, ball.triangles_center[:, 0] > -0.3)
    return {
        "bowl": bowl, "inside out": inside_out, "half-ball facing front": without(ball, ball.triangles_center[:, 1] > 0),
        "shell": shell, "open box": without(box, box.face_normals[:, 2] > 0.5),
        "pipe": without(pipe, np.abs(pipe.face_normals[:, 2]) > 0.5),
    }  # fmt: skip


@pytest.mark.parametrize("name", open_meshes())
def test_open_meshes_become_hollow_solids(name: str, prior: GaussianPrior) -> None:
    """A bowl, a shell, an open box, a pipe: one closed body within their outline, whose hollow is not filled."""
    mesh = open_meshes()[name]
    thick = thickened(incoming(mesh))
    body = solid_of(thick, prior)
    assert body.is_watertight and body.body_count == 1
    assert np.abs(body.bounds - mesh.bounds).max() < 0.08
    assert body.volume < 0.75 * body.convex_hull.volume
    assert [note.code for note in thick.notes] == ["shape-thickened"] and "open" in thick.notes[0].message


def test_only_open_pieces_are_given_walls() -> None:
    """A closed piece beside an open one keeps its faces; closed meshes and small holes are handed back as they are."""
    ball = trimesh.creation.icosphere(2)
    holed = without(ball, np.arange(len(ball.faces)) == 0)
    for mesh in (ball, holed, trimesh.creation.box((1, 1, 1))):
        found = incoming(mesh)
        assert thickened(found).found is found and not thickened(found).notes
    sail = moved(PLANE, trimesh.transformations.translation_matrix((0, 0, 1.2)))
    found = incoming(trimesh.util.concatenate([ball, sail]))
    walled = thickened(found).found
    assert np.array_equal(walled.faces[: len(ball.faces)], found.faces[: len(ball.faces)])
    assert len(walled.faces) == len(ball.faces) + 2 * len(sail.faces) + 2 * 4  # front, back, four sides
    assert len(walled.uvs) == len(walled.selected) == len(walled.faces)
    assert len(outline(places(walled.vertices, walled.faces)[walled.faces])[0]) == 0


def test_a_plane_is_given_a_new_shape(tmp_path: Path, prior: GaussianPrior) -> None:
    """Shape + texture of a plane ends with a solid in its place and says what it did, where it failed before."""
    folder = tmp_path / "in"
    folder.mkdir()
    vertices, faces = np.asarray(PLANE.vertices, np.float32) + (5, 0, 2), np.asarray(PLANE.faces, np.int32)
    np.savez(folder / "mesh.npz", vertices=vertices.astype(np.float32), faces=faces, uvs=unwrap(vertices, faces))
    events, result = carried_out(request(folder / "mesh.npz", mode="shape", strength=0.2), tmp_path / "job", prior)
    with np.load(result / "mesh.npz") as made:
        span = made["vertices"].min(0), made["vertices"].max(0)
    assert (
        isinstance(events[-1], Done) and [e.code for e in events if isinstance(e, Note)].count("shape-thickened") == 1
    )
    assert np.abs(np.array(span) - [vertices.min(0), vertices.max(0)]).max() < 0.15
    assert 0 < span[1][1] - span[0][1] < 0.2
