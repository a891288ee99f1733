"""The `mv-transformer` family: a pixel-space multi-view transformer that predicts x0 of all views of a prop at once.

An hourglass: every view is cut into fine patches, refined one by one, merged into a few coarse tokens; the
coarse tokens of all views, of the brief and of an optional reference image attend to each other jointly; then they are
split back onto the fine patches, which kept their own detail. So global attention costs 16 tokens a view, not 256.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .sketch import TOWARDS, Sketch, SketchSize


@dataclass(frozen=True)
class Architecture:
    """Sizes of the network. size_px / (fine * merge) squared is the number of coarse tokens a view."""

    views: int = 6
    size_px: int = 64
    channels: int = 13
    fine: int = 4  # pixels along a fine patch
    merge: int = 4  # fine patches along a coarse token
    fine_width: int = 96
    width: int = 256
    depth: int = 8
    heads: int = 4
    fine_blocks: int = 2  # on each side of the core
    vocabulary: int = 2048  # rows of the word table; the vocabulary may grow into it
    items: int = 8
    pooled: bool = False  # the brief's main item and the reference also modulate every block, as time does
    overlap: bool = False  # fine patches also see and draw half a patch around themselves, or their borders show
    sketch: bool = False  # fine patches are also told what the reference says of them (see `sketch`)
    viewpoint: bool = False  # the sketch also tells from where the reference was taken

    @property
    def sketch_size(self) -> SketchSize:
        """A cell for every fine patch."""
        towards = TOWARDS if self.viewpoint else 0
        return SketchSize(
            self.views, self.channels, self.size_px, self.size_px // self.fine, self.vocabulary, towards=towards
        )


class FineBlock(nn.Module):
    """Residual MLP on every fine patch by itself, modulated by time. Neighbours talk through the coarse tokens.

    A depthwise convolution here was measured to cost half of the training speed on a CPU.
    """

    def __init__(self, width: int, time_width: int) -> None:
        super().__init__()
        self.modulate = nn.Linear(time_width, 2 * width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.modulate.weight)

    def forward(self, x: Tensor, time: Tensor) -> Tensor:  # x (B, N, width), time (B, time_width)
        scale, shift = self.modulate(time)[:, None].chunk(2, dim=2)
        h = F.layer_norm(x, (x.shape[-1],)) * (1 + scale) + shift
        return x + self.down(F.gelu(self.up(h)))


class CoreBlock(nn.Module):
    """Transformer block over all coarse tokens, modulated by time (adaLN with a shared table; Chen et al. 2023, PixArt)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.table = nn.Parameter(torch.zeros(6, width))
        self.qkv = nn.Linear(width, 3 * width, bias=False)
        self.out = nn.Linear(width, width, bias=False)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.q_norm = nn.RMSNorm(width // heads)
        self.k_norm = nn.RMSNorm(width // heads)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.down.weight)

    def forward(
        self, x: Tensor, modulation: Tensor, known: Tensor | None
    ) -> Tensor:  # x (B, T, width), modulation (B, 6, width)
        width = x.shape[-1]
        a, b, c, d, e, f = (modulation + self.table).unsqueeze(2).unbind(1)  # six of (B, 1, width)
        h = F.layer_norm(x, (width,)) * (1 + a) + b
        h = attend(*self._asked(h), known)
        x = x + c * self.out(h.transpose(1, 2).flatten(2))
        h = F.layer_norm(x, (width,)) * (1 + d) + e
        return x + f * self.down(F.gelu(self.up(h)))

    def _asked(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values (B, heads, T, width/heads) of attention whose queries and keys are RMS-normed.

        Both norms are taken at once, and their gains and the scale of attention stand on the queries alone.
        """
        parts = self.qkv(h).unflatten(-1, (3, self.heads, -1))
        pair = parts[:, :, :2]
        length = torch.linalg.vector_norm(pair, dim=-1, keepdim=True, dtype=torch.float32).clamp(min=1e-6)
        q, k = (pair * length.reciprocal().to(pair.dtype)).permute(2, 0, 3, 1, 4).unbind(0)
        gain = self.q_norm.weight * self.k_norm.weight * q.shape[-1] ** 0.5
        return q * gain.to(q.dtype), k, parts[:, :, 2].transpose(1, 2)


def attend(q: Tensor, k: Tensor, v: Tensor, known: Tensor | None) -> Tensor:
    """Attention without a scale, (B, heads, T, d) each; `known` broadcasts to (B, heads, T, T), False where a key is left out.

    Spelled out on the CPU: at a hundred tokens torch's fused kernel takes four times as long there, backward included.
    """
    if q.is_cuda:
        return F.scaled_dot_product_attention(q, k, v, attn_mask=known, scale=1.0)
    scores = (q @ k.transpose(-1, -2)).float()
    if known is not None:
        scores = scores.masked_fill(~known, -1e4)
    return scores.softmax(-1).to(v.dtype) @ v


def time_features(t: Tensor, width: int = 128) -> Tensor:
    """Sinusoidal features of t in [0, 1]. (B,) -> (B, width)."""
    frequency = torch.exp(torch.linspace(0, math.log(1000.0), width // 2, device=t.device))
    angle = t[:, None].float() * frequency
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class MultiViewTransformer(nn.Module):
    """x0 of all views from z_t, t, the brief, the cameras and an optional reference image."""

    def __init__(self, a: Architecture) -> None:
        super().__init__()
        self.architecture = a
        grid = a.size_px // a.fine
        self.coarse = grid // a.merge
        self.embed = nn.Linear(a.channels * a.fine**2, a.fine_width)
        self.embed_reference = nn.Linear(4 * a.fine**2, a.fine_width)
        self.time = nn.Sequential(nn.Linear(128, a.width), nn.SiLU(), nn.Linear(a.width, a.width), nn.SiLU())
        self.modulation = nn.Linear(a.width, 6 * a.width)
        self.enter = nn.ModuleList(FineBlock(a.fine_width, a.width) for _ in range(a.fine_blocks))
        self.merge = nn.Linear(a.fine_width * a.merge**2, a.width)
        self.split = nn.Linear(a.width, a.fine_width * a.merge**2)
        self.leave = nn.ModuleList(FineBlock(a.fine_width, a.width) for _ in range(a.fine_blocks))
        self.blocks = nn.ModuleList(CoreBlock(a.width, a.heads) for _ in range(a.depth))
        self.words = nn.Embedding(a.vocabulary, a.width, padding_idx=0)
        self.item_place = nn.Parameter(torch.randn(a.items, a.width) * 0.02)
        self.null_item = nn.Parameter(torch.randn(a.width) * 0.02)
        self.place = nn.Parameter(torch.randn(self.coarse**2, a.width) * 0.02)
        self.camera = nn.Sequential(nn.Linear(16, a.width), nn.SiLU(), nn.Linear(a.width, self.coarse**2 * 32))
        self.camera_out = nn.Linear(32, a.width)
        self.reference_kind = nn.Parameter(torch.randn(a.width) * 0.02)
        self.out = nn.Linear(a.fine_width, a.channels * a.fine**2)
        nn.init.normal_(self.words.weight, std=0.05)
        nn.init.zeros_(self.words.weight[0])
        nn.init.normal_(self.out.weight, std=1e-3)
        nn.init.zeros_(self.out.bias)
        nn.init.zeros_(self.modulation.weight)
        with torch.no_grad():  # gates open at 1, scales and shifts at 0
            self.modulation.bias.zero_()
            self.modulation.bias.view(6, a.width)[[2, 5]] = 1.0
        if a.pooled:  # last, and zero: a checkpoint without them goes on unchanged
            self.subject = nn.Linear(a.width, a.width, bias=False)
            self.subject_seen = nn.Linear(a.width, a.width, bias=False)
            nn.init.zeros_(self.subject.weight)
            nn.init.zeros_(self.subject_seen.weight)
        if a.overlap:
            window, step, margin = 2 * a.fine, a.fine, a.fine // 2
            self.embed_around = nn.Conv2d(a.channels, a.fine_width, window, step, margin, bias=False)
            self.out_around = nn.ConvTranspose2d(a.fine_width, a.channels, window, step, margin, bias=False)
            nn.init.zeros_(self.embed_around.weight)
            nn.init.zeros_(self.out_around.weight)
        if a.sketch:  # taught by itself, and only used here
            self.sketch = Sketch(a.sketch_size).requires_grad_(False)
            self.sketched = nn.Linear(a.channels + 1, a.fine_width, bias=False)
            nn.init.zeros_(self.sketched.weight)

    def text_tokens(self, brief: Tensor) -> tuple[Tensor, Tensor]:
        """brief (B, ITEMS, 1 + MODIFIERS) int64 -> tokens (B, ITEMS, width) and which of them count (B, ITEMS)."""
        tokens = self.words(brief).sum(2) + self.item_place
        present = brief[:, :, 0] > 0
        null = ~present.any(1)
        first = torch.where(null[:, None], self.null_item.to(tokens.dtype), tokens[:, 0])
        tokens = torch.cat([first[:, None], tokens[:, 1:]], dim=1)
        return tokens, torch.cat([torch.ones_like(present[:, :1]), present[:, 1:]], dim=1)

    def forward(
        self, z_t: Tensor, t: Tensor, brief: Tensor, cameras: Tensor, reference: Tensor | None = None
    ) -> Tensor:
        """z_t (B, V, c, S, S), t (B,), brief (B, ITEMS, 1 + MODIFIERS), cameras (B, V, 4, 4), reference (B, 4, S, S) -> x0."""
        a = self.architecture
        batch, views = z_t.shape[:2]
        time = self.time(time_features(t).to(self.place.dtype))
        text, counts = self.text_tokens(brief)
        known = [torch.ones(batch, views * self.coarse**2, dtype=torch.bool, device=z_t.device), counts]
        told = [text]
        if a.pooled:
            time = time + self.subject(text[:, 0].to(time.dtype))
        if reference is not None:  # a wholly transparent one is none at all
            seen = self.embed_reference(self._cut((reference * 2 - 1)[:, None]))
            seen = self.merge(seen.view(batch, -1, a.fine_width * a.merge**2)) + self.place + self.reference_kind
            there = (reference[:, 3].flatten(1).amax(1) > 0)[:, None]
            told.append(seen)
            known.append(there.expand(-1, seen.shape[1]))
            if a.pooled:
                time = time + self.subject_seen(seen.mean(1)) * there
        fine = self._fine_patches(z_t)  # (B, V coarse^2 merge^2, fine_width)
        if a.sketch and reference is not None:
            fine = fine + self._sketched(reference, brief[:, 0, 0]) * there[:, :, None]
        for block in self.enter:
            fine = block(fine, time)
        coarse = self.merge(fine.view(batch, -1, a.fine_width * a.merge**2)).unflatten(1, (views, -1))
        posed = self.camera(cameras.flatten(2)).unflatten(2, (self.coarse**2, 32))
        coarse = (coarse + self.place + self.camera_out(posed)).flatten(1, 2)  # (B, V coarse^2, width)
        x = torch.cat([coarse, *(tokens.to(coarse.dtype) for tokens in told)], dim=1)
        modulation = self.modulation(time).view(batch, 6, a.width)
        for block in self.blocks:
            x = block(x, modulation, torch.cat(known, dim=1)[:, None, None])
        fine = fine + self.split(x[:, : coarse.shape[1]]).view_as(fine)
        for block in self.leave:
            fine = block(fine, time)
        return self._drawn(F.layer_norm(fine, (a.fine_width,)), views)

    def _fine_patches(self, maps: Tensor) -> Tensor:
        """(B, V, c, S, S) -> (B, V coarse^2 merge^2, fine_width): each patch and, where windows overlap, what lies around it
        are seen by one convolution. The patch's own matrix stands in the middle of the window's."""
        a = self.architecture
        window = F.pad(self.embed.weight.view(a.fine_width, a.channels, a.fine, a.fine), [a.fine // 2] * 4)
        if a.overlap:
            window = window + self.embed_around.weight
        flat = maps.flatten(0, 1).contiguous(memory_format=torch.channels_last)
        seen = F.conv2d(flat, window, self.embed.bias, a.fine, a.fine // 2)
        seen = seen.unflatten(3, (self.coarse, a.merge)).unflatten(
            2, (self.coarse, a.merge)
        )  # BV c row row' column column'
        return seen.permute(0, 2, 4, 3, 5, 1).reshape(maps.shape[0], -1, a.fine_width)

    def _sketched(self, reference: Tensor, word: Tensor) -> Tensor:
        """(B, V coarse^2 merge^2, fine_width): what the sketch adds to every fine patch, a cell to each."""
        a = self.architecture
        cells = self.sketch(reference, word)
        cells = cells.unflatten(4, (self.coarse, a.merge)).unflatten(3, (self.coarse, a.merge))
        cells = cells.permute(0, 1, 3, 5, 4, 6, 2).reshape(len(word), -1, a.channels)  # B V row column row' column' c
        told: Tensor = self.sketched(torch.cat([cells, torch.ones_like(cells[..., :1])], dim=2))
        return told

    def _drawn(self, fine: Tensor, views: int) -> Tensor:
        """(B, V coarse^2 merge^2, fine_width) -> (B, V, c, S, S): what each fine patch draws over itself and, where windows
        overlap, around: one transposed convolution, as in `_fine_patches`."""
        a, grid = self.architecture, self.coarse * self.architecture.merge
        own = self.out.weight.view(a.channels, a.fine, a.fine, a.fine_width).permute(3, 0, 1, 2)
        window = F.pad(own, [a.fine // 2] * 4)
        if a.overlap:
            window = window + self.out_around.weight
        spread = fine.view(-1, self.coarse, self.coarse, a.merge, a.merge, a.fine_width).permute(0, 5, 1, 3, 2, 4)
        spread = spread.reshape(-1, a.fine_width, grid, grid).contiguous(memory_format=torch.channels_last)
        drawn = F.conv_transpose2d(spread, window, None, a.fine, a.fine // 2)
        drawn = drawn + self.out.bias.view(a.channels, a.fine, a.fine).repeat(1, grid, grid)
        return drawn.unflatten(0, (-1, views))

    def _cut(self, maps: Tensor) -> Tensor:
        """(B, V, c, S, S) -> (B, V coarse^2 merge^2, c fine^2): fine patches, those of one coarse token together."""
        a = self.architecture
        x = maps.unflatten(4, (self.coarse, a.merge, a.fine)).unflatten(3, (self.coarse, a.merge, a.fine))
        x = x.permute(0, 1, 3, 6, 4, 7, 2, 5, 8)  # B V row column row' column' c y x
        return x.reshape(maps.shape[0], -1, maps.shape[2] * a.fine**2)
