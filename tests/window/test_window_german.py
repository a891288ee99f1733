"""A real Blender window in German: Blender itself looks the panels' words up in our table."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("german")


def test_blender_takes_our_words(played: Played) -> None:
    """An operator's name and a filled-in sentence come out in German."""
    assert played.facts["languages"]
    assert played.facts["label"] == "Prop erzeugen"
    assert played.facts["sentence"] == "Der Prompt hat 3000 Zeichen; die Grenze ist 2000."


def test_the_panel_is_german(played: Played) -> None:
    """The sidebar's pixels change with the language."""
    english, german = (played.pixels(f"{name}-sidebar").astype(int) for name in ("english", "german"))
    assert (np.abs(english - german).max(-1) > 40).mean() > 0.005
