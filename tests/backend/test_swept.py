"""The last word on sampled views' geometry: who has one, and that it stays symmetric."""

from __future__ import annotations

import torch

from backend.cameras import rig
from backend.known import Form
from backend.priors import ALBEDO, DEPTH, Maps, gbuffer
from backend.swept import swept

from .exact_views import box, views


class Silent:
    """A prior that settles nothing."""

    cameras = rig()
    encode, decode = staticmethod(gbuffer.encode), staticmethod(gbuffer.decode)


class Settling(Silent):
    """A prior that brings the front view nearer, left more than right."""

    def swept(self, maps: torch.Tensor, prompt: str) -> torch.Tensor | None:
        if not prompt:
            return None
        out = maps.clone()
        out[0, DEPTH] += torch.linspace(0.1, 0, maps.shape[-1])
        return out


def test_a_prior_without_a_sweep_leaves_the_views_alone() -> None:
    """The very same views come back, not called settled, from a prior that cannot and from one that will not."""
    maps = views(box((0.8, 0.6, 0.7)))
    assert swept(Silent(), maps, "a crate", Form()) is maps  # type: ignore[arg-type]
    assert swept(Settling(), maps, "", Form()) is maps  # type: ignore[arg-type]


def test_what_is_settled_is_said_and_stays_symmetric() -> None:
    """Settled views are marked so; of a kind that is always symmetric both halves of the front end at one depth."""
    maps = views(box((0.8, 0.6, 0.7)))
    maps = Maps(maps.maps, maps.cameras, surfaces=(1, 2))
    one_sided = swept(Settling(), maps, "a crate", Form())  # type: ignore[arg-type]
    assert one_sided.settled and one_sided.surfaces == (1, 2)
    assert torch.equal(one_sided.maps[:, ALBEDO], maps.maps[:, ALBEDO])
    front = one_sided.maps[0, DEPTH][0]
    assert not torch.allclose(front, front.flip(1), atol=0.01)
    even = swept(Settling(), maps, "a crate", Form(symmetry="x")).maps[0, DEPTH][0]  # type: ignore[arg-type]
    solid = maps.maps[0, 3] > 0.5
    assert torch.allclose(even[solid], even.flip(1)[solid], atol=1e-3)
