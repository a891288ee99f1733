"""A real Blender window: Refine, Compare, versions, Ctrl+Z and Cancel by mouse and keys on the default cube."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("refine")


def test_a_click_makes_a_version_of_the_cube(played: Played) -> None:
    """Without a prompt the button is dead; with one typed by keys it makes version 2 on the cube itself."""
    facts = played.facts
    assert facts["jobs_without_prompt"] == 0 and facts["typed"] == "a wooden crate"
    assert facts["landed"] == "v2" and "beside" not in facts["notes"]
    assert facts["mesh_before"] == facts["mesh_after"] == [8, 6]


def test_compare_shows_the_old_one_and_gives_back_the_new(played: Played) -> None:
    """While comparing v1 is shown, after the next click v2; a click on v1 shows it for good, and one Ctrl+Z undoes that."""
    facts = played.facts
    assert [facts[k] for k in ("comparing", "compared", "chosen", "undone")] == ["v1", "v2", "v1", "v2"]


def test_the_cube_is_seen_in_both_versions(played: Played) -> None:
    """The viewport shows the refined cube in its colours, and the plain grey one while comparing."""
    done, plain = (played.pixels(state)[150:700, 200:1100].astype(int) for state in ("done", "compare"))
    changed = (np.abs(done - plain).max(axis=2) > 20).mean()
    coloured = [(np.ptp(p, axis=2) > 20).mean() for p in (done, plain)]
    assert changed > 0.01 and coloured[0] > coloured[1] + 0.01, (changed, coloured)


def test_shape_and_texture_make_a_third_version(played: Played) -> None:
    """Shape + texture shows its light mesh while it works, lands as v3 with another mesh, and leaves no light mesh."""
    facts = played.facts
    assert facts["typed_again"] == "a treasure chest"  # Return takes what was typed, not its only completion
    assert facts["shaped"] == "v3" and facts["mesh_shaped"][1] > 100 and facts["light_left"] == 0


def test_cancel_keeps_the_version_shown(played: Played) -> None:
    """A refinement cancelled in its middle leaves the object as it was, and no light mesh."""
    assert played.facts["cancelled"] == "v3" and played.facts["light_after_cancel"] == 0
