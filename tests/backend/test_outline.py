"""A shape bent to the outline that a picture shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import trimesh

from backend import outline
from backend.cameras import look_at_origin
from backend.mesh import Mesh
from backend.outline import Portrayed, contour, fit_outline
from backend.portrait import Cloud, Pose, Viewpoint
from backend.shadow import ShadowMap

POSE = Pose(30.0, 20.0, 0.8, 0.1)


def mesh_of(shape: trimesh.Trimesh) -> Mesh:
    return Mesh(np.asarray(shape.vertices, np.float32), np.asarray(shape.faces, np.int32))


def ball(radius: float = 0.6) -> Mesh:
    return mesh_of(trimesh.creation.icosphere(4, radius))


def block(*sides: float) -> Mesh:
    return mesh_of(trimesh.creation.box(sides).subdivide_to_size(0.1))


def picture_of(mesh: Mesh, pose: Pose) -> torch.Tensor:
    """(4, 200, 200) white silhouette of a mesh."""
    axes = look_at_origin(pose.azimuth_deg, pose.elevation_deg)[:3, :3].T.numpy()
    seen = np.isfinite(ShadowMap.of(mesh.vertices[mesh.faces], axes, 200).height)
    return torch.from_numpy(np.repeat(seen[None], 4, 0).astype(np.float32))


def portrayed(mesh: Mesh, image: torch.Tensor, pose: Pose = POSE, symmetry: str = "") -> Portrayed:
    return Portrayed(image, pose, Cloud(mesh.vertices, np.ones_like(mesh.vertices)), None, symmetry)


def test_the_contour_of_a_disc_lies_on_its_circle() -> None:
    """Points within half a pixel of the true circle, normals within five degrees of its radii."""
    y, x = np.mgrid[0:128, 0:128]
    found = contour(np.hypot(x - 63.5, y - 63.5) < 40, np.full(2, -1.0), 2.0)
    radius = np.linalg.norm(found.place, axis=1)
    assert np.abs(radius - 40 / 64).max() < 1.0 / 64
    assert ((found.place / radius[:, None] * found.out).sum(1) > np.cos(np.radians(8))).all()


def test_a_ball_becomes_the_egg_in_the_picture() -> None:
    """A ball shown a picture of an egg takes its outline; across the line of sight as seen, along it by some of that."""
    egg = Mesh(ball().vertices * np.array([0.8, 0.8, 1.1], np.float32), ball().faces)
    fitted = fit_outline(ball(), portrayed(ball(), picture_of(egg, POSE)))
    axes = fitted.frame.axes
    seen, wanted = (np.ptp(v @ axes[:2].T, axis=0) for v in (fitted.vertices, egg.vertices))
    assert fitted.pose.overlap > 0.95
    assert seen[1] / seen[0] == pytest.approx(wanted[1] / wanted[0], rel=0.07)
    assert np.ptp(fitted.vertices @ axes[2]) < 0.97 * seen[1]


def test_what_one_view_does_not_show_is_left_symmetric() -> None:
    """From aside, a dent on one side alone does not make a prop lopsided that is known to be symmetric."""
    told = picture_of(block(0.6, 0.9, 0.9), replace(POSE, azimuth_deg=35.0))
    own = block(0.9, 0.9, 0.7)
    fitted = fit_outline(own, portrayed(own, told, symmetry="x"))
    mirrored = fitted.vertices * np.array([-1, 1, 1], np.float32)
    distance = np.linalg.norm(mirrored[:, None] - fitted.vertices[None], axis=2).min(1)
    assert distance.max() < 1e-3 < np.abs(fitted.vertices - own.vertices).max()


def test_the_pose_is_found_again() -> None:
    """A block's own picture, with a pose 8 degrees off: the search ends nearer to the truth, and hardly bends it."""
    own = block(1.2, 0.5, 0.8)
    image = picture_of(own, POSE)
    off = replace(POSE, azimuth_deg=POSE.azimuth_deg + 8.0)
    fitted = fit_outline(own, portrayed(own, image, off))
    assert abs(fitted.pose.azimuth_deg - POSE.azimuth_deg) <= 4.0
    assert np.abs(fitted.vertices - own.vertices).max() < 0.04


def test_where_nothing_fits_the_shape_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture none of whose contour lies within reach of the shape's moves no vertex, and its pose stays where it was."""
    monkeypatch.setattr(outline, "REACH", 0.0)
    own = block(1.2, 0.5, 0.8)
    fitted = fit_outline(own, portrayed(own, picture_of(block(0.3, 0.3, 1.2), POSE)))
    assert np.array_equal(fitted.vertices, own.vertices)
    assert (fitted.pose.azimuth_deg, fitted.pose.elevation_deg) == (POSE.azimuth_deg, POSE.elevation_deg)


def test_a_sure_viewpoint_is_more_surprised_than_a_doubtful_one() -> None:
    """Squared angle over variance: nothing at the direction itself, four times as much at twice the angle, less when in doubt."""
    towards = look_at_origin(30.0, 20.0)[:3, 2].numpy()
    sure = Viewpoint(towards)
    assert sure.surprise(30.0, 20.0) == pytest.approx(0.0, abs=1e-3)
    assert sure.surprise(30.0, 27.0) == pytest.approx(1.0, rel=0.01)
    assert sure.surprise(30.0, 34.0) == pytest.approx(4.0, rel=0.01)
    assert Viewpoint(0.5 * towards).surprise(30.0, 34.0) < 0.1


def bucket(handle: bool) -> Mesh:
    """A cylinder, or one with a thin ring that stands on its rim."""
    body = trimesh.creation.cylinder(0.35, 0.7).subdivide_to_size(0.1)
    ring = trimesh.creation.torus(0.33, 0.02)
    ring.apply_transform(trimesh.transformations.rotation_matrix(np.pi / 2, [1, 0, 0]))
    ring.apply_translation([0, 0, 0.35])
    return mesh_of(trimesh.util.concatenate([body, ring]) if handle else body)


def test_a_thin_part_that_the_shape_lacks_does_not_stretch_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shown a bucket with its handle, a bucket without one keeps its proportions; framed by the whole it would not."""
    own, image = bucket(handle=False), picture_of(bucket(handle=True), POSE)

    def slender(mesh: np.ndarray) -> float:
        sides = np.ptp(mesh, axis=0)
        return float(sides[2] / sides[0])

    told = portrayed(own, image)
    assert slender(fit_outline(own, told).vertices) == pytest.approx(slender(own.vertices), rel=0.05)
    monkeypatch.setattr(outline, "BETTER", 2.0)
    assert abs(slender(fit_outline(own, told).vertices) / slender(own.vertices) - 1) > 0.08


def test_a_body_is_an_outline_without_its_thin_parts() -> None:
    """Of a square with a whisker the square is the body; of a whisker alone there is none."""
    mask = np.zeros((128, 128), bool)
    mask[64:96, 32:64] = True
    mask[10:64, 47:50] = True
    body = outline.Box.of_body(mask)
    assert body is not None and body.size == pytest.approx(32 / 128)
    assert body.centre == pytest.approx([48 / 128, 48 / 128])
    mask[64:96] = False
    mask[64:120, 47:50] = True
    assert outline.Box.of_body(mask) is None
