"""The resident worker: takes queued jobs oldest first, hands them to an executor, keeps the job folder's promises."""

from __future__ import annotations

import logging
import logging.handlers
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from typing import Any

from . import presence, readings, store
from .errors import InputError, JobError, PropsmithError, ResourceError, from_exception, problem
from .executors import Executor
from .protocol import Done, Event, Failed, Heartbeat, Note, Progress, failed
from .store import JOB_ID, Store, WorkerLock

LOG = logging.getLogger("propsmith")
POLL_S = 0.25  # how often the queue and the cancel flags are looked at
CANCEL_GRACE_S = 1.2  # a stage that has not yielded for this long after a cancel is abandoned with the process
PATIENCE_S = 3.0  # how long a new worker waits for one that is just leaving


def run_worker(
    at: Store,
    executor: Executor,
    idle_s: float = 300.0,
    restart: Callable[[], None] | None = None,
    understand: Callable[[str, str], readings.Reading | None] | None = None,
) -> bool:
    """Serve the store until idle for `idle_s` or asked to leave. False when another worker already serves it.

    restart: replaces the process when a cancelled stage does not come back (`restart_process`); None waits for it.
    understand: (prior, prompt) -> what the prior reads; prompts asked about are answered beside the jobs.
    """
    lock = _lock_patiently(at)
    if lock is None:
        LOG.info("another worker serves %s", at.folder)
        return False
    LOG.info("worker %d serves %s", os.getpid(), at.folder)
    shift = Shift(at, executor, lock, restart)
    pulse = threading.Thread(target=shift.pulse, name="pulse", daemon=True)
    pulse.start()
    if understand is not None:
        threading.Thread(target=answer_prompts, args=(at, understand, shift.over), name="reader", daemon=True).start()
    try:
        shift.recover()
        _serve(shift, idle_s)
    finally:
        shift.over.set()
        pulse.join(timeout=5.0)
        lock.release()
    LOG.info("worker %d leaves", os.getpid())
    return True


def _lock_patiently(at: Store) -> WorkerLock | None:
    end = time.monotonic() + PATIENCE_S
    while (lock := store.acquire_worker_lock(at)) is None and time.monotonic() < end:
        time.sleep(0.1)
    return lock


def _serve(shift: Shift, idle_s: float) -> None:
    last = time.monotonic()
    while not presence.is_asked_to_leave(shift.at.folder):
        shift.pay_debts()
        job = shift.next_job_or_none()
        if job:
            shift.work(job)
            last = time.monotonic()
        elif time.monotonic() - last > idle_s:
            return
        else:
            time.sleep(POLL_S)


def answer_prompts(at: Store, understand: Callable[[str, str], readings.Reading | None], over: threading.Event) -> None:
    """The reader's thread: answers what Blender asks about prompts, also while a job runs (readings.py)."""
    readings.forget(at)
    while not over.wait(POLL_S):
        for question, prior, prompt in readings.asked(at):
            try:
                found = understand(prior, prompt)
                readings.answer(at, question, found or readings.Reading(prompt))
            except Exception as error:  # a prompt that cannot be read must cost no job
                LOG.error("the prompt %r cannot be read: %s", prompt[:80], from_exception(error, "text"))
                with suppress(OSError):
                    question.unlink(missing_ok=True)


class Shift:
    """One worker's time at a store. The main thread works; `pulse` beats and watches the cancel flag beside it.

    `job` and every write to a job's events are guarded by one mutex, so that no heartbeat follows a job's end.
    """

    def __init__(self, at: Store, executor: Executor, lock: WorkerLock, restart: Callable[[], None] | None) -> None:
        self.at, self.executor, self.lock, self.restart = at, executor, lock, restart
        self.over = threading.Event()
        self.job = ""
        self._settled: set[str] = set()  # jobs that need no further look
        self._debts: dict[str, Event] = {}  # ends that a full disk refused; written as soon as it can be
        self._mutex = threading.RLock()

    # --- the queue

    def _waiting(self) -> Iterator[str]:
        for job in reversed(store.job_ids(self.at)):
            if job not in self._settled and job not in self._debts and JOB_ID.fullmatch(job):
                yield job

    def recover(self) -> None:
        """Put jobs that a dead worker left running back into the queue: once. The second time they fail."""
        for job in self._waiting():
            try:
                status = store.job_status(self.at, job)
                if status.state != "running":
                    continue
                if any(note.code == "requeued" for note in status.notes):
                    LOG.error("job %s has lost its worker twice", job)
                    self._end(job, failed(problem("worker-died")))
                    continue
                LOG.warning("job %s was left running; back into the queue", job)
                store.append_event(
                    self.at, job, Note("requeued", "The worker stopped in the middle; the job starts anew.")
                )
                store.append_event(self.at, job, Progress("queued", 0.0))
            except PropsmithError as error:
                LOG.error("job %s cannot be recovered: %s", job, error)

    def next_job_or_none(self) -> str | None:
        """The oldest queued job. Ends cancelled and unusable ones on the way; leaves foreign folders alone."""
        for job in self._waiting():
            try:
                status = store.job_status(self.at, job)
                if status.state == "cancelled" and not self._has_end(job):
                    self._end(job, failed(problem("cancelled")))
                elif status.state == "queued":
                    store.read_request(self.at, job)
                    return job
            except InputError as error:
                self._end(job, failed(error))
            except JobError as error:
                LOG.warning("job %s is passed over: %s", job, error)
            self._settled.add(job)
        return None

    def _has_end(self, job: str) -> bool:
        events, _ = store.read_events(self.at, job)
        return any(isinstance(stamped.event, Done | Failed) for stamped in events)

    # --- one job

    def work(self, job: str) -> None:
        """Run one job to its end, whatever happens. Only KeyboardInterrupt and SystemExit pass, the job requeued."""
        LOG.info("job %s starts", job)
        end: Event | None = None
        stage = "loading"
        try:
            self._append(job, Progress("loading", 0.0, message="Starting"))
            with self._mutex:
                self.job = job
            request = store.read_request(self.at, job)
            with closing(_as_generator(self.executor.run(request, store.job_folder(self.at, job)))) as events:
                for event in events:
                    if isinstance(event, Done | Failed):
                        end = event
                        break
                    if store.is_cancelled(self.at, job):
                        end = failed(problem("cancelled"))
                        break
                    stage = event.stage if isinstance(event, Progress) else stage
                    self._append(job, event)
            end = end or failed(problem("internal", why="the pipeline ended without a result"))
        except (KeyboardInterrupt, SystemExit):
            LOG.warning("job %s is interrupted; back into the queue", job)
            self._end(job, Progress("queued", 0.0))
            raise
        except Exception as error:
            end = self._explain(job, error, stage)
        self._end(job, end)

    def _explain(self, job: str, error: Exception, stage: str) -> Failed:
        ours = from_exception(error, stage)
        LOG.error("job %s failed in %s: %s", job, stage, ours, exc_info=error)
        if ours.code == "out-of-memory":
            self.executor.forget()
        if store.is_cancelled(self.at, job):
            return failed(problem("cancelled"))
        return failed(ours)

    def _append(self, job: str, event: Event) -> None:
        with self._mutex:
            store.append_event(self.at, job, event)

    def _end(self, job: str, end: Event) -> None:
        """Write a job's last event; on a full disk it is owed and written later. A removed job needs none."""
        with self._mutex:
            self.job = ""
            try:
                store.append_event(self.at, job, end)
            except ResourceError as error:
                LOG.error("the end of job %s cannot be written yet: %s", job, error)
                self._debts[job] = end
                return
            except JobError:
                LOG.info("job %s was removed", job)
            said = f"{end.code}: {end.sentence} {end.remedy}" if isinstance(end, Failed) else end.kind
            LOG.info("job %s: %s", job, said)
            self._debts.pop(job, None)
            if isinstance(end, Done | Failed):
                self._settled.add(job)

    def pay_debts(self) -> None:
        for job, end in list(self._debts.items()):
            self._end(job, end)

    # --- beside it

    def pulse(self) -> None:
        """The daemon thread: beats every 2 s, also through long stages; abandons a cancelled stage that hangs."""
        beat_at, cancel_seen = 0.0, 0.0
        while not self.over.wait(POLL_S):
            now = time.monotonic()
            if now >= beat_at:
                beat_at = now + presence.BEAT_S
                self.lock.beat(self.executor.device)
                self._beat_job()
            if not (self.job and store.is_cancelled(self.at, self.job)):
                cancel_seen = 0.0
            elif not cancel_seen:
                cancel_seen = now
            elif self.restart and now - cancel_seen > CANCEL_GRACE_S:
                self._abandon()

    def _beat_job(self) -> None:
        with self._mutex:
            if not self.job:
                return
            try:
                store.append_event(self.at, self.job, Heartbeat())
            except PropsmithError as error:
                LOG.warning("no heartbeat for job %s: %s", self.job, error)

    def _abandon(self) -> None:
        with self._mutex:
            if not self.job or not self.restart:
                return
            LOG.warning("job %s does not yield to its cancellation; the worker restarts", self.job)
            self._end(self.job, failed(problem("cancelled")))
            self.restart()


def _as_generator(events: Iterator[Event]) -> Any:
    """The iterator as something `closing` can close: executors return generators, tests may return lists' iterators."""
    return events if hasattr(events, "close") else (event for event in events)


def restart_process() -> None:
    """Replace this process by a fresh run of the same command; the lock's file handle closes on the way."""
    logging.shutdown()
    words = sys.orig_argv
    if sys.platform == "win32":  # where execv joins them with blanks, and a path may hold some
        words = [subprocess.list2cmdline([word]) for word in words]
    os.execv(sys.executable, words)


def log_to(at: Store) -> None:
    """Send the log to logs/worker.log, 3 files of 1 MB at most."""
    handler = logging.handlers.RotatingFileHandler(
        at.logs / "worker.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)


def yield_to_others() -> None:
    """Lower this process's priority, so that Blender stays fluid while a job runs."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 -- Windows only

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), 0x4000)  # BELOW_NORMAL_PRIORITY_CLASS
    else:
        os.nice(5)
