"""What an object's name says to make ("Barrel.003": a barrel; "wooden_crate_02": a wooden crate), and its file's name. No bpy."""

from __future__ import annotations

import re
from pathlib import PurePath

# Words that tell how a placeholder is made, not what it stands for.
TRADE = frozenset({
    "placeholder", "placeholders", "proxy", "blockout", "greybox", "graybox", "geo", "geometry", "mesh",
    "obj", "object", "low", "high", "lowpoly", "highpoly", "lod", "lod0", "lod1", "lod2", "lod3", "grp",
    "group", "ph", "dummy", "temp", "tmp", "copy", "new", "final", "loc", "locator", "null", "sm", "bp",
    "prop", "props", "asset", "collision", "ucx", "ubx", "usp",
})  # fmt: skip
# Blender's own names for fresh objects, in English and in German: they say nothing about the prop.
FRESH = frozenset({
    "cube", "empty", "sphere", "icosphere", "cylinder", "cone", "torus", "plane", "circle", "grid", "suzanne",
    "mesh", "curve", "beziercurve", "bezier", "nurbspath", "surface", "text", "metaball", "mball", "volume",
    "nurbs", "box", "bounds", "würfel", "leer", "kugel", "ikokugel", "zylinder", "kegel", "ebene", "kreis", "gitter",
    "oberfläche", "kurve",
})  # fmt: skip
# What cameras, telephones, screens and sites call their pictures; any of these words may be part of a name that says more.
DEVICES = frozenset({
    "img", "image", "images", "dsc", "dscn", "dscf", "pxl", "mvimg", "mp", "wa", "photo", "photos", "picture", "pic",
    "foto", "bild", "screenshot", "screen", "shot", "bildschirmfoto", "scan", "capture", "clipboard", "pasted",
    "untitled", "unnamed", "download", "render", "result", "whatsapp", "whats", "app", "signal", "telegram", "pexels",
    "unsplash", "pixabay", "at", "um", "am", "pm",
})  # fmt: skip


def prompt_from_name(name: str) -> tuple[str, str]:
    """(prompt, "") or ("", why the name gives none)."""
    if not re.search(r"[^\W\d_]", name):
        return "", f"the name '{name}' has no words; type what to make"
    text = re.sub(r"(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)  # camelCase
    text = re.sub(r"[_\-.,:;/\\|#()\[\]{}]+", " ", text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d+\b)", " ", text)  # barrel2
    words = [word.lower() for word in text.split() if not word.isdigit()]
    kept = [word for word in words if word not in TRADE and not re.fullmatch("[a-z]", word)]  # crate_A, lamp.L, v2
    if not kept or "".join(kept) in FRESH or (len(kept) > 1 and set(kept) <= FRESH):
        return "", f"the name '{name}' does not say what to make; type it"
    return " ".join(kept), ""


def prompt_from_file(path: str) -> str:
    """What an image's file name says it shows, or "" when it says nothing: IMG_2041, "Screenshot ... at ...", numbers, hashes."""
    words = prompt_from_name(PurePath(path.replace("\\", "/")).stem)[0].split()
    told = [word for word in words if not re.search(r"\d", word)]
    return "" if set(told) <= DEVICES else " ".join(told)


def file_name(name: str, otherwise: str = "prop") -> str:
    """A name as part of a file's in every system: letters of any script, digits, "-" and "_"; `otherwise` where none is left."""
    return re.sub(r"[^\w-]+", "_", name).strip("_") or otherwise
