"""Assets: a prop's file in a library opens elsewhere with catalog, label, picture and textures; the scene stays as it was."""

from __future__ import annotations

import importlib

import bpy
import pytest

ADDON = "bl_ext.user_default.propsmith.addon"


@pytest.fixture
def library(tmp_path):
    """An asset library in the preferences."""
    folder = tmp_path / "bibliothèque"
    folder.mkdir()
    libraries = bpy.context.preferences.filepaths.asset_libraries
    made = libraries.new(name="Test Library", directory=str(folder))
    yield folder
    libraries.remove(made)


def save(**options):
    return bpy.ops.propsmith.save_assets(library="Test Library", **options)


def prop(app, prompt="a wooden barrel"):
    app.generate(prompt)
    count = len(app.props())
    app.until(lambda: len(app.props()) > count)
    bpy.context.view_layer.update()
    return bpy.context.view_layer.objects.active


def appended(path):
    """The assets of a file, appended into the open one."""
    with bpy.data.libraries.load(str(path), link=False, assets_only=True) as (there, here):
        here.objects = there.objects
    return here.objects


def catalogs(library) -> dict[str, str]:
    lines = (library / "blender_assets.cats.txt").read_text("utf-8").splitlines()
    rows = [line.split(":") for line in lines if line.count(":") == 2]
    assert "VERSION 1" in lines
    return {row[1]: row[0] for row in rows}


def test_a_saved_prop_is_a_whole_asset(app, library):
    """The file holds one asset with name, catalog, tags, description, author, licence, our picture and packed maps."""
    obj = prop(app)
    obj.location, obj.rotation_euler, obj.scale = (3, 4, 5), (0, 0, 1), (2, 2, 2)
    names = {o.name for o in bpy.data.objects}
    counts = [len(d) for d in (bpy.data.meshes, bpy.data.materials, bpy.data.images)]
    assert save(catalog="Props/Casks", tags="wood, round , wood", author="Ada") == {"FINISHED"}
    assert {o.name for o in bpy.data.objects} == names and tuple(obj.location) == (3, 4, 5) and obj.asset_data is None
    assert [len(d) for d in (bpy.data.meshes, bpy.data.materials, bpy.data.images)] == counts
    (path,) = (library / "Propsmith").glob("*.blend")
    bpy.data.objects.remove(obj)
    (asset,) = appended(path)
    data = asset.asset_data
    assert asset.name == "Wooden barrel" and data.catalog_id == catalogs(library)["Props/Casks"]
    assert [t.name for t in data.tags] == ["wood", "round"] and data.author == "Ada"
    assert data.description == "a wooden barrel" and data.license == "none"  # the fake prior's
    assert (
        tuple(asset.location) == (0, 0, 0)
        and tuple(asset.scale) == (1, 1, 1)
        and tuple(asset.rotation_euler) == (0, 0, 0)
    )
    images = [n.image for n in asset.data.materials[0].node_tree.nodes if n.type == "TEX_IMAGE"]
    assert len(images) == 5 and all(i.packed_file for i in images) and asset.propsmith.prompt == "a wooden barrel"
    width, height = asset.preview.image_size
    pixels = asset.preview.image_pixels_float[:]
    assert width and height and max(pixels) > 0
    assert not list((library / "Propsmith").glob(".*"))


def test_catalogs_are_reused_and_strangers_lines_kept(app, library):
    """A catalog that is there is used; a new one is appended; every other line of the list stays byte for byte."""
    known = "# mine\nVERSION 1\n\n11111111-2222-3333-4444-555555555555:Props/Casks:Casks\n"
    (library / "blender_assets.cats.txt").write_text(known, "utf-8")
    prop(app)
    save(catalog="Props/Casks")
    assert (library / "blender_assets.cats.txt").read_text("utf-8") == known
    save(catalog="Props / Old : ones")
    text = (library / "blender_assets.cats.txt").read_text("utf-8")
    assert text.startswith(known) and {"Props", "Props/Old - ones"} <= set(catalogs(library))  # the parent too
    assert len(list((library / "Propsmith").glob("*.blend"))) == 1  # saved again: the same file


def test_a_whole_fill_is_saved_once_per_different_prop(app, library):
    """Five placed props of two prompts become two files without marks of the fill."""
    importlib.import_module(f"{ADDON}.filling").forget()
    for i in range(5):
        bpy.ops.mesh.primitive_cube_add(location=(3 * i, 0, 0))
        bpy.context.object.name = ("barrel", "crate")[i % 2] + f".{i:03d}"
    bpy.ops.object.select_all(action="SELECT")
    bpy.ops.propsmith.fill_add_selected()
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not bpy.context.window_manager.propsmith_fill.running)
    assert len(app.props()) == 5
    assert save(whole_fill=True) == {"FINISHED"}
    files = sorted((library / "Propsmith").glob("*.blend"))
    assert len(files) == 2
    (asset,) = appended(files[0])
    assert "propsmith_fill" not in asset and "propsmith_row" not in asset and asset.parent is None
    importlib.import_module(f"{ADDON}.filling").forget()


def test_loose_textures_are_packed_into_the_asset_alone(app, library, tmp_path):
    """With textures kept beside the .blend, the asset carries them packed and the scene's images stay loose."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scene.blend"))
    app.preferences.get().pack_images = False
    obj = prop(app)
    assert save() == {"FINISHED"}
    node = obj.data.materials[0].node_tree.nodes["Base Color"]
    assert not node.image.packed_file and node.image.name == "wooden_barrel_base_color"
    (path,) = (library / "Propsmith").glob("*.blend")
    with bpy.data.libraries.load(str(path)) as (there, _):
        assert (there.materials, there.meshes, there.node_groups) == (
            ["Wooden barrel"],
            ["Wooden barrel"],
            ["Propsmith Look"],
        )
        assert "wooden_barrel_base_color" in there.images, "no name has a number"
    (asset,) = appended(path)
    assert all(n.image.packed_file for n in asset.data.materials[0].node_tree.nodes if n.type == "TEX_IMAGE")


def test_a_library_that_cannot_be_written_says_so_and_changes_nothing(app, library):
    """A read-only library fails with folder-read-only and its remedy; the prop keeps its name and is no asset."""
    obj = prop(app)
    place = bpy.context.preferences.filepaths.asset_libraries["Test Library"]
    place.path = "/proc"  # no user, not even root, can write there
    with pytest.raises(RuntimeError, match="folder-read-only"):
        save()
    assert obj.name == "Wooden barrel" and obj.asset_data is None and len(app.props()) == 1


def test_without_a_library_or_a_prop_the_button_is_off(app):
    """Poll fails without an asset library, and without a prop in the selection."""
    libraries = bpy.context.preferences.filepaths.asset_libraries
    bpy.ops.object.select_all(action="DESELECT")
    assert libraries and not bpy.ops.propsmith.save_assets.poll()
    prop(app)
    assert bpy.ops.propsmith.save_assets.poll()


def test_a_library_beside_a_file_that_was_never_saved_is_refused(app, tmp_path, monkeypatch, library):
    """A library at "//" in an unsaved file: refused with the remedy, nothing written where Blender was started."""
    prop(app)
    (tmp_path / "started in").mkdir()
    monkeypatch.chdir(tmp_path / "started in")
    bpy.context.preferences.filepaths.asset_libraries["Test Library"].path = "//assets"
    with pytest.raises(RuntimeError, match="0 of 1 saved.*Save the file first.*file-unsaved"):
        save()
    assert not list((tmp_path / "started in").iterdir())
