"""The network that settles paint: what it is shown, what its weights mean, and how it begins."""

from __future__ import annotations

import torch

from backend.cameras import points_from_depth, rig
from backend.priors import ALBEDO, ALPHA, DEPTH
from backend.priors.repaint import CHOICES, OTHERS, PAINT, RINGS, Repaint, around, mixed, shown, surfaces_of
from backend.priors.views_unet import UNetSize

from ..exact_views import box, views

TRUE = views(box((0.9, 0.7, 0.8))).maps
SOLID = TRUE[:, ALPHA] > 0.5


def told(maps: torch.Tensor) -> torch.Tensor:
    """What the network is shown of views."""
    return shown(surfaces_of(maps, rig()), rig(), maps[:, PAINT])


def choosing(choice: int) -> torch.Tensor:
    """Logits that take one choice alone everywhere."""
    logits = torch.full((6, CHOICES, 64, 64), -60.0)
    logits[:, choice] = 60.0
    return logits


def test_other_views_show_the_paint_of_the_same_surface() -> None:
    """Of a box whose paint tells where a point lies, most pixels are told by other views what they show themselves."""
    maps = TRUE.clone()
    places = points_from_depth(rig(), TRUE[:, DEPTH][:, 0])
    maps[:, PAINT] = (places.sum(-1) / 4)[:, None]
    shows = told(maps)
    paint, others, weight = shows.split([5 + len(PAINT), len(PAINT), 1], 1)
    heard = weight[:, 0] > 0.3
    assert heard.float().sum() > 0.05 * SOLID.float().sum()
    gap = (others - paint[:, 5:]).abs().amax(1)[heard]
    assert (gap < 0.05).float().mean() > 0.8


def test_a_choice_takes_the_paint_from_there() -> None:
    """The first choice is the pixel's own; each other one moves the paint by its step, or keeps it where nothing is solid."""
    maps = TRUE.clone()
    maps[:, ALBEDO] = torch.rand(6, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    shows = told(maps)
    assert torch.allclose(mixed(shows, choosing(0)).where(SOLID, 0), (maps[:, PAINT]).where(SOLID, 0), atol=1e-5)
    down, right = around(RINGS)[12]
    taken = mixed(shows, choosing(12))
    there = torch.roll(maps[:, PAINT], (-down, -right), (2, 3))
    inside = SOLID & torch.roll(SOLID, (-down, -right), (2, 3))
    assert torch.allclose(taken.where(inside, 0), there.where(inside, 0), atol=1e-5)
    others = mixed(shows, choosing(len(around(RINGS))))
    heard = (shows[:, -1:] > 0.3) & SOLID
    assert torch.allclose(others.where(heard, 0), shows[:, -9:-1].where(heard, 0), atol=1e-4)
    assert len(around(RINGS)) + len(around(OTHERS)) == CHOICES


def test_it_invents_no_colour_and_moves_no_surface() -> None:
    """Whatever its weights, paint stays between what the views show, and geometry is untouched."""
    torch.manual_seed(0)
    network = Repaint(UNetSize(("crate",), widths=(8, 16), readings=2)).eval()
    torch.nn.init.normal_(network.answer.weight)
    maps = TRUE.clone()
    maps[:, ALBEDO] = 0.3 + 0.4 * torch.rand(6, 3, 64, 64)
    settled = network.settled(maps, rig(), "crate")
    rest = [c for c in range(maps.shape[1]) if c not in PAINT]
    assert torch.equal(settled[:, rest], maps[:, rest])
    paint = settled[:, ALBEDO].where(SOLID, 0.5)
    assert paint.min() > 0.299 and paint.max() < 0.701 and not torch.equal(settled, maps)


def test_one_colour_stays_as_it_is() -> None:
    """Untaught or not, views of one paint keep it."""
    network = Repaint(UNetSize(("crate",), widths=(8, 16))).eval()
    assert torch.allclose(network.settled(TRUE, rig(), "").where(SOLID, 0), TRUE.where(SOLID, 0), atol=1e-4)
