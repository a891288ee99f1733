"""The worker's loop: order, cancels, heartbeats, failures, full disks, broken and removed jobs."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend import journal, presence, worker
from backend import store as stores
from backend.errors import problem
from backend.protocol import Done, Event, Failed, Generate, Heartbeat, Note, Progress, Request
from backend.store import JobStatus, Store


@pytest.fixture
def at(tmp_path: Path) -> Store:
    return stores.open_store(tmp_path / "store")


class Scripted:
    """An executor that runs a function of the request; counts the times its models were dropped."""

    device = "test"

    def __init__(self, script: Callable[[Request, Path], Iterator[Event]]) -> None:
        self._script, self.forgotten, self.seen = script, 0, []  # type: ignore[var-annotated]

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        self.seen.append(request.prompt)
        return self._script(request, folder)

    def forget(self) -> None:
        self.forgotten += 1


def queue(at: Store, prompt: str = "x") -> str:
    return stores.create_job(at, Generate(prompt=prompt))


def serve(at: Store, script: Callable[[Request, Path], Iterator[Event]], idle_s: float = 0.0) -> Scripted:
    executor = Scripted(script)
    assert worker.run_worker(at, executor, idle_s)
    return executor


def ok(request: Request, folder: Path) -> Iterator[Event]:
    yield Progress("views", 0.5)
    yield Done("result")


def status_of(at: Store, job: str) -> JobStatus:
    return stores.job_status(at, job)


def test_jobs_run_oldest_first_with_one_resident_executor(at: Store) -> None:
    """The queue is served in the order of asking, and the same executor (with its models) serves all."""
    jobs = [queue(at, name) for name in "abc"]
    executor = serve(at, ok)
    assert executor.seen == ["a", "b", "c"] and executor.forgotten == 0
    assert all(status_of(at, job).state == "done" for job in jobs)


def test_an_idle_worker_leaves_and_frees_the_lock(at: Store) -> None:
    """With nothing to do the worker leaves after its idle time, and another can start."""
    start = time.monotonic()
    serve(at, ok, idle_s=0.5)
    assert 0.5 <= time.monotonic() - start < 3.0
    assert not stores.worker_status(at).running
    serve(at, ok)


def test_a_worker_asked_to_leave_finishes_its_job_first(at: Store) -> None:
    """`leave` ends the worker after the present job, with the rest of the queue kept."""
    jobs = [queue(at) for _ in range(2)]

    def script(request: Request, folder: Path) -> Iterator[Event]:
        stores.ask_worker_to_leave(at)
        yield from ok(request, folder)

    serve(at, script, idle_s=60.0)
    assert [status_of(at, job).state for job in jobs] == ["done", "queued"]


def test_a_terminated_worker_requeues_without_blame(at: Store) -> None:
    """SystemExit (SIGTERM) puts the job back; it does not count as one of its two chances."""
    job = queue(at)

    def terminated(request: Request, folder: Path) -> Iterator[Event]:
        yield Progress("views", 0.5)
        raise SystemExit(143)

    with pytest.raises(SystemExit):
        worker.run_worker(at, Scripted(terminated), 0.0)
    assert status_of(at, job).state == "queued" and status_of(at, job).notes == ()
    serve(at, ok)
    assert status_of(at, job).state == "done"


def test_a_cancel_between_events_closes_the_generator(at: Store) -> None:
    """The pipeline's `finally` runs, and the next job follows in the same worker."""
    closed = []
    first, second = queue(at, "long"), queue(at, "short")

    def script(request: Request, folder: Path) -> Iterator[Event]:
        if request.prompt == "short":
            yield from ok(request, folder)
            return
        try:
            for step in range(1000):
                if step == 3:
                    stores.request_cancel(at, first)
                yield Progress("views", step / 1000)
        finally:
            closed.append(True)

    serve(at, script)
    assert closed == [True]
    assert [status_of(at, job).state for job in (first, second)] == ["cancelled", "done"]


def test_a_finished_result_wins_over_a_late_cancel(at: Store) -> None:
    """A cancel that comes when the result is complete loses no finished work."""
    job = queue(at)

    def script(request: Request, folder: Path) -> Iterator[Event]:
        yield Progress("files", 0.9)
        stores.request_cancel(at, job)
        yield Done("result")

    serve(at, script)
    assert status_of(at, job).state == "done"


def test_a_job_cancelled_in_the_queue_never_starts(at: Store) -> None:
    """A cancel before the start is recorded as the job's end without running it."""
    job = queue(at)
    stores.request_cancel(at, job)
    assert serve(at, ok).seen == []
    events, _ = stores.read_events(at, job)
    assert [type(s.event) for s in events] == [Failed]


def test_a_long_stage_still_beats(at: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage that yields nothing for a while is heard of by its heartbeats, and none follows the job's end."""
    monkeypatch.setattr(presence, "BEAT_S", 0.3)
    job = queue(at)

    def script(request: Request, folder: Path) -> Iterator[Event]:
        yield Progress("shape", 0.5)
        time.sleep(1.5)
        yield Done("result")

    serve(at, script, idle_s=1.0)
    kinds = [s.event.kind for s in stores.read_events(at, job)[0]]
    assert kinds.count(Heartbeat.kind) >= 2 and kinds[-1] == "done"


@pytest.mark.parametrize(
    ("error", "code", "forgets"),
    [(problem("shape-empty"), "shape-empty", 0), (MemoryError(), "out-of-memory", 1), (KeyError("k"), "internal", 0),
     (ModuleNotFoundError("no", name="xatlas"), "package-missing", 0)],
    ids=lambda v: type(v).__name__,
)  # fmt: skip
def test_every_failure_ends_one_job_and_no_worker(at: Store, error: Exception, code: str, forgets: int) -> None:
    """Ours, foreign, memory: the job fails with its code and no traceback, the next one runs."""
    bad, good = queue(at, "bad"), queue(at, "good")

    def script(request: Request, folder: Path) -> Iterator[Event]:
        yield Progress("shape", 0.5)
        if request.prompt == "bad":
            raise error
        yield Done("result")

    executor = serve(at, script)
    status = status_of(at, bad)
    assert status.state == "failed" and status.error is not None and status.error.code == code
    assert "Traceback" not in (at.jobs / bad / "events.jsonl").read_text()
    assert status_of(at, good).state == "done" and executor.forgotten == forgets


def test_a_pipeline_without_an_end_is_our_fault(at: Store) -> None:
    """A generator that stops without Done or Failed is an internal failure, not an endless job."""
    job = queue(at)
    serve(at, lambda request, folder: iter([Progress("views", 0.5)]))
    status = status_of(at, job)
    assert status.error is not None and status.error.code == "internal"


def test_broken_and_foreign_jobs_do_not_stop_the_queue(at: Store) -> None:
    """A bad setting fails that job by name; corrupt and foreign folders are left untouched; the good job runs."""
    bad = queue(at)
    path = at.jobs / bad / "job.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": -4'))
    for name, text in (
        ("holiday", "x"),
        ("20200101-000000-000000-00000000", "{"),
        ("20200101-000000-000001-00000000", '{"format": 7}'),
    ):
        (at.jobs / name).mkdir()
        (at.jobs / name / "job.json").write_text(text)
    good = queue(at)
    serve(at, ok)
    status = status_of(at, bad)
    assert status.error is not None and status.error.code == "setting-range"
    assert status_of(at, good).state == "done"
    assert sorted(p.name for p in (at.jobs / "holiday").iterdir()) == ["job.json"]


def test_a_job_removed_while_it_runs_is_dropped(at: Store) -> None:
    """Removing a running job stops it quietly; the next one runs."""
    gone, good = queue(at, "gone"), queue(at, "good")

    def script(request: Request, folder: Path) -> Iterator[Event]:
        if request.prompt == "gone":
            stores.remove_job(at, gone)
        yield from ok(request, folder)

    serve(at, script)
    assert stores.job_ids(at) == [good] and status_of(at, good).state == "done"


def test_an_end_that_a_full_disk_refused_is_written_later(at: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job whose disk fills up fails with disk-full as soon as one line can be written again."""
    job = queue(at)
    full = threading.Event()
    real = os.write

    def write(handle: int, data: bytes) -> int:
        if full.is_set():
            raise OSError(28, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(journal.os, "write", write)

    def script(request: Request, folder: Path) -> Iterator[Event]:
        full.set()
        threading.Timer(0.6, full.clear).start()
        yield Progress("views", 0.5)
        yield Done("result")

    serve(at, script, idle_s=2.0)
    status = status_of(at, job)
    assert status.error is not None and status.error.code == "disk-full"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "started": "", "host": "", "since": 0}'])
def test_a_damaged_card_means_no_worker(at: Store, text: str) -> None:
    """A card that cannot be read never crashes the panel."""
    (at.folder / presence.CARD).write_text(text)
    assert not stores.worker_status(at).running


def test_the_log_keeps_the_traceback(at: Store) -> None:
    """What the user does not see, the log holds."""
    queue(at)
    worker.log_to(at)

    def script(request: Request, folder: Path) -> Iterator[Event]:
        yield Note("a", "b")
        raise ZeroDivisionError("the divisor")

    try:
        serve(at, script)
    finally:
        for handler in worker.LOG.handlers[:]:
            worker.LOG.removeHandler(handler)
            handler.close()
    text = (at.logs / "worker.log").read_text()
    assert "Traceback" in text and "ZeroDivisionError: the divisor" in text


@pytest.mark.parametrize(("platform", "joined"), [("win32", True), ("linux", False)])
def test_a_restart_keeps_paths_with_blanks(platform: str, joined: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same command is run again; on Windows, where its words are joined to one line, each is quoted for it."""
    command, told = ["python", "-m", "backend", "worker", "--store", r"C:\My Props\store"], []
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(sys, "orig_argv", command)
    monkeypatch.setattr(os, "execv", lambda program, words: told.extend([program, words]))
    monkeypatch.setattr(worker.logging, "shutdown", lambda: None)
    worker.restart_process()
    assert told[0] == sys.executable
    if joined:
        assert " ".join(told[1]) == r'python -m backend worker --store "C:\My Props\store"'
    else:
        assert told[1] == command
