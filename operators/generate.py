"""Generate: queue a prop from the panel's settings, or from an image dropped on the viewport."""

import os

import bpy

from ..addon import mirror, prompts, requests
from ..addon.translations import say
from ..backend.settings import PROMPT_LIMIT
from .answers import allowed, attempt


def why_not(context):
    """Why Generate cannot be pressed, or ''."""
    shown, settings = context.window_manager.propsmith, context.scene.propsmith
    if not shown.ready:
        return shown.ready_text or "Set up the worker's environment first"
    if context.scene.library:
        return "The scene is linked from another file"
    if not settings.prompt.strip() and not settings.image:
        return "Type a prompt or choose an image first"
    if len(settings.prompt) > PROMPT_LIMIT:
        return f"The prompt has {len(settings.prompt)} characters; the limit is {PROMPT_LIMIT}"
    return ""


def queue_or_report(operator, context, **instead):
    """Queue what the settings ask for, with another prompt or image; an error goes to the user as sentence and remedy."""

    def queue():
        requests.queue(context, requests.generate_request(context.scene.propsmith, **instead))
        mirror.redraw()

    return attempt(operator, queue)


class PROPSMITH_OT_generate(bpy.types.Operator):
    """Make a prop from the prompt or the image; it lands at the 3D cursor when it is done"""

    bl_idname = "propsmith.generate"
    bl_label = "Generate Prop"
    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context):
        return allowed(cls, why_not(context))

    def execute(self, context):
        return queue_or_report(self, context)


class PROPSMITH_OT_generate_prompt(bpy.types.Operator):
    """Ask for a prompt, then make the prop at the 3D cursor"""

    bl_idname = "propsmith.generate_prompt"
    bl_label = "Prop from Prompt"
    bl_options = {"REGISTER"}

    prompt: prompts.field("What to make, in plain words")

    @classmethod
    def poll(cls, context):
        shown = context.window_manager.propsmith
        if not shown.ready:
            cls.poll_message_set(say(shown.ready_text or "Set up the worker's environment first"))
        return shown.ready

    def invoke(self, context, event):
        self.prompt = context.scene.propsmith.prompt
        return context.window_manager.invoke_props_dialog(self, width=360)

    def execute(self, context):
        return queue_or_report(self, context, prompt=self.prompt, image="")


class PROPSMITH_OT_prompt_from_text(bpy.types.Operator):
    """Take the prompt from a text block of Blender's Text Editor, its lines joined: for prompts too long for a field"""

    bl_idname, bl_label = "propsmith.prompt_from_text", "Prompt from Text Block"
    bl_options = {"REGISTER", "INTERNAL"}

    text: bpy.props.StringProperty(name="Text", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context):
        return allowed(cls, "" if bpy.data.texts else "Write the prompt in the Text Editor first")

    def execute(self, context):
        block = bpy.data.texts.get(self.text)
        words = " ".join(block.as_string().split()) if block else ""
        if not words:
            self.report({"WARNING"}, "The text block is empty")
            return {"CANCELLED"}
        context.scene.propsmith.prompt = words
        return {"FINISHED"}


class PROPSMITH_OT_usual_size(bpy.types.Operator):
    """Set the size that such a thing usually has, as large as the prompt says"""

    bl_idname, bl_label = "propsmith.usual_size", "Usual Size"
    bl_options = {"REGISTER", "UNDO", "INTERNAL"}

    @classmethod
    def poll(cls, context):
        known = prompts.usual_m(context.scene.propsmith)
        return allowed(cls, "" if known else "How large this usually is is not known")

    def execute(self, context):
        settings = context.scene.propsmith
        settings.size_m = prompts.usual_m(settings)
        return {"FINISHED"}


class PROPSMITH_OT_drop_image(bpy.types.Operator):
    """Make a prop from a picture of one object; of several pictures one prop each"""

    bl_idname = "propsmith.drop_image"
    bl_label = "Prop from Image"
    bl_options = {"REGISTER"}

    filepath: bpy.props.StringProperty(subtype="FILE_PATH", options={"SKIP_SAVE"})
    directory: bpy.props.StringProperty(subtype="DIR_PATH", options={"SKIP_SAVE", "HIDDEN"})
    files: bpy.props.CollectionProperty(type=bpy.types.OperatorFileListElement, options={"SKIP_SAVE", "HIDDEN"})
    prompt: prompts.field("Optional: what the picture shows", options={"SKIP_SAVE"})

    @classmethod
    def poll(cls, context):
        return PROPSMITH_OT_generate_prompt.poll.__func__(cls, context)

    def invoke(self, context, event):
        if not self.filepath and not self.files:
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        return context.window_manager.invoke_props_dialog(self, width=360)

    def execute(self, context):
        paths = [os.path.join(self.directory, file.name) for file in self.files if file.name] or [self.filepath]
        queued = False
        for path in paths:  # one bad file never stops the others
            queued |= queue_or_report(self, context, prompt=self.prompt, image=path) == {"FINISHED"}
        return {"FINISHED"} if queued else {"CANCELLED"}


CLASSES = (
    PROPSMITH_OT_generate,
    PROPSMITH_OT_generate_prompt,
    PROPSMITH_OT_prompt_from_text,
    PROPSMITH_OT_usual_size,
    PROPSMITH_OT_drop_image,
)
