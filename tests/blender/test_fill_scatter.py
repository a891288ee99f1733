"""Scattering on a surface: what the places keep clear of, how props are turned, what is said where none is found."""

from __future__ import annotations

import time

import bpy
import numpy as np
import pytest

from .test_fill import box, filling, rows, select, shown

pytestmark = pytest.mark.usefixtures("no_fill")


def test_scattered_props_stand_on_the_surface_and_apart(app):
    """Props scattered on a turned plane of 16 square metres stand on it, two kinds as linked copies, no boxes meeting."""
    bpy.ops.mesh.primitive_plane_add(size=4, location=(1, 1, 0.5), rotation=(0, 0.2, 0))
    plane = bpy.context.object
    assert bpy.ops.propsmith.fill_scatter(prompts="rock, mushroom", size=0.4, density=1.0, seed=3) == {"FINISHED"}
    assert shown().total == 16 and {r.prompt for r in rows()} == {"rock", "mushroom"} and shown().props == 2
    bpy.ops.propsmith.fill_start()
    app.until(lambda: not shown().running)
    bpy.context.view_layer.update()
    props = app.props()
    assert len(props) == 16 and len({o.data for o in props}) == 2
    for prop in props:
        assert abs((plane.matrix_world.inverted() @ prop.location).z) < 1e-4
    pairs = [(a, b) for a in props for b in props if a is not b]
    assert all((a.location - b.location).length > (max(a.dimensions) + max(b.dimensions)) / 2 for a, b in pairs)


def test_scattered_props_turn_no_further_than_asked(app):
    """Without turn jitter all props face the front; with ten degrees none is turned further, and not all alike."""
    for limit in (0.0, 0.1745):
        bpy.ops.mesh.primitive_plane_add(size=4)
        assert bpy.ops.propsmith.fill_scatter(prompts="chair", size=0.4, turn=limit, seed=3) == {"FINISHED"}
        before = set(app.props())
        bpy.ops.propsmith.fill_start()
        app.until(lambda: not shown().running)
        turns = [o.rotation_euler.z for o in app.props() if o not in before]
        assert len(turns) > 8 and max(map(abs, turns)) <= limit + 1e-4
        assert len({round(t, 3) for t in turns}) == 1 if not limit else max(turns) - min(turns) > limit
        bpy.data.objects.remove(bpy.context.scene.objects["Plane"])
        bpy.ops.propsmith.fill_clear()


def test_scattered_places_keep_clear_of_what_stands_there(app):
    """A box on the ground and the places scattered before stay free of new ones; a floor under the ground is no obstacle."""
    bpy.ops.mesh.primitive_plane_add(size=40, location=(0, 0, -0.01))  # a floor under all
    pillar = box("pillar", (0, 0, 0), (2, 2, 3))
    bpy.ops.mesh.primitive_plane_add(size=6)
    bpy.context.view_layer.update()
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.5, jitter=0, density=3, seed=1) == {"FINISHED"}
    fill = filling().active_or_none()
    first = [np.array(row.foot) for row in fill.rows]
    assert len(first) > 15
    half = 1 + 0.5 * 2**0.5 / 2  # the pillar's, and what a turned box reaches
    assert not [foot for foot in first if (np.abs(foot[:2]) < half - 0.11).all()], "inside or at the pillar"
    assert min(np.abs(foot[:2]).max() for foot in first) < 2.0, "but right beside it"
    bpy.ops.propsmith.fill_scatter(prompts="mushroom", size=0.2, jitter=0, density=6, seed=2)
    second = [np.array(row.foot) for row in fill.rows[len(first) :]]
    assert second and min(np.linalg.norm(a - b) for a in first for b in second) >= (0.5 + 0.2) / 2**0.5 - 1e-6
    bpy.data.objects.remove(pillar)
    bpy.ops.propsmith.fill_clear()
    bpy.context.view_layer.objects.active = bpy.data.objects["Plane.001"]
    bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.5, jitter=0, density=3, seed=1)
    feet = [np.array(row.foot) for row in filling().active_or_none().rows]
    assert [foot for foot in feet if (np.abs(foot[:2]) < 1).all()], "without the pillar its place is free"
    box("room", (0, 0, -1), (20, 20, 10))
    bpy.ops.propsmith.fill_clear()
    bpy.context.view_layer.objects.active = bpy.data.objects["Plane.001"]
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.5, density=3) == {"FINISHED"}, "a room is no obstacle"


def test_a_square_metre_is_one_in_a_scene_of_centimetres(app):
    """Where a unit is a centimetre, a plane of 4 by 4 m gets as many props as in metres, and a list's sizes are its metres."""
    bpy.context.scene.unit_settings.scale_length = 0.01
    bpy.ops.mesh.primitive_plane_add(size=400)
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=40, density=1.0) == {"FINISHED"}
    assert shown().total == 16
    bpy.ops.propsmith.fill_clear()
    bpy.data.texts.new("props").from_string("prompt,size\nbarrel,2\ncrate,\n")
    assert bpy.ops.propsmith.fill_add_text(text="props", size=30) == {"FINISHED"}
    fill = filling().active_or_none()
    assert [row.size[0] for row in fill.rows] == pytest.approx([200, 30])
    assert fill.rows[1].foot[0] == pytest.approx(1.3 * 200)


def feet_near(half: float) -> tuple[int, int]:
    """How many scattered places stand less than `half` metres from the middle's axes, and how many there are."""
    feet = [np.array(row.foot) for row in filling().active_or_none().rows if not row.name]
    return sum((np.abs(foot[:2]) < half).all() for foot in feet), len(feet)


def scattered(**settings) -> set[str]:
    """Scatter on a new plane of 36 square metres."""
    bpy.ops.mesh.primitive_plane_add(size=6)
    bpy.context.view_layer.update()
    return bpy.ops.propsmith.fill_scatter(**{"prompts": "rock", "size": 0.4, "jitter": 0, "density": 3} | settings)


@pytest.mark.parametrize("how", ["mirrored", "too fine"])
def test_no_place_is_inside_of_a_pillar(app, monkeypatch, how):
    """Nor when the pillar is mirrored, whose faces look inwards, nor when it is so fine that its box stands for it."""
    pillar = box("pillar", (0, 0, 0), (3, 3, 3))
    if how == "mirrored":
        pillar.scale.x *= -1
    else:
        monkeypatch.setattr(app.obstacles, "MOST_POINTS", 4)
    assert scattered() == {"FINISHED"}
    inside, all_of_them = feet_near(1.5)
    assert inside == 0 and all_of_them > 40


def instance_of(obj: bpy.types.Object, how: str) -> None:
    """Let the object be shown through an instance alone: of its collection, or by geometry nodes, as object or bare mesh."""
    source = bpy.data.collections.new("Source")
    source.objects.link(obj)
    bpy.context.scene.collection.objects.unlink(obj)
    bearer = bpy.data.objects.new("bearer", None if how == "collection" else bpy.data.meshes.new("dot"))
    bpy.context.scene.collection.objects.link(bearer)
    if how == "collection":
        bearer.instance_type, bearer.instance_collection = "COLLECTION", source
        return
    bearer.data.from_pydata([(0, 0, 0)], [], [])
    group = bpy.data.node_groups.new("Place", "GeometryNodeTree")
    group.interface.new_socket("Geometry", in_out="OUTPUT", socket_type="NodeSocketGeometry")
    info, points, place, out = (
        group.nodes.new(kind)
        for kind in ("GeometryNodeObjectInfo", "GeometryNodePoints", "GeometryNodeInstanceOnPoints", "NodeGroupOutput")
    )
    info.inputs["Object"].default_value, info.inputs["As Instance"].default_value = obj, how == "object"
    info.transform_space = "RELATIVE"
    group.links.new(points.outputs[0], place.inputs["Points"])
    group.links.new(info.outputs["Geometry"], place.inputs["Instance"])
    group.links.new(place.outputs[0], out.inputs[0])
    bearer.modifiers.new("Place", "NODES").node_group = group


@pytest.mark.parametrize("how", ["collection", "object", "mesh"])
def test_scattered_places_keep_clear_of_instances(app, monkeypatch, how):
    """Of a collection's instance, as a linked wall is, and of what geometry nodes place; by their boxes beyond a limit."""
    instance_of(box("pillar", (0, 0, 0), (3, 3, 3)), how)
    for most in (500_000, 4):
        monkeypatch.setattr(app.obstacles, "MOST_POINTS", most)
        assert scattered() == {"FINISHED"}
        inside, all_of_them = feet_near(1.6)
        assert inside == 0 and all_of_them > 40
        bpy.ops.propsmith.fill_clear()


def test_thousands_of_instances_take_seconds(app):
    """4,900 stones that leave little room, so that every try is made: under 12 seconds of processor time (3.9 measured)."""
    instance_of(box("stone", (0, 0, 0), (0.2, 0.2, 0.2)), "object")
    group = bpy.data.objects["bearer"].modifiers["Place"].node_group
    group.nodes.remove(group.nodes["Points"])
    grid = group.nodes.new("GeometryNodeMeshGrid")
    for name, value in {"Size X": 40, "Size Y": 40, "Vertices X": 70, "Vertices Y": 70}.items():
        grid.inputs[name].default_value = value
    group.links.new(grid.outputs["Mesh"], group.nodes["Instance on Points"].inputs["Points"])
    bpy.ops.mesh.primitive_plane_add(size=42)
    bpy.context.view_layer.update()
    began = time.process_time()
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.5) == {"FINISHED"}
    assert time.process_time() - began < 12 and feet_near(21)[1] < 400


def test_what_a_surface_bears_itself_is_no_obstacle(app):
    """Stones that the ground's own geometry nodes place stand in nobody's way; nor do instances left out of renders."""
    instance_of(box("stone", (0, 0, 0), (3, 3, 3)), "object")
    bearer = bpy.data.objects["bearer"]
    bearer.hide_render = True
    assert scattered() == {"FINISHED"} and feet_near(1)[0]
    bpy.ops.propsmith.fill_clear()
    bearer.hide_render = False
    ground = bpy.context.object
    ground.modifiers.new("Place", "NODES").node_group = bearer.modifiers["Place"].node_group
    nodes = ground.modifiers["Place"].node_group.nodes
    join, given = nodes.new("GeometryNodeJoinGeometry"), nodes.new("NodeGroupInput")
    group = ground.modifiers["Place"].node_group
    group.interface.new_socket("Geometry", in_out="INPUT", socket_type="NodeSocketGeometry")
    group.links.new(given.outputs[0], join.inputs[0])
    group.links.new(nodes["Instance on Points"].outputs[0], join.inputs[0])
    group.links.new(join.outputs[0], nodes["Group Output"].inputs[0])
    bpy.data.objects.remove(bearer)
    bpy.context.view_layer.update()
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.4, density=3) == {"FINISHED"} and feet_near(1)[0]


def test_scattered_places_keep_clear_of_placeholders_that_wait(app):
    """An empty is no obstacle by itself; as a place of the list it is, turned as it stands, until it is taken off."""
    empty = bpy.data.objects.new("barrel", None)
    empty.empty_display_type, empty.empty_display_size, empty.rotation_euler.z = "CUBE", 1.0, 0.7854
    bpy.context.scene.collection.objects.link(empty)
    assert scattered() == {"FINISHED"} and feet_near(0.7)[0]
    bpy.ops.propsmith.fill_clear()
    bpy.context.view_layer.update()
    select(empty)
    bpy.ops.propsmith.fill_add_selected()
    bpy.context.view_layer.objects.active = bpy.data.objects["Plane"]
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.4, density=3) == {"FINISHED"}
    feet = [np.array(row.foot)[:2] for row in filling().active_or_none().rows if not row.name]
    assert not [foot for foot in feet if np.abs(foot).sum() < 2**0.5 + 0.2], "clear of the diamond"
    assert [foot for foot in feet if np.abs(foot).max() < 1.3], "but not of the square around it"


def test_a_deleted_placeholder_keeps_no_place(app):
    """Where a placeholder stood that was deleted, or moved away, props are scattered again; where it was moved to, none."""
    for name, here, there in (("barrel", 0, None), ("crate", -2, 2)):
        select(box(name, (here, 0, 0), (1, 1, 1)))
        bpy.ops.propsmith.fill_add_selected()
        if there is None:
            bpy.data.objects.remove(bpy.context.object)
        else:
            bpy.context.object.location.x = there
            bpy.context.object.hide_set(True)
    assert scattered() == {"FINISHED"}
    feet = [np.array(row.foot)[:2] for row in filling().active_or_none().rows if not row.name]
    near = [sum((np.abs(foot - (x, 0)) < 0.5).all() for foot in feet) for x in (0, -2, 2)]
    assert near[0] and near[1] and not near[2], near


def test_scatter_says_what_to_do_where_places_are_few_or_cannot_be_filled(app, capfd):
    """A surface that looks down is told apart from success, a thousand places from all that was asked for, and prompts that
    no prop can be made of are told with the places."""
    assert scattered(prompts="rock " * 300, density=0.2) == {"FINISHED"}
    assert {row.state for row in rows()} == {"bad"} and "7 cannot be filled as they are" in capfd.readouterr().out
    bpy.context.object.data.flip_normals()
    assert bpy.ops.propsmith.fill_scatter(prompts="rock") == {"CANCELLED"}
    assert "flip normals" in capfd.readouterr().out
    bpy.ops.mesh.primitive_plane_add(size=100)
    bpy.context.view_layer.update()
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.1) == {"FINISHED"}
    assert "1000 places added, the most at once" in capfd.readouterr().out
    assert bpy.ops.propsmith.fill_scatter(prompts="rock", size=0.1) == {"FINISHED"} and shown().total > 2000
