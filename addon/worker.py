"""The worker's process: the command that starts it, its cleaned environment, starting and ending it. No bpy."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from ..backend.errors import problem
from ..backend.store import Store, WorkerStatus
from .paths import ROOT

# What a child needs of our environment; everything else (PYTHONHOME of Blender above all) stays out.
KEPT = ("PATH", "HOME", "USER", "LANG", "TEMP", "TMP", "TMPDIR", "SYSTEMROOT", "COMSPEC", "USERPROFILE", "APPDATA",
        "LOCALAPPDATA", "PROGRAMDATA", "XDG_DATA_HOME", "XDG_CACHE_HOME", "LD_LIBRARY_PATH", "WINDIR")  # fmt: skip
KEPT_PREFIXES = ("LC_", "CUDA_", "NVIDIA_", "HIP_", "ROCR_", "OMP_", "MKL_", "PROPSMITH_")


def child_environment() -> dict[str, str]:
    """The environment of every child: ours cut down to what is needed, byte code kept out of the extension's folder."""
    kept = {k: v for k, v in os.environ.items() if k.upper() in KEPT or k.upper().startswith(KEPT_PREFIXES)}
    kept["PYTHONDONTWRITEBYTECODE"] = "1"
    kept["PYTHONUTF8"] = "1"
    return kept


def module_command(python: Path, *arguments: str) -> list[str]:
    """The command line of `python -m backend ...`; -B and UTF-8 by option, since -E ignores the environment."""
    return [str(python), "-E", "-s", "-B", "-X", "utf8", "-u", "-m", "backend", *arguments]


def worker_command(python: Path, store: Store, device: str = "auto") -> list[str]:
    """The worker's command line."""
    chosen = [] if device == "auto" else ["--device", device]
    return module_command(python, "worker", "--store", str(store.folder), *chosen)


def log_path(store: Store) -> Path:
    return store.logs / "worker.log"


def popen_detached(
    command: list[str], log: Path, cwd: Path = ROOT, also: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start a child that outlives Blender, its output appended to `log`. Raises worker-start.

    also: variables that it gets besides `child_environment`.
    Elsewhere than on Windows the child lowers its own priority: changing it from here would need code after a fork.
    """
    options: dict[str, object] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = (
            subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        )
        options = {"creationflags": flags}
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            return subprocess.Popen(
                command, cwd=cwd, env={**child_environment(), **(also or {})}, stdin=subprocess.DEVNULL, stdout=output,
                stderr=output, close_fds=True, **options,  # type: ignore[call-overload]
            )  # fmt: skip
    except OSError as error:
        raise problem("worker-start", why=f"{error.strerror or error}") from error


def start_worker(python: Path, store: Store, device: str = "auto") -> subprocess.Popen[bytes]:
    """Start the store's worker. Raises python-missing, worker-start."""
    if not python.is_file():
        raise problem("python-missing")
    return popen_detached(worker_command(python, store, device), log_path(store))


def kill_worker(status: WorkerStatus, process: subprocess.Popen[bytes] | None) -> bool:
    """End the worker at once, ours or the one on the store's card if it is on this machine. True when one was."""
    if process is not None and process.poll() is None and (status.card is None or not status.running):
        process.kill()
        return True
    if not status.running or status.card is None or status.card.host != socket.gethostname():
        return False
    with suppress(OSError):
        os.kill(status.card.pid, signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
        return True
    return False


def log_size(store: Store) -> int:
    """Bytes of the worker's log; 0 while there is none."""
    try:
        return log_path(store).stat().st_size
    except OSError:
        return 0


def log_tail(path: Path, lines: int = 40) -> list[str]:
    """The last lines of a log, the home folder's path replaced by ~, so that a report gives no name away."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    text = text.replace(str(Path.home()), "~").replace(tempfile.gettempdir(), "<temp>")
    return text.splitlines()[-lines:]
