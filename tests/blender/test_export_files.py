"""Which files an export writes: none twice in one run, none over another's textures or unasked; what is left out is said."""

from __future__ import annotations

import importlib

import bpy
import pytest

from tests.blender.look_scene import ball, plane, read_glb


def files(folder) -> list[str]:
    return sorted(p.name for p in folder.iterdir() if p.is_file())


def test_names_that_become_one_file_are_numbered(app, tmp_path):
    """Two objects whose names differ in marks or case alone get two files, each with its own mesh and textures."""
    for name in ("Barrel 1", "Barrel.1", "barrel_1"):
        plane(tmp_path / name, name)
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.propsmith.export(filepath=str(tmp_path / "out" / "x.glb"), kind="GLB", each=True)
    assert sorted(name.lower() for name in files(tmp_path / "out")) == [
        "barrel_1.glb",
        "barrel_1_2.glb",
        "barrel_1_3.glb",
    ]
    meshes = {read_glb(p)[0]["nodes"][0]["name"] for p in (tmp_path / "out").glob("*.glb")}
    assert meshes == {"Barrel 1", "Barrel.1", "barrel_1"}
    assert len(list((tmp_path / "out" / "textures").iterdir())) == 3


def test_a_file_each_writes_over_nothing_unasked(app, tmp_path):
    """A file of an object's name stops the export before anything is written; Replace Files lets it pass."""
    for name in ("Barrel", "Crate"):
        plane(tmp_path / name, name)
    bpy.ops.object.select_all(action="SELECT")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "Barrel.glb").write_bytes(b"precious")
    options = {"filepath": str(tmp_path / "out" / "x.glb"), "kind": "GLB", "each": True}
    with pytest.raises(RuntimeError, match=r"'Barrel.glb' is in the folder already.*export-failed"):
        bpy.ops.propsmith.export(**options)
    assert files(tmp_path / "out") == ["Barrel.glb"] and (tmp_path / "out" / "Barrel.glb").read_bytes() == b"precious"
    assert bpy.ops.propsmith.export(**options, replace=True) == {"FINISHED"}
    assert files(tmp_path / "out") == ["Barrel.glb", "Crate.glb"]
    assert read_glb(tmp_path / "out" / "Barrel.glb")[0]["nodes"][0]["name"] == "Barrel"


def test_two_exports_into_one_folder_keep_their_textures_apart(app, tmp_path):
    """One prop exported green, then red under another name: each file names its own pictures."""
    look = ball(tmp_path / "maps", "Barrel").active_material.propsmith_look
    look.tint_amount = 1.0
    colours = {"green": (0, 1, 0), "red": (1, 0, 0)}
    for name, look.tint in colours.items():
        bpy.ops.propsmith.export(filepath=str(tmp_path / f"{name} barrel.obj"), kind="OBJ")
    for name, tint in colours.items():
        lines = (tmp_path / f"{name} barrel.mtl").read_text().splitlines()
        picture = tmp_path / next(line.split()[-1] for line in lines if line.startswith("map_Kd"))
        image = bpy.data.images.load(str(picture))
        assert [channel > 0 for channel in image.pixels[:3]] == [channel > 0 for channel in tint], name


def test_a_path_from_the_blends_folder_needs_a_saved_file(app, tmp_path, monkeypatch):
    """ "//" in a file that was never saved is refused with its remedy, nothing written; saved, it is the file's folder."""
    plane(tmp_path / "maps", "Sheet")
    (tmp_path / "started in").mkdir()
    monkeypatch.chdir(tmp_path / "started in")
    for options in ({}, {"each": True}):
        with pytest.raises(RuntimeError, match=r"'//out/sheet.glb' is meant.*Save the file first.*file-unsaved"):
            bpy.ops.propsmith.export(filepath="//out/sheet.glb", kind="GLB", **options)
    assert not list((tmp_path / "started in").iterdir())
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    assert bpy.ops.propsmith.export(filepath="//out/sheet.glb", kind="GLB") == {"FINISHED"}
    assert files(tmp_path / "out") == ["sheet.glb"] and not list((tmp_path / "started in").iterdir())


@pytest.mark.parametrize("kind", ["GLB", "USD", "OBJ", "FBX"])
def test_a_failed_export_leaves_the_older_file_whole(app, tmp_path, monkeypatch, kind):
    """When Blender's exporter fails half way the file, its textures and what belongs to it stay byte for byte, and nothing
    else is left; the next export, which succeeds, replaces them."""
    look = ball(tmp_path / "maps", "Barrel").active_material.propsmith_look
    out, exporting = tmp_path / "out", importlib.import_module("bl_ext.user_default.propsmith.addon.exporting")
    bpy.ops.propsmith.export(filepath=str(out / "barrel"), kind=kind)

    def contents():
        return {path.relative_to(out): path.read_bytes() for path in out.rglob("*") if path.is_file()}

    def breaking(path):
        call(path)
        raise RuntimeError("Error: the disk was taken away")

    before, row = contents(), exporting.KINDS[kind]
    call = row[4]
    look.tint_amount, look.tint = 1.0, (0, 1, 0)
    with monkeypatch.context() as patch:
        patch.setitem(exporting.KINDS, kind, (*row[:4], breaking))
        with pytest.raises(RuntimeError, match="export-failed"):
            bpy.ops.propsmith.export(filepath=str(out / "barrel"), kind=kind)
    assert len(before) > 2 and contents() == before and not list(out.glob(".*"))
    bpy.ops.propsmith.export(filepath=str(out / "barrel"), kind=kind)
    after = contents()
    assert set(after) == set(before) and not list(out.glob(".*"))
    changed = {path.name for path in before if after[path] != before[path]}
    assert "barrel_base_color.png" in changed and (kind != "GLB" or "barrel.glb" in changed)


def test_selected_objects_that_are_no_meshes_are_named(app, tmp_path, capfd):
    """Text and collection instances are left out with a warning; a camera, which shows nothing, without one."""
    plane(tmp_path / "maps", "Sheet")
    bpy.ops.object.text_add()
    bpy.ops.object.collection_instance_add(collection=bpy.data.collections.new("Barrels").name)
    bpy.ops.object.camera_add()
    bpy.ops.object.select_all(action="SELECT")
    capfd.readouterr()
    assert bpy.ops.propsmith.export(filepath=str(tmp_path / "x.glb"), kind="GLB") == {"FINISHED"}
    said = capfd.readouterr().out
    names = said.partition("Warning: Left out, for only meshes are exported: ")[2].splitlines()[0]
    assert sorted(names.split(", ")) == ["Barrels", "Text"]
    bpy.data.objects["Text"].select_set(False)
    bpy.data.objects["Barrels"].select_set(False)
    bpy.ops.propsmith.export(filepath=str(tmp_path / "x.glb"), kind="GLB")
    assert "Left out" not in capfd.readouterr().out
