"""Owns where a prompt asks to change an object: everywhere, or only at the parts of which it says how they shall look.

"A red barrel with gold bands" asks of a red barrel that its bands change. The parts are found in the object's own views, at the
prior's resolution; which of its texels are theirs, their own look decides as well (as in GrabCut: Rother et al. 2004).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from scipy.ndimage import uniform_filter
from torch import Tensor
from torch.nn.functional import max_pool2d

from .lab import lab_of
from .language.brief import Item
from .materials import MADE_OF, decode_materials
from .named_parts import ReadsBriefs, Search, parts_of
from .obedience import COLOUR_SPREAD, Wish, belonging, named_palette, part_of, said_of
from .priors import ALBEDO, ALPHA, GBUFFER, MATERIAL, Prior
from .rasterise import rasterise
from .representations.sight import bake
from .representations.surface import TexturedSurface
from .words import ReadsColours, Words

MOST = 0.4  # share of an object that must look as is said of the whole
MAYBE = 0.3  # of the greatest difference that words make: from there on a pixel may belong to a part ...
FULL = 0.4  # ... and from this membership on it does, as far as the network can tell
MARGIN = 2  # pixels around a part as it was found
REPAINTED = 45.0  # L*a*b* units from a colour's name from which an object that was made so has another colour now
MATTER = 40.0  # L*a*b* units that a step of one in roughness or metallic counts as
SPREAD = 6.0  # least deviation of a look
FIRM = 2.0  # most that a texel's look adds to the logit of its place
GRAIN = 64  # of a texture's side: over so small a share of it looks are averaged
DOUBT = 0.1  # chance of a texel to belong where no view says so


def place_asked(prior: Prior, words: Words) -> Tensor | None:
    """(V, S, S) in [0, 1], where the prompt asks for change in the object's own views (words.own); None: everywhere.

    Everywhere, too, where the words say something of the whole that it does not yet show, or a part is not found.
    """
    if words.own is None or not (words.by_part and words.text) or words.image is not None:
        return None
    if prior.channels != GBUFFER or not isinstance(prior, ReadsBriefs) or not isinstance(prior, ReadsColours):
        return None
    brief, (names, palette) = prior.read(words.text).brief, named_palette(prior.named_colours)
    parts = parts_of(brief, 0, palette, names)
    said = {part.item for part in parts}
    if not parts or any(item.modifiers for item in brief.items[1:] if item not in said):
        return None
    own, whole = prior.decode(words.own)[0].float().cpu(), brief.items[0]
    if not shows(own, whole, known_of(whole, words.source, prior), names, palette):
        return None
    search = Search.of(prior, [brief], parts)
    search.look_once(words.own, MAYBE)
    if len(search.found) < len(parts):
        return None
    place = torch.stack([search.found[i].float().cpu() for i in range(len(parts))]).amax(0)
    place = (place / FULL).clamp(max=1.0)
    return max_pool2d(place[:, None], 2 * MARGIN + 1, 1, MARGIN)[:, 0] * (own[:, ALPHA][:, 0] > 0.5)


def known_of(item: Item, source: str, prior: ReadsColours) -> set[str] | None:
    """What the prompt that an object was made from said of it as a whole; None where it was no such thing."""
    before = prior.read(source).brief.items[:1] if source else ()
    return next((set(whole.modifiers) for whole in before if whole.noun == item.noun), None)


def shows(own: Tensor, item: Item, known: set[str] | None, names: list[str], palette: Tensor) -> bool:
    """Whether an object's own G-buffers (V, 13, S, S) show all that is said of it as a whole.

    Materials, styles and wear that it was made with (`known`) need not show, colours need not be exact: artists repaint. A thing
    of which nothing is said may be no such thing yet: a grey cylinder that shall be a barrel with iron bands.
    """
    if not item.modifiers:
        return known is not None
    left = tuple(word for word in item.modifiers if word in names or word not in (known or ()))
    if any(word not in names and word not in MADE_OF for word in left):
        return False
    if sum(word in names for word in left) > 1 or sum(word in MADE_OF for word in left) > 1:
        return False
    wish = said_of(replace(item, modifiers=left), names)
    if wish is None:
        return not left
    pixels = own.movedim(1, -1)[own[:, ALPHA][:, 0] > 0.5]
    return len(pixels) > 0 and _fulfilled(pixels, wish, palette, bool(known and known.intersection(left)))


def _fulfilled(pixels: Tensor, wish: Wish, palette: Tensor, painted_so: bool) -> bool:
    """Whether most of the pixels (P, 13) look as wished. painted_so: whether they once had the wish's colour."""
    lab = lab_of(pixels[:, ALBEDO].clamp(0, 1).contiguous())
    part = part_of(pixels, lab, wish, palette)
    if float(part.sum()) < MOST * len(pixels):
        return False
    weight = part / part.sum()
    mean = weight @ lab
    if wish.colour is not None:
        named = float(belonging(mean, palette, COLOUR_SPREAD)[wish.colour]) >= 0.5
        if not (named or painted_so and float((mean - palette[wish.colour]).norm()) < REPAINTED):
            return False
    if (
        wish.natural is not None
        and float((lab_of(torch.tensor(wish.natural).to(lab)) - mean).norm()) > 2 * COLOUR_SPREAD
    ):
        return False
    if wish.material is None:
        return True
    return float(weight @ decode_materials(pixels[:, MATERIAL]).eq(wish.material).to(weight)) >= 0.5


def texels_asked(surface: TexturedSurface, prior: Prior, place: Tensor) -> Tensor:
    """(T, T) bool: the texels of a surface that belong to a place (V, S, S) in the prior's views of it.

    Each texel's chance is what the views say of it, and then how much liker it is to the looks of the place than to what lies
    outside.
    """
    sight = surface.sight(prior.cameras, prior.size_px)
    size = surface.base.shape[-1]
    seen, weight = bake(sight, place[:, None], sight.alpha, size)
    texels = rasterise(surface.uvs, size)
    known = weight[0][texels.row, texels.column] > 1e-3
    chance = (seen[0] / weight[0].clamp(min=1e-6))[texels.row, texels.column]
    chance = torch.where(known, chance, 0.0).clamp(DOUBT, 1 - DOUBT)
    base = surface.base[:, texels.row, texels.column].T
    looks = torch.cat([lab_of(base[:, :3].clamp(0, 1)), MATTER * base[:, 3:5]], 1)
    liker = (_unlike(looks, 1 - chance) - _unlike(looks, chance)).clamp(-FIRM, FIRM)
    covered, told = (texels.image(part.numpy()).astype(np.float32) for part in (torch.ones(len(liker)), liker))
    around = max(size // GRAIN, 1)  # the grain of wood is no part
    smooth = uniform_filter(told, around) / np.maximum(uniform_filter(covered, around), 1e-6)
    logit = torch.logit(chance) + torch.from_numpy(smooth)[texels.row, texels.column]
    return torch.from_numpy(texels.image((logit > 0).numpy()))


def _unlike(looks: Tensor, weight: Tensor) -> Tensor:
    """(N,) how far looks (N, 5) lie from those of the weight (N,), as the negative log-likelihood of one Gaussian."""
    share = weight / weight.sum().clamp(min=1e-6)
    mean = share @ looks
    variance = share @ (looks - mean) ** 2 + SPREAD**2
    return (((looks - mean) ** 2 / variance) + variance.log()).sum(1) / 2
