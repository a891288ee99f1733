"""The store folder and its job folders: create, list, read, cancel, retry, remove. Standard library only.

    store.json    {"format": 1}
    jobs/<id>/    job.json, owner.json, events.jsonl, control.json, cancel, imported, result/ (see protocol.py)
    logs/         worker.log
    worker.lock, worker.json, leave    see presence.py
Job ids sort by time. Names that begin with a dot are being made or removed and are nobody's business.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from . import journal, presence
from .disk import probe, read_json, write_atomic, writing
from .disk import written_beside as written_beside
from .errors import PropsmithError, problem
from .presence import WorkerLock as WorkerLock
from .presence import WorkerStatus as WorkerStatus
from .presence import is_older as is_older
from .presence import own_version as own_version
from .presence import process_start as process_start
from .protocol import (
    FORMAT,
    Control,
    Event,
    Failed,
    Request,
    Stamped,
    request_from_json,
    request_to_json,
)
from .settings import check, from_dict
from .status import JobStatus as JobStatus
from .status import advance as advance
from .status import state_of as state_of

JOB_ID = re.compile(r"\d{8}-\d{6}-\d{6}-[0-9a-f]{8}")


@dataclass(frozen=True)
class Store:
    """An opened store; made by `open_store`."""

    folder: Path

    @property
    def jobs(self) -> Path:
        return self.folder / "jobs"

    @property
    def logs(self) -> Path:
        return self.folder / "logs"


@dataclass(frozen=True)
class JobEntry:
    """One folder of the store. `request` is None, and `error` says why, when it is corrupt, foreign or too new."""

    job: str
    request: Request | None
    error: PropsmithError | None = None
    owner: str = ""
    imported: bool = False


def open_store(path: str | Path) -> Store:
    """Open the store at `path`, made if it is missing or empty.

    Raises store-foreign, store-version, folder-read-only, disk-full.
    """
    folder = Path(path).expanduser().absolute()
    if "\0" in str(folder) or (folder.exists() and not folder.is_dir()):
        raise problem("store-foreign", path=folder)
    store = Store(folder)
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        names = [n for n in os.listdir(folder) if not n.startswith(".")]
    if "store.json" in names:
        _check_format(folder)
    elif names:
        raise problem("store-foreign", path=folder)
    else:
        write_atomic(folder / "store.json", json.dumps({"format": FORMAT}))
    with writing(folder):
        store.jobs.mkdir(exist_ok=True)
        store.logs.mkdir(exist_ok=True)
        probe(store.jobs)
    return store


def _check_format(folder: Path) -> None:
    try:
        values = read_json(folder / "store.json")
    except (OSError, ValueError, RecursionError) as error:
        raise problem("store-foreign", path=folder) from error
    if not isinstance(values, dict) or "format" not in values:
        raise problem("store-foreign", path=folder)
    if values["format"] != FORMAT:
        raise problem("store-version", path=folder, version=values["format"])


# --- jobs


def create_job(store: Store, request: Request, owner: str = "") -> str:
    """Queue a request; returns its job id. `owner` names the Blender session that imports the result by itself.

    The folder appears whole, by one rename. Raises disk-full, folder-read-only.
    """
    now = time.time_ns()
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime(now // 10**9))
    job = f"{stamp}-{now // 1000 % 10**6:06d}-{os.urandom(4).hex()}"
    made = store.jobs / f".new-{job}"
    try:
        with writing(store.jobs):
            made.mkdir()
        write_atomic(made / "job.json", json.dumps(request_to_json(request), indent=1))
        write_atomic(made / "owner.json", json.dumps({"owner": owner}))
        with writing(store.jobs):
            os.rename(made, store.jobs / job)
    except PropsmithError:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return job


def job_folder(store: Store, job: str) -> Path:
    """The folder of an existing job; raises job-missing (also for names that could leave the store)."""
    folder = store.jobs / job
    if not job or job != Path(job).name or job.startswith(".") or "\0" in job or not folder.is_dir():
        raise problem("job-missing", job=job)
    return folder


def result_folder(store: Store, job: str, name: str = "result") -> Path:
    """Where a job's result lies or will lie; `name` is `Done.result`."""
    if name != Path(name).name or name in ("", ".", ".."):
        raise problem("job-corrupt", job=job, why=f"it names the result folder {name!r}")
    return job_folder(store, job) / name


def read_request(store: Store, job: str) -> Request:
    """The request of a job. Raises job-missing, job-corrupt, job-version, or the InputError of a bad setting."""
    folder = job_folder(store, job)
    try:
        values = read_json(folder / "job.json")
    except FileNotFoundError as error:
        raise problem("job-corrupt", job=job, why="it has no job.json") from error
    except (OSError, ValueError, RecursionError) as error:
        raise problem("job-corrupt", job=job, why=f"job.json cannot be read ({error})"[:200]) from error
    return request_from_json(job, values)


def job_ids(store: Store) -> list[str]:
    """All folders of the store that may be jobs, newest first; nothing is opened."""
    try:
        return sorted((n for n in os.listdir(store.jobs) if not n.startswith(".")), reverse=True)
    except OSError:
        return []


def list_jobs(store: Store) -> list[JobEntry]:
    """Every folder under jobs/, newest first; what cannot be read is listed with its error. Never raises."""
    return [read_entry(store, job) for job in job_ids(store)]


def read_entry(store: Store, job: str) -> JobEntry:
    """One row of `list_jobs`. Never raises."""
    try:
        if not JOB_ID.fullmatch(job):
            raise problem("job-corrupt", job=job, why="its name is not a job's")
        return JobEntry(job, read_request(store, job), None, owner_of(store, job), is_imported(store, job))
    except PropsmithError as error:
        return JobEntry(job, None, error)


def retry_job(store: Store, job: str, owner: str = "") -> str:
    """A new job with the same request; its owner is `owner`, or the old job's."""
    return create_job(store, read_request(store, job), owner or owner_of(store, job))


def remove_job(store: Store, job: str) -> None:
    """Remove a job and its files for good; a running one is cancelled. Raises job-missing, folder-read-only."""
    folder = job_folder(store, job)
    with suppress(PropsmithError):
        request_cancel(store, job)
    doomed = store.jobs / f".removed-{job}"
    with writing(store.jobs):
        os.replace(folder, doomed)
    shutil.rmtree(doomed, ignore_errors=True)


def owner_of(store: Store, job: str) -> str:
    """The session that asked for the job, or "" when that is not known."""
    try:
        owner = read_json(job_folder(store, job) / "owner.json")["owner"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return ""
    return owner if isinstance(owner, str) else ""


def mark_imported(store: Store, job: str) -> bool:
    """Note durably that the result is in a scene. True for the first caller only: two Blenders cannot both import."""
    with writing(store.jobs):
        try:
            os.close(os.open(job_folder(store, job) / "imported", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
    return True


def is_imported(store: Store, job: str) -> bool:
    return (store.jobs / job / "imported").exists()


# --- events


def append_event(store: Store, job: str, event: Event) -> Stamped:
    """Worker side: append one whole line to events.jsonl, numbered after the last. One writer at a time."""
    return journal.append(job_folder(store, job) / "events.jsonl", event)


def read_events(store: Store, job: str, offset: int = 0) -> tuple[list[Stamped], int]:
    """The events of the whole lines after byte `offset`, and the offset to go on from. [] when nothing is new.

    At most 1 MiB at once. A corrupt line becomes a Note "event-corrupt" in its place. Raises job-missing, job-corrupt.
    """
    folder = job_folder(store, job)
    try:
        return journal.read(folder / "events.jsonl", offset)
    except OSError as error:
        raise problem("job-corrupt", job=job, why=f"events.jsonl cannot be read ({error.strerror})") from error


def job_status(store: Store, job: str) -> JobStatus:
    """The status of a job from all its events; a queued job with a cancel flag is already cancelled."""
    status, offset = JobStatus(), 0
    while True:
        events, offset = read_events(store, job, offset)
        if not events:
            break
        for stamped in events:
            status = advance(status, stamped)
    if status.state == "queued" and is_cancelled(store, job):
        return replace(status, state="cancelled", error=Failed(**problem("cancelled").as_dict()))
    return status


# --- what the artist tells a running job


def request_cancel(store: Store, job: str) -> None:
    """Raise the job's cancel flag; the worker acts on it within 2 s. Raises job-missing."""
    write_atomic(job_folder(store, job) / "cancel", "")


def is_cancelled(store: Store, job: str) -> bool:
    return (store.jobs / job / "cancel").exists()


def write_control(store: Store, job: str, control: Control) -> None:
    write_atomic(job_folder(store, job) / "control.json", json.dumps(asdict(control)))


def read_control(store: Store, job: str) -> Control:
    """What control.json says, or the neutral Control when there is none. Raises job-corrupt, or a setting's error."""
    try:
        values = read_json(job_folder(store, job) / "control.json")
    except FileNotFoundError:
        return Control()
    except (OSError, ValueError, RecursionError) as error:
        raise problem("job-corrupt", job=job, why=f"control.json cannot be read ({error})"[:200]) from error
    control = from_dict(Control, values)
    check(control)
    return control


def acquire_worker_lock(store: Store) -> WorkerLock | None:
    """The store's one worker lock, or None when another worker holds it."""
    return presence.acquire_worker_lock(store.folder)


def worker_status(store: Store) -> WorkerStatus:
    """Whether a worker lives here: pid, since when, last heartbeat, device. Cheap enough for a timer."""
    return presence.worker_status(store.folder)


def ask_worker_to_leave(store: Store) -> None:
    """Ask the worker to exit after its present job."""
    presence.ask_worker_to_leave(store.folder)
