"""Owns which surfaces a palette has: the modes of what the views show, without blends of two of them."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.sparse import csgraph

from .rasterise import Array

MOST_ENTRIES = 14
SMALLEST_SHARE = 0.001  # of the even area: a mug's thin handle has hardly an even pixel
RADIUS = 0.14  # of an entry, in the palette's features: about what a 64-px sample of one colour scatters
BLEND_REACH = 0.9 * RADIUS  # from the way between two entries within which a third is a blend of theirs ...
BLEND_APART = 2 * RADIUS  # ... if they lie so far apart at least ...
BLEND_FROM = 0.15  # ... and it so far from their ends, as a share of the way


def modes(points: Array, weights: Array) -> Array:
    """(K, 9) entries in the space of features: the densest cells first, then three weighted means. Deterministic.

    points: (P, 9); weights: (P,).
    """
    if len(points) == 0:
        return np.zeros((1, 9), dtype=np.float32)
    cells, cell = np.unique(np.round(points / (0.5 * RADIUS)).astype(np.int64), axis=0, return_inverse=True)
    mass = np.bincount(cell.reshape(-1), weights=weights, minlength=len(cells))
    total, centres = mass.sum(), cells * (0.5 * RADIUS)
    left = mass.copy()
    chosen: list[Array] = []
    while len(chosen) < MOST_ENTRIES and (not chosen or left.max() > SMALLEST_SHARE * total):
        centre = centres[int(np.argmax(left))]
        chosen.append(centre)
        left[((centres - centre) ** 2).sum(1) < RADIUS**2] = 0.0
    entries = np.array(chosen)
    for _ in range(3):
        nearest = ((points[:, None] - entries) ** 2).sum(-1).argmin(1)
        sums = np.bincount(nearest, weights=weights, minlength=len(entries))
        means = [np.bincount(nearest, weights=weights * points[:, c], minlength=len(entries)) for c in range(9)]
        entries = np.where(sums[:, None] > 0, np.stack(means, 1) / np.maximum(sums, 1e-9)[:, None], entries)
    return _merged(entries, sums).astype(np.float32)


def _merged(entries: Array, sums: Array) -> Array:
    """Entries that ended closer than 0.7 radii become one, at their weighted mean, heaviest first."""
    kept: list[tuple[Array, float]] = []
    for index in np.argsort(-sums, kind="stable"):
        entry, mass = entries[index], float(sums[index])
        near = [k for k, (other, _) in enumerate(kept) if ((other - entry) ** 2).sum() < (0.7 * RADIUS) ** 2]
        if near:
            other, heavier = kept[near[0]]
            kept[near[0]] = ((other * heavier + entry * mass) / max(heavier + mass, 1e-9), heavier + mass)
        else:
            kept.append((entry, mass))
    return np.stack([entry for entry, _ in kept])


def evenness(features: Array, opaque: Array) -> Array:
    """(V, S, S) from 0.04 to 1: how little the opaque 3 x 3 pixels differ; blends at edges must not found an entry."""
    size = (1, 3, 3, 1)
    high = ndimage.maximum_filter(np.where(opaque[..., None], features, -9.0), size)
    low = ndimage.minimum_filter(np.where(opaque[..., None], features, 9.0), size)
    spread = np.where(opaque, (high - low).max(-1), 0.0)
    return 0.04 + 0.96 * np.exp(-((spread / 0.16) ** 2))


def without_fringes(centres: Array, features: Array, opaque: Array) -> Array:
    """Drop entries that live on borders only and lie between two others: blends, which a colour or a code may mimic."""
    nearest = ((features[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
    even = calm(nearest, opaque) > 0.8
    count = np.bincount(nearest[opaque], minlength=len(centres))
    inner = np.bincount(nearest[opaque & even], minlength=len(centres)) / np.maximum(count, 1)
    kept = [k for k in range(len(centres)) if inner[k] >= 0.2]
    for k in range(len(centres)):
        if inner[k] < 0.2 and not _is_between(centres[k], centres[kept]):
            kept.append(k)
    return centres[sorted(kept)]


def without_gradients(centres: Array, features: Array, opaque: Array) -> Array:
    """Join entries whose common border is no edge: two pixels across it differ by less than 0.6 of what the entries do."""
    label = ((features[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
    count = len(centres)
    steps, pairs = np.zeros(count * count), np.zeros(count * count)
    for axis in (1, 2):
        near, far = [slice(None)] * 3, [slice(None)] * 3
        near[axis], far[axis] = slice(None, -2), slice(2, None)
        a, b = label[tuple(near)], label[tuple(far)]
        crossing = opaque[tuple(near)] & opaque[tuple(far)] & (a != b)
        a, b = a[crossing], b[crossing]
        towards = centres[b] - centres[a]
        change = (features[tuple(far)] - features[tuple(near)])[crossing]  # its part along the way: noise averages out
        step = (change * towards).sum(1) / np.maximum(np.linalg.norm(towards, axis=1), 1e-9)
        for first, second in ((a, b), (b, a)):
            pairs += np.bincount(first * count + second, minlength=count * count)
            steps += np.bincount(first * count + second, weights=step, minlength=count * count)
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=-1)
    mean_step = (steps / np.maximum(pairs, 1)).reshape(count, count)
    gradual = (pairs.reshape(count, count) >= 8) & (mean_step < 0.6 * apart) & (apart < 2.2 * RADIUS)
    light = centres[
        :, 3
    ]  # not 0 for textured surfaces: these were averaged, so light and dark meet in a gradient anyway
    gradual &= np.abs(light[:, None] - light[None]) < 0.08
    group = csgraph.connected_components(gradual, directed=False)[1]
    size = np.bincount(label[opaque], minlength=count).astype(float) + 1e-9
    mass = np.bincount(group, weights=size)
    means = [np.bincount(group, weights=size * centres[:, c]) / mass for c in range(centres.shape[1])]
    return np.stack(means, axis=1).astype(np.float32)


def without_blends(centres: Array, features: Array, opaque: Array) -> Array:
    """Drop entries between two others, one of them larger, the smallest first; for views that a prior sampled.

    Where it does not know whether it paints a window or the wall around it, it paints what lies between: such patches founded
    entries of their own, and props wore camouflage. Their pixels go to whichever of the two is nearer.
    """
    while len(centres) > 2:
        label = ((features[..., None, :] - centres) ** 2).sum(-1).argmin(-1)
        mass = np.bincount(label[opaque], minlength=len(centres))
        blends = [k for k in np.argsort(mass, kind="stable") if _is_blend(int(k), centres, mass)]
        if not blends:
            break
        centres = np.delete(centres, blends[0], axis=0)
    return centres


def _is_blend(k: int, centres: Array, mass: Array) -> bool:
    """Whether entry k lies between two others far apart, at least one of them larger."""
    a, b = np.triu_indices(len(centres), 1)
    pairs = (a != k) & (b != k) & (mass[k] < np.maximum(mass[a], mass[b]))
    first, second = centres[a[pairs]], centres[b[pairs]]
    apart = ((second - first) ** 2).sum(1) > BLEND_APART**2
    return bool((apart & _between(centres[k], first, second, BLEND_FROM, BLEND_REACH)).any())


def _is_between(point: Array, others: Array) -> bool:
    """Whether a point lies within half a radius of the segment between two of the others, off its ends."""
    a, b = np.triu_indices(len(others), 1)
    return bool(_between(point, others[a], others[b], 0.1, 0.6 * RADIUS).any())


def _between(point: Array, first: Array, second: Array, ends: float, reach: float) -> Array:
    """(n,) whether a point lies nearer than `reach` to the ways between pairs (n, d), and not on their `ends`, shares of them."""
    along, away = second - first, point - first
    at = (away * along).sum(1) / np.maximum((along**2).sum(1), 1e-12)
    off = np.linalg.norm(away - at[:, None] * along, axis=1)
    within: Array = (at > ends) & (at < 1 - ends) & (off < reach)
    return within


def calm(label: Array, opaque: Array) -> Array:
    """(V, S, S) from 0.1 to 1: how uniformly the 3 x 3 pixels around each are painted; blends of colours are not."""
    same = np.zeros(label.shape, dtype=np.float32)
    count = np.zeros(label.shape, dtype=np.float32)
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            shifted = np.roll(opaque, (dy, dx), (1, 2))
            count += shifted
            same += shifted & (np.roll(label, (dy, dx), (1, 2)) == label)
    return 0.1 + 0.9 * (same / np.maximum(count, 1.0)) ** 2
