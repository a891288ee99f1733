"""The prompt field: completions, what the prior reads in the prompt before time is spent, and the artist's presets."""

from __future__ import annotations

import inspect
import sys
import time
from pathlib import Path

import bpy
import pytest

from tests.blender.test_panels import Recorder, drawn, names


def labels(seen: list) -> str:
    return "\n".join(names(seen, "label"))


def module(app, name: str):
    return sys.modules[f"{app.session.__name__.rsplit('.', 2)[0]}.{name}"]


def test_every_prompt_field_completes_the_last_word(app):
    """Generate's, Refine's and a fill row's prompt, and a fill's style, offer taught words with what they are; any text goes.

    What was typed stands first, or Return would take a lone completion in its place.
    """
    table = module(app, "backend.completions")
    kind = next(word for word, what in table.words().items() if what == "prop")
    assert (f"an old {kind}", "prop") in app.prompts.suggest(None, bpy.context, f"an old {kind[:-1]}")
    assert app.prompts.suggest(None, bpy.context, "an old " + kind[:-1])[0][0] == "an old " + kind[:-1]
    assert app.prompts.suggest(None, bpy.context, "zzqx") == []
    for owner in (
        app.properties.PropsmithSettings,
        app.refine_settings.PropsmithRefineSettings,
        app.fill_rows.CLASSES[0],
    ):
        options = inspect.get_annotations(owner, eval_str=True)["prompt"].keywords
        assert options["search"] is app.prompts.suggest and options["search_options"] == {"SUGGESTION"}
    style = inspect.get_annotations(app.fill_rows.PropsmithFillSettings, eval_str=True)["style"].keywords
    assert style["search"] is app.prompts.suggest and style["name"] == "Style"
    assert {"prop", "material", "colour", "pattern", "style"} <= set(table.words().values())


def test_the_prior_tells_what_it_reads_before_generate(app):
    """Typing a prompt starts the worker and shows kind, confidence and unknown words with the nearest; no job is made."""
    app.settings.prompt = "a wooden barrel of plutonium"
    assert "Reading the prompt..." in labels(drawn("PROPSMITH_PT_generate"))
    app.until(lambda: app.prompts.reading_or_none(app.settings.prompt))
    said = labels(drawn("PROPSMITH_PT_generate")).replace("\n", " ")
    assert "Understood: barrel, 99 % sure" in said
    assert "'plutonium' is not known; the nearest word is 'crate'" in said
    assert not app.shown.jobs
    app.settings.prompt = "a gizmo"
    app.until(lambda: app.prompts.reading_or_none("a gizmo"))
    said = labels(drawn("PROPSMITH_PT_generate")).replace("\n", " ")
    assert "Taken for the nearest kind: crate, 30 % sure" in said and "It could also be: barrel" in said


def test_a_prompt_read_before_is_shown_at_once(app):
    """Going back to a prompt shows its reading without asking again; the timer sleeps once all is answered."""
    app.settings.prompt = "a barrel"
    app.until(lambda: app.prompts.reading_or_none("a barrel"))
    app.settings.prompt = "a wooden barrel"
    app.until(lambda: app.prompts.reading_or_none("a wooden barrel"))
    app.settings.prompt = "a barrel"
    assert not app.now.wish and "Understood" in labels(drawn("PROPSMITH_PT_generate"))
    app.until(lambda: app.pump.tick() is None, 5)


def test_a_slow_worker_is_waited_for_and_a_broken_one_is_not(app, monkeypatch):
    """While a worker starts the question stands, however long that takes, and the panel says so; when none can be started
    the question is taken back, and nothing is shown or left behind."""
    monkeypatch.setattr(app.watchdog, "revive", lambda session: None)
    app.settings.prompt = "a barrel"
    app.pump.tick()
    assert list((app.store_folder / "readings").glob("*.ask"))
    app.now.wished_at -= 3600.0
    for _ in range(5):
        assert app.pump.tick() is not None and app.now.wish == "a barrel"
    assert "waiting for the worker" in labels(drawn("PROPSMITH_PT_generate")).replace("\n", " ")
    app.now.worker_error = app.errors.problem("worker-start", why="it wrote nothing to its log")
    app.until(lambda: not app.now.wish, 5)
    assert not list((app.store_folder / "readings").iterdir())
    assert "Reading" not in labels(drawn("PROPSMITH_PT_generate"))


def test_a_prior_without_words_says_nothing(app):
    """A reading of nothing (a prior without a language) draws no line; one without any kind says so, with the nearest."""
    reading, lines = module(app, "backend.readings"), module(app, "ui.reading").lines
    assert lines(reading.Reading("x")) == []
    unknown = reading.Reading("x", "", 0.0, (("crate", 0.3), ("jar", 0.2)), (reading.Word("x", "unknown"),))
    said = " ".join(line for _, line in lines(unknown))
    assert "No word names a thing" in said and "crate, jar" in said and "'x' is not known and changes nothing" in said


def test_several_props_are_named_before_they_are_made(app):
    """Generate says each prop of a prompt, and the unknown words of all; with a picture, and in Refine, it is read as of one."""
    reading = module(app, "backend.readings")
    prompt, named = "a glimmerous table with two chairs", ("a glimmerous table", "2 x a chair")
    chairs, strange = reading.Word("chairs", "unknown", "chair"), reading.Word("glimmerous", "unknown")
    found = reading.Reading(prompt, "table", 0.99, (("table", 1.0),), (chairs,), (), named, (strange,))
    app.now.readings[prompt] = found
    app.settings.prompt = prompt
    said = labels(drawn("PROPSMITH_PT_generate")).replace("\n", " ")
    assert "several props: a glimmerous table; 2 x a chair" in said and "'glimmerous' is not known" in said
    assert "'chairs' is not known" not in said
    app.settings.image = "/picture.png"
    said = labels(drawn("PROPSMITH_PT_generate")).replace("\n", " ")
    assert "Understood: table" in said and "'chairs' is not known" in said


def test_the_usual_size_is_one_click_away(app):
    """Beside the size stands a button where the reading knows one; with a picture, or another prompt, there is none."""
    reading = module(app, "backend.readings")
    app.now.readings["a mug"] = reading.Reading("a mug", "mug", 0.99, (("mug", 1.0),), usual_m=0.1)
    app.settings.prompt, app.settings.size_m = "a mug", 1.0
    assert "propsmith.usual_size" in str(drawn("PROPSMITH_PT_generate"))
    assert bpy.ops.propsmith.usual_size() == {"FINISHED"} and abs(app.settings.size_m - 0.1) < 1e-6
    for change in ({"image": "/picture.png"}, {"image": "", "prompt": "a thing"}):
        for name, value in change.items():
            setattr(app.settings, name, value)
        assert not bpy.ops.propsmith.usual_size.poll()
        assert "propsmith.usual_size" not in str(drawn("PROPSMITH_PT_generate"))


def test_a_prompt_can_be_written_in_the_text_editor(app):
    """Each text block of the file stands in the menu beside the field; its lines become one prompt, an empty one is refused."""
    assert "PROPSMITH_MT_prompt_texts" not in str(drawn("PROPSMITH_PT_generate"))
    assert not bpy.ops.propsmith.prompt_from_text.poll()
    block = bpy.data.texts.new("Wish é")
    bpy.ops.propsmith.prompt_from_text(text=block.name)
    assert app.settings.prompt == ""
    block.write("a wooden barrel\n  with iron bands,\n\nmossy\n")
    assert "PROPSMITH_MT_prompt_texts" in str(drawn("PROPSMITH_PT_generate"))
    assert bpy.ops.propsmith.prompt_from_text(text=block.name) == {"FINISHED"}
    assert app.settings.prompt == "a wooden barrel with iron bands, mossy"


def test_asking_costs_a_tick_little(app):
    """Putting the question and looking for the answer take under 20 ms of processor time."""
    app.pump.tick()
    app.settings.prompt = "a barrel"
    times = []
    for _ in range(5):
        began = time.process_time()
        app.prompts.step(app.now)
        times.append(time.process_time() - began)
    assert max(times) < 0.02


def test_presets_keep_and_restore_prompt_and_settings(app):
    """Blender's preset system saves the panel under a name in the user's folder, restores it and removes it again."""
    wanted = {"prompt": 'a "quoted" \\ vase é', "preset": "high", "size_m": 0.25, "faces": 1234, "random_seed": False}
    for name, value in wanted.items():
        setattr(app.settings, name, value)
    assert bpy.ops.propsmith.preset_add(name="Small vase") == {"FINISHED"}
    (path,) = Path(bpy.utils.user_resource("SCRIPTS", path="presets/propsmith/generate")).glob("*.py")
    app.settings.prompt, app.settings.preset, app.settings.size_m, app.settings.random_seed = "x", "draft", 3.0, True
    bpy.ops.script.execute_preset(filepath=str(path), menu_idname="PROPSMITH_PT_presets")
    for name, value in wanted.items():
        assert getattr(app.settings, name) == (pytest.approx(value) if name == "size_m" else value), name
    bpy.types.PROPSMITH_PT_presets.bl_label = "Small vase"
    assert bpy.ops.propsmith.preset_add(name="Small vase", remove_active=True) == {"FINISHED"} and not path.exists()


def test_the_status_bar_counts_and_no_key_is_taken(app, monkeypatch):
    """While jobs are, the status bar says how many run and wait; afterwards nothing. No keymap item is ours."""
    app.fake(monkeypatch, "slow", 4.0)
    first = app.generate()
    app.generate()
    app.until(lambda: app.state(first) == "running")
    seen: list = []
    stand_in = type("Header", (), {"layout": Recorder(seen)})()
    draw = module(app, "ui.menus").draw_status_bar
    draw(stand_in, bpy.context)
    assert names(seen, "label") == ["Props: 1 running, 1 waiting"]
    seen.clear()
    app.shown.running = app.shown.queued = 0
    draw(stand_in, bpy.context)
    assert not seen
    keys = [i.idname for c in bpy.context.window_manager.keyconfigs for m in c.keymaps for i in m.keymap_items]
    assert not [name for name in keys if name.startswith("propsmith")]
