"""The stage of the window tests: the Debian root, an artist's home with the zip in it, one run of a drive script."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SUITE = os.environ.get("PROPSMITH_WINDOW", "sid")
BUILD_S, RUN_S = 3600, 1500


@dataclass(frozen=True)
class Played:
    """What a run left: its folder of pictures and its facts."""

    folder: Path
    facts: dict

    def pixels(self, name: str) -> np.ndarray:
        """A picture by its name, (H, W, 3) uint8."""
        return np.asarray(Image.open(self.folder / f"{name}.png").convert("RGB"))


def why_no_root() -> str:
    """Why the Debian root cannot be made or entered here, or ''."""
    if os.geteuid() != 0:
        return "entering a Debian root needs root"
    if not (root() / ".complete").exists() and shutil.which("debootstrap") is None:
        return "debootstrap is not installed"
    return ""


def root() -> Path:
    return Path(os.environ.get("BLENDER_ROOTS", Path.home() / ".cache/blender-roots")) / SUITE


def make_root() -> None:
    """The Debian root with Blender; made if it is not there, which needs root, debootstrap and the network."""
    if not (root() / ".complete").exists():
        subprocess.run(["nice", str(HERE / "mkroot.sh"), SUITE], check=True, timeout=BUILD_S)


def make_home(home: Path) -> str:
    """Put the zip and the worker's Python into an artist's home; the zip's file name."""
    build = [sys.executable, str(ROOT / "tools/build_zip.py"), str(home)]
    archive = subprocess.run(build, check=True, capture_output=True, text=True).stdout.split()[-1]
    python = home / ".local/share/propsmith/environment/bin/python"
    python.parent.mkdir(parents=True)
    shutil.copy(HERE / "worker.sh", python)
    return Path(archive).name


def true_python() -> list[Path]:
    """What must be seen inside the root, at its own place, for this Python, which has torch, to run there."""
    if sys.base_prefix == "/usr":  # the root has a /usr of its own: only what is named by our version is added to it
        base = [Path(sys.executable).resolve(), Path(sysconfig.get_path("stdlib"))]
    else:
        base = [Path(sys.base_prefix)]
    return [Path(sys.prefix), *base]


def play(drive: str, home: Path, folder: Path) -> Played:
    """One run of drive_<drive>.py in a windowed Blender. AssertionError: it failed, with what it said."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "facts.json").unlink(missing_ok=True)
    archive = make_home(home)
    binds = {ROOT: "/project", home: "/home/artist", folder: "/shots"} | {place: str(place) for place in true_python()}
    kept = {name: os.environ[name] for name in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS") if name in os.environ}
    told = [f"{name}={value}" for name, value in ({"PROPSMITH_TRUE_PYTHON": sys.executable} | kept).items()]
    done = subprocess.run(
        ["env", "BIND=" + " ".join(f"{here}:{there}" for here, there in binds.items()), str(HERE / "in.sh"), SUITE,
         "env", *told, "bash", "/project/tests/window/window.sh", str(RUN_S), f"/project/tests/window/drive_{drive}.py",
         f"/home/artist/{archive}", "/shots"],
        capture_output=True, text=True, timeout=RUN_S + 60,
    )  # fmt: skip
    output = (done.stdout + done.stderr)[-4000:]
    assert (folder / "facts.json").exists(), output
    facts = json.loads((folder / "facts.json").read_text("utf-8"))
    assert not facts["error"], f"{facts['error']}\n{output}"
    return Played(folder, facts)
