"""Pictures to start from: out of the clipboard, the last render, the viewport; written as PNG beside the jobs.

Blender gives scripts no picture of the clipboard: `image.clipboard_paste` (4.2 and later; Windows, macOS, Wayland) fills an
Image Editor, which need not be open. So the system's own tool is asked, in a process of its own that the timer looks after.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

import bpy
import numpy as np

from ..backend.errors import PropsmithError, problem
from . import png, requests
from .session import Paste, Session, current
from .translations import told

KINDS = (".png", ".jpg", ".jpeg", ".webp")
TOOL_S = 15.0  # PowerShell's first start is slow
CAPTURE_PX = 768  # longest side of a viewport capture: the reader thins larger ones out anyway
PNG = {  # an output's settings in the order in which they are set: each rules what the next may be; the first since 5.0
    "media_type": "IMAGE", "file_format": "PNG", "color_mode": "RGBA", "color_depth": "8",
}  # fmt: skip

POWERSHELL = (
    "Add-Type -AssemblyName System.Windows.Forms; Add-Type -AssemblyName System.Drawing; "
    "$image = [System.Windows.Forms.Clipboard]::GetImage(); if ($image -eq $null) {{ exit 3 }}; "
    "$image.Save('{path}', [System.Drawing.Imaging.ImageFormat]::Png)"
)
SINGLE_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")  # all of them end a string of PowerShell's
OSASCRIPT = (  # the picture first: where there is none, the script ends before it opens a file
    "set found_data to the clipboard as «class PNGf»",
    'set png_file to open for access (POSIX file "{path}") with write permission',
    "write found_data to png_file",
    "close access png_file",
)


def new_path(stem: str) -> Path:
    """A path for a new picture in the store's folder of pictures. Raises the store's errors, folder-read-only."""
    folder = requests.opened(current()).folder / "pictures"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise problem("folder-read-only", path=folder) from error
    return folder / f"{stem}-{time.strftime('%Y%m%d-%H%M%S')}-{os.urandom(2).hex()}.png"


# --- the clipboard


def clipboard_command(path: Path, platform: str, environment: Mapping[str, str]) -> list[str]:
    """The command that writes the clipboard's picture as PNG: to `path`, or on Linux to its output.

    Raises clipboard-tool when this system lacks it.
    """
    if platform == "win32":
        script = POWERSHELL.format(path=SINGLE_QUOTES.sub(r"\g<0>\g<0>", str(path)))
        return ["powershell", "-NoProfile", "-NonInteractive", "-STA", "-Command", script]
    if platform == "darwin":
        quoted = str(path).replace("\\", "\\\\").replace('"', '\\"')
        return ["osascript", *(part for line in OSASCRIPT for part in ("-e", line.format(path=quoted)))]
    if environment.get("WAYLAND_DISPLAY") and shutil.which("wl-paste", path=environment.get("PATH")):
        return ["wl-paste", "--type", "image/png"]
    if environment.get("DISPLAY") and shutil.which("xclip", path=environment.get("PATH")):
        return ["xclip", "-selection", "clipboard", "-target", "image/png", "-out"]
    name = "wl-clipboard" if environment.get("WAYLAND_DISPLAY") else "xclip"
    raise problem("clipboard-tool", name=name)


def file_in_text(text: str) -> str:
    """The picture file that a copied path or file:// address names, or ""."""
    line = next((line.strip().strip('"') for line in text.splitlines() if line.strip()), "")
    path = unquote(urlsplit(line).path) if line.startswith("file:") else line
    if os.name == "nt" and line.startswith("file:"):
        path = path.lstrip("/")
    return path if path.lower().endswith(KINDS) and len(path) < 4096 and os.path.isfile(path) else ""


def paste(context: bpy.types.Context) -> None:
    """Take the clipboard's picture as the scene's image; `step` sees it arrive. Raises clipboard-tool, store's errors."""
    session = current()
    end_paste(session)
    context.window_manager.propsmith.image_note = ""
    copied = file_in_text(context.window_manager.clipboard)
    if copied:
        context.scene.propsmith.image = copied
        return
    path = new_path("clipboard")
    command = clipboard_command(path, sys.platform, os.environ)
    try:
        with path.open("wb") if sys.platform not in ("win32", "darwin") else open(os.devnull, "wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )  # fmt: skip
    except OSError as error:
        raise problem("clipboard-tool", name=command[0]) from error
    session.paste = Paste(process, path, context.scene.name, time.monotonic())


def step(session: Session) -> bool:
    """One tick: the tool's end; True when there is something new to show."""
    if session.paste is None:
        return False
    begun = session.paste
    late = time.monotonic() - begun.begun_at > TOOL_S
    if begun.process.poll() is None and not late:
        return False
    end_paste(session)
    scene = bpy.data.scenes.get(begun.scene)
    try:
        if begun.process.returncode != 0 or not is_png(begun.path):
            raise problem("clipboard-empty")
        if scene is not None:
            scene.propsmith.image = str(begun.path)
    except PropsmithError as error:
        begun.path.unlink(missing_ok=True)
        bpy.context.window_manager.propsmith.image_note = told(error)
    return True


def end_paste(session: Session) -> None:
    if session.paste is not None and session.paste.process.poll() is None:
        session.paste.process.kill()
        session.paste.process.wait(2.0)
    session.paste = None


def is_png(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(8) == b"\x89PNG\r\n\x1a\n"
    except OSError:
        return False


# --- render result and viewport


def from_render(scene: bpy.types.Scene) -> Path:
    """The render result as shown, as a PNG. Raises render-missing and the store's errors."""
    shown = next((image for image in bpy.data.images if image.type == "RENDER_RESULT"), None)
    path, chosen = new_path("render"), scene.render.image_settings
    before = {name: getattr(chosen, name) for name in PNG if hasattr(chosen, name)}
    try:
        for name in before:
            setattr(chosen, name, PNG[name])
        if shown is None:
            raise problem("render-missing")
        shown.save_render(str(path), scene=scene)
    except RuntimeError as error:  # Blender's own answer where nothing was rendered in this session
        raise problem("render-missing") from error
    finally:
        for name, value in before.items():
            setattr(chosen, name, value)
    if not is_png(path):
        raise problem("render-missing")
    return path


def from_view(context: bpy.types.Context) -> Path:
    """What the 3D viewport shows, on white and without overlays, as a PNG. Raises view-missing and the store's errors."""
    if bpy.app.background or context.region_data is None or context.space_data is None:
        raise problem("view-missing")
    import gpu  # it has no context in background mode

    space, view, region = context.space_data, context.region_data, context.region
    wide, high = fitted(region.width, region.height)
    shading, overlay = space.shading, space.overlay
    before = (overlay.show_overlays, shading.background_type, tuple(shading.background_color), space.show_gizmo)
    offscreen = gpu.types.GPUOffScreen(wide, high)
    try:
        overlay.show_overlays = space.show_gizmo = False
        shading.background_type, shading.background_color = "VIEWPORT", (1.0, 1.0, 1.0)
        offscreen.draw_view3d(
            context.scene, context.view_layer, space, region, view.view_matrix, view.window_matrix,
            do_color_management=True,
        )  # fmt: skip
        buffer = offscreen.texture_color.read()
    finally:
        overlay.show_overlays, shading.background_type, shading.background_color, space.show_gizmo = before
        offscreen.free()
    buffer.dimensions = wide * high * 4
    values = np.array(buffer)
    pixels = values if values.dtype == np.uint8 else (values.clip(0, 1) * 255).round()
    path = new_path("view")
    png.write_png(path, np.ascontiguousarray(pixels.reshape(high, wide, 4)[::-1, :, :3], np.uint8))
    return path


def fitted(wide: int, high: int) -> tuple[int, int]:
    """The size of a capture: the region's proportions, the longer side at most CAPTURE_PX."""
    scale = min(1.0, CAPTURE_PX / max(wide, high, 1))
    return max(1, round(wide * scale)), max(1, round(high * scale))
