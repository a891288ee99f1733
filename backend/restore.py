"""Owns the restoration of generated views' geometry before fusion: patchy normals, wavy depths and frayed outlines.

A patch-based prior errs in common over each patch, so only neighbours farther away than a patch tell noise from shape.
Exact views have no such noise and are left alone, bit for bit.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from .sheets import Sheets

LAG_PX = 4  # in a 64-px view: a patch of the embedded prior
LEAST_NOISE = math.radians(2.0)  # an axis; exact views of 20 kinds stay under 0.9 degrees, generated ones lie at 5 to 9
LEAST_PAIRS = 100  # fewer second differences tell no quantile
PASSES = (1, 2)  # strides of the windows, pixels of a 64-px view; a window is 7 x 7 samples
WIDEST_RANGE = 0.4  # radians: surfaces that meet at a larger angle are never averaged
OUTLINE_PX = 0.6  # of a 64-px view: blur of the outline
LINE_PX = 2  # a run of 2 * LINE_PX + 1 solid pixels is a thin part, however narrow


def restore(sheets: Sheets, settled: bool = False) -> Sheets:
    """The height fields with the noise taken out as far as they hold any; the same object where they hold none.

    settled: depths were settled between the views; only the narrow windows are theirs, for the wide ones round what is right.
    """
    noise = normal_noise(sheets)
    if noise < LEAST_NOISE:
        return sheets
    sheets = replace(sheets, alpha=calm_outline(sheets.alpha))
    scale = sheets.size_px / 64
    for stride in PASSES:
        sheets = smooth_normals(sheets, max(1, round(stride * scale)), noise)
        noise *= 0.6
    for stride in PASSES[:1] if settled else PASSES:
        sheets = smooth_depth(sheets, max(1, round(stride * scale)))
    return sheets


def normal_noise(sheets: Sheets) -> float:
    """Standard deviation of the normals' noise about each axis, radians: second differences over a patch, low quantile.

    A second difference of two rotation angles with noise s has the standard deviation s sqrt(3/2) about each axis, and
    the 0.3 quantile of the length of a 2D deviate is 0.845 of its own.
    """
    lag = max(1, round(LAG_PX * sheets.size_px / 64))
    solid = sheets.alpha > 0.5
    lengths = []
    for axis in (-1, -2):
        size = sheets.size_px - 2 * lag
        low, middle, high = (sheets.normal.narrow(axis, begin, size) for begin in (0, lag, 2 * lag))
        whole = solid.narrow(axis, 0, size) & solid.narrow(axis, lag, size) & solid.narrow(axis, 2 * lag, size)
        lengths.append((middle - 0.5 * (low + high)).norm(dim=1)[whole])
    length = torch.cat(lengths)
    if len(length) < LEAST_PAIRS:
        return 0.0
    some = length[
        :: max(1, len(length) // 100_000)
    ]  # enough of a large view, and torch.quantile takes no more than 2^24
    return float(some.quantile(0.3)) / (0.845 * math.sqrt(1.5))


class _Windows:
    """The 7 x 7 samples around every solid pixel. P solid pixels, T samples; a sample outside has weight 0."""

    def __init__(self, sheets: Sheets, stride: int) -> None:
        size, reach = sheets.size_px, 3 * stride
        self.pixel = torch.nonzero(sheets.alpha > 0.5)  # (P, 3) view, row, column
        step = torch.arange(-3, 4) * stride
        self.down, self.right = (g.reshape(-1) for g in torch.meshgrid(step, step, indexing="ij"))  # (T,)
        wide = size + 2 * reach
        view, row, column = self.pixel.unbind(1)
        centre = (view * wide + row + reach) * wide + column + reach
        self.index = centre[:, None] + (self.down * wide + self.right)[None]  # (P, T)
        self.reach = reach
        solid = self.around((sheets.alpha > 0.5).float()[:, None])[..., 0]
        squared = (self.down**2 + self.right**2).float() / (3 * stride) ** 2
        self.weight = solid * torch.exp(-1.5 * squared)

    def around(self, field: Tensor) -> Tensor:
        """(V, C, S, S) -> (P, T, C)."""
        padded = functional.pad(field, (self.reach,) * 4).permute(0, 2, 3, 1).reshape(-1, field.shape[1])
        return padded[self.index]

    def at(self, field: Tensor) -> Tensor:
        """(V, C, S, S) -> (P, 1, C)."""
        view, row, column = self.pixel.unbind(1)
        return field[view, :, row, column][:, None]

    def put(self, field: Tensor, values: Tensor) -> Tensor:
        """(V, C, S, S) with the solid pixels replaced by values (P, C)."""
        view, row, column = self.pixel.unbind(1)
        out = field.clone()
        out[view, :, row, column] = values
        return out


def _gap(windows: _Windows, sheets: Sheets) -> tuple[Tensor, Tensor]:
    """(P, T) the depth that each sample's surface predicts at the window's centre, and how far it lies from the own one.

    The mean of both slopes makes the prediction exact for surfaces of second order.
    """
    here, there = (f(torch.cat([sheets.depth[:, None], sheets.slope], 1)) for f in (windows.at, windows.around))
    slope = 0.5 * (here[..., 1:] + there[..., 1:])
    predicted = there[..., 0] + sheets.pixel * (-windows.right * slope[..., 0] + windows.down * slope[..., 1])
    return predicted, (predicted - here[..., 0]).abs()


def smooth_normals(sheets: Sheets, stride: int, noise: float) -> Sheets:
    """Bilateral filter (Tomasi and Manduchi 1998) of the normals; its range is set by the noise, radians an axis."""
    windows = _Windows(sheets, stride)
    width = min(max(2.8 * noise, 0.12), WIDEST_RANGE)
    near, own = windows.around(sheets.normal), windows.at(sheets.normal)
    _, gap = _gap(windows, sheets)
    tolerance = sheets.pixel * (1.5 + 0.5 * 3 * stride)
    weight = windows.weight * torch.exp(-((near - own) ** 2).sum(-1) / (2 * width**2)) * (gap < tolerance)
    mean = (weight[..., None] * near).sum(1)
    return replace(sheets, normal=windows.put(sheets.normal, functional.normalize(mean, dim=1)))


def smooth_depth(sheets: Sheets, stride: int) -> Sheets:
    """Each depth becomes the mean of what the planes around predict there, where they continue one surface."""
    windows = _Windows(sheets, stride)
    predicted, gap = _gap(windows, sheets)
    alike = (windows.around(sheets.normal) * windows.at(sheets.normal)).sum(-1).clamp(min=0) ** 4
    tolerance = sheets.pixel * (1 + 0.25 * 3 * stride)
    weight = windows.weight * alike * torch.exp(-0.5 * (gap / tolerance) ** 2)
    mean = (weight * predicted).sum(1) / weight.sum(1).clamp(min=1e-9)
    return replace(sheets, depth=windows.put(sheets.depth[:, None], mean[:, None])[:, 0])


def calm_outline(alpha: Tensor) -> Tensor:
    """(V, S, S) alpha whose contour is smooth: single pixels off an edge go, single notches are filled, the rest is blurred.

    A blur of OUTLINE_PX leaves a foot two pixels wide, but would take a line of one: what lies in a straight run along
    one of four directions, solid or clear, is no fray, and a solid pixel in one keeps its own.
    """
    solid = (alpha > 0.5).float()[:, None]
    kept = _in_a_run(solid) & (solid > 0)
    bump = (solid > 0) & (_opened(solid) == 0) & ~kept
    notch = (solid == 0) & (_opened(1 - solid) == 0) & ~_in_a_run(1 - solid)
    calm = torch.where(bump, 0.0, torch.where(notch, 1.0, alpha[:, None]))
    reach = 3
    along = torch.arange(-reach, reach + 1).float()
    kernel = torch.exp(-0.5 * (along / (OUTLINE_PX * alpha.shape[-1] / 64)) ** 2)
    kernel = (kernel / kernel.sum())[None, None]
    blurred = functional.conv2d(functional.pad(calm, (reach,) * 4), kernel[..., None])
    blurred = functional.conv2d(blurred, kernel[:, :, None])
    return torch.where(kept, blurred.clamp(min=0.6), blurred)[:, 0]


def _in_a_run(mask: Tensor) -> Tensor:
    """(V, 1, S, S) bool: where a pixel is the middle of 2 LINE_PX + 1 set ones along a row, a column or a diagonal."""
    eye = torch.eye(2 * LINE_PX + 1)
    rows = torch.zeros_like(eye)
    rows[LINE_PX] = 1
    lines = torch.stack([rows, rows.T, eye, eye.flip(1)])[:, None] / (2 * LINE_PX + 1)
    return functional.conv2d(mask, lines, padding=LINE_PX).amax(1, keepdim=True) > 0.99


def _opened(mask: Tensor) -> Tensor:
    """(V, 1, S, S) the mask's pixels that lie in a block of two by two set ones."""
    whole = -functional.max_pool2d(-mask, 2, 1)
    return functional.max_pool2d(functional.pad(whole, (1, 1, 1, 1)), 2, 1)
