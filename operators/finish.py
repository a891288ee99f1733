"""Look and ship: the preview light, levels of detail with a collision hull, export with the textures beside."""

from pathlib import Path

import bpy

from ..addon import exporting, lods, preview_light
from ..addon.names import file_name
from ..addon.translations import say, told
from ..backend.errors import PropsmithError
from .answers import allowed, attempt, place_to_write

LOOKED_AT = 50  # objects of a large selection that a poll looks at
_kinds = []  # Blender keeps no reference to the strings of a dynamic enum: we must


def meshes(context):
    """The selected mesh objects, the active one first."""
    chosen = [obj for obj in context.selected_objects if obj.type == "MESH"]
    return sorted(chosen, key=lambda obj: obj is not context.view_layer.objects.active)


def why_no_mesh(context):
    if context.mode != "OBJECT":
        return "Leave the present mode first: Object Mode is needed"
    if not any(obj.type == "MESH" for obj in context.selected_objects[:LOOKED_AT]):
        return "Select a mesh object first"
    return ""


def why_no_base(context):
    """Why there is nothing that could have levels: among what is selected, levels and hulls themselves do not count."""
    why = why_no_mesh(context)
    chosen = [] if why else [obj for obj in context.selected_objects[:LOOKED_AT] if obj.type == "MESH"]
    bases = [lods.base_of_or_none(obj) for obj in chosen]
    if bases and all(bases):
        why = f"'{chosen[0].name}' is a level or hull of '{bases[0].name}': select that object instead"
    return why


class PROPSMITH_OT_preview_light(bpy.types.Operator):
    """Light the active object as in a studio; pressed again, everything is as before"""

    bl_idname, bl_label, bl_options = "propsmith.preview_light", "Preview Light", {"REGISTER", "UNDO"}

    turntable: bpy.props.BoolProperty(
        name="Turntable", description="Add a camera that goes once around the object while the animation plays"
    )
    frames: bpy.props.IntProperty(
        name="Frames", description="Frames of one turn; the scene's frame range is set to them", default=120, min=2,
        max=10_000,
    )  # fmt: skip
    alone: bpy.props.BoolProperty(
        name="Own Lights Off", description="Hide the scene's other lights meanwhile", default=True
    )

    @classmethod
    def poll(cls, context):
        why = ""
        if context.mode != "OBJECT":
            why = "Leave the present mode first: Object Mode is needed"
        elif context.scene.library:
            why = "The scene is linked from another file"
        elif context.object is None and preview_light.rig_or_none(context.scene) is None:
            why = "Select an object first"
        return allowed(cls, why)

    def execute(self, context):
        rig = preview_light.rig_or_none(context.scene)
        changed = rig is not None and preview_light.has_turntable(rig) != self.turntable
        preview_light.remove(context.scene)
        if rig is None or (changed and context.object is not None):
            preview_light.add(context.scene, context.object, self.frames if self.turntable else 0, self.alone)
        return {"FINISHED"}


class PROPSMITH_OT_make_lods(bpy.types.Operator):
    """Make levels of detail and a convex collision hull of the selected objects, in a collection of their own"""

    bl_idname, bl_label, bl_options = "propsmith.make_lods", "Make LODs", {"REGISTER", "UNDO", "PRESET"}

    levels: bpy.props.IntProperty(
        name="Levels", description="How many reduced levels; LOD0 is the object itself", default=3, min=0, max=3
    )
    ratios: bpy.props.FloatVectorProperty(
        name="Faces", description="The share of the faces that LOD1, LOD2 and LOD3 keep", size=3, min=0.005, max=1.0,
        default=(0.5, 0.25, 0.1), subtype="NONE", precision=3,
    )  # fmt: skip
    hull: bpy.props.BoolProperty(name="Collision Hull", description="Also make a convex hull for physics", default=True)
    hull_faces: bpy.props.IntProperty(
        name="Hull Faces", description="The largest number of triangles of the hull", default=64, min=8, max=5000
    )
    hull_name: bpy.props.EnumProperty(
        name="Hull Name", description="What the hull is called, so that the engine knows it for one",
        items=(
            ("unreal", "UCX_Name", "As Unreal Engine expects"),
            ("godot", "Name-convcolonly", "As Godot expects"),
            ("plain", "Name_Hull", "A plain name"),
        ),
    )  # fmt: skip
    hidden: bpy.props.BoolProperty(
        name="Hide Them", description="Hide the collections in all viewports: the levels stand where the object stands",
        default=True,
    )  # fmt: skip

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_no_base(context))

    def invoke(self, context, event):
        return context.window_manager.invoke_props_dialog(self, width=320)

    def draw(self, context):
        column = self.layout.column()
        column.use_property_split = True
        column.prop(self, "levels")
        for level in range(self.levels):
            column.prop(self, "ratios", index=level, text=f"LOD{level + 1}")
        column.prop(self, "hull")
        part = column.column()
        part.active = self.hull
        part.prop(self, "hull_faces")
        part.prop(self, "hull_name")
        column.prop(self, "hidden")

    def execute(self, context):
        ratios, hull_faces = tuple(self.ratios)[: self.levels], self.hull_faces if self.hull else 0
        wanted = lods.Levels(ratios, hull_faces, self.hull_name, self.hidden)
        said, refused = [], []
        for obj in [o for o in meshes(context) if lods.base_of_or_none(o) is None]:
            try:
                counts = lods.make(obj, context.scene, wanted)
            except PropsmithError as error:
                refused.append(told(error))
                continue
            said.append("{name}: {counts}".format(name=obj.name, counts=", ".join(f"{n:,}" for n in counts.values())))
        if refused:  # one bad object never stops the others
            self.report({"WARNING" if said else "ERROR"}, " ".join(refused[:3]))
        if said:
            self.report({"INFO"}, say("Triangles of {list}".format(list="; ".join(said[:3]))))
        return {"FINISHED"} if said else {"CANCELLED"}


class PROPSMITH_OT_remove_lods(bpy.types.Operator):
    """Remove the levels of detail and the hull of the selected objects"""

    bl_idname, bl_label, bl_options = "propsmith.remove_lods", "Remove LODs", {"REGISTER", "UNDO"}

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_no_base(context))

    def execute(self, context):
        for obj in meshes(context):
            lods.remove(obj)
        return {"FINISHED"}


def kinds(_operator, _context):
    """The formats that this Blender can write."""
    _kinds[:] = [(kind, kind, exporting.KINDS[kind][0]) for kind in exporting.available()]
    return _kinds


class PROPSMITH_OT_export(bpy.types.Operator):
    """Write the selected objects as GLB, USD, OBJ or FBX, with their textures beside the file"""

    bl_idname, bl_label, bl_options = "propsmith.export", "Export Props", {"REGISTER", "PRESET"}

    filepath: bpy.props.StringProperty(name="File", description="Where to write", subtype="FILE_PATH")
    filter_glob: bpy.props.StringProperty(default="*.glb;*.usd;*.usda;*.usdc;*.usdz;*.obj;*.fbx", options={"HIDDEN"})
    check_existing: bpy.props.BoolProperty(default=True, options={"HIDDEN"})
    kind: bpy.props.EnumProperty(name="Format", description="The format of the file", items=kinds)
    textures: bpy.props.BoolProperty(
        name="Textures Beside", default=True,
        description="Write the maps as PNG files into a folder 'textures'; a GLB also carries them inside. "
        "OBJ, FBX and USD always have them beside",
    )  # fmt: skip
    at_origin: bpy.props.BoolProperty(
        name="At the Origin", default=True,
        description="Move the active object to the origin of the file, the others with it",
    )  # fmt: skip
    with_levels: bpy.props.BoolProperty(
        name="LODs and Hull", default=True,
        description="Write an object's levels of detail and hull in its place, where it has some",
    )  # fmt: skip
    each: bpy.props.BoolProperty(
        name="A File Each", description="Write each object to a file of its own name in the folder"
    )
    replace: bpy.props.BoolProperty(
        name="Replace Files", description="With A File Each: write over files of these names that are in the folder"
    )

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_no_mesh(context))

    def invoke(self, context, event):
        suffix = exporting.KINDS[self.kind][1]
        folder = Path(bpy.data.filepath).parent if bpy.data.filepath else Path.home()
        if not self.filepath:
            self.filepath = str(folder / f"{file_name(meshes(context)[0].name)}{suffix}")
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def check(self, context):
        """Let the file's name follow the format."""
        path = str(exporting.with_suffix(Path(self.filepath), exporting.KINDS[self.kind][1]))
        changed, self.filepath = path != self.filepath, path
        return changed

    def execute(self, context):
        return attempt(self, lambda: self.write(context))

    def write(self, context):
        """Write the selection, or say what is missing. Raises file-unsaved and what `exporting.export` raises."""
        objects = [obj for obj in meshes(context) if lods.base_of_or_none(obj) is None] or meshes(context)
        path = place_to_write(self.filepath)
        if not path.name:
            self.report({"ERROR"}, "Choose a file first")
            return {"CANCELLED"}
        wanted = exporting.Wanted(self.kind, self.textures, self.at_origin, self.with_levels, self.each, self.replace)
        skipped = [obj.name for obj in context.selected_objects if exporting.is_skipped(obj)]
        if skipped:
            names = ", ".join(skipped)
            self.report({"WARNING"}, say(f"Left out, for only meshes are exported: {names}"))
        return self.told_of(exporting.export(objects, path, wanted), path.parent)

    def told_of(self, written, folder):
        """Say what was written, and what was left out."""
        for note in list(dict.fromkeys(written.notes))[:3]:
            self.report({"WARNING"}, say(note))
        names = ", ".join(file.name for file in written.files[:3])
        size = sum(file.stat().st_size for file in (*written.files, *written.textures)) / 1e6
        text = "Wrote {names} and {textures} textures, {size:.1f} MB, to {folder}"
        text = text.format(names=names, textures=len(written.textures), size=size, folder=folder)
        self.report({"INFO"}, say(text))


CLASSES = (
    PROPSMITH_OT_preview_light,
    PROPSMITH_OT_make_lods,
    PROPSMITH_OT_remove_lods,
    PROPSMITH_OT_export,
)
