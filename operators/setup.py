"""The worker's environment and its process: set up, verify, repair, remove, restart, stop; opening the preferences."""

import os
from pathlib import Path

import bpy

from ..addon import mirror, reports, requests, session, setup, watchdog
from ..addon.paths import PACKAGE
from ..addon.translations import told
from ..backend.errors import PropsmithError
from .answers import allowed, attempt, place_to_write


def begin_or_report(operator, begin, told_to):
    """Start the installer by `begin(told_to)`, or report why it cannot be started."""
    try:
        begin(told_to)
    except (PropsmithError, OSError) as error:
        operator.report({"ERROR"}, told(error))
        return {"CANCELLED"}
    mirror.redraw()
    return {"FINISHED"}


def offline_reason():
    """Why nothing may be downloaded, or ''. Blender's own switch decides."""
    if bpy.app.online_access:
        return ""
    if bpy.app.online_access_override:
        return "Blender was started with --offline-mode; start it without, to download the packages"
    return "Online access is off: allow it in Preferences > System, to download the packages"


class SetupOperator:
    """Shared by what starts the installer: one run at a time."""

    bl_options = {"REGISTER", "INTERNAL"}
    needs_network = False

    @classmethod
    def poll(cls, context):
        if context.window_manager.propsmith.setup_running:
            cls.poll_message_set("Set Up is at work")
            return False
        return allowed(cls, offline_reason() if cls.needs_network else "")


class PROPSMITH_OT_preflight(SetupOperator, bpy.types.Operator):
    """Look at Python, GPU, disk and download size, before anything is downloaded"""

    bl_idname, bl_label = "propsmith.preflight", "Check This Computer"

    def execute(self, context):
        return begin_or_report(self, setup.begin, "preflight")


class PROPSMITH_OT_create_environment(SetupOperator, bpy.types.Operator):
    """Download the worker's packages into a folder of their own; goes on where an earlier attempt stopped"""

    bl_idname, bl_label = "propsmith.create_environment", "Set Up"
    needs_network = True

    def invoke(self, context, event):
        if not context.window_manager.propsmith.setup_rows:
            return self.execute(context)
        return context.window_manager.invoke_confirm(
            self, event, title="Set up Propsmith?", confirm_text="Set Up", icon="IMPORT",
            message="The packages named in the list are downloaded. Blender stays usable.",
        )  # fmt: skip

    def execute(self, context):
        if context.window_manager.propsmith.setup_rows:
            return begin_or_report(self, setup.begin, "create")
        self.report({"INFO"}, "Look at what is found on this computer, then press Set Up again")
        return begin_or_report(self, setup.begin, "preflight")


class PROPSMITH_OT_repair_environment(SetupOperator, bpy.types.Operator):
    """Install again whatever is missing in the worker's environment, then test it"""

    bl_idname, bl_label = "propsmith.repair_environment", "Repair"
    needs_network = True

    def execute(self, context):
        return begin_or_report(self, setup.begin, "create")


class PROPSMITH_OT_verify_environment(SetupOperator, bpy.types.Operator):
    """Run the worker's self-test in its environment"""

    bl_idname, bl_label = "propsmith.verify_environment", "Test the Environment"

    def execute(self, context):
        return begin_or_report(self, setup.begin, "verify")


class PROPSMITH_OT_remove_environment(SetupOperator, bpy.types.Operator):
    """Delete the environment that Set Up made; jobs and props stay"""

    bl_idname, bl_label = "propsmith.remove_environment", "Remove Environment"

    def invoke(self, context, event):
        return context.window_manager.invoke_confirm(
            self,
            event,
            title="Remove the environment?",
            message="Jobs and props stay.",
            confirm_text="Remove",
            icon="WARNING",
        )

    def execute(self, context):
        return begin_or_report(self, setup.begin, "remove")


def in_full(folder):
    """The folder that the artist typed or chose. Raises file-unsaved."""
    return Path(os.path.abspath(os.path.expanduser(place_to_write(folder))))


class PROPSMITH_OT_move_data(SetupOperator, bpy.types.Operator):
    """Move the downloaded environment, the jobs and the finished props to another folder, for example on another disk"""

    bl_idname, bl_label = "propsmith.move_data", "Move Data..."
    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context):
        shown = context.window_manager.propsmith
        if shown.running or shown.queued:
            cls.poll_message_set("Jobs are running or waiting: let them end, or cancel them, first")
            return False
        return super().poll(context)

    def invoke(self, context, event):
        context.window_manager.fileselect_add(self)
        return {"RUNNING_MODAL"}

    def execute(self, context):
        if not self.directory:
            self.report({"ERROR"}, "Choose the folder to move to")
            return {"CANCELLED"}
        return begin_or_report(self, lambda chosen: setup.begin_move(in_full(chosen)), self.directory)


class PROPSMITH_OT_cancel_setup(bpy.types.Operator):
    """Stop Set Up; what was downloaded is kept"""

    bl_idname, bl_label, bl_options = "propsmith.cancel_setup", "Stop Set Up", {"REGISTER", "INTERNAL"}

    def execute(self, context):
        setup.cancel()
        return {"FINISHED"}


class PROPSMITH_OT_copy_setup_report(bpy.types.Operator):
    """Copy what is needed to report a problem with Set Up: versions, what was found, the end of its log"""

    bl_idname, bl_label, bl_options = "propsmith.copy_setup_report", "Copy Report", {"REGISTER", "INTERNAL"}

    @classmethod
    def poll(cls, context):
        shown = context.window_manager.propsmith
        return allowed(cls, "" if shown.setup_text or shown.setup_rows else "Set Up has not run yet")

    def execute(self, context):
        context.window_manager.clipboard = reports.setup_report()
        self.report({"INFO"}, "The report is on the clipboard")
        return {"FINISHED"}


class PROPSMITH_OT_open_preferences(bpy.types.Operator):
    """Open the preferences of Propsmith"""

    bl_idname, bl_label, bl_options = "propsmith.open_preferences", "Preferences", {"REGISTER", "INTERNAL"}

    def execute(self, context):
        if not bpy.app.background:
            bpy.ops.preferences.addon_show(module=PACKAGE)
        return {"FINISHED"}


class PROPSMITH_OT_restart_worker(bpy.types.Operator):
    """End the worker and start it anew; the job at work begins again, the queue stays"""

    bl_idname, bl_label, bl_options = "propsmith.restart_worker", "Restart Worker", {"REGISTER", "INTERNAL"}

    def execute(self, context):

        def restart():
            watchdog.restart(session.current())
            requests.pump.start()

        return attempt(self, restart)


class PROPSMITH_OT_stop_worker(bpy.types.Operator):
    """Ask the worker to leave after its present job, which frees its memory; the next job starts it again"""

    bl_idname, bl_label, bl_options = "propsmith.stop_worker", "Free Memory", {"REGISTER", "INTERNAL"}

    def execute(self, context):
        watchdog.dismiss(session.current())
        return {"FINISHED"}


class PROPSMITH_OT_refresh_jobs(bpy.types.Operator):
    """Look for jobs that other Blenders, or the command line, left in this store"""

    bl_idname, bl_label, bl_options = "propsmith.refresh_jobs", "Refresh", {"REGISTER", "INTERNAL"}

    def execute(self, context):
        session.current().listed_at = float("-inf")
        requests.pump.start()
        return {"FINISHED"}


CLASSES = (
    PROPSMITH_OT_preflight,
    PROPSMITH_OT_create_environment,
    PROPSMITH_OT_repair_environment,
    PROPSMITH_OT_verify_environment,
    PROPSMITH_OT_remove_environment,
    PROPSMITH_OT_move_data,
    PROPSMITH_OT_cancel_setup,
    PROPSMITH_OT_copy_setup_report,
    PROPSMITH_OT_open_preferences,
    PROPSMITH_OT_restart_worker,
    PROPSMITH_OT_stop_worker,
    PROPSMITH_OT_refresh_jobs,
)
