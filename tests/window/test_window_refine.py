"""A real Blender window: Refine, Compare, versions and Ctrl+Z by mouse and keys on the default cube."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.window.test_window import ROOT, RUN_S, command_in_root, pixels
from tests.window.test_window import root as root

pytestmark = pytest.mark.window


@pytest.fixture(scope="session")
def played(root: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    """One run of drive_refine.py: the folder of its pictures, and its facts."""
    home = tmp_path_factory.mktemp("home")
    shots = Path(os.environ.get("PROPSMITH_SHOTS", tmp_path_factory.mktemp("shots"))).resolve() / "refine"
    shots.mkdir(parents=True, exist_ok=True)
    (shots / "facts.json").unlink(missing_ok=True)
    build = [sys.executable, str(ROOT / "tools/build_zip.py"), str(home)]
    archive = Path(subprocess.run(build, check=True, capture_output=True, text=True).stdout.split()[-1])
    command = command_in_root(
        "bash", "/project/tests/window/window.sh", str(RUN_S), "/project/tests/window/drive_refine.py",
        f"/home/artist/{archive.name}", "/shots", binds={ROOT: "/project", home: "/home/artist", shots: "/shots"},
    )  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN_S + 60)
    output = (done.stdout + done.stderr)[-4000:]
    assert (shots / "facts.json").exists(), output
    facts = json.loads((shots / "facts.json").read_text("utf-8"))
    assert not facts["error"], f"{facts['error']}\n{output}"
    return shots, facts


def test_a_click_makes_a_version_of_the_cube(played: tuple[Path, dict]) -> None:
    """Without a prompt the button is dead; with one typed by keys it makes version 2 on the cube itself."""
    facts = played[1]
    assert facts["jobs_without_prompt"] == 0 and facts["typed"] == "mossy stone"
    assert facts["landed"] == "v2" and "beside" not in facts["notes"]


def test_compare_shows_the_old_one_and_gives_back_the_new(played: tuple[Path, dict]) -> None:
    """While comparing v1 is shown, after the next click v2; a click on v1 shows it for good, and one Ctrl+Z undoes that."""
    facts = played[1]
    assert [facts[k] for k in ("comparing", "compared", "chosen", "undone")] == ["v1", "v2", "v1", "v2"]


def test_the_cube_is_seen_in_both_versions(played: tuple[Path, dict]) -> None:
    """The viewport shows the refined cube in its colour, and the plain one while comparing."""
    done, plain = (pixels(played[0] / f"refine-{s}.png")[150:700, 200:1100].astype(int) for s in ("done", "compare"))
    reddish = [((p[..., 0] > p[..., 2] + 40).mean()) for p in (done, plain)]
    assert reddish[0] > reddish[1] + 0.01, reddish
