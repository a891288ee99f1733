"""The plane sweep over the views, and the network that settles their geometry by it: what it is told, and how it begins."""

from __future__ import annotations

import torch

from backend.cameras import rig
from backend.plane_sweep import CHANNELS, KINDS, PLACES, REACH, evidence
from backend.priors import ALPHA, DEPTH, NORMAL
from backend.priors.sweep import GEOMETRY, Sweep, SweepSize, seen_of, widened

from ..exact_views import box, views

PIXEL = 2 / 64
INSIDE, BEHIND, BORNE_OUT, THROUGH = range(KINDS)
TRUE = views(box((0.9, 0.7, 0.8)))


def told(geometry: torch.Tensor, spacing: float = 1.0) -> torch.Tensor:
    """(KINDS, PLACES, P) the evidence at the solid pixels of geometry (V, 5, S, S)."""
    found = evidence(seen_of(geometry, rig()), rig(), spacing)
    assert found.shape[1] == CHANNELS
    solid = geometry[:, 0] > 0.5
    return found[:, : KINDS * PLACES].movedim(1, 0)[:, solid].view(KINDS, PLACES, -1)


def test_true_depths_are_borne_out_where_they_are() -> None:
    """Of a box's exact views the place that most views bear out is the pixel's own, and nothing sees through it."""
    found = told(TRUE.maps[:, GEOMETRY])
    seen = found[BORNE_OUT].amax(0) > 0.3  # by another view at all
    assert seen.float().mean() > 0.5
    best = found[BORNE_OUT][:, seen].argmax(0) - REACH
    assert (best.abs() <= 1).float().mean() > 0.9
    assert (found[THROUGH][REACH] < 0.3).float().mean() > 0.95


def test_a_view_that_lies_too_near_is_told_how_far() -> None:
    """Of one view whose surface is drawn five pixels too near the others bear out places five pixels behind it; in front of
    those they see through."""
    wrong = TRUE.maps[:, GEOMETRY].clone()
    wrong[0, 4] += 5 * PIXEL
    found = told(wrong)[:, :, : int((wrong[0, 0] > 0.5).sum())]
    seen = found[BORNE_OUT].amax(0) > 0.3
    best = found[BORNE_OUT][:, seen].argmax(0) - REACH
    assert ((best + 5).abs() <= 1).float().mean() > 0.8
    assert found[THROUGH][REACH][seen].mean() > 0.5 > found[THROUGH][REACH - 6][seen].mean()


def test_places_can_lie_nearer_to_each_other() -> None:
    """At half a pixel's distance a view three pixels too near is borne out six places behind."""
    wrong = TRUE.maps[:, GEOMETRY].clone()
    wrong[0, 4] += 3 * PIXEL
    found = told(wrong, 0.5)[:, :, : int((wrong[0, 0] > 0.5).sum())]
    seen = found[BORNE_OUT].amax(0) > 0.3
    assert ((found[BORNE_OUT][:, seen].argmax(0) - REACH + 6).abs() <= 2).float().mean() > 0.8


def test_pixels_beside_an_outline_lie_where_their_neighbours_do() -> None:
    """One pixel around the solid ones depth and normal are the solid neighbours' mean; farther off nothing changes."""
    geometry = TRUE.maps[:, GEOMETRY].clone()
    solid = geometry[:, 0] > 0.5
    geometry[:, 4] = torch.where(solid, 0.3, -9.0)
    wide = widened(geometry)
    ring = (torch.nn.functional.max_pool2d(solid[:, None].float(), 3, 1, 1)[:, 0] > 0) & ~solid
    assert torch.allclose(wide[:, 4][ring], torch.tensor(0.3), atol=1e-5)
    assert torch.equal(wide[:, 0], geometry[:, 0])
    assert torch.equal(wide[:, 4][~ring], geometry[:, 4][~ring])


def test_places_outside_an_outline_are_told() -> None:
    """Far before the surface the places leave another view's outline; at the surface they lie within all or on the edge."""
    found = told(TRUE.maps[:, GEOMETRY])
    assert found[INSIDE][-1].mean() < 0.2
    assert found[INSIDE][REACH - 4].mean() > 0.8


def test_the_network_begins_as_nothing() -> None:
    """Untaught, it changes no depth, no outline and no unit normal, and no other channel ever."""
    torch.manual_seed(0)
    network = Sweep(SweepSize(("crate",), widths=(8, 16), readings=2))
    settled = network.settled(TRUE.maps, rig(), "crate")
    solid = TRUE.maps[:, ALPHA][:, 0] > 0.5
    assert torch.equal(settled[:, DEPTH][:, 0][solid], TRUE.maps[:, DEPTH][:, 0][solid])
    assert torch.equal(settled[:, ALPHA] > 0.5, TRUE.maps[:, ALPHA] > 0.5)
    assert (settled[:, NORMAL] - TRUE.maps[:, NORMAL]).movedim(1, -1)[solid].abs().max() < 1e-5
    torch.nn.init.normal_(network.answer.weight)
    moved = network.settled(TRUE.maps, rig(), "crate")
    rest = [c for c in range(TRUE.maps.shape[1]) if not GEOMETRY.start <= c < GEOMETRY.stop]
    assert torch.equal(moved[:, rest], TRUE.maps[:, rest])
    assert not torch.equal(moved[:, DEPTH], TRUE.maps[:, DEPTH])


def test_kinds_it_was_not_taught_share_a_number() -> None:
    """Every unknown kind, and none, has the number after the last."""
    network = Sweep(SweepSize(("crate", "mug"), widths=(8, 16)))
    assert [network.number(kind) for kind in ("crate", "mug", "zeppelin", "")] == [0, 1, 2, 2]
