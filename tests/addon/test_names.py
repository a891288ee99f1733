"""From an object's name to a prompt, by table."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("name", "prompt"),
    [("Barrel.003", "barrel"), ("wooden_crate_02", "wooden crate"), ("OldOakChest", "old oak chest"),
     ("SM_iron-lantern_LOD0", "iron lantern"), ("blockout.table 2", "table"), ("Chair7", "chair"),
     ("PLACEHOLDER_Vase (1)", "vase"), ("fût", "fût"), ("traffic cone", "traffic cone"), ("TVStand", "tv stand"),
     ("stone_box", "stone box"), ("SM_Crate_A", "crate"), ("lamp.L", "lamp"), ("UCX_barrel_v2", "barrel")],
)  # fmt: skip
def test_names_that_say_what_to_make(load, name, prompt):
    """Numbers, separators and modelling words fall away; what is left is the prompt."""
    assert load("addon.names").prompt_from_name(name) == (prompt, "")


@pytest.mark.parametrize(
    "name",
    ["001", "12.003", "Cube", "Cube.014", "Empty", "placeholder_03", "_", "LOD0", "mesh.7", "Würfel.001", "Leer", "A"],
)
def test_names_that_say_nothing_give_a_reason(load, name):
    """A number, a letter, Blender's own name for a fresh object or a modelling word gives no prompt; the reason names it."""
    prompt, reason = load("addon.names").prompt_from_name(name)
    assert prompt == "" and name in reason


@pytest.mark.parametrize(
    ("path", "prompt"),
    [("/a b/red_chair.png", "red chair"), ("C:\\x\\Lamp 2.webp", "lamp"), ("IMG_2041.JPG", ""), ("20240101.png", ""),
     ("WhatsApp Image 2024-05-01 at 10.22.33.jpeg", ""), ("Screen Shot 2024-05-01 at 10.22.33 AM.png", ""),
     ("PXL_20240501_102233.MP.jpg", ""), ("download (1).png", ""), ("photo-1523275335684-37898b6baf30.jpg", ""),
     ("6f1ed002ab5595859014ebf0951522d9.jpg", ""), ("picture frame.png", "picture frame"), ("mug (1).png", "mug")],
)  # fmt: skip
def test_file_names(load, path, prompt):
    """A picture's file name is its prompt, unless a camera, a telephone, a screen or a site has given it."""
    assert load("addon.names").prompt_from_file(path) == prompt


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Barrel v1.2", "Barrel_v1_2"),
        ("Holz-Fässchen/木", "Holz-Fässchen_木"),
        (" ../x: ", "x"),
        ("???", "prop"),
        ("_", "prop"),
    ],
)
def test_names_of_files(load, name, file):
    """Letters of any script stay, what some system refuses in a file's name does not, and there always is a name."""
    assert load("addon.names").file_name(name) == file
