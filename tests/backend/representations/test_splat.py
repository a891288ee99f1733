"""The Gaussian renderer against closed forms, a pixel-by-pixel twin, and finite differences."""

from __future__ import annotations

import math
from functools import partial
from itertools import product

import pytest
import torch

from backend.cameras import Cameras, opencv_from_world, points_from_depth, rig
from backend.representations.gaussians import Gaussians, from_points, in_ball
from backend.representations.splat import ALPHA_MAX, ALPHA_MIN, ENDED, covariances, project, rotations, splat

FRONT = rig(((0.0, 0.0),))
VIEWS = ((0.0, 20.0), (130.0, -35.0))


def random_gaussians(count: int, dtype: torch.dtype = torch.float32, seed: int = 0) -> Gaussians:
    generator = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)

    return Gaussians(
        0.4 * normal(count, 3),
        -2.0 + 0.5 * normal(count, 3),
        normal(count, 4),
        normal(count),
        normal(count, 5).sigmoid(),
    )


def to_frame(point: torch.Tensor, matrix: torch.Tensor, fov_deg: float, size: int) -> torch.Tensor:
    """The pixel position of a world point, written straight from the camera's axes."""
    right, up, back, eye = matrix[:3, 0], matrix[:3, 1], matrix[:3, 2], matrix[:3, 3]
    distance = (eye - point) @ back
    focal = 1 / math.tan(math.radians(fov_deg) / 2) / distance if fov_deg else 1.0
    return torch.stack([size / 2 * (1 + focal * (point - eye) @ right), size / 2 * (1 - focal * (point - eye) @ up)])


def twin(g: Gaussians, cameras: Cameras, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Every pixel on its own: the whole list of Gaussians, nearest first, the Jacobian by automatic differentiation."""
    images = torch.zeros(len(cameras), g.features.shape[1], size, size, dtype=g.means.dtype)
    alphas = torch.zeros(len(cameras), 1, size, size, dtype=g.means.dtype)
    for v, matrix in enumerate(cameras.world_from_camera.to(g.means)):
        distance = (matrix[:3, 3] - g.means) @ matrix[:3, 2]
        axes = rotations(g.quats) * g.log_scales.exp()[:, None]  # columns: the half axes
        frame = partial(to_frame, matrix=matrix, fov_deg=cameras.fov_deg, size=size)
        parts = []
        for n in torch.argsort(distance).tolist():
            half = torch.autograd.functional.jacobian(frame, g.means[n]) @ axes[n]
            conic = torch.linalg.inv(half @ half.T + 0.3 * torch.eye(2, dtype=half.dtype))
            parts.append((frame(g.means[n]), conic, float(g.opacity[n]), g.features[n]))
        for i, j in product(range(size), range(size)):
            passed = 1.0
            for centre, conic, opacity, feature in parts:
                d = torch.tensor([j + 0.5, i + 0.5], dtype=centre.dtype) - centre
                alpha = min(ALPHA_MAX, opacity * math.exp(-0.5 * float(d @ conic @ d)))
                if alpha < ALPHA_MIN:
                    continue
                if passed * (1 - alpha) <= ENDED:
                    break
                images[v, :, i, j] += passed * alpha * feature
                alphas[v, 0, i, j] += passed * alpha
                passed *= 1 - alpha
    return images, alphas


@pytest.mark.parametrize("fov_deg", [0.0, 40.0])
def test_equals_the_slow_twin(fov_deg: float) -> None:
    """Tiles, culling and vectors change nothing: every pixel equals the one-by-one twin, both camera models."""
    g = random_gaussians(12, torch.float64)
    cameras = rig(VIEWS, distance=3.0, fov_deg=fov_deg)
    features = g.features.expand(2, -1, -1)
    image, alpha, _ = splat(g.means, covariances(g.quats, g.log_scales.exp()), g.opacity, features, cameras, 20)
    expected, covered = twin(g, cameras, 20)
    torch.testing.assert_close(image, expected, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(alpha, covered, atol=1e-6, rtol=1e-6)
    assert covered.max() > 0.5


def test_one_round_gaussian_is_a_gaussian() -> None:
    """A lone sphere of width s under an orthographic camera is o exp(-r^2 / 2 (s^2 f^2 + 0.3)) at its pixel."""
    width, size = 0.1, 32
    g = from_points(torch.tensor([[0.25, 0.0, -0.125], [9.0, 9.0, 9.0]]), torch.ones(2, 1), opacity=0.8)
    g.log_scales.fill_(math.log(width))
    alpha = g.render(FRONT, size).alpha[0, 0]
    focal = size / 2
    y, x = torch.meshgrid(torch.arange(size) + 0.5, torch.arange(size) + 0.5, indexing="ij")
    square = (x - (16 + 0.25 * focal)) ** 2 + (y - (16 + 0.125 * focal)) ** 2
    expected = 0.8 * torch.exp(-0.5 * square / ((width * focal) ** 2 + 0.3))
    torch.testing.assert_close(alpha, torch.where(expected < 1 / 255, 0.0, expected), atol=1e-5, rtol=1e-4)


def test_nearer_covers_farther_from_either_side() -> None:
    """Two opaque discs: the one nearer to the camera is seen, from the front and from behind."""
    g = from_points(torch.tensor([[0.0, -0.3, 0.0], [0.0, 0.3, 0.0]]), torch.eye(2), opacity=0.9)
    frames = g.render(rig(((0.0, 0.0), (180.0, 0.0))), 16)
    centre = frames.features[:, :, 8, 8]
    assert centre[0, 0] > 0.8 and centre[0, 1] < 0.2
    assert centre[1, 1] > 0.8 and centre[1, 0] < 0.2
    shares = centre / centre.sum(dim=1, keepdim=True)
    expected = 0.3 * torch.stack([shares[0, 0] - shares[0, 1], shares[1, 1] - shares[1, 0]])
    torch.testing.assert_close(frames.depth[:, 0, 8, 8], expected)


def test_gradients_by_finite_differences() -> None:
    """d(image) / d(every parameter) agrees with central differences in double precision."""
    g = random_gaussians(6, torch.float64, seed=3)
    g.logits.clamp_(-1, 1)
    cameras = rig(VIEWS, fov_deg=0.0)
    target = torch.rand(2, 5, 12, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    tensors = [p["params"][0] for p in g.parameters()]

    def loss() -> torch.Tensor:
        frames = g.render(cameras, 12)
        return (frames.features * target).sum() + 0.3 * (frames.alpha * target[:, :1]).sum()

    gradients = torch.autograd.grad(loss(), tensors)
    for tensor, gradient in zip(tensors, gradients, strict=True):
        for index in range(0, tensor.numel(), 3):
            values = []
            for step in (1e-5, -1e-5):
                with torch.no_grad():
                    tensor.view(-1)[index] += step
                    values.append(float(loss()))
                    tensor.view(-1)[index] -= step
            numeric = (values[0] - values[1]) / 2e-5
            # alpha below 1/255 is cut to zero, a jump of the forward pass that no derivative sees
            assert float(gradient.view(-1)[index]) == pytest.approx(numeric, rel=2e-2, abs=3e-2)


def test_opaque_stack_ends_the_ray() -> None:
    """Behind a transmittance of 1e-4 nothing is added, so that the far side of a solid costs and colours nothing."""
    g = from_points(torch.tensor([[0.0, -0.4 + 0.1 * k, 0.0] for k in range(8)]), torch.eye(8), opacity=0.999)
    features = g.render(FRONT, 17).features[0, :, 8, 8]
    assert features[0] > 0.998 and not features[2:].any()


def test_normal_faces_the_camera() -> None:
    """A flat Gaussian's normal is its short axis, turned to the side it is seen from."""
    g = from_points(torch.zeros(2, 3) + torch.tensor([[0.0], [0.001]]), torch.ones(2, 1), opacity=0.9)
    with torch.no_grad():
        g.log_scales[:] = torch.tensor([math.log(0.2), math.log(0.01), math.log(0.2)])
    normal = g.render(rig(((0.0, 0.0), (180.0, 0.0))), 16).normal[:, :, 8, 8]
    torch.testing.assert_close(normal, torch.tensor([[0.0, -1.0, 0.0], [0.0, 1.0, 0.0]]), atol=1e-5, rtol=0)


def test_behind_a_perspective_camera_is_unseen() -> None:
    """Gaussians behind the eye leave no trace, and no NaN in the gradient."""
    g = from_points(torch.tensor([[0.0, -5.0, 0.0], [0.0, 0.0, 0.0]]), torch.eye(2))
    means = g.parameters()[0]["params"][0]
    frames = g.render(rig(((0.0, 0.0),), distance=2.0, fov_deg=40.0), 16)
    frames.features.sum().backward()
    assert not frames.features[:, 0].any() and frames.features[:, 1].any()
    assert torch.isfinite(means.grad).all()


def test_projection_matches_the_pixel_grid() -> None:
    """A Gaussian at the world point of a pixel's ray projects to that pixel's centre: no axis is flipped."""
    cameras = rig()
    points = points_from_depth(cameras, torch.zeros(6, 8, 8))
    for view, grid in zip(opencv_from_world(cameras), points, strict=True):
        flat = grid.reshape(-1, 3)
        out = project(flat, torch.eye(3).expand(64, 3, 3) * 1e-4, torch.ones(64), view, 0.0, 8)
        expected = torch.stack([torch.arange(64) % 8 + 0.5, torch.arange(64) // 8 + 0.5], dim=1)
        torch.testing.assert_close(out.mean_px, expected, atol=1e-4, rtol=0)


def test_many_gaussians_fit_a_picture() -> None:
    """Gradients are good enough to fit: 300 Gaussians learn three views of a target drawn by 60 others."""
    target = random_gaussians(60, seed=5)
    cameras = rig(((0.0, 20.0), (120.0, 0.0), (240.0, -20.0)))
    with torch.no_grad():
        wanted = target.render(cameras, 32)
    g = in_ball(300, 5, torch.Generator().manual_seed(0), radius=0.8)
    optimiser = torch.optim.Adam(g.parameters())
    errors = []
    for _ in range(60):
        frames = g.render(cameras, 32)
        error = ((frames.features - wanted.features) ** 2).mean() + ((frames.alpha - wanted.alpha) ** 2).mean()
        optimiser.zero_grad()
        error.backward()
        optimiser.step()
        errors.append(error.item())
    assert errors[-1] < 0.15 * errors[0], (errors[0], errors[-1])
