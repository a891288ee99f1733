"""Cached look-ups against closed forms of a sphere and a plane, and the bake as their exact adjoint."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import trimesh

from backend.cameras import points_from_depth, rig
from backend.representations.lookups import lookups
from backend.representations.sight import Sight, average, bake, look, pyramid, sample

CAMERAS = rig()


def ball(radius: float = 0.6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A fine sphere; its UVs are its x and z, two sheets over each other, which look-ups do not mind."""
    mesh = trimesh.creation.icosphere(5, radius)
    vertices = np.asarray(mesh.vertices, np.float32)
    faces = np.asarray(mesh.faces, np.int32)
    return vertices, faces, (vertices[faces][..., [0, 2]] + 1) / 2


@pytest.fixture(scope="module")
def seen() -> Sight:
    return look(*ball(), CAMERAS, 32)


def test_depth_alpha_and_normal_of_a_sphere(seen: Sight) -> None:
    """Every view of a sphere has depth sqrt(r^2 - x^2 - y^2), normal point / r, and alpha where x^2 + y^2 < r^2."""
    x = (2 * torch.arange(32) + 1) / 32 - 1
    square = x[None] ** 2 + x[:, None] ** 2
    inside = square < 0.57**2
    assert (seen.alpha[:, 0][:, inside] == 1).all() and (seen.alpha[:, 0][:, square > 0.6**2] == 0).all()
    expected = (0.36 - square[inside]).sqrt()
    assert (seen.depth[:, 0][:, inside] - expected).abs().max() < 0.006
    point = points_from_depth(CAMERAS, seen.depth[:, 0])
    normal = seen.normal.permute(0, 2, 3, 1)
    assert (normal - point / 0.6)[:, inside].norm(dim=-1).max() < 0.03


def test_uv_is_that_of_the_point_seen(seen: Sight) -> None:
    """The UVs, which are made of the sphere's own coordinates, give back the point that each pixel sees."""
    point = points_from_depth(CAMERAS, seen.depth[:, 0])
    uv, hit = seen.uv[seen.centres()], seen.alpha[:, 0] > 0
    assert (uv[hit] - (point[hit][:, [0, 2]] + 1) / 2).abs().max() < 1e-4


def test_perspective_sees_the_silhouette_of_a_sphere() -> None:
    """From distance d, a sphere of radius r fills the cone with sin(angle) = r / d."""
    sight = look(*ball(), rig(((0.0, 0.0),), distance=3.0, fov_deg=40.0), 64, supersample=1)
    radius_px = np.tan(np.arcsin(0.2)) / np.tan(np.radians(20.0)) * 32
    assert float(sight.alpha.sum()) == pytest.approx(np.pi * radius_px**2, rel=0.02)


def test_sampling_a_texture_of_coordinates() -> None:
    """A texture that holds its own UV gives the UV back: row 0 is V = 1, texel centres lie at halves."""
    n = 64
    along = (torch.arange(n) + 0.5) / n
    texture = torch.stack([along.expand(n, n), (1 - along)[:, None].expand(n, n)])
    uv = 0.1 + 0.8 * torch.rand(1, 9, 9, 2, generator=torch.Generator().manual_seed(0))
    out = sample(pyramid(texture), uv, torch.zeros(1, 9, 9))
    torch.testing.assert_close(out.permute(0, 2, 3, 1), uv, atol=1e-5, rtol=0)


def test_mip_levels_average() -> None:
    """A footprint of four texels sees a checkerboard as its mean, half a texel sees it whole."""
    checker = ((torch.arange(64)[:, None] + torch.arange(64)) % 2).float()[None]
    uv = torch.tensor([10.5 / 64, 1 - 20.5 / 64]).expand(1, 1, 1, 2)
    levels = pyramid(checker)
    assert float(sample(levels, uv, torch.full((1, 1, 1), 4 / 64))) == pytest.approx(0.5)
    assert float(sample(levels, uv, torch.full((1, 1, 1), 0.5 / 64))) == pytest.approx(float(checker[0, 20, 10]))


def test_bake_is_the_adjoint(seen: Sight) -> None:
    """<A x, y> = <x, A' y> for random textures x and images y, A being look-up and average over a pixel's samples."""
    generator = torch.Generator().manual_seed(0)
    texture, image = torch.rand(3, 40, 40, generator=generator), torch.rand(6, 3, 32, 32, generator=generator)
    count = torch.nn.functional.avg_pool2d(seen.hit[:, None].float(), 3) * 9
    forward = average(seen, sample([texture], seen.uv, torch.zeros_like(seen.footprint)))
    backward, _ = bake(seen, image, 1 / count.clamp(min=1), 40)
    assert float((forward * image).sum()) == pytest.approx(float((texture * backward).sum()), rel=1e-4)


def test_bake_then_render_gives_a_constant_back(seen: Sight) -> None:
    """Baking views of one colour paints exactly that colour wherever any view looks."""
    image = torch.full((6, 3, 32, 32), 0.37)
    values, weight = bake(seen, image, seen.alpha, 48)
    painted = weight > 1e-3
    assert painted.float().mean() > 0.2
    torch.testing.assert_close((values / weight)[:, painted[0]], torch.full((3, int(painted.sum())), 0.37))


def test_one_face_and_flat_faces() -> None:
    """A single triangle and zero-area faces are looked at without NaN."""
    vertices = np.array([[-0.5, 0, -0.5], [0.5, 0, -0.5], [0, 0, 0.5], [0, 0, 0.5]], np.float32)
    faces = np.array([[0, 1, 2], [2, 3, 3]], np.int32)
    sight = look(vertices, faces, np.zeros((2, 3, 2), np.float32), CAMERAS, 16)
    assert sight.alpha[0].sum() > 10
    assert all(torch.isfinite(getattr(sight, n)).all() for n in ("barycentric", "uv", "normal", "depth", "footprint"))


@pytest.mark.parametrize("size", [64, 100])
def test_the_matrix_is_the_look_up(seen: Sight, size: int) -> None:
    """The sparse matrix renders what sampler and average render, and its gradient is theirs."""
    generator = torch.Generator().manual_seed(0)
    texture = torch.rand(3, size, size, generator=generator).requires_grad_(True)
    image = torch.rand(6, 3, 32, 32, generator=generator)
    matrix = lookups(seen, size)(texture)
    (ours,) = torch.autograd.grad((matrix * image).sum(), texture)
    slow = average(seen, sample(pyramid(texture), seen.uv, seen.footprint))
    (theirs,) = torch.autograd.grad((slow * image).sum(), texture)
    torch.testing.assert_close(matrix, slow, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-4)
