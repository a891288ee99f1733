"""The worker's environment seen from Blender: starts the installer, reads its log. No bpy."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .paths import ROOT, data_folder
from .worker import popen_detached

# By what else pip and urllib find a proxy, its certificates, a company's mirror. Of pip's own settings only those: some
# others, such as PIP_TARGET and PIP_USER, would take the packages elsewhere than into our environment.
NETWORK = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "XDG_CONFIG_HOME",
           "XDG_CONFIG_DIRS", "PIP_CONFIG_FILE", "PIP_PROXY", "PIP_CERT", "PIP_CLIENT_CERT", "PIP_TRUSTED_HOST",
           "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX", "PIP_FIND_LINKS", "PIP_KEYRING_PROVIDER")  # fmt: skip
ACTIONS = ("preflight", "create", "verify", "remove", "move")


@dataclass(frozen=True)
class Plan:
    """What the installer is told. `python` is the worker's Python to verify, or ""; `moves` are (old, new, marker)."""

    folder: Path
    python: str = ""
    moves: tuple[tuple[str, str, str], ...] = ()
    store: str = ""  # whose size the preflight tells


def log_path() -> Path:
    return data_folder() / "setup.jsonl"


def network_settings() -> dict[str, str]:
    """Our variables by which the installer can download where the plain way to the internet is closed."""
    return {k: v for k, v in os.environ.items() if k.upper() in NETWORK or k.upper().endswith("_PROXY")}


def begin(action: str, plan: Plan, interpreter: list[str]) -> subprocess.Popen[bytes]:
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
    return popen_detached(command, folder / "setup.log", cwd=folder, also=network_settings())


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
