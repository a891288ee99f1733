"""The fixture `play`: a run of a drive script in a windowed Blender, where there can be one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.window import stage


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], stage.Played]:
    """Run drive_<name>.py; its pictures are kept in $PROPSMITH_SHOTS/<name> where that is set."""
    why = stage.why_no_root()
    if why:
        pytest.skip(why)
    stage.make_root()

    def run(drive: str) -> stage.Played:
        shots = Path(os.environ.get("PROPSMITH_SHOTS") or tmp_path_factory.mktemp("shots"))
        return stage.play(drive, tmp_path_factory.mktemp("home"), shots.resolve() / drive)

    return run
