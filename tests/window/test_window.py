"""A real Blender window, real clicks and keys: the panel's states as pictures, and the prop that comes of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.window

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
SUITE = os.environ.get("PROPSMITH_WINDOW", "sid")
STATES = ("setup", "preflight", "disabled", "ready", "running", "done", "failed", "broken")
BUILD_S, RUN_S = 3600, 900


def command_in_root(*command: str, binds: dict[Path, str]) -> list[str]:
    bind = " ".join(f"{here}:{there}" for here, there in binds.items())
    return ["env", f"BIND={bind}", str(HERE / "in.sh"), SUITE, *command]


@pytest.fixture(scope="session")
def root() -> None:
    """The Debian root with Blender; made if it is not there, which needs root, debootstrap and the network."""
    roots = Path(os.environ.get("BLENDER_ROOTS", Path.home() / ".cache/blender-roots"))
    if os.geteuid() != 0:
        pytest.skip("entering a Debian root needs root")
    if not (roots / SUITE / ".complete").exists():
        if shutil.which("debootstrap") is None:
            pytest.skip("debootstrap is not installed")
        subprocess.run(["nice", str(HERE / "mkroot.sh"), SUITE], check=True, timeout=BUILD_S)


@pytest.fixture(scope="session")
def played(root: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """One run of drive_panel.py: the folder of its pictures, and its facts."""
    home = tmp_path_factory.mktemp("home")
    shots = Path(os.environ.get("PROPSMITH_SHOTS", tmp_path_factory.mktemp("shots"))).resolve()
    shots.mkdir(parents=True, exist_ok=True)
    (shots / "facts.json").unlink(missing_ok=True)
    build = [sys.executable, str(ROOT / "tools/build_zip.py"), str(home)]
    archive = Path(subprocess.run(build, check=True, capture_output=True, text=True).stdout.split()[-1])
    inside = f"/home/artist/{archive.name}"
    command = command_in_root(
        "bash", "/project/tests/window/window.sh", str(RUN_S), "/project/tests/window/drive_panel.py", inside, "/shots",
        binds={ROOT: "/project", home: "/home/artist", shots: "/shots"},
    )  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_S + 60)
    output = (done.stdout + done.stderr)[-4000:]
    assert (shots / "facts.json").exists(), output
    facts = json.loads((shots / "facts.json").read_text("utf-8"))
    assert not facts["error"], f"{facts['error']}\n{output}"
    return shots, facts


def pixels(path: Path) -> np.ndarray:
    """(H, W, 3) uint8."""
    return np.asarray(Image.open(path).convert("RGB"))


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_pictured(played: tuple[Path, dict], state: str) -> None:
    """Every state left a picture of the whole window that is neither black nor blank, its sidebar full of text."""
    window, sidebar = (pixels(played[0] / f"{name}.png") for name in (state, f"{state}-sidebar"))
    assert window.shape == (900, 1600, 3)
    assert len(np.unique(window.astype(np.int64) @ (65536, 256, 1))) > 200  # colours
    assert 150 <= sidebar.shape[1] <= 600 and sidebar.shape[0] > 500
    bright = (sidebar.min(axis=2) > 150).mean()  # text and icons are light on dark
    assert 0.002 < bright < 0.5, bright


def test_the_preferences_page_is_pictured(played: tuple[Path, dict]) -> None:
    """The page of the extension opens in a window of its own, which changes what is on the screen."""
    broken, page = (pixels(played[0] / f"{name}.png") for name in ("broken", "preferences"))
    assert (broken != page).any(axis=2).mean() > 0.1


def test_each_state_looks_different(played: tuple[Path, dict]) -> None:
    """No two states show the same sidebar."""
    sidebars = {state: pixels(played[0] / f"{state}-sidebar.png") for state in STATES}
    for i, first in enumerate(STATES):
        for second in STATES[i + 1 :]:
            a, b = sidebars[first], sidebars[second]
            assert a.shape != b.shape or (a != b).any(axis=2).mean() > 0.002, (first, second)


def test_the_computer_is_described_before_set_up(played: tuple[Path, dict]) -> None:
    """Check This Computer, pressed by the mouse, names Python, GPU, disk and download."""
    rows = played[1]["preflight"]
    assert all(word in rows for word in ("Python", "GPU", "Disk", "Download")), rows


def test_nothing_is_made_of_nothing(played: tuple[Path, dict]) -> None:
    """A click on Generate without a prompt queues no job."""
    assert played[1]["jobs_without_prompt"] == 0


def test_keys_reach_the_prompt(played: tuple[Path, dict]) -> None:
    """What is typed on the keyboard is the scene's prompt, letter by letter."""
    assert played[1]["typed"] == "a red wooden barrel with iron bands"


def test_a_click_becomes_a_prop(played: tuple[Path, dict]) -> None:
    """One click on Generate: progress with a ghost in the scene, then one object of the size asked for, selected."""
    facts = played[1]
    assert facts["running"]["ghosts"] == 1 and facts["running"]["text"]
    assert facts["done"]["state"] == "done" and facts["ghosts_left"] == 0
    (prop,) = facts["props"]
    assert prop["prompt"] == facts["typed"] and prop["selected"]
    assert max(prop["size"]) == pytest.approx(1.0, abs=1e-4)


def test_the_prop_is_seen(played: tuple[Path, dict]) -> None:
    """Beside the sidebar, the finished prop changes the viewport in its own colour."""
    ready, done = (pixels(played[0] / f"{state}.png")[150:700, 200:900].astype(int) for state in ("ready", "done"))
    reddish = (done[..., 0] > done[..., 2] + 40) & (np.abs(done - ready).max(axis=2) > 30)
    assert reddish.mean() > 0.01, reddish.mean()


def test_failures_name_themselves(played: tuple[Path, dict]) -> None:
    """A failed job and a worker that cannot start each give a code, a sentence and a remedy, and no traceback."""
    failed, broken = played[1]["failed"], played[1]["broken"]
    assert failed["code"] == "shape-empty" and failed["sentence"] and failed["remedy"]
    assert broken["code"] == "worker-start" and "Traceback" not in broken["sentence"]
