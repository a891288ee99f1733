"""The worker's card as others read it: other machines, damaged cards, reused process numbers."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from backend import presence
from backend import store as stores
from backend.store import Store


@pytest.fixture
def at(tmp_path: Path) -> Store:
    return stores.open_store(tmp_path / "store")


def test_a_foreign_machines_worker_is_believed_while_it_beats(at: Store) -> None:
    """On a shared folder another host's card counts as running for 20 s after its last beat, and no longer."""
    lock = stores.acquire_worker_lock(at)
    assert lock is not None
    card = at.folder / presence.CARD
    card.write_text(card.read_text().replace(presence.HOST, "elsewhere"))
    assert stores.worker_status(at).running
    os.utime(card, (time.time() - 60, time.time() - 60))
    assert not stores.worker_status(at).running
    lock.release()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "started": "", "host": "", "since": 0}'])
def test_a_damaged_card_means_no_worker(at: Store, text: str) -> None:
    """A card that cannot be read never crashes the panel."""
    (at.folder / presence.CARD).write_text(text)
    assert not stores.worker_status(at).running


def test_a_reused_pid_is_not_our_worker(at: Store) -> None:
    """A card whose process has gone and whose pid another process got is stale: the start time tells."""
    lock = stores.acquire_worker_lock(at)
    assert lock is not None
    card = at.folder / presence.CARD
    card.write_text(card.read_text().replace(f'"started": "{lock.card.started}"', '"started": "1"'))
    assert not stores.worker_status(at).running
    lock.release()
