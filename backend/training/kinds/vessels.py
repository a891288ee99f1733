"""Vessels: buckets, baskets, vases, bottles, pots and what else holds liquids or goods."""

from __future__ import annotations

from ..paints import METALS
from ..programs import Builder
from .joinery import UPRIGHT, ear, hollow, knob, stout
from .kind import Kind

POTTERY = ("ceramic", "ceramic", "clay", "stone", "marble", "metal", "copper", "brass", "glass")


def bucket(b: Builder) -> None:
    body = b.slot("body", ("metal", "steel", "plank", "wooden", "plastic", "painted metal", "rusty"), main=True)
    handle = b.slot("handle", ("metal", "iron", "wooden", "plastic", "steel"))
    h, top = b.uniform(0.75, 1.0), b.uniform(0.42, 0.52)
    profile = [(top * b.uniform(0.7, 0.85), 0.0), (top, h)]
    b.lathe(profile, body)
    if b.chance(0.7):
        n = b.count(1, 2)
        bands = b.slot("bands", METALS)
        b.say(f"with {['a band', 'two bands'][n - 1]}")
        for z in (0.82, 0.22)[:n]:
            b.cylinder(profile[0][0] + (top - profile[0][0]) * z + 0.035, 0.09, bands, (0, 0, h * z), round=0.02)
    hollow(b, profile, body, 0.055, 0.07)
    if b.chance(0.3):
        water = b.slot("water", ("water",))
        b.say("with water inside")
        low = profile[0][0]
        b.cone(low - 0.03, low + (top - low) * 0.8 - 0.03, h * 0.8, water, (0, 0, h * 0.4))
    hang = b.pick((90.0, -90.0, 0.0), (90.0, -90.0, 0.0), (35.0, -90.0, 0.0))
    b.arc(top, 0.032 * stout(b), 88, handle, (0, 0, h - 0.05), rot=hang)
    b.box((0.06, 0.13, 0.13), handle, (top, 0, h - 0.06), mirror="x")


def basket(b: Builder) -> None:
    body = b.slot("body", ("wicker", "wicker", "straw", "plank"), main=True)
    rim = b.slot("rim", ("wicker", "wooden", "leather", "dark wood"), word="rim")
    if b.chance(0.55):
        h, top = b.uniform(0.45, 0.65), b.uniform(0.5, 0.62)
        profile = [(top * b.uniform(0.68, 0.85), 0.0), (top * 0.98, h * 0.6), (top, h)]
        b.call("round")
        b.lathe(profile, body)
        hollow(b, profile, body, 0.06, 0.06)
        b.torus(top - 0.02, 0.055 * stout(b), rim, (0, 0, h))
        b.torus(profile[0][0], 0.045 * stout(b), rim, (0, 0, 0.05))
        wide = top
    else:
        wide, d, h = b.uniform(0.55, 0.65), b.uniform(0.4, 0.48), b.uniform(0.42, 0.6)
        b.box((2 * wide, 2 * d, h), body, (0, 0, h / 2), round=0.08)
        b.box((2 * wide - 0.12, 2 * d - 0.12, h), body, (0, 0, h / 2 + 0.08), op=2)
        b.box((2 * wide + 0.07, 0.11, 0.1), rim, (0, d - 0.02, h), mirror="y", round=0.045)
        b.box((0.11, 2 * d + 0.07, 0.1), rim, (wide - 0.02, 0, h), mirror="x", round=0.045)
    if b.chance(0.65):
        b.slot("handle", ("wicker", "wooden", "leather"), like="rim")
        b.say("with a handle")
        b.arc(wide - 0.02, 0.045 * stout(b), 90, "handle", (0, 0, h), rot=UPRIGHT)
    else:
        b.arc(0.15, 0.045, 90, rim, (wide - 0.03, 0, h), rot=(90, -90, 90), mirror="x")
    if b.chance(0.3):
        goods = b.slot("contents", ("food", "bread", "fabric"), word="contents")
        b.ellipsoid((wide * 0.85, wide * 0.6, 0.22), goods, (0, 0, h * 0.85))


def vase(b: Builder) -> None:
    body = b.slot("body", POTTERY, main=True)
    foot, belly, neck = b.uniform(0.2, 0.32), b.uniform(0.36, 0.55), b.uniform(0.14, 0.26)
    low, high, h = b.uniform(0.35, 0.6), b.uniform(0.9, 1.1), b.uniform(1.2, 1.45)
    lip = neck + b.uniform(0.04, 0.16)
    if b.style in ("low-poly", "futuristic"):
        b.lathe([(foot, 0.0), (belly, low), (neck, high), (lip, h)], body)
    else:
        b.ellipsoid((belly, belly, low * 1.05), body, (0, 0, low), clip=("z", -low, low * 1.1))
        b.cone(foot * 1.15, foot, low, body, (0, 0, low / 2), op=1, blend=0.12)
        b.cone(neck * 1.3, neck, high - low, body, (0, 0, (high + low) / 2), op=1, blend=0.25)
        b.cone(neck, lip, h - high, body, (0, 0, (h + high) / 2), op=1, blend=0.06)
    if b.style in ("ornate", "plain") and b.chance(0.6):
        band = b.slot("band", ("gold", "ceramic", "silver", "brass"))
        b.say("with a painted band")
        b.cylinder(belly + 0.022, 0.15, band, (0, 0, low))
    b.cone(max(neck - 0.06, 0.08), lip - 0.05, h - high + 0.15, body, (0, 0, (h + high) / 2 + 0.03), op=2)
    b.torus(lip - 0.02, 0.035 * stout(b), body, (0, 0, h))
    b.cylinder(foot + 0.03, 0.08, body, (0, 0, 0.04), round=0.03)
    if b.style == "ornate" or b.chance(0.25):
        handles = b.slot("handles", POTTERY, like="body")
        b.say("with two handles")
        ear(b, (belly + neck) / 2, (low + high) / 2 + 0.12, 0.22, handles, thick=0.04, mirror="x")


def bottle(b: Builder) -> None:
    body = b.slot("body", ("glass", "glass", "glass", "ceramic", "plastic"), main=True)
    cork = b.slot("cork", ("wooden", "pine", "metal", "plastic"), word=b.pick("cork", "stopper"))
    r, neck, h = b.uniform(0.24, 0.34), b.uniform(0.085, 0.12), b.uniform(0.7, 0.95)
    shoulder = h + b.uniform(0.12, 0.32)
    top = shoulder + b.uniform(0.25, 0.4)
    b.cylinder(r, h, body, (0, 0, h / 2), round=0.06)
    b.lathe([(r * 0.97, h - 0.07), (r * 0.75, (h + shoulder) / 2), (neck, shoulder), (neck, top)], body)
    b.torus(neck, 0.045, body, (0, 0, top - 0.04))
    b.cone(neck * 0.9, neck, 0.16, cork, (0, 0, top + 0.05))
    if b.chance(0.7):
        label = b.slot("label", ("paper", "paper", "fabric", "gold"))
        b.say("with a label")
        z, tall = h * b.uniform(0.45, 0.55), h * b.uniform(0.35, 0.55)
        b.cylinder(r + 0.012, tall, label, (0, 0, z))


def jar(b: Builder) -> None:
    body = b.slot("body", ("glass", "glass", "ceramic", "clay", "plastic"), main=True)
    lid = b.slot("lid", ("metal", "gold", "pine", "wooden", "ceramic", "plastic", "painted metal"))
    r, h = b.uniform(0.38, 0.48), b.uniform(0.75, 1.05)
    ball = b.chance(0.4)
    if ball:
        b.call("round")
        b.ellipsoid((r * 1.15, r * 1.15, h / 2), body, (0, 0, h / 2 - 0.03), clip=("z", -h / 2 + 0.05, h))
    else:
        b.cylinder(r, h, body, (0, 0, h / 2), round=0.1)
    neck = r * b.uniform(0.62, 0.85)
    b.cylinder(neck, 0.2, body, (0, 0, h))
    b.cylinder(neck + 0.05, 0.16, lid, (0, 0, h + 0.13), round=0.03)
    if b.chance(0.4):
        b.say("with a knob on the lid")
        knob(b, 0.1, lid, (0, 0, h + 0.27))
    if b.chance(0.45):
        label = b.slot("label", ("paper", "paper", "fabric"))
        b.say("with a label")
        b.group()
        if ball:
            b.ellipsoid((r * 1.15 + 0.015, r * 1.15 + 0.015, h / 2 + 0.015), label, (0, 0, h / 2 - 0.03))
        else:
            b.cylinder(r + 0.015, h * 0.8, label, (0, 0, h / 2))
        b.box((r * 1.3, r * 2, h * 0.42), label, (0, -r, h * 0.47), op=3)
    elif b.chance(0.5):
        band = b.slot("band", ("fabric", "leather", "gold", "copper"))
        b.say("with a band")
        b.cylinder(r * (1.15 if ball else 1.0) + 0.02, 0.13, band, (0, 0, h * 0.48))


def teapot(b: Builder) -> None:
    body = b.slot("body", ("ceramic", "ceramic", "clay", "iron", "copper", "silver"), main=True)
    lid = b.slot("lid", ("ceramic", "metal", "gold", "clay"), like="body" if b.chance(0.5) else "")
    handle = b.slot("handle", ("ceramic", "wooden", "wicker", "gold", "iron"), like="body" if b.chance(0.4) else "")
    r, squash, fat = b.uniform(0.46, 0.55), b.uniform(0.7, 0.95), 0.055 * stout(b)
    h = 2 * r * squash
    b.ellipsoid((r, r, r * squash), body, (0, 0, h / 2))
    b.cylinder(r * 0.6, 0.1, body, (0, 0, 0.04), round=0.02)
    b.rod((r * 0.75, 0, h * 0.4), (r + 0.22, 0, h * 0.62), 0.13, body, end_radius=0.075, op=1, blend=0.1)
    b.rod((r + 0.22, 0, h * 0.62), (r + 0.36, 0, h * 0.95), 0.075, body, end_radius=0.05, op=1, blend=0.05)
    b.group()
    b.ellipsoid((r * 0.58, r * 0.58, 0.12), lid, (0, 0, h - 0.06))
    knob(b, 0.085, lid, (0, 0, h + 0.11))
    if b.chance(0.3):
        b.say("with a handle over the top")
        b.arc(r * 0.85, fat, 88, handle, (0, 0, h * 0.72), rot=UPRIGHT)
    else:
        b.arc(r * 0.52, fat, 108, handle, (-r * 1.02, 0, h * 0.55), rot=(90, 180, 0))


VESSELS: dict[str, Kind] = {
    "bucket": Kind(bucket,
        ("pail", "water bucket", "metal pail", "wooden bucket", "well bucket", "mop bucket", "paint bucket",
         "milk pail", "feed bucket", "cleaning bucket", "wash bucket", "scuttle", "milk bucket"),
        ("slop pail",), True),
    "basket": Kind(basket,
        ("wicker basket", "picnic basket", "fruit basket", "hamper", "woven basket", "laundry basket",
         "shopping basket", "flower basket", "bushel basket", "market basket", "gift basket", "egg basket",
         "storage basket", "harvest basket", "creel"),
        ("pannier",), True),
    "vase": Kind(vase,
        ("flower vase", "urn", "amphora", "pottery vase", "ming vase", "porcelain vase", "greek vase",
         "ancient urn", "funeral urn", "chinese vase", "bud vase", "greek amphora", "flower urn"),
        ("ewer vase",)),
    "bottle": Kind(bottle,
        ("wine bottle", "glass bottle", "rum bottle", "beer bottle", "flask", "liquor bottle", "milk bottle",
         "whisky bottle", "whiskey bottle", "champagne bottle", "soda bottle", "ale bottle", "medicine bottle",
         "vodka bottle", "perfume bottle", "sauce bottle"),
        ("decanter",)),
    "jar": Kind(jar,
        ("cookie jar", "mason jar", "glass jar", "jam jar", "honey jar", "canister", "candy jar", "storage jar",
         "pickle jar", "jelly jar", "preserve jar", "spice jar", "sweet jar", "biscuit jar", "tea caddy",
         "apothecary jar"),
        ("preserving jar",)),
    "teapot": Kind(teapot,
        ("tea pot", "tea kettle pot", "porcelain teapot", "tea jug", "china teapot", "brewing pot",
         "chinese teapot", "tea maker", "english teapot", "coffee pot", "coffeepot", "tea brewer",
         "japanese teapot", "tea urn"),
        ("tea server",)),
}  # fmt: skip
