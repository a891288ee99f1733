"""Snacks and drinks: sandwiches, fries, pancakes, cans and cartons."""

from __future__ import annotations

from ..programs import Builder, Frame
from .joinery import FACING, NUMBER, array, column, stout
from .kind import Kind


def sandwich(b: Builder) -> None:
    bread = b.slot("bread", ("bread",), main=True, word="bread")
    leaf = b.slot("lettuce", ("foliage",), colour=b.pick("green", "lime"), word="lettuce")
    cheese = b.slot("cheese", ("food",), colour=b.pick("yellow", "orange"), word="cheese")
    ham = b.slot("ham", ("food",), colour=b.pick("pink", "red", "brown"), word="ham")
    w, t = b.uniform(0.95, 1.1), b.uniform(0.16, 0.2) * stout(b) ** 0.5
    z = 0.0
    layers = [(bread, t, 1.0), (leaf, 0.07, 1.1), (cheese, 0.07, 1.04), (ham, 0.09, 1.07), (bread, t, 1.0)]
    if b.chance(0.55):
        b.call("triangular")
        b.group(Frame((0, 0, 0), (0, 0, b.uniform(130, 215))))
        for slot, thick, wide in layers:
            b.prism(
                (w * 1.35 * wide, thick + 0.01, w * 0.68 * wide),
                slot,
                (0, -0.2 * (wide - 1), z + thick / 2),
                rot=(90, 0, 0),
            )
            z += thick
        return
    b.call("square")
    b.group(Frame((0, 0, 0), (0, 0, b.uniform(-35, 35))))
    for slot, thick, wide in layers:
        b.box((w * wide, w * wide, thick + 0.01), slot, (0, 0, z + thick / 2), round=0.03)
        z += thick
    if b.chance(0.5):
        olive = b.slot("olive", ("food",), colour=b.pick("green", "red"), word="olive")
        stick = b.slot("pick", ("pine", "wooden"), word="cocktail stick")
        b.say("with an olive on top")
        b.cylinder(0.035, 0.45, stick, (0, 0, z + 0.1))
        b.sphere(0.1, olive, (0, 0, z + 0.14))


def fries(b: Builder) -> None:
    box = b.slot("box", ("paper", "paper", "cardboard"), main=True, colour=b.pick("red", "any", "white"), word="box")
    chips = b.slot("fries", ("food",), colour=b.pick("yellow", "orange", "cream"), word="fries")
    w, h, d = b.uniform(0.62, 0.75), b.uniform(0.65, 0.8), 0.34
    b.beam((0, 0, 0), (0, 0, h), w * 0.88, d, box)
    b.box((w, d, h * 0.55), box, (0, 0, h * 0.72), round=0.02)
    b.cylinder(w * 0.32, d * 1.4, box, (0, -d * 0.5, h * 1.08), rot=FACING, op=2)
    b.group()
    n, t = b.count(4, 5), 0.095 * stout(b) ** 0.5
    for i, y in enumerate((-0.08, 0.02, 0.11)):
        array(
            b,
            (t, t, 0.62),
            chips,
            (b.uniform(-0.03, 0.03), y, h + 0.02 + 0.1 * i),
            n - i % 2,
            "x",
            w * 0.9 / n,
            rot=(0, b.uniform(-6, 6), 0),
        )
    b.box((t, t, 0.6), chips, (w * 0.22, 0.0, h + 0.14), rot=(0, 16, 0))
    b.box((t, t, 0.6), chips, (-w * 0.22, 0.03, h + 0.18), rot=(0, -14, 0))
    if b.chance(0.5):
        mark = b.slot("logo", ("paper",), colour=b.pick("yellow", "white", "any"), word="logo")
        b.say("with a logo")
        b.cylinder(0.14, 0.08, mark, (0, -d / 2 + 0.01, h * 0.4), rot=FACING)


def pancakes(b: Builder) -> None:
    cake = b.slot("pancakes", ("bread", "bread", "chocolate"), main=True, word="pancakes")
    syrup = b.slot("syrup", ("food", "chocolate"), colour=b.pick("orange", "brown", "red"), word="syrup")
    butter = b.slot("butter", ("food",), colour=b.pick("yellow", "cream"), word="butter")
    plate = b.slot("plate", ("ceramic", "ceramic", "wooden"), word="plate")
    n, r, t = b.count(3, 6), b.uniform(0.48, 0.55), 0.13
    b.say(f"in a stack of {NUMBER[n]}")
    b.cone(r * 0.9, r * 1.3, 0.09, plate, (0, 0, 0.045), round=0.02)
    for i in range(n):
        at = (b.uniform(-0.04, 0.04), b.uniform(-0.04, 0.04), 0.12 + t * i)
        b.cylinder(r * b.uniform(0.93, 1.03), t, cake, at, round=0.055)
    top = 0.12 + t * (n - 0.5)
    b.cylinder(r * 0.72, 0.06, syrup, (0, 0, top + 0.01), round=0.025)
    b.capsule(0.075, b.uniform(0.15, 0.3), syrup, (r * 0.98, 0, top - 0.16), polar=b.pick(3, 4, 5))
    b.rod((r * 0.5, 0, top), (r * 0.98, 0, top - 0.03), 0.06, syrup, polar=1)
    b.box((0.24, 0.24, 0.12), butter, (0, 0, top + 0.08), rot=(0, 0, b.uniform(0, 45)), round=0.03)


def soda_can(b: Builder) -> None:
    body = b.slot("can", ("painted metal", "painted metal", "metal", "steel"), main=True, word="can")
    ends = b.slot("lid", ("silver", "steel"), word="lid")
    r, h = b.uniform(0.34, 0.4), b.uniform(0.95, 1.15)
    column(b, r, h * 0.8, body, (0, 0, h * 0.5), round=0.01)
    b.cone(r * 0.82, r, h * 0.1, ends, (0, 0, h * 0.06))
    b.cone(r, r * 0.84, h * 0.1, ends, (0, 0, h * 0.94))
    b.torus(r * 0.84, 0.035, ends, (0, 0, h * 0.99))
    b.box((0.13, 0.24, 0.05), ends, (0, -0.06, h + 0.0), round=0.02)
    band = b.slot("label", ("paper", "painted metal", "plastic"), word="label")
    if b.chance(0.5):
        b.say("with a band around it")
        b.cylinder(r + 0.014, h * 0.3, band, (0, 0, h * b.uniform(0.4, 0.6)))
    else:
        b.say("with a round label")
        b.group()
        b.cylinder(r + 0.02, h, band, (0, 0, h / 2))
        b.cylinder(h * 0.2, 1.0, band, (0, -0.5, h * 0.5), rot=FACING, op=3)
    if b.chance(0.3):
        straw = b.slot("straw", ("plastic", "paper"), word="straw")
        b.say("with a straw")
        b.group()
        b.rod((0.05, 0, h - 0.1), (0.2, 0, h + 0.45), 0.045, straw)


def milk_carton(b: Builder) -> None:
    body = b.slot("carton", ("paper", "paper", "cardboard", "plastic"), main=True, word="carton")
    label = b.slot("label", ("paper", "plastic"), word="label")
    w, h, roof = b.uniform(0.55, 0.65), b.uniform(0.8, 1.05), b.uniform(0.26, 0.34)
    b.box((w, w, h), body, (0, 0, h / 2))
    b.prism((w, w, roof), body, (0, 0, h - 0.005), rot=(0, 0, 90 if b.chance(0.5) else 0))
    turned = b.rows[-1][33] < 0.5
    size = (w, 0.08, 0.17) if turned else (0.08, w, 0.17)
    b.box(size, body, (0, 0, h + roof + 0.03))
    b.box((w + 0.03, w + 0.03, h * b.uniform(0.22, 0.35)), label, (0, 0, h * b.uniform(0.25, 0.5)))
    if b.chance(0.5):
        cap = b.slot("cap", ("plastic",), word="cap")
        b.say("with a cap")
        at = (0, -w * 0.27, h + roof * 0.5) if turned else (w * 0.27, 0, h + roof * 0.5)
        b.cylinder(0.095, 0.12, cap, at, rot=(40, 0, 0) if turned else (0, 40, 0), round=0.02)


SNACKS: dict[str, Kind] = {
    "sandwich": Kind(sandwich,
        ("ham sandwich", "cheese sandwich", "club sandwich", "toast sandwich", "sub", "toasted sandwich", "blt",
         "panini", "toastie", "turkey sandwich", "submarine sandwich", "tuna sandwich",
         "grilled cheese sandwich", "picnic sandwich", "lunch sandwich", "triangle sandwich"),
        ("butty", "sarnie")),
    "fries": Kind(fries,
        ("french fries", "box of fries", "potato fries", "chips", "fast food fries", "french fried potatoes",
         "chip box", "potato sticks", "fried potatoes", "bag of fries", "carton of fries", "salty fries",
         "crispy fries", "fish and chips box"),
        ("frites",)),
    "pancakes": Kind(pancakes,
        ("pancake stack", "stack of pancakes", "pancake", "hotcakes", "pancakes with syrup",
         "buttermilk pancakes", "hot cakes", "griddle cakes", "breakfast pancakes", "american pancakes",
         "pile of pancakes", "pancakes with butter"),
        ("flapjacks",)),
    "soda can": Kind(soda_can,
        ("can", "drink can", "tin can", "beer can", "cola can", "soup can", "coke can", "cola", "energy drink",
         "energy drink can", "soft drink can", "fizzy drink can", "beverage can", "lemonade can", "canned drink",
         "canned food"),
        ("pop can", "tinny")),
    "milk carton": Kind(milk_carton,
        ("milk box", "juice carton", "carton of milk", "juice box", "drink carton", "milk container",
         "cream carton", "tetra pak", "dairy carton", "juice container", "soy milk carton", "milk package",
         "school milk carton", "gable top carton"),
        ("cardboard milk box",)),
}  # fmt: skip
