"""The worker's card as others read it: other machines, damaged cards, reused process numbers."""

from __future__ import annotations

import json
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


def test_a_card_of_another_version_is_read(at: Store) -> None:
    """A card with fields of the future, or without a version, still shows its worker; versions compare by their numbers."""
    lock = stores.acquire_worker_lock(at)
    assert lock is not None and lock.card.version == stores.own_version() != ""
    card = at.folder / presence.CARD
    told = json.loads(card.read_text())
    card.write_text(json.dumps(told | {"mood": "good"}))
    assert stores.worker_status(at).running
    del told["version"]
    card.write_text(json.dumps(told))
    status = stores.worker_status(at)
    assert status.running and status.card is not None
    assert stores.is_older(status.card.version, stores.own_version())
    assert (
        stores.is_older("0.9.0", "0.10.0") and not stores.is_older("1.0.0", "1.0.0") and not stores.is_older("2", "1.9")
    )
    lock.release()
