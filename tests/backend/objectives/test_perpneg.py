"""Perp-Neg and view prompts against their definitions."""

from __future__ import annotations

import math

import pytest
import torch

from backend.cameras import rig
from backend.objectives import OBJECTIVES, Draw, Guide, gradient
from backend.objectives.perpneg import guided, perpendicular
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.view_words import azimuth_elevation_deg, view_mix


def test_perpendicular_is_an_orthogonal_projection() -> None:
    """perp(x, y) is at right angles to y, leaves what already is, and removes y itself."""
    x, y = torch.randn(2, 5, 3, 4, 4)
    p = perpendicular(x, y)
    assert ((p * y).sum((1, 2, 3)).abs() < 1e-4).all()
    torch.testing.assert_close(perpendicular(p, y), p, atol=1e-5, rtol=1e-4)
    assert perpendicular(2 * y, y).abs().max() < 1e-5


def test_views() -> None:
    """Azimuth 0 is the front, 180 the back, whatever the winding; 61 degrees up is overhead."""
    nearest = [
        mix.first if mix.r > 0.5 else mix.second for mix in (view_mix(a, 10) for a in (0, -29, 359, 89, 90, 151, 540))
    ]
    assert nearest == ["front", "front", "front", "side", "side", "back", "back"]
    assert view_mix(0, 61).first == "overhead"
    assert azimuth_elevation_deg(rig().world_from_camera)[1] == pytest.approx((90.0, -20.0), abs=1e-4)


def test_weights_at_the_named_views() -> None:
    """At the front the side is the negative with the published weight; at the back the front is, most strongly."""
    front, back = view_mix(0, 0), view_mix(180, 0)
    assert front.first == "front" and front.r == 1
    assert dict(front.negatives)["front"] == pytest.approx(-(4 * math.exp(-0.5) - 2.426))
    assert dict(front.negatives)["side"] == pytest.approx(-(4 - 2.426))
    assert dict(back.negatives)["front"] == pytest.approx(-(1 + 0.967)) and back.second == "back" and back.r == 0
    assert all(w == 0 for _, w in view_mix(0, 80).negatives)


def test_engine_adds_the_same_terms() -> None:
    """SDS with view negatives in the engine equals w(t) (Perp-Neg's plain prediction - e)."""
    torch.manual_seed(0)
    shape = (1, 3, 4, 4)
    model = GaussianPrior({n: Gaussian(torch.randn(shape), 0.5) for n in ("", "y", "side", "front")})
    conds = {
        n: model.condition([p] * 2) for n, p in {"text": "y", "null": "", "side": "side", "front": "front"}.items()
    }
    z, e = torch.randn(2, 2, *shape)
    t = torch.tensor([0.4, 0.6])
    weights = {"side": torch.tensor([-0.7, -1.1]), "front": torch.tensor([-0.2, -0.4])}
    g = gradient(OBJECTIVES["sds"], Guide(model, conds, guidance=9.0, perp=tuple(weights.items())), z, Draw(t, t, e))
    alpha, sigma = (level.reshape(2, 1, 1, 1, 1) for level in model.schedule.alpha_sigma(t))
    eps = {n: model.predict(alpha * z + sigma * e, t, c).eps for n, c in conds.items()}
    plain = guided(eps["null"], eps["text"], [(eps[n], w) for n, w in weights.items()], 9.0)
    torch.testing.assert_close(g, sigma**2 * (plain - e), rtol=1e-4, atol=1e-4)
