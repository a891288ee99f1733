"""Sweets: cupcakes, donuts, ice cream, candy, chocolate."""

from __future__ import annotations

from ..programs import Builder, Frame
from .food import ICING
from .joinery import FACING, NUMBER, stout
from .kind import Kind


def cherry(b: Builder, z: float, radius: float = 0.12) -> None:
    fruit = b.slot("cherry", ("food",), colour=b.pick("red", "red", "dark red"), word="cherry")
    b.say("with a cherry on top")
    b.sphere(radius, fruit, (0, 0, z + radius * 0.7))


def cupcake(b: Builder) -> None:
    icing = b.slot("icing", ICING, main=True, word=b.pick("icing", "frosting"))
    wrapper = b.slot("wrapper", ("paper", "paper", "metal", "bread"), word="wrapper")
    r, h = b.uniform(0.4, 0.48), b.uniform(0.4, 0.5)
    b.cone(r * 0.72, r, h, wrapper, (0, 0, h / 2))
    b.rod((r * 0.72, 0, 0.03), (r, 0, h - 0.02), 0.04, wrapper, polar=b.pick(12, 14, 16))
    top = b.pick("swirl", "dome")
    z = h
    if top == "swirl":
        layers = b.count(2, 3)
        b.call("swirled")
        for i in range(layers + 1):
            wide = r * 1.08 * (1 - i / (layers + 1.2))
            b.ellipsoid((wide, wide, 0.15), icing, (0, 0, z + 0.07))
            z += 0.16
        b.cone(0.16, 0.03, 0.16, icing, (0, 0, z + 0.02))
    else:
        b.ellipsoid((r * 1.15, r * 1.15, 0.42), icing, (0, 0, h), clip=("z", -0.05, 1.0))
        b.sphere(0.13, icing, (r * 1.0, 0, h), polar=9)
        z = h + 0.36
    if b.chance(0.6):
        cherry(b, z - 0.02)
    if b.chance(0.5):
        bits = b.slot("sprinkles", ("food",), word="sprinkles")
        b.say("with sprinkles")
        at = (r * 0.98, 0, h + 0.13) if top == "swirl" else (r * 0.85, 0, h + 0.28)
        b.ellipsoid((0.035, 0.065, 0.035), bits, at, rot=(30, 0, 0), polar=8)
        b.group(Frame((0, 0, 0), (0, 0, 20)))
        b.ellipsoid(
            (0.035, 0.06, 0.035), bits, (r * 0.6, 0, h + (0.29 if top == "swirl" else 0.39)), rot=(-30, 0, 0), polar=6
        )


def donut(b: Builder) -> None:
    dough = b.slot("dough", ("bread", "bread", "chocolate"), word="dough")
    icing = b.slot("icing", ("food", "food", "food", "chocolate"), main=True, word=b.pick("icing", "glaze"))
    r, t = b.uniform(0.42, 0.48), b.uniform(0.2, 0.25)
    if b.chance(0.5):
        b.call("upright")
        b.group(Frame((0, 0, r + t), (b.uniform(65, 90), 0, b.uniform(-30, 30))))
    else:
        b.group(Frame((0, 0, t), (b.uniform(0, 25), 0, 0)))
    frame = b.frame
    b.torus(r, t, dough)
    b.torus(r, t + 0.025, icing, clip=("z", 0.03, 1.0))
    b.ellipsoid((0.05, 0.11, 0.1), icing, (r + t * 0.93, 0, 0.03), polar=7)
    if b.chance(0.65):
        bits = b.slot("sprinkles", ("food",), word="sprinkles")
        more = b.slot("more sprinkles", ("food",), word="sprinkles")
        b.say("with sprinkles")
        b.ellipsoid((0.03, 0.075, 0.03), bits, (r + t * 0.45, 0, t * 0.92), rot=(0, 0, 40), polar=7)
        b.ellipsoid((0.03, 0.07, 0.03), bits, (r - t * 0.45, 0, t * 0.92), rot=(0, 0, -30), polar=5)
        b.group(Frame(frame.at, frame.rot))
        b.ellipsoid((0.075, 0.03, 0.03), more, (r * 0.92, 0.32, t * 1.05), polar=5)
    elif b.chance(0.5):
        drizzle = b.slot("drizzle", ("chocolate", "food"), word="drizzle")
        b.say("with drizzled icing")
        b.arc(t * 0.9, 0.035, 75, drizzle, (r, 0, 0.02), rot=(90, -90, 0), polar=9)


def ice_cream(b: Builder) -> None:
    scoop = b.slot("ice cream", ("food", "snow", "chocolate", "food"), main=True, word="ice cream")
    cone = b.slot("cone", ("bread", "wicker", "bread"), word="cone")
    r, h, n = b.uniform(0.3, 0.36), b.uniform(0.85, 1.05), b.count(1, 3)
    b.cone(0.05, r * 0.95, h, cone, (0, 0, h / 2))
    b.cylinder(r * 1.02, 0.1, cone, (0, 0, h - 0.03), round=0.03)
    b.say(f"with {NUMBER[n]} scoop" + "s" * (n > 1))
    second = b.slot("second scoop", ("food", "chocolate", "snow"), word="second scoop") if n > 1 else scoop
    z = h
    for i in range(n):
        size = r * (1.12 - 0.1 * i)
        slot = second if i == 1 else scoop
        b.sphere(size, slot, (0, 0, z + size * 0.6))
        if i == 0:
            b.sphere(size * 0.32, slot, (size * 0.8, 0, z + size * 0.18), polar=8)
        z += size * 1.1
    extra = b.pick("cherry", "wafer", "sauce", "none")
    if extra == "cherry":
        cherry(b, z + 0.02)
    elif extra == "wafer":
        stick = b.slot("wafer", ("bread", "chocolate"), word="wafer")
        b.say("with a wafer")
        b.rod((0.08, 0, z - 0.2), (0.28, 0, z + 0.38), 0.055, stick)
    elif extra == "sauce":
        sauce = b.slot("sauce", ("chocolate", "food"), word="sauce")
        b.say("with sauce on top")
        size = r * (1.12 - 0.1 * (n - 1))
        top = z - size * 0.65
        b.sphere(size + 0.02, sauce, (0, 0, top), clip=("z", size * 0.45, 2.0))
        b.capsule(0.06, 0.16, sauce, (size * 0.93, 0, top + size * 0.35), polar=6)


def candy(b: Builder) -> None:
    sweet = b.slot("candy", ("plastic", "food", "glass", "paper"), main=True, word="candy")
    wrap = b.slot("wrapper", ("plastic", "paper", "glass"), like="candy" if b.chance(0.4) else "", word="wrapper ends")
    r, long = b.uniform(0.34, 0.42), b.uniform(0.34, 0.6)
    b.group(Frame((0, 0, r), (b.uniform(-20, 20), b.uniform(60, 100), b.uniform(-20, 20))))
    b.ellipsoid((r, r, long), sweet)
    b.cone(0.08, b.uniform(0.3, 0.38), 0.36, wrap, (0, 0, long + 0.12), mirror="z")
    b.torus(0.09, 0.05, wrap, (0, 0, long * 0.98), mirror="z")
    if b.chance(0.6):
        bands = b.slot("stripes", ("plastic", "food"), word="stripes")
        n = b.pick(3, 4, 5)
        b.say("with stripes")
        b.ellipsoid((r * 0.3, r * 0.22, long * 0.96), bands, (r * 0.73, 0, 0), polar=n + 1)


def lollipop(b: Builder) -> None:
    sweet = b.slot("candy", ("plastic", "food", "glass"), main=True, word="candy")
    swirl = b.slot("swirl", ("plastic", "food"), word="swirl")
    stick = b.slot("stick", ("paper", "wooden", "plastic"), colour=b.pick("white", "any"), word="stick")
    r, h, t = b.uniform(0.4, 0.5), b.uniform(0.75, 1.0), 0.05 * stout(b)
    z = h + r
    b.cylinder(t, h + 0.2, stick, (0, 0, h / 2 + 0.06))
    if b.chance(0.35):
        b.call("ball-shaped")
        b.sphere(r * 0.85, sweet, (0, 0, z - r * 0.15))
        b.torus(r * 0.84, 0.05, swirl, (0, 0, z - r * 0.15), rot=(25, 15, 0))
        return
    b.call("flat")
    b.cylinder(r, 0.22, sweet, (0, 0, z), rot=FACING, round=0.08)
    b.say("with a swirl")
    b.group(Frame((0, 0, z), (90, 0, 0)))
    arms = b.pick(4, 5, 6)
    b.arc(r * 0.36, 0.055, 75, swirl, (r * 0.46, -r * 0.06, 0.1), rot=(0, 0, 100), polar=arms, mirror="z")
    b.sphere(0.08, swirl, (0, 0, 0.08), mirror="z")
    if b.chance(0.5):
        bow = b.slot("ribbon", ("fabric",), word="ribbon")
        b.say("with a ribbon")
        b.group()
        b.ellipsoid((0.16, 0.06, 0.1), bow, (0.15, -0.06, h - 0.06), rot=(0, -20, 0), mirror="x")
        b.sphere(0.075, bow, (0, -0.06, h - 0.05))


def chocolate_bar(b: Builder) -> None:
    bar = b.slot(
        "chocolate",
        ("chocolate", "chocolate", "food"),
        main=True,
        colour=b.pick("any", "brown", "white"),
        word="chocolate",
    )
    wrap = b.slot("wrapper", ("paper", "plastic"), word="wrapper")
    foil = b.slot("foil", ("silver", "gold"), word="foil")
    nx, ny, s = b.count(3, 4), b.count(3, 4), 0.3
    w, h = nx * s, ny * s
    b.group(Frame((0, 0, h), (90, b.uniform(-12, 12), b.uniform(-25, 25))))
    b.box((w, h, 0.14), bar)
    b.box((s * 0.82, s * 0.82, 0.13), bar, (0, 0, 0.08), repeat=(nx, ny, 1), spacing=(s, s, 0), round=0.05)
    b.box((w + 0.09, h * 0.85, 0.3), wrap, (0, -h * 0.65, 0.02), round=0.03)
    b.box((w + 0.06, 0.12, 0.27), foil, (0, -h * 0.21, 0.02), round=0.02)
    if b.chance(0.5):
        label = b.slot("label", ("paper", "gold"), word="label")
        b.say("with a label")
        b.box((w * 0.65, h * 0.3, 0.33), label, (0, -h * 0.65, 0.02))


SWEETS: dict[str, Kind] = {
    "cupcake": Kind(cupcake,
        ("muffin", "fairy cake", "frosted cupcake", "chocolate muffin", "cup cake", "party cupcake",
         "iced cupcake", "blueberry muffin", "birthday cupcake", "bun cake", "strawberry cupcake", "patty cake"),
        ("queen cake",)),
    "donut": Kind(donut,
        ("doughnut", "glazed donut", "sprinkled donut", "iced doughnut", "frosted donut", "sprinkle donut",
         "jelly donut", "ring donut", "homer's donut", "sugar donut", "frosted doughnut"),
        ("cruller",)),
    "ice cream cone": Kind(ice_cream,
        ("ice cream", "ice-cream", "icecream", "ice cream scoop", "waffle cone", "ice cream cornet",
         "soft serve", "strawberry ice cream", "sundae", "ice cream in a cone", "scoop of ice cream",
         "frozen yogurt", "sorbet", "soft ice"),
        ("gelato", "cornet")),
    "candy": Kind(candy,
        ("wrapped candy", "sweet", "bonbon", "hard candy", "wrapped sweet", "toffee", "sweetie", "taffy",
         "peppermint", "butterscotch", "humbug", "gumdrop", "halloween candy", "sweetmeat", "confection",
         "toffee candy"),
        ("boiled sweet",)),
    "lollipop": Kind(lollipop,
        ("lolly", "sucker", "swirl lollipop", "candy on a stick", "lollypop", "spiral lollipop",
         "candy lollipop", "rainbow lollipop", "candy stick", "sweet on a stick", "carnival lollipop",
         "lolly pop"),
        ("candy pop",), True),
    "chocolate bar": Kind(chocolate_bar,
        ("chocolate", "candy bar", "bar of chocolate", "milk chocolate bar", "dark chocolate", "choc bar",
         "chocolate block", "snickers", "hershey bar", "tablet of chocolate", "chocolate candy",
         "block of chocolate", "candybar", "energy bar"),
        ("chocolate slab",)),
}  # fmt: skip
