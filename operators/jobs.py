"""What can be done to a job of the list: cancel, retry, add to the scene, reuse its settings, remove, open, report."""

import bpy

from ..addon import clean_up, mirror, reports, requests, session
from ..addon.translations import say
from .answers import allowed, attempt


class JobOperator:
    """Shared by the operators below: `job` is the job's id, or empty for the row chosen in the list."""

    bl_options = {"REGISTER", "INTERNAL"}
    states = ()  # in which states the button is live; empty: in all
    job: bpy.props.StringProperty(options={"HIDDEN", "SKIP_SAVE"})

    @classmethod
    def poll(cls, context):
        if not context.window_manager.propsmith.jobs:
            cls.poll_message_set("There are no jobs yet")
            return False
        return True

    def execute(self, context):
        shown = context.window_manager.propsmith
        job = self.job or (shown.jobs[shown.active].name if 0 <= shown.active < len(shown.jobs) else "")
        row = shown.jobs.get(job)
        if row is None or (self.states and row.state not in self.states):
            self.report({"WARNING"}, say(f"The job is {row.state}" if row else "The job is no longer in the list"))
            return {"CANCELLED"}

        def act():
            self.act(context, job)
            mirror.redraw()

        return attempt(self, act)


class PROPSMITH_OT_cancel_job(JobOperator, bpy.types.Operator):
    """Stop this job; the other jobs go on"""

    bl_idname, bl_label = "propsmith.cancel_job", "Cancel Job"
    states = ("queued", "running")

    def act(self, context, job):
        requests.cancel(session.current(), job)


class PROPSMITH_OT_retry_job(JobOperator, bpy.types.Operator):
    """Queue the same request again, with the same seed; it lands at the 3D cursor"""

    bl_idname, bl_label = "propsmith.retry_job", "Retry Job"
    states = ("failed", "cancelled", "done")

    def act(self, context, job):
        requests.retry(context, job)


class PROPSMITH_OT_add_to_scene(JobOperator, bpy.types.Operator):
    """Put this finished prop into the scene at the 3D cursor"""

    bl_idname, bl_label = "propsmith.add_to_scene", "Add to Scene"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}
    states = ("done",)

    @classmethod
    def poll(cls, context):
        if context.mode != "OBJECT":
            cls.poll_message_set("Leave Edit Mode first")
            return False
        return super().poll(context)

    def act(self, context, job):
        requests.add(context, job)


class PROPSMITH_OT_reuse_settings(JobOperator, bpy.types.Operator):
    """Fill the panel with this job's settings, its seed locked, so that Generate repeats it"""

    bl_idname, bl_label = "propsmith.reuse_settings", "Reuse Settings"

    def act(self, context, job):
        watch = session.current().watches.get(job)
        if watch is not None and watch.request is not None:
            requests.reuse(context.scene.propsmith, watch.request)


class PROPSMITH_OT_remove_job(JobOperator, bpy.types.Operator):
    """Remove this job and its files; props already in scenes stay"""

    bl_idname, bl_label = "propsmith.remove_job", "Remove Job"

    def invoke(self, context, event):
        return context.window_manager.invoke_confirm(
            self, event, title="Remove this job?", message="Its files are deleted. Props already in scenes stay.",
            confirm_text="Remove", icon="WARNING",
        )  # fmt: skip

    def act(self, context, job):
        requests.remove(session.current(), job)


class PROPSMITH_OT_clean_up_jobs(bpy.types.Operator):
    """Remove many jobs and their files at once; props already in scenes stay, and so does what is waited for"""

    bl_idname, bl_label, bl_options = "propsmith.clean_up_jobs", "Clean Up Jobs", {"REGISTER", "INTERNAL"}

    which: bpy.props.EnumProperty(
        name="Remove",
        description="Which of the jobs that have ended",
        items=(
            ("failed", "Failed and Cancelled", "Jobs that came to nothing"),
            ("landed", "Also Placed Props", "And finished ones whose prop is in a scene: Add and Retry are then over"),
            ("all", "All That Ended", "And finished props that are in no scene yet"),
        ),
        default="failed",
        options={"SKIP_SAVE"},
    )

    @classmethod
    def poll(cls, context):
        return allowed(cls, "" if context.window_manager.propsmith.jobs else "There are no jobs yet")

    def invoke(self, context, event):
        now = session.current()
        self.sizes = {}  # looked up once, not at every redraw of the dialog

        def measure():
            for which in ("failed", "landed", "all"):
                jobs = clean_up.candidates(now, which)
                self.sizes[which] = (len(jobs), clean_up.told(clean_up.size_of(now, jobs)))

        if attempt(self, measure) == {"CANCELLED"}:
            return {"CANCELLED"}
        return context.window_manager.invoke_props_dialog(self, width=320)

    def draw(self, context):
        self.layout.column().prop(self, "which", expand=True)  # side by side the words would be cut
        count, size = self.sizes[self.which]
        self.layout.label(text=say(f"{count} jobs, {size}"), icon="TRASH")
        self.layout.label(text="Props already in scenes stay")

    def execute(self, context):
        now = session.current()
        gone = clean_up.remove(now, clean_up.candidates(now, self.which))
        mirror.redraw()
        self.report({"INFO"}, say(f"{gone} jobs removed"))
        return {"FINISHED"}


class PROPSMITH_OT_reuse_from_object(bpy.types.Operator):
    """Fill the panel with the settings that the active prop was made with, its seed locked; its job need not exist any more"""

    bl_idname, bl_label, bl_options = "propsmith.reuse_from_object", "Reuse Settings", {"REGISTER", "INTERNAL"}

    @classmethod
    def poll(cls, context):
        known = context.object is not None and bool(context.object.propsmith.request)
        return allowed(cls, "" if known else "The active object was not made by Propsmith")

    def execute(self, context):
        return attempt(self, lambda: requests.reuse_from(context.scene.propsmith, context.object))


class PROPSMITH_OT_open_job_folder(JobOperator, bpy.types.Operator):
    """Show this job's files in the file browser of the system"""

    bl_idname, bl_label = "propsmith.open_job_folder", "Open Folder"

    def act(self, context, job):
        folder = requests.opened(session.current()).jobs / job
        bpy.ops.wm.path_open(filepath=str(folder))


class PROPSMITH_OT_copy_report(JobOperator, bpy.types.Operator):
    """Copy what is needed to report a problem: versions, settings, the error, the end of the log"""

    bl_idname, bl_label = "propsmith.copy_report", "Copy Report"

    def act(self, context, job):
        context.window_manager.clipboard = reports.report(session.current(), job)
        self.report({"INFO"}, "The report is on the clipboard")


class PROPSMITH_OT_show_textures(bpy.types.Operator):
    """Show textures in this viewport's solid shading"""

    bl_idname, bl_label, bl_options = "propsmith.show_textures", "Show Textures", {"REGISTER", "INTERNAL"}

    @classmethod
    def poll(cls, context):
        there = context.space_data is not None and context.space_data.type == "VIEW_3D"
        return allowed(cls, "" if there else "Press it in the sidebar of a 3D viewport")

    def execute(self, context):
        context.space_data.shading.color_type = "TEXTURE"
        return {"FINISHED"}


CLASSES = (
    PROPSMITH_OT_show_textures,
    PROPSMITH_OT_cancel_job,
    PROPSMITH_OT_retry_job,
    PROPSMITH_OT_add_to_scene,
    PROPSMITH_OT_reuse_settings,
    PROPSMITH_OT_remove_job,
    PROPSMITH_OT_clean_up_jobs,
    PROPSMITH_OT_reuse_from_object,
    PROPSMITH_OT_open_job_folder,
    PROPSMITH_OT_copy_report,
)
