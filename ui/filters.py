"""Search and state filter of the long lists, jobs and places to fill; Blender's own would search the rows' hidden ids."""

import bpy

SHOWN = (
    ("all", "All", "Every row"),
    ("open", "Open", "What waits or is being made"),
    ("done", "Done", "What is finished"),
    ("failed", "Failed", "What failed, was cancelled or left out"),
)
STATES = {
    "open": ("queued", "running", "ready", "waiting", "making"),
    "done": ("done", "landed"),
    "failed": ("failed", "cancelled", "bad", "skipped", "removed"),
}


class Filtered:
    """Shared by the lists: `words_of(row)` is what the search looks into."""

    shown: bpy.props.EnumProperty(name="Show", description="Which rows are listed", items=SHOWN, default="all")

    def draw_filter(self, context, layout):
        row = layout.row(align=True)
        row.prop(self, "filter_name", text="", icon="VIEWZOOM")
        row.prop(self, "use_filter_invert", text="", icon="ARROW_LEFTRIGHT")
        layout.row(align=True).prop(self, "shown", expand=True)

    def filter_items(self, context, data, collection):
        if not self.filter_name and self.shown == "all":
            return [], []
        words, states = self.filter_name.lower(), STATES.get(self.shown)
        fits = [
            (states is None or row.state in states) and words in self.words_of(row).lower()
            for row in getattr(data, collection)
        ]
        return [self.bitflag_filter_item if fit else 0 for fit in fits], []
