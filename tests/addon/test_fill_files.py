"""The files of lists of places: how long a saved .blend can count on its own."""

from __future__ import annotations

import os

import pytest


@pytest.fixture
def fills(load):
    return load("addon.fill")


@pytest.fixture
def store(load, tmp_path):
    return load("backend.store").open_store(tmp_path / "store")


def saved(fills, store, name: str, used: float, **options):
    """A list saved and last used at `used`, seconds since 1970."""
    fill = fills.Fill(id=name, rows=[fills.Row("1", prompt="a hand-typed prompt")])
    fills.save(store, fill, **options)
    os.utime(fills.folder(store) / f"{name}.json", (used, used))
    return fill


def test_a_list_outlives_hundreds_of_others(fills, store):
    """A list is there with its rows after 300 later ones were made."""
    saved(fills, store, "20260101-first", 0)
    for number in range(300):
        saved(fills, store, f"20260102-{number:03d}", number + 1)
    found = fills.load_or_none(store, "20260101-first")
    assert found is not None and found.rows[0].prompt == "a hand-typed prompt"


def test_the_lists_used_longest_ago_go_first_and_none_that_is_in_use(fills, store, monkeypatch):
    """Beyond the limit goes what was neither written nor opened for longest, however old the others are; none in use goes."""
    for used, name in enumerate(["a shown", "b opened again", "c", "d"], start=1):
        saved(fills, store, name, used)
    monkeypatch.setattr(fills, "FILES_KEPT", 3)
    assert fills.load_or_none(store, "b opened again")
    saved(fills, store, "e", 5, in_use=["a shown"])
    assert {path.stem for path in fills.folder(store).iterdir()} == {"a shown", "b opened again", "d", "e"}
