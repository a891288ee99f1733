"""Meals: bread, cheese, pizza, burgers, pies, meat and sushi."""

from __future__ import annotations

from ..programs import Builder, Frame
from .joinery import NUMBER, column, stout
from .kind import Kind

CRUSTS = ("bread", "bread", "bread", "food")


def bread_loaf(b: Builder) -> None:
    crust = b.slot("crust", ("bread",), main=True, word="crust")
    w, d, h = b.uniform(1.1, 1.35), b.uniform(0.5, 0.65), b.uniform(0.3, 0.42)
    if b.chance(0.45):
        b.call("sliced")
        crumb = b.slot("crumb", ("food",), colour=b.pick("cream", "white", "tan"), word="crumb")
        b.box((w, d, h), crust, (0, 0, h / 2), round=0.06)
        b.cylinder(d * 0.52, w, crust, (0, 0, h * 0.95), rot=(0, 90, 0), round=0.05)
        b.box((0.04, d * 0.86, h), crumb, (w / 2, 0, h * 0.55))
        b.cylinder(d * 0.44, 0.04, crumb, (w / 2, 0, h * 0.95), rot=(0, 90, 0))
        b.group(Frame((w / 2 + 0.32, -0.1, 0.06), (0, 12, 20)))
        b.box((0.62, d * 0.95, 0.11), crust, round=0.05)
        b.box((0.5, d * 0.8, 0.12), crumb, (0, 0, 0.012), round=0.04)
        return
    b.call(b.pick("whole", "rustic", "round-topped"))
    b.ellipsoid((w / 2, d / 2, h * 0.95), crust, (0, 0, 0.1), clip=("z", -0.1, 2.0))
    b.box((w * 0.8, d * 0.8, 0.25), crust, (0, 0, 0.125), round=0.1, op=1, blend=0.12)
    cuts = b.slot("slashes", ("bread", "food"), colour=b.pick("cream", "tan"), word="slashes")
    n = b.count(2, 4)
    b.say(f"with {NUMBER[n]} slashes")
    step = w * 0.62 / n
    b.group(Frame((0, 0, 0.135 + h * 0.39)))
    b.ellipsoid((0.05, d * 0.32, h * 0.56), cuts, rot=(0, 0, 25), repeat=(n, 1, 1), spacing=(step, 0, 0))


def baguette(b: Builder) -> None:
    crust = b.slot("crust", ("bread",), main=True, word="crust")
    cuts = b.slot("slashes", ("bread", "food"), colour=b.pick("cream", "tan"), word="slashes")
    r, length, n = b.uniform(0.15, 0.19) * stout(b) ** 0.5, b.uniform(1.2, 1.45), b.count(3, 6)
    b.say(f"with {NUMBER[n]} slashes")
    b.group(Frame((0, 0, r * 0.9), (0, 0, b.uniform(-40, 40))))
    b.ellipsoid((length / 2 + r, r * 1.1, r), crust)
    b.capsule(r * 0.86, length - r, crust, rot=(0, 90, 0), op=1, blend=0.06)
    b.ellipsoid(
        (0.05, r * 0.75, r * 0.35),
        cuts,
        (0, 0, r * 0.78),
        rot=(0, 0, 35),
        repeat=(n, 1, 1),
        spacing=(length * 0.8 / n, 0, 0),
    )
    if b.chance(0.3):
        wrap = b.slot("wrapper", ("paper",), word="wrapper")
        b.say("in a paper wrapper")
        b.cylinder(r * 1.15, length * 0.4, wrap, (length * 0.25, 0, 0), rot=(0, 90, 0))


def cheese(b: Builder) -> None:
    body = b.slot(
        "cheese", ("food",), main=True, colour=b.pick("yellow", "yellow", "orange", "cream", "any"), word="cheese"
    )
    r, h = 0.75, b.uniform(0.34, 0.48)
    if b.chance(0.65):
        b.call("wedge-shaped")
        wide = b.uniform(0.62, 0.85)
        b.group(Frame((-0.35, 0, 0), (0, 0, b.uniform(-35, -10))))
        b.prism((wide, h, 1.1), body, (0, 0, h / 2), rot=(90, 0, 90))
        n = b.count(2, 3)
        b.say("with holes")
        for x, z, size in ((0.25, 0.62, 0.12), (0.52, 0.3, 0.09), (0.75, 0.62, 0.075))[:n]:
            b.sphere(size, body, (x, -wide / 2 * (1 - x / 1.1), h * z), op=2)
        b.sphere(0.1, body, (0.3, 0.02, h), op=2)
        if b.chance(0.4):
            rind = b.slot("rind", ("food", "plastic"), colour=b.pick("red", "brown", "any"), word="rind")
            b.say("with a rind")
            b.box((0.07, wide, h), rind, (0.0, 0, h / 2), round=0.02)
        return
    b.call("round")
    rind = b.slot("rind", ("plastic", "food", "fabric"), word="rind", colour=b.pick("red", "orange", "tan", "any"))
    b.group(Frame((0, 0, 0), (0, 0, b.uniform(-110, -60))))
    b.cylinder(r, h, rind, (0, 0, h / 2), round=0.05)
    b.say("with a wedge cut out")
    b.prism((1.2, 2.0, 1.2), body, (1.13, 0, h / 2), rot=(90, 0, -90), op=2)


def pizza(b: Builder) -> None:
    crust = b.slot("crust", CRUSTS, main=True, word="crust")
    topping = b.slot("cheese", ("food",), colour=b.pick("yellow", "cream", "orange", "red"), word="cheese")
    meat = b.slot("pepperoni", ("food",), colour=b.pick("red", "dark red"), word="pepperoni")
    herbs = b.slot(
        "olives", ("food", "foliage"), colour=b.pick("black", "green", "dark green"), word=b.pick("olives", "herbs")
    )
    t = 0.1 * stout(b)
    if b.chance(0.5):
        b.group(Frame((0, 0, 0.35), (b.uniform(35, 60), 0, 0)))
        b.call("tilted")
    else:
        b.group()
    frame = b.frame
    if b.chance(0.45):
        b.call("sliced")
        w, h = b.uniform(0.8, 0.95), 1.15
        b.prism((w, t, h), crust, (0, 0.5, 0), rot=(90, 0, 0))
        b.capsule(t * 0.85, w * 0.95, crust, (0, 0.52, 0.02), rot=(0, 90, 0))
        b.prism((w * 0.8, t, h * 0.86), topping, (0, 0.46, t * 0.35), rot=(90, 0, 0))
        b.cylinder(0.125, 0.05, meat, (0.17, 0.27, t), mirror="x", round=0.02)
        b.cylinder(0.12, 0.05, meat, (0.0, -0.08, t), round=0.02)
        b.sphere(0.05, herbs, (0.0, 0.22, t))
        b.sphere(0.05, herbs, (0.09, 0.05, t))
        return
    r = 0.72
    column(b, r, t, crust, round=0.03)
    b.torus(r - 0.04, t * 0.8, crust, (0, 0, t * 0.4))
    b.cylinder(r - 0.08, t, topping, (0, 0, t * 0.35), round=0.02)
    n = b.count(4, 6)
    b.cylinder(0.13, 0.05, meat, (r * 0.55, 0, t * 0.88), polar=n, round=0.02)
    b.cylinder(0.13, 0.05, meat, (0.0, 0, t * 0.88), round=0.02)
    b.group(Frame(frame.at, frame.rot))
    b.torus(0.05, 0.028, herbs, (r * 0.42, 0.2, t * 0.9), polar=n)
    b.torus(0.05, 0.028, herbs, (r * 0.62, 0.25, t * 0.9), polar=max(3, n - 1))


def burger(b: Builder) -> None:
    bun = b.slot("bun", ("bread",), main=True, word="bun")
    patty = b.slot("patty", ("food", "chocolate"), colour="brown", word="patty")
    leaf = b.slot("lettuce", ("foliage",), colour=b.pick("green", "lime"), word="lettuce")
    r, z = b.uniform(0.5, 0.56), 0.2
    b.cylinder(r * 0.97, 0.22, bun, (0, 0, 0.11), round=0.08)
    layers = b.count(1, 2)
    for i in range(layers):
        b.cylinder(r * 1.03, 0.15, patty, (0, 0, z + 0.07), round=0.06)
        z += 0.13
        if i == 0:
            cheese_slot = b.slot("cheese", ("food",), colour=b.pick("yellow", "orange"), word="cheese")
            b.box((r * 1.6, r * 1.6, 0.05), cheese_slot, (0, 0, z + 0.02), rot=(0, 0, b.uniform(20, 60)))
            z += 0.04
    b.say("with two patties" if layers == 2 else "with cheese")
    if b.chance(0.7):
        tomato = b.slot("tomato", ("food",), colour="red", word="tomato")
        b.cylinder(r * 0.98, 0.08, tomato, (0, 0, z + 0.04), round=0.03)
        z += 0.07
    b.polygon(b.pick(9, 11), r * 1.16, 0.06, leaf, (0, 0, z + 0.03), inner=r * 0.92, round=0.02)
    b.ellipsoid((r, r, b.uniform(0.3, 0.4)), bun, (0, 0, z + 0.05), clip=("z", 0.0, 1.0))
    if b.chance(0.75):
        seeds = b.slot("seeds", ("food",), colour=b.pick("cream", "white"), word="sesame seeds")
        b.say("with sesame seeds")
        b.ellipsoid((0.05, 0.03, 0.03), seeds, (r * 0.33, 0, z + 0.35), polar=6)
        b.ellipsoid((0.05, 0.03, 0.035), seeds, (r * 0.68, 0, z + 0.27), rot=(0, 35, 0), polar=9)


def pie(b: Builder) -> None:
    crust = b.slot("crust", ("bread",), main=True, word="crust")
    filling = b.slot("filling", ("food",), word="filling", colour=b.pick("red", "dark red", "purple", "orange", "any"))
    dish = b.slot("dish", ("metal", "ceramic", "silver", "glass"), word="dish")
    r, h = b.uniform(0.6, 0.7), b.uniform(0.22, 0.3)
    b.cone(r * 0.78, r, h, dish, (0, 0, h / 2))
    b.cylinder(r * 0.93, 0.1, filling, (0, 0, h - 0.01), round=0.02)
    n = b.count(8, 12)
    b.sphere(0.155 if n < 10 else 0.125, crust, (r * 0.96, 0, h + 0.02), polar=n)
    b.torus(r * 0.95, 0.085, crust, (0, 0, h + 0.02))
    if b.chance(0.65):
        b.say("with a lattice top")
        b.group(Frame((0, 0, h + 0.055), (0, 0, 45)))
        b.box((0.13, r * 1.75, 0.07), crust, repeat=(3, 1, 1), spacing=(r * 0.5, 0, 0), round=0.02)
        b.box((r * 1.75, 0.13, 0.07), crust, (0, 0, 0.012), repeat=(1, 3, 1), spacing=(0, r * 0.5, 0), round=0.02)
    else:
        b.say("with a closed top")
        b.ellipsoid((r * 0.93, r * 0.93, 0.22), crust, (0, 0, h))
        b.ellipsoid((0.16, 0.045, 0.1), filling, (r * 0.38, 0, h + 0.18), rot=(0, 12, 0), polar=b.pick(4, 5, 6))


def drumstick(b: Builder) -> None:
    meat = b.slot("meat", ("food", "bread"), main=True, colour=b.pick("brown", "orange", "any"), word="meat")
    bone = b.slot("bone", ("ceramic", "food"), colour=b.pick("white", "cream"), word="bone")
    r, t = b.uniform(0.36, 0.44), 0.075 * stout(b)
    both = b.chance(0.3)
    b.group(Frame((0, 0, 0), (0, b.uniform(35, 75), b.uniform(-20, 20))))
    b.sphere(r, meat, (0, 0, -0.15))
    b.capsule(r * 0.8, 0.3, meat, (0, 0, 0.15), top=0.17, op=1, blend=0.12)
    if both:
        b.call("big-boned")
        b.capsule(r * 0.8, 0.25, meat, (0, 0, -0.38), rot=(180, 0, 0), top=0.2, op=1, blend=0.12)
    b.group(b.frame)
    b.cylinder(t, 0.55, bone, (0, 0, 0.62))
    b.sphere(t * 1.5, bone, (t * 1.0, 0, 0.9), mirror="x")
    if both:
        b.cylinder(t, 0.4, bone, (0, 0, -0.8))
        b.sphere(t * 1.5, bone, (t * 1.0, 0, -1.0), mirror="x")


def sushi(b: Builder) -> None:
    rice = b.slot("rice", ("snow", "food"), main=True, colour=b.pick("white", "cream"), word="rice")
    fish = b.slot("fish", ("food",), colour=b.pick("orange", "pink", "red", "yellow"), word="fish")
    nori = b.slot("seaweed", ("food", "foliage"), colour=b.pick("black", "dark green"), word="seaweed")
    if b.chance(0.5):
        b.call("nigiri")
        w, d = b.uniform(1.0, 1.2), b.uniform(0.46, 0.56)
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(-30, 10))))
        b.box((w, d, 0.34), rice, (0, 0, 0.17), round=0.15)
        b.box((w * 1.12, d * 1.02, 0.15), fish, (0, 0, 0.38), round=0.07)
        b.ellipsoid((w * 0.6, d * 0.55, 0.14), fish, (0, 0, 0.4), op=1, blend=0.08)
        if b.chance(0.6):
            b.say("with a seaweed band")
            b.box((0.22, d * 1.08, 0.53), nori, (0, 0, 0.265), round=0.08)
        else:
            b.box((w * 0.9, d * 0.6, 0.05), nori, (0, 0, 0.0))
        return
    b.call("rolled")
    r, h = b.uniform(0.42, 0.5), b.uniform(0.5, 0.7)
    if b.chance(0.5):
        b.group(Frame((0, 0, r), (90, 0, b.uniform(-30, 30))))
    else:
        b.group(Frame((0, 0, h / 2)))
    b.cylinder(r, h, nori, round=0.03)
    b.cylinder(r - 0.06, h + 0.05, rice, round=0.03)
    b.cylinder(r * 0.42, h + 0.1, fish, (0.05, 0, 0), round=0.03)
    if b.chance(0.6):
        green = b.slot("cucumber", ("food",), colour=b.pick("green", "lime"), word="cucumber")
        b.say("with a green core")
        b.box((0.17, 0.2, h + 0.11), green, (-r * 0.4, 0.02, 0), round=0.02)


def hot_dog(b: Builder) -> None:
    bun = b.slot("bun", ("bread",), main=True, word="bun")
    sausage = b.slot("sausage", ("food",), colour=b.pick("red", "dark red", "brown"), word="sausage")
    sauce = b.slot("sauce", ("food",), colour=b.pick("yellow", "red", "white"), word=b.pick("mustard", "sauce"))
    length, r = b.uniform(0.9, 1.1), 0.2 * stout(b) ** 0.5
    b.group(Frame((0, 0, r), (0, 0, b.uniform(-30, 30))))
    b.rod((-length / 2, r * 0.95, 0), (length / 2, r * 0.95, 0), r, bun, mirror="y")
    b.box((length, r * 1.5, r * 1.2), bun, (0, 0, -r * 0.4), round=0.05)
    b.capsule(r * 0.8, length * 1.15, sausage, (0, 0, r * 0.55), rot=(0, 90, 0))
    n = b.count(4, 6)
    b.say("with sauce")
    b.box(
        (0.07, r * 1.15, 0.08),
        sauce,
        (0, 0, r * 1.33),
        rot=(0, 0, 45),
        repeat=(n, 1, 1),
        spacing=(length / n, 0, 0),
        round=0.03,
    )
    b.box((0.07, r * 1.15, 0.08), sauce, (length / n / 2, 0, r * 1.33), rot=(0, 0, -45), round=0.03)


MEALS: dict[str, Kind] = {
    "bread loaf": Kind(bread_loaf,
        ("bread", "loaf", "loaf of bread", "sliced bread", "sandwich loaf", "wheat bread", "rye bread",
         "fresh bread", "toast bread", "loaf bread", "farmhouse loaf", "sourdough loaf", "bakery bread",
         "banana bread", "crusty loaf"),
        ("sourdough",)),
    "baguette": Kind(baguette,
        ("french bread", "french loaf", "bread stick", "french stick", "long loaf", "french baguette",
         "breadstick", "crusty baguette", "bakery baguette", "long bread", "parisian bread", "baguette bread",
         "fresh baguette", "crusty stick"),
        ("ficelle",)),
    "cheese": Kind(cheese,
        ("cheese wedge", "wedge of cheese", "cheese wheel", "swiss cheese", "piece of cheese", "cheddar cheese",
         "brie", "mouse cheese", "block of cheese", "camembert", "parmesan", "slice of cheese", "holey cheese",
         "edam", "cheese block", "cheese slice"),
        ("gouda", "cheddar")),
    "pizza": Kind(pizza,
        ("pizza slice", "slice of pizza", "pepperoni pizza", "pizza pie", "whole pizza", "cheese pizza",
         "deep dish pizza", "pizza pepperoni", "italian pizza", "takeaway pizza", "salami pizza"),
        ("margherita",)),
    "burger": Kind(burger,
        ("hamburger", "cheeseburger", "beef burger", "burger bun", "fast food burger", "veggie burger",
         "cheese burger", "chicken burger", "big mac", "whopper", "bacon burger", "juicy burger",
         "fast food sandwich", "burger sandwich", "patty in a bun"),
        ("slider",)),
    "pie": Kind(pie,
        ("apple pie", "cherry pie", "fruit pie", "baked pie", "lattice pie", "tart", "pumpkin pie", "meat pie",
         "pastry", "blueberry pie", "pot pie", "quiche", "berry pie", "rhubarb pie", "crusty pie", "fruit tart"),
        ("cobbler",)),
    "drumstick": Kind(drumstick,
        ("chicken leg", "turkey leg", "meat on the bone", "chicken drumstick", "roast leg", "fried chicken",
         "chicken drum stick", "meat leg", "roast chicken leg", "turkey drumstick", "mutton leg", "cartoon meat",
         "ham on the bone", "roasted drumstick", "meat bone", "meat haunch"),
        ("ham hock",)),
    "sushi": Kind(sushi,
        ("nigiri", "sushi roll", "maki", "maki roll", "sushi piece", "sashimi", "sushi nigiri", "tuna roll",
         "california roll", "japanese food", "rice roll", "tuna sushi", "maki sushi", "shrimp nigiri"),
        ("futomaki",)),
    "hot dog": Kind(hot_dog,
        ("hotdog", "sausage in a bun", "frankfurter", "wiener", "sausage roll", "chili dog", "bratwurst",
         "sausage bun", "sausage sandwich", "corn dog", "ballpark hot dog", "hotdog bun", "hot dog with mustard",
         "bratwurst roll", "hot dog bun"),
        ("bratwurst bun",)),
}  # fmt: skip
