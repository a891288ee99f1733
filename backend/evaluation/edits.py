"""Held-out props of one look that are asked for another, and what refining their texture makes of them.

Refinement where users use it: an object that is there already, changed by a prompt. The objects are drawn from the
grammar anew, so that no prior and no judge has seen them. Every method starts from the same mesh and texture, makes as
many evaluations of the network, and is scored on pictures of the finished maps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ..bake import bake
from ..cameras import rig
from ..clock import Clock
from ..distill import Run
from ..fuse import fuse
from ..incoming import Incoming
from ..mesh import extract
from ..objectives.engine import INVERSION_STEPS
from ..objectives.table import row_for
from ..painting import paint_views
from ..polish import polish, views_of
from ..priors import Maps, Prior
from ..protocol import Refine
from ..refine import plan_of, repaint, surface_of, textures_of
from ..regularise import regularise
from ..representations.surface import WORK_PX
from ..settings import Distillation, Finish, Quality, Shape, Views
from ..textures import Textures, to_bytes
from ..training.dataset import VIEWS, make_shape
from ..training.dataset import Shape as DrawnShape
from ..training.paint import gbuffer
from ..training.paints import COLOURS, MATERIALS, Paint, draw, paint_row
from ..training.programs import Slot, main_slot
from ..unwrap import unwrap
from ..words import Words
from .asked import SIZE_PX, described

SORTS = ("colour", "material", "both")
STEERLESS = " unsteered"  # suffix of a method without the hook towards the colour and material that are named
FACES, TINTED = 4000, 0.7  # of the meshes; share of a named colour from which a material shows it
SEED = 2026


@dataclass(frozen=True)
class Edit:
    """What is asked of an object, and what it is. colour: "" where none is asked for; surface: of materials.SURFACES.

    own: (material, colour or "") that its main part has; seed: what the object is drawn from.
    """

    kind: str
    prompt: str
    colour: str
    surface: str
    own: tuple[str, str]
    seed: int

    @property
    def was(self) -> str:
        """The prompt of the object as it is."""
        return described(self.own[1], self.own[0], self.kind)


def edit_of(kind: str, number: int) -> Edit | None:
    """The number-th edit of a kind: its colour, its material, or both in turn; None where the kind takes none of them."""
    seed = SEED + number
    slot = main_of(make_shape(kind, np.random.default_rng(seed), 8).slots)[1]
    rng = np.random.default_rng([seed, 1])
    tinted = [word for word in slot.materials if MATERIALS[word].tint >= TINTED and slot.colour == "any"]
    for sort in (*SORTS[number % 3 :], *SORTS[: number % 3]):
        if found := _looks(sort, slot, tinted, rng):
            own, (material, colour) = found
            prompt = described(colour, material, kind)
            return Edit(kind, prompt, colour, MATERIALS[material].surface, own, seed)
    return None


Look = tuple[str, str]  # (material, colour or "")


def _looks(sort: str, slot: Slot, tinted: list[str], rng: np.random.Generator) -> tuple[Look, Look] | None:
    """(what the main part has, what is asked for), or None where the slot cannot be changed so."""
    first, second = (list(COLOURS)[int(i)] for i in rng.choice(len(COLOURS), 2, replace=False))
    own = str(rng.choice(tinted if sort == "colour" and tinted else slot.materials))
    has = first if own in tinted else ""
    if sort == "colour":
        return ((own, has), (own, second)) if tinted else None
    others = [
        word for word in (tinted if sort == "both" else slot.materials)
        if MATERIALS[word].surface != MATERIALS[own].surface
    ]  # fmt: skip
    if not others:
        return None
    return (own, has), (str(rng.choice(others)), second if sort == "both" else "")


def main_of(slots: dict[str, Slot]) -> tuple[str, Slot]:
    """The name and the slot of the prop's main part."""
    name = main_slot(slots)
    return name, slots[name]


def object_of(edit: Edit) -> Incoming:
    """The object as it would come in: true views of the drawn shape and its own paint, meshed and baked."""
    rng = np.random.default_rng(edit.seed)
    shape = make_shape(edit.kind, rng, SIZE_PX)
    material, colour = edit.own
    main, paints = main_of(shape.slots)[0], draw(shape.slots, rng)
    new = Paint(material, colour, "", "", paint_row(material, colour, "", "", rng))
    paints = {name: new if main in (name, shape.slots[name].like) else paint for name, paint in paints.items()}
    return incoming_of(views_in(shape, paints))


def views_in(drawn: DrawnShape, paints: dict[str, Paint]) -> Tensor:
    """(V, 13, S, S) the true views of a shape in these paints."""
    rows, part = np.stack([paints[name].row for name in drawn.slots]), drawn.part.astype(np.int16)
    return torch.from_numpy(gbuffer(drawn.program, rows, drawn.axes, part, drawn.normals, drawn.depths)[:VIEWS])


def incoming_of(maps: Tensor) -> Incoming:
    """True views (V, 13, S, S) meshed and baked into an object with maps of its own, all of it free to change. Raises
    "shape-empty"."""
    views = Maps(maps, rig())
    mesh = extract(regularise(fuse(views, Shape()), Shape()), FACES)
    uvs = unwrap(mesh.vertices, mesh.faces)
    baked = bake(mesh.vertices, mesh.faces, uvs, views, WORK_PX)
    values = np.concatenate([baked.colour, baked.roughness[:, None], baked.metallic[:, None]], axis=1)
    image = to_bytes(baked.texels.image(values.astype(np.float32)))
    flat = np.full((WORK_PX, WORK_PX, 3), (128, 128, 255), np.uint8)
    colours, roughness, metallic = (
        np.ascontiguousarray(part) for part in (image[..., :3], image[..., 3], image[..., 4])
    )
    return Incoming(
        mesh.vertices, mesh.faces, uvs, Textures(colours, flat, roughness, metallic), np.ones(len(mesh.faces), bool),
        None, False, (),
    )  # fmt: skip


@dataclass(frozen=True)
class Budget:
    """What every method may spend: evaluations of the network on all views, the strength, and the objective's guidance."""

    evaluations: int = 48
    strength: float = 0.8
    guidance: float = 0.0
    seed: int = 0


def cost(objective: str) -> int:
    """Evaluations of the network in one step of an objective, an inversion's own included; VSD's training comes for nothing."""
    row = row_for(objective, 1, 1.0)
    inverted = INVERSION_STEPS if row.stride else 0
    return len({(term.image, term.at, term.prompt, term.net) for term in row.terms}) + inverted


def edited(found: Incoming, edit: Edit, method: str, prior: Prior, budget: Budget) -> tuple[Maps, float]:
    """Pictures of the object after a method, and the processor seconds that it took.

    method: "start"; "sdedit", synchronised SDEdit as `refine --mode texture` does it; an objective alone; or both joined
    by "+", each with half of the evaluations; followed by STEERLESS for no hook towards what the prompt names.
    """
    if method == "start":
        return views_of(surface_of(found), prior), 0.0
    plain = method.removesuffix(STEERLESS)
    paints, objective = "sdedit" in plain, plain.replace("sdedit", "").strip("+")
    share = budget.evaluations // (2 if paints and objective else 1)
    steps = share // cost(objective) if objective else 0
    settings = Distillation(steps, objective or "asd", budget.guidance, budget.strength)
    quality = Quality(Views(steps=max(1, round(share / 2 / budget.strength))), Shape(), settings, Finish())
    request = Refine(mesh="", prompt=edit.prompt, mode="texture", seed=budget.seed, quality=quality)
    words = Words(edit.prompt, source=edit.was, obey=method == plain)
    surface, run, clock = surface_of(found), Run(settings, budget.seed), Clock({"queued": 1.0})
    began = time.process_time()
    if paints:
        for _ in paint_views(surface, prior, words, run, clock, plan_of(request, prior)):
            pass
        repaint(surface, found, prior, request, budget.strength)
    if objective:
        for _ in polish(surface, prior, words, run, clock):
            pass
    textures = textures_of(surface.texture(prior.cameras, prior.size_px), found)
    seconds = time.process_time() - began
    return views_of(surface_of(replace(found, textures=textures)), prior), seconds
