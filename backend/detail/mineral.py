"""Owns what was laid, cast or fired: brick, plaster, stone, ceramic, plastic, rubber, snow, crystal, glass, light."""

from __future__ import annotations

import numpy as np

from .site import Layer, Site, line, step

COURSE, BRICK, MORTAR = 0.105, 0.25, 0.011  # height of a course, length of a brick, width of a joint, in prior units


def brick(site: Site) -> Layer:
    """Running bond: courses level in object space, joints recessed, each brick of its own shade."""
    x, y, z = site.point.T
    facing = np.abs(site.normal)
    flat = facing[:, 2] > 0.8
    run = np.where(facing[:, 0] > facing[:, 1], y, x)
    radius = np.maximum(site.half[:, 1:].mean(1), 1e-3)
    around = np.arctan2(site.local[:, 2], site.local[:, 1]) * radius
    run = np.where(flat, x, np.where(site.round, around, run))
    rise = np.where(flat, y, z)
    wobble = 0.004 * site.noise.smooth(site.point, 0.12)
    course = np.floor((rise + wobble) / COURSE)
    place = run / BRICK + 0.5 * (course % 2) + 0.03 * np.sin(course * 12.9)
    number = np.floor(place)
    up = (0.5 - np.abs((rise + wobble) / COURSE - course - 0.5)) * COURSE
    sideways = (0.5 - np.abs(place - number - 0.5)) * BRICK
    grain = site.noise.fractal(site.point, 0.05, 4, 0.65)
    edge = np.minimum(up, sideways) + 0.0022 * grain
    joint = 1 - step(edge, MORTAR * 0.45, MORTAR * 0.45 + max(0.004, 1.2 * site.texel))
    chance = site.random(course.astype(np.int64), number.astype(np.int64))
    shade = (0.84 + 0.32 * chance[:, 0]) * (1 + 0.07 * grain)
    hue = np.stack([shade, shade * (0.97 + 0.06 * chance[:, 1]), shade * (0.94 + 0.12 * chance[:, 1])], axis=1)
    grey = site.colour.mean(1, keepdims=True)
    mortar = np.clip((0.45 * site.colour + 0.55 * grey) * 1.15 + 0.10, 0, 0.85) * (1 + 0.05 * grain[:, None])
    rounded = step(edge, MORTAR * 0.4, 0.022)
    height = -0.011 * joint + 0.004 * rounded + 0.0020 * grain + 0.004 * (chance[:, 2] - 0.5) * (1 - joint)
    return Layer(
        hue * (1 - 0.2 * site.concave)[:, None], height, 0.04 * grain, cover=joint, coat=mortar, coat_roughness=0.95
    )


def plaster(site: Site) -> Layer:
    """Trowelled: slow strokes, fine grain, a few hairline cracks, grime in the corners."""
    stroke = site.noise.fractal(site.point * np.array([0.6, 0.6, 1.2], np.float32), 0.2, 3)
    grain = site.noise.fractal(site.point, 0.02, 2, 0.7)
    wander = site.noise.smooth(site.point, 0.45) + 0.18 * site.noise.fractal(site.point, 0.12, 3)
    where = step(site.noise.smooth(site.point + 9.0, 0.6), 0.4, 1.3)
    crack = line(np.abs(wander) * 0.09, 0.0012, site.texel) * where
    tint = (1 + 0.035 * stroke + 0.025 * grain) * (1 - 0.42 * crack) * (1 + 0.05 * site.convex - 0.22 * site.concave)
    return Layer(tint, 0.0014 * stroke + 0.0006 * grain - 0.003 * crack, 0.04 * stroke + 0.03 * grain)


def stone(site: Site) -> Layer:
    """Mottled in three sizes, pitted, veined by thin dark cracks."""
    cloud = site.noise.fractal(site.point, 0.28, 3, 0.6)
    grain = site.noise.fractal(site.point + 3.0, 0.05, 4, 0.7)
    warp = 0.03 * site.noise.smooth(site.point, 0.14)[:, None]
    _, border, value = site.noise.cells(site.point + warp, 0.34)
    crack = line(border * 0.34, 0.0035, site.texel) * step(site.noise.smooth(site.point + 5.0, 0.3), -0.2, 0.9)
    pit = step(-grain, 1.4, 2.4)
    tint = (1 + 0.10 * cloud + 0.045 * grain + 0.13 * (value - 0.5)) * (1 - 0.35 * crack) * (1 - 0.14 * pit)
    tint *= 1 + 0.10 * site.convex - 0.25 * site.concave
    warm = 0.02 * cloud
    hue = np.stack([tint * (1 + warm), tint, tint * (1 - 1.3 * warm)], axis=1)
    height = 0.005 * cloud + 0.0022 * grain - 0.007 * crack - 0.002 * pit
    return Layer(hue, height, 0.04 * grain + 0.05 * crack)


def ceramic(site: Site) -> Layer:
    """Glaze: barely wavy, pooled darker in creases, thin on rims, with scattered iron specks."""
    wave = site.noise.fractal(site.point, 0.2, 2)
    near, _, value = site.noise.cells(site.point, 0.045)
    speck = (1 - step(near, 0.05, 0.05 + max(0.06, 1.5 * site.texel / 0.045))) * (value > 0.62)
    tint = (1 + 0.015 * wave) * (1 - 0.40 * speck) * (1 + 0.05 * site.convex - 0.14 * site.concave)
    return Layer(tint, 0.0006 * wave, 0.03 * wave + 0.08 * speck)


def plastic(site: Site) -> Layer:
    """Moulded grain, light scuffs on the edges."""
    grain = site.noise.smooth(site.point, 0.016)
    scuff = site.noise.fractal(site.point, 0.12, 4, 0.7)
    tint = (1 + 0.008 * scuff) * (1 + 0.05 * site.convex - 0.12 * site.concave)
    return Layer(tint, 0.00022 * grain, 0.035 * scuff + 0.10 * site.convex * step(scuff, 0.0, 1.2))


def rubber(site: Site) -> Layer:
    """Matt, dusty in the creases, fine grain."""
    grain = site.noise.fractal(site.point, 0.03, 3, 0.7)
    return Layer((1 + 0.04 * grain) * (1 + 0.12 * site.concave + 0.10 * site.convex), 0.0007 * grain, 0.04 * grain)


def snow(site: Site) -> Layer:
    """Soft drifts with grains that catch the light."""
    drift = site.noise.fractal(site.point, 0.3, 3)
    grain = site.noise.smooth(site.point, 0.012)
    sparkle = step(site.noise.smooth(site.point + 8.0, 0.010), 1.5, 2.4)
    tint = 1 + 0.015 * drift + 0.01 * grain + 0.04 * sparkle - 0.10 * site.concave
    hue = np.stack([tint - 0.006 * drift, tint, tint + 0.006 * drift], axis=1)
    return Layer(hue, 0.003 * drift + 0.0006 * grain, -0.5 * sparkle)


def crystal(site: Site) -> Layer:
    """Facets with bright borders and clouded inclusions."""
    _, border, value = site.noise.cells(site.point, 0.22)
    rim = 1 - step(border, 0.0, 0.16)
    cloud = site.noise.fractal(site.point, 0.16, 3)
    slant = site.noise.smooth(site.point, 0.5)
    tint = 0.92 + 0.16 * value + 0.18 * rim + 0.05 * cloud + 0.12 * site.convex - 0.15 * site.concave
    return Layer(tint, 0.020 * value + 0.02 * slant * value, 0.04 * cloud + 0.05 * rim)


def glass(site: Site) -> Layer:
    """Almost nothing: a slow wave of blown glass."""
    wave = site.noise.smooth(site.point, 0.35)
    return Layer(1 - 0.10 * site.concave + 0.05 * site.convex, 0.0015 * wave, 0.015 * wave)


def water(site: Site) -> Layer:
    """Ripples."""
    ripple = site.noise.fractal(site.point, 0.14, 2)
    return Layer(1 + 0.03 * ripple, 0.0035 * ripple, 0.01 * ripple)


def emissive(site: Site) -> Layer:
    """A lamp's skin: even, a touch brighter where it is full."""
    return Layer(
        1 + 0.02 * site.noise.smooth(site.point, 0.3), np.zeros(len(site.point), np.float32), site.convex * 0.0
    )
