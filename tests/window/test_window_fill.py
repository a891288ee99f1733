"""A real Blender window: a blocked-out scene filled by mouse and keys, one row left out in mid-job, all undone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.window.stage import Played

pytestmark = pytest.mark.window

NAMES = {"wooden_barrel.001", "wooden_barrel.002", "TreasureChest", "Cube.001", "red_mushroom", "tree"}


@pytest.fixture(scope="module")
def played(play) -> Played:
    return play("fill")


def test_placeholders_become_rows(played: Played) -> None:
    """Add Selected reads prompts from names and sizes from boxes; a name that says nothing waits for a prompt."""
    rows = played.facts["rows"]
    assert set(rows) == NAMES and rows["wooden_barrel.001"] == ["wooden barrel", "ready"]
    assert rows["Cube.001"][1] == "bad" and played.facts["typed"] == ["a snowman", "ready"]
    assert played.facts["chosen"] == "Cube.001"
    assert played.facts["sizes"]["tree"] == pytest.approx([1.1, 1.1, 2.0])


def test_props_land_in_their_boxes(played: Played) -> None:
    """Each row but the one left out lands, no larger than its box on any side; equal prompts share one mesh."""
    facts = played.facts
    landed = {name for name, state in facts["filled"].items() if state == "landed"}
    assert landed == NAMES - {"tree"} and facts["jobs"] == 5
    assert sorted(facts["hidden"]) == sorted(landed)
    meshes = {name: facts["meshes"][facts["keys"][name]] for name in landed}
    assert meshes["wooden_barrel.001"] == meshes["wooden_barrel.002"] and len(set(meshes.values())) == 4
    for name in landed:
        prop, box = sorted(facts["boxes"][facts["keys"][name]]), sorted(facts["sizes"][name])
        assert all(p <= b * 1.01 for p, b in zip(prop, box, strict=True)), (name, prop, box)


def test_a_row_left_out_in_mid_job_is_cancelled_and_taken_up_again(played: Played) -> None:
    """Skip, clicked while the row's job runs, cancels the job; Retry makes its prop after all."""
    facts = played.facts
    assert facts["filled"]["tree"] == "skipped" and facts["skipped_job_state"] == "cancelled"
    assert facts["retried"]["tree"] == "landed"


def test_the_fill_is_seen(played: Played) -> None:
    """The viewport shows props where grey boxes were."""
    boxes, done = (played.pixels(state)[150:700, 200:1100].astype(int) for state in ("ready", "done"))
    coloured = [(np.ptp(p, axis=2) > 20).mean() for p in (boxes, done)]
    assert coloured[1] > coloured[0] + 0.01, coloured


def test_undo_takes_all_props_out_and_ctrl_z_brings_them_back(played: Played) -> None:
    """Undo Fill leaves the placeholders alone in view; Ctrl+Z brings all six props back."""
    count, in_view = played.facts["undone"]
    assert count == 0 and set(in_view) >= NAMES and played.facts["again"] == 6
