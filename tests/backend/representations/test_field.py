"""The radiance field: its encoding against plain trilinear interpolation, its quadrature against a closed form."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras import rig
from backend.representations.field import HashGrid, RadianceField


def test_a_level_that_fits_is_plain_interpolation() -> None:
    """Where every corner has its own row, the encoding is grid_sample of the table as a dense grid."""
    grid = HashGrid(levels=1, width=2, log2_size=12, low=8, high=8)
    with torch.no_grad():
        grid.tables.normal_(generator=torch.Generator().manual_seed(0))
    points = 1.9 * torch.rand(40, 3, generator=torch.Generator().manual_seed(1)) - 0.95
    dense = grid.tables[0, : 9**3].reshape(9, 9, 9, 2).permute(3, 0, 1, 2)[None]
    expected = torch.nn.functional.grid_sample(dense, points.flip(-1).reshape(1, 1, 1, -1, 3), align_corners=True)
    torch.testing.assert_close(grid(points), expected.reshape(2, -1).T, atol=1e-5, rtol=1e-4)


def test_the_hash_spreads() -> None:
    """A level larger than its table uses nearly all rows, none far more than its share."""
    grid = HashGrid(levels=1, log2_size=10, low=64, high=64)
    along = torch.arange(64)
    corner = torch.stack(torch.meshgrid(along, along, along, indexing="ij"), dim=-1).reshape(-1, 3)
    count = torch.bincount(grid.index(corner, 64), minlength=1024)
    assert (count > 0).all() and count.max() < 2 * count.float().mean()


class Fog(RadianceField):
    """A field of constant density inside the cube."""

    def density(self, points: torch.Tensor) -> torch.Tensor:
        return torch.full((len(points),), 0.8)


def test_fog_follows_beer_lambert() -> None:
    """Through constant density k a ray of length L keeps exp(-k L) of its light; depth is the exponential's mean."""
    plain = RadianceField.start(3, torch.Generator().manual_seed(0))
    frames = Fog(plain.grid, plain.density_head, plain.feature_head).render(rig(((0.0, 0.0),)), 8)
    assert frames.alpha[0, 0, 4, 4].item() == pytest.approx(1 - math.exp(-1.6), rel=1e-4)
    mean = 1 / 0.8 - 2 * math.exp(-1.6) / (1 - math.exp(-1.6))  # from the near face, towards the far one
    assert frames.depth[0, 0, 4, 4].item() == pytest.approx(1 - mean, abs=2e-3)


def test_a_fresh_field_is_a_blob_and_learns_a_colour() -> None:
    """The density bias makes a ball in the middle of the frame; a few steps turn it red; it can be meshed."""
    field = RadianceField.start(3, torch.Generator().manual_seed(0))
    field.samples = 24
    first = field.render(rig(), 12)
    assert first.alpha[:, 0, 6, 6].min() > 0.9 and first.alpha[:, 0, 0, 0].max() < 0.1
    pair = rig(((0.0, 20.0), (120.0, -20.0)))
    optimiser = torch.optim.Adam([group["params"][0] for group in field.parameters()], lr=1e-2)
    red = torch.tensor([0.9, 0.1, 0.1]).reshape(1, 3, 1, 1)
    for _ in range(40):
        frames = field.render(pair, 12)
        loss = ((frames.features - red * frames.alpha.detach()) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    error = (frames.features / frames.alpha.clamp(min=0.1) - red).abs() * (frames.alpha > 0.9)
    assert error.detach().max() < 0.1
    mesh = field.to_mesh(size=40)
    assert mesh.figures["watertight"] == 1.0
