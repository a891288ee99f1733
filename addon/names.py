"""What an object's name says to make ("Barrel.003": a barrel; "wooden_crate_02": a wooden crate), and its file's name. No bpy."""

from __future__ import annotations

import re
from pathlib import PurePath

# Words that tell how a placeholder is made, not what it stands for.
TRADE = frozenset({
    "placeholder", "placeholders", "proxy", "blockout", "greybox", "graybox", "geo", "geometry", "mesh",
    "obj", "object", "low", "high", "lowpoly", "highpoly", "lod", "lod0", "lod1", "lod2", "lod3", "grp",
    "group", "ph", "dummy", "temp", "tmp", "copy", "new", "final", "loc", "locator", "null", "sm", "bp",
    "prop", "props", "asset",
})  # fmt: skip
# Blender's own names for fresh objects: they say nothing about the prop.
FRESH = frozenset({
    "cube", "empty", "sphere", "icosphere", "cylinder", "cone", "torus", "plane", "circle", "grid", "suzanne",
    "mesh", "curve", "beziercurve", "bezier", "nurbspath", "surface", "text", "metaball", "mball", "volume",
    "nurbs", "box", "bounds",
})  # fmt: skip


def prompt_from_name(name: str) -> tuple[str, str]:
    """(prompt, "") or ("", why the name gives none)."""
    if not re.search(r"[^\W\d_]", name):
        return "", f"the name '{name}' has no words; type what to make"
    text = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)  # camelCase
    text = re.sub(r"[_\-.,:;/\\|#()\[\]{}]+", " ", text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d+\b)", " ", text)  # barrel2
    words = [word.lower() for word in text.split() if not word.isdigit()]
    kept = [word for word in words if word not in TRADE]
    if not kept or "".join(kept) in FRESH or (len(kept) > 1 and set(kept) <= FRESH) or set("".join(kept)) <= {"v"}:
        return "", f"the name '{name}' does not say what to make; type it"
    return " ".join(kept), ""


def prompt_from_file(path: str) -> str:
    """What an image's file name says it shows, or "" when it says nothing (IMG_2041, numbers)."""
    stem = PurePath(path.replace("\\", "/")).stem
    if re.fullmatch(r"(?i)(img|dsc|dscn|image|photo|screenshot|pxl|untitled|render)?[\W\d_]*", stem):
        return ""
    return prompt_from_name(stem)[0]


def file_name(name: str, otherwise: str = "prop") -> str:
    """A name as part of a file's in every system: letters of any script, digits, "-" and "_"; `otherwise` where none is left."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or otherwise
