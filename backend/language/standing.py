"""How props stand to each other by their kinds: which stand on, in or around which, and how several of one stand."""

from __future__ import annotations

from .english import COUNTS
from .grammar import Grammar
from .ways import FULL_OF, HOLDING

MANY = 0  # of a count: as many as fit
MOST = 12  # of one prop
HEAPED = {  # word -> how the things stand, and how many where it is not said
    "stack": ("stack", 3),
    "tower": ("stack", 4),
    "pile": ("pile", 6),
    "heap": ("pile", 6),
    "mound": ("pile", 6),
    "row": ("row", 4),
    "line": ("row", 4),
    "pair": ("group", 2),
    "couple": ("group", 2),
    "group": ("group", 3),
    "cluster": ("group", 4),
    "bunch": ("group", 4),
    "collection": ("group", 4),
    "set": ("group", 4),
}
NUMERALS = {
    **{word: i + 1 for i, word in enumerate(COUNTS)},
    **{"several": 3, "few": 3, "many": 6, "eleven": 11, "twelve": 12, "dozen": 12, "twenty": 20},
}
WALLS = ("wall segment", "fence")
FLAT = (*WALLS, "door", "window", "gate", "mirror")  # things hang there, and stand on walls alone
HANGING = (
    *("clock", "picture frame", "mirror", "window", "torch", "lantern", "bell", "key", "wheel", "stop sign"),
    *("sword", "dagger", "katana", "axe", "battle axe", "mace", "war hammer", "spear", "trident", "road sign"),
    *("shield", "bow", "crossbow", "guitar"),
)
TABLES = ("table", "round table", "desk")
SEATS = ("chair", "stool", "bench", "armchair", "office chair", "rocking chair")
NARROW = ("bottle", "potion bottle", "canteen", "teapot", "kettle", "jug", "milk carton")  # nothing goes in
ROOMY = ("bathtub", "sink", "cart", "minecart", "wagon", "toolbox")  # things go in, though they are no containers
HINGED = ("treasure chest", "toolbox", "suitcase", "gift box")  # their lids are thrown back when they are opened
NECKED = ("sack",)  # their neck stays when they are opened
OPENED = (
    *HINGED,
    *NECKED,
    "barrel",
    "crate",
    "cardboard box",
    "trash can",
    "jar",
    "cooking pot",
)  # so that things can lie in them
POURED = ("coin pile",)  # it is as large as what it fills
LID = "lid"  # how the lid of what is opened stands to it
PIERCED = ("rock", "log", "tree stump", "pumpkin", "bread loaf", "cheese", "cake", "apple")  # blades stick in them
BEDS, BEDDED = ("sofa", "bed", *SEATS), ("pillow", "teddy bear", "cat", "dog", "rabbit")  # these lie on those
BY_FURNITURE = ("nightstand", "sofa", *TABLES, *SEATS)  # beside other furniture that is said to be with them
TIP_UP = ("sword", "dagger", "katana")  # they stick in head first
LYING = (  # they stand on nothing
    *(
        "sword",
        "dagger",
        "katana",
        "axe",
        "battle axe",
        "mace",
        "war hammer",
        "spear",
        "staff",
        "trident",
        "arrow",
        "bow",
    ),
    *(
        "hammer",
        "pickaxe",
        "pitchfork",
        "rake",
        "saw",
        "screwdriver",
        "shovel",
        "wrench",
        "fishing rod",
        "broom",
        "umbrella",
    ),
    *("shield", "blaster pistol", "flashlight", "drumstick", "trumpet", "guitar", "pencil", "key", "comb", "scissors"),
    *("magnifying glass", "carrot", "corn", "banana", "baguette", "hot dog", "lollipop", "fish", "torch", "flower"),
)
SMALL = ("household", "food", "weapons", "containers")  # families that lie on tables
ASSORTED = {  # general words for what a vessel may be full of: kinds, and how many of each
    "fruit": (("apple", "orange", "pear", "banana"), 2),
    "vegetable": (("carrot", "tomato", "corn", "pumpkin"), 2),
    "grocery": (("bread loaf", "apple", "cheese", "bottle"), 1),
    "sweet": (("candy", "lollipop", "donut"), 3),
    "toy": (("ball", "teddy bear", "toy block"), 1),
    "tool": (("hammer", "wrench", "screwdriver"), 1),
    "weapon": (("sword", "axe", "spear"), 1),
    "treasure": (("coin pile", "gem", "crown", "goblet"), 1),
}


def holds(kind: str, grammar: Grammar) -> bool:
    """Whether other props go into a kind."""
    return kind in ROOMY or (grammar.holds(kind) and kind not in NARROW)


def is_surface(kind: str, grammar: Grammar) -> bool:
    """Whether a kind is furniture that things are put on."""
    return grammar.may(kind, "support") and grammar.kinds[kind].family == "furniture"


def assorted_on(lead: str, base: str, grammar: Grammar) -> str:
    """How things of a general name stand that are said to be of or with a kind: "in", "on", or "" where they are no props."""
    if holds(base, grammar):
        return "in"
    return "on" if base == "plate" or (lead in HOLDING and is_surface(base, grammar)) else ""


def held(lead: str, base: str, kind: str, many: bool, grammar: Grammar) -> str:
    """How a kind stands to the base that it is said to be of or with, by the word that says so; "" where it is rather a part."""
    carried, content = grammar.may(kind, "carried"), grammar.may(kind, "content")
    family = grammar.kinds[kind].family
    small, inside = carried or content or family in SMALL, holds(base, grammar)
    if lead in ("of", *FULL_OF):
        on_it = base == "plate" or (lead in FULL_OF and is_surface(base, grammar))
        return "in" if inside and (small or many) else "on" if on_it and small else ""
    if inside and (content or (many and family in ("food", "containers")) or not grammar.may(base, "support")):
        return "in" if small else ""
    if grammar.may(base, "support") and (carried or (small and is_surface(base, grammar))):
        return "on"
    if base in BEDS and kind in BEDDED:
        return "on"
    if base in TABLES and kind in SEATS:
        return "around"
    furnished = grammar.kinds[base].family == "furniture" and (kind in BY_FURNITURE or family == "lighting")
    return "beside" if furnished else ""
