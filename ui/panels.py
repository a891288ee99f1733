"""The tab 'Props' in the 3D viewport's sidebar: set-up card, the prompt and its settings, the jobs, the chosen prop."""

import bpy

from ..addon import mirror, prompts
from ..addon.translations import say
from . import setup_card
from .prompt import PROPSMITH_PT_presets, draw_wish
from .texts import wrapped

# What mends the worker's environment: the preferences' page holds the other ways to do that.
ENVIRONMENT_FIXES = {f"propsmith.{verb}_environment" for verb in ("create", "verify", "repair")}


class PropsPanel:
    bl_space_type, bl_region_type, bl_category = "VIEW_3D", "UI", "Props"


class PROPSMITH_PT_generate(PropsPanel, bpy.types.Panel):
    """What to make, and the button that makes it."""

    bl_idname, bl_label = "PROPSMITH_PT_generate", "Generate"

    def draw_header_preset(self, context):
        if context.window_manager.propsmith.ready:
            PROPSMITH_PT_presets.draw_panel_header(self.layout)

    def draw(self, context):
        layout, shown, settings = self.layout, context.window_manager.propsmith, context.scene.propsmith
        if not shown.ready or shown.setup_running:
            setup_card.draw_card(layout, shown)
            return
        draw_error(layout, shown)
        draw_wish(layout, shown, settings)
        row = layout.row(align=True)
        row.prop(settings, "preset", expand=True)
        draw_details(layout, settings)
        estimate = mirror.estimate_of(shown, settings.preset)
        row = layout.row()
        row.scale_y = 1.5
        row.operator(
            "propsmith.generate", text=say(f"Generate ({estimate})") if estimate else "Generate", icon="MESH_CUBE"
        )
        layout.operator("propsmith.four_drafts", icon="IMGDISPLAY")


def draw_details(layout, settings):
    column = layout.column()
    column.use_property_split, column.use_property_decorate = True, False
    row = column.row(align=True)
    row.prop(settings, "size")
    if prompts.usual_m(settings):
        row.operator("propsmith.usual_size", text="", icon="DRIVER_DISTANCE")
    row = column.row(align=True)
    number = row.row(align=True)
    number.enabled = not settings.random_seed
    number.prop(settings, "seed")
    row.prop(settings, "random_seed", text="", icon="UNLOCKED" if settings.random_seed else "LOCKED")
    header, body = layout.panel("propsmith_details", default_closed=True)
    header.label(text="Details")
    if body:
        body.use_property_split, body.use_property_decorate = True, False
        body.prop(settings, "negative")
        body.prop(settings, "faces")
        body.prop(settings, "texture_px")
        body.prop(settings, "steps")


def draw_error(layout, shown):
    """What keeps the worker or the store from working, with the button that mends it."""
    if not shown.error_code:
        return
    box = layout.box()
    wrapped(box, shown.error_sentence, icon="ERROR")
    wrapped(box, shown.error_remedy)
    draw_fix(box, shown.error_code, shown.error_fix)


def draw_fix(layout, code, fix, job=""):
    """The code, small, and the button that mends it; beside one that mends the environment, the page with the other ways."""
    if fix:
        row = layout.row(align=True)
        button = row.operator(fix)
        if fix == "propsmith.retry_job":
            button.job = job
        if fix in ENVIRONMENT_FIXES:
            row.operator("propsmith.open_preferences", text="", icon="PREFERENCES")
    row = layout.row()
    row.enabled = False  # for reports: nothing to read first
    row.label(text=code)


class PROPSMITH_PT_jobs(PropsPanel, bpy.types.Panel):
    """The jobs of this store, newest first."""

    bl_idname, bl_label = "PROPSMITH_PT_jobs", "Jobs"

    @classmethod
    def poll(cls, context):
        return context.window_manager.propsmith.ready

    def draw_header_preset(self, context):
        row = self.layout.row(align=True)
        row.emboss = "NONE"
        row.operator("propsmith.refresh_jobs", text="", icon="FILE_REFRESH")
        row.operator("propsmith.clean_up_jobs", text="", icon="BRUSH_DATA")
        row.operator("propsmith.stop_worker", text="", icon="MEMORY")

    def draw(self, context):
        layout, shown = self.layout, context.window_manager.propsmith
        if not shown.jobs:
            layout.label(text="Props you make appear here")
            return
        if shown.recovered:
            props = "1 finished prop is" if shown.recovered == 1 else f"{shown.recovered} finished props are"
            wrapped(layout, f"{props} not in a scene yet", icon="RECOVER_LAST")
        layout.template_list("PROPSMITH_UL_jobs", "", shown, "jobs", shown, "active", rows=4)
        if 0 <= shown.active < len(shown.jobs):
            draw_job(layout, shown.jobs[shown.active])
        if shown.jobs[0].imported:
            draw_show_textures(layout, context)


def draw_show_textures(layout, context):
    """The button that shows textures, where solid shading hides them: the usual first question."""
    shading = getattr(context.space_data, "shading", None)
    if shading and shading.type == "SOLID" and shading.color_type != "TEXTURE":
        layout.operator("propsmith.show_textures", icon="TEXTURE")


def draw_job(layout, job):
    """The chosen job in full."""
    box = layout.box()
    if job.icon:
        box.template_icon(icon_value=job.icon, scale=6)
    wrapped(box, job.title, ours=False)
    if job.state in ("queued", "running"):
        box.progress(factor=job.fraction, text=say(job.text), type="BAR")
    if job.code:
        wrapped(box, job.sentence, icon="ERROR")
        wrapped(box, job.remedy)
        draw_fix(box, job.code, job.fix, job.name)
    for note in job.notes.splitlines():
        wrapped(box, note, icon="INFO")
    if job.state == "done":
        box.label(text=say(f"{mirror.seconds_text(job.seconds)}, {job.faces:,} faces, seed {job.seed}"))
    draw_buttons(box, job)


def draw_buttons(layout, job):
    row = layout.row(align=True)
    if job.state in ("queued", "running"):
        row.operator("propsmith.cancel_job", text="Cancel", icon="CANCEL").job = job.name
    else:
        if job.state == "done":
            row.operator("propsmith.add_to_scene", text="Add", icon="IMPORT").job = job.name
        row.operator("propsmith.retry_job", text="Retry", icon="LOOP_BACK").job = job.name
    row.operator("propsmith.reuse_settings", text="Reuse", icon="COPYDOWN").job = job.name
    row = layout.row(align=True)
    row.operator("propsmith.open_job_folder", text="Folder", icon="FILE_FOLDER").job = job.name
    row.operator("propsmith.copy_report", text="Report", icon="COPY_ID").job = job.name
    row.operator("propsmith.remove_job", text="Remove", icon="TRASH").job = job.name


class PROPSMITH_PT_provenance(PropsPanel, bpy.types.Panel):
    """Where the selected prop came from."""

    bl_idname, bl_label, bl_options = "PROPSMITH_PT_provenance", "Made From", {"DEFAULT_CLOSED"}

    @classmethod
    def poll(cls, context):
        return context.object is not None and bool(context.object.propsmith.job)

    def draw(self, context):
        record = context.object.propsmith
        wrapped(self.layout, record.prompt or say("(an image)"), ours=False)
        column = self.layout.column()
        shown = (("Seed", record.seed), ("Preset", record.preset), ("Prior", record.prior), ("Licence", record.licence))
        for label, value in shown:
            row = column.row()
            row.label(text=label)
            row.label(text=str(value))
        self.layout.operator("propsmith.reuse_from_object", icon="COPYDOWN")
        self.layout.operator("propsmith.save_assets", icon="ASSET_MANAGER").whole_fill = False


CLASSES = (PROPSMITH_PT_generate, PROPSMITH_PT_jobs, PROPSMITH_PT_provenance)
