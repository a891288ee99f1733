"""Where things are: the extension's root and package name, and the user's data folder, which survives an uninstall."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]  # read-only for us: nothing is ever written here
PACKAGE = (__package__ or "").rpartition(".")[0]  # "bl_ext.<repository>.propsmith" inside Blender


def data_folder() -> Path:
    """The user's data folder for Propsmith, by each system's custom; Blender's own goes with the extension."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
        return Path(base) / "Propsmith"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Propsmith"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "propsmith"


def chosen_or_default(chosen: str, default: str) -> Path:
    """The folder the artist chose, or `default` inside the data folder."""
    return Path(os.path.abspath(os.path.expanduser(chosen))) if chosen.strip() else data_folder() / default
