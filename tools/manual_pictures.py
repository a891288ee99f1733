"""Cuts the manual's pictures of Blender out of what the window test left: `manual_pictures.py SHOTS [docs/images]`."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

VIEW = (300, 50, 1315, 812)  # left, top, right, bottom: the 3D viewport with its sidebar, in a window of 1600 x 900
TIP = (1000, 85, 1600, 420)
PAGE = (200, 0, 1095, 372)  # the preferences above the self-test, which names folders of the machine, ...
PAGE_END = (375, 560, 1095, 700)  # ... and below it
SHIP = (1024, 672, 1290, 812)  # the panel Look and Ship at the sidebar's end
DIALOG = (85, 620, 490, 895)  # Save to Asset Library
BROWSER = (0, 460, 800, 700)  # the Asset Browser below the viewport
LISTED = (1024, 366, 1290, 585)  # the panel Jobs down to its filter, ...
CHOSEN = (1024, 585, 1290, 785)  # ... and the box of the chosen job below it
CLEAN_UP = (920, 318, 1268, 528)  # the dialogs of Clean Up Jobs ...
SCATTER = (134, 628, 482, 890)  # ... and of Scatter on Active
MARGIN_PX = 24
SIDEBARS = {
    "panel-setup": "panel/setup", "panel-preflight": "panel/preflight", "panel-running": "panel/running",
    "panel-cancelled": "panel/cancelled", "panel-failed": "panel/failed", "panel-broken": "panel/broken",
    "refine-running": "refine/running", "refine-cancelled": "refine/cancelled",
}  # fmt: skip
WINDOWS = {
    "panel-ready": ("panel/ready", VIEW), "panel-disabled": ("panel/disabled", TIP), "panel-done": ("panel/done", VIEW),
    "panel-preferences": ("panel/preferences", PAGE),
    "panel-move-data": ("panel/preferences", PAGE_END), "generate-windows": ("windows/generated", (0, 0, 1600, 812)),
    "finish-material": ("finish/sliders", VIEW), "finish-ship": ("finish/ship", SHIP),
    "assets-dialog": ("finish/dialog", DIALOG), "assets-browser": ("finish/browser", BROWSER),
    "jobs-filter": ("lists/filtered", LISTED), "jobs-report": ("lists/report", CHOSEN),
    "jobs-clean-up": ("lists/clean-up", CLEAN_UP), "fill-scatter": ("lists/scatter", SCATTER),
    "refine-done": ("refine/done", VIEW), "refine-compare": ("refine/compare", VIEW),
    "refine-live": ("refine/live", VIEW), "refine-shaped": ("refine/shaped", VIEW),
    "fill-rows": ("fill/rows", VIEW), "fill-running": ("fill/running", VIEW), "fill-skipped": ("fill/skipped", VIEW),
    "fill-done": ("fill/done", VIEW), "fill-undone": ("fill/undone", VIEW),
}  # fmt: skip


def without_ground(sidebar: Image.Image) -> Image.Image:
    """A sidebar down to its last text: what lies below shows the viewport's ground only."""
    bright = np.asarray(sidebar.convert("RGB"))[:, :-40].min(axis=2) > 150
    last = int(np.flatnonzero(bright.any(axis=1)).max())
    return sidebar.crop((0, 0, sidebar.width, min(sidebar.height, last + MARGIN_PX)))


def save(picture: Image.Image, path: Path) -> None:
    """As a PNG of 256 colours, dithered: half the size, and no bands in the props' soft shades."""
    full = picture.convert("RGB")
    full.quantize(palette=full.quantize(256, kmeans=2), dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


def main(shots: Path, folder: Path) -> None:
    for name, shot in SIDEBARS.items():
        save(without_ground(Image.open(shots / f"{shot}-sidebar.png")), folder / f"{name}.png")
    for name, (shot, box) in WINDOWS.items():
        save(Image.open(shots / f"{shot}.png").crop(box), folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/images"))
