"""Density control: what is seen stays, what the optimiser remembers moves along, meshes have the right size."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras import rig
from backend.errors import InputError
from backend.representations import density
from backend.representations.gaussian_mesh import density as density_grid
from backend.representations.gaussians import Gaussians, from_points, in_ball
from backend.representations.splat import covariances


def fitted(count: int = 50) -> tuple[Gaussians, torch.optim.Optimizer]:
    """Some Gaussians with an optimiser that has taken a step."""
    g = in_ball(count, 3, torch.Generator().manual_seed(0))
    optimiser = torch.optim.Adam(g.parameters())
    (g.render(rig(((0.0, 0.0),)), 16).features ** 2).sum().backward()
    optimiser.step()
    return g, optimiser


def test_reindex_moves_the_memory_along() -> None:
    """After reordering and copying, each Gaussian keeps its own Adam moments, and a fresh copy starts from none."""
    g, optimiser = fitted()
    before = {name: (t.detach().clone(), optimiser.state[t]["exp_avg"].clone()) for name, t in g.tensors().items()}
    index = torch.tensor([5, 2, 2, 49])
    density.reindex(g, index, torch.tensor([False, False, True, False]), optimiser)
    for name, tensor in g.tensors().items():
        values, memory = before[name]
        assert torch.equal(tensor, values[index])
        expected = memory[index].clone()
        expected[2] = 0
        assert torch.equal(optimiser.state[tensor]["exp_avg"], expected)
    assert len(optimiser.state) == len(g.tensors())
    (g.render(rig(((0.0, 0.0),)), 16).features ** 2).sum().backward()
    optimiser.step()
    assert all(torch.isfinite(t).all() for t in g.tensors().values())


@pytest.mark.parametrize("copies", [2, 5])
@pytest.mark.parametrize("opacity", [0.2, 0.9])
def test_relocation_keeps_centre_and_integral(copies: int, opacity: float) -> None:
    """n relocated copies look like the one: the same alpha at the centre, the same integral along a line."""
    each, factor = density.relocated(torch.tensor([opacity]), torch.tensor([copies]))
    x = torch.linspace(-8, 8, 20_001, dtype=torch.float64)
    one = opacity * torch.exp(-0.5 * x**2)
    many = 1 - (1 - each.double() * torch.exp(-0.5 * (x / factor.double()) ** 2)) ** copies
    assert float(many.max()) == pytest.approx(opacity, rel=1e-5)
    assert float(many.sum()) == pytest.approx(float(one.sum()), rel=1e-4)


def test_relocation_hardly_changes_the_picture() -> None:
    """Ten dead among fifty are moved onto living ones, none is dead afterwards, and the view stays."""
    g, optimiser = fitted()
    with torch.no_grad():
        g.logits[:10] = -9.0
        before = g.render(rig(), 32).alpha
        moved = density.relocate(g, optimiser, torch.Generator().manual_seed(1))
        after = g.render(rig(), 32).alpha
    assert moved == 10 and len(g) == 50 and (g.opacity > density.DEAD).all()
    assert (after - before).abs().mean() < 0.01 * before.mean() + 1e-3


def test_prune_and_reset() -> None:
    """The dead, the huge and the strayed go, and nothing else; a reset leaves no opacity above its value."""
    g, optimiser = fitted()
    with torch.no_grad():
        g.logits[0] = -9.0
        g.log_scales[1] = 1.0
        g.means[2] = 2.0
    rest = g.means.detach()[3:].clone()
    assert density.prune(g, optimiser) == 3 and torch.equal(g.means, rest)
    density.reset_opacity(g, optimiser)
    assert g.opacity.max() <= 0.01 + 1e-6


def test_densify_grows_where_the_pull_is() -> None:
    """Only Gaussians that pulled are cloned or split; a clone doubles in place, a split halves shrink by 1.6."""
    g, optimiser = fitted()
    with torch.no_grad():
        g.log_scales.fill_(math.log(0.01))
        g.log_scales[7] = math.log(0.1)
    growth = density.Growth.start(50)
    growth.times += 1
    growth.pull[3] = growth.pull[7] = 1.0
    place = g.means[3].detach().clone()
    density.densify(g, growth, optimiser)
    assert len(g) == 52
    assert (g.means == place).all(1).sum() == 2
    halves = (g.log_scales[:, 0] - math.log(0.1 / 1.6)).abs() < 1e-5
    assert halves.sum() == 2


def test_pull_is_measured_from_the_renders() -> None:
    """A Gaussian in view pulls, one out of view does not."""
    g = from_points(torch.tensor([[0.0, 0.0, 0.0], [5.0, 0.0, 0.0]]), torch.ones(2, 3), opacity=0.5)
    with torch.no_grad():
        g.log_scales.fill_(math.log(0.1))
    g.parameters()
    frames = g.render(rig(((0.0, 0.0),)), 16)
    density.keep_pull(g)
    (frames.alpha * torch.linspace(0, 1, 16)).sum().backward()
    growth = density.Growth.start(2)
    growth.add(g, 16)
    assert growth.pull[0] > 0 and growth.pull[1] == 0 and growth.times.tolist() == [1, 0]


def test_density_of_one_gaussian_is_its_formula() -> None:
    """The grid holds o exp(-d^T C^-1 d / 2) at its cells' centres, out to three standard deviations."""
    g = from_points(torch.tensor([[0.1, -0.2, 0.05], [9.0, 9.0, 9.0]]), torch.ones(2, 1), opacity=0.7)
    g.log_scales[:] = torch.tensor([0.2, 0.1, 0.15]).log()
    g.quats[0] = torch.tensor([0.9, 0.3, -0.2, 0.4])
    covariance = covariances(g.quats, g.log_scales.exp())
    grid = density_grid(g.means, covariance, g.opacity, size=24)
    centre = (2 * torch.arange(24) + 1) / 24 - 1
    d = torch.stack(torch.meshgrid(centre, centre, centre, indexing="ij"), dim=-1) - g.means[0]
    widened = covariance[0] + torch.eye(3) * (1 / 24) ** 2
    power = torch.einsum("xyzi,ij,xyzj->xyz", d, torch.linalg.inv(widened), d)
    expected = torch.where(power < 9, 0.7 * torch.exp(-0.5 * power), 0.0)
    torch.testing.assert_close(grid, expected, atol=1e-5, rtol=1e-4)


def test_a_ball_of_gaussians_becomes_a_ball() -> None:
    """4,000 opaque Gaussians filling a ball of radius 0.5 give one watertight mesh of nearly its volume."""
    g = in_ball(4000, 3, torch.Generator().manual_seed(0), radius=0.5)
    g.logits.fill_(4.0)
    mesh = g.to_mesh()
    radius = torch.from_numpy(mesh.vertices).norm(dim=1)
    assert mesh.figures["watertight"] == 1.0 and mesh.figures["parts"] == 1.0
    assert 0.48 < float(radius.mean()) < 0.58 and float(radius.std()) < 0.03


def test_nothing_is_refused() -> None:
    """Transparent Gaussians have no surface: the error says what to do."""
    g = in_ball(100, 3, torch.Generator().manual_seed(0))
    g.logits.fill_(-9.0)
    with pytest.raises(InputError, match="no solid shape"):
        g.to_mesh()
