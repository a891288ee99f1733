"""Four drafts to choose from: ask for them, choose, make the full prop, stop, retry, browse, discard."""

import bpy

from ..addon import drafts, gallery, mirror, session
from .answers import allowed, attempt
from .generate import why_not


def attempt_and_show(operator, call):
    """Run `call`, then let the panels show what came of it; an error goes to the user."""

    def shown():
        call()
        mirror.show_totals(session.current())
        mirror.redraw()

    return attempt(operator, shown)


class PROPSMITH_OT_four_drafts(bpy.types.Operator):
    """Make four quick drafts with four seeds, to choose one from before the full prop; none lands in the scene by itself"""

    bl_idname, bl_label, bl_options = "propsmith.four_drafts", "Four Drafts", {"REGISTER"}

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_not(context))

    def execute(self, context):
        return attempt_and_show(self, lambda: drafts.begin(context))


class GalleryOperator:
    """Shared by the operators on the gallery that the panel shows."""

    bl_options = {"REGISTER", "INTERNAL"}

    @classmethod
    def poll(cls, context):
        if gallery.shown_or_none(session.current()) is None:
            cls.poll_message_set("There are no drafts yet")
            return False
        return True

    def execute(self, context):
        now = session.current()
        shown = gallery.shown_or_none(now)
        if getattr(self, "place", 0) >= len(shown.jobs):
            self.report({"WARNING"}, "There is no such draft")
            return {"CANCELLED"}
        return attempt_and_show(self, lambda: self.act(context, now, shown))


class PROPSMITH_OT_choose_draft(GalleryOperator, bpy.types.Operator):
    """Choose this draft"""

    bl_idname, bl_label = "propsmith.choose_draft", "Choose Draft"
    place: bpy.props.IntProperty(name="Draft", min=0, options={"SKIP_SAVE"})

    def act(self, context, now, shown):
        gallery.choose(now, shown, self.place)


class PROPSMITH_OT_retry_draft(GalleryOperator, bpy.types.Operator):
    """Queue this draft again, with the same seed"""

    bl_idname, bl_label = "propsmith.retry_draft", "Retry Draft"
    place: bpy.props.IntProperty(name="Draft", min=0, options={"SKIP_SAVE"})

    def act(self, context, now, shown):
        drafts.retry(now, shown, self.place)


class PROPSMITH_OT_make_draft(GalleryOperator, bpy.types.Operator):
    """Make the full prop of the chosen draft: the same seed, hence the same shape, at the panel's preset"""

    bl_idname, bl_label = "propsmith.make_draft", "Make This One"

    @classmethod
    def poll(cls, context):
        now = session.current()
        shown = gallery.shown_or_none(now)
        if shown is None or gallery.chosen_or_none(now, shown) is None:
            cls.poll_message_set("Choose a finished draft first")
            return False
        return True

    def act(self, context, now, shown):
        drafts.make_chosen(context)


class PROPSMITH_OT_cancel_drafts(GalleryOperator, bpy.types.Operator):
    """Stop the drafts that are not finished; the finished ones stay"""

    bl_idname, bl_label = "propsmith.cancel_drafts", "Cancel Drafts"

    def act(self, context, now, shown):
        drafts.cancel(now, shown)


class PROPSMITH_OT_discard_drafts(GalleryOperator, bpy.types.Operator):
    """Remove these drafts and their files; those that are in a scene stay"""

    bl_idname, bl_label = "propsmith.discard_drafts", "Discard Drafts"

    def act(self, context, now, shown):
        drafts.discard(now, shown)


class PROPSMITH_OT_browse_drafts(GalleryOperator, bpy.types.Operator):
    """Show another set of drafts"""

    bl_idname, bl_label = "propsmith.browse_drafts", "Browse Drafts"
    by: bpy.props.IntProperty(name="By", default=1, description="1: the next older ones, -1: the next newer ones")

    def act(self, context, now, shown):
        gallery.browse(now, self.by)


CLASSES = (
    PROPSMITH_OT_four_drafts,
    PROPSMITH_OT_choose_draft,
    PROPSMITH_OT_retry_draft,
    PROPSMITH_OT_make_draft,
    PROPSMITH_OT_cancel_drafts,
    PROPSMITH_OT_discard_drafts,
    PROPSMITH_OT_browse_drafts,
)
