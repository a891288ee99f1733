"""Text in a narrow sidebar: labels that break into lines, since Blender's own are cut off."""

import textwrap


def wrapped(layout, text, icon="NONE", width=34):
    """`text` as labels of at most `width` characters, the icon on the first."""
    column = layout.column(align=True)
    column.scale_y = 0.8
    for i, line in enumerate(textwrap.wrap(text, width - 4 * (icon != "NONE")) or [""]):
        column.label(text=line, icon=icon if i == 0 else "BLANK1" if icon != "NONE" else "NONE")
