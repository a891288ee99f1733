"""The preview light: a studio around one prop, with a turntable on request, taken away again without a trace."""

from __future__ import annotations

from math import atan2, cos, pi, radians, sin
from typing import NamedTuple

import bpy
from mathutils import Matrix, Vector

MARK, NAME = "propsmith_light", "Preview Light"
WORLD_KEPT, CAMERA_KEPT, FRAMES_KEPT, FRAMES_SET = "world", "camera", "frames", "frames_set"
FRAME_KEPT, PREVIEW_KEPT = "frame", "preview_range"  # where the playhead stood; whether only a part was played
MARKERS_KEPT = "markers"
LIGHTS_KEPT = "lights"  # each with bit 1 where we hid it in the viewport, bit 2 in renders; an override forgets marks
LENS_MM, LOOKS_DOWN_DEG, MARGIN = 60.0, 18.0, 1.12
SKY_LOW, SKY_HIGH = 0.03, 0.3  # strength of the world below and above: metals need something to mirror
FLOOR_RADII = 14


class Lamp(NamedTuple):
    """One light, seen from the prop: azimuth from its front to its left, in radii of the prop's sphere."""

    name: str
    azimuth_deg: float
    elevation_deg: float
    distance: float
    size: float
    watts: float  # for a prop of radius 1 m; grows with its square
    colour: tuple[float, float, float]


LAMPS = (
    Lamp("Key", -42, 42, 4.2, 2.2, 170.0, (1.0, 0.96, 0.9)),
    Lamp("Fill", 55, 18, 4.6, 4.0, 75.0, (0.86, 0.92, 1.0)),
    Lamp("Rim", 158, 48, 4.2, 1.8, 160.0, (1.0, 1.0, 1.0)),
)


def rig_or_none(scene: bpy.types.Scene) -> bpy.types.Collection | None:
    """The scene's preview light, while it is on."""
    return next((c for c in scene.collection.children if c.get(MARK) and c.library is None), None)


def has_turntable(rig: bpy.types.Collection) -> bool:
    return any(obj.type == "CAMERA" for obj in rig.objects)


def sphere(obj: bpy.types.Object) -> tuple[Vector, float, float]:
    """(centre, radius, lowest height) of the object's box in the world, modifiers included; 1 m for what has no size."""
    shown = obj.evaluated_get(bpy.context.evaluated_depsgraph_get())
    corners = [shown.matrix_world @ Vector(corner) for corner in shown.bound_box]
    low, high = (Vector(pick(c[i] for c in corners) for i in range(3)) for pick in (min, max))
    return (low + high) / 2, (high - low).length / 2 or 1.0, low.z


def add(scene: bpy.types.Scene, obj: bpy.types.Object, frames: int = 0, alone: bool = True) -> bpy.types.Collection:
    """Light one object; frames > 0: with a turntable of so many frames. alone: the scene's own lights are off meanwhile."""
    centre, radius, floor = sphere(obj)
    rig = bpy.data.collections.new(NAME)
    rig[MARK] = True
    scene.collection.children.link(rig)
    pivot = put(rig, NAME, None, Matrix.Translation(centre))
    pivot.empty_display_size = radius * 0.2
    front = obj.matrix_world.to_3x3() @ Vector((0, -1, 0))  # Euler angles of a mirrored object would light its back
    pivot.rotation_euler.z = atan2(front.x, -front.y)
    for lamp in LAMPS:
        place(rig, pivot, lamp, radius)
    ground = put(
        rig, "Preview Floor", floor_mesh(radius * FLOOR_RADII), Matrix.Translation((centre.x, centre.y, floor))
    )
    ground.is_shadow_catcher = True
    if alone:
        put_out(scene, rig)
    if scene.world is not None:
        rig[WORLD_KEPT] = scene.world
    scene.world = sky()
    if frames:
        add_turntable(scene, rig, pivot, radius, frames)
    return rig


def put(
    rig: bpy.types.Collection, name: str, data: bpy.types.ID | None, matrix: Matrix,
    parent: bpy.types.Object | None = None,
) -> bpy.types.Object:  # fmt: skip
    made = bpy.data.objects.new(name, data)
    rig.objects.link(made)
    made.parent, made.hide_select = parent, True
    made.matrix_basis = matrix
    return made


def place(rig: bpy.types.Collection, pivot: bpy.types.Object, lamp: Lamp, radius: float) -> None:
    """A round area light that looks at the pivot."""
    data = bpy.data.lights.new(f"Preview {lamp.name}", "AREA")
    data.shape, data.size, data.color = "DISK", lamp.size * radius, lamp.colour
    data.energy = lamp.watts * radius**2
    matrix = around(radians(lamp.azimuth_deg), radians(lamp.elevation_deg), lamp.distance * radius)
    put(rig, data.name, data, matrix, pivot)


def around(azimuth: float, elevation: float, distance: float) -> Matrix:
    """Where something that looks along its -Z at the origin stands; azimuth 0 is the front, -Y."""
    place = Vector((sin(-azimuth) * cos(elevation), -cos(azimuth) * cos(elevation), sin(elevation))) * distance
    return Matrix.Translation(place) @ place.to_track_quat("Z", "Y").to_matrix().to_4x4()


def floor_mesh(side: float) -> bpy.types.Mesh:
    mesh = bpy.data.meshes.new("Preview Floor")
    half = side / 2
    mesh.from_pydata([(-half, -half, 0), (half, -half, 0), (half, half, 0), (-half, half, 0)], [], [(0, 1, 2, 3)])
    material = bpy.data.materials.new("Preview Floor")
    if not material.node_tree:
        material.use_nodes = True
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    shader.inputs["Base Color"].default_value, shader.inputs["Roughness"].default_value = (0.3, 0.3, 0.31, 1), 0.9
    mesh.materials.append(material)
    return mesh


def sky() -> bpy.types.World:
    """A world that is brighter above than below."""
    world = bpy.data.worlds.new(NAME)
    world[MARK] = True
    if not world.node_tree:
        world.use_nodes = True
    tree = world.node_tree
    background = next(n for n in tree.nodes if n.type == "BACKGROUND")
    background.inputs["Color"].default_value = (0.9, 0.95, 1.0, 1.0)
    where = tree.nodes.new("ShaderNodeTexCoord")
    split = tree.nodes.new("ShaderNodeSeparateXYZ")
    ramp = tree.nodes.new("ShaderNodeMapRange")
    for name, value in (("From Min", -0.4), ("From Max", 1.0), ("To Min", SKY_LOW), ("To Max", SKY_HIGH)):
        ramp.inputs[name].default_value = value
    tree.links.new(where.outputs["Generated"], split.inputs[0])
    tree.links.new(split.outputs["Z"], ramp.inputs["Value"])
    tree.links.new(ramp.outputs[0], background.inputs["Strength"])
    for node, x in ((where, -800), (split, -600), (ramp, -400)):
        node.location = (x, 200)
    return world


def put_out(scene: bpy.types.Scene, rig: bpy.types.Collection) -> None:
    """Hide the scene's own lights, and note of each what was changed."""
    lights = [obj for obj in scene.objects if obj.type == "LIGHT" and not obj.library and obj.name not in rig.objects]
    rig[LIGHTS_KEPT] = {
        str(i): {"light": light, "changed": (not light.hide_viewport) + 2 * (not light.hide_render)}
        for i, light in enumerate(lights)
    }
    for light in lights:
        light.hide_viewport = light.hide_render = True


def add_turntable(
    scene: bpy.types.Scene, rig: bpy.types.Collection, pivot: bpy.types.Object, radius: float, frames: int
) -> None:
    """A camera that goes once around in `frames` frames, the lights with it, so that every side is lit alike."""
    data = bpy.data.cameras.new("Preview Camera")
    data.lens = LENS_MM
    render = scene.render
    wide, high = render.resolution_x * render.pixel_aspect_x, render.resolution_y * render.pixel_aspect_y
    half_angle = data.angle / 2 * min(wide, high) / max(wide, high)
    distance = radius * MARGIN / sin(half_angle)
    data.clip_start, data.clip_end = distance * 0.01, distance * 20
    camera = put(rig, data.name, data, around(0.0, radians(LOOKS_DOWN_DEG), distance), pivot)
    turn = pivot.driver_add("rotation_euler", 2).driver
    turn.type = "SCRIPTED"
    turn.expression = (
        f"{pivot.rotation_euler.z:.5f} + {2 * pi / frames:.8f} * (frame - 1)"  # runs without scripts allowed
    )
    release_markers(scene, rig)
    if scene.camera is not None:
        rig[CAMERA_KEPT] = scene.camera
    rig[FRAMES_KEPT], rig[FRAMES_SET] = (scene.frame_start, scene.frame_end), (1, frames)
    scene.camera = camera
    rig[FRAME_KEPT], rig[PREVIEW_KEPT] = scene.frame_current, scene.use_preview_range
    scene.frame_start, scene.frame_end, scene.use_preview_range = 1, frames, False


def release_markers(scene: bpy.types.Scene, rig: bpy.types.Collection) -> None:
    """Markers of the timeline that switch cameras would take the turntable's away: they let go of theirs meanwhile."""
    switching = [marker for marker in scene.timeline_markers if marker.camera]
    rig[MARKERS_KEPT] = {
        str(i): {"name": marker.name, "frame": marker.frame, "camera": marker.camera}
        for i, marker in enumerate(switching)
    }
    for marker in switching:
        marker.camera = None


def remove(scene: bpy.types.Scene) -> None:
    """Take the preview light away: what it made goes, what it changed is as before, unless it was changed since.

    A linked copy of the scene shares the light: it goes from both.
    """
    rig = rig_or_none(scene)
    if rig is None:
        return
    lit = [other for other in bpy.data.scenes if rig.name in other.collection.children]
    skies = {other.world for other in lit if other.world is not None and other.world.get(MARK)}
    for other in lit:
        give_back(other, rig)
    objects = list(rig.objects)
    data = {obj.data for obj in objects if obj.data is not None}
    data |= {slot.material for obj in objects for slot in obj.material_slots if slot.material}
    for made in objects:
        made.animation_data_clear()
    unused = [sky for sky in skies if sky.users == 0] + [block for block in data if block.users <= 1]
    bpy.data.batch_remove([rig, *objects, *unused])


def give_back(scene: bpy.types.Scene, rig: bpy.types.Collection) -> None:
    """The scene's own world, camera, frames, markers and lights, where they are as the rig has left them."""
    if scene.world is not None and scene.world.get(MARK):
        scene.world = rig.get(WORLD_KEPT)
    if scene.camera is not None and scene.camera.name in rig.objects:
        scene.camera = rig.get(CAMERA_KEPT)
    if FRAMES_SET in rig and tuple(rig[FRAMES_SET]) == (scene.frame_start, scene.frame_end):
        scene.frame_start, scene.frame_end = rig[FRAMES_KEPT]
        scene.use_preview_range = scene.use_preview_range or bool(rig.get(PREVIEW_KEPT))
        if scene.frame_current != rig.get(FRAME_KEPT, scene.frame_current):
            scene.frame_set(rig[FRAME_KEPT])  # playing the turntable has moved it
    for kept in rig.get(MARKERS_KEPT, {}).values():
        there = (m for m in scene.timeline_markers if (m.name, m.frame) == (kept["name"], kept["frame"]))
        marker = next((m for m in there if m.camera is None), None)
        if marker is not None:
            marker.camera = kept.get("camera")
    for kept in rig.get(LIGHTS_KEPT, {}).values():
        light, changed = kept.get("light"), kept["changed"]
        if light is not None:
            light.hide_viewport = light.hide_viewport and not changed & 1
            light.hide_render = light.hide_render and not changed & 2
