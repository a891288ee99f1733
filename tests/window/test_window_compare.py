"""A real Blender window: Compare is a true hold of a key or a mouse button; from the panel it lasts until the next click."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("compare")


def test_a_held_key_holds_the_old_version(played: Played) -> None:
    """v1 from press to release, through the keyboard's repeats, the wheel, which comes nearer, and Ctrl+Z, which waits."""
    names = ("before", "held", "held_on", "released", "button_held", "button_released")
    assert [played.facts[name] for name in names] == ["v2", "v1", "v1", "v2", "v1", "v2"]
    assert played.facts["nearer"]


def test_a_click_on_the_button_lasts_until_the_next(played: Played) -> None:
    """v1 until a click, until Esc, and until a click in whatever editor stands there by then."""
    names = ("clicked", "clicked_again", "for_escape", "escaped", "area_changed", "area_clicked")
    assert [played.facts[name] for name in names] == ["v1", "v2", "v1", "v2", "v1", "v2"]


def test_the_status_bar_says_how_to_go_back(played: Played) -> None:
    """The bar at the window's lower edge reads otherwise while a key is held than after a click."""
    held, clicked = (played.pixels(name)[-24:, :800].astype(int) for name in ("held", "clicked"))
    assert (held.max(axis=2) > 100).any() and (np.abs(held - clicked).max(axis=2) > 60).sum() > 100
