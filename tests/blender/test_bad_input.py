"""Bad input in the panel: every refused picture, prompt and prior is a row with code, sentence and remedy; good jobs go on."""

from __future__ import annotations

import errno
import functools
import json
import os
import subprocess

import bpy
import numpy as np
import pytest

from tests.blender.refine_scene import beside, grid, notes, press, refined

from .conftest import ROOT, WORKER_PYTHON
from .test_whole_path import WORKER

WRITE = """
import sys, json; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from tests.backend.bad_input import PICTURES, write_picture
made = {}
for i, (case, (_, _, code)) in enumerate(PICTURES.items()):
    if code:
        folder = Path(sys.argv[2]) / str(i)
        folder.mkdir()
        made[case] = (str(write_picture(case, folder)), code)
print(json.dumps(made))
"""


@pytest.fixture
def real(app, monkeypatch):
    """The app with the true worker and pipeline behind it."""
    command = lambda python, store, device="auto": [str(python), "-s", "-B", "-u", "-c", WORKER, str(store.folder)]
    monkeypatch.setattr(app.worker, "worker_command", command)
    monkeypatch.setattr(app.watchdog, "START_S", 300.0)  # importing torch beside other work
    monkeypatch.setattr(app.requests, "Generate", functools.partial(app.protocol.Generate, prior="analytic"))
    return app


def test_refused_pictures_and_priors_are_rows_with_a_remedy(real, tmp_path, monkeypatch):
    """Each refused picture, and a prior that is missing or spoilt, ends as its row; no object, no ghost, no traceback."""
    app = real
    done = subprocess.run(
        [str(WORKER_PYTHON), "-c", WRITE, str(ROOT), str(tmp_path)], capture_output=True, text=True, check=True
    )
    wanted = {}
    for path, code in json.loads(done.stdout).values():
        wanted[app.generate("", image=path)] = code
    (tmp_path / "spoilt").mkdir()
    card = {"format": 1, "family": "mv-transformer", "sha256": {"model.safetensors": "0" * 64}}
    (tmp_path / "spoilt" / "prior.json").write_text(json.dumps(card), "utf-8")
    (tmp_path / "spoilt" / "model.safetensors").write_bytes(b"no tensors")
    for prior, code in (("nowhere", "prior-missing"), ("spoilt", "weights-checksum")):
        given = functools.partial(app.protocol.Generate, prior=str(tmp_path / prior))
        monkeypatch.setattr(app.requests, "Generate", given)
        wanted[app.generate("a red box", image="")] = code
    app.until(lambda: all(app.state(job) == "failed" for job in wanted), 400)
    assert {job: app.shown.jobs[job].code for job in wanted} == wanted
    for job in wanted:
        row = app.shown.jobs[job]
        assert row.sentence.endswith(".") and row.remedy and "Traceback" not in row.sentence + row.remedy
    assert not app.props() and not app.ghosts()
    log = (app.store_folder / "logs" / "worker.log").read_text("utf-8") if (app.store_folder / "logs").exists() else ""
    assert "serves" not in log or all(code in log for code in wanted.values())


def test_real_pictures_of_every_kind_are_read_by_the_worker(real, tmp_path):
    """A WebP, a JPEG and a PNG as Blender writes them go the whole way from the drop to the prop, through the true pipeline."""
    y, x = np.mgrid[-1:1:96j, -1:1:96j]
    pixels = np.ones((96, 96, 4), np.float32)
    pixels[(np.abs(x) < 0.5) & (np.abs(y) < 0.6)] = (0.7, 0.1, 0.1, 1.0)
    real.settings.preset = "draft"
    kinds = {"a.webp": "WEBP", "b.jpg": "JPEG", "c.png": "PNG"}
    for name, kind in kinds.items():
        image = bpy.data.images.new("photo", 96, 96)
        image.pixels.foreach_set(pixels.ravel())
        image.filepath_raw, image.file_format = str(tmp_path / name), kind
        image.save()
    assert (tmp_path / "a.webp").read_bytes()[8:12] == b"WEBP"
    files = [{"name": name} for name in kinds]
    bpy.ops.propsmith.drop_image(directory=str(tmp_path) + os.sep, files=files, prompt="a red box")
    real.until(lambda: len(real.props()) == 3, 400)
    assert {row.state for row in real.shown.jobs} == {"done"}


@pytest.mark.parametrize("prompt", ["\u200b\u200e", "a \x1b[31m barrel", "a \x9b barrel", "x" * 1001])
def test_refused_prompts_are_said_by_the_button(app, prompt):
    """Invisible, control-ridden and endless prompts are refused at once by sentence; no job is queued."""
    app.settings.image = ""
    app.settings.prompt = prompt
    with pytest.raises(RuntimeError, match="prompt") as caught:
        bpy.ops.propsmith.generate()
    assert "Traceback" not in str(caught.value) and not app.shown.jobs


def test_paths_of_any_script(app, tmp_path):
    """Store, .blend and textures in folders of blanks, accents, Chinese and emoji: the prop lands and its files load."""
    home = tmp_path / "mein Ordner é 图 🪑 100 %"
    home.mkdir()
    app.preferences.get().store = str(home / "der Speicher")
    app.preferences.get().pack_images = False
    app.store_folder = home / "der Speicher"
    app.pump.tick()
    bpy.ops.wm.save_as_mainfile(filepath=str(home / "Szene 图.blend"))
    app.generate("a chair")
    app.until(lambda: app.props())
    image = app.props()[0].data.materials[0].node_tree.nodes["Base Color"].image
    assert os.path.isfile(bpy.path.abspath(image.filepath)) and image.size[0] > 0
    bpy.ops.wm.save_mainfile()
    bpy.ops.wm.open_mainfile(filepath=str(home / "Szene 图.blend"))
    assert len(app.props()) == 1


@pytest.fixture
def refused(app, tmp_path):
    """A saved .blend, textures to lie beside it, and a file where their folder would be."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    (tmp_path / "props").write_text("in the way")
    app.preferences.get().pack_images = False
    return tmp_path / "props"


def are_packed(obj: bpy.types.Object) -> bool:
    images = [node.image for node in obj.data.materials[0].node_tree.nodes if node.type == "TEX_IMAGE"]
    return len(images) >= 4 and all(image.packed_file and image.filepath.startswith("//props/") for image in images)


def test_props_whose_folder_refuses_the_maps_land_packed(app, refused):
    """Two props land although the folder beside the .blend refuses their maps: packed, a note says so, none is left over."""
    jobs = [app.generate("a barrel"), app.generate("a crate")]
    app.until(lambda: len(app.props()) == 2)
    assert all(are_packed(obj) for obj in app.props()) and all(i.users for i in bpy.data.images)
    said = f"Its textures are in the .blend: '{refused}' could not be written to."
    assert [notes(app, job).count(said) for job in jobs] == [1, 1]
    assert {app.shown.jobs[job].text for job in jobs} == {"Done"}
    refused.unlink()
    assert bpy.ops.propsmith.add_to_scene(job=jobs[0]) == {"FINISHED"}
    assert list(refused.glob("barrel_base_color*.png"))


def test_refinements_whose_folder_refuses_the_maps_land_packed(app, refused):
    """A refinement becomes the next version of its object with its maps packed, and a note says so."""
    obj = grid()
    job = refined(app, obj)
    assert len(obj.propsmith_versions.items) == 2 and not beside(app, job)
    assert are_packed(obj) and "Its textures are in the .blend" in notes(app, job)


def test_fills_whose_folder_refuses_the_maps_land_packed(app, no_fill, refused):
    """All rows of a fill land with their maps packed."""
    for x, name in enumerate(("barrel", "crate", "barrel.001")):
        bpy.ops.mesh.primitive_cube_add(location=(3 * x, 0, 0))
        bpy.context.object.name = name
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not bpy.context.window_manager.propsmith_fill.running)
    assert len(app.props()) == 3 and all(are_packed(obj) for obj in app.props())


def test_a_disk_that_fills_up_beside_the_file_leaves_no_half_maps(app, refused, monkeypatch):
    """Maps of which the disk took a part are packed, and the parts are removed."""

    def full(source, target):
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")

    refused.unlink()
    monkeypatch.setattr(app.materials.shutil, "copyfile", full)
    app.generate()
    app.until(lambda: app.props())
    assert are_packed(app.props()[0]) and not list(refused.iterdir())


def test_what_cannot_land_holds_nothing_up(app, monkeypatch):
    """A prop that cannot be built for a reason nobody foresaw is a failed row without a ghost, and the next one lands."""
    begin = app.scene.begin_parts

    def fails(result, request):
        if request.prompt == "a barrel":
            raise RuntimeError("unforeseen")
        return begin(result, request)

    monkeypatch.setattr(app.scene, "begin_parts", fails)
    first, second = app.generate("a barrel"), app.generate("a crate")
    app.until(lambda: app.props())
    assert [obj.propsmith.job for obj in app.props()] == [second] and not app.ghosts()
    assert (app.state(first), app.shown.jobs[first].code) == ("failed", "internal")
    assert not app.store.is_imported(app.now.store, first)


def test_a_refinement_that_cannot_land_does_not_count_as_landed(app, monkeypatch):
    """A refinement without its maps is a failed row, unmarked in the store; its object is as it was."""
    obj = grid()

    def missing(path):
        raise app.errors.problem("image-missing", path=path)

    monkeypatch.setattr(app.materials, "check_png", missing)
    (job,) = press(app)
    app.until(lambda: app.state(job) == "failed")
    assert app.shown.jobs[job].code == "image-missing" and not obj.propsmith_versions.items
    assert not app.store.is_imported(app.now.store, job)
