"""The textured surface: exact where nothing may change, differentiable where it may, filled where nobody looked."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import trimesh

from backend.cameras import rig
from backend.priors import GBUFFER
from backend.representations.channels import FEATURES, features_of, maps_for
from backend.representations.surface import TexturedSurface
from backend.unwrap import unwrap

CAMERAS = rig()


def surface(size_px: int = 128, shape: bool = False, allowed: torch.Tensor | None = None) -> TexturedSurface:
    mesh = trimesh.creation.icosphere(3, 0.6)
    vertices, faces = np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
    base = torch.rand(8, size_px, size_px, generator=torch.Generator().manual_seed(0)) * 0.5 + 0.25
    free = torch.ones(size_px, size_px, dtype=torch.bool) if allowed is None else allowed
    return TexturedSurface.start(vertices, faces, unwrap(vertices, faces), base, free, shape=shape)


def test_no_change_is_bit_for_bit_the_base() -> None:
    """Before any step the finished texture is the base itself."""
    s = surface()
    assert torch.equal(s.texture(CAMERAS, 32), s.base)


def test_what_is_masked_stays_bit_for_bit() -> None:
    """Where nothing is allowed to change, the texture keeps its values exactly, whatever the changes next to it."""
    allowed = torch.zeros(128, 128, dtype=torch.bool)
    allowed[:, 64:] = True
    s = surface(allowed=allowed)
    s.delta += torch.randn(s.delta.shape, generator=torch.Generator().manual_seed(1))
    out = s.texture(CAMERAS, 32)
    assert torch.equal(out[:, ~allowed], s.base[:, ~allowed])
    assert not torch.equal(out[:, allowed], s.base[:, allowed])


def test_a_change_is_seen_and_fitted() -> None:
    """Gradient descent on the texels makes all views of a sphere red, and the finished texture with them."""
    s = surface()
    optimiser = torch.optim.Adam(s.parameters())
    red = torch.tensor([0.9, 0.1, 0.1]).reshape(1, 3, 1, 1)
    for _ in range(60):
        frames = s.render(CAMERAS, 32)
        loss = ((frames.features[:, :3] - red) * frames.alpha).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    s.delta.requires_grad_(False)
    finished = surface()
    finished.base = s.texture(CAMERAS, 32)
    frames = finished.render(CAMERAS, 32)
    error = ((frames.features[:, :3] - red).abs() * frames.alpha).sum() / frames.alpha.sum() / 3
    assert float(error) < 0.05
    assert not torch.equal(s.base, finished.base)


def test_unseen_texels_take_their_neighbour_in_space() -> None:
    """Seen from the front alone, the far half takes the change of the rim, nowhere zero: no black back side."""
    s = surface()
    s.delta[0] = 0.2
    front = rig(((0.0, 0.0),))
    changed = s.texture(front, 32)[0] - s.base[0]
    from backend.rasterise import rasterise

    covered = rasterise(s.uvs, 128)
    values = changed[covered.row[: covered.inside], covered.column[: covered.inside]]
    assert values.min() > 0.15


def test_displacement_inflates_a_sphere() -> None:
    """A constant displacement d grows a sphere's radius by d: depth follows, normals stay, gradients flow."""
    s = surface(shape=True)
    before = s.render(CAMERAS, 32)
    assert s.displacement is not None
    s.parameters()
    with torch.no_grad():
        s.displacement += 0.05
    after = s.render(CAMERAS, 32)
    middle = (before.depth > 0.5) & (before.alpha > 0)
    assert (after.depth - before.depth)[middle].mean().item() == pytest.approx(0.05, abs=0.006)
    assert (after.normal - before.normal).abs().max() < 0.02
    after.depth.sum().backward()
    assert s.displacement.grad is not None and s.displacement.grad.abs().sum() > 0
    radius = torch.from_numpy(s.to_mesh().vertices).norm(dim=1)
    torch.testing.assert_close(radius, torch.full_like(radius, 0.65), atol=2e-3, rtol=0)


def test_shading_sees_a_bump() -> None:
    """Fitting normals alone raises a bump where one was: the gradient through shading has the right sign."""
    target = surface(shape=True)
    assert target.displacement is not None
    out = torch.from_numpy(target.vertices)
    bump = 0.05 * torch.exp(-((out - torch.tensor([0.0, -0.6, 0.0])) ** 2).sum(1) / 0.02)
    target.displacement += bump
    wanted = target.render(CAMERAS, 48).normal
    s = surface(shape=True)
    groups = s.parameters()
    optimiser = torch.optim.Adam([groups[1]], lr=2e-3)
    for _ in range(40):
        loss = (s.render(CAMERAS, 48).normal - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert s.displacement is not None
    found = s.displacement.detach()
    top = bump > 0.04
    assert float(found[top].mean() - found[bump < 1e-4].mean()) > 0.01


def test_maps_follow_the_channels_by_name() -> None:
    """Every channel of the prior's G-buffer holds what its name says, and the features come back from the maps."""
    frames = surface().render(CAMERAS, 16)
    maps = maps_for(GBUFFER, frames)
    assert maps.shape == (6, 13, 16, 16)
    torch.testing.assert_close(maps[:, GBUFFER.index("depth")], frames.depth[:, 0])
    torch.testing.assert_close(maps[:, GBUFFER.index("roughness")], frames.features[:, FEATURES.index("roughness")])
    torch.testing.assert_close(maps[:, 4:7], frames.normal)
    torch.testing.assert_close(features_of(GBUFFER, maps), frames.features)
    rgb = features_of(("r", "g", "b"), maps_for(("r", "g", "b"), frames))
    torch.testing.assert_close(rgb[:, :3], frames.features[:, :3])
    assert rgb[:, 3:].isnan().all()
