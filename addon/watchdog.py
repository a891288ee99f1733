"""Keeps a worker at work while jobs wait: starts it, and again when it failed, fell silent or ignores a cancel."""

from __future__ import annotations

import time
from pathlib import Path

from ..backend import store as stores
from ..backend.errors import PropsmithError, problem
from . import preferences, worker
from .session import Session, Watch

START_S = 30.0  # a worker that has not shown its card by then failed to start
SILENT_S, STUCK_S = 30.0, 120.0
CANCEL_S = 10.0  # a cancel not obeyed by then is enforced
START_ATTEMPTS = 2


def step(session: Session) -> None:
    """Look after the worker; called once a tick. Never raises ours: what is wrong is kept in `session.worker_error`."""
    active = session.active_jobs()
    if not (active or session.wish) or session.store is None:
        return
    status = stores.worker_status(session.store)
    if session.worker_error is not None:
        if not status.running or status.silent_s > SILENT_S:
            return  # until the artist presses the button that mends it
        session.worker_error = None  # it speaks again
    if not status.running:
        return revive(session)
    session.start_failures = 0
    dismiss_earlier(session, status)
    if any(overdue(w) for w in active):
        worker.kill_worker(status, session.process)  # the next worker finds the cancel flag
    elif status.silent_s > STUCK_S and session.silent_restarts < 1:
        session.silent_restarts += 1
        worker.kill_worker(status, session.process)
    elif status.silent_s > SILENT_S:
        session.worker_error = problem("worker-silent", seconds=int(status.silent_s))


def overdue(watch: Watch) -> bool:
    """Was this running job's cancel ignored for too long?"""
    return (
        bool(watch.cancelled_at)
        and watch.status.state == "running"
        and time.monotonic() - watch.cancelled_at > CANCEL_S
    )


def revive(session: Session) -> None:
    """No worker has the lock: start one, unless ours is still starting or has failed too often."""
    process = session.process
    if process is not None:
        if process.poll() is None and time.monotonic() - session.started_at < START_S:
            return
        if process.poll() is None:
            process.kill()
        if process.returncode != 0:
            session.start_failures += 1
        session.process = None
    if session.start_failures >= START_ATTEMPTS:
        session.worker_error = start_error(session)
        return
    try:
        start(session)
    except PropsmithError as error:
        session.worker_error = error


def start(session: Session) -> None:
    """Start the worker now. Raises python-missing, worker-start."""
    assert session.store is not None
    chosen = preferences.get()
    session.process = worker.start_worker(Path(chosen.python), session.store, chosen.device)
    session.started_at = time.monotonic()
    session.log_size = worker.log_size(session.store)


def start_error(session: Session) -> PropsmithError:
    """worker-start with the last line the worker has written since it was started."""
    assert session.store is not None
    path = worker.log_path(session.store)
    fresh = worker.log_size(session.store) > session.log_size
    tail = [line for line in worker.log_tail(path, 5) if line.strip()] if fresh else []
    return problem("worker-start", why=tail[-1].strip()[:200] if tail else "it wrote nothing to its log")


def restart(session: Session) -> None:
    """End the worker, whatever it does, and start another. Raises python-missing, worker-start."""
    if session.store is None:
        return
    worker.kill_worker(stores.worker_status(session.store), session.process)
    session.worker_error, session.start_failures, session.silent_restarts = None, 0, 0
    session.process = None
    if session.active_jobs():
        start(session)


def dismiss_earlier(session: Session, status: stores.WorkerStatus) -> None:
    """Ask a worker of an earlier version, left from before an update, to leave after its present job: ours follows it.

    One of a later version is kept, so that two Blenders of different versions on one store do not send each other's away.
    """
    if session.store is None or not status.running or status.card is None or status.card.pid == session.dismissed:
        return
    if stores.is_older(status.card.version, stores.own_version()):
        session.dismissed = status.card.pid
        stores.ask_worker_to_leave(session.store)


def dismiss(session: Session) -> None:
    """Let the worker go after its present job, at once where it is still starting, and do not wait for it."""
    if session.store is None:
        return
    status = stores.worker_status(session.store)
    if status.running:
        stores.ask_worker_to_leave(session.store)
    elif worker.kill_worker(status, session.process):  # one that starts would forget the request to leave
        session.process = None
