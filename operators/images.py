"""Pictures to start from, beside a file: the clipboard, the render result, what the viewport shows."""

import bpy

from ..addon import mirror, pictures, pump
from ..addon.translations import say
from .answers import attempt


class ImageOperator:
    """Shared by the operators that bring a picture into the panel's image field."""

    bl_options = {"REGISTER"}

    @classmethod
    def poll(cls, context):
        shown = context.window_manager.propsmith
        if not shown.ready:
            cls.poll_message_set(say(shown.ready_text or "Set up the worker's environment first"))
        return shown.ready

    def execute(self, context):
        context.window_manager.propsmith.image_note = ""

        def act():
            self.act(context)
            mirror.redraw()

        return attempt(self, act)


class PROPSMITH_OT_image_from_clipboard(ImageOperator, bpy.types.Operator):
    """Start from the picture, or the picture file, on the clipboard"""

    bl_idname, bl_label = "propsmith.image_from_clipboard", "From Clipboard"

    def act(self, context):
        pictures.paste(context)
        pump.start()


class PROPSMITH_OT_image_from_render(ImageOperator, bpy.types.Operator):
    """Start from the last render of this session"""

    bl_idname, bl_label = "propsmith.image_from_render", "From Render Result"

    def act(self, context):
        context.scene.propsmith.image = str(pictures.from_render(context.scene))


class PROPSMITH_OT_image_from_view(ImageOperator, bpy.types.Operator):
    """Start from what this viewport shows, on white and without overlays"""

    bl_idname, bl_label = "propsmith.image_from_view", "From Viewport"

    def act(self, context):
        context.scene.propsmith.image = str(pictures.from_view(context))


class PROPSMITH_OT_image_clear(ImageOperator, bpy.types.Operator):
    """Start from no picture"""

    bl_idname, bl_label = "propsmith.image_clear", "No Image"

    def act(self, context):
        context.scene.propsmith.image = ""


CLASSES = (
    PROPSMITH_OT_image_from_clipboard,
    PROPSMITH_OT_image_from_render,
    PROPSMITH_OT_image_from_view,
    PROPSMITH_OT_image_clear,
)
