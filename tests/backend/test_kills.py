"""Killing, crowding and cancelling real worker processes: nothing is lost, one worker a store, 2 s to cancel."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend import store as stores
from backend.protocol import Generate
from backend.store import JobStatus, Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def at(tmp_path: Path) -> Store:
    return stores.open_store(tmp_path / "store")


@pytest.fixture
def spawn(at: Store) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts fake workers in processes of their own; none outlives its test."""
    running = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "backend.fake_worker", "--store", str(at.folder), *options]
        running.append(subprocess.Popen(command, cwd=ROOT))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait()


def until(condition: Callable[[], object], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def queue(at: Store, prompt: str = "x") -> str:
    return stores.create_job(at, Generate(prompt=prompt))


def status_of(at: Store, job: str) -> JobStatus:
    return stores.job_status(at, job)


def test_one_store_has_one_worker(at: Store, spawn: Callable[..., subprocess.Popen[bytes]]) -> None:
    """A second worker process finds the lock taken, says so and leaves; the card names the first."""
    first = spawn("--idle", "30")
    until(lambda: stores.worker_status(at).running)
    second = spawn("--idle", "30")
    assert second.wait(120) == 0
    status = stores.worker_status(at)
    assert status.running and status.card is not None and status.card.pid == first.pid
    until(lambda: stores.worker_status(at).card.device == "fake")  # type: ignore[union-attr]
    assert status.silent_s < 5.0


def test_a_killed_worker_is_seen_as_gone_at_once(at: Store, spawn: Callable[..., subprocess.Popen[bytes]]) -> None:
    """After kill -9, even before the process is reaped, the store has no worker and the lock is free."""
    process = spawn("--idle", "30")
    until(lambda: stores.worker_status(at).running)
    os.kill(process.pid, signal.SIGKILL)
    until(lambda: not stores.worker_status(at).running, 5.0)
    locks = []  # the process's other threads may hold the file a moment longer
    until(lambda: locks.append(stores.acquire_worker_lock(at)) or locks[-1], 5.0)  # type: ignore[func-returns-value]
    locks[-1].release()  # type: ignore[union-attr]


def test_a_job_outlives_the_kill_of_its_worker(at: Store, spawn: Callable[..., subprocess.Popen[bytes]]) -> None:
    """kill -9 in the middle: the next worker puts the job back into the queue, says so, and finishes the queue."""
    jobs = [queue(at) for _ in range(2)]
    process = spawn("--script", "slow")
    until(lambda: status_of(at, jobs[0]).stage == "views")
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    with (at.jobs / jobs[0] / "events.jsonl").open("ab") as file:
        file.write(b'{"seq": 99, "t": 1')  # the line it was writing
    assert spawn("--speed", "50", "--idle", "0.1").wait(120) == 0
    assert [status_of(at, job).state for job in jobs] == ["done", "done"]
    assert [n.code for n in status_of(at, jobs[0]).notes].count("requeued") == 1


def test_a_job_that_kills_two_workers_fails(at: Store, spawn: Callable[..., subprocess.Popen[bytes]]) -> None:
    """A job that crashes its worker is tried twice, then fails as worker-died and no longer blocks the queue."""
    job = queue(at)
    for _ in range(2):
        assert spawn("--script", "crash", "--speed", "50").wait(120) == 9
    last = queue(at)
    assert spawn("--speed", "50", "--idle", "0.1").wait(120) == 0
    status = status_of(at, job)
    assert status.state == "failed" and status.error is not None and status.error.code == "worker-died"
    assert status_of(at, last).state == "done"


def test_a_cancel_acts_within_two_seconds(at: Store, spawn: Callable[..., subprocess.Popen[bytes]]) -> None:
    """A job whose stage never yields ends as cancelled within 2 s, and the same process serves on afresh."""
    process = spawn("--script", "hang", "--speed", "20", "--idle", "30")
    for _ in range(2):  # the second shows that the restarted worker serves on
        job = queue(at)
        until(lambda job=job: status_of(at, job).preview == "preview-2.png")  # the last event before it hangs
        time.sleep(0.3)
        asked = time.monotonic()
        stores.request_cancel(at, job)
        until(lambda job=job: status_of(at, job).ended)
        assert time.monotonic() - asked < 2.0
        assert status_of(at, job).state == "cancelled" and time.monotonic() - asked > 1.0  # it did hang
    assert process.poll() is None
