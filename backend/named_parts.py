"""Posterior guidance towards the colours and materials that the prompt names for single parts: bands, a lid, wheels.

Where a part is, the network itself knows. Asked again with the part's words changed to the most unlike (gold bands to
navy ones), it answers otherwise at the part's pixels, and alike elsewhere. What differs most is the part; it is moved
as the main part is (`obedience`), and the network goes on from there. Where an object is there already, its own views are
asked about, once: they show the parts better than the first estimates of what shall become of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from .cameras import Cameras
from .lab import lab_of
from .language.brief import Brief, Item
from .materials import CODES, MADE_OF, SURFACES
from .obedience import CODE_SCALE, RGB, STRENGTH, THERE, Wish, moved, named_palette, said_of
from .objectives.engine import ask
from .priors import ALBEDO, ALPHA, GBUFFER, MATERIAL, Cond, Prior
from .rings import Rings
from .sampler import Hook

TOP = 0.98  # quantile of the differences that counts as the part's own
SURE = 0.55  # share of it from which a pixel begins to belong
# While a prop forms: the quantile by which words change all of it alike, and the share above that from which a pixel belongs.
FLOOR, SURE_ABOVE = 0.25, 0.4
SURE_EVEN = 0.55  # that share on rings, whose means leave less to chance: hoops are narrower
APART = 1.5  # times that floor that a part's own differences must reach: else the network does not know yet where it is
APART_EVEN = 1.35  # ... on rings
HOOP = (0.25, 0.5)  # share of a ring that a part must cover to begin to have the ring, and to have all of it
SETTLED = 0.5  # share of a part's own differences in colour that go at every step
FIRM = 0.4  # membership from which a pixel takes the part's material
FOUND_AT = 0.9  # t of the noise in which an object's own views are asked about: .7 to .98 answer nearly alike
FELT = 2.0  # L*a*b* units of difference under which the network does not know the part in an object's own views ...
FELT_FORMING = 0.8  # ... and in what forms
WORD_OF = {name: word for word, name in reversed(MADE_OF.items())}  # surface class -> its first word


@runtime_checkable
class ReadsBriefs(Prior, Protocol):
    """A prior that is told by Briefs."""

    def condition_on(self, briefs: list[Brief], image: Tensor | None = None) -> Cond: ...


@dataclass(frozen=True)
class Part:
    """A part that a brief of the batch wishes something of. sample: its place in the batch; item: what is said of it; other:
    the brief asked of the same prop with this part most unlike."""

    sample: int
    item: Item
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
        parts.append(Part(sample, item, wish, replace(brief, items=items)))
    return parts


def farthest(classes: Tensor, index: int) -> int:
    """Of classes (K, d) the one farthest from the one of this index."""
    return int((classes - classes[index]).norm(dim=1).argmax())


@dataclass
class Search:
    """Where the network was seen to have the parts of a batch. samples: places in the batch that have such parts; cond: one
    row for each of these as it is told, then one a part, told otherwise. found: (V, S, S) by part, as each was seen last.
    is_round: of every place in the batch, whether what is there is painted alike on every ring (`rings`)."""

    prior: ReadsBriefs
    parts: list[Part]
    samples: list[int]
    cond: Cond
    noise: Tensor
    found: dict[int, Tensor]
    is_round: Sequence[bool]
    settled: bool = False

    @classmethod
    def of(
        cls, prior: ReadsBriefs, briefs: Sequence[Brief], parts: list[Part], is_round: Sequence[bool] = ()
    ) -> Search:
        samples = sorted({part.sample for part in parts})
        cond = prior.condition_on([briefs[i] for i in samples] + [part.other for part in parts])
        noise = torch.randn((len(briefs), *prior.latent_shape), generator=torch.Generator().manual_seed(0))
        return cls(prior, parts, samples, cond, noise, {}, is_round or [False] * len(briefs))

    def look_once(self, own: Tensor, sure: float = SURE) -> None:
        """Find the parts for good in the encoded views (B, V, c, h, w) of objects that are there already."""
        self.look(own, FOUND_AT, lambda said, otherwise, _: contrast(said, otherwise, sure))
        self.settled = True

    def look(self, x0: Tensor, t: float, compare: Callable[[Tensor, Tensor, bool], Tensor]) -> None:
        """Find the parts anew by what `compare` makes of two answers, and of whether they are even on rings. As noise goes, the
        network reads its own drawing and words change it no more."""
        rows = self.samples + [part.sample for part in self.parts]
        time = torch.full((len(rows),), t, device=x0.device)
        alpha, sigma = self.prior.schedule.alpha_sigma(time[:1])
        z = alpha * x0 + sigma * self.noise.to(x0)
        answers = self.prior.decode(ask(self.prior, z[rows], time, self.cond).x0)
        said = dict(zip(self.samples, answers[: len(self.samples)], strict=True))
        cameras = Cameras(self.prior.cameras.world_from_camera.to(x0.device))
        rings = {i: Rings.of(answer, cameras) for i, answer in said.items() if self.is_round[i]}
        said |= {i: ring.even(said[i]) for i, ring in rings.items()}  # what differs by chance goes
        seen = dict[int, Tensor]()
        for i, (part, otherwise) in enumerate(zip(self.parts, answers[len(self.samples) :], strict=True)):
            ring = rings.get(part.sample)
            even = otherwise if ring is None else ring.even(otherwise)
            seen[i] = compare(said[part.sample], even, ring is not None)
            if ring is not None:
                seen[i] = ((ring.even_share(seen[i]) - HOOP[0]) / (HOOP[1] - HOOP[0])).clamp(0, 1)
        felt = {i: where for i, where in seen.items() if bool(where.any())}
        self.settled = not felt and len(self.found) == len(self.parts)
        self.found.update(felt)


def named_parts(
    prior: Prior,
    briefs: Sequence[Brief],
    colours: Mapping[str, RGB],
    strength: float = STRENGTH,
    own: Tensor | None = None,
    is_round: Sequence[bool] = (),
) -> Hook | None:
    """The sampler's hook for a batch of as many briefs, or None where none of them names how a part looks.

    It costs one evaluation a brief with such parts, and one a part, at every step until words change nothing any more. It
    remembers where it saw the parts: one hook a sample. own: (B, V, c, h, w), the encoded views of objects that are there
    already; the parts are then found in these, at once and for good, and a step costs no evaluation. is_round: of every brief,
    whether its prop is painted alike on every ring; () where none is.
    """
    names, palette = named_palette(colours)
    parts = [part for i, brief in enumerate(briefs) for part in parts_of(brief, i, palette, names)]
    if strength == 0.0 or not parts or prior.channels != GBUFFER or not isinstance(prior, ReadsBriefs):
        return None
    search = Search.of(prior, briefs, parts, is_round)
    if own is not None:
        search.look_once(own)

    def steer(x0: Tensor, t: float) -> Tensor:
        if not search.settled:
            search.look(x0, t, contrast_forming)
        maps = prior.decode(x0)
        steered = maps.clone()
        for i, where in search.found.items():
            sample = parts[i].sample
            there = where * (steered[sample, :, ALPHA][:, 0] > THERE)
            steered[sample] = painted(steered[sample], there, parts[i].wish, palette.to(x0.device), strength)
        return x0 + (prior.encode(steered) - prior.encode(maps)).to(x0.dtype)

    return steer


def contrast(said: Tensor, otherwise: Tensor, sure: float = SURE) -> Tensor:
    """(V, S, S) in [0, 1]: how far each pixel belongs to the part by which two answers differ, G-buffers (V, 13, S, S).

    sure: the share of the greatest difference from which a pixel begins to belong.
    """
    apart, solid = (looks(said) - looks(otherwise)).norm(dim=-1), said[:, ALPHA][:, 0] > 0.5
    if not bool(solid.any()):
        return torch.zeros_like(apart)
    top = torch.quantile(apart[solid], TOP)
    if float(top) < FELT:
        return torch.zeros_like(apart)
    return ((apart / top - sure) / (1 - sure)).clamp(0, 1) * solid


def contrast_forming(said: Tensor, otherwise: Tensor, even: bool = False) -> Tensor:
    """As `contrast`, of answers about a prop that only forms. even: their paint is the mean of their rings.

    At first words change all of it a little, and then the part more and more: what all of it changes by is taken off, and
    where nothing stands out of that the part is nowhere yet. Differences are averaged over 3 x 3 pixels, for they are small.
    """
    apart, solid = (looks(said) - looks(otherwise)).norm(dim=-1), said[:, ALPHA][:, 0] > 0.5
    if not bool(solid.any()):
        return torch.zeros_like(apart)
    pooled = avg_pool2d(torch.stack([apart * solid, solid.to(apart.dtype)], 1), 3, 1, 1)
    apart = pooled[:, 0] / pooled[:, 1].clamp(min=1e-6)
    floor, top = torch.quantile(apart[solid], torch.tensor([FLOOR, TOP], device=apart.device))
    if float(top) < max(FELT_FORMING, (APART_EVEN if even else APART) * float(floor)):
        return torch.zeros_like(apart)
    above, sure = (apart - floor) / (top - floor), SURE_EVEN if even else SURE_ABOVE
    return ((above - sure) / (1 - sure)).clamp(0, 1) * solid


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
    alike = strength * SETTLED * part[:, None]  # what it was of two colours becomes of one
    lab = lab + alike * (part @ lab / part.sum() - lab)
    done = moved(pixels, lab, part, wish, palette, strength)
    if wish.material is not None:  # halfway between two codes lies a third material: a pixel goes over whole, or stays
        own = CODES[wish.material].to(pixels)
        done[:, MATERIAL] = torch.where(strength * part[:, None] > FIRM, own, pixels[:, MATERIAL])
    out[view, :, row, column] = done
    return out
