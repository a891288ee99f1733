"""A real Blender window: the lists' filter row, a job's report, Clean Up Jobs and Scatter, by mouse and keys."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window

WOODEN = ["Wooden ladder", "Wooden crate", "Wooden barrel"]


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("lists")


def test_the_list_is_searched_and_filtered(played: Played) -> None:
    """The triangle opens the filter's row; a typed word leaves three titles of eight, Failed one of these."""
    searched, filtered = played.facts["searched"], played.facts["filtered"]
    assert played.facts["opened"] and (searched["words"], searched["shown"]) == ("wooden", "all")
    assert searched["fits"] == WOODEN
    assert (filtered["words"], filtered["shown"]) == ("wooden", "failed") and filtered["fits"] == WOODEN[:1]
    assert (played.pixels("searched-sidebar") != played.pixels("filtered-sidebar")).any()


def test_a_jobs_report_is_on_the_clipboard(played: Played) -> None:
    """It names versions, the job's state, error and settings, and no folder of the artist's."""
    report = played.facts["report"]
    assert played.facts["chosen"] == "Wooden ladder" and report.startswith("Propsmith ")
    assert "State: failed" in report and "[shape-empty]" in report and '"prompt": "a wooden ladder"' in report
    assert "/home/artist" not in report


def test_clean_up_removes_what_came_to_nothing(played: Played) -> None:
    """The dialog's first choice, confirmed by Return, removes the two failed jobs and the cancelled one, whatever is listed."""
    assert played.facts["jobs_before"] == 8
    assert played.facts["jobs_after"] == ["Red mushroom", "Stone well", "Street lamp", "Wooden barrel", "Wooden crate"]
    before, dialog = (played.pixels(name)[320:490, 925:1270].astype(int) for name in ("report", "clean-up"))
    assert (np.abs(before - dialog).max(axis=2) > 20).mean() > 0.2  # it is in the picture


def test_scattered_props_are_turned_by_at_most_turn_jitter(played: Played) -> None:
    """At 30 degrees rows of both prompts stand at many angles, none beyond 30, some beyond 20 to either side."""
    turned = np.array(played.facts["turned_deg"])
    assert set(played.facts["scattered"]) == {"rock", "mushroom"} and len(set(turned)) > 0.8 * len(turned) > 10
    assert np.abs(turned).max() <= 30.1 and turned.min() < -20 and turned.max() > 20
