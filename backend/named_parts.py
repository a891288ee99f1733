"""Posterior guidance towards the colours and materials that the prompt names for single parts: bands, a lid, wheels.

Where a part is, the network itself knows. Asked again with the part's words changed to the most unlike (gold bands to
navy ones), it answers otherwise at the part's pixels, and alike elsewhere. What differs most is the part; it is moved
as the main part is (`obedience`), and the network goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from .lab import lab_of
from .language.brief import Brief
from .materials import CODES, MADE_OF, SURFACES
from .obedience import CODE_SCALE, RGB, STRENGTH, THERE, Wish, moved, named_palette, said_of
from .priors import ALBEDO, ALPHA, GBUFFER, MATERIAL, Cond, Prior
from .sampler import Hook

TOP = 0.98  # quantile of the differences that counts as the part's own
SURE = 0.55  # share of it from which a pixel begins to belong
SETTLED = 0.5  # share of a part's own differences in colour that go at every step
FIRM = 0.4  # membership from which a pixel takes the part's material
FELT = 2.0  # L*a*b* units of difference under which the network does not know the part
WORD_OF = {name: word for word, name in reversed(MADE_OF.items())}  # surface class -> its first word


@runtime_checkable
class ReadsBriefs(Prior, Protocol):
    """A prior that is told by Briefs."""

    def condition_on(self, briefs: list[Brief], image: Tensor | None = None) -> Cond: ...


@dataclass(frozen=True)
class Part:
    """A part that a brief of the batch wishes something of. sample: its place in the batch; other: the brief asked of
    the same prop with this part most unlike."""

    sample: int
    wish: Wish
    other: Brief


def parts_of(brief: Brief, sample: int, palette: Tensor, names: Sequence[str]) -> list[Part]:
    """The parts of which the brief names one colour, one material, or both. palette: (K, 3) L*a*b* of the names."""
    parts = []
    for place, item in enumerate(brief.items[1:], 1):
        wish = said_of(item, names)
        if wish is None:
            continue
        swapped = dict[str, str]()
        if wish.colour is not None:
            swapped[names[wish.colour]] = names[farthest(palette, wish.colour)]
        if wish.material is not None:
            unlike = WORD_OF[SURFACES[farthest(CODES, wish.material)].name]
            swapped |= {word: unlike for word in item.modifiers if word in MADE_OF}
        changed = replace(item, modifiers=tuple(swapped.get(word, word) for word in item.modifiers))
        items = (*brief.items[:place], changed, *brief.items[place + 1 :])
        parts.append(Part(sample, wish, replace(brief, items=items)))
    return parts


def farthest(classes: Tensor, index: int) -> int:
    """Of classes (K, d) the one farthest from the one of this index."""
    return int((classes - classes[index]).norm(dim=1).argmax())


def named_parts(
    prior: Prior, briefs: Sequence[Brief], colours: Mapping[str, RGB], strength: float = STRENGTH
) -> Hook | None:
    """The sampler's hook for a batch of as many briefs, or None where none of them names how a part looks.

    It costs one evaluation a brief with such parts, and one a part, at every step until words change nothing any more. It
    remembers where it saw the parts: one hook a sample.
    """
    names, palette = named_palette(colours)
    parts = [part for i, brief in enumerate(briefs) for part in parts_of(brief, i, palette, names)]
    if strength == 0.0 or not parts or prior.channels != GBUFFER or not isinstance(prior, ReadsBriefs):
        return None
    samples = sorted({part.sample for part in parts})
    cond = prior.condition_on([briefs[i] for i in samples] + [part.other for part in parts])
    noise = torch.randn((len(briefs), *prior.latent_shape), generator=torch.Generator().manual_seed(0))
    rows = samples + [part.sample for part in parts]

    found = dict[int, Tensor]()  # where each part was seen last
    settled = False

    def look(x0: Tensor, t: float) -> None:
        """Find the parts anew. As noise goes, the network reads its own drawing and words change it no more."""
        nonlocal settled
        time = torch.full((len(rows),), t, device=x0.device)
        alpha, sigma = prior.schedule.alpha_sigma(time[:1])
        z = alpha * x0 + sigma * noise.to(x0)
        answers = prior.decode(prior.predict(z[rows], time, cond).x0)
        said = dict(zip(samples, answers[: len(samples)], strict=True))
        seen = {
            i: contrast(said[part.sample], otherwise)
            for i, (part, otherwise) in enumerate(zip(parts, answers[len(samples) :], strict=True))
        }
        felt = {i: where for i, where in seen.items() if bool(where.any())}
        settled = not felt and len(found) == len(parts)
        found.update(felt)

    def steer(x0: Tensor, t: float) -> Tensor:
        if not settled:
            look(x0, t)
        maps = prior.decode(x0)
        steered = maps.clone()
        for i, where in found.items():
            sample = parts[i].sample
            there = where * (steered[sample, :, ALPHA][:, 0] > THERE)
            steered[sample] = painted(steered[sample], there, parts[i].wish, palette.to(x0.device), strength)
        return x0 + (prior.encode(steered) - prior.encode(maps)).to(x0.dtype)

    return steer


def contrast(said: Tensor, otherwise: Tensor) -> Tensor:
    """(V, S, S) in [0, 1]: how far each pixel belongs to the part by which two answers differ, G-buffers (V, 13, S, S)."""
    apart = (looks(said) - looks(otherwise)).norm(dim=-1)
    solid = said[:, ALPHA][:, 0] > 0.5
    if not bool(solid.any()):
        return torch.zeros_like(apart)
    top = torch.quantile(apart[solid], TOP)
    if float(top) < FELT:
        return torch.zeros_like(apart)
    return ((apart / top - SURE) / (1 - SURE)).clamp(0, 1) * solid


def looks(maps: Tensor) -> Tensor:
    """(V, S, S, 6): L*a*b* and the scaled material code of G-buffers (V, 13, S, S)."""
    seen = maps.movedim(1, -1)
    return torch.cat([lab_of(seen[..., ALBEDO].clamp(0, 1)), CODE_SCALE * seen[..., MATERIAL]], -1)


def painted(maps: Tensor, where: Tensor, wish: Wish, palette: Tensor, strength: float) -> Tensor:
    """G-buffers (V, 13, S, S) with the part (V, S, S) moved towards the wish."""
    if float(where.sum()) < 1.0:
        return maps
    view, row, column = (where > 0).nonzero(as_tuple=True)
    pixels, part, out = maps[view, :, row, column], where[view, row, column], maps.clone()
    lab = lab_of(pixels[:, ALBEDO].clamp(0, 1))
    lab = lab + SETTLED * part[:, None] * (part @ lab / part.sum() - lab)  # what it was of two colours becomes of one
    done = moved(pixels, lab, part, wish, palette, strength)
    if wish.material is not None:  # halfway between two codes lies a third material: a pixel goes over whole, or stays
        own = CODES[wish.material].to(pixels)
        done[:, MATERIAL] = torch.where(part[:, None] > FIRM, own, pixels[:, MATERIAL])
    out[view, :, row, column] = done
    return out
