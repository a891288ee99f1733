"""An artist's hand and eye in a windowed Blender: finds buttons by hovering, uses real X events, takes pictures."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import bpy
import numpy as np
import xgrab

STEP_PX = 12  # of the search for a button; buttons are 20 px high
SEE_S = 0.1  # what Blender needs, on a busy machine, to notice where the mouse is
SETTLE_S = 0.8  # until the panel shows what has changed


def viewport() -> tuple[bpy.types.Window, bpy.types.Area]:
    """The first 3D viewport."""
    window = bpy.context.window_manager.windows[0]
    return window, next(area for area in window.screen.areas if area.type == "VIEW_3D")


def region_of(kind: str) -> bpy.types.Region:
    return next(region for region in viewport()[1].regions if region.type == kind)


def xdotool(*words: object) -> None:
    subprocess.run(["xdotool", *map(str, words)], check=True, timeout=30)


class Hand:
    """Steps are generators of seconds to wait, since Blender sees an event only after the script has returned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.at = (0, 0)

    def move(self, x: int, y: int) -> None:
        """To the window's pixel (x, y), y upwards as Blender counts; the window covers the screen."""
        self.at = (x, y)
        xdotool("mousemove", x, viewport()[0].height - 1 - y)

    def under(self) -> str:
        """What the mouse rests on in the sidebar: a property's path, an operator's call, or ''."""
        window, area = viewport()
        manager = bpy.context.window_manager
        manager.clipboard = "-"
        with bpy.context.temp_override(window=window, area=area, region=region_of("UI")):
            for copy in (bpy.ops.ui.copy_data_path_button, bpy.ops.ui.copy_python_command_button):
                if copy.poll():
                    copy()
                    break
        return manager.clipboard

    def find(self, wanted: str, across: tuple[float, ...] = (0.42, 0.65, 0.8)) -> Iterator[float]:
        """Move down the sidebar until `wanted` is part of what the mouse rests on. LookupError: it is not there.

        `across`: how far from the sidebar's left edge to its right one the mouse moves, one pass for each.
        """
        region, seen = region_of("UI"), set()
        top = region.y + region.height
        for part in across:
            column = region.x + int(region.width * part)
            for y in range(top - 10, region.y, -STEP_PX):
                self.move(column, y)
                yield SEE_S
                seen.add(self.under())
                if wanted in self.under():
                    self.move(column, y - STEP_PX // 2)
                    yield SEE_S
                    return
        raise LookupError(f"{wanted} is not in the sidebar; seen: {sorted(seen)}")

    def click(self, wanted: str) -> Iterator[float]:
        """Press a button of the sidebar."""
        yield from self.find(wanted)
        yield from self.stir()
        xdotool("click", 1)
        yield SETTLE_S

    def stir(self) -> Iterator[float]:
        """Move a little: after a redraw Blender has no button under a resting mouse, and a click there is lost."""
        yield SEE_S
        self.move(self.at[0] + 1, self.at[1])
        yield SEE_S

    def down_px(self) -> int:
        """How far below the sidebar's top the mouse is."""
        region = region_of("UI")
        return region.y + region.height - self.at[1]

    def press(self, across: float, down_px: int) -> Iterator[float]:
        """Click at a place of the sidebar: what Blender names nothing at, such as a panel's header."""
        region = region_of("UI")
        self.move(region.x + int(region.width * across), region.y + region.height - down_px)
        yield SEE_S
        xdotool("click", 1)
        yield SETTLE_S

    def write(self, wanted: str, text: str) -> Iterator[float]:
        """Replace a text field's content by typing."""
        yield from self.find(wanted)
        yield from self.stir()
        xdotool("click", "--repeat", 2, "--delay", 60, 1)
        yield SETTLE_S
        xdotool("key", "ctrl+a")
        yield SEE_S
        xdotool("type", "--delay", 40, text)
        yield SETTLE_S
        xdotool("key", "Return")
        yield SETTLE_S

    def away(self) -> Iterator[float]:
        """Off the sidebar, so that nothing is highlighted."""
        region = region_of("WINDOW")
        for part in (2, 3):  # twice: a single jump can leave a button highlighted
            self.move(region.x + region.width // part, region.y + 40)
            yield SETTLE_S / 2

    def shot(self, name: str) -> None:
        """Two pictures: the window, and `name`-sidebar, the sidebar alone."""
        screen = xgrab.grab()
        xgrab.write_png(self.folder / f"{name}.png", screen)
        region = region_of("UI")
        top = len(screen) - region.y - region.height
        sidebar = screen[top : top + region.height, region.x : region.x + region.width]
        xgrab.write_png(self.folder / f"{name}-sidebar.png", np.ascontiguousarray(sidebar))
