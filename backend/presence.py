"""The one worker of a store: its lock, its visiting card, how others see or dismiss it. Standard library only.

The lock is the operating system's (flock, or msvcrt on Windows) on `worker.lock`, so a crash frees it. The card,
`worker.json`, names pid, process start time and host; its modification time is the heartbeat. Others only read the card
and never touch the lock.
"""

from __future__ import annotations

import json
import os
import sys
import time
import tomllib
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import Any

from .disk import read_json, write_atomic, writing
from .errors import ResourceError

if sys.platform == "win32":
    import ctypes
    import msvcrt

    HOST = os.environ.get("COMPUTERNAME", "")
else:
    import fcntl

    HOST = os.uname().nodename

CARD, LOCK, LEAVE = "worker.json", "worker.lock", "leave"
BEAT_S = 2.0
SILENT_S = 20.0  # a card untouched for longer belongs to a worker that is gone or stuck


@dataclass(frozen=True)
class Card:
    """Who holds the lock. `started` tells a process from a later one of the same pid; `since` is Unix time."""

    pid: int
    started: str
    host: str
    since: float
    device: str = ""
    python: str = ""
    version: str = ""  # of the extension whose code it runs; "" before versions were told


@dataclass(frozen=True)
class WorkerStatus:
    """A store's worker as others see it. `silent_s` counts from its last heartbeat."""

    running: bool
    card: Card | None = None
    last_heartbeat: float = 0.0

    @property
    def silent_s(self) -> float:
        return max(time.time() - self.last_heartbeat, 0.0) if self.card else 0.0


@cache
def own_version() -> str:
    """The version of the extension that this code belongs to; "" where it has no manifest."""
    try:
        text = (Path(__file__).parents[1] / "blender_manifest.toml").read_text("utf-8")
        return str(tomllib.loads(text)["version"])
    except (OSError, ValueError, KeyError):
        return ""


def is_older(version: str, than: str) -> bool:
    """Whether one version comes before another: by its numbers, "" before all."""
    numbers = [tuple(int(part) for part in str(text).split(".") if part.isdecimal()) for text in (version, than)]
    return numbers[0] < numbers[1]


class WorkerLock:
    """The held lock. Keep it alive as long as the worker works; `release` (or the process's end) frees it."""

    def __init__(self, folder: Path, handle: int, card: Card) -> None:
        self._folder, self._handle, self.card = folder, handle, card
        self._write(card)

    def _write(self, card: Card) -> None:
        write_atomic(self._folder / CARD, json.dumps(asdict(card)))

    def beat(self, device: str) -> None:
        """Touch the card; writes it again when the device has become known or somebody removed it."""
        # a heartbeat missed on a full or vanished disk is not worth a crash: the job itself will tell
        with suppress(OSError, ResourceError):
            if device != self.card.device or not (self._folder / CARD).exists():
                self.card = replace(self.card, device=device)
                self._write(self.card)
            else:
                os.utime(self._folder / CARD)

    def release(self) -> None:
        with suppress(OSError):
            (self._folder / CARD).unlink()
        os.close(self._handle)


def acquire_worker_lock(folder: Path) -> WorkerLock | None:
    """The lock of the store at `folder`, or None when another worker holds it. Clears a stale request to leave."""
    with writing(folder):
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    if not _lock(handle):
        os.close(handle)
        return None
    with suppress(FileNotFoundError):
        (folder / LEAVE).unlink()
    pid = os.getpid()
    return WorkerLock(
        folder, handle, Card(pid, process_start(pid), HOST, time.time(), "", sys.executable, own_version())
    )


def _lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def worker_status(folder: Path) -> WorkerStatus:
    """Whether a worker lives in the store at `folder`. Takes well under a millisecond; never blocks, never locks."""
    try:
        beat = (folder / CARD).stat().st_mtime
        told = read_json(folder / CARD)
        card = Card(**{item.name: told[item.name] for item in fields(Card) if item.name in told})
    except (OSError, ValueError, TypeError, RecursionError):
        return WorkerStatus(False)
    if not isinstance(card.pid, int) or card.pid <= 0:
        return WorkerStatus(False)
    fresh = time.time() - beat < SILENT_S
    if card.host != HOST or card.started == "alive":  # another machine's, or macOS: only the heartbeat can tell
        alive = fresh and (card.host != HOST or process_start(card.pid) != "")
    else:
        alive = card.started != "" and process_start(card.pid) == card.started
    return WorkerStatus(alive, card, beat)


def ask_worker_to_leave(folder: Path) -> None:
    """Ask the worker to exit after (never in the middle of) its present job."""
    write_atomic(folder / LEAVE, "")


def is_asked_to_leave(folder: Path) -> bool:
    return (folder / LEAVE).exists()


if sys.platform == "win32":

    def process_start(pid: int) -> str:
        """A string that identifies this run of process `pid` (its creation time), or "" when it does not live."""
        kernel: Any = ctypes.windll.kernel32
        kernel.OpenProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(kernel.OpenProcess(0x1000, False, pid))  # PROCESS_QUERY_LIMITED_INFORMATION
        if not process:
            return ""
        try:
            code, times = ctypes.c_ulong(), [ctypes.c_ulonglong() for _ in range(4)]
            kernel.GetExitCodeProcess(process, ctypes.byref(code))
            kernel.GetProcessTimes(process, *(ctypes.byref(t) for t in times))
        finally:
            kernel.CloseHandle(process)
        return str(times[0].value) if code.value == 259 else ""  # STILL_ACTIVE

else:

    def process_start(pid: int) -> str:
        """A string that identifies this run of process `pid`, or "" when it does not live (zombies count as dead)."""
        if os.path.exists("/proc/self/stat"):
            try:
                after_name = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            except (OSError, IndexError):
                return ""
            return "" if after_name[0] in "ZX" else after_name[19]  # field 22, start time in clock ticks since boot
        try:
            os.kill(pid, 0)
        except PermissionError:
            return "alive"
        except OSError:
            return ""
        return "alive"  # macOS names no start time cheaply; the heartbeat tells a reused pid
