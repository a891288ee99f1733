"""Refine what is selected, steer the running job, and live with the versions: compare, show, revert, keep, remove."""

import bpy

from ..addon import comparing, mirror, refining, session, snapshot, versions
from ..addon.translations import say, told
from ..backend.errors import PropsmithError
from ..backend.settings import PROMPT_LIMIT
from .answers import allowed, attempt

LOOKED_AT = 20  # objects of a large selection that a poll looks at


def why_not(context):
    """Why Refine cannot be pressed, or ''."""
    shown, settings = context.window_manager.propsmith, context.scene.propsmith_refine
    if not shown.ready:
        return shown.ready_text or "Set up the worker's environment first"
    if not settings.prompt.strip():
        return "Type what the object shall become first"
    if len(settings.prompt) > PROMPT_LIMIT:
        return f"The prompt has {len(settings.prompt)} characters; the limit is {PROMPT_LIMIT}"
    objects = refining.chosen(context)
    if not objects:
        return "Select a mesh object first"
    reasons = [snapshot.why_not(o, settings.mode) for o in objects[:LOOKED_AT]]
    return reasons[0] if all(reasons) and len(objects) <= LOOKED_AT else ""


class PROPSMITH_OT_refine(bpy.types.Operator):
    """Change the selected objects by the prompt; each result becomes a new version of its object"""

    bl_idname, bl_label, bl_options = "propsmith.refine", "Refine Selected", {"REGISTER"}

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_not(context))

    def execute(self, context):
        queued, refused = 0, []
        for obj in refining.chosen(context):
            try:
                refining.queue(context, obj)
                queued += 1
            except PropsmithError as error:
                refused.append(told(error))
        if refused:  # one bad object never stops the others
            self.report(
                {"WARNING" if queued else "ERROR"}, f"{say(f'Left out {len(refused)}:')} {' '.join(refused[:3])}"
            )
        mirror.redraw()
        return {"FINISHED"} if queued else {"CANCELLED"}


class SteerOperator:
    """Shared by the operators that talk to a running refinement; `job` is its id."""

    bl_options = {"REGISTER", "INTERNAL"}
    job: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    def execute(self, context):
        return attempt(self, lambda: refining.steer(session.current(), self.job, **self.changes(context)))


class PROPSMITH_OT_refine_stop(SteerOperator, bpy.types.Operator):
    """End the refinement now and keep what there is"""

    bl_idname, bl_label = "propsmith.refine_stop", "Stop Here"

    def changes(self, context):
        return {"stop_now": True}


class PROPSMITH_OT_refine_steer(SteerOperator, bpy.types.Operator):
    """Let the running refinement follow the prompt and strength of the panel from now on"""

    bl_idname, bl_label = "propsmith.refine_steer", "Apply to Running Job"

    def changes(self, context):
        settings = context.scene.propsmith_refine
        return {"prompt": settings.prompt, "strength": round(settings.strength, 4)}


class PROPSMITH_OT_refine_favour_view(SteerOperator, bpy.types.Operator):
    """Let the running refinement care most for the side that this viewport shows"""

    bl_idname, bl_label = "propsmith.refine_favour_view", "Favour This View"

    @classmethod
    def poll(cls, context):
        if context.region_data is None:
            cls.poll_message_set("Use it in a 3D viewport")
        return context.region_data is not None

    def changes(self, context):
        landing = session.current().landings.get(self.job)
        obj = bpy.data.objects.get(landing.target) if landing else None
        return {"favour_azimuth_deg": refining.azimuth_deg(context.region_data.view_matrix, obj)}


class VersionOperator:
    """Shared by the operators on the active object's versions."""

    bl_options = {"REGISTER", "UNDO"}
    needs = 2  # versions

    @classmethod
    def poll(cls, context):
        obj = context.object
        if obj is None or obj.type != "MESH" or len(obj.propsmith_versions.items) < cls.needs:
            cls.poll_message_set("The active object has no other version")
            return False
        if context.mode != "OBJECT":
            cls.poll_message_set("Leave Edit Mode first")
            return False
        if obj.library or obj.data.library:
            cls.poll_message_set("The object is linked from another file")
            return False
        return True


class PlacedVersionOperator(VersionOperator):
    """One that acts on the version at `place`."""

    place: bpy.props.IntProperty(name="Version", min=0, options={"SKIP_SAVE"})

    def execute(self, context):
        items = context.object.propsmith_versions.items
        if self.place >= len(items):
            self.report({"WARNING"}, "There is no such version any more")
            return {"CANCELLED"}
        self.act(context.object)
        return {"FINISHED"}


class PROPSMITH_OT_version_show(PlacedVersionOperator, bpy.types.Operator):
    """Show this version of the object: its mesh, materials and provenance"""

    bl_idname, bl_label = "propsmith.version_show", "Show Version"

    def act(self, obj):
        versions.show(obj, self.place)


class PROPSMITH_OT_version_remove(PlacedVersionOperator, bpy.types.Operator):
    """Remove this version; the others stay"""

    bl_idname, bl_label = "propsmith.version_remove", "Remove Version"

    def act(self, obj):
        versions.remove(obj, self.place)


class PROPSMITH_OT_version_revert(VersionOperator, bpy.types.Operator):
    """Go back to the version before the shown one; the later ones stay in the list"""

    bl_idname, bl_label = "propsmith.version_revert", "Revert"

    @classmethod
    def poll(cls, context):
        if not super().poll(context):
            return False
        if versions.shown(context.object) == 0:
            cls.poll_message_set("The first version is shown already")
            return False
        return True

    def execute(self, context):
        versions.revert(context.object)
        return {"FINISHED"}


class PROPSMITH_OT_version_keep(VersionOperator, bpy.types.Operator):
    """Keep the shown version and drop all others"""

    bl_idname, bl_label = "propsmith.version_keep", "Keep This"

    def execute(self, context):
        dropped = versions.keep_only_shown(context.object)
        self.report({"INFO"}, say(f"{dropped} version(s) dropped"))
        return {"FINISHED"}


class PROPSMITH_OT_version_compare(VersionOperator, bpy.types.Operator):
    """Show the version before this one while its key is held, or, from this button, until the next click or key"""

    bl_idname, bl_label = "propsmith.version_compare", "Compare"
    bl_options = {"REGISTER", "INTERNAL"}  # it leaves everything as it was: no undo step

    def invoke(self, context, event):
        self.held = comparing.key_of(event)
        name = comparing.begin(context.object, context.workspace)
        back = f"Showing {name}: click or press a key to go back"
        held = f"Showing {name}: release the key or button to go back"
        context.workspace.status_text_set(say(held if self.held else back))
        context.window_manager.modal_handler_add(self)
        return {"RUNNING_MODAL"}

    def modal(self, context, event):
        if not comparing.going_on():  # an undo, a save or a script has ended it
            return {"FINISHED", "PASS_THROUGH"}
        if comparing.is_over(event, self.held):
            comparing.end()
            return {"FINISHED"}
        views = (
            [area.spaces.active for area in context.screen.areas if area.type == "VIEW_3D"] if context.screen else []
        )
        return {"PASS_THROUGH"} if comparing.passes(event, views) else {"RUNNING_MODAL"}

    def cancel(self, context):
        comparing.end()

    def execute(self, context):
        """From a script there is no button to hold: the other version simply stays shown."""
        versions.show(context.object, versions.other(context.object))
        return {"FINISHED"}


CLASSES = (
    PROPSMITH_OT_refine,
    PROPSMITH_OT_refine_stop,
    PROPSMITH_OT_refine_steer,
    PROPSMITH_OT_refine_favour_view,
    PROPSMITH_OT_version_show,
    PROPSMITH_OT_version_remove,
    PROPSMITH_OT_version_revert,
    PROPSMITH_OT_version_keep,
    PROPSMITH_OT_version_compare,
)
