"""A real Blender window: the sliders of a prop, and Blender's own Asset Browser with props that were just saved."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("finish")


def test_the_preview_light_goes_on_and_off_by_its_button(played: Played) -> None:
    """The panel Look and Ship opens by a click on its header; its first button lights the scene and, pressed again, leaves."""
    assert played.facts["lit"] and played.facts["unlit"]
    assert (played.pixels("sliders-sidebar").shape != played.pixels("ship-sidebar").shape) or (
        played.pixels("sliders-sidebar") != played.pixels("ship-sidebar")
    ).any()


def test_blenders_asset_browser_reads_what_was_saved(played: Played) -> None:
    """Both props are there with name, catalog, tags, description, author and licence, without a click on Refresh."""
    assert played.facts["before"] == []
    found = {asset["name"]: asset for asset in played.facts["assets"]}
    assert set(found) == {"Wooden barrel with iron bands", "Red mushroom"}
    for asset in found.values():
        assert asset["author"] == "Ada Artist" and asset["tags"] == ["wood", "outdoor"]
        assert asset["licence"] and asset["description"].startswith("a ")
        assert f"{asset['catalog']}:Props/Village:" in played.facts["catalogs"]


def test_the_assets_are_seen_with_their_pictures(played: Played) -> None:
    """The browser changes from empty to coloured pictures."""
    before, after = (played.pixels(name).astype(int) for name in ("dialog", "browser"))
    coloured = [(np.ptp(p[490:610, 260:480], axis=2) > 40).mean() for p in (before, after)]  # where the first two stand
    assert coloured[0] == 0 and coloured[1] > 0.1, coloured
