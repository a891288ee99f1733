"""One row of the list of jobs: thumbnail, title, progress or state, and the button that fits the state."""

import bpy

from .filters import Filtered

STATE_ICONS = {
    "queued": "SORTTIME",
    "running": "RENDER_ANIMATION",
    "done": "CHECKMARK",
    "failed": "ERROR",
    "cancelled": "CANCEL",
}


class PROPSMITH_UL_jobs(Filtered, bpy.types.UIList):
    """The jobs; rows are kept newest first by the mirror, so no sorting is done while drawing."""

    def words_of(self, job):
        return job.title

    def draw_item(self, context, layout, data, job, icon, active_data, active_property, index=0, flt_flag=0):
        row = layout.row(align=True)
        if job.icon:
            row.label(text="", icon_value=job.icon)
        else:
            row.label(text="", icon=STATE_ICONS.get(job.state, "QUESTION"))
        if job.state == "running":
            row.progress(factor=job.fraction, text=job.title, type="BAR")
            row.operator("propsmith.cancel_job", text="", icon="X").job = job.name
            return
        row.label(text=job.title, translate=False)
        if job.state == "queued":
            row.operator("propsmith.cancel_job", text="", icon="X").job = job.name
        elif job.state == "done":
            if job.imported:
                row.label(text="", icon="CHECKMARK")
            row.operator("propsmith.add_to_scene", text="", icon="IMPORT").job = job.name
        else:
            if job.icon:  # else the state's icon stands in front already
                row.label(text="", icon=STATE_ICONS[job.state])
            row.operator("propsmith.retry_job", text="", icon="LOOP_BACK").job = job.name


CLASSES = (PROPSMITH_UL_jobs,)
