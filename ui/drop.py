"""A picture dropped on the 3D viewport becomes a request for a prop."""

import bpy


class PROPSMITH_FH_image(bpy.types.FileHandler):
    """PNG, JPEG and WebP files dropped on a 3D viewport."""

    bl_idname, bl_label = "PROPSMITH_FH_image", "Prop from Image"
    bl_import_operator = "propsmith.drop_image"
    bl_file_extensions = ".png;.jpg;.jpeg;.webp"

    @classmethod
    def poll_drop(cls, context):
        return context.area is not None and context.area.type == "VIEW_3D"


CLASSES = (PROPSMITH_FH_image,)
