"""Several props of one prompt: each is made by itself, at the views' full size, then they are put together as one object."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .bake import Inner
from .bodies import Body, Placed, box, extent, is_tall, stood
from .clock import Clock
from .disk import writing
from .errors import PropsmithError, problem
from .export import write_prop
from .fuse import SignedDistance
from .known import ReadsSeveral
from .language.member import Member, is_one
from .language.standing import HINGED, LID, MANY, NECKED
from .layout import arrange, copies, filling, usual_scale
from .mesh import Mesh, extract
from .opened import Opened, opened_or_none, seen_from_above
from .pipeline import Models, Views, facts_of, figures_of, sample_views, solid_of
from .protocol import Done, Event, Generate, Note, Preview
from .rasterise import Array, rasterise
from .surroundings import GROUND, TOP
from .textures import Textures
from .texturing import texture
from .unwrap import texel_density, unwrap

SHARPER = 2.0  # small things get up to so many times the texels along a metre that the largest has
FEWEST = 12  # faces of any one prop: with fewer, things with legs collapse to nothing
SHARE = 0.5  # the faces of a thing go with so high a power of its size
CROWD = 0.6  # of them for what is in a vessel in an uncertain number: it may be much less than is kept for
LID_SHARE = 0.35  # of the faces of what is opened go to its lid
ROOM = 1.2  # times as high as the things in it is what is hollowed for them below the rim
SHALLOWEST = 0.2  # of the height, at least so deep
APART = 7919  # between the seeds of two members: with one seed a mug and its plate would be drawn the same colour
WORST = ("watertight", "confidence")  # figures of which the least counts; the others are summed up


@dataclass(frozen=True)
class Part:
    """One member as it was made, before it is placed: its own request, its views, its shape in prior units and the metres that
    such a unit has.

    inner: tells the inside of what was opened; stands: a lid's vertices where they lie when it is open; hinge: about what it
    turns, (3,) in prior units.
    """

    request: Generate
    views: Views
    shape: Mesh
    unit_m: float
    inner: Inner | None = None
    stands: Array | None = None
    hinge: Array | None = None

    @property
    def placed(self) -> tuple[Array, Array]:
        """Its vertices (N, 3) m and its faces."""
        return (self.shape.vertices if self.stands is None else self.stands) * self.unit_m, self.shape.faces


def assemble(
    request: Generate, members: Sequence[Member], folder: Path, models: Models, clock: Clock
) -> Iterator[Event]:
    """Carry out a request that asks for several props; yields what `pipeline.generate` does, from the stage "views" on."""
    quality = request.quality
    if not is_one(members):
        told = "; ".join(member.told for member in members)
        yield Note("prompt-several", f"Several props, each made by itself: {told}.")
    if quality.distillation.steps:
        yield Note("unrefined", "Several props are not refined while they are made: refine them afterwards.")
    clock.expect(len(members))
    members, parts = yield from _made(request, members, folder, models, clock)
    shapes, instead = [part.placed for part in parts], dict[int, str]()
    body = yield from clock.during(lambda: arrange(members, shapes, request.seed, instead), 0.0, 0.5)
    yield from _told_instead(members, instead)
    if sum(len(placed.faces) for placed in body) > quality.finish.faces:
        yield Note("faces-more", f"So many props take more than {quality.finish.faces} faces: {FEWEST} each at least.")
    uvs = yield from clock.during(lambda: laid_out(body), 0.5, 1.0)
    textures = yield from _painted(request, body, parts, uvs, clock.of_several(0, len(body)))
    yield clock.of_several(0, 1).enter("files")
    mesh = *joined([(placed.vertices, placed.faces) for placed in body]), np.concatenate(uvs)
    facts = facts_of(request, parts[0].views, None, models.cards.get(request.prior, {})) | {
        "understood": None,
        "pieces": [{"phrase": members[p.member].phrase, "vertices": len(p.vertices)} | _origin(p, parts) for p in body],
        "members": [asdict(member) | _understood(part) for member, part in zip(members, parts, strict=True)],
    }
    with writing(folder):
        written = lambda: write_prop(folder / "result", *mesh, textures, request.size_m, facts)
        yield from clock.during(written, 0, 1, to_its_end=True)
    yield Preview("result/thumbnail.png")
    yield clock.finish()
    density = {"texels_per_m": round(texel_density(*mesh, quality.finish.texture_px, request.size_m))}
    yield Done("result", clock.seconds(), _figures(body, parts, request) | density)


def _made(
    request: Generate, members: Sequence[Member], folder: Path, models: Models, clock: Clock
) -> Generator[Event, None, tuple[list[Member], list[Part]]]:
    """Every member's views, then every member's shape, its faces a share of the budget; with the lids of those opened."""
    prior = models.prior(request.prior)
    assert isinstance(prior, ReadsSeveral), prior
    asked = [
        replace(request, prompt=member.phrase, seed=(request.seed + i * APART) % 2**31)
        for i, member in enumerate(members)
    ]
    seen = []
    for i, one in enumerate(asked):
        seen.append((yield from sample_views(one, prior, folder, clock.of_several(i, len(asked)))))
    often = copies(members)
    wide = shares([prior.sizes[member.kind] ** SHARE for member in members], often, members)
    all_of_it = sum(w * n for w, n in zip(wide, often, strict=True))
    budget = request.quality.finish.faces
    parts: dict[int, Part] = {}
    lids: dict[int, Part] = {}
    for done, i in enumerate(_inner_first(members)):
        yield clock.of_several(done, len(asked)).enter("shape")
        member, usual_m = members[i], prior.sizes[members[i].kind]
        solid = yield from clock.during(partial(solid_of, seen[i], request.quality), 0.0, 0.5)
        faces = FEWEST + int(max(budget - FEWEST * sum(often), 0) * wide[i] / all_of_it)
        whole = (
            opened_or_none(solid, hinged=member.kind in HINGED, necked=member.kind in NECKED) if member.open else None
        )
        if member.open and whole is None and not seen_from_above(solid).hollow().any():
            yield Note("stays-closed", f"This could not be opened and stays closed: {member.phrase}.")
        if whole is None:
            shape = yield from clock.during(partial(_meshed, member, solid, faces), 0.5, 0.9)
            parts[i] = Part(asked[i], seen[i], shape, usual_scale(member, shape.vertices, usual_m))
            continue
        unit_m, lid = usual_scale(member, whole.corners, usual_m), member.kind in HINGED
        inside = [(parts[j], guest) for j, guest in enumerate(members) if (guest.to, guest.relation) == (i, "in")]
        body = whole.body(_room(whole, unit_m, inside))
        shape = yield from clock.during(partial(_meshed, member, body, int(faces * (1 - LID_SHARE * lid))), 0.5, 0.7)
        parts[i] = Part(asked[i], seen[i], shape, unit_m, whole.is_inner)
        if lid:
            shape = yield from clock.during(partial(_meshed, member, whole.lid(), int(faces * LID_SHARE)), 0.7, 0.9)
            thrown = whole.thrown_back(shape.vertices)
            lids[i] = Part(asked[i], seen[i], shape, unit_m, whole.is_inner, thrown, whole.hinge)
    covers = [Member(f"the lid of {members[i].phrase}", members[i].kind, relation=LID, to=i) for i in lids]
    return [*members, *covers], [*(parts[i] for i in range(len(members))), *lids.values()]


def shares(wide: list[float], often: Sequence[int], members: Sequence[Member]) -> list[float]:
    """Each member's share of the faces by its width; as many of a kind as there is room for take no more than CROWD of all."""
    crowd, rest = (
        sum(w * n for w, n, member in zip(wide, often, members, strict=True) if (member.count == MANY) == many)
        for many in (True, False)
    )
    less = min(1.0, CROWD / (1 - CROWD) * rest / crowd) if crowd and rest else 1.0
    return [w * less if member.count == MANY else w for w, member in zip(wide, members, strict=True)]


def _told_instead(members: Sequence[Member], instead: Mapping[int, str]) -> Iterator[Event]:
    """A note of those that did not come where the prompt has them."""
    named = lambda where: "; ".join(members[i].told for i in sorted(instead) if instead[i] == where)
    if there := named(TOP):
        yield Note("lies-on-top", f"Nothing to lie in was found, so it lies on top: {there}.")
    if there := named(GROUND):
        yield Note("no-place", f"No room was found where it should be, so it is on the ground: {there}.")


def _meshed(member: Member, solid: SignedDistance, faces: int) -> Mesh:
    """The mesh of a member's solid; raises "member-empty" where there is none, which names it."""
    try:
        return extract(solid, faces)
    except PropsmithError as error:
        if error.code != "shape-empty":
            raise
        raise problem("member-empty", phrase=member.phrase) from error


def _inner_first(members: Sequence[Member]) -> list[int]:
    """The numbers of the members, what lies in another one before that, for it is opened as deep as that needs."""

    def depth(i: int) -> int:
        return 1 + depth(members[i].to) if members[i].to >= 0 else 0

    return sorted(range(len(members)), key=depth, reverse=True)


def _room(whole: Opened, unit_m: float, inside: Sequence[tuple[Part, Member]]) -> float:
    """How deep, in its own units, a vessel is hollow: so deep that what lies in it is seen, for tall things all of it."""
    deep = 0.0
    for part, guest in inside:
        one = stood(0, *part.placed)
        if is_tall(one):
            return float("inf")
        swollen = filling(one, guest.kind, whole.area * unit_m**2) if guest.count == MANY else 1.0
        deep = max(deep, ROOM * float(extent(one)[2]) * swollen)
    return max(deep / unit_m, SHALLOWEST * (whole.top - whole.bottom)) if inside else float("inf")


def laid_out(body: Body) -> list[Array]:
    """One layout of all that stands in a body: the UVs (F, 3, 2) of each."""
    longest = [float(extent((placed,)).max()) for placed in body]
    finer = [min((max(longest) / own) ** 0.5, SHARPER) for own in longest]
    apart = [placed.vertices * more for placed, more in zip(body, finer, strict=True)]
    uvs = unwrap(*joined([(vertices, placed.faces) for vertices, placed in zip(apart, body, strict=True)]))
    return np.split(uvs, np.cumsum([len(placed.faces) for placed in body])[:-1])


def joined(meshes: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    """Meshes of vertices (N, 3) and faces (F, 3) as one."""
    starts = np.cumsum([0, *(len(vertices) for vertices, _ in meshes[:-1])])
    faces = [own + start for (_, own), start in zip(meshes, starts, strict=True)]
    return np.concatenate([vertices for vertices, _ in meshes]).astype(np.float32), np.concatenate(faces).astype(
        np.int32
    )


def _painted(
    request: Generate, body: Body, parts: Sequence[Part], uvs: Sequence[Array], clock: Clock
) -> Generator[Event, None, Textures]:
    """The maps of all: each thing's own, detailed by a seed of its own, where it lies in the layout that they share."""
    yield clock.enter("finish", f"{len(body)} props")
    texels = rasterise(np.concatenate(uvs), request.quality.finish.texture_px)
    owner = texels.image(np.repeat(np.arange(len(body)), [len(own) for own in uvs])[texels.face])
    whole = float(extent(body).max())
    maps: dict[str, Array] = {}
    for i, placed in enumerate(body):
        part = parts[placed.member]
        size_m, mine = request.size_m * float(extent((placed,)).max()) / whole, owner == i
        one = replace(part.request, seed=(request.seed + i) % 2**31, size_m=float(np.clip(size_m, 0.001, 10_000)))
        mesh, clock = (part.shape.vertices, part.shape.faces, uvs[i]), clock.of_several(i, len(body))
        made = yield from texture(mesh, part.views.maps, one, clock, None, part.views.asked.prints, part.inner)
        for name in ("base_colour", "normal", "roughness", "metallic"):
            own = getattr(made, name)
            maps.setdefault(name, own.copy())[mine] = own[mine]
    return Textures(**maps)


def _origin(placed: Placed, parts: Sequence[Part]) -> dict[str, list[float]]:
    """Where the origin of a lid lies, for *Take Apart*: on its hinge, told as shares of its box along each axis."""
    part = parts[placed.member]
    if part.hinge is None:
        return {}
    before = np.c_[part.placed[0], np.ones(len(placed.vertices))]
    moved, *_ = np.linalg.lstsq(before, placed.vertices, rcond=None)
    low, high = box((placed,))
    at = (np.array([*part.hinge * part.unit_m, 1.0]) @ moved - low) / np.maximum(high - low, 1e-9)
    return {"origin": [round(float(share), 4) for share in at]}


def _understood(part: Part) -> dict[str, Any]:
    reading = part.views.reading
    return {"asked": next(iter(part.views.asked.prompts), ""), "understood": asdict(reading.brief) if reading else None}


def _figures(body: Body, parts: Sequence[Part], request: Generate) -> dict[str, float]:
    """Measured facts of all of it together."""
    each = [figures_of(parts[p.member].shape, parts[p.member].views, request.quality) for p in body]
    names = set.intersection(*(set(own) for own in each)) - {"texture_px"}
    found = {name: (min if name in WORST else sum)(own[name] for own in each) for name in sorted(names)}
    return found | {"texture_px": float(request.quality.finish.texture_px), "props": float(len(body))}
