"""Fill a scene: rows from the selection or a list, begin, pause, skip, retry, undo the whole fill."""

from math import degrees, pi

import bpy

from ..addon import fill_lists, fill_rows, fill_sources, filling, mirror, scatter, scene, session
from ..addon.translations import say
from .answers import allowed, attempt


class FillOperator:
    """Shared: `poll` asks `why_not(context)`; failures go to the user as sentence and remedy."""

    bl_options = {"REGISTER", "INTERNAL"}

    @classmethod
    def why_not(cls, context):
        if not fill_lists.belongs(context.scene):
            return "The list shown is that of another scene"
        return "" if fill_rows.mirror().total else "The list is empty: add the selected placeholders first"

    @classmethod
    def poll(cls, context):
        return allowed(cls, cls.why_not(context))

    def execute(self, context):
        return attempt(self, lambda: self.act(context))

    def added(self, counts):
        rows, bad = counts
        if bad:
            self.report({"WARNING"}, say(f"{rows} rows added; {bad} cannot be filled as they are, see the list"))
        return {"FINISHED"} if rows else {"CANCELLED"}


class PROPSMITH_OT_fill_add_selected(FillOperator, bpy.types.Operator):
    """Add the selected placeholders to the list: prompt from the name, size from the bounding box"""

    bl_idname, bl_label, bl_options = "propsmith.fill_add_selected", "Add Selected", {"REGISTER", "UNDO"}

    @classmethod
    def why_not(cls, context):
        if context.mode != "OBJECT":
            return "Leave Edit Mode first"
        if not context.selected_objects:
            return "Select placeholders first: empties, boxes or any meshes"
        return ""

    def act(self, context):
        return self.added(fill_sources.add_selected(context))


class ListOperator(FillOperator):
    """Shared by those that read a list: `size` is that of rows that name none."""

    size: bpy.props.FloatProperty(
        name="Size", description="Size of rows that give none", default=1.0, min=0.001, max=10_000.0, unit="LENGTH"
    )

    @classmethod
    def why_not(cls, context):
        return ""

    def act(self, context):
        return self.added(fill_sources.add_items(context, self.items(context)))


class PROPSMITH_OT_fill_add_clipboard(ListOperator, bpy.types.Operator):
    """Add a row for each line on the clipboard, or for each row of a table with the columns prompt, count, size, seed, image"""

    bl_idname, bl_label = "propsmith.fill_add_clipboard", "From Clipboard"

    def items(self, context):
        return fill_sources.read_text(context.window_manager.clipboard, self.size * scene.unit_m(context.scene))


class PROPSMITH_OT_fill_add_text(ListOperator, bpy.types.Operator):
    """Add a row for each line of a text block, or for each row of a table in it"""

    bl_idname, bl_label = "propsmith.fill_add_text", "From Text Block"
    text: bpy.props.StringProperty(name="Text", options={"SKIP_SAVE"})

    def items(self, context):
        block = bpy.data.texts.get(self.text)
        return fill_sources.read_text(block.as_string() if block else "", self.size * scene.unit_m(context.scene))


class PROPSMITH_OT_fill_add_file(ListOperator, bpy.types.Operator):
    """Add the rows of a text or CSV file (columns prompt, count, size, seed, image)"""

    bl_idname, bl_label = "propsmith.fill_add_file", "From Text or CSV File"
    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    filter_glob: bpy.props.StringProperty(default="*.csv;*.txt;*.tsv", options={"HIDDEN"})

    def invoke(self, context, event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def items(self, context):
        return fill_sources.read_file(self.filepath, self.size * scene.unit_m(context.scene))


class PROPSMITH_OT_fill_add_images(ListOperator, bpy.types.Operator):
    """Add a row for each picture of a folder"""

    bl_idname, bl_label = "propsmith.fill_add_images", "From Folder of Images"
    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE"})

    def invoke(self, context, event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def items(self, context):
        return fill_sources.read_images(self.directory, self.size * scene.unit_m(context.scene))


class PROPSMITH_OT_fill_scatter(FillOperator, bpy.types.Operator):
    """Add rows for props scattered over the active mesh, apart from one another"""

    bl_idname, bl_label = "propsmith.fill_scatter", "Scatter on Active"
    prompts: bpy.props.StringProperty(name="Prompts", description="Separated by commas", default="rock")
    size: bpy.props.FloatProperty(
        name="Size", description="Before jitter", default=0.3, min=1e-3, max=1e4, unit="LENGTH"
    )
    jitter: bpy.props.FloatProperty(
        name="Size Jitter", description="0.2: from 0.8 to 1.2 times", default=0.2, min=0.0, max=0.9
    )
    density: bpy.props.FloatProperty(
        name="Density", description="Props per square metre", default=1.0, min=0.001, max=1000.0
    )
    slope: bpy.props.FloatProperty(
        name="Steepest Slope", description="Faces steeper than this stay empty", default=0.6, min=0.0, max=1.57, subtype="ANGLE",
    )  # fmt: skip
    turn: bpy.props.FloatProperty(
        name="Turn Jitter", description="Each is turned by at most this to either side; 0: all face the front",
        default=pi, min=0.0, max=pi, subtype="ANGLE",
    )  # fmt: skip
    seed: bpy.props.IntProperty(name="Seed", description="Another number spreads the places otherwise", min=0)

    @classmethod
    def why_not(cls, context):
        if context.mode != "OBJECT":
            return "Leave Edit Mode first"
        if context.object is None or context.object.type != "MESH":
            return "Make the surface the active object: a mesh"
        return ""

    def invoke(self, context, event):
        return context.window_manager.invoke_props_dialog(self, width=320)

    def act(self, context):
        prompts = [p.strip() for p in self.prompts.split(",") if p.strip()]
        how = scatter.Spread(self.size, self.jitter, self.density, degrees(self.slope), self.seed, degrees(self.turn))
        rows, bad = fill_sources.add_scattered(context, prompts, how) if prompts else (0, 0)
        none = "No place found: raise the density or the slope, or flip normals that look down"
        if not rows:
            self.report({"WARNING"}, none if prompts else "Type what to scatter")
        elif rows == scatter.MOST:
            self.report({"WARNING"}, say(f"{rows} places added, the most at once: scatter again for more"))
        elif not bad:
            self.report({"INFO"}, say(f"{rows} places added"))
        return self.added((rows, bad))


class PROPSMITH_OT_fill_show(FillOperator, bpy.types.Operator):
    """Show the list of this scene; a fill that runs in another scene goes on"""

    bl_idname, bl_label = "propsmith.fill_show", "Show This Scene's List"

    @classmethod
    def why_not(cls, context):
        return "It is shown already" if fill_lists.belongs(context.scene) else ""

    def act(self, context):
        fill_lists.show(context.scene)


class PROPSMITH_OT_fill_start(FillOperator, bpy.types.Operator):
    """Make a prop for every ready row; they land one by one, the placeholders are hidden and not deleted"""

    bl_idname, bl_label = "propsmith.fill_start", "Fill"

    @classmethod
    def why_not(cls, context):
        shown = context.window_manager.propsmith
        if not shown.ready:
            return shown.ready_text or "Set up the worker's environment first"
        if not fill_rows.mirror().ready:
            return "No row is ready: add placeholders, or type what to make in theirs"
        return FillOperator.why_not.__func__(cls, context)

    def act(self, context):
        waiting = filling.start()
        self.report({"INFO"}, say(f"{waiting} places to fill"))


class PROPSMITH_OT_fill_pause(FillOperator, bpy.types.Operator):
    """Start no further props, or go on; those being made still land"""

    bl_idname, bl_label = "propsmith.fill_pause", "Pause"

    @classmethod
    def why_not(cls, context):
        return FillOperator.why_not.__func__(cls, context) if fill_rows.mirror().running else "No fill is running"

    def act(self, context):
        filling.pause(not fill_rows.mirror().paused)


class RowOperator(FillOperator):
    """Shared by those about one row: `row` is its key, or empty for the row chosen in the list."""

    row: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def key(self):
        shown = fill_rows.mirror()
        return self.row or (shown.rows[shown.active].name if shown.active < len(shown.rows) else "")


class PROPSMITH_OT_fill_skip(RowOperator, bpy.types.Operator):
    """Leave this row out; Retry takes it up again"""

    bl_idname, bl_label = "propsmith.fill_skip", "Skip"

    def act(self, context):
        if not filling.skip(session.current(), self.key()):
            self.report({"WARNING"}, "Its prop is in the scene already")
            return {"CANCELLED"}


class PROPSMITH_OT_fill_remove_row(RowOperator, bpy.types.Operator):
    """Take this row off the list; its placeholder stays as it is"""

    bl_idname, bl_label = "propsmith.fill_remove_row", "Remove Row"

    def act(self, context):
        if not filling.remove_row(self.key()):
            self.report({"WARNING"}, "Its prop is being made or stands in the scene")
            return {"CANCELLED"}


class PROPSMITH_OT_fill_retry(FillOperator, bpy.types.Operator):
    """Try failed rows again with other seeds, take up skipped ones, and put back props that were taken out"""

    bl_idname, bl_label = "propsmith.fill_retry", "Retry Failed"

    def act(self, context):
        if not filling.retry():
            self.report({"INFO"}, "There is nothing to retry")
            return {"CANCELLED"}


class PROPSMITH_OT_fill_undo(FillOperator, bpy.types.Operator):
    """Remove every prop of this fill and bring the placeholders back; the rows stay, to be filled again"""

    bl_idname, bl_label, bl_options = "propsmith.fill_undo", "Undo Fill", {"REGISTER", "UNDO"}

    @classmethod
    def why_not(cls, context):
        return "Leave Edit Mode first" if context.mode != "OBJECT" else FillOperator.why_not.__func__(cls, context)

    def act(self, context):
        props, back = filling.undo(session.current())
        mirror.redraw()
        self.report({"INFO"}, say(f"{props} props removed, {back} placeholders brought back"))


class PROPSMITH_OT_fill_clear(FillOperator, bpy.types.Operator):
    """Begin a new list; props and placeholders stay as they are"""

    bl_idname, bl_label = "propsmith.fill_clear", "New List"

    @classmethod
    def why_not(cls, context):
        if fill_rows.mirror().running:
            return "Undo or finish the running fill first"
        return FillOperator.why_not.__func__(cls, context)

    def act(self, context):
        filling.clear()


CLASSES = (
    PROPSMITH_OT_fill_add_selected,
    PROPSMITH_OT_fill_add_clipboard,
    PROPSMITH_OT_fill_add_text,
    PROPSMITH_OT_fill_add_file,
    PROPSMITH_OT_fill_add_images,
    PROPSMITH_OT_fill_scatter,
    PROPSMITH_OT_fill_show,
    PROPSMITH_OT_fill_start,
    PROPSMITH_OT_fill_pause,
    PROPSMITH_OT_fill_skip,
    PROPSMITH_OT_fill_remove_row,
    PROPSMITH_OT_fill_retry,
    PROPSMITH_OT_fill_undo,
    PROPSMITH_OT_fill_clear,
)
