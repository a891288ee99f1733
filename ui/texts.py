"""Text in a narrow sidebar: labels that break into lines, since Blender's own are cut off."""

import textwrap

import bpy

CHARACTER_PX, MARGIN_PX, ICON_CHARACTERS = 6.3, 65, 4  # of Blender's interface font at scale 1; panel and box edges


def characters_across():
    """How many characters of a label fit into the region being drawn."""
    region = bpy.context.region
    scale = bpy.context.preferences.system.ui_scale
    return max(24, int((region.width / scale - MARGIN_PX) / CHARACTER_PX)) if region else 34


def wrapped(layout, text, icon="NONE"):
    """`text` as labels that fit, the icon on the first."""
    width = characters_across()
    column = layout.column(align=True)
    column.scale_y = 0.8
    for i, line in enumerate(textwrap.wrap(text, width - ICON_CHARACTERS * (icon != "NONE")) or [""]):
        column.label(text=line, icon=icon if i == 0 else "BLANK1" if icon != "NONE" else "NONE")
