"""Text in a narrow sidebar: labels that break into lines, since Blender's own are cut off."""

import os
import re

import bpy

from ..addon.translations import say

CHARACTER_PX, MARGIN_PX, ICON_CHARACTERS = 6.3, 65, 4  # of Blender's interface font at scale 1; panel and box edges
HOME = re.compile(re.escape(os.path.expanduser("~")) + r"(?=[/\\\\])")  # a path is shorter, and nobody's, with ~


def characters_across():
    """How many characters of a label fit into the region being drawn."""
    region = bpy.context.region
    scale = bpy.context.preferences.system.ui_scale
    return max(24, int((region.width / scale - MARGIN_PX) / CHARACTER_PX)) if region else 34


def shorter(text, spare=0):
    """`text` cut to what fits on one line beside `spare` characters, as a panel's header needs."""
    text, room = say(text), characters_across() - spare
    return text if len(text) <= room else text[: room - 1].rstrip() + "…"


def lines_of(text, width):
    """`text` in lines of at most `width` characters; what is too long for a line, such as a path, breaks after a slash."""
    lines = []
    for word in HOME.sub("~", text).split():
        parts = re.split(r"(?<=[/\\])", word) if len(word) > width else [word]
        parts = [part[i : i + width] for part in parts for i in range(0, len(part), width)]
        for number, part in enumerate(parts):
            joined = f"{lines[-1]}{'' if number else ' '}{part}" if lines else part
            if lines and len(joined) <= width:
                lines[-1] = joined
            else:
                lines.append(part)
    return lines or [""]


def wrapped(layout, text, icon="NONE", ours=True):
    """`text` as labels that fit, the icon on the first. Not `ours`: the artist's own words are not translated."""
    width = characters_across()
    column = layout.column(align=True)
    column.scale_y = 0.8
    for i, line in enumerate(lines_of(say(text) if ours else text, width - ICON_CHARACTERS * (icon != "NONE"))):
        shown = icon if i == 0 else "BLANK1" if icon != "NONE" else "NONE"
        column.label(text=line, icon=shown, translate=False)
