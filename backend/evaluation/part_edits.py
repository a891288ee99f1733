"""What refining does to a part whose look the prompt names: `python -m backend.evaluation.part_edits --data DIR`.

Shapes kept out of training, in their true paint but for one part, which has another look, or (every second) the prop's
own. Their texture is refined with a prompt that names the prop's look and the part's. Scored are pictures of the finished
maps: there and spilt as in `named_parts`, and how far in L*a*b* the part and the rest are from their true paint.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ..clock import Clock
from ..device import set_threads
from ..distill import Run
from ..errors import PropsmithError
from ..incoming import Incoming
from ..lab import lab_of
from ..language.brief import Brief
from ..language.english import article
from ..obedience import Wish, named_palette, said_of
from ..polish import views_of
from ..priors import ALBEDO, ALPHA, METALLIC, ROUGHNESS, Maps
from ..priors.loader import load_prior
from ..priors.multiview import MultiViewPrior
from ..protocol import Refine
from ..refine import refine_texture, surface_of
from ..settings import PRESETS, Distillation, polish_steps
from ..training.captions import WHOLE, nouns_of
from ..training.dataset import Shape, shapes_of
from ..training.paints import COLOURS, MATERIALS, Paint, draw, paint_row
from ..training.trainer import HELD_OUT
from ..words import Words
from .asked import described, result_of
from .edits import incoming_of, main_of, views_in
from .named_parts import APART, SHARES, THERE, share_of

SEED = 0
MATTER = 40.0  # units of L*a*b* that a step of one in roughness or metallic counts as


@dataclass(frozen=True)
class PartEdit:
    """An object, what is asked of it, and how it is then: the true views (V, 13, S, S) before and after. source: what is said of
    it as a whole, as if it had been made so."""

    prompt: str
    source: str
    wish: Wish
    before: Tensor
    after: Tensor
    found: Incoming

    @property
    def part(self) -> Tensor:
        """(V, S, S) where before and after differ."""
        return ((self.before - self.after).abs().amax(1) > 0) & (self.after[:, ALPHA][:, 0] > 0.5)


def edits_of(shapes: Sequence[Shape], prior: MultiViewPrior, by_colour: bool, most: int) -> Iterator[PartEdit]:
    """Up to `most` edits of one part each: of its colour, or (else) of its material where that shows its own colour."""
    rng, made = np.random.default_rng(7), 0
    for shape in (shapes[i] for i in rng.permutation(len(shapes))):
        if made < most and not shape.company and (edit := _edit_of(shape, prior, by_colour, made % 2 == 1, rng)):
            made += 1
            yield edit


def _edit_of(
    shape: Shape, prior: MultiViewPrior, by_colour: bool, as_prop: bool, rng: np.random.Generator
) -> PartEdit | None:
    """The first part of the shape that can be edited so; as_prop: it looks as the prop before, else otherwise."""
    names, palette = named_palette(prior.named_colours)
    main, paints = main_of(shape.slots)[0], draw(shape.slots, rng)
    own = paints[main]
    for name, slot in shape.slots.items():
        paint, nouns = paints[name], nouns_of(slot)
        part = {n for n, s in shape.slots.items() if n == name or s.like == name}
        if slot.like or main in part or len(nouns) > 1 or nouns[0] in WHOLE or own.pattern or paint.pattern:
            continue
        if bool(paint.colour) != by_colour or (own.colour, own.material) == (paint.colour, paint.material):
            continue
        source = described(own.colour, own.material, shape.kind)
        prompt = f"{source} with {_said(paint, nouns[0], by_colour)}"
        wish = _wish_or_none(prior, prompt, shape.kind, nouns[0], names)
        other = own if as_prop else _other(paint, own, slot.materials, by_colour, rng)
        if wish is None or other is None or (wish.colour is None) == by_colour:
            continue
        after = views_in(shape, paints)
        before = views_in(shape, paints | dict.fromkeys(part, other))
        share, had = (share_of(maps, wish, palette) for maps in (after, before))
        if not SHARES[0] < share < SHARES[1] or had > THERE * share:
            continue
        try:
            return PartEdit(prompt, source, wish, before, after, incoming_of(before))
        except PropsmithError:
            continue
    return None


def _said(paint: Paint, noun: str, by_colour: bool) -> str:
    words = f"{paint.colour if by_colour else paint.material} {noun}"
    return f"{article(words)} {words}"


def _wish_or_none(prior: MultiViewPrior, prompt: str, kind: str, noun: str, names: Sequence[str]) -> Wish | None:
    """What the prior reads of the part in the prompt, where it reads the kind and the part as they are meant."""
    brief: Brief = prior.read(prompt).brief
    if brief.kind != kind:
        return None
    return next((said_of(item, names) for item in brief.items[1:] if item.noun == noun), None)


def _other(
    paint: Paint, own: Paint, materials: Sequence[str], by_colour: bool, rng: np.random.Generator
) -> Paint | None:
    """Another look of the part, unlike what it shall be and unlike the prop; None where it takes none."""
    if by_colour:
        taken = [COLOURS[one.colour] for one in (paint, own) if one.colour]
        free = [
            name for name, rgb in COLOURS.items()
            if all(float((lab_of(torch.tensor(rgb)) - lab_of(torch.tensor(t))).norm()) > APART for t in taken)
        ]  # fmt: skip
        colour = str(rng.choice(free))
        return Paint(paint.material, colour, "", "", paint_row(paint.material, colour, "", "", rng))
    surfaces = {MATERIALS[one.material].surface for one in (paint, own)}
    free = [word for word in dict.fromkeys(materials) if MATERIALS[word].surface not in surfaces]
    if not free:
        return None
    material = str(rng.choice(free))
    return Paint(material, "", "", "", paint_row(material, "", "", "", rng))


@dataclass(frozen=True)
class Score:
    """there: the share of the part's pixels that look as asked rather than as before; spilt: pixels elsewhere that look
    as the part shall rather than as they shall, in units of the part's; part, rest: mean distances in L*a*b* from the
    true paint; seconds: of the processor."""

    there: float
    spilt: float
    part: float
    rest: float
    seconds: float


def score(edit: PartEdit, maps: Tensor, seconds: float) -> Score:
    """Of pictures (V, 13, S, S) of the object as it is now."""
    seen = (maps[:, ALPHA][:, 0] > 0.5) & (edit.after[:, ALPHA][:, 0] > 0.5)
    there, before, after = (_looks(one) for one in (maps, edit.before, edit.after))
    part, rest = seen & edit.part, seen & ~edit.part
    asked = after[edit.part].mean(0)
    off = (there - after).norm(dim=-1)
    turned = (off < (there - before).norm(dim=-1)) & part
    spilt = ((there - asked).norm(dim=-1) < off) & rest
    wrong = (there - after)[..., :3].norm(dim=-1)
    share, strayed = (float(one.sum() / part.sum().clamp(min=1)) for one in (turned, spilt))
    return Score(share, strayed, float(wrong[part].mean()), float(wrong[rest].mean()), seconds)


def _looks(maps: Tensor) -> Tensor:
    """(V, S, S, 5): L*a*b*, and roughness and metallic in its units, of G-buffers (V, 13, S, S)."""
    seen = maps.movedim(1, -1)
    return torch.cat(
        [lab_of(seen[..., ALBEDO].clamp(0, 1)), MATTER * seen[..., ROUGHNESS], MATTER * seen[..., METALLIC]], -1
    )


def refined(
    edit: PartEdit, prior: MultiViewPrior, settings: Distillation, preset: str, words: Words
) -> tuple[Maps, float]:
    """Pictures of the object after a refinement of its texture, and the processor seconds that it took."""
    quality = replace(PRESETS[preset], distillation=settings)
    request = Refine(mesh="", prompt=edit.prompt, mode="texture", seed=SEED, quality=quality)
    work = refine_texture(
        request, edit.found, prior, words, Run(settings, SEED), Clock({"views": 1.0, "refine": 1.0, "finish": 1.0})
    )
    began = time.process_time()
    textures = result_of(work)[-1]
    seconds = time.process_time() - began
    return views_of(surface_of(replace(edit.found, textures=textures)), prior), seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="rendered shapes; the first of them taught nothing")
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--preset", default="standard", choices=tuple(PRESETS))
    parser.add_argument("--strength", nargs="+", type=float, default=[0.9, 0.7, 0.5])
    parser.add_argument("--steps", type=int, default=-1, help="of distillation after the painting; -1: the preset's")
    parser.add_argument("--most", type=int, default=16, help="edits of either sort")
    args = parser.parse_args()
    set_threads()
    prior = load_prior(args.prior, torch.device("cpu"))
    assert isinstance(prior, MultiViewPrior), "asked in the embedded prior's language"
    steps = polish_steps(args.preset, "texture") if args.steps < 0 else args.steps
    held = list(islice(shapes_of(args.data), HELD_OUT))
    for sort, by_colour in (("colour", True), ("material", False)):
        edits = list(edits_of(held, prior, by_colour, args.most))
        for name, objects in (("start", [e.found for e in edits]), ("true", [incoming_of(e.after) for e in edits])):
            shown = (views_of(surface_of(one), prior).maps for one in objects)
            print(f"{sort}, {name}: {told([score(e, m, 0.0) for e, m in zip(edits, shown, strict=True)])}", flush=True)
        for strength in args.strength:
            settings = Distillation(steps, strength=strength)
            for by_part in (False, True):
                done = []
                for edit in edits:
                    words = Words(edit.prompt, source=edit.source, strength=strength, by_part=by_part)
                    maps, seconds = refined(edit, prior, settings, args.preset, words)
                    done.append(score(edit, maps.maps, seconds))
                steered = "by part" if by_part else "as a whole"
                print(f"{sort}, strength {strength:g}, steered {steered}: {told(done)}", flush=True)
    return 0


def told(scores: Sequence[Score]) -> str:
    """One line of means; every second object had the prop's own look on the part."""
    mean = {name: np.mean([getattr(one, name) for one in scores]) for name in Score.__dataclass_fields__}
    apart, alike = (np.mean([one.there for one in scores[first::2]]) for first in (0, 1))
    return (
        f"there {mean['there']:.2f} ({apart:.2f} where it had a look of its own, {alike:.2f} where the prop's), "
        f"spilt {mean['spilt']:.2f}, from the truth: part {mean['part']:.1f}, rest {mean['rest']:.1f}; "
        f"{mean['seconds']:.2f} CPU s ({len(scores)})"
    )


if __name__ == "__main__":
    raise SystemExit(main())
