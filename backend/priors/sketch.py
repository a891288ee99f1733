"""Owns the sketch: what a picture tells of all views of an object before any noise is taken away, in coarse cells.

A diffusion network learns slowly to look at a picture: at the noisy end, where shape is decided, each lesson is mostly noise. A
small network that is only asked for the mean of the views, given the picture and the kind, learns it in minutes; the
transformer is told its answer patch by patch.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

TOWARDS = 256  # width of the layer that tells viewpoints, where there is one


@dataclass(frozen=True)
class SketchSize:
    """cells: along a side of a sketched view; token: width of what is known of 4 x 4 cells; the rest as in `Architecture`."""

    views: int = 6
    channels: int = 13
    size_px: int = 64  # of the picture
    cells: int = 16
    vocabulary: int = 2048
    trunk: tuple[int, ...] = (24, 48, 96, 160)
    dense: int = 640
    word: int = 64
    token: int = 32
    hidden: int = 160
    towards: int = 0  # TOWARDS, or 0: viewpoints are not told

    @property
    def tokens(self) -> int:
        """Tokens a view, 4 x 4 cells each."""
        return (self.cells // 4) ** 2


class Sketch(nn.Module):
    """Premultiplied RGBA (B, 4, size_px, size_px) and the main item's word (B,), 0 for none -> the mean of the encoded views over
    cells, (B, views, channels, cells, cells). Strided convolutions, a dense layer that is told the word, and a small network
    for every block of 4 x 4 cells. Where its size says so, it also tells from where the picture was taken."""

    def __init__(self, size: SketchSize = SketchSize()) -> None:
        super().__init__()
        self.size = size
        layers: list[nn.Module] = []
        for inputs, outputs in zip((4, *size.trunk), size.trunk, strict=False):
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1), nn.GroupNorm(8, outputs), nn.GELU()]
        self.trunk = nn.Sequential(*layers, nn.Flatten())
        seen = size.trunk[-1] * (size.size_px // 2 ** len(size.trunk)) ** 2
        self.dense = nn.Linear(seen, size.dense)
        self.word = nn.Embedding(size.vocabulary, size.word)
        self.of_word = nn.Linear(size.word, 2 * size.dense)
        self.mixed = nn.Linear(size.dense, size.dense)
        self.tokens = nn.Linear(size.dense, size.views * size.tokens * size.token)
        self.place = nn.Parameter(torch.zeros(size.views * size.tokens, size.token))
        self.up = nn.Linear(size.token, size.hidden)
        self.cells = nn.Linear(size.hidden, 16 * size.channels)
        if size.towards:
            wide = nn.Linear(seen + size.word, size.towards)
            self.towards = nn.Sequential(wide, nn.GELU(), nn.Linear(size.towards, 3))
        nn.init.zeros_(self.of_word.bias)
        nn.init.normal_(self.of_word.weight, std=0.02)
        nn.init.normal_(self.place, std=0.5)

    def forward(self, reference: Tensor, word: Tensor) -> Tensor:
        return self._views(self.trunk(reference), word)

    def viewpoint(self, reference: Tensor, word: Tensor) -> Tensor:
        """(B, 3) the mean of the unit directions towards the cameras that may have taken the pictures."""
        return self._direction(self.trunk(reference), word)

    def both(self, reference: Tensor, word: Tensor) -> tuple[Tensor, Tensor]:
        """What `forward` and `viewpoint` give, the picture looked at once."""
        seen = self.trunk(reference)
        return self._views(seen, word), self._direction(seen, word)

    def _direction(self, seen: Tensor, word: Tensor) -> Tensor:
        told: Tensor = self.towards(torch.cat([seen, self.word(word)], dim=1))
        return told

    def _views(self, seen: Tensor, word: Tensor) -> Tensor:
        s, act = self.size, torch.nn.functional.gelu
        gain, bias = self.of_word(self.word(word)).chunk(2, dim=1)
        known = act(self.dense(seen) * (1 + gain) + bias)
        known = known + act(self.mixed(known))
        tokens = self.tokens(known).unflatten(1, (-1, s.token)) + self.place
        cells = self.cells(act(self.up(tokens)))
        side = s.cells // 4
        cells = cells.view(len(word), s.views, side, side, s.channels, 4, 4).permute(0, 1, 4, 2, 5, 3, 6)
        return cells.reshape(len(word), s.views, s.channels, s.cells, s.cells)
