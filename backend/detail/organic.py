"""Owns what grew or was woven: wood, bark, wicker, leather, fabric, paper, fur, foliage, food, crumb."""

from __future__ import annotations

import numpy as np

from ..rasterise import Array
from .site import PLANK, Layer, Site, line, step

RING = 0.024  # spacing of the year rings in prior units


def planks(site: Site) -> tuple[Array, Array, Array, Array]:
    """Split broad parts into boards. Returns (n, 3) board coordinates, board number (n,), distance to a joint (n,),
    width (n,).

    Round parts are split into staves by angle and closed by boards across their ends; others are split across their width,
    and through their depth too where that is broad.
    """
    along, across, through = site.local.T
    radius = np.maximum(site.half[:, 1:].mean(1), 1e-3)
    staves = site.round & (radius > PLANK)
    lid = staves & (np.abs(site.facing[:, 0]) > 0.7)
    along, through = np.where(lid, through, along), np.where(lid, along, through)
    staves = staves & ~lid
    deep = (site.half[:, 2] > PLANK) & ~staves & ~lid & (np.abs(site.facing[:, 1]) > np.abs(site.facing[:, 2]))
    where = np.where(deep, through, across)
    other = np.where(deep, across, through)
    extent = np.where(deep, 2 * site.half[:, 2], 2 * site.half[:, 1])
    where = np.where(staves, np.arctan2(through, across) * radius, where)
    other = np.where(staves, np.hypot(across, through) - radius, other)
    extent = np.where(staves, 2 * np.pi * radius, extent)
    count = np.where(extent > 1.7 * PLANK, np.round(extent / PLANK), 1.0)
    width = extent / count
    place = (where + extent / 2) / np.maximum(width, 1e-6)
    board = np.clip(np.floor(place), 0, count - 1)
    within = (place - board - 0.5) * width
    joint = np.where(count > 1, width / 2 - np.abs(within), 1.0)
    outermost = ~staves & (((board == 0) & (within < 0)) | ((board == count - 1) & (within > 0)))
    joint = np.where(outermost, 1.0, joint).astype(np.float32)
    number = (board + 64 * deep + 128 * staves + 256 * lid).astype(np.int64)
    return np.stack([along, within, other], axis=1).astype(np.float32), number, joint, width.astype(np.float32)


def wood(site: Site) -> Layer:
    """Year rings around a heart outside the board, bent by slow noise; fibres, pores and boards' joints."""
    board, number, joint, _ = planks(site)
    chance = site.random(number)
    shifted = board + chance[:, :3] * np.array([9.0, 5.0, 5.0], np.float32)
    bend = site.noise.smooth(shifted * np.array([0.5, 1.6, 1.6], np.float32), 0.35)
    wave = site.noise.smooth(shifted * np.array([0.25, 2.2, 2.2], np.float32), 0.18)
    heart = 0.10 + 0.22 * chance[:, 3]
    side = (chance[:, 4] - 0.5) * 0.16
    tilt = (chance[:, 5] - 0.5) * 0.12
    radius = np.hypot(board[:, 1] - side, board[:, 2] + heart + tilt * board[:, 0])
    phase = (radius + 0.010 * bend + 0.005 * wave) / RING
    t = phase - np.floor(phase)
    soft = np.maximum(0.16, 1.2 * site.texel / RING)
    ring = t**1.6 * (1 - step(t, 1 - soft, 1.0))
    strand = np.array([0.05, 1.0, 1.0], np.float32)
    fibre = site.noise.smooth(shifted * strand, 0.011)
    coarse = site.noise.smooth(shifted * strand * np.array([0.6, 1, 1], np.float32), 0.034)
    pore = step(site.noise.smooth((shifted + 3.1) * np.array([0.12, 1.0, 1.0], np.float32), 0.009), 1.1, 2.2)
    gap = line(joint, 0.003, site.texel)
    tint = (1.10 - 0.30 * ring) * (1 + 0.045 * fibre + 0.05 * coarse - 0.22 * pore) * (0.90 + 0.2 * chance[:, 0])
    worn = 1 + 0.10 * site.convex - 0.28 * site.concave
    hue = np.stack([tint, tint * (0.985 + 0.03 * ring), tint * (0.95 + 0.07 * ring)], axis=1)  # latewood is redder
    height = 0.0009 * ring + 0.00045 * fibre + 0.0004 * coarse - 0.0010 * pore - 0.006 * gap
    height -= 0.003 * step(-joint, -0.012, 0.0) * (joint < 0.5)  # the boards' edges are eased
    rough = 0.07 * (0.5 - ring) + 0.03 * fibre + 0.12 * gap
    return Layer(hue * (worn * (1 - 0.62 * gap))[:, None], height, rough)


def painted_wood(site: Site) -> Layer:
    """Brushed paint over grain that telegraphs through, chipped to the wood on outer edges."""
    board, number, joint, _ = planks(site)
    chance = site.random(number)
    shifted = board + chance[:, :3] * 7
    strand = np.array([0.06, 1.0, 1.0], np.float32)
    fibre = site.noise.smooth(shifted * strand, 0.014)
    stroke = site.noise.smooth(shifted * np.array([0.12, 1.0, 1.0], np.float32), 0.03)
    gap = line(joint, 0.003, site.texel)
    blotch = site.noise.fractal(site.point, 0.09, 4, 0.7)
    chip = step(np.minimum(site.convex, 0.65) + 0.20 * blotch + 0.06 * fibre, 0.82, 0.88)  # a tenth of an edge
    wood_colour = np.stack([0.52 + 0.05 * fibre, 0.37 + 0.04 * fibre, 0.23 + 0.03 * fibre], axis=1)
    tint = (
        (1 + 0.018 * stroke + 0.012 * fibre + 0.03 * blotch) * (0.975 + 0.05 * chance[:, 0]) * (1 - 0.22 * site.concave)
    )
    height = 0.0004 * fibre + 0.0004 * stroke - 0.005 * gap - 0.0016 * chip
    rough = 0.04 * stroke + 0.05 * blotch
    return Layer(tint * (1 - 0.5 * gap), height, rough, cover=chip * 0.9, coat=wood_colour, coat_roughness=0.8)


def bark(site: Site) -> Layer:
    """Furrowed plates, long along the trunk."""
    stretched = site.local * np.array([0.32, 1.0, 1.0], np.float32) + site.random()[:, :3] * 5
    warp = site.noise.smooth(stretched, 0.12)[:, None] * np.array([0.0, 0.02, 0.02], np.float32)
    _, border, value = site.noise.cells(stretched + warp, 0.075)
    furrow = 1 - step(border, 0.02, 0.38)
    rough = site.noise.fractal(stretched * np.array([1.6, 1, 1], np.float32), 0.035, 3, 0.6)
    tint = (1.08 - 0.42 * furrow) * (0.90 + 0.22 * value) * (1 + 0.09 * rough)
    height = -0.020 * furrow + 0.0028 * rough + 0.004 * value
    return Layer(tint * (1 - 0.2 * site.concave), height, 0.05 * rough)


def wicker(site: Site) -> Layer:
    """Flat strands, over and under round stakes."""
    along, across = site.sheet().T
    pitch = 0.042
    row = np.floor(along / (0.6 * pitch))
    t = along / (0.6 * pitch) - row - 0.5
    wave = np.cos(np.pi * across / pitch + np.pi * (row % 2))
    strand = np.sqrt(np.clip(1 - (2 * t) ** 2, 0, 1))
    stake = np.sqrt(np.clip(1 - (3.2 * (across / pitch - np.round(across / pitch))) ** 2, 0, 1))
    over = strand * (0.65 + 0.35 * wave)
    shown = np.maximum(over, 0.55 * stake * (wave < -0.2))
    fibre = site.noise.smooth(site.point * 1.0, 0.013)
    chance = site.random(row.astype(np.int64))
    tint = (0.50 + 0.58 * shown) * (0.88 + 0.24 * chance[:, 1]) * (1 + 0.05 * fibre)
    return Layer(tint, 0.010 * shown + 0.0006 * fibre, 0.05 * fibre)


def leather(site: Site) -> Layer:
    """Pebbled grain with creases; rubbed pale on edges."""
    warp = site.noise.smooth(site.point, 0.06)[:, None] * np.float32(0.006)
    _, border, value = site.noise.cells(site.point + warp, 0.026)
    crease = 1 - step(border, 0.0, 0.32)
    soft = site.noise.fractal(site.point, 0.16, 3)
    tint = (1 + 0.06 * soft + 0.05 * (value - 0.5) - 0.16 * crease) * (1 + 0.22 * site.convex - 0.3 * site.concave)
    return Layer(tint, 0.0016 * (1 - crease) + 0.0016 * soft, 0.07 * soft + 0.12 * crease - 0.08 * site.convex)


def fabric(site: Site) -> Layer:
    """Plain weave: warp and weft threads over and under each other, with slubs."""
    along, across = site.sheet().T
    pitch = max(0.020, 4.5 * site.texel)
    slub = site.noise.smooth(site.point, 0.05)
    s, t = along / pitch + 0.12 * slub, across / pitch + 0.12 * site.noise.smooth(site.point + 5.0, 0.06)
    over = np.cos(np.pi * np.floor(s)) * np.cos(np.pi * np.floor(t))
    warp_thread, weft_thread = np.sin(np.pi * (s - np.floor(s))), np.sin(np.pi * (t - np.floor(t)))
    thread = np.where(over > 0, warp_thread, weft_thread)
    fold = site.noise.fractal(site.point, 0.3, 2)
    tint = (0.86 + 0.2 * thread) * (1 + 0.05 * slub + 0.03 * fold) * (1 - 0.25 * site.concave)
    return Layer(tint, 0.0030 * thread + 0.002 * fold, 0.04 * (1 - thread))


def paper(site: Site) -> Layer:
    """Short fibres and faint cockling."""
    fibre = site.noise.smooth(site.point * np.array([0.5, 1.3, 1.0], np.float32), 0.02)
    cloud = site.noise.fractal(site.point, 0.25, 3)
    tint = (1 + 0.022 * fibre + 0.03 * cloud) * (1 + 0.06 * site.convex - 0.18 * site.concave)
    return Layer(tint, 0.0003 * fibre + 0.0009 * cloud, 0.03 * fibre)


def fur(site: Site) -> Layer:
    """Strands that hang, in tufts."""
    hang = site.point * np.array([1.0, 1.0, 0.14], np.float32)
    tuft = site.noise.smooth(hang * np.array([1, 1, 1.8], np.float32), 0.07)
    bent = hang + 0.012 * tuft[:, None]
    strand = site.noise.smooth(bent, 0.016)
    fine = site.noise.smooth(bent + 2.0, 0.009)
    tint = (1 + 0.13 * strand + 0.08 * fine + 0.10 * tuft) * (1 - 0.25 * site.concave)
    return Layer(tint, 0.004 * strand + 0.0016 * fine + 0.008 * tuft, 0.03 * strand)


def foliage(site: Site) -> Layer:
    """Overlapping leaves, light at their tips, dark between them."""
    warp = site.noise.smooth(site.point, 0.1)[:, None] * np.float32(0.02)
    near, border, value = site.noise.cells(site.point + warp, 0.075)
    _, small_border, small = site.noise.cells(site.point * 1.0 + 3.0 - warp, 0.038)
    gap = 1 - step(border, 0.0, 0.30)
    dome = np.clip(1 - near, 0, 1)
    light = 0.62 + 0.30 * value + 0.30 * dome + 0.18 * (small - 0.5) - 0.34 * gap
    light *= 1 - 0.16 * (1 - step(small_border, 0.0, 0.3))
    hue = np.stack([light * (0.88 + 0.24 * small), light, light * (0.92 + 0.1 * value)], axis=1)
    return Layer(hue, 0.014 * dome - 0.010 * gap + 0.004 * small, 0.08 + 0.08 * (0.5 - value))


def food(site: Site) -> Layer:
    """Waxy skin: slow dapple, fine dimples."""
    dapple = site.noise.fractal(site.point, 0.22, 3)
    dimple = step(site.noise.smooth(site.point, 0.022), 0.9, 2.2)
    return Layer(
        1 + 0.05 * dapple + 0.10 * dimple - 0.15 * site.concave, 0.0012 * dapple - 0.0012 * dimple, 0.06 * dapple
    )


def crumb(site: Site) -> Layer:
    """Baked crust: pores and toasted patches."""
    near, _, _ = site.noise.cells(site.point, 0.05)
    fine, _, _ = site.noise.cells(site.point + 4.0, 0.022)
    toast = site.noise.fractal(site.point, 0.24, 3)
    pore = (1 - step(near, 0.12, 0.42)) + 0.6 * (1 - step(fine, 0.12, 0.45))
    tint = 1 + 0.10 * toast - 0.16 * pore + 0.06 * site.convex
    hue = np.stack([tint, tint * (1 - 0.03 * toast), tint * (1 - 0.06 * toast)], axis=1)
    return Layer(hue, -0.006 * pore + 0.003 * toast, 0.05 * pore)
