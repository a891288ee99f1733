"""Many jobs at once: search and filter of the lists, cleaning up; settings from an object; a worker of an earlier version."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import bpy
import pytest

from .conftest import PACKAGE, WORKER_PYTHON


def listed(kind: str, rows, **filters) -> list[str]:
    """The names of the rows that a list shows under these filters, as Blender reads its flags."""
    lists = importlib.import_module(f"{PACKAGE}.ui.{kind}")
    cls = lists.PROPSMITH_UL_jobs if kind == "job_list" else lists.PROPSMITH_UL_fill
    words_of = lambda row: cls.words_of(None, row)
    drawn = SimpleNamespace(
        **({"filter_name": "", "shown": "all", "bitflag_filter_item": 1 << 30} | filters), words_of=words_of
    )
    flags, _ = cls.filter_items(drawn, bpy.context, SimpleNamespace(rows=rows), "rows")
    return [row.name for i, row in enumerate(rows) if not flags or flags[i]]


def finished(app, prompt: str, script: str = "ok") -> str:
    job = app.generate(prompt)
    ended = ("done", "failed", "cancelled")
    app.until(lambda: app.state(job) in ended and (app.state(job) != "done" or app.shown.jobs[job].imported))
    return job


def test_jobs_are_found_by_their_words_and_states(app, monkeypatch):
    """The search looks into titles, not ids, in any case; the states are told apart; without a filter all are shown."""
    barrel, vase = finished(app, "a wooden barrel"), finished(app, "a blue vase")
    app.end_worker()
    app.fake(monkeypatch, "fail")
    failed = finished(app, "a broken vase")
    rows = app.shown.jobs
    assert set(listed("job_list", rows)) == {barrel, vase, failed}
    assert set(listed("job_list", rows, filter_name="VASE")) == {vase, failed}
    assert listed("job_list", rows, filter_name=barrel) == []
    assert listed("job_list", rows, filter_name="vase", shown="failed") == [failed]
    assert (
        set(listed("job_list", rows, shown="done")) == {barrel, vase} and listed("job_list", rows, shown="open") == []
    )


def test_places_are_found_by_name_and_prompt(app):
    """A fill's search looks at the placeholder's name and at its prompt; places without one are among the failed."""
    for name in ("wooden_barrel", "Cube.001"):
        bpy.ops.mesh.primitive_cube_add()
        bpy.context.object.name = name
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.propsmith.fill_add_selected()
    rows = bpy.context.window_manager.propsmith_fill.rows
    named = {row.target: row.name for row in rows}
    assert listed("fill", rows, filter_name="barrel") == [named["wooden_barrel"]]
    assert listed("fill", rows, shown="failed") == [named["Cube.001"]]
    assert listed("fill", rows, shown="open") == [named["wooden_barrel"]]


@pytest.mark.parametrize("which, left", [("failed", 2), ("landed", 1), ("all", 0)])
def test_cleaning_up_takes_what_is_asked_and_keeps_the_props(app, monkeypatch, which, left):
    """Failed jobs, then placed props' jobs, then all that ended; their files go, the prop in the scene stays whole."""
    clean_up = importlib.import_module(f"{PACKAGE}.addon.clean_up")
    landed = finished(app, "a wooden barrel")
    monkeypatch.setattr(app.landing, "may_land_now", lambda context: False)  # finished, and in no scene
    apart = app.generate("a crate")
    app.until(lambda: app.state(apart) == "done")
    app.now.landings.pop(apart)
    app.end_worker()
    app.fake(monkeypatch, "fail")
    failed = app.generate("a vase")
    app.until(lambda: app.state(failed) == "failed")
    folder = app.store_folder / "jobs"
    assert clean_up.size_of(app.now, [landed]) > 1000
    assert bpy.ops.propsmith.clean_up_jobs(which=which) == {"FINISHED"}
    assert len(app.shown.jobs) == left and not (folder / failed).exists()
    assert (folder / landed).exists() == (which == "failed") and (folder / apart).exists() == (which != "all")
    (prop,) = app.props()
    assert len(prop.data.polygons) == 12 and all(i.packed_file for i in bpy.data.images if i.source == "FILE")


def test_cleaning_up_leaves_what_is_waited_for(app, monkeypatch):
    """Running, queued and about-to-land jobs stay, even when everything is asked for."""
    app.fake(monkeypatch, "slow")
    running, queued = app.generate("a barrel"), app.generate("a crate")
    app.until(lambda: app.state(running) == "running")
    bpy.ops.propsmith.clean_up_jobs(which="all")
    assert {row.name for row in app.shown.jobs} == {running, queued}


def test_settings_come_back_from_an_object_without_its_job(app):
    """A prop whose job is gone gives prompt, seed, size and faces back to the panel, its seed locked; other objects do not."""
    job = app.generate("a wooden barrel", size_m=1.7, faces=1234)
    app.until(lambda: bool(app.props()))
    (prop,) = app.props()
    seed = prop.propsmith.seed
    app.requests.remove(app.now, job)
    app.settings.prompt, app.settings.size_m, app.settings.faces = "something else", 3.0, 8000
    app.settings.random_seed, app.settings.seed = True, 1
    bpy.context.view_layer.objects.active = prop
    assert bpy.ops.propsmith.reuse_from_object() == {"FINISHED"}
    settings = app.settings
    assert settings.prompt == "a wooden barrel" and settings.size_m == pytest.approx(1.7) and settings.faces == 1234
    assert settings.seed == seed and not settings.random_seed
    prop.propsmith.request = '{"kind": "generate", "prompt": 7}'
    with pytest.raises(RuntimeError, match="prompt must be"):
        bpy.ops.propsmith.reuse_from_object()
    bpy.ops.mesh.primitive_cube_add()
    with pytest.raises(RuntimeError, match="not made by Propsmith"):
        bpy.ops.propsmith.reuse_from_object()


def test_a_worker_of_an_earlier_version_is_followed_by_ours(app, monkeypatch):
    """After an update the worker left running is asked to leave when its job is done, and no job is lost; a later one stays."""
    first = finished(app, "a barrel")
    status = app.store.worker_status(app.now.store)
    assert status.running and status.card.version == app.store.own_version()
    monkeypatch.setattr(app.store, "own_version", lambda: "0.0.1")
    second = finished(app, "a crate")
    assert app.store.worker_status(app.now.store).card.pid == status.card.pid and not app.now.dismissed
    monkeypatch.setattr(app.store, "own_version", lambda: "99.0.0")
    third = finished(app, "a vase")
    assert app.now.dismissed
    app.until(
        lambda: (
            app.store.worker_status(app.now.store).card is None
            or app.store.worker_status(app.now.store).card.pid != status.card.pid
        )
    )
    assert [app.state(job) for job in (first, second, third)] == ["done"] * 3


def recorded_starts(app, monkeypatch) -> list[tuple[str, str]]:
    """(Python, device) of every worker started from now on."""
    started, command = [], app.worker.worker_command

    def recorded(python, store, device="auto"):
        started.append((str(python), device))
        return command(python, store, device)

    monkeypatch.setattr(app.worker, "worker_command", recorded)
    return started


def test_another_device_or_python_counts_from_the_next_job_on(app, monkeypatch, tmp_path):
    """The job at work ends where it began; the jobs after it run on the device, then on the Python, chosen meanwhile."""
    app.fake(monkeypatch, "ok", 4.0)
    started = recorded_starts(app, monkeypatch)
    first = app.generate("a barrel")
    app.until(lambda: app.state(first) == "running")
    chosen = app.preferences.get()
    chosen.device = "cpu"
    second = app.generate("a crate")
    app.until(lambda: app.state(second) == "done")
    other = tmp_path / "python"
    other.write_text(f'#!/bin/sh\nexec "{WORKER_PYTHON}" "$@"\n')
    other.chmod(0o755)
    chosen.python = str(other)
    app.until(lambda: second in app.now.watches and not app.now.unread)
    third = app.generate("a vase")
    app.until(lambda: app.state(third) == "done")
    assert started == [(str(WORKER_PYTHON), "auto"), (str(WORKER_PYTHON), "cpu"), (str(other), "cpu")]
    assert "requeued" not in (app.store_folder / "jobs" / first / "events.jsonl").read_text()


def test_a_worker_that_is_still_starting_follows_another_device_at_once(app, monkeypatch):
    """One that has no card yet could not be asked to leave: it ends, is no failed start, and another begins."""
    asleep = lambda python, *_: [str(python), "-c", "import time; time.sleep(60)"]
    monkeypatch.setattr(app.worker, "worker_command", asleep)
    job = app.generate()
    app.until(lambda: app.now.process is not None)
    starting = app.now.process
    app.fake(monkeypatch)
    app.preferences.get().device = "cpu"
    assert starting.wait(10) != 0 and not app.now.start_failures
    app.until(lambda: app.state(job) == "done")


def test_the_report_of_set_up_holds_what_was_found(app):
    """Copy Report on the set-up card has versions, every row and its end, and no home folder."""
    from pathlib import Path

    bpy.ops.propsmith.preflight()
    app.until(lambda: not app.shown.setup_running)
    reports = importlib.import_module(f"{PACKAGE}.addon.reports")
    text = reports.setup_report()
    assert bpy.app.version_string in text and "ok: Python 3." in text and "Licence of the model" in text
    assert "Memory:" in text and "In use now:" in text and str(Path.home()) not in text
