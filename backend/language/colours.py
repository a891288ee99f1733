"""Names of colours with approximate sRGB values, and the nearest of a prior's own colours by CIE Lab distance."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..lab import lab_of_array

RGB = tuple[float, float, float]

# Approximate values as the names are commonly used; "#rrggbb" digits by name, several names to a line.
_TABLE = """
crimson b0122b, scarlet d0210f, ruby 9b111e, cherry 9e1b32, blood red 7a0c0c, maroon 6b0f1a, burgundy 5e1224,
wine red 5c1428, oxblood 560c12, vermilion d9381e, brick red 9c3a2c, tomato e0452f, coral f0735a, salmon f08a74,
rose e8788f, blush e8a0a6, hot pink e8308c, fuchsia c81f8a, cerise c8285f, raspberry b0204f, rose pink ee8ea6,
pale pink f4c4cf, light pink f2b3c1, baby pink f2b8c6, bubblegum f28cb4, peach f4b48a, apricot f0a868,
bright red d4130f, light red e05a52, deep red 6e0d10, rust orange b5501e, burnt orange b8560f, tangerine ee7a12,
pumpkin orange e0741a, amber eba012, bright orange f47a0c, dark orange c85e0a, light orange f4b060, copper red b05a3a,
golden e0b030, golden yellow e8b82a, mustard c89a20, saffron eab22e, lemon f0dc3c, lemon yellow f0dc3c,
canary ecdc48, bright yellow f4d41a, light yellow f2e28a, pale yellow f0e6a0, dark yellow b8941a, ochre b87f2c,
sand d2b483, sandy d2b483, khaki b0a06a, beige d8c29e, ecru d4c49c, buff d8b880, fawn c49a6c, camel bd9058,
caramel b0713a, sienna a0522d, umber 5e4630, chestnut 7a3b22, mahogany 6a2a1c, auburn 7c2f1c, russet 84451f,
cinnamon 9a5a2c, coffee 5c3a24, mocha 6e4a34, cocoa 5e3826, chocolate brown 4a2a18, dark brown 43281a,
light brown a87a50, walnut brown 5a3d2a, hazel 8a6a3c, tawny b06f34, bronze brown 80582c, taupe 8b7a6a,
ivory f2ead0, off white ece8dc, eggshell ece2cc, pearl e8e2d6, bone e2d8c0, vanilla f0e4b4, linen eae0d0,
snow white f4f4f4, pure white f8f8f8, silver grey a8a8ac, light grey b4b4b6, pale grey c0c0c0, dark grey 48484a,
charcoal 33353a, slate grey 66707a, slate 5c6670, ash grey 9a9c98, ash b2b4ae, gunmetal 3a4046, smoke 8c8e90,
graphite 3e4044, jet black 0c0c0e, ebony 1c1614, onyx 121214, coal black 101012, pitch black 08080a,
midnight blue 121a44, dark blue 101e50, deep blue 12245e, royal blue 2044b0, cobalt blue 1a40a0, cobalt 1a40a0,
ultramarine 2030a8, sapphire 1c3ca0, indigo 2e1e6e, denim 3a5a8e, steel blue 4a7aa8, cornflower 6a8ad8,
sky blue 7cc0ea, baby blue a4d0ee, powder blue b0d4e6, pale blue b8d6ea, azure 3c9ae0, cerulean 2a86bc,
ice blue c0e0ee, bright blue 1a50d8, electric blue 1c7ae8, petrol 0c5a66, turquoise 18b0b4, aqua 28c8d4,
aquamarine 6ad8c0, dark teal 0a4a4c, light teal 5ab0ac, seafoam 84d4b0, sea green 2a8a5e, jade 2a9a6c,
emerald 169a50, emerald green 169a50, forest green 1e4e24, hunter green 1e4a2a, bottle green 0c3c24, pine green 1a4a36,
moss green 6a7834, mossy green 6a7834, sage 94a684, sage green 94a684, pistachio a4c878, pea green 8a9e34,
lime green 88c828, neon green 5ce81c, apple green 7cb83c, grass green 4a8c2a, kelly green 24963c, bright green 2cb430,
light green 88c878, pale green a8d8a4, deep green 0c3c1a, olive green 6a6e28, olive drab 626a2c, army green 4c5226,
chartreuse a8d820, yellow green 98c02c, avocado 58702a, viridian 3a7e68, violet 7a34b8, lilac b898dc, mauve ac7e9e,
plum 70285e, aubergine 42183e, eggplant 42183e, amethyst 8e54b8, orchid c466c0, periwinkle 8c90e0, grape 5c2a72,
royal purple 5a1e96, dark purple 3c1254, deep purple 3c1254, light purple b088d4, bright purple 8c24b8, magenta pink d82a90
"""


def _parse(table: str) -> dict[str, RGB]:
    found = {}
    for entry in table.replace("\n", " ").split(","):
        name, digits = entry.strip().rsplit(" ", 1)
        red, green, blue = (int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))
        found[name] = (red, green, blue)
    return found


COLOUR_NAMES: dict[str, RGB] = _parse(_TABLE)


def nearest_colours(canonical: Mapping[str, RGB]) -> dict[str, tuple[str, float]]:
    """Every named colour -> the nearest canonical one and their distance in Lab (2 is barely visible, 50 is far)."""
    names = list(canonical)
    if not names:
        return {}
    own, asked = (
        lab_of_array(np.array(found)) for found in ([canonical[n] for n in names], list(COLOUR_NAMES.values()))
    )
    distance = np.linalg.norm(asked[:, None] - own[None], axis=-1)
    return {
        name: (names[int(row.argmin())], float(row.min())) for name, row in zip(COLOUR_NAMES, distance, strict=True)
    }
