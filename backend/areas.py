"""Owns the outlines of painted areas on flat sides: what is nearly a rectangle or a disc becomes one.

Screens, doors and windows come out of views of 64 pixels with frayed edges. Where a side faces a view squarely, an area of
one paint whose pixels nearly fill a rectangle (or an ellipse) upright in that view is made to.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from .cameras import points_from_depth
from .priors import DEPTH, NORMAL, Maps
from .rasterise import Array

Mask = NDArray[np.bool_]

SMALLEST, LARGEST = 12, 0.7  # pixels of an area, and share of what its view shows, that may be straightened
LIKE = 0.7  # intersection over union with its form from which an area is straightened
FULL = 0.5  # of the median row or column: emptier ones at an area's rim are fray
SQUARE, FLAT_SHARE = (
    0.8,
    0.7,
)  # cosine to the view from which a pixel faces it squarely, and share of an area's that must
PLANE = 2.5 / 32  # prior units from the area's middle height within which pixels are of the same side
AROUND = 0.6  # share of the paint around an area that one entry must have
UPRIGHT = 0.9  # cosine between a view and a side: seen from a little above or below, upright rectangles stay such
REACH = 2  # pixels beside the new outline whose paint is made certain, so that it is straight between pixels too


def straightened(soft: Array, maps: Maps, opaque: Mask) -> Array:
    """Memberships (V, S, S, K) with the areas straightened in the views that face a flat side. opaque: (V, S, S)."""
    buffer = maps.maps.detach().float().cpu()
    normal, point = buffer[:, NORMAL].numpy(), points_from_depth(maps.cameras, buffer[:, DEPTH][:, 0]).numpy()
    back = maps.cameras.axes[:, 2].numpy()
    soft = soft.copy()
    for view in range(len(soft)):
        if np.abs(back[view]).max() < UPRIGHT:
            continue
        side = np.rint(back[view])
        square, height = np.einsum("chw,c->hw", normal[view], side) > SQUARE, point[view] @ side
        for entry, area in _areas(soft[view].argmax(-1), opaque[view]):
            flat = square & (np.abs(height - np.median(height[area])) < PLANE)
            if flat[area].mean() >= FLAT_SHARE:
                _straighten(soft[view], entry, area, opaque[view] & flat)
    return soft


def _areas(label: NDArray[np.intp], opaque: Mask) -> Iterator[tuple[int, Mask]]:
    """The connected areas of one entry each that may be straightened, the largest first."""
    found = []
    for entry in np.unique(label[opaque]):
        pieces, count = ndimage.label(opaque & (label == entry))
        sizes = np.bincount(pieces.ravel(), minlength=count + 1)
        found += [(sizes[k], int(entry), pieces == k) for k in range(1, count + 1) if sizes[k] >= SMALLEST]
    for size, entry, area in sorted(found, key=lambda one: -one[0]):
        if size <= LARGEST * opaque.sum():
            yield entry, area


def _straighten(soft: Array, entry: int, area: Mask, free: Mask) -> None:
    """Give an area's form to its entry, and what it leaves to the paint around, in place. soft: (S, S, K)."""
    filled = ndimage.binary_fill_holes(area)
    form = form_or_none(filled)
    label = soft.argmax(-1)
    ring = ndimage.binary_dilation(area, iterations=2) & free & ~area
    if form is None or not ring.any():
        return
    counts = np.bincount(label[ring], minlength=soft.shape[-1])
    other = int(counts.argmax())
    if counts[other] < AROUND * ring.sum():
        return
    pieces, count = ndimage.label(filled & ~area)  # a pane in a frame is an area of its own
    panes = np.isin(pieces, 1 + np.flatnonzero(np.bincount(pieces.ravel(), minlength=count + 1)[1:] >= SMALLEST))
    both = (label == other) | (label == entry)
    taken = form & free & ~panes & both
    left = free & ~form & (area | (both & ndimage.binary_dilation(form, iterations=REACH)))
    for pixels, own in ((taken, entry), (left, other)):
        soft[pixels] = 0
        soft[pixels, own] = 1


def form_or_none(area: Mask) -> Mask | None:
    """The upright rectangle or ellipse that an area (S, S) nearly is; None where it is neither."""
    sides, axes = [], []
    y, x = np.mgrid[: area.shape[0], : area.shape[1]]
    for place, other in ((y, 1), (x, 0)):
        low, high = _extent(area.sum(other))
        own = place[area]
        sides.append(np.abs(place - (low + high) / 2) / ((high - low + 1) / 2))
        axes.append((place - own.mean()) / max(2 * own.std(), 0.5))  # an ellipse reaches to twice the deviation
    forms = (np.maximum(*sides) <= 1, axes[0] ** 2 + axes[1] ** 2 <= 1)
    likeness = [(area & form).sum() / (area | form).sum() for form in forms]
    best = int(np.argmax(likeness))
    return forms[best] if likeness[best] >= LIKE else None


def _extent(profile: NDArray[np.intp]) -> tuple[int, int]:
    """The first and last row or column that is no fray, of their pixel counts."""
    full = np.flatnonzero(profile >= FULL * np.median(profile[profile > 0]))
    return int(full[0]), int(full[-1])
