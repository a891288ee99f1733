"""Pictures to start from: clipboard, render result, viewport, several dropped files; each refused with its reason."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import bpy
import pytest

ROOT = Path(__file__).resolve().parents[2]


def picture(path: Path, size: int = 8) -> Path:
    image = bpy.data.images.new("photo", size, size)
    image.filepath_raw, image.file_format = str(path), "PNG"
    image.save()
    bpy.data.images.remove(image)
    return path


def tool(app, monkeypatch, script: str) -> None:
    """Let a Python script stand in for the system's clipboard tool."""
    monkeypatch.setattr(
        app.pictures, "clipboard_command", lambda path, platform, environment: [sys.executable, "-c", script]
    )


def pasted(app) -> None:
    assert bpy.ops.propsmith.image_from_clipboard() == {"FINISHED"}
    app.until(lambda: app.now.paste is None, 20)


@pytest.fixture(autouse=True)
def empty_clipboard(app):
    bpy.context.window_manager.clipboard = ""


def test_the_clipboards_picture_becomes_the_image(app, monkeypatch, tmp_path):
    """What the system's tool writes is kept beside the jobs and stands in the image field; a job can be made of it."""
    source = picture(tmp_path / "é.png")
    tool(app, monkeypatch, f"import sys, pathlib; sys.stdout.buffer.write(pathlib.Path({str(source)!r}).read_bytes())")
    pasted(app)
    kept = Path(app.settings.image)
    assert kept.parent == app.store_folder / "pictures" and kept.read_bytes() == source.read_bytes()
    app.generate(prompt="")
    app.until(lambda: app.props())
    assert app.now.watches[app.shown.jobs[0].name].request.image == str(kept)


@pytest.mark.parametrize("script", ["raise SystemExit(3)", "print('no picture')", ""])
def test_a_clipboard_without_a_picture_is_told_in_the_panel(app, monkeypatch, script):
    """A tool that fails or writes no PNG leaves the field alone, no file behind, and one sentence with its remedy."""
    tool(app, monkeypatch, script)
    pasted(app)
    assert "no picture on the clipboard" in app.shown.image_note and not app.settings.image
    assert not list((app.store_folder / "pictures").iterdir())


def test_a_tool_that_hangs_is_ended(app, monkeypatch):
    """After its time the tool is killed and counts as no picture; Blender never waits for it."""
    tool(app, monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(app.pictures, "TOOL_S", 0.2)
    pasted(app)
    assert "no picture" in app.shown.image_note


def test_a_copied_file_is_taken_as_it_is(app, tmp_path):
    """A path or a file:// address on the clipboard names the picture itself; other texts do not."""
    path = picture(tmp_path / "my photo é.png")
    taken = app.pictures.file_in_text
    assert taken(str(path)) == str(path) == taken(f'"{path}"\n') == taken(path.as_uri())
    assert taken("hello") == taken(str(tmp_path / "none.png")) == taken(str(tmp_path)) == taken("") == ""


def test_each_system_has_its_tool_or_says_what_is_missing(app, tmp_path):
    """PowerShell on Windows, osascript on macOS, wl-paste or xclip on Linux; none there: the package to install."""
    path, command = tmp_path / "it's.png", app.pictures.clipboard_command
    windows = command(path, "win32", {})
    assert windows[0] == "powershell" and "-STA" in windows and str(path).replace("'", "''") in windows[-1]
    mac = command(path, "darwin", {})
    assert mac[0] == "osascript" and any("PNGf" in part for part in mac)
    for name in ("wl-paste", "xclip"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    both = {"PATH": str(tmp_path), "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}
    assert command(path, "linux", both)[0] == "wl-paste"
    assert command(path, "linux", both | {"WAYLAND_DISPLAY": ""})[0] == "xclip"
    for environment, name in (({"WAYLAND_DISPLAY": "w"}, "wl-clipboard"), ({"DISPLAY": ":0"}, "xclip")):
        with pytest.raises(app.errors.InputError, match=name):
            command(path, "linux", environment | {"PATH": str(tmp_path / "nothing")})


def powershell_string(script: str) -> str:
    """The first string of a PowerShell script that begins with a path, read by PowerShell's rule: any single quote ends it,
    two of them stand for one."""
    text = script.split("Save(", 1)[1]
    assert text[0] in "'‘’‚‛"
    read, i = "", 1
    while not (text[i] in "'‘’‚‛" and text[i + 1] not in "'‘’‚‛"):
        i += text[i] in "'‘’‚‛"
        read, i = read + text[i], i + 1
    return read


@pytest.mark.parametrize("name", ["plain.png", "it's.png", "Anna’s ‘new’ ‚one‛.png", 'say "x" \\ y.png'])
def test_paths_reach_the_systems_tools_as_they_are(app, name):
    """The path that PowerShell and AppleScript read out of their scripts is the one meant, whatever quotes are in it."""
    path, command = Path("/pictures") / name, app.pictures.clipboard_command
    assert powershell_string(command(path, "win32", {})[-1]) == str(path)
    (line,) = [part for part in command(path, "darwin", {}) if "POSIX file" in part]
    quoted = line.split('"', 1)[1].rsplit('"', 1)[0]
    assert re.sub(r"\\(.)", r"\1", quoted) == str(path) and not re.search(r'(?<!\\)(\\\\)*"', quoted)


def test_macos_opens_no_file_before_there_is_a_picture(app):
    """AppleScript's lines come one by one after -e, the clipboard's picture before the file, which is closed at the end."""
    words = app.pictures.clipboard_command(Path("/a.png"), "darwin", {})
    assert words[1::2] == ["-e"] * 4
    places = [
        next(i for i, line in enumerate(words) if part in line) for part in ("PNGf", "open for", "write f", "close")
    ]
    assert places == sorted(places)


def test_a_missing_tool_is_reported(app, monkeypatch, tmp_path):
    """Without any tool the button reports clipboard-tool, and nothing runs."""
    if sys.platform != "linux":
        pytest.skip("Linux's tools")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="clipboard-tool"):
        bpy.ops.propsmith.image_from_clipboard()
    assert app.now.paste is None


@pytest.mark.parametrize("output", ["OPEN_EXR", "OPEN_EXR_MULTILAYER", "FFMPEG"])
def test_the_render_result_becomes_the_image(app, output):
    """A render is saved as PNG, and the scene's own output settings are as before; without a render the reason is told."""
    scene = bpy.context.scene
    chosen = scene.render.image_settings
    if hasattr(chosen, "media_type"):  # since 5.0
        chosen.media_type = {"FFMPEG": "VIDEO", "OPEN_EXR_MULTILAYER": "MULTI_LAYER_IMAGE"}.get(output, "IMAGE")
    chosen.file_format = output
    with pytest.raises(RuntimeError, match="render-missing"):
        bpy.ops.propsmith.image_from_render()
    scene.render.engine, scene.cycles.samples = "CYCLES", 1
    scene.render.resolution_x = scene.render.resolution_y = 16
    camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(camera)
    scene.camera = camera
    bpy.ops.render.render()
    assert bpy.ops.propsmith.image_from_render() == {"FINISHED"}
    saved = bpy.data.images.load(app.settings.image)
    assert tuple(saved.size) == (16, 16) and saved.file_format == "PNG"
    assert chosen.file_format == output


class Output:
    """Output settings as Blender 5.0 and later have them: the kind of media says which formats may be set."""

    formats = {"IMAGE": ("PNG", "OPEN_EXR"), "MULTI_LAYER_IMAGE": ("OPEN_EXR_MULTILAYER",), "VIDEO": ("FFMPEG",)}

    def __init__(self, media_type: str) -> None:
        self.media_type, self.color_mode, self.color_depth = media_type, "RGB", "8"

    def __setattr__(self, name: str, value: str) -> None:
        if name == "file_format" and value not in self.formats[self.media_type]:
            raise TypeError(f'bpy_struct: item.attr = val: enum "{value}" not found in {self.formats[self.media_type]}')
        self.__dict__[name] = value
        if name == "media_type":
            self.__dict__["file_format"] = self.formats[value][0]


@pytest.mark.parametrize("media", Output.formats)
def test_the_render_result_is_taken_whatever_the_output_is(app, monkeypatch, tmp_path, media):
    """Where formats depend on the kind of media (Blender 5.0 and later), the render is saved and all settings come back."""
    output = Output(media)
    before = dict(vars(output))

    def save_render(path, scene):
        assert (output.media_type, output.file_format, output.color_mode) == ("IMAGE", "PNG", "RGBA")
        picture(Path(path))

    result = SimpleNamespace(type="RENDER_RESULT", save_render=save_render)
    monkeypatch.setattr(app.pictures, "bpy", SimpleNamespace(data=SimpleNamespace(images=[result])))
    path = app.pictures.from_render(SimpleNamespace(render=SimpleNamespace(image_settings=output)))
    assert app.pictures.is_png(path) and vars(output) == before


def test_a_viewport_is_needed_for_its_picture(app):
    """In background mode there is nothing to take a picture of: view-missing, with what to do."""
    if not bpy.app.background:
        pytest.skip("a window is there")
    with pytest.raises(RuntimeError, match="view-missing"):
        bpy.ops.propsmith.image_from_view()


def test_captures_keep_their_proportions(app):
    """The longer side of a capture is at most 768 pixels, small regions keep their size."""
    assert app.pictures.fitted(1920, 960) == (768, 384) and app.pictures.fitted(300, 200) == (300, 200)
    assert app.pictures.fitted(1, 5000) == (1, 768)


def test_several_dropped_files_make_several_jobs(app, tmp_path):
    """Files dropped together become one job each, WebP and capital endings included; the dialog's prompt goes with all."""
    names = ["a.png", "b.PNG", "c.webp"]
    for name in names:
        picture(tmp_path / name)
    files = [{"name": name} for name in names]
    bpy.ops.propsmith.drop_image(directory=str(tmp_path) + os.sep, files=files, prompt="a mug")
    app.until(lambda: len(app.props()) == 3)
    requests = [app.now.watches[row.name].request for row in app.shown.jobs]
    assert {Path(r.image).name for r in requests} == set(names) and {r.prompt for r in requests} == {"a mug"}


def test_pictures_without_words_are_told_apart_by_their_files(app, tmp_path):
    """Each row, ghost and prop has its picture's name: which of several dropped ones failed can be seen."""
    for name in ("red_chair.png", "IMG_2041.png"):
        picture(tmp_path / name)
    files = [{"name": "red_chair.png"}, {"name": "IMG_2041.png"}]
    bpy.ops.propsmith.drop_image(directory=str(tmp_path) + os.sep, files=files)
    assert [row.title for row in app.shown.jobs] == ["Img 2041", "Red chair"]
    assert {ghost.name for ghost in app.ghosts()} == {"Making Img 2041", "Making Red chair"}
    app.until(lambda: len(app.props()) == 2)
    assert {prop.name for prop in app.props()} == {"Img 2041", "Red chair"}


KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}


def viewport() -> dict[str, object]:
    """What a drop on a 3D viewport happens in."""
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.type == "VIEW_3D")
    return {"window": window, "area": area, "region": area.regions[-1]}


def dropped(folder: Path, name: str, space: str = "VIEW_3D") -> set[str]:
    """What Blender's drop operator answers to a file dropped on an area: FINISHED where a handler takes it.

    Without a window it looks for the handler and does not call its operator: the window test of the drafts does that.
    """
    window = bpy.context.window_manager.windows[0]
    area = next(a for a in window.screen.areas if a.type == space)
    with bpy.context.temp_override(window=window, area=area, region=area.regions[-1]):
        try:
            return bpy.ops.wm.drop_import_file("INVOKE_DEFAULT", directory=str(folder) + os.sep, files=[{"name": name}])
        except RuntimeError:
            return {"REFUSED"}


@pytest.mark.parametrize("suffix", [*KINDS, ".WEBP", ".Jpg"])
def test_a_picture_dropped_on_the_viewport_becomes_a_prop(app, tmp_path, suffix):
    """Blender's own drop operator finds our handler for each kind of picture, in any spelling of its ending; what it then
    calls makes a job of a picture of that kind."""
    path = tmp_path / f"Bücher 1{suffix}"
    image = bpy.data.images.new("photo", 16, 16)
    image.filepath_raw, image.file_format = str(path), KINDS[suffix.lower()]
    image.save()
    assert dropped(tmp_path, path.name) == {"FINISHED"}
    place = {"directory": str(tmp_path) + os.sep, "filepath": str(path), "files": [{"name": path.name}]}
    getattr(bpy.ops.propsmith, bpy.types.PROPSMITH_FH_image.bl_import_operator.split(".")[1])(**place)
    app.until(lambda: app.props())
    assert app.now.watches[app.shown.jobs[0].name].request.image == str(path)


def test_other_files_and_places_are_left_to_blender(app, tmp_path):
    """A dropped text, and a picture dropped elsewhere than on a 3D viewport, find no handler of ours."""
    picture(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("no picture")
    assert dropped(tmp_path, "a.png") == {"FINISHED"}
    assert dropped(tmp_path, "a.txt") != {"FINISHED"} and dropped(tmp_path, "a.png", "OUTLINER") != {"FINISHED"}


def test_one_bad_file_stops_no_other(app, tmp_path):
    """Of two dropped files one is gone: the other is made, and the missing one is named."""
    picture(tmp_path / "a.png")
    with pytest.raises(RuntimeError, match="gone.png"):
        bpy.ops.propsmith.drop_image(directory=str(tmp_path) + os.sep, files=[{"name": "gone.png"}, {"name": "a.png"}])
    app.until(lambda: len(app.props()) == 1)


def test_menu_and_drop_leave_the_panel_alone(app, tmp_path):
    """A dropped picture keeps the panel's prompt and picture; Prop from Prompt asks by its prompt alone, whatever they are."""
    picture(tmp_path / "x.png")
    app.settings.prompt, app.settings.image = "my long careful prompt", str(tmp_path / "gone.png")
    bpy.ops.propsmith.drop_image(filepath=str(tmp_path / "x.png"))
    bpy.ops.propsmith.generate_prompt(prompt="a mug")
    asked = [(r.prompt, Path(r.image).name) for r in (app.now.watches[job].request for job in sorted(app.now.watches))]
    assert asked == [("", "x.png"), ("a mug", "")]
    assert app.settings.prompt == "my long careful prompt" and app.settings.image.endswith("gone.png")
    with pytest.raises(RuntimeError, match="prompt"):
        bpy.ops.propsmith.generate_prompt(prompt="")
