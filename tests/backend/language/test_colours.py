"""Colours: Lab against published values, and names to the nearest canonical colour."""

from __future__ import annotations

import numpy as np

from backend.lab import lab_of_array
from backend.language.colours import COLOUR_NAMES, nearest_colours
from backend.training.paints import COLOURS


def test_lab_agrees_with_published_values():
    """sRGB primaries and white have their published L*a*b* under D65."""
    rgb = np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], float)
    published = np.array(
        [[100, 0, 0], [53.24, 80.09, 67.20], [87.73, -86.18, 83.18], [32.30, 79.19, -107.86], [0, 0, 0]]
    )
    assert np.abs(lab_of_array(rgb) - published).max() < 0.15


def test_common_names_map_to_the_colour_people_mean():
    """Names outside the 24 colours go where a person would put them."""
    nearest = {name: colour for name, (colour, _) in nearest_colours(COLOURS).items()}
    meant = {
        "crimson": "red", "scarlet": "red", "beige": "tan cream", "turquoise": "teal cyan", "maroon": "dark red",
        "violet": "purple", "sky blue": "light blue cyan", "ivory": "cream white", "charcoal": "black grey",
        "forest green": "dark green", "mustard": "yellow tan", "fuchsia": "magenta", "jet black": "black",
        "light grey": "grey white", "chartreuse": "lime", "royal blue": "blue", "midnight blue": "navy",
    }  # fmt: skip
    assert {n for n, ok in meant.items() if nearest[n] not in ok} == set()


def test_there_are_enough_names():
    """At least 120 names, none of them canonical already, all values in range."""
    assert len(COLOUR_NAMES) >= 120 and not set(COLOUR_NAMES) & set(COLOURS)
    assert all(0 <= v <= 1 for rgb in COLOUR_NAMES.values() for v in rgb)
