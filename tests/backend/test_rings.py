"""Rings: round props keep their look, what one view alone shows goes all around, and what stands out is left alone."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from backend.cameras import points_from_depth, rig
from backend.language.brief import Brief, Item
from backend.priors import ALBEDO, ALPHA, DEPTH, MATERIAL, NORMAL
from backend.rings import PAINT, Rings, ringed
from backend.training.dataset import VIEWS, make_shape, paint_sample
from backend.training.symmetries import round_kinds
from tests.backend.priors.test_embedded import prior_of

CAMERAS = rig()


def views(kind: str, seed: int = 3) -> Tensor:
    """(VIEWS, 13, 48, 48) of one painted object."""
    rng = np.random.default_rng(seed)
    return torch.from_numpy(paint_sample(make_shape(kind, rng, 48), rng).maps[:VIEWS]).float()


def test_noise_goes_and_the_look_stays() -> None:
    """Noise in the paint of a true bottle falls to less than half; outline, normals and depths stay bit for bit."""
    true = views("bottle")
    solid = true[:, ALPHA].expand(-1, 3, -1, -1) > 0.5
    noisy = true.clone()
    noisy[:, ALBEDO] += 0.2 * torch.randn(noisy[:, ALBEDO].shape, generator=torch.Generator().manual_seed(0))
    even = Rings.of(noisy, CAMERAS).even(noisy)
    errors = [float((maps[:, ALBEDO] - true[:, ALBEDO])[solid].square().mean()) for maps in (noisy, even)]
    assert errors[1] < 0.25 * errors[0]
    kept = [k for k in range(13) if k not in PAINT]
    assert torch.equal(even[:, kept], noisy[:, kept])


def test_a_blot_becomes_a_hoop() -> None:
    """What one view shows of a barrel at one height is seen in all the others at that height, and at no other."""
    maps = views("barrel")
    height = points_from_depth(CAMERAS, maps[:, DEPTH][:, 0])[..., 2]
    solid = (maps[:, ALPHA][:, 0] > 0.5) & (maps[:, NORMAL][:, 2].abs() < 0.5)
    hoop, far = solid & (height.abs() < 0.08), solid & (height.abs() > 0.25)
    maps[:, MATERIAL] = -1.0
    maps[0, MATERIAL] = torch.where(hoop[0], 1.0, maps[0, MATERIAL])
    even = Rings.of(maps, CAMERAS).even(maps)[:, MATERIAL][:, 0]
    assert all(float(even[v][hoop[v]].mean()) > -0.8 for v in range(4))
    assert float(even[far].max()) < -0.99


def test_what_stands_out_of_the_rings_keeps_its_paint() -> None:
    """A bucket's handle, whose sides face along the rings, is neither repainted nor does it colour the wall."""
    maps = views("bucket")
    rings = Rings.of(maps, CAMERAS)
    alone = rings.belongs == 0
    assert 0.001 < float(alone.float().mean()) < 0.3
    loud = maps.clone()
    at = rings.view[alone], rings.row[alone], rings.column[alone]
    loud[at[0], 0, at[1], at[2]] = 9.0
    even = rings.even(loud)
    assert torch.equal(even[at[0], :, at[1], at[2]], loud[at[0], :, at[1], at[2]])
    others = rings.belongs > 0
    assert float(even[rings.view[others], 0, rings.row[others], rings.column[others]].max()) <= 1.0


def test_only_those_told_are_evened() -> None:
    """Of a batch of two the one that is not round stays bit for bit; for none there is no hook; an empty view is no error."""
    prior = prior_of()
    x0 = torch.randn(2, 6, 13, 16, 16, generator=torch.Generator().manual_seed(1))
    hook = ringed(prior, [False, True])
    assert ringed(prior, [False, False]) is None and hook is not None
    out = hook(x0, 0.5)
    assert torch.equal(out[0], x0[0]) and not torch.equal(out[1], x0[1])
    empty = torch.zeros(6, 13, 16, 16)
    assert torch.equal(Rings.of(empty, CAMERAS).even(empty), empty)


def test_kinds_are_round_where_all_their_shapes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Barrels and bottles are; a crate has corners, a mug's axis is not the frame's, a penguin a belly, an hourglass posts."""
    monkeypatch.setattr("backend.training.symmetries.ENOUGH", 3)
    kinds = ("barrel", "bottle", "crate", "hourglass", "mug", "penguin")
    shapes = [make_shape(kind, np.random.default_rng(i), 48) for kind in kinds for i in range(3)]
    assert round_kinds(shapes) == ["barrel", "bottle"]


def test_company_checks_and_dots_break_rings() -> None:
    """A striped vase is painted alike all around; a dotted one is not, nor one beside an apple, nor an unknown kind."""
    prior = prior_of()
    prior.kinds, prior.round_kinds = ("vase", "apple", "mug"), ("vase", "apple")
    assert prior.is_round(Brief((Item("vase", ("striped", "red")), Item("rim"))))
    for items in ((Item("vase", ("dotted",)),), (Item("vase"), Item("apple")), (Item("mug"),), ()):
        assert not prior.is_round(Brief(items))


def test_a_part_has_the_whole_ring_or_nothing_of_it() -> None:
    """A hoop that two views of six miss is whole all around, and specks that lie on no hoop fade."""
    maps = views("barrel")
    rings, solid = Rings.of(maps, CAMERAS), maps[:, ALPHA][:, 0] > 0.5
    height = points_from_depth(CAMERAS, maps[:, DEPTH][:, 0])[..., 2]
    hoop, far = solid & (height.abs() < 0.08), solid & (height.abs() > 0.25)
    where = hoop.float()
    where[1] = where[3] = 0.0
    where[0, far[0]] = (torch.rand(int(far[0].sum()), generator=torch.Generator().manual_seed(0)) < 0.1).float()
    even = rings.even_share(where)
    side = hoop & (maps[:, NORMAL][:, 2].abs() < 0.5)
    assert float(even[1][side[1]].mean()) > 0.4 and float(even[far].max()) < 0.35
    assert torch.equal(even[~solid], where[~solid])
