"""Two real windows of one Blender, each with its own scene: props, fills, edit modes and comparisons do not mix."""

from __future__ import annotations

import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("windows")


def test_each_window_gets_its_prop_selected(played: Played) -> None:
    """A prop asked for in a window lands in that window's scene and becomes the selection there."""
    facts = played.facts
    assert facts["scenes"] == ["Scene", "Second"]
    assert facts["props"] == [["a wooden barrel"], ["a mushroom"]]
    assert all(len(names) == 1 for names in facts["selected"]), facts["selected"]


def test_edit_mode_in_one_window_holds_the_other_back(played: Played) -> None:
    """While the second window edits a mesh nothing lands in the first; afterwards it does."""
    facts = played.facts
    assert facts["while_editing"] == ["a wooden barrel"] and facts["after_editing"] == ["a crate", "a wooden barrel"]


def test_both_scenes_are_filled_from_their_own_lists(played: Played) -> None:
    """Two fills run side by side; the panel shows the last list, knows whose it is, and turns to the other by a button."""
    facts = played.facts
    assert facts["list_of"] == "Second" and facts["start_in_first"] is False and facts["list_after"] == "Scene"
    assert facts["filled"] == [
        ["a crate", "a wooden barrel", "wooden stool", "wooden stool"], ["a mushroom", "lantern", "lantern"]
    ]  # fmt: skip


def test_a_comparison_in_one_window_holds_landings_back_and_ends_with_it(played: Played) -> None:
    """Nothing lands while the second window compares; closing that window ends the comparison, v2 is shown again."""
    facts = played.facts
    assert facts["comparing"] == 0 and facts["landed_while_comparing"] is False and facts["compared"] == 1
