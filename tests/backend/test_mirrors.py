"""Mirror symmetry of views: pictures of symmetric shapes are their own mirror images, and the hook makes views so."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.cameras import rig
from backend.language.brief import Brief, Item
from backend.mirrors import Mirror, mirrored
from backend.priors import gbuffer
from backend.sampler import Plan, sample
from backend.training.dataset import VIEWS, make_shape, paint_sample
from backend.training.symmetries import ALIKE, alike, symmetries
from tests.backend.priors.test_embedded import prior_of

CAMERAS = rig()


def views(kind: str, seed: int = 3) -> torch.Tensor:
    """(1, VIEWS, 13, 32, 32) of one painted object, encoded."""
    rng = np.random.default_rng(seed)
    maps = paint_sample(make_shape(kind, rng, 32), rng).maps[:VIEWS]
    return gbuffer.encode(torch.from_numpy(maps)[None])


def test_every_view_but_the_slanted_one_has_a_mirror_image() -> None:
    """About x the sides change places, about y front and back do; only the view at 45 degrees has no partner."""
    x, y = (Mirror.of(CAMERAS, axis) for axis in (0, 1))
    assert x.partner == [0, 3, 2, 1, 4, 5] and y.partner == [2, 1, 0, 3, 4, 5]
    assert x.has == y.has == [True] * 5 + [False]
    assert x.across[:5] == [True] * 5 and y.down == [False] * 4 + [True, False]


@pytest.mark.parametrize("axis", [0, 1])
def test_the_mirror_image_twice_is_the_thing_itself(axis: int) -> None:
    """Mirroring is its own inverse on any maps."""
    maps, mirror = torch.randn(2, 6, 13, 8, 8), Mirror.of(CAMERAS, axis)
    assert torch.equal(mirror.image(mirror.image(maps)), maps)


@pytest.mark.parametrize(("kind", "axis"), [("treasure chest", 0), ("snowman", 0), ("mug", 1)])
def test_true_views_of_a_symmetric_prop_are_their_own_mirror_image(kind: str, axis: int) -> None:
    """Geometry of rendered symmetric kinds survives mirroring, normals and all; the mug's handle fails about the other axis."""
    maps = views(kind)
    image = Mirror.of(CAMERAS, axis).image(maps)
    geometry = slice(3, 8)
    assert (image - maps)[:, :5, geometry].abs().gt(0.1).float().mean() < 0.02
    if kind == "mug":
        other = Mirror.of(CAMERAS, 0).image(maps)
        assert (other - maps)[:, :5, geometry].abs().gt(0.1).float().mean() > 0.02


def test_samples_become_symmetric() -> None:
    """With the hook the sample is its own mirror image about both axes; without one for any axis there is no hook."""
    prior, hook = prior_of(), mirrored(CAMERAS, ["xy"])
    assert mirrored(CAMERAS, ["", ""]) is None and hook is not None
    *_, last = sample(
        prior, prior.condition_on([Brief((Item("mug"),))]), None, Plan(3), torch.Generator().manual_seed(0), hook=hook
    )
    for axis in (0, 1):
        assert torch.allclose(Mirror.of(CAMERAS, axis).image(last.x0), last.x0, atol=1e-5)


def test_kinds_are_symmetric_where_all_their_shapes_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """The chest mirrors about x, the mug about y, the boot about neither."""
    monkeypatch.setattr("backend.training.symmetries.ENOUGH", 3)
    shapes = [
        make_shape(kind, np.random.default_rng(i), 32) for kind in ("treasure chest", "mug", "boot") for i in range(3)
    ]
    assert symmetries(shapes) == {"treasure chest": "x", "mug": "y"}
    assert alike(shapes[0], Mirror.of(CAMERAS, 0)) > ALIKE


def test_company_breaks_symmetry() -> None:
    """A mug alone is symmetric about y; with another prop in it nothing is known, and an unknown kind never was."""
    prior = prior_of()
    prior.kinds, prior.symmetries = ("mug", "apple"), {"mug": "y"}
    assert prior.symmetry(Brief((Item("mug", ("red",)), Item("handle")))) == "y"
    assert prior.symmetry(Brief((Item("mug"), Item("apple")))) == prior.symmetry(Brief((Item("apple"),))) == ""


def test_each_sample_of_a_batch_has_its_own_symmetry() -> None:
    """Of two samples only the one told so changes, the other stays bit for bit."""
    x0, hook = torch.randn(2, 6, 13, 8, 8), mirrored(CAMERAS, ["", "y"])
    assert hook is not None
    out = hook(x0, 0.5)
    assert torch.equal(out[0], x0[0]) and torch.allclose(Mirror.of(CAMERAS, 1).image(out[1]), out[1])
