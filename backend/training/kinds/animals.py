"""Animals, all facing the front (-Y): four-legged ones from one plan, birds, fish, turtles, snails."""

from __future__ import annotations

from dataclasses import dataclass

from ..programs import Builder
from .kind import Kind
from .shapes import eyes

COATS = ("fur", "fur", "fur", "fur", "plastic", "ceramic", "wooden", "fabric")
BARE = ("leather", "leather", "plastic", "ceramic", "rubber", "wooden", "stone")


@dataclass(frozen=True)
class Plan:
    """Sizes of a four-legged animal, in units of its body's half length."""

    body: tuple[float, float, float]  # half width, half length, half height of the trunk
    leg: float  # length below the trunk
    thick: float  # of a leg
    head: float  # radius
    neck: float  # how far the head stands above the trunk's middle
    ahead: float  # how far the head stands before the trunk's front


@dataclass(frozen=True)
class Slots:
    """Region names every animal has."""

    coat: str
    dark: str
    pale: str


def animal_slots(b: Builder, coats: tuple[str, ...], word: str = "fur") -> Slots:
    """Declare coat, dark (eyes, nose) and pale (belly, muzzle) regions."""
    coat = b.slot(word, coats, main=True)
    return Slots(
        coat,
        b.slot("eyes", ("plastic", "glass"), colour="black"),
        b.slot("muzzle", coats, word=b.pick("muzzle", "snout")),
    )


def quadruped(b: Builder, plan: Plan, s: Slots, pose: str = "standing") -> tuple[float, float]:
    """Trunk, legs, head and eyes; returns the head's (y, z)."""
    w, l, h = plan.body
    fat = 1.25 if b.style == "cartoon" else 1.0
    z = plan.leg + h
    if pose == "sitting":
        b.call("sitting")
        b.ellipsoid((w * 1.1, w * 1.15, l * 0.95), s.coat, (0, 0.08, l * 0.85), rot=(-14, 0, 0))
        b.rod((w * 0.55, -w * 0.75, l * 0.95), (w * 0.6, -w * 1.0, 0.08), plan.thick, s.coat, mirror="x")
        b.ellipsoid((w * 0.5, w * 0.75, w * 0.55), s.coat, (w * 0.85, 0.1, w * 0.5), mirror="x")
        y, hz = -w * 0.7, l * 1.7 + plan.head * 0.55
    else:
        b.ellipsoid((w * fat, l, h * fat), s.coat, (0, 0, z))
        b.rod((w * 0.62, l * 0.58, z - h * 0.3), (w * 0.66, l * 0.6, plan.thick), plan.thick * fat, s.coat, mirror="xy")
        y, hz = -l - plan.ahead, z + plan.neck
        b.rod((0, -l * 0.6, z + h * 0.2), (0, y, hz), plan.head * 0.72, s.coat, end_radius=plan.head * 0.6)
    r = plan.head * fat
    b.ellipsoid((r, r * 0.95, r * 0.92), s.coat, (0, y, hz))
    eyes(b, max(0.045, r * 0.16), (r * 0.42, y - r * 0.83, hz + r * 0.25), s.dark, 0.8)
    return y, hz


def ears(b: Builder, s: Slots, head: tuple[float, float], form: str, r: float) -> None:
    """A pair of ears on a head of radius r at (y, z): pointed, floppy, long or round."""
    y, z = head
    if form == "pointed":
        b.cone(r * 0.32, 0.01, r * 0.6, s.coat, (r * 0.55, y, z + r * 0.95), rot=(0, 15, 0), mirror="x")
    elif form == "floppy":
        b.ellipsoid((r * 0.16, r * 0.34, r * 0.6), s.coat, (r * 0.98, y, z + r * 0.15), rot=(0, -12, 0), mirror="x")
    elif form == "long":
        b.ellipsoid(
            (r * 0.26, r * 0.18, r * 0.85), s.coat, (r * 0.4, y + r * 0.1, z + r * 1.45), rot=(0, 12, 0), mirror="x"
        )
    else:
        b.ellipsoid((r * 0.34, r * 0.16, r * 0.34), s.coat, (r * 0.85, y + r * 0.1, z + r * 0.6), mirror="x")


def collar(b: Builder, head: tuple[float, float], r: float) -> None:
    """A collar below the head, in some."""
    if b.chance(0.4):
        b.say("with a collar")
        band = b.slot("collar", ("leather", "fabric"))
        b.torus(r * 0.72, r * 0.16, band, (0, head[0] + r * 0.45, head[1] - r * 0.75), rot=(25, 0, 0))


def cat(b: Builder) -> None:
    s = animal_slots(b, COATS)
    plan = Plan((0.22, 0.42, 0.22), 0.32, 0.075, b.uniform(0.25, 0.3), 0.34, 0.05)
    pose = b.pick("standing", "sitting")
    y, z = quadruped(b, plan, s, pose)
    r = plan.head
    ears(b, s, (y, z), "pointed", r)
    b.ellipsoid((r * 0.42, r * 0.3, r * 0.26), s.pale, (0, y - r * 0.8, z - r * 0.28))
    b.ellipsoid((0.05, 0.045, 0.04), s.dark, (0, y - r * 1.08, z - r * 0.14))
    if pose == "standing":
        b.sweep([(0, 0.36, 0.6), (0, 0.68, 0.75), (0, 0.72, 1.15)], 0.07, s.coat, end_radius=0.05)
    else:
        b.sweep([(0.1, 0.35, 0.1), (0.42, 0.3, 0.07), (0.5, -0.05, 0.08)], 0.07, s.coat, end_radius=0.05)
    collar(b, (y, z), r)


def dog(b: Builder) -> None:
    s = animal_slots(b, COATS)
    plan = Plan((0.25, 0.48, 0.25), b.uniform(0.28, 0.42), 0.09, b.uniform(0.25, 0.29), 0.36, 0.06)
    pose = b.pick("standing", "standing", "sitting")
    y, z = quadruped(b, plan, s, pose)
    r = plan.head
    ears(b, s, (y, z), b.pick("floppy", "floppy", "pointed"), r)
    b.rod((0, y - r * 0.5, z - r * 0.2), (0, y - r * 1.35, z - r * 0.28), r * 0.46, s.pale, end_radius=r * 0.36)
    b.sphere(r * 0.22, s.dark, (0, y - r * 1.68, z - r * 0.1))
    if pose == "standing":
        b.rod((0, 0.42, plan.leg + 0.36), (0, 0.68, plan.leg + b.uniform(0.55, 0.8)), 0.075, s.coat, end_radius=0.045)
    else:
        b.rod((0, 0.3, 0.15), (0, 0.66, 0.3), 0.075, s.coat, end_radius=0.045)
    collar(b, (y, z), r)
    if b.chance(0.3):
        tongue = b.slot("tongue", ("food", "leather"), colour="pink")
        b.say("with its tongue out")
        b.box((r * 0.4, 0.055, r * 0.55), tongue, (0, y - r * 1.5, z - r * 0.75), round=0.025)


def pig(b: Builder) -> None:
    s = animal_slots(b, ("leather", "leather", "plastic", "ceramic", "rubber"), "skin")
    plan = Plan((0.36, 0.5, 0.34), b.uniform(0.16, 0.24), 0.1, b.uniform(0.29, 0.34), 0.12, 0.06)
    y, z = quadruped(b, plan, s)
    r = plan.head
    b.cylinder(r * 0.42, 0.2, s.pale, (0, y - r * 0.98, z - r * 0.1), rot=(90, 0, 0), round=0.03)
    b.cylinder(0.042, 0.04, s.dark, (r * 0.16, y - r * 0.98 - 0.1, z - r * 0.1), rot=(90, 0, 0), mirror="x")
    ears(b, s, (y, z), "pointed", r)
    b.arc(0.075, 0.034, 150, s.coat, (0, 0.54, plan.leg + 0.5), rot=(90, 90, 0))
    if b.chance(0.2):
        slot = b.slot("coin slot", ("plastic",), colour="black")
        b.say("with a coin slot")
        b.box((0.055, 0.3, 0.08), slot, (0, 0, plan.leg + 0.67))


def cow(b: Builder) -> None:
    s = animal_slots(b, ("fur", "leather", "plastic", "wooden", "ceramic"), "hide")
    plan = Plan((0.32, 0.6, 0.34), b.uniform(0.36, 0.44), 0.095, 0.25, 0.3, 0.16)
    y, z = quadruped(b, plan, s)
    r = plan.head
    b.ellipsoid((r * 0.75, r * 0.75, r * 0.56), s.pale, (0, y - r * 0.65, z - r * 0.4))
    b.ellipsoid((0.04, 0.04, 0.04), s.dark, (r * 0.3, y - r * 1.3, z - r * 0.34), mirror="x")
    b.ellipsoid((r * 0.5, r * 0.16, r * 0.26), s.coat, (r * 1.25, y + 0.05, z + r * 0.4), rot=(0, 15, 0), mirror="x")
    horn = b.slot("horns", ("ceramic", "plaster", "plastic"))
    b.rod((r * 0.5, y, z + r * 0.75), (r * 0.85, y, z + r * 1.35), 0.06, horn, end_radius=0.025, mirror="x")
    patch = b.slot(
        "patches", ("fur", "leather"), colour=b.pick("black", "brown", "any"), word=b.pick("patches", "spots")
    )
    b.say("with patches")
    top = plan.leg + 0.34
    b.ellipsoid((0.2, 0.2, 0.2), patch, (0.17, 0.16, top + 0.14))
    b.ellipsoid((0.2, 0.17, 0.2), patch, (-0.16, -0.22, top + 0.1))
    b.ellipsoid((0.14, 0.19, 0.16), patch, (-0.2, 0.3, top - 0.05))
    b.ellipsoid((0.16, 0.16, 0.12), s.pale, (0, 0.3, plan.leg + 0.04))
    b.rod((0, 0.56, top + 0.1), (0, 0.7, plan.leg * 0.8), 0.045, s.coat)
    b.sphere(0.08, patch, (0, 0.7, plan.leg * 0.75))


def sheep(b: Builder) -> None:
    wool = b.slot(
        "wool", ("fur", "fabric", "snow", "plastic"), colour=b.pick("any", "white", "cream", "black"), main=True
    )
    skin = b.slot("face and legs", ("leather", "fur", "plastic"), word=b.pick("face", "face and legs"))
    dark = b.slot("eyes", ("plastic",), colour="white" if b.chance(0.5) else "black")
    leg, r = b.uniform(0.26, 0.36), b.uniform(0.2, 0.24)
    z = leg + 0.3
    b.ellipsoid((0.38, 0.52, 0.36), wool, (0, 0, z))
    b.sphere(0.2, wool, (0.26, 0.2, z + 0.16), mirror="xy", op=1, blend=0.05)
    b.sphere(0.2, wool, (0.3, 0.22, z - 0.1), mirror="xy", op=1, blend=0.05)
    b.sphere(0.22, wool, (0, 0.46, z), mirror="y", op=1, blend=0.05)
    b.group()
    b.rod((0.22, 0.3, z - 0.1), (0.22, 0.3, 0.06), 0.075, skin, mirror="xy")
    b.ellipsoid((r * 0.85, r * 0.9, r * 1.15), skin, (0, -0.64, z + 0.2), rot=(-20, 0, 0))
    b.ellipsoid((r * 0.9, r * 0.75, r * 0.6), wool, (0, -0.56, z + 0.38))
    b.ellipsoid((r * 0.5, r * 0.16, r * 0.24), skin, (r * 1.15, -0.6, z + 0.24), rot=(0, 20, 0), mirror="x")
    eyes(b, 0.045, (r * 0.45, -0.64 - r * 0.8, z + 0.26), dark)


def rabbit(b: Builder) -> None:
    s = animal_slots(b, COATS)
    r = b.uniform(0.27, 0.32)
    b.ellipsoid((0.33, 0.42, 0.36), s.coat, (0, 0.1, 0.36))
    b.ellipsoid((r, r, r * 0.95), s.coat, (0, -0.22, 0.82))
    form = b.pick("long", "long", "floppy")
    ears(b, s, (-0.22, 0.82), form, r * (1.15 if form == "long" else 1.0))
    if form == "floppy":
        b.call("lop-eared")
    b.ellipsoid((r * 0.42, r * 0.25, r * 0.28), s.pale, (0, -0.22 - r * 0.85, 0.75))
    b.ellipsoid((0.05, 0.045, 0.035), s.dark, (0, -0.22 - r * 1.1, 0.79))
    eyes(b, 0.05, (r * 0.5, -0.22 - r * 0.8, 0.9), s.dark)
    b.rod((0.14, -0.2, 0.4), (0.14, -0.32, 0.08), 0.085, s.coat, mirror="x")
    b.ellipsoid((0.14, 0.26, 0.1), s.coat, (0.26, 0.02, 0.1), mirror="x")
    b.sphere(0.14, s.pale, (0, 0.5, 0.3))
    if b.chance(0.25):
        carrot = b.slot("carrot", ("food",), colour="orange")
        b.say("with a carrot")
        b.cone(0.02, 0.075, 0.34, carrot, (0, -0.4, 0.4), rot=(0, 70, 0))


def elephant(b: Builder) -> None:
    s = animal_slots(b, BARE, "skin")
    plan = Plan((0.4, 0.55, 0.42), b.uniform(0.3, 0.38), 0.15, b.uniform(0.32, 0.36), 0.2, 0.02)
    y, z = quadruped(b, plan, s)
    r = plan.head
    b.ellipsoid((r * 0.9, 0.075, r * 0.95), s.coat, (r * 1.5, y + 0.14, z), rot=(0, 0, -20), mirror="x")
    b.ellipsoid((r * 0.62, 0.07, r * 0.66), s.pale, (r * 1.5, y + 0.1, z), rot=(0, 0, -20), mirror="x")
    if b.chance(0.5):
        b.say("with its trunk up")
        b.sweep(
            [(0, y - r * 0.8, z - 0.1), (0, y - r * 1.6, z - 0.25), (0, y - r * 2.0, z + 0.2)],
            0.15,
            s.coat,
            end_radius=0.085,
        )
    else:
        b.sweep(
            [(0, y - r * 0.8, z - 0.08), (0, y - r * 1.4, z - 0.45), (0, y - r * 1.5, 0.1)],
            0.15,
            s.coat,
            end_radius=0.08,
        )
    tusk = b.slot("tusks", ("ceramic", "plaster", "gold"))
    b.rod(
        (r * 0.45, y - r * 0.8, z - r * 0.45),
        (r * 0.5, y - r * 1.65, z - r * 0.5),
        0.06,
        tusk,
        end_radius=0.025,
        mirror="x",
    )
    b.rod((0, 0.52, plan.leg + 0.6), (0, 0.62, plan.leg + 0.1), 0.045, s.coat)


ANIMALS: dict[str, Kind] = {
    "cat": Kind(cat,
        ("kitten", "kitty", "house cat", "tabby", "pussycat", "cat figurine", "pet cat", "kitty cat",
         "tabby cat", "siamese cat", "siamese", "alley cat", "cat statue", "moggy", "persian cat", "ginger cat"),
        ("feline", "tomcat")),
    "dog": Kind(dog,
        ("puppy", "hound", "doggy", "puppy dog", "toy dog", "dog figurine", "pup", "pet dog", "doggie",
         "labrador", "beagle", "mutt", "dachshund", "poodle", "bulldog", "terrier"),
        ("canine", "pooch")),
    "pig": Kind(pig,
        ("piglet", "piggy", "piggy bank", "farm pig", "hog", "sow", "hog pig", "boar", "farm piglet",
         "wild boar", "pet pig", "oinker", "barnyard pig", "peppa pig", "domestic pig", "piggie"),
        ("swine", "porker")),
    "cow": Kind(cow,
        ("bull", "dairy cow", "calf", "farm cow", "ox", "milk cow", "holstein", "bovine", "steer",
         "highland cow", "jersey cow", "buffalo", "farm animal cow", "dairy cattle", "bison", "friesian"),
        ("heifer", "cattle")),
    "sheep": Kind(sheep,
        ("lamb", "ram", "woolly sheep", "ewe", "farm sheep", "baa lamb", "spring lamb", "shorn sheep",
         "sheep lamb", "baby sheep", "bighorn", "pasture sheep", "merino", "merino sheep", "barnyard sheep",
         "shaun the sheep"),
        ("fleecy lamb",)),
    "rabbit": Kind(rabbit,
        ("bunny", "hare", "easter bunny", "bunny rabbit", "toy rabbit", "pet rabbit", "baby rabbit",
         "wild rabbit", "jackrabbit", "rabbit figurine", "bunny toy", "bunny figurine", "peter rabbit",
         "jack rabbit", "lop eared rabbit", "wild hare"),
        ("cottontail",)),
    "elephant": Kind(elephant,
        ("toy elephant", "baby elephant", "african elephant", "elephant statue", "indian elephant",
         "elephant figurine", "elephant calf", "circus elephant", "wild elephant", "elephant toy",
         "asian elephant", "war elephant", "safari elephant", "savanna elephant", "dumbo", "elephant sculpture"),
        ("pachyderm", "jumbo elephant")),
}  # fmt: skip
