"""Owns metals: brushed, cast, rusty, painted, gold."""

from __future__ import annotations

import numpy as np

from ..rasterise import Array
from .site import Layer, Site, step


def scratches(site: Site) -> Array:
    """(n,) in [0, 1] sparse hairlines in two directions across the part."""
    one = site.noise.smooth(site.local * np.array([0.05, 1.0, 1.0], np.float32) + 11.0, 0.012)
    two = site.noise.smooth(
        site.local @ np.array([[0.7, 0.7, 0], [-0.05, 0.05, 0], [0, 0, 1]], np.float32) + 17.0, 0.012
    )
    return np.maximum(step(one, 1.6, 2.4), step(two, 1.8, 2.6))


def brushed_metal(site: Site) -> Layer:
    """Fine strokes along the part, brighter worn edges, dull crevices."""
    strand = site.local * np.array([0.025, 1.0, 1.0], np.float32) + site.random()[:, :3] * 5
    stroke = site.noise.smooth(strand, 0.0085)
    broad = site.noise.smooth(strand * np.array([0.6, 1, 1], np.float32), 0.03)
    smear = site.noise.fractal(site.point, 0.25, 3)
    tint = (1 + 0.035 * stroke + 0.025 * broad + 0.02 * smear) * (1 + 0.12 * site.convex - 0.30 * site.concave)
    rough = 0.06 * stroke + 0.04 * broad + 0.05 * smear - 0.08 * site.convex + 0.15 * site.concave
    return Layer(tint, 0.00016 * stroke + 0.00012 * broad, rough)


def cast_metal(site: Site) -> Layer:
    """Sand-cast skin: pitted and lumpy, rubbed bright on the edges."""
    lump = site.noise.fractal(site.point, 0.045, 4, 0.7)
    near, _, _ = site.noise.cells(site.point, 0.05)
    dent = 1 - step(near, 0.10, 0.42)
    smear = site.noise.fractal(site.point + 4.0, 0.22, 3)
    tint = (1 + 0.05 * lump + 0.05 * smear - 0.10 * dent) * (1 + 0.30 * site.convex - 0.30 * site.concave)
    rough = 0.06 * lump + 0.06 * smear - 0.16 * site.convex + 0.12 * site.concave
    return Layer(tint, 0.0011 * lump - 0.0020 * dent, rough)


def rusty_metal(site: Site) -> Layer:
    """Rust blooms in patches and crevices, flaking; dark bare iron between."""
    patch = site.noise.fractal(site.point, 0.22, 5, 0.62)
    grain = site.noise.fractal(site.point + 2.0, 0.022, 2, 0.7)
    rust = step(patch + 0.9 * site.concave - 0.5 * site.convex + 0.2 * grain, -1.3, 1.0)
    red = 0.82 + 0.34 * rust + 0.07 * grain
    hue = np.stack([red, 0.92 + 0.12 * rust + 0.07 * grain, 1.08 - 0.14 * rust + 0.06 * grain], axis=1)
    height = 0.0030 * rust + 0.0014 * grain * rust + 0.0005 * grain
    return Layer(hue, height, 0.22 * (rust - 0.5) + 0.04 * grain, metallic=0.5 * (0.5 - rust))


def painted_metal(site: Site) -> Layer:
    """Sprayed enamel with faint orange peel, scratched, chipped to bare metal on outer edges."""
    peel = site.noise.smooth(site.point, 0.02)
    blotch = site.noise.fractal(site.point, 0.10, 4, 0.7)
    chip = step(np.minimum(site.convex, 0.65) + 0.24 * blotch, 0.86, 0.92)  # a tenth of an edge, never all
    scratch = scratches(site) * step(blotch, 0.3, 1.2)
    bare = np.broadcast_to(np.array([0.66, 0.65, 0.64], np.float32), site.colour.shape)
    tint = (1 + 0.02 * blotch) * (1 - 0.24 * site.concave) * (1 + 0.08 * scratch)
    height = 0.00022 * peel - 0.0014 * chip - 0.0003 * scratch
    cover = np.maximum(chip, 0.35 * scratch)
    rough = 0.05 * blotch + 0.12 * scratch + 0.15 * site.concave
    return Layer(tint, height, rough, cover=cover, coat=bare, coat_roughness=0.42, coat_metallic=0.95)


def gold(site: Site) -> Layer:
    """Polished, softly dented, tarnished dark in the creases."""
    dent = site.noise.fractal(site.point, 0.16, 2)
    smear = site.noise.fractal(site.point, 0.10, 4, 0.65)
    tint = (1 + 0.02 * smear) * (1 + 0.08 * site.convex - 0.40 * site.concave)
    return Layer(tint, 0.0009 * dent, 0.03 * smear + 0.22 * site.concave - 0.05 * site.convex)
