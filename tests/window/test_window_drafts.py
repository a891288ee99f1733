"""A real Blender window: a capture of the viewport, what the prior reads in a prompt, four drafts and the chosen one made."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("drafts")


def test_the_viewport_becomes_a_picture(played: Played) -> None:
    """The capture shows the grey cube on white, at most 768 pixels wide, and leaves the view's settings as they were."""
    found = played.facts["capture"]
    assert max(found["size"]) == 768 and min(found["corner"]) > 0.97
    assert max(found["middle"]) < 0.9 and played.facts["view_kept"]


def test_a_dropped_webp_asks_for_a_prop(played: Played) -> None:
    """Blender hands the dropped file to our operator, whose dialog is answered by Return; its job runs with that picture, and
    the panel keeps its own."""
    dropped = played.facts["dropped"]
    assert dropped["image"] == "photo.webp" and dropped["state"] in ("running", "done") and dropped["panel_kept"]


def test_drafts_wait_and_the_chosen_one_is_made(played: Played) -> None:
    """No draft lands by itself; Make This One makes the standard prop with the chosen draft's seed."""
    assert played.facts["props_before"] == 0
    assert played.facts["made"] == {"same_seed": True, "preset": "standard"}


def test_the_gallery_is_seen(played: Played) -> None:
    """The sidebar changes from the reading to the drafts' pictures."""
    before, after = (played.pixels(f"{name}-sidebar").astype(int) for name in ("reading", "drafts"))
    assert (np.abs(before - after).max(-1) > 40).mean() > 0.05
