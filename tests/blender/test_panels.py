"""The panels draw in every state, with the right widgets; a recording layout stands in for Blender's."""

from __future__ import annotations

import importlib
import os

import bpy
import pytest

ICONS = bpy.types.UILayout.bl_rna.functions["label"].parameters["icon"].enum_items.keys()


class Recorder:
    """Takes every layout call, remembers texts, properties and operators, and refuses names that do not exist."""

    def __init__(self, seen: list) -> None:
        object.__setattr__(self, "seen", seen)

    def __setattr__(self, name, value):
        pass

    def _child(self, *_, **__):
        return Recorder(self.seen)

    row = column = box = split = column_flow = grid_flow = _child

    def panel(self, *_, **__):
        return self._child(), self._child()

    def label(self, text="", icon="NONE", **_):
        assert icon in ICONS, icon
        self.seen.append(("label", text))

    def prop(self, data, name, icon="NONE", **_):
        assert icon in ICONS, icon
        assert name in data.bl_rna.properties, name
        self.seen.append(("prop", name))

    def operator(self, name, text=None, icon="NONE", **_):
        assert icon in ICONS, icon
        family, _, call = name.partition(".")
        assert call in dir(getattr(bpy.ops, family)), name
        self.seen.append(("operator", name, text))
        return type("Arguments", (), {})()

    def progress(self, factor=0.0, text="", **_):
        self.seen.append(("progress", text))

    def template_list(self, kind, *_, **__):
        assert hasattr(bpy.types, kind)
        self.seen.append(("list", kind))

    def menu(self, kind, icon="NONE", **_):
        assert icon in ICONS and hasattr(bpy.types, kind), (icon, kind)
        self.seen.append(("menu", kind))

    def template_icon(self, **_):
        self.seen.append(("icon",))


def drawn(panel: str, **attributes) -> list:
    kind, seen = getattr(bpy.types, panel), []
    stand_in = type("Panel", (), {"layout": Recorder(seen), **attributes})()
    kind.draw(stand_in, bpy.context)
    return seen


def names(seen: list, what: str) -> list[str]:
    return [entry[1] for entry in seen if entry[0] == what]


def test_panel_shows_all_settings_when_ready(app):
    """Prompt, image, preset, size, seed, lock, avoid, faces, texture, polish steps are in the panel; Generate; Four Drafts."""
    seen = drawn("PROPSMITH_PT_generate")
    wanted = {"prompt", "image", "preset", "size", "seed", "random_seed", "negative", "faces", "texture_px", "steps"}
    assert set(names(seen, "prop")) == wanted
    assert names(seen, "operator") == ["propsmith.generate", "propsmith.four_drafts"]


def test_panel_shows_the_set_up_card_until_ready(app):
    """Without a Python only the set-up card is drawn, with preflight, Set Up and the way to an existing environment."""
    app.preferences.get().python = ""
    seen = drawn("PROPSMITH_PT_generate")
    assert "prompt" not in names(seen, "prop")
    assert names(seen, "operator") == [
        "screen.userpref_show",  # online access is off by default, and Set Up downloads
        "propsmith.preflight", "propsmith.create_environment", "propsmith.open_preferences",
    ]  # fmt: skip


def test_generate_shows_the_learned_estimate(app):
    """After a draft the button of the draft preset carries its usual time."""
    app.generate(preset="draft")
    app.until(lambda: app.props())
    seen = drawn("PROPSMITH_PT_generate")
    assert ("operator", "propsmith.generate", "Generate (about 1 s)") in seen


@pytest.mark.parametrize(("script", "state"), [("slow", "running"), ("ok", "done"), ("fail", "failed")])
def test_job_box_offers_what_fits_the_state(app, monkeypatch, script, state):
    """A running job shows its bar and Cancel; a done one Add to Scene; a failed one its code, remedy and Retry."""
    app.fake(monkeypatch, script)
    job = app.generate()
    app.until(lambda: app.state(job) == state)
    seen = drawn("PROPSMITH_PT_jobs")
    buttons = names(seen, "operator")
    assert ("propsmith.cancel_job" in buttons) == (state == "running") == bool(names(seen, "progress"))
    assert ("propsmith.add_to_scene" in buttons) == (state == "done")
    assert ("propsmith.retry_job" in buttons) == (state in ("done", "failed"))
    assert ("shape-empty" in names(seen, "label")) == (state == "failed")


def test_rows_preferences_menus_and_provenance_draw(app):
    """The list's rows, the preferences page, the menus, the status bar and the provenance panel draw without error."""
    job = app.generate()
    kind, seen = bpy.types.PROPSMITH_UL_jobs, []
    for _ in range(2):
        kind.draw_item(None, bpy.context, Recorder(seen), None, app.shown.jobs[job], 0, None, "")
        app.until(lambda: app.props())
    chosen = app.preferences.get()
    stand_in = type("Page", (), {"layout": Recorder(seen), "bl_rna": chosen.bl_rna})()
    app.preferences.PropsmithPreferences.draw(stand_in, bpy.context)
    bpy.context.view_layer.objects.active = app.props()[0]
    assert bpy.types.PROPSMITH_PT_provenance.poll(bpy.context)
    assert "Seed" in names(drawn("PROPSMITH_PT_provenance"), "label")
    assert "propsmith.add_to_scene" in names(seen, "operator")


def test_dropped_pictures_are_taken_on_the_viewport(app):
    """The file handler names our import operator and takes PNG, JPEG and WebP."""
    handler = bpy.types.PROPSMITH_FH_image
    assert handler.bl_import_operator == "propsmith.drop_image"
    assert set(handler.bl_file_extensions.split(";")) == {".png", ".jpg", ".jpeg", ".webp"}


def test_an_image_alone_makes_a_prop(app, tmp_path):
    """The drop operator queues a job from a picture without any prompt, and the prop arrives."""
    image = bpy.data.images.new("photo", 8, 8)
    image.filepath_raw, image.file_format = str(tmp_path / "photo é.png"), "PNG"
    image.save()
    bpy.ops.propsmith.drop_image(filepath=str(tmp_path / "photo é.png"))
    app.until(lambda: app.props())
    assert app.now.watches[app.shown.jobs[0].name].request.image.endswith("photo é.png")


def test_faults_of_the_environment_offer_the_preferences_too(app):
    """Beside the button that tests, repairs or sets up stands the one that opens the page with the other ways."""
    shown = bpy.context.window_manager.propsmith
    for fix, wanted in (("propsmith.verify_environment", True), ("propsmith.restart_worker", False)):
        shown.error_code, shown.error_sentence, shown.error_fix = "some-code", "It did not work.", fix
        buttons = names(drawn("PROPSMITH_PT_generate"), "operator")
        assert fix in buttons and ("propsmith.open_preferences" in buttons) == wanted


def test_long_paths_break_after_a_slash_and_hide_the_home_folder(app):
    """No line is longer than asked for, none is cut inside a name that fits, and the home folder reads ~."""
    texts = importlib.import_module("bl_ext.user_default.propsmith.ui.texts")
    home = os.path.expanduser("~")
    lines = texts.lines_of(f"Folder: {home}/.local/share/propsmith/environment", 27)
    assert lines == ["Folder: ~/.local/share/", "propsmith/environment"]
    assert texts.lines_of(f"{home}stead is not ours", 200) == [f"{home}stead is not ours"]
    assert texts.lines_of("x" * 50, 20) == ["x" * 20, "x" * 20, "x" * 10] and texts.lines_of("", 20) == [""]
