"""Save props to an asset library: the selected ones, or all of the fill."""

import bpy

from ..addon import assets, fill_landing, fill_rows, filling, session
from ..addon.translations import say, told
from ..backend.errors import PropsmithError
from .answers import allowed, place_to_write

LOOKED_AT = 50  # objects of a large selection that a poll looks at
_names = []  # Blender keeps no reference to the strings of a dynamic enum: we must


def libraries(_operator, context):
    """The asset libraries of the preferences."""
    known = context.preferences.filepaths.asset_libraries if context else ()
    _names[:] = [(library.name, library.name, library.path) for library in known if library.path]
    return _names


def chosen(context, whole_fill):
    """One object for each different prop that is to be saved."""
    fill = filling.active_or_none()
    if whole_fill:
        return assets.distinct(list(fill_landing.props_of(fill).values())) if fill else []
    return assets.distinct(context.selected_objects)


class PROPSMITH_OT_save_assets(bpy.types.Operator):
    """Save props to an asset library, each with catalog, tags, description, author, licence and thumbnail"""

    bl_idname, bl_label, bl_options = "propsmith.save_assets", "Save to Asset Library", {"REGISTER"}

    library: bpy.props.EnumProperty(
        name="Library", description="One of the asset libraries of the preferences", items=libraries
    )
    whole_fill: bpy.props.BoolProperty(
        name="Whole Fill", description="All different props of the fill; off: those of the selected objects"
    )
    catalog: bpy.props.StringProperty(name="Catalog", description="For example Props/Furniture", default="Props")
    tags: bpy.props.StringProperty(name="Tags", description="Separated by commas")
    description: bpy.props.StringProperty(name="Description", description="Empty: each prop's prompt")
    author: bpy.props.StringProperty(name="Author", description="Who made it; empty: nobody is named")
    licence: bpy.props.StringProperty(name="Licence", description="Empty: the licence of the prior that made the prop")

    @classmethod
    def poll(cls, context):
        why = ""
        if not any(library.path for library in context.preferences.filepaths.asset_libraries):
            why = "Add an asset library in the preferences first (File Paths)"
        elif context.mode != "OBJECT":
            why = "Leave Edit Mode first"
        elif not (any(o.propsmith.job for o in context.selected_objects[:LOOKED_AT]) or fill_rows.mirror().landed):
            why = "Select a prop first"
        return allowed(cls, why)

    def invoke(self, context, event):
        return context.window_manager.invoke_props_dialog(self, width=360)

    def execute(self, context):
        place = context.preferences.filepaths.asset_libraries.get(self.library)
        props = chosen(context, self.whole_fill)
        if place is None or not props:
            self.report({"WARNING"}, "Select a prop first" if place else "Choose an asset library")
            return {"CANCELLED"}
        label = assets.Label(self.catalog, self.tags, self.description, self.author, self.licence)
        saved = set()
        try:
            library = place_to_write(place.path)
            for obj in props:
                saved.add(assets.save(session.current(), obj, library, label))
        except PropsmithError as error:
            assets.show_news()
            self.report({"ERROR"}, f"{say(f'{len(saved)} of {len(props)} saved.')} {told(error)}")
            return {"CANCELLED"}
        assets.show_news()
        self.report({"INFO"}, say(f"{len(saved)} asset{'s' * (len(saved) != 1)} saved to {place.name}"))
        return {"FINISHED"}


CLASSES = (PROPSMITH_OT_save_assets,)
