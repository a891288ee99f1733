"""What a picture's colours make of the views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.cameras import look_at_origin
from backend.palette import paint
from backend.picture_colours import Overlaid, colours_without_light, overlay, with_colours_of
from backend.portrait import Pose, framed_picture
from backend.priors import ALBEDO, ALPHA, Maps

from .analytic_props import MUG, TABLE, views_of
from .test_portrait import photograph

POSE = Pose(40.0, 25.0, 1.0, 0.0)


def wrongly_painted(maps: Maps) -> Maps:
    """The same views, every colour replaced by another: its channels in turn, half as bright."""
    changed = maps.maps.clone()
    changed[:, ALBEDO] = 0.5 * changed[:, ALBEDO].roll(1, 1) + 0.2
    return replace(maps, maps=changed)


def error(maps: Maps, true: Maps) -> float:
    """Mean absolute difference of base colour on the prop."""
    solid = true.maps[:, ALPHA][:, 0] > 0.5
    return float((maps.maps[:, ALBEDO] - true.maps[:, ALBEDO]).abs().mean(1)[solid].mean())


def test_the_pictures_colours_replace_the_priors():
    """A mug sampled in wrong colours comes within 0.04 of the true ones on all sides, even from a pose 8 degrees wrong."""
    true = views_of(MUG)
    wrong, image = wrongly_painted(true), photograph(MUG, 40, 25)
    assert error(wrong, true) > 0.1
    assert error(with_colours_of(wrong, image, POSE), true) < 0.04
    assert error(with_colours_of(wrong, image, Pose(48.0, 20.0, 0.9, 0.0)), true) < 0.04


def test_light_is_told_from_paint():
    """A ball of two paints under one lamp: each is found within 0.05, where the pixels' medians are 0.2 off; of a prior's
    brightness, which the picture does not tell, it takes 0.6 of the way."""
    rng = np.random.default_rng(0)
    normal = rng.normal(size=(600, 3))
    normal[:, 2] = np.abs(normal[:, 2])
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    paints, entry = np.array([[0.8, 0.2, 0.1], [0.2, 0.5, 0.7]]), (normal[:, 0] > 0.2).astype(np.int64)
    light = 0.5 + 0.5 * np.clip(normal @ np.array([0.6, 0.48, 0.64]), 0, 1)
    seen = Overlaid(entry, normal, paints[entry] * light[:, None])
    found = colours_without_light(seen, paints[:, ::-1])
    assert np.abs(found - paints).max() < 0.05
    assert np.abs(colours_without_light(seen, 0.5 * paints[:, ::-1]) - 0.5**0.6 * paints).max() < 0.05
    assert np.abs(np.median(seen.colour[entry == 0], 0) - paints[0]).max() > 0.2


def test_what_the_picture_does_not_show_keeps_its_colour():
    """An entry without a pixel keeps the prior's colour exactly; one pixel moves its entry by a seventh of the way."""
    normal = np.tile([0.0, 0.0, 1.0], (61, 1))
    entry = np.array([0] * 60 + [1])
    seen = Overlaid(entry, normal, np.full((61, 3), 0.8))
    own = np.array([[0.8, 0.8, 0.8], [0.1, 0.1, 0.1], [0.3, 0.6, 0.9]])
    found = colours_without_light(seen, own)
    assert (found[2] == own[2]).all() and found[1] == pytest.approx(0.1 + 0.7 / 7, abs=0.02)


def test_a_picture_that_shares_nothing_changes_nothing():
    """Empty views, and a picture of a few pixels, leave the maps as they are."""
    maps = views_of(MUG)
    empty = replace(maps, maps=torch.zeros_like(maps.maps))
    assert with_colours_of(empty, photograph(MUG, 40, 25), POSE) is empty
    speck = torch.zeros(4, 64, 64)
    speck[:, 30:31, 2:60] = 1.0
    assert with_colours_of(maps, speck, POSE) is maps


def test_normals_are_in_the_cameras_frame():
    """Every overlaid pixel of a table faces the camera; turned back into the world its normals lie along the axes."""
    maps = views_of(TABLE)
    seen = overlay(maps, paint(maps), framed_picture(photograph(TABLE, 40, 25), 48), POSE)
    world = seen.normal @ look_at_origin(40, 25)[:3, :3].T.numpy()
    assert len(seen.entry) > 200 and (seen.normal[:, 2] > 0).all()
    assert (np.abs(world).max(1) > 0.95).mean() > 0.9 and (world[:, 2] > 0.95).mean() > 0.3
