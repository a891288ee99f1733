"""Generate in Blender: from the button to the object in the scene."""

from __future__ import annotations

import importlib
import json
import math
from types import SimpleNamespace

import bpy
import numpy as np
import pytest
from mathutils import Vector

from .conftest import PACKAGE


def landed(app, **settings) -> bpy.types.Object:
    app.generate(**settings)
    app.until(lambda: app.props())
    (obj,) = app.props()
    return obj


def test_prompt_becomes_an_object_at_the_cursor(app):
    """A generated prop stands on the 3D cursor with identity rotation and scale, sized as asked, and is selected."""
    bpy.context.scene.cursor.location = (1.0, -2.0, 0.5)
    obj = landed(app, size_m=1.7)
    points = np.array([v.co for v in obj.data.vertices])
    assert tuple(obj.location) == pytest.approx((1.0, -2.0, 0.5))
    assert tuple(obj.rotation_euler) == (0, 0, 0) and tuple(obj.scale) == (1, 1, 1) and obj.rotation_mode == "XYZ"
    assert np.ptp(points, axis=0).max() == pytest.approx(1.7, rel=1e-5)
    assert points[:, 2].min() == pytest.approx(0.0, abs=1e-6)
    assert (points.min(0) + points.max(0))[:2] == pytest.approx([0, 0], abs=1e-6)
    assert obj.name == "Wooden barrel" and obj.users_collection[0].name == "Props"
    assert bpy.context.view_layer.objects.active == obj and obj.select_get()


def test_mesh_is_welded_smooth_and_has_one_uv_map(app):
    """The mesh keeps the 8 welded corners and 12 triangles of the file, shades smooth, has one UV map in [0, 1]."""
    mesh = landed(app).data
    assert (len(mesh.vertices), len(mesh.polygons), len(mesh.edges)) == (8, 12, 18)
    assert all(p.use_smooth for p in mesh.polygons)
    assert [layer.name for layer in mesh.uv_layers] == ["UVMap"]
    uvs = np.array([d.vector for d in mesh.uv_layers[0].uv])
    assert uvs.shape == (36, 2) and uvs.min() >= 0 and uvs.max() <= 1 and np.ptp(uvs, axis=0).min() > 0.9
    outward = sum(p.normal.dot(p.center - (mesh.vertices[0].co + mesh.vertices[7].co) / 2) > 0 for p in mesh.polygons)
    assert outward == 12


def test_material_is_ordinary_nodes_in_the_right_colour_spaces(app):
    """Five named, packed images, base colour in sRGB, feed one group and by it a Principled BSDF, each its own input."""
    (material,) = landed(app).data.materials
    links = {(l.from_node.type, l.from_node.name, l.to_socket.name) for l in material.node_tree.links}
    for name in ("Base Color", "Metallic", "Roughness", "Normal"):
        assert {("TEX_IMAGE", name, name), ("GROUP", "Propsmith Look", name)} <= links
    assert ("TEX_IMAGE", "Edges", "Edges") in links
    images = {n.name: n.image for n in material.node_tree.nodes if n.type == "TEX_IMAGE"}
    spaces = {name: image.colorspace_settings.name for name, image in images.items()}
    assert spaces.pop("Base Color") == "sRGB" and set(spaces.values()) == {"Non-Color"}
    assert {i.name for i in images.values()} == {
        f"wooden_barrel_{m}" for m in ("base_color", "metallic", "roughness", "normal", "edges")
    }
    for image in images.values():
        assert image.packed_file and image.has_data is not None and str(app.store_folder) not in image.filepath
    assert images["Base Color"].pixels[0] == pytest.approx(200 / 255, abs=0.01)


def test_provenance_is_on_the_object_and_reuse_repeats_it(app):
    """Prompt, seed, preset, size and request stand on the object; Reuse Settings restores them, seed locked."""
    obj = landed(app, prompt="a tall vase", negative="handle", seed=42, random_seed=False, size_m=0.4, preset="draft")
    record = obj.propsmith
    assert (record.prompt, record.negative, record.seed, record.preset) == ("a tall vase", "handle", 42, "draft")
    assert record.size_m == pytest.approx(0.4) and record.version == "0.1.0"
    assert record.licence == "none" and json.loads(record.facts)["prior"]["name"] == "fake"
    request = json.loads(record.request)
    assert request["quality"]["finish"]["faces"] == 4000 and request["size_m"] == 0.4
    app.settings.prompt, app.settings.seed, app.settings.random_seed = "else", 1, True
    bpy.ops.propsmith.reuse_settings(job=record.job)
    assert (app.settings.prompt, app.settings.seed, app.settings.random_seed) == ("a tall vase", 42, False)


def test_one_undo_removes_one_prop(app):
    """Ctrl+Z after an import removes that prop and nothing else; redo brings it back; the job stays in the list."""
    first = app.generate("a red chair")
    app.until(lambda: len(app.props()) == 1)
    app.generate("a blue table")
    app.until(lambda: len(app.props()) == 2)
    bpy.ops.ed.undo()
    assert [o.propsmith.job for o in app.props()] == [first] and not app.ghosts()
    bpy.ops.ed.redo()
    assert len(app.props()) == 2 and len(app.shown.jobs) == 2
    bpy.ops.ed.undo()
    bpy.ops.ed.undo()
    assert not app.props() and not app.ghosts()


def test_a_ghost_marks_the_place_and_moving_it_moves_the_prop(app):
    """While a job runs an empty of the asked size stands at the cursor; the prop lands where the ghost was moved to."""
    app.generate(size_m=2.0)
    (ghost,) = app.ghosts()
    assert ghost.empty_display_size == 1.0 and tuple(ghost.location) == (0, 0, 1.0) and ghost.hide_render
    ghost.location = (5, 6, 1.0)
    app.until(lambda: app.props())
    assert tuple(app.props()[0].location) == pytest.approx((5, 6, 0)) and not app.ghosts()


@pytest.mark.parametrize(("size_m", "unit_m"), [(5000.0, 1.0), (5.0, 0.001), (0.1, 1000.0), (0.0315, 1.0)])
def test_the_ghost_of_a_prop_of_any_size_is_as_large_as_it(app, size_m, unit_m):
    """Beyond what an empty can show by its own size, too: the ghost is as large as the prop, which lands unscaled."""
    bpy.context.scene.unit_settings.scale_length = unit_m
    app.generate("a vase", size_m=size_m)
    (ghost,) = app.ghosts()
    ghosts = importlib.import_module(f"{PACKAGE}.addon.ghosts")
    assert tuple(ghosts.box(ghost).size) == pytest.approx((size_m / unit_m,) * 3, rel=1e-5)
    app.until(app.props)
    (prop,) = app.props()
    bpy.context.view_layer.update()
    assert tuple(prop.scale) == (1, 1, 1) and max(prop.dimensions) == pytest.approx(size_m / unit_m, rel=1e-5)


@pytest.mark.parametrize("parented", [False, True])
def test_a_prop_lands_as_its_ghost_was_turned_and_scaled(app, parented):
    """Tilted, stretched and mirrored, the ghost's box is the prop's: bottom, turn and size; never mirrored."""
    app.generate("a vase", size_m=2.0)
    (ghost,) = app.ghosts()
    if parented:
        ghost.parent = bpy.data.objects.new("Cart", None)
        bpy.context.scene.collection.objects.link(ghost.parent)
        ghost.parent.location = (10, 0, 0)
    ghost.rotation_euler, ghost.scale = (math.radians(60), 0, math.radians(30)), (-0.5, 2, 1)
    bpy.context.view_layer.update()
    bottom = ghost.matrix_world @ Vector((0, 0, -1))
    up = (ghost.matrix_world.to_3x3() @ Vector((0, 0, 1))).normalized()
    app.until(app.props)
    bpy.context.view_layer.update()
    (prop,) = app.props()
    assert tuple(prop.location) == pytest.approx(tuple(bottom), abs=1e-5)
    assert tuple(prop.scale) == pytest.approx((0.5, 2, 1), abs=1e-5)
    assert tuple(prop.matrix_world.to_3x3() @ Vector((0, 0, 1))) == pytest.approx(tuple(up), abs=1e-5)


@pytest.mark.parametrize("how", ["applied", "in its data"])
def test_a_prop_is_as_large_as_its_ghost_however_that_was_made_so(app, monkeypatch, how):
    """The ghost's scale applied, or the size of its empty changed: the prop fills the box that the viewport shows."""
    app.fake(monkeypatch, "ok", 6.0)
    app.generate("a vase", size_m=2.0)
    (ghost,) = app.ghosts()
    ghost.select_set(True)
    bpy.context.view_layer.objects.active = ghost
    if how == "applied":
        ghost.scale = (3, 3, 3)
        bpy.ops.object.transform_apply(location=False, rotation=False, scale=True)
    else:
        ghost.empty_display_size = 3.0
    app.until(app.props)
    (prop,) = app.props()
    bpy.context.view_layer.update()
    assert tuple(prop.scale) == (3, 3, 3) and tuple(prop.dimensions) == pytest.approx((6, 6, 6))
    assert tuple(prop.location) == pytest.approx((0, 0, -2))


def test_a_ghost_that_is_still_selected_gives_its_selection_to_the_prop(app):
    """Clicked and moved, the ghost is selected when its prop lands: no failure, the prop is selected instead, one undo step."""
    bpy.ops.mesh.primitive_cube_add()  # selected at the press; clicking the ghost deselects it
    cube = bpy.context.object
    bpy.ops.ed.undo_push(message="Add Cube")
    job = app.generate()
    (ghost,) = app.ghosts()
    cube.select_set(False)
    ghost.select_set(True)
    bpy.context.view_layer.objects.active = ghost
    bpy.ops.transform.translate(value=(3, 0, 0))
    app.until(lambda: app.now.watches[job].imported or app.now.watches[job].error)
    assert not app.now.watches[job].error, app.now.watches[job].error
    (prop,) = app.props()
    assert prop.location.x == 3 and bpy.context.selected_objects == [prop] and bpy.context.object == prop
    bpy.ops.ed.undo()
    assert not app.props() and "Cube" in bpy.context.scene.objects


def test_the_artists_new_selection_is_respected(app):
    """When another object was selected meanwhile, the arriving prop leaves selection and active object alone."""
    app.generate()
    other = bpy.data.objects.new("Mine", None)
    bpy.context.scene.collection.objects.link(other)
    other.select_set(True)
    bpy.context.view_layer.objects.active = other
    app.until(lambda: app.props())
    assert bpy.context.view_layer.objects.active == other and not app.props()[0].select_get()


def running(*names: str) -> SimpleNamespace:
    """An operator, and what it is a macro of, as Blender lists it while it runs."""
    return SimpleNamespace(bl_idname=names[0], macros=[SimpleNamespace(bl_idname=name) for name in names[1:]])


@pytest.mark.parametrize(
    ("operators", "waits"),
    [
        ([running("OTHER_OT_draw"), running("TRANSFORM_OT_translate")], True),
        ([running("OBJECT_OT_duplicate_move", "OBJECT_OT_duplicate", "TRANSFORM_OT_translate")], True),
        ([running("VIEW3D_OT_interactive_add")], True),
        ([running("OTHER_OT_draw"), running("VIEW3D_OT_rotate")], False),
    ],
)
def test_nothing_lands_in_the_middle_of_a_drag(app, monkeypatch, operators, waits):
    """While objects are moved or drawn in a second window a finished prop waits; other modal operators hold up nothing."""
    window = SimpleNamespace(view_layer=bpy.context.view_layer, scene=bpy.context.scene, modal_operators=operators)
    monkeypatch.setattr(app.windows, "all_windows", lambda: [bpy.context.window, window])
    job = app.generate()
    app.until(lambda: app.state(job) == "done")
    for _ in range(8):
        app.pump.tick()
    assert bool(app.props()) != waits
    operators.clear()
    app.until(lambda: app.props())


def test_blender_lists_running_operators_as_we_read_them(app):
    """Windows have the list, and operators the name and the macros, that a drag is known by."""
    assert "modal_operators" in bpy.types.Window.bl_rna.properties
    assert {"bl_idname", "macros"} <= set(bpy.types.Operator.bl_rna.properties.keys())
    assert not app.windows.dragging()


def test_random_seeds_differ_and_are_shown(app):
    """With 'new seed each time' two requests get different seeds, and the panel shows the last one."""
    jobs = [app.generate(random_seed=True), app.generate()]
    seeds = [app.now.watches[j].request.seed for j in jobs]
    assert seeds[0] != seeds[1] and app.settings.seed == seeds[1]


def test_estimate_is_learned_from_past_jobs(app):
    """The Generate button shows no estimate before the first prop of a preset and the measured time after it."""
    assert app.mirror.estimate_of(app.shown, "draft") == ""
    landed(app, preset="draft")
    assert app.mirror.estimate_of(app.shown, "draft") == "about 1 s"
    assert app.mirror.estimate_of(app.shown, "high") == ""


def test_saved_beside_the_blend_when_asked(app, tmp_path):
    """With packing off, textures are copied to //props beside the .blend and referenced relatively."""
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "scène 1.blend"))
    app.preferences.get().pack_images = False
    obj = landed(app)
    node = obj.data.materials[0].node_tree.nodes["Base Color"]
    assert not node.image.packed_file and node.image.filepath.startswith("//props")
    assert (tmp_path / "props" / "wooden_barrel_base_color.png").is_file()


def switched(of: str, how: str, on: bool) -> None:
    """Hide a collection ("Props", or "Stage" above it) or show it again, by one of the Outliner's switches."""
    stage = bpy.context.view_layer.layer_collection.children["Stage"]
    branch = stage if of == "Stage" else stage.children["Props"]
    if how == "screen":
        branch.collection.hide_viewport = on
    else:
        setattr(branch, {"checkbox": "exclude", "eye": "hide_viewport"}[how], on)


@pytest.mark.parametrize(
    "of, how, home",
    [
        ("Props", "checkbox", "Stage"),
        ("Props", "eye", "Stage"),
        ("Props", "screen", "Stage"),
        ("Stage", "checkbox", "Scene Collection"),
        ("Stage", "eye", "Scene Collection"),
        ("Stage", "screen", "Scene Collection"),
    ],
)
def test_a_prop_lands_where_it_is_seen(app, monkeypatch, of, how, home):
    """Its collection hidden or excluded while it is made: it lands in the nearest one above that shows; shown again, there."""
    app.fake(monkeypatch, "ok", 6.0)
    props, stage = app.scene.props_collection(bpy.context.scene), bpy.data.collections.new("Stage")
    bpy.context.scene.collection.children.link(stage)
    stage.children.link(props)
    bpy.context.scene.collection.children.unlink(props)
    app.generate()
    (ghost,) = app.ghosts()
    assert ghost.users_collection == (props,)
    switched(of, how, True)
    app.until(app.props)
    (obj,) = app.props()
    assert [c.name for c in obj.users_collection] == [home]
    assert obj.visible_get() and obj.select_get() and bpy.context.object == obj and not app.ghosts()
    switched(of, how, False)
    switched("Props", "checkbox", False)  # excluding Stage has excluded it, too
    app.generate("a lamp")
    assert app.ghosts()[0].users_collection == (props,)
