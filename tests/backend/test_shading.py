"""Normals with creases and tangents, against closed forms and Blender's own MikkTSpace."""

from __future__ import annotations

import numpy as np
import pytest

from backend.shading import corner_normals, corner_tangents, face_normals
from backend.unwrap import unwrap

from .analytic_props import MUG, Part, mesh_of

BALL = [Part("ball", (0, 0, 0), (0.8,))]


def test_a_ball_is_shaded_round():
    """On a finely meshed ball every corner's normal points away from the centre to within 4 degrees."""
    vertices, faces = mesh_of(BALL, 40)
    normals = corner_normals(vertices, faces)
    outwards = vertices[faces] / np.linalg.norm(vertices[faces], axis=2, keepdims=True)
    angle = np.degrees(np.arccos(np.clip((normals * outwards).sum(2), -1, 1)))
    assert np.percentile(angle, 99) < 4


def test_a_cube_keeps_its_edges():
    """On a cube of twelve triangles each corner's normal is exactly its face's."""
    corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], dtype=np.float32)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], dtype=np.int32)
    own, areas = face_normals(corners[faces])
    np.testing.assert_allclose(corner_normals(corners, faces), np.repeat(own[:, None], 3, axis=1), atol=1e-6)
    np.testing.assert_allclose(areas, 2.0, rtol=1e-6)
    assert (np.einsum("fk,fk->f", own, corners[faces].mean(1)) > 0).all()


def test_tangents_follow_u_and_mirroring_flips_the_sign():
    """On a plane whose UVs are its x and y the tangent is x and the sign +1; with U mirrored they are -x and -1."""
    corners = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]], dtype=np.float32)
    normals = np.broadcast_to(np.array([0, 0, 1], np.float32), (1, 3, 3))
    uvs = corners[..., :2]
    for factor, expected in ((1.0, 1.0), (-1.0, -1.0)):
        tangents, sign = corner_tangents(corners, uvs * np.array([factor, 1.0]), normals)
        np.testing.assert_allclose(tangents[0], [[expected, 0, 0]] * 3, atol=1e-6)
        assert sign[0] == expected


def test_tangents_are_blenders():
    """The tangents of an unwrapped ball are those of Blender's MikkTSpace to within 2 degrees for 99 % of the corners."""
    bpy = pytest.importorskip("bpy")
    vertices, faces = mesh_of(BALL, 24)
    uvs = unwrap(vertices, faces)
    mesh = bpy.data.meshes.new("ball")
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    mesh.shade_smooth()
    layer = mesh.uv_layers.new(name="UVMap")
    layer.uv.foreach_set("vector", uvs.reshape(-1))
    mesh.calc_tangents(uvmap="UVMap")
    count = len(mesh.loops)
    theirs, normal, sign = np.empty(count * 3, np.float32), np.empty(count * 3, np.float32), np.empty(count, np.float32)
    mesh.loops.foreach_get("tangent", theirs)
    mesh.loops.foreach_get("normal", normal)
    mesh.loops.foreach_get("bitangent_sign", sign)
    ours, our_sign = corner_tangents(vertices[faces], uvs, normal.reshape(-1, 3, 3))
    cosine = (ours.reshape(-1, 3) * theirs.reshape(-1, 3)).sum(1)
    assert np.percentile(np.degrees(np.arccos(np.clip(cosine, -1, 1))), 99) < 2
    assert (np.repeat(our_sign, 3) == sign).mean() > 0.999
    bpy.data.meshes.remove(mesh)


@pytest.mark.parametrize("crease_deg", [40.0, 15.0])
def test_normals_are_blenders_when_it_marks_the_same_creases(crease_deg):
    """Corner for corner, the normals of a mug are those Blender computes with edges over the crease angle marked sharp."""
    bpy = pytest.importorskip("bpy")
    vertices, faces = mesh_of(MUG, 24)
    mesh = bpy.data.meshes.new("mug")
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    mesh.shade_smooth()
    mesh.set_sharp_from_angle(angle=np.radians(crease_deg))
    theirs = np.empty(len(mesh.loops) * 3, np.float32)
    mesh.loops.foreach_get("normal", theirs)
    sharp = sum(edge.use_edge_sharp for edge in mesh.edges)
    bpy.data.meshes.remove(mesh)
    ours = corner_normals(vertices, faces, crease_deg)
    angle = np.degrees(np.arccos(np.clip((ours.reshape(-1, 3) * theirs.reshape(-1, 3)).sum(1), -1, 1)))
    assert sharp > 0 and np.percentile(angle, 99.9) < 0.2, (sharp, angle.max())


@pytest.mark.parametrize("scale, away", [(1e6, 0.0), (1e-6, 0.0), (1.0, 1e5)])
def test_tangents_do_not_depend_on_the_unit_or_the_place(scale: float, away: float) -> None:
    """A ball a thousand kilometres wide, a micrometre wide, or far from the origin has the tangents of one at hand."""
    vertices, faces = mesh_of(BALL, 12)
    uvs, normals = unwrap(vertices, faces), corner_normals(vertices, faces)
    near = corner_tangents(vertices[faces], uvs, normals)[0]
    moved = (vertices.astype(np.float64) * scale + away)[faces]
    assert np.median(np.abs(corner_tangents(moved, uvs, normals)[0] - near)) < 1e-3
