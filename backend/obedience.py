"""Posterior guidance of the sampler towards the colour and the material that the prompt names for the prop's main part.

Guidance by an analytic classifier (Dhariwal and Nichol 2021) of the x0 estimate (diffusion posterior sampling, Chung et
al. 2023). The main part's mean colour is m; the classifier says which of the prior's named colours it is, p_j =
softmax(-|m - c_j|^2 / 2 s^2). The gradient of log p_k with respect to m is (c_k - sum_j p_j c_j) / s^2, so the part is
moved by c_k - sum_j p_j c_j: all the way where the colour is wrong, not at all where it is right. Only the mean is told;
the network goes on from there, and paints shades, patterns and what lies beside it. Materials are treated alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .lab import lab_of, rgb_of
from .language.brief import Brief
from .materials import CODES, INDEX, MADE_OF, SURFACES
from .priors import ALBEDO, ALPHA, MATERIAL, METALLIC, ROUGHNESS, Prior
from .sampler import Hook

STRENGTH = 1.0  # of the classifier's gradient, in units of its own variance
COLOUR_SPREAD = 9.0  # s in L*a*b*: paints of one name scatter by 5 to 10 in the grammar
CODE_SPREAD = 0.35  # s in the material code, whose classes lie 1 apart
REACHES = (80.0, 40.0, 25.0, 20.0)  # L*a*b* radii of the mean shift that finds the part, coarse to fine
RADIUS, EDGE = 30.0, 5.0  # of the part about what was found, and over which membership falls off; samples scatter by 15
THERE = 0.02  # alpha under which a pixel says nothing of the prop
FAINT = 0.05  # membership under which a pixel is left alone
CODE_SCALE = 20.0  # L*a*b* units that a step of one in the material code counts as
RGB = tuple[float, float, float]


@dataclass(frozen=True)
class Wish:
    """What the prompt says of the main part. colour: index of the named colours, material: of SURFACES; None: unsaid."""

    colour: int | None
    material: int | None


def wish_of(brief: Brief, colours: Sequence[str]) -> Wish | None:
    """The one colour and the one material that are said of the prop itself; None where neither is."""
    said = brief.items[0].modifiers if brief.items else ()
    named = [colours.index(word) for word in said if word in colours]
    made = sorted({INDEX[MADE_OF[word]] for word in said if word in MADE_OF})
    wish = Wish(named[0] if len(named) == 1 else None, made[0] if len(made) == 1 else None)
    return None if wish == Wish(None, None) else wish


def obedience(
    prior: Prior, briefs: Sequence[Brief], colours: Mapping[str, RGB], strength: float = STRENGTH
) -> Hook | None:
    """The sampler's hook for a batch of as many briefs, or None where none of them names a colour or a material."""
    names = sorted(colours)
    palette = lab_of(torch.tensor([colours[name] for name in names])) if names else torch.zeros(0, 3)
    wishes = [wish_of(brief, names) for brief in briefs]
    if strength == 0.0 or not any(wishes):
        return None

    def steer(x0: Tensor, t: float) -> Tensor:
        steered = []
        for one, wish in zip(x0, wishes, strict=True):
            if wish is None:
                steered.append(one)
                continue
            maps = prior.decode(one[None])
            change = prior.encode(obeying(maps[0], wish, palette.to(one.device), strength)[None]) - prior.encode(maps)
            steered.append(one + change[0].to(one.dtype))  # pixels that nothing is said of stay bit for bit
        return torch.stack(steered)

    return steer


def obeying(maps: Tensor, wish: Wish, palette: Tensor, strength: float = STRENGTH) -> Tensor:
    """G-buffers (V, 13, S, S) with the main part moved towards the wish. palette: (K, 3) L*a*b* of the named colours."""
    view, row, column = (maps[:, ALPHA][:, 0] > THERE).nonzero(as_tuple=True)
    pixels = maps[view, :, row, column]  # (P, 13): four fifths of a picture are ground, and need not be looked at
    part = part_of(pixels, wish, palette)
    if float(part.sum()) < 1.0:
        return maps
    out, weight = pixels.clone(), part / part.sum()
    if wish.colour is not None:
        lab = lab_of(pixels[:, ALBEDO])
        moved = rgb_of(lab + strength * part[:, None] * pull(weight @ lab, palette, wish.colour, COLOUR_SPREAD))
        out[:, ALBEDO] = torch.where(part[:, None] > 0, moved, pixels[:, ALBEDO])
    if wish.material is not None:
        codes, surface = CODES.to(maps), SURFACES[wish.material]
        step = strength * pull(weight @ pixels[:, MATERIAL], codes, wish.material, CODE_SPREAD)
        out[:, MATERIAL] = (pixels[:, MATERIAL] + part[:, None] * step).clamp(-1, 1)
        for channel, own in ((ROUGHNESS, surface.roughness), (METALLIC, surface.metallic)):
            away = own - weight @ pixels[:, channel]
            out[:, channel] = (pixels[:, channel] + strength * away * part[:, None]).clamp(0, 1)
    whole = maps.clone()
    whole[view, :, row, column] = out
    return whole


def belonging(mean: Tensor, classes: Tensor, spread: float) -> Tensor:
    """(K,) the analytic classifier: probabilities of equal Gaussians about `classes` (K, d), seen at `mean` (d,)."""
    return (-((mean - classes) ** 2).sum(-1) / (2 * spread**2)).softmax(0)


def pull(mean: Tensor, classes: Tensor, wanted: int, spread: float) -> Tensor:
    """(d,) the gradient of log p(wanted | mean), times the variance: c_wanted minus what the mean is taken for."""
    return classes[wanted] - belonging(mean, classes, spread) @ classes


def main_part(maps: Tensor, wish: Wish, palette: Tensor) -> Tensor:
    """(V, S, S) in [0, 1]: `part_of` the pixels of G-buffers (V, 13, S, S)."""
    part = part_of(maps.movedim(1, -1).flatten(0, 2), wish, palette)
    return part.reshape(len(maps), *maps.shape[2:])


def part_of(pixels: Tensor, wish: Wish, palette: Tensor) -> Tensor:
    """(P,) in [0, 1]: how far each of the pixels (P, 13) belongs to the surface that is likest the wish, and largest.

    Mean shift (Comaniciu and Meer 2002) in colour and material code from the wish itself, with shrinking radius: from afar
    it goes to the bulk of the prop, then settles on the mode nearest to it. What the prompt leaves unsaid starts at the
    prop's mean. Exactly 0 for pixels unlike the part.
    """
    solid = pixels[:, ALPHA][:, 0]
    points = torch.cat([lab_of(pixels[:, ALBEDO]), CODE_SCALE * pixels[:, MATERIAL]], -1)
    centre = solid @ points / solid.sum().clamp(min=1e-6)
    if wish.colour is not None:
        centre[:3] = palette[wish.colour]
    if wish.material is not None:
        centre[3:] = CODE_SCALE * CODES[wish.material].to(pixels)
    for reach in REACHES:
        near = solid * torch.exp(-((points - centre) ** 2).sum(-1) / (2 * reach**2))
        centre = near @ points / near.sum().clamp(min=1e-6)
    part = torch.sigmoid((RADIUS - (points - centre).norm(dim=-1)) / EDGE)
    return torch.where((part > FAINT) & (solid > 0.2), part, 0.0)
