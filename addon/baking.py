"""Computed textures (noise, mixes, curves) as pictures: baked by Cycles on a copy, in a scene of its own that vanishes after."""

from __future__ import annotations

import bpy
import numpy as np

from . import placing, surfaces

SIZE_PX, MARGIN_PX = 512, 8
BAKED = ("colour", "roughness", "metallic")
STARVED, STARVED_LIMIT, LEAST_COVERED = 1 / 50, 0.02, 1e-3  # as in backend/incoming.py
COPY = "propsmith_bake"  # on groups copied for a bake


def bake_computed(
    obj: bpy.types.Object, mesh: bpy.types.Mesh, used: list[bpy.types.Material | None],
    found: list[surfaces.Surface], arrays: dict[str, np.ndarray],
) -> list[bpy.types.Image]:  # fmt: skip
    """Bake what could not be followed, over the object's UVs where these can hold it, else over the spare layout.

    The spare layout becomes the snapshot's UVs then: all other pictures are baked over it too, and normal maps left out.
    Returns the new images.
    """
    if obj.mode == "EDIT" or not any(surface.unfollowed for surface in found):
        return []
    name = "uvs" if "uvs" in arrays and can_hold(arrays) else "layout"
    if name not in arrays:
        return []
    for surface in found if name == "layout" else ():
        pictured = [channel for channel in BAKED if getattr(surface, channel).image is not None]
        surface.unfollowed += [channel for channel in pictured if channel not in surface.unfollowed]
    corners = np.zeros((len(mesh.loops), 2), np.float32)
    corners[arrays["corners"]] = arrays[name]
    images = bake(obj, mesh, used, found, corners)
    if images and name == "layout":
        arrays["uvs"] = arrays["layout"]
        for surface in found:
            if surface.normal is not None:
                surface.normal, surface.notes["normal"] = None, [placing.RELIEF_LOST]
    return images


def can_hold(arrays: dict[str, np.ndarray]) -> bool:
    """Whether what is baked over the object's UVs reaches its surface: they lie in the square, hardly a part collapsed."""
    uvs, corners = arrays["uvs"].astype(np.float64), arrays["vertices"][arrays["faces"]].astype(np.float64)
    if not (np.abs(uvs - 0.5) <= 0.5).all():
        return False
    covered = np.abs(np.cross(uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0])) / 2
    areas = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
    starved = covered * areas.sum() < STARVED**2 * areas * covered.sum()
    return bool(covered.sum() > LEAST_COVERED and areas[starved].sum() <= STARVED_LIMIT * areas.sum())


def bake(
    obj: bpy.types.Object, mesh: bpy.types.Mesh, used: list[bpy.types.Material | None],
    found: list[surfaces.Surface], uvs: np.ndarray,
) -> list[bpy.types.Image]:  # fmt: skip
    """Replace the sources of `found` that could not be followed by baked pictures over `uvs` (L, 2).

    Returns the new images, to be removed after use. What Cycles cannot bake keeps its plain value and its note.
    """
    made: list[bpy.types.Image] = []
    scene = bpy.data.scenes.new("Propsmith bake")
    copy = mesh.copy()
    stand_in = bpy.data.objects.new("Propsmith bake", copy)
    try:
        lay(copy, uvs)
        stand_in.matrix_world = obj.matrix_world
        scene.collection.objects.link(stand_in)
        scene.render.engine = "CYCLES"
        scene.cycles.samples, scene.cycles.device, scene.cycles.use_denoising = 1, "CPU", False
        for channel in BAKED:
            wanted = [i for i, surface in enumerate(found) if channel in surface.unfollowed]
            if wanted:
                made += bake_channel(scene, stand_in, obj, {used[i]: found[i] for i in wanted}, channel)
    except (RuntimeError, TypeError, AttributeError):
        pass  # no Cycles here, or a mode that forbids baking: the notes of `surfaces` stand
    finally:
        bpy.data.objects.remove(stand_in)
        bpy.data.meshes.remove(copy)
        bpy.data.scenes.remove(scene)
    return made


def lay(mesh: bpy.types.Mesh, uvs: np.ndarray) -> None:
    """Bake onto these UVs while the textures still read the map that renders."""
    rendering = next((layer.name for layer in mesh.uv_layers if layer.active_render), "")
    layer = mesh.uv_layers.new(name="Propsmith bake", do_init=False)
    if layer is None:
        raise RuntimeError("no room for one more UV map")
    layer.uv.foreach_set("vector", np.ascontiguousarray(uvs, np.float32).ravel())
    mesh.uv_layers["Propsmith bake"].active = True
    if rendering:
        mesh.uv_layers[rendering].active_render = True


def bake_channel(
    scene: bpy.types.Scene, stand_in: bpy.types.Object, obj: bpy.types.Object,
    wanted: dict[bpy.types.Material | None, surfaces.Surface], channel: str,
) -> list[bpy.types.Image]:  # fmt: skip
    """One bake of one channel; every wanted material gets a picture of its own. Raises RuntimeError."""
    made: list[bpy.types.Image] = []
    dressed: list[bpy.types.Material] = []
    ready: list[tuple[surfaces.Surface, bpy.types.Image]] = []
    stand_in.data.materials.clear()
    try:
        for slot in obj.material_slots:
            image = bpy.data.images.new("Propsmith bake", SIZE_PX, SIZE_PX, is_data=channel != "colour")
            made.append(image)
            material = glowing(slot.material if slot.material in wanted else None, channel, image)
            dressed.append(material)
            stand_in.data.materials.append(material)
            if slot.material in wanted and material.get("propsmith_glows"):
                ready.append((wanted[slot.material], image))
        layer = scene.view_layers[0]
        layer.objects.active = stand_in
        stand_in.select_set(True, view_layer=layer)
        here = {"object": stand_in, "active_object": stand_in, "selected_objects": [stand_in]}
        with bpy.context.temp_override(scene=scene, view_layer=layer, **here):
            bpy.ops.object.bake(type="EMIT", margin=MARGIN_PX, use_clear=True)
        for surface, image in ready:
            source = getattr(surface, channel)
            source.image, source.channel, source.uv_map = image, None, ""
            surface.unfollowed.remove(channel)
            surface.notes.pop(channel, None)
        return made
    except RuntimeError:
        for image in made:
            bpy.data.images.remove(image)
        raise
    finally:
        for material in dressed:
            bpy.data.materials.remove(material)
        forget_copies()


def glowing(material: bpy.types.Material | None, channel: str, target: bpy.types.Image) -> bpy.types.Material:
    """A copy whose surface emits what feeds the channel, its bake target chosen; an empty material for others."""
    copy = material.copy() if material else bpy.data.materials.new("Propsmith bake")
    if not copy.node_tree:
        copy.use_nodes = True
    tree = copy.node_tree
    shader = surfaces.shader_of(tree)
    if material is not None and shader is not None and emit(tree, *shader, channel):
        copy["propsmith_glows"] = True
    node = tree.nodes.new("ShaderNodeTexImage")
    node.image = target
    tree.nodes.active = node
    return copy


def emit(tree: bpy.types.NodeTree, shader: bpy.types.Node, groups: tuple[bpy.types.Node, ...], channel: str) -> bool:
    """Let what feeds the shader's channel shine out of a material's tree, past mixed shaders; False where nothing does.

    The groups around the shader become copies of their own (`forget_copies` removes them), for others may use them too.
    """
    socket = next((shader.inputs[n] for n in surfaces.CHANNELS[channel] if n in shader.inputs), None)
    if socket is None or not socket.is_linked:
        return False
    feed, inner, source = socket.links[0].from_socket, tree, socket.links[0].from_node.name
    place = list(feed.node.outputs).index(feed)
    holders: list[bpy.types.Node] = []
    for group in groups:
        holder = inner.nodes[group.name]
        holder.node_tree = holder.node_tree.copy()
        holder.node_tree[COPY] = True
        holders.append(holder)
        inner = holder.node_tree
    light = inner.nodes.new("ShaderNodeEmission")
    inner.links.new(inner.nodes[source].outputs[place], light.inputs["Color"])
    shining = light.outputs[0]
    for holder in reversed(holders):
        ends = [n for n in holder.node_tree.nodes if n.type == "GROUP_OUTPUT"]
        wanted = [s for end in ends for s in end.inputs if s.type == "SHADER"]
        given = [s for s in holder.outputs if s.type == "SHADER"]
        if not wanted or not given:
            return False
        for end in wanted:
            holder.node_tree.links.new(shining, end)
        shining = given[0]
    output = tree.get_output_node("ALL") or tree.get_output_node("CYCLES")
    if output is None:
        return False
    tree.links.new(shining, output.inputs["Surface"])
    return True


def forget_copies() -> None:
    """Remove the groups that were copied to bake them."""
    for tree in [tree for tree in bpy.data.node_groups if tree.get(COPY)]:
        bpy.data.node_groups.remove(tree)
