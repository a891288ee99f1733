"""The judge's network: names kind, main colour and main surface of a prop from six rendered views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..lab import lab_of
from ..materials import SURFACES
from ..priors import ALBEDO, ALPHA, METALLIC, NORMAL, ROUGHNESS
from ..training.paints import COLOURS

SIZE_PX, MASK_PX = 32, 16  # of a view as the judge sees it, and as it chooses the main part in it
SEEN = 9  # base colour, alpha, normal, roughness, metallic
MASKS = 6  # ways of weighting the pixels; the first is taught to be the main part, the others are free
JURORS = 3
COLOUR_NAMES, SURFACE_NAMES = tuple(COLOURS), tuple(s.name for s in SURFACES)
NAMED = torch.tensor([COLOURS[name] for name in COLOUR_NAMES])  # (24, 3) sRGB
SPREAD = 9.0  # CIE Lab distance at which a pixel belongs to a named colour by exp(-1/2)


@dataclass(frozen=True)
class Verdict:
    """Names of the best guess for one prop."""

    kind: str
    colour: str
    surface: str


class Juror(nn.Module):
    """Three heads on a convolutional trunk over the stacked views, and on what it finds under the masks it draws.

    A colour is a number, not a shape: the trunk says where the main part is, and the pixels there are averaged as they
    are, in sRGB and as shares of the named colours. The trunk alone named the colour of 80 % and the surface of 67 % of
    true props; masks that nobody told what the main part is, 79 % and 85 % of more kinds.
    """

    def __init__(self, kinds: Sequence[str], views: int = 6, width: int = 96) -> None:
        super().__init__()
        self.kinds, self.views = tuple(kinds), views

        def block(inputs: int, outputs: int) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(inputs, outputs, 3, 2, 1), nn.GroupNorm(8, outputs), nn.GELU())

        self.first, self.second, self.third = (
            block(views * SEEN, width), block(width, 2 * width), block(2 * width, 2 * width),
        )  # fmt: skip
        self.shape = nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(2 * width * 16, 384), nn.GELU())
        self.context = nn.Linear(384, 128)  # which part is the main one hangs on what the thing is
        self.wide = nn.Conv2d(3 * width, 128, 1)
        self.masks = nn.Conv2d(128, views * MASKS, 1)
        told = MASKS * (2 * SEEN + len(COLOUR_NAMES))
        self.paint = nn.Sequential(nn.Linear(384 + told, 384), nn.GELU(), nn.Dropout(0.1))
        self.heads = nn.ModuleList(nn.Linear(384, n) for n in (len(self.kinds), len(COLOUR_NAMES), len(SURFACE_NAMES)))

    def forward(self, seen: Tensor) -> list[Tensor]:
        """seen (B, V SEEN, 32, 32) -> logits of the three heads and of the main part, (B, V, 16, 16)."""
        fine = self.first(seen)
        middle = self.second(fine)
        shape = self.shape(self.third(middle))
        wide = self.wide(torch.cat([fine, F.interpolate(middle, scale_factor=2.0)], 1))
        masks = self.masks(F.gelu(wide + self.context(shape)[..., None, None])).float()
        masks = masks.unflatten(1, (self.views, MASKS))
        paint = self.paint(torch.cat([shape, self._under_masks(seen, masks)], 1))
        return [self.heads[0](shape), self.heads[1](paint), self.heads[2](paint), masks[:, :, 0]]

    def _under_masks(self, seen: Tensor, masks: Tensor) -> Tensor:
        """Means, deviations and shares of the named colours of the pixels under each mask, over all views."""
        pixels = F.avg_pool2d(seen.float(), SIZE_PX // MASK_PX).unflatten(1, (self.views, SEEN))
        pixels = pixels.transpose(1, 2).flatten(2)  # (B, SEEN, V 256), premultiplied
        alpha = pixels[:, 3:4].clamp(0, 1)
        logits = masks.transpose(1, 2).flatten(2)
        weights = logits.masked_fill(alpha < 0.3, -1e4).softmax(-1)  # (B, MASKS, V 256)
        main = (F.logsigmoid(logits[:, :1]).exp() * (alpha >= 0.3)).clamp(min=1e-6)  # a probability, not a competition
        weights = torch.cat([main / main.sum(-1, keepdim=True), weights[:, 1:]], 1)
        values = (pixels / alpha.clamp(min=0.3)).transpose(1, 2)
        mean = weights @ values
        spread = (weights @ values**2 - mean**2).clamp(min=0)
        named = weights @ colour_shares(values[..., :3])
        return torch.cat([mean, (spread + 1e-4).sqrt(), named], 2).flatten(1)


class Judge(nn.Module):
    """JURORS that learnt apart, and the mean of their probabilities.

    Two single ones, as good as each other on true renders, gave one set of props surface figures nine points apart:
    what they doubt they decided by their own noise.
    """

    def __init__(self, kinds: Sequence[str]) -> None:
        super().__init__()
        self.kinds = tuple(kinds)
        self.jurors = nn.ModuleList(Juror(kinds) for _ in range(JURORS))

    def forward(self, seen: Tensor) -> list[Tensor]:
        """seen (B, V SEEN, 32, 32) -> logarithms of the three names' probabilities, and the main part's mean logits."""
        *names, where = zip(*(juror(seen) for juror in self.jurors), strict=True)
        return [torch.stack(n).softmax(2).mean(0).clamp(min=1e-9).log() for n in names] + [torch.stack(where).mean(0)]

    @torch.no_grad()
    def judge(self, maps: Tensor) -> list[Verdict]:
        """maps (B, V, >=10, S, S): the channels of a G-buffer up to metallic, in the units of `Maps`."""
        self.eval()
        kind, colour, surface = (logits.argmax(1).tolist() for logits in self(seen_of(maps))[:3])
        return [
            Verdict(self.kinds[k], COLOUR_NAMES[c], SURFACE_NAMES[s])
            for k, c, s in zip(kind, colour, surface, strict=True)
        ]


def colour_shares(rgb: Tensor) -> Tensor:
    """(..., 3) sRGB -> (..., 24): how far a colour belongs to each named one, summing to 1."""
    squared = ((lab_of(rgb.clamp(0, 1))[..., None, :] - lab_of(NAMED.to(rgb))) ** 2).sum(-1)
    return (-squared / (2 * SPREAD**2)).softmax(-1)


def seen_of(maps: Tensor) -> Tensor:
    """What the judge is shown: premultiplied base colour, alpha, normals, roughness and metallic at 32 px.

    (B, V, >=10, S, S) -> (B, V SEEN, 32, 32).
    """
    alpha = maps[:, :, ALPHA].clamp(0, 1)
    told = torch.cat([maps[:, :, part] for part in (NORMAL, ROUGHNESS, METALLIC)], 2)
    shown = torch.cat([maps[:, :, ALBEDO] * alpha, alpha, told * alpha], 2)
    small = F.interpolate(shown.flatten(0, 1), (SIZE_PX, SIZE_PX), mode="area")
    return small.unflatten(0, maps.shape[:2]).flatten(1, 2)
