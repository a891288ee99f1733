"""Levels of detail and hulls: counts as asked, UVs that still fit the maps, convex hulls, one undo step."""

from __future__ import annotations

import bpy
import numpy as np
import pytest
from mathutils import Matrix
from mathutils.bvhtree import BVHTree

from tests.blender.look_scene import ball, plane, read_glb
from tests.blender.refine_scene import beside, press, until_landed


def triangles(obj) -> int:
    return len(obj.data.loops) - 2 * len(obj.data.polygons)


def made(name: str) -> dict[str, bpy.types.Object]:
    return {o.name: o for o in bpy.data.objects if "propsmith_lod" in o and o.parent and o.parent.name == name}


def select(obj) -> None:
    bpy.ops.object.select_all(action="DESELECT")
    obj.select_set(True)
    bpy.context.view_layer.objects.active = obj


def values(items, name, width) -> np.ndarray:
    found = np.empty(len(items) * width, np.float32)
    items.foreach_get(name, found)
    return found.reshape(-1, width)


def test_levels_have_the_counts_asked_for_and_stand_where_the_object_stands(app, tmp_path):
    """LOD1 to LOD3 are within 2 % of 50, 25 and 10 % of the triangles; names, material and place are right, sheared too."""
    obj = ball(tmp_path / "maps")
    parent = bpy.data.objects.new("Shelf", None)
    bpy.context.collection.objects.link(parent)
    parent.location, obj.parent, obj.location, obj.scale = (1, 2, 3), parent, (0.5, 0, 0), (1, 2, 1)
    parent.scale, obj.rotation_euler, obj.delta_location = (1, 1, 4), (0.7, 0.2, 0), (0, 1, 0)
    obj.matrix_parent_inverse = Matrix.Diagonal((1, 3, 1, 1))
    bpy.context.view_layer.update()
    assert bpy.ops.propsmith.make_lods(hidden=False) == {"FINISHED"}
    bpy.context.view_layer.update()
    parts, full = made("Blue ball"), triangles(obj)
    assert set(parts) == {"Blue ball_LOD0", "Blue ball_LOD1", "Blue ball_LOD2", "Blue ball_LOD3", "UCX_Blue ball"}
    for level, ratio in enumerate((1.0, 0.5, 0.25, 0.1)):
        part = parts[f"Blue ball_LOD{level}"]
        assert triangles(part) == pytest.approx(full * ratio, rel=0.021)
        assert list(part.data.materials) == list(obj.data.materials)
        assert np.allclose(part.matrix_world, obj.matrix_world, atol=1e-6)
        assert part.data.uv_layers.active.name == obj.data.uv_layers.active.name
    assert parts["Blue ball_LOD0"].data == obj.data
    collection = bpy.data.collections["Blue ball LODs"]
    assert set(collection.objects) == set(parts.values()) and bpy.context.object == obj


def test_reduced_uvs_point_at_the_same_spot_of_the_texture(app, tmp_path):
    """Where a level's surface lies, its UVs are those of the original there, but for a few percent across seams."""
    obj = ball(tmp_path / "maps")
    bpy.ops.propsmith.make_lods(hull=False)
    mesh = obj.data
    mesh.calc_loop_triangles()
    corners = np.array([t.vertices[:] for t in mesh.loop_triangles])
    loops = np.array([t.loops[:] for t in mesh.loop_triangles])
    places, uvs = values(mesh.vertices, "co", 3), values(mesh.uv_layers.active.uv, "vector", 2)
    tree = BVHTree.FromPolygons(places.tolist(), corners.tolist())
    for level, most in ((1, 0.02), (2, 0.03), (3, 0.06)):
        part = made("Blue ball")[f"Blue ball_LOD{level}"].data
        part.calc_loop_triangles()
        apart = []
        own = values(part.uv_layers.active.uv, "vector", 2)
        for triangle in part.loop_triangles:
            middle = sum((part.vertices[v].co for v in triangle.vertices), part.vertices[0].co * 0) / 3
            hit, _, face, _ = tree.find_nearest(middle)
            a, b, c = places[corners[face]]
            weights = np.linalg.lstsq(np.stack([a, b, c], 1), np.array(hit), rcond=None)[0]
            apart.append(np.linalg.norm(weights @ uvs[loops[face]] - own[list(triangle.loops)].mean(0)))
        assert np.median(apart) < most and np.mean(np.array(apart) > 0.2) < 0.05, (level, np.median(apart))


def test_the_hull_is_convex_contains_nearly_all_and_keeps_its_limit(app, tmp_path):
    """Every vertex of the hull lies behind every face; at most the asked triangles; 90 % of the full hull's volume."""
    import bmesh

    ball(tmp_path / "maps")
    volumes = {}
    for limit in (5000, 64, 16):
        bpy.ops.propsmith.make_lods(levels=0, hull_faces=limit)
        hull = made("Blue ball")["UCX_Blue ball"].data
        assert 4 <= len(hull.polygons) <= limit and all(len(p.vertices) == 3 for p in hull.polygons)
        points = values(hull.vertices, "co", 3)
        for polygon in hull.polygons:
            normal, origin = np.array(polygon.normal), points[polygon.vertices[0]]
            most = 5e-3 if limit == 5000 else 1e-4  # slivers of a hull that keeps all 900 vertices have inexact normals
            assert ((points - origin) @ normal).max() < most
        work = bmesh.new()
        work.from_mesh(hull)
        volumes[limit] = work.calc_volume(signed=True)
        assert all(len(edge.link_faces) == 2 for edge in work.edges)
        work.free()
    assert volumes[64] > 0.9 * volumes[5000] and volumes[16] > 0.6 * volumes[5000], volumes


def test_one_undo_takes_all_levels_away(app, tmp_path):
    """After the button, one Ctrl+Z leaves the datablocks that were there."""
    ball(tmp_path / "maps")
    bpy.ops.ed.undo_push(message="ball")
    lists = ("objects", "meshes", "collections", "materials")
    before = {name: sorted(b.name for b in getattr(bpy.data, name)) for name in lists}
    bpy.ops.propsmith.make_lods("EXEC_DEFAULT", True)
    assert len(bpy.data.objects) == 6
    bpy.ops.ed.undo()
    assert {name: sorted(b.name for b in getattr(bpy.data, name)) for name in lists} == before


def test_made_again_the_levels_replace_the_old_ones(app, tmp_path):
    """A second call leaves one set, without leftovers; Remove LODs leaves none."""
    ball(tmp_path / "maps")
    bpy.ops.propsmith.make_lods()
    meshes = len(bpy.data.meshes)
    assert bpy.ops.propsmith.make_lods(ratios=(0.8, 0.4, 0.2)) == {"FINISHED"}
    assert len(bpy.data.meshes) == meshes and len(made("Blue ball")) == 5
    assert bpy.ops.propsmith.make_lods(levels=1, hull_name="godot") == {"FINISHED"}
    assert set(made("Blue ball")) == {"Blue ball_LOD0", "Blue ball_LOD1", "Blue ball-convcolonly"}
    assert bpy.ops.propsmith.remove_lods() == {"FINISHED"}
    assert not made("Blue ball") and len(bpy.data.meshes) == 1 and "Blue ball LODs" not in bpy.data.collections


def test_levels_follow_their_object_and_no_other(app, tmp_path):
    """Renamed, the object keeps its levels, and new ones replace them; another object of its old name has none."""
    obj = ball(tmp_path / "maps", "Barrel")
    bpy.ops.propsmith.make_lods()
    obj.name = "Keg"
    other = plane(tmp_path / "other", "Barrel")
    obj.location.x = 5
    scene = bpy.context.scene
    bpy.data.scenes.new("Second").collection.objects.link(obj)
    bpy.context.view_layer.update()
    select(obj)
    bpy.ops.propsmith.make_lods(hidden=False)
    bpy.context.view_layer.update()
    assert scene == bpy.context.scene and [c.name for c in bpy.data.collections if "LODs" in c.name] == ["Keg LODs"]
    assert len(made("Keg")) == 5 and all(part.matrix_world.translation.x == 5 for part in made("Keg").values())
    select(other)
    bpy.ops.propsmith.remove_lods()
    assert not other.children and len(made("Keg")) == 5


@pytest.mark.parametrize("name", ["a wooden barrel with many iron bands and rivets, weathered old2", "Ä" * 31])
def test_a_long_name_leaves_room_for_what_the_level_is(app, tmp_path, name):
    """Where Blender would cut off "_LOD1" at 63 bytes the object's name is cut instead, in the scene and in files."""
    obj = ball(tmp_path / "maps", name)
    bpy.ops.propsmith.make_lods()
    bpy.ops.propsmith.export(filepath=str(tmp_path / "long.glb"), kind="GLB")
    written = {node["name"] for node in read_glb(tmp_path / "long.glb")[0]["nodes"]}
    for found in ({o.name for o in obj.children}, written):
        assert {level[-5:] for level in found if not level.startswith("UCX_")} == {f"_LOD{k}" for k in range(4)}, found
        assert len(found) == 5 and all(name[:20] in level for level in found)


def test_a_level_alone_is_refused_by_name(app, tmp_path):
    """With levels alone selected the buttons are off and name the object to select; with it beside them they work."""
    obj = ball(tmp_path / "maps")
    bpy.ops.propsmith.make_lods(hidden=False)
    level = made("Blue ball")["Blue ball_LOD1"]
    select(level)
    for press_button in (bpy.ops.propsmith.make_lods, bpy.ops.propsmith.remove_lods):
        with pytest.raises(
            RuntimeError, match="'Blue ball_LOD1' is a level or hull of 'Blue ball': select that object"
        ):
            press_button()
    assert len(made("Blue ball")) == 5
    obj.select_set(True)
    assert bpy.ops.propsmith.make_lods(levels=1, hidden=False) == {"FINISHED"} and len(made("Blue ball")) == 3


def test_a_level_without_its_object_is_an_object_like_any_other(app, tmp_path):
    """The object deleted, or the level put under something else: levels of what was a level can be made, and it is exported."""
    obj = ball(tmp_path / "maps")
    bpy.ops.propsmith.make_lods(hidden=False)
    kept, under = (made("Blue ball")[f"Blue ball_LOD{k}"] for k in (1, 2))
    under.parent = bpy.data.objects.new("Shelf", None)
    bpy.data.objects.remove(obj)
    for level in (kept, under):
        select(level)
        assert bpy.ops.propsmith.make_lods(levels=1, hull=False) == {"FINISHED"}
        assert set(made(level.name)) == {f"{level.name}_LOD0", f"{level.name}_LOD1"}
    kept.select_set(True)
    assert bpy.ops.propsmith.export(filepath=str(tmp_path / "two.glb"), kind="GLB") == {"FINISHED"}
    names = {node["name"] for node in read_glb(tmp_path / "two.glb")[0]["nodes"]}
    assert names == {f"{level.name}_LOD{k}" for level in (kept, under) for k in (0, 1)}


def test_modifiers_shape_keys_and_flat_objects(app, tmp_path):
    """Modifiers count as shown; shape keys do not hinder; a flat object gets levels once the hull is off, and says so."""
    obj = ball(tmp_path / "maps")
    obj.shape_key_add(name="Basis")
    obj.shape_key_add(name="Wide")
    obj.modifiers.new("Array", "ARRAY")
    full = 2 * triangles(obj)
    bpy.ops.propsmith.make_lods()
    parts = made("Blue ball")
    assert triangles(parts["Blue ball_LOD0"]) == full and not parts["Blue ball_LOD1"].data.shape_keys
    assert triangles(parts["Blue ball_LOD1"]) == pytest.approx(full / 2, rel=0.021)
    assert parts["Blue ball_LOD0"].modifiers.keys() == [] and obj.modifiers.keys() == ["Array"]
    flat = plane(tmp_path / "flat", "Sheet")
    bpy.ops.object.select_all(action="DESELECT")
    flat.select_set(True)
    with pytest.raises(RuntimeError, match="flat"):
        bpy.ops.propsmith.make_lods()
    assert not made("Sheet") and "Sheet LODs" not in bpy.data.collections
    assert bpy.ops.propsmith.make_lods(hull=False) == {"FINISHED"}


def test_the_levels_are_hidden_unless_asked(app, tmp_path):
    """No view layer, be it another or a later one, shows them, so that they do not shine through the object."""
    ball(tmp_path / "maps")
    layers = bpy.context.scene.view_layers
    layers.new("Second")
    bpy.ops.propsmith.make_lods()
    layers.new("Third")
    level = made("Blue ball")["Blue ball_LOD1"]
    assert len(layers) == 3 and not any(level.visible_get(view_layer=layer) for layer in layers)
    bpy.ops.propsmith.make_lods(hidden=False)
    assert made("Blue ball")["Blue ball_LOD1"].visible_get()


@pytest.mark.parametrize("hidden", [True, False])
def test_no_level_is_ever_rendered(app, tmp_path, hidden):
    """A render with the object out of the picture is empty, whether the viewport shows its levels or not."""
    obj, scene = ball(tmp_path / "maps"), bpy.context.scene
    scene.camera = bpy.data.objects.new("Camera", bpy.data.cameras.new("Camera"))
    scene.collection.objects.link(scene.camera)
    scene.camera.location, scene.camera.rotation_euler = (0, -3, 0), (np.pi / 2, 0, 0)
    scene.render.engine, scene.cycles.samples, scene.cycles.device = "CYCLES", 1, "CPU"
    scene.render.resolution_x = scene.render.resolution_y = 16
    scene.render.film_transparent, scene.render.filepath = True, str(tmp_path / "seen.png")
    bpy.ops.propsmith.make_lods(hidden=hidden)
    covered = []
    for obj.hide_render in (False, True):
        bpy.ops.render.render(write_still=True)
        picture = bpy.data.images.load(scene.render.filepath, check_existing=False)
        covered.append(np.mean(np.array(picture.pixels[:]).reshape(-1, 4)[:, 3] > 0.5))
    assert covered[0] > 0.1 and covered[1] == 0


def test_levels_made_while_a_refinement_runs_do_not_keep_it_off(app, tmp_path):
    """LOD0 has the object's own mesh and counts for no other object: the result lands on the object, the levels stay."""
    obj = ball(tmp_path / "maps")
    mesh = obj.data
    (job,) = press(app)
    bpy.ops.propsmith.make_lods()
    until_landed(app, job)
    assert beside(app, job) is None and len(obj.propsmith_versions.items) == 2
    assert made("Blue ball")["Blue ball_LOD0"].data == mesh != obj.data
