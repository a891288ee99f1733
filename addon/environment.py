"""The worker's environment seen from Blender: starts the installer, finds a living one, reads its log. No bpy."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..backend import store as stores
from .paths import ROOT, data_folder
from .worker import popen_detached

# By what else pip and urllib find a proxy, its certificates, a company's mirror. Of pip's own settings only those: some
# others, such as PIP_TARGET and PIP_USER, would take the packages elsewhere than into our environment.
NETWORK = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "XDG_CONFIG_HOME",
           "XDG_CONFIG_DIRS", "PIP_CONFIG_FILE", "PIP_PROXY", "PIP_CERT", "PIP_CLIENT_CERT", "PIP_TRUSTED_HOST",
           "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_KEYRING_PROVIDER")  # fmt: skip
STILL_S = 120.0  # of the log
ACTIONS = ("preflight", "create", "verify", "remove", "move")


@dataclass(frozen=True)
class Plan:
    """What the installer is told. `python` is the worker's Python to verify, or ""; `moves` are (old, new, marker)."""

    folder: Path
    python: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    store: str = ""  # whose size the preflight tells


@dataclass(frozen=True)
class Installer:
    """An installer at work: this Blender's child, or, without `process`, one told apart by its pid and start time."""

    action: str
    pid: int
    started: str
    process: subprocess.Popen[bytes] | None = None

    def runs(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        return self.started != "" and stores.process_start(self.pid) == self.started


def log_path() -> Path:
    return data_folder() / "setup.jsonl"


def process_path() -> Path:
    return data_folder() / "setup-process.json"


def network_settings() -> dict[str, str]:
    """Our variables by which the installer can download where the plain way to the internet is closed."""
    return {k: v for k, v in os.environ.items() if k.upper() in NETWORK or k.upper().endswith("_PROXY")}


def begin(action: str, plan: Plan, interpreter: list[str]) -> Installer:
    """Start the installer with Blender's own interpreter. Raises worker-start, or an OSError of the data folder."""
    assert action in ACTIONS, action
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    log_path().unlink(missing_ok=True)
    plan_path = folder / "setup-plan.json"
    fields: dict[str, object] = {
        "folder": str(plan.folder),
        "root": str(ROOT),
        "python": plan.python,
        "log": str(log_path()),
    }
    fields |= {"moves": plan.moves, "store": plan.store}
    plan_path.write_text(json.dumps(fields), "utf-8")
    command = [*interpreter, str(ROOT / "addon" / "installer.py"), action, str(plan_path)]
    process = popen_detached(command, folder / "setup.log", cwd=folder, also=network_settings())
    begun = Installer(action, process.pid, stores.process_start(process.pid), process)
    told = {"action": begun.action, "pid": begun.pid, "started": begun.started}
    process_path().write_text(json.dumps(told), "utf-8")
    return begun


def living_or_none() -> Installer | None:
    """The installer that a Blender, this one or another, began last, while it lives."""
    try:
        told = json.loads(process_path().read_text("utf-8"))
        begun = Installer(told["action"], told["pid"], told["started"])
        # macOS names no start times: what has the pid now is taken for the installer only if its log has just been written
        sure = begun.started != "alive" or time.time() - log_path().stat().st_mtime < STILL_S
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return begun if sure and begun.runs() else None


def news(offset: int) -> tuple[list[dict[str, Any]], int]:
    """The log's whole lines after byte `offset`, and the offset to go on from."""
    try:
        with log_path().open("rb") as file:
            file.seek(offset)
            data = file.read(1 << 18)
    except FileNotFoundError:
        return [], 0
    whole = data.rfind(b"\n") + 1
    return [json.loads(line) for line in data[:whole].splitlines()], offset + whole
