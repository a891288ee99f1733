"""A real Blender window, real clicks and keys: the panel's states as pictures, and the prop that comes of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window

STATES = ("setup", "preflight", "disabled", "ready", "running", "done", "cancelled", "failed", "broken")


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("panel")


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_pictured(played: Played, state: str) -> None:
    """Every state left a picture of the whole window that is neither black nor blank, its sidebar full of text."""
    window, sidebar = played.pixels(state), played.pixels(f"{state}-sidebar")
    assert window.shape == (900, 1600, 3)
    assert len(np.unique(window.astype(np.int64) @ (65536, 256, 1))) > 200  # colours
    assert 150 <= sidebar.shape[1] <= 600 and sidebar.shape[0] > 500
    bright = (sidebar.min(axis=2) > 150).mean()  # text and icons are light on dark
    assert 0.002 < bright < 0.5, bright


def test_the_preferences_page_is_pictured(played: Played) -> None:
    """The page opens in a window of its own, and the self-test of the true environment, begun there, finds it sound."""
    broken, page = played.pixels("broken"), played.pixels("preferences")
    assert (broken != page).any(axis=2).mean() > 0.1
    rows = played.facts["self_test"].splitlines()
    assert "ok|embedded prior" in played.facts["self_test"] and not any(row.startswith("bad") for row in rows), rows


def test_each_state_looks_different(played: Played) -> None:
    """No two states show the same sidebar."""
    sidebars = {state: played.pixels(f"{state}-sidebar") for state in STATES}
    for i, first in enumerate(STATES):
        for second in STATES[i + 1 :]:
            a, b = sidebars[first], sidebars[second]
            assert a.shape != b.shape or (a != b).any(axis=2).mean() > 0.002, (first, second)


def test_the_computer_is_described_before_set_up(played: Played) -> None:
    """Check This Computer, pressed by the mouse, names Python, GPU, disk and download."""
    rows = played.facts["preflight"]
    assert all(word in rows for word in ("Python", "GPU", "Disk", "Download")), rows


def test_a_disabled_button_makes_nothing(played: Played) -> None:
    """A click on Generate without a prompt queues no job."""
    assert played.facts["jobs_without_prompt"] == 0


def test_keys_reach_the_prompt(played: Played) -> None:
    """What is typed on the keyboard is the scene's prompt, letter by letter."""
    assert played.facts["typed"] == "a red wooden barrel with iron bands"


def test_a_click_becomes_a_prop(played: Played) -> None:
    """One click on Generate: progress with a ghost in the scene, then one object of the size asked for, selected."""
    facts = played.facts
    assert facts["running"]["ghosts"] == 1 and facts["running"]["text"]
    assert facts["done"]["state"] == "done" and facts["ghosts_left"] == 0
    (prop,) = facts["props"]
    assert prop["prompt"] == facts["typed"] and prop["selected"]
    assert max(prop["size"]) == pytest.approx(1.0, abs=1e-3)


def test_the_prop_is_seen(played: Played) -> None:
    """Beside the sidebar, the finished prop changes the viewport in its own colour."""
    ready, done = (played.pixels(state)[150:700, 200:900].astype(int) for state in ("ready", "done"))
    reddish = (done[..., 0] > done[..., 2] + 30) & (np.abs(done - ready).max(axis=2) > 30)
    assert reddish.mean() > 0.01, reddish.mean()


def test_cancel_ends_a_job_in_its_middle(played: Played) -> None:
    """A click on the X of a running job cancels it: no prop lands, the ghost goes, the finished prop stays."""
    facts = played.facts
    assert facts["cancelled"] == {"state": "cancelled", "ghosts": 0} and facts["props_after_cancel"] == 1


def test_failures_name_themselves(played: Played) -> None:
    """A failed job and a worker that cannot start each give a code, a sentence and a remedy, and no traceback."""
    failed, broken = played.facts["failed"], played.facts["broken"]
    assert failed["code"] == "image-no-object" and failed["sentence"] and failed["remedy"]
    assert broken["code"] == "worker-start" and "Traceback" not in broken["sentence"]
