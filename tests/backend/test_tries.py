"""What becomes of several tries of one picture."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from backend.cameras import rig
from backend.priors import ALBEDO, ALPHA, DEPTH, MATERIAL, NORMAL
from backend.tries import mean_of, settled

from .analytic_props import MUG, TABLE, views_of
from .test_portrait import photograph

RED, BLUE = (0.9, 0.1, 0.1), (0.1, 0.1, 0.9)


def drifted(maps: Tensor, seed: int) -> Tensor:
    """Each view moved by up to a pixel, its depth by 1 % of the frame."""
    generator = torch.Generator().manual_seed(seed)
    moved = []
    for view in maps:
        down, across = torch.randint(-1, 2, (2,), generator=generator).tolist()
        view = view.roll((down, across), (1, 2)).clone()
        view[DEPTH] += 0.02 * torch.randn((), generator=generator) * view[ALPHA]
        moved.append(view)
    return torch.stack(moved)


def missed(maps: Tensor, true: Tensor) -> tuple[float, float]:
    """The share of pixels that are solid in one and not in the other, and the mean error of depth where both are."""
    ours, theirs = (m[:, ALPHA][:, 0] > 0.5 for m in (maps, true))
    both = ours & theirs
    return float((ours ^ theirs).sum() / theirs.sum()), float((maps - true)[:, DEPTH][:, 0][both].abs().mean())


def test_the_mean_lies_nearer_than_a_try_does():
    """Of eight tries that drift from a mug, the mean's outline and depths miss less than seven tenths of what a try's do."""
    true = views_of(MUG).maps
    tries = torch.stack([drifted(true, seed) for seed in range(8)])
    outline, depth = (sum(values) / 8 for values in zip(*(missed(one, true) for one in tries), strict=True))
    assert outline > 0.04
    found = missed(mean_of(tries, 0), true)
    assert found[0] < 0.7 * outline and found[1] < 0.7 * depth


def test_materials_are_of_the_best_try():
    """Of tries in red metal and blue wood each pixel of the mean has the material of the best one; where that is empty, that of
    most others, never one between. Colours are blended, and normals keep their length."""
    true = views_of(MUG).maps
    tries = torch.stack([true, true, true, true])
    for one, colour, code in ((0, RED, 1.0), (1, BLUE, -1.0), (2, BLUE, -1.0), (3, RED, 1.0)):
        tries[one, :, ALBEDO] = torch.tensor(colour)[:, None, None]
        tries[one, :, MATERIAL] = code
    tries[3, :, ALPHA, :, :32] = 0.0  # the left half of every view is missing
    solid, missing = true[:, ALPHA][:, 0] > 0.5, torch.arange(64) < 32
    mean = mean_of(tries, 3)
    colour, code = (mean[:, channels].movedim(1, -1) for channels in (ALBEDO, MATERIAL))
    assert (code[solid & ~missing] == 1.0).all() and (code[solid & missing] == -1.0).all()
    assert torch.allclose(colour[solid & ~missing], (torch.tensor(RED) + torch.tensor(BLUE)) / 2, atol=1e-3)
    assert torch.allclose(mean[:, NORMAL].movedim(1, -1)[solid].norm(dim=1), torch.ones(int(solid.sum())), atol=1e-3)


def test_one_try_is_its_own_mean():
    """A single try comes back bit for bit; of two that are the same the outline is the same."""
    true = views_of(TABLE).maps
    assert torch.equal(mean_of(true[None], 0), true)
    assert missed(mean_of(torch.stack([true, true]), 1), true)[0] == 0.0


def test_tries_told_otherwise_have_no_say():
    """Of two tries of a mug and one of a table after a picture of the mug, what comes is the mug's mean, seen from its side."""
    mug, table = views_of(MUG).maps, views_of(TABLE).maps
    tries = torch.stack([table, drifted(mug, 0), drifted(mug, 1)])
    best, mean, pose = settled(tries, rig(), photograph(MUG, 30, 20), ["a table", "a mug", "a mug"], None)
    assert best in (1, 2) and torch.equal(mean, mean_of(tries[1:], best - 1))
    assert pose.azimuth_deg == pytest.approx(30, abs=15) and pose.likeness > 0.7
