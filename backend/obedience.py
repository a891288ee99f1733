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
from .language.brief import Brief, Item
from .materials import CODES, INDEX, MADE_OF, NATURAL, STAINS, SURFACES
from .priors import ALBEDO, ALPHA, GBUFFER, MATERIAL, METALLIC, ROUGHNESS, Prior, gbuffer
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
    """What the prompt says of a part. colour: index of the named colours, material: of SURFACES; None: unsaid.

    natural: the sRGB of a material that says its colour too ("gold"), where no other colour is named. stain: of a material that
    takes the named colour only in part (wood, stone), its entry in materials.STAINS.
    """

    colour: int | None
    material: int | None
    natural: RGB | None = None
    stain: tuple[RGB, float, float] | None = None


def wish_of(brief: Brief, colours: Sequence[str]) -> Wish | None:
    """The one colour and the one material that are said of the prop itself; None where neither is."""
    return said_of(brief.items[0], colours) if brief.items else None


def said_of(item: Item, colours: Sequence[str]) -> Wish | None:
    """The one colour and the one material among an item's modifiers; None where there is neither."""
    named = [colours.index(word) for word in item.modifiers if word in colours]
    words = [word for word in item.modifiers if word in MADE_OF]
    made = sorted({INDEX[MADE_OF[word]] for word in words})
    natural = NATURAL.get(words[0]) if len(words) == 1 and not named else None
    stain = STAINS.get(words[0]) if len(words) == 1 and len(named) == 1 else None
    wish = Wish(named[0] if len(named) == 1 else None, made[0] if len(made) == 1 else None, natural, stain)
    return None if wish == Wish(None, None) else wish


def named_palette(colours: Mapping[str, RGB]) -> tuple[list[str], Tensor]:
    """The names of colours in the order that a Wish counts them, and their L*a*b* (K, 3)."""
    names = sorted(colours)
    return names, lab_of(torch.tensor([colours[name] for name in names]).reshape(-1, 3))


def obedience(
    prior: Prior, briefs: Sequence[Brief], colours: Mapping[str, RGB], strength: float = STRENGTH
) -> Hook | None:
    """The sampler's hook for a batch of as many briefs, or None where none of them names a colour or a material."""
    names, palette = named_palette(colours)
    wishes = [wish_of(brief, names) for brief in briefs]
    if strength == 0.0 or not any(wishes) or prior.channels != GBUFFER:
        return None

    def steer(x0: Tensor, t: float) -> Tensor:
        steered = x0.clone()
        for one, wish in zip(steered, wishes, strict=True):
            if wish is not None:
                move(one, wish, palette.to(one.device), strength)
        return steered

    return steer


def move(z: Tensor, wish: Wish, palette: Tensor, strength: float) -> None:
    """Move the main part of encoded G-buffers (V, 13, S, S) towards the wish, in place; all else stays bit for bit.

    Only the prop's own pixels are decoded: four fifths of a picture are ground.
    """
    view, row, column = (z[:, ALPHA][:, 0] > 2 * THERE - 1).nonzero(as_tuple=True)
    there = z[view, :, row, column]  # (P, 13)
    pixels = gbuffer.decode(there.T[:, :, None])[..., 0].T
    change = gbuffer.encode(obeying(pixels, wish, palette, strength).T[:, :, None]) - gbuffer.encode(
        pixels.T[:, :, None]
    )
    z[view, :, row, column] = there + change[..., 0].T.to(z.dtype)


def obeying(pixels: Tensor, wish: Wish, palette: Tensor, strength: float = STRENGTH) -> Tensor:
    """G-buffer pixels (P, 13) with the main part moved towards the wish. palette: (K, 3) L*a*b* of the named colours."""
    lab = lab_of(pixels[:, ALBEDO].contiguous())
    part = part_of(pixels, lab, wish, palette)
    if float(part.sum()) < 1.0:
        return pixels
    return moved(pixels, lab, part, wish, palette, strength)


def moved(pixels: Tensor, lab: Tensor, part: Tensor, wish: Wish, palette: Tensor, strength: float) -> Tensor:
    """Pixels (P, 13), whose colours are `lab` (P, 3), with those of the part (P,) in [0, 1] moved towards the wish."""
    out, weight = pixels.clone(), part / part.sum()
    if wish.colour is not None or wish.natural is not None:
        drawn = rgb_of(lab + strength * part[:, None] * colour_pull(weight @ lab, wish, palette))
        out[:, ALBEDO] = torch.where(part[:, None] > 0, drawn, pixels[:, ALBEDO])
    if wish.material is not None:
        codes, surface = CODES.to(pixels), SURFACES[wish.material]
        step = strength * pull(weight @ pixels[:, MATERIAL], codes, wish.material, CODE_SPREAD)
        out[:, MATERIAL] = (pixels[:, MATERIAL] + part[:, None] * step).clamp(-1, 1)
        for channel, own in ((ROUGHNESS, surface.roughness), (METALLIC, surface.metallic)):
            away = own - weight @ pixels[:, channel]
            out[:, channel] = (pixels[:, channel] + strength * away * part[:, None]).clamp(0, 1)
    return out


def belonging(mean: Tensor, classes: Tensor, spread: float) -> Tensor:
    """(K,) the analytic classifier: probabilities of equal Gaussians about `classes` (K, d), seen at `mean` (d,)."""
    return (-((mean - classes) ** 2).sum(-1) / (2 * spread**2)).softmax(0)


def pull(mean: Tensor, classes: Tensor, wanted: int, spread: float) -> Tensor:
    """(d,) the gradient of log p(wanted | mean), times the variance: c_wanted minus what the mean is taken for."""
    return classes[wanted] - belonging(mean, classes, spread) @ classes


def colour_pull(mean: Tensor, wish: Wish, palette: Tensor) -> Tensor:
    """(3,) in L*a*b*: towards the named colour among all that have names, or else to the material's own, if that is far."""
    if wish.colour is not None:
        if wish.stain is not None:
            palette = palette.clone()
            palette[wish.colour] = lab_of(stained(rgb_of(palette[wish.colour]), wish.stain, wish.material))
        return pull(mean, palette, wish.colour, COLOUR_SPREAD)
    away = lab_of(torch.tensor(wish.natural).to(mean)) - mean
    return away * (1 - torch.exp(-(away @ away) / (2 * COLOUR_SPREAD**2)))


def stained(rgb: Tensor, stain: tuple[RGB, float, float], material: int | None) -> Tensor:
    """(3,) sRGB of the named colour `rgb` (3,) as a material shows it: its own colour shines through, and metals stay bright."""
    own, share, brightness = stain
    shown = torch.lerp(torch.tensor(own).to(rgb), rgb, share) * brightness
    bright = material is not None and SURFACES[material].metallic > 0.5
    return torch.lerp(shown, shown.mean().expand(3), 0.25) if bright else shown


def part_of(pixels: Tensor, lab: Tensor, wish: Wish, palette: Tensor) -> Tensor:
    """(P,) in [0, 1]: how far each of the pixels (P, 13), whose colours are `lab` (P, 3), belongs to the surface that is likest
    the wish, and largest.

    Mean shift (Comaniciu and Meer 2002) in colour and material code from the wish itself, with shrinking radius: from afar
    it goes to the bulk of the prop, then settles on the mode nearest to it. What the prompt leaves unsaid starts at the
    prop's mean. Exactly 0 for pixels unlike the part.
    """
    solid = pixels[:, ALPHA][:, 0]
    points = torch.cat([lab, CODE_SCALE * pixels[:, MATERIAL]], -1)
    centre = solid @ points / solid.sum().clamp(min=1e-6)
    if wish.colour is not None:
        centre[:3] = palette[wish.colour]
    if wish.material is not None:
        centre[3:] = CODE_SCALE * CODES[wish.material].to(pixels)
    squared = (points * points).sum(-1)

    def apart() -> Tensor:  # |p - c|^2 without a table of differences
        return (squared - 2 * (points @ centre) + centre @ centre).clamp(min=0)

    for reach in REACHES:
        near = solid * torch.exp(apart() / (-2 * reach**2))
        centre = near @ points / near.sum().clamp(min=1e-6)
    part = torch.sigmoid((RADIUS - apart().sqrt()) / EDGE)
    return torch.where((part > FAINT) & (solid > 0.2), part, 0.0)
