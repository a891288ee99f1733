"""Tests of the renderer: primitives and folds against closed forms, and the compiled loop against its slow twin in torch."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from numba import njit

from backend.cameras import rig
from backend.training import render, render_torch
from backend.training.kinds import KINDS
from backend.training.programs import OP, STYLES, TYPE, Builder, Frame, normalise, rotation

RNG = np.random.default_rng(7)
POINTS = RNG.uniform(-1.5, 1.5, (400, 3)).astype(np.float32)


@njit
def _all(program, points):
    out = np.empty(len(points), np.float32)
    for i in range(len(points)):
        out[i] = render.distance(program, points[i, 0], points[i, 1], points[i, 2])[0]
    return out


def compiled(program, points=POINTS):
    return _all(program, np.asarray(points, np.float32))


def twin(program, points=POINTS):
    x = torch.as_tensor(np.asarray(points, np.float32))[None]
    return render_torch.distance(render_torch.pad([program]), x)[0][0].numpy()


def one(method: str, *sizes, **more):
    """The program of a single primitive."""
    b = Builder(np.random.default_rng(0))
    b.slot("body", ("wooden",), main=True)
    getattr(b, method)(*sizes, "body", **{"round": 0.0, **more})
    return b.program()


def to_segments(points, corners):
    """Distance of 2-D points (P, 2) to the closed polyline of corners, and whether they lie inside (even-odd rule)."""
    best, inside = np.full(len(points), np.inf), np.zeros(len(points), bool)
    for a, b in zip(corners, np.roll(corners, -1, 0), strict=True):
        t = np.clip(((points - a) @ (b - a)) / ((b - a) @ (b - a)), 0, 1)
        best = np.minimum(best, np.linalg.norm(points - a - t[:, None] * (b - a), axis=1))
        crosses = (a[1] > points[:, 1]) != (b[1] > points[:, 1])
        x = a[0] + (points[:, 1] - a[1]) / np.where(b[1] == a[1], 1, b[1] - a[1]) * (b[0] - a[0])
        inside ^= crosses & (points[:, 0] < x)
    return best, inside


BOTH = pytest.mark.parametrize("evaluate", [compiled, twin])


@BOTH
def test_sphere_is_the_distance_to_its_centre_less_the_radius(evaluate) -> None:
    """An ellipsoid of three equal axes is an exact sphere, outside and inside."""
    expected = np.linalg.norm(POINTS, axis=1) - 0.6
    assert np.abs(evaluate(one("sphere", 0.6)) - expected).max() < 1e-5


@BOTH
def test_ellipsoid_has_the_right_zero_set_and_sign(evaluate) -> None:
    """Points on the ellipsoid have distance 0; the sign elsewhere is that of the implicit equation."""
    radii = np.array([0.9, 0.5, 0.3])
    on = POINTS / np.linalg.norm(POINTS / radii, axis=1, keepdims=True)
    assert np.abs(evaluate(one("ellipsoid", tuple(radii)), on)).max() < 1e-5
    implicit = np.linalg.norm(POINTS / radii, axis=1) - 1
    assert (np.sign(evaluate(one("ellipsoid", tuple(radii)))) == np.sign(implicit)).all()


@BOTH
@pytest.mark.parametrize("edge", [0.0, 0.1])
def test_box_is_exact(evaluate, edge: float) -> None:
    """Outside: the way to the nearest point of the inner box less the edge radius; inside: the nearest face."""
    half = np.array([0.7, 0.4, 0.5])
    inner = half - edge
    out = np.linalg.norm(POINTS - np.clip(POINTS, -inner, inner), axis=1) - edge
    deep = np.max(np.abs(POINTS) - half, axis=1)
    expected = np.where((np.abs(POINTS) <= inner).all(1), deep, out)
    assert np.abs(evaluate(one("box", tuple(2 * half), round=edge)) - expected).max() < 1e-5


@BOTH
def test_torus_is_the_distance_to_a_circle_less_the_thickness(evaluate) -> None:
    """Against 4096 points of the circle."""
    a = np.linspace(0, 2 * math.pi, 4096)
    circle = np.stack([0.8 * np.cos(a), 0.8 * np.sin(a), 0 * a], 1)
    expected = np.linalg.norm(POINTS[:, None] - circle, axis=2).min(1) - 0.15
    assert np.abs(evaluate(one("torus", 0.8, 0.15)) - expected).max() < 1e-4


@BOTH
def test_arc_is_the_distance_to_its_part_of_the_circle(evaluate) -> None:
    """Within 70 degrees of +x on both sides, with round ends; against 4096 points."""
    a = np.radians(np.linspace(-70, 70, 4096))
    circle = np.stack([0.8 * np.cos(a), 0.8 * np.sin(a), 0 * a], 1)
    expected = np.linalg.norm(POINTS[:, None] - circle, axis=2).min(1) - 0.1
    assert np.abs(evaluate(one("arc", 0.8, 0.1, 70.0)) - expected).max() < 1e-4


@BOTH
@pytest.mark.parametrize("radii", [(0.7, 0.3), (0.2, 0.6), (0.5, 0.5)])
def test_cone_is_exact(evaluate, radii) -> None:
    """In the half plane (radius, z) a capped cone is a trapezium: distance to its edges, negative inside."""
    low, high = radii
    corners = np.array([[-low, -0.5], [low, -0.5], [high, 0.5], [-high, 0.5]])
    flat = np.stack([np.hypot(POINTS[:, 0], POINTS[:, 1]), POINTS[:, 2]], 1)
    far, inside = to_segments(flat, corners)
    assert np.abs(evaluate(one("cone", low, high, 1.0)) - np.where(inside, -far, far)).max() < 1e-4


@BOTH
@pytest.mark.parametrize("ends", [(0.3, 0.3), (0.4, 0.15), (0.1, 0.35)])
def test_capsule_is_the_hull_of_two_balls(evaluate, ends) -> None:
    """Outside: the nearest of 4096 balls whose radius goes linearly between the ends' along the axis."""
    t = np.linspace(0, 1, 4096)
    radius = ends[0] + (ends[1] - ends[0]) * t
    flat = np.stack([np.hypot(POINTS[:, 0], POINTS[:, 1]), POINTS[:, 2]], 1)
    expected = (np.hypot(flat[:, 0, None], flat[:, 1, None] - (t - 0.5) * 0.9) - radius).min(1)
    got = evaluate(one("capsule", ends[0], 0.9, top=ends[1]))
    outside = expected > 0
    assert np.abs(got - expected)[outside].max() < 1e-3 and (np.sign(got) == np.sign(expected)).all()


@BOTH
@pytest.mark.parametrize("sides, inner", [(3, -1.0), (6, -1.0), (5, 0.3)])
def test_polygon_is_a_regular_polygon_or_star(evaluate, sides: int, inner: float) -> None:
    """Half way up the prism its distance in the plane is that to the outline's edges; tips point to +x."""
    tip, valley = 0.8, inner if inner > 0 else 0.8 * math.cos(math.pi / sides)
    angles = np.arange(2 * sides) * math.pi / sides
    radius = np.where(np.arange(2 * sides) % 2 == 0, tip, valley)
    corners = np.stack([radius * np.cos(angles), radius * np.sin(angles)], 1)
    flat = POINTS * np.array([1, 1, 0])
    far, inside = to_segments(flat[:, :2], corners)
    got = evaluate(one("polygon", sides, tip, 4.0, inner=inner), flat)
    assert np.abs(got - np.where(inside, -far, far)).max() < 1e-4


@BOTH
def test_prism_has_the_right_zero_set(evaluate) -> None:
    """Inside the triangle prism the distance is minus that to the nearest face; outside it is a bound, never too long."""
    a, b, c = 0.6, 0.5, 0.8
    got = evaluate(one("prism", (2 * a, 2 * b, c)))
    slope = (np.abs(POINTS[:, 0]) * c + POINTS[:, 2] * a - a * c) / math.hypot(a, c)
    faces = np.max([slope, -POINTS[:, 2], np.abs(POINTS[:, 1]) - b], axis=0)
    assert np.abs(got - faces).max() < 1e-5
    corners = np.array([[-a, 0], [a, 0], [0, c]])
    far, inside = to_segments(POINTS[:, [0, 2]], corners)
    exact = np.hypot(np.where(inside, 0, far), np.maximum(np.abs(POINTS[:, 1]) - b, 0))
    assert (got[got > 0] <= exact[got > 0] + 1e-5).all()


def copies_of(frames, write):
    """The union of explicit copies, each in its own frame."""
    b = Builder(np.random.default_rng(0))
    b.slot("body", ("wooden",), main=True)
    for frame in frames:
        b.group(frame)
        write(b, {})
    return b.program()


@BOTH
@pytest.mark.parametrize(
    "fold, frames",
    [
        ({"polar": 5}, [Frame(rot=(0, 0, 72 * i)) for i in range(5)]),
        ({"repeat": (3, 1, 1), "spacing": (0.6, 0, 0)}, [Frame((0.6 * i, 0, 0)) for i in (-1, 0, 1)]),
        (
            {"repeat": (1, 2, 2), "spacing": (0, 0.7, 0.5)},
            [Frame((0, y, z)) for y in (-0.35, 0.35) for z in (-0.25, 0.25)],
        ),
    ],
)
def test_a_fold_equals_its_copies_written_out(evaluate, fold, frames) -> None:
    """Polar and linear folds of a symmetric part in one row have the distance of the union of all copies."""
    at = (0.6, 0, 0) if "polar" in fold else (0, 0, 0)

    def write(b, more):
        b.ellipsoid((0.2, 0.2, 0.2), "body", at, **more)

    folded = copies_of([Frame()], lambda b, more: write(b, fold))
    assert np.abs(evaluate(folded) - evaluate(copies_of(frames, write))).max() < 1e-5


@BOTH
def test_mirroring_equals_both_halves_written_out(evaluate) -> None:
    """A tilted rod mirrored in x and y equals the union of its four images."""
    ends = np.array([[0.3, 0.25, -0.4], [0.7, 0.5, 0.6]])
    b = Builder(np.random.default_rng(0))
    b.slot("body", ("wooden",), main=True)
    b.rod(tuple(ends[0]), tuple(ends[1]), 0.1, "body", end_radius=0.2, mirror="xy")
    folded = b.program()
    b = Builder(np.random.default_rng(0))
    b.slot("body", ("wooden",), main=True)
    for sx in (1, -1):
        for sy in (1, -1):
            s = np.array([sx, sy, 1])
            b.rod(tuple(ends[0] * s), tuple(ends[1] * s), 0.1, "body", end_radius=0.2)
    assert np.abs(evaluate(folded) - evaluate(b.program())).max() < 1e-5


@BOTH
def test_a_cut_reaches_its_own_group_only(evaluate) -> None:
    """A ball cut from the first group's box leaves the second group's box whole."""
    b = Builder(np.random.default_rng(0))
    b.slot("body", ("wooden",), main=True)
    b.group(Frame((-0.6, 0, 0)))
    b.box((0.8, 0.8, 0.8), "body", round=0.0)
    b.sphere(0.3, "body", (0.0, 0, 0), op=2)
    b.group(Frame((0.6, 0, 0)))
    b.box((0.8, 0.8, 0.8), "body", round=0.0)
    got = evaluate(b.program(), [[-0.6, 0, 0], [0.6, 0, 0], [-0.6, 0, 0.35], [-0.6, 0, 0.2]])
    assert np.allclose(got, [0.3, -0.4, -0.05, 0.1], atol=1e-5)


@BOTH
def test_a_smooth_union_stays_within_a_quarter_of_its_blend(evaluate) -> None:
    """It never exceeds the plain union, is below it by at most blend / 4, and equals it where the parts are far apart."""
    programs = {}
    for op in (0, 1):
        b = Builder(np.random.default_rng(0))
        b.slot("body", ("wooden",), main=True)
        b.sphere(0.5, "body", (-0.3, 0, 0))
        b.sphere(0.5, "body", (0.3, 0, 0), op=op, blend=0.2)
        programs[op] = evaluate(b.program())
    gap = programs[0] - programs[1]
    assert gap.min() > -1e-6 and gap.max() < 0.05 + 1e-6 and gap.max() > 0.03
    balls = [np.linalg.norm(POINTS - [x, 0, 0], axis=1) for x in (-0.3, 0.3)]
    assert np.abs(gap[np.abs(balls[0] - balls[1]) > 0.21]).max() < 1e-5


def test_a_turned_and_moved_part_sees_its_own_frame() -> None:
    """The distance in an assembly frame with a part frame is that of the untransformed part at the pulled-back point."""
    frame, at, rot = Frame((0.2, -0.3, 0.4), (30, -20, 50)), (0.1, 0.2, -0.1), (10, 40, -60)
    b = Builder(np.random.default_rng(0))
    b.slot("body", ("wooden",), main=True)
    b.group(frame)
    b.box((0.9, 0.5, 0.3), "body", at, rot=rot, round=0.0)
    back = (POINTS - frame.at) @ rotation(frame.rot)
    back = (back - at) @ rotation(rot)
    assert np.abs(compiled(b.program()) - compiled(one("box", (0.9, 0.5, 0.3)), back)).max() < 1e-5


def test_twins_agree_on_the_distance_of_every_kind() -> None:
    """Two props of every kind in different styles: distances differ by less than 1e-4, over all primitives and joins."""
    programs = []
    for i, name in enumerate(KINDS):
        for seed in range(2):
            b = Builder(np.random.default_rng(seed), STYLES[(i + seed) % len(STYLES)])
            KINDS[name].write(b)
            program = b.program()
            reach = float(np.abs(program[:, 30:33]).max() + np.abs(program[:, 42:45]).max() + 0.5)
            programs.append(normalise(program, np.zeros(3), 1 / reach))
    rows = np.concatenate(programs)
    assert set(rows[:, TYPE].astype(int)) == set(range(8)) and set(rows[:, OP].astype(int)) == {0, 1, 2, 3}
    points = np.random.default_rng(3).uniform(-1, 1, (len(programs), 48, 3)).astype(np.float32)
    slow = render_torch.distance(render_torch.pad(programs), torch.from_numpy(points))[0].numpy()
    for i, program in enumerate(programs):
        difference = np.abs(compiled(program, points[i]) - slow[i]).max()
        assert difference < 1e-4, (list(KINDS)[i // 2], difference)


@pytest.mark.parametrize("names", [("chair", "crown"), ("rubber duck",), ("gear",)])
def test_twins_render_the_same_buffers(names) -> None:
    """In three canonical views at 32 px parts agree on over 99 % of the pixels, normals and depth where they do.

    The first case is a batch of two programs of different lengths, so it proves padding as well.
    """
    programs = []
    for name in names:
        b = Builder(np.random.default_rng(4))
        KINDS[name].write(b)
        programs.append(render.finish(b.program(), cells=28))
    axes = rig().axes[[0, 3, 5]]
    part, normal, depth = (x.numpy() for x in render_torch.buffers(render_torch.pad(programs), axes, 32))
    for i, program in enumerate(programs):
        part_, normal_, depth_ = render.buffers(program, axes.numpy(), 32)
        same = part[i] == part_
        assert same.mean() > 0.99, (i, same.mean())
        on = same & (part_ >= 0)
        assert on.mean() > 0.05
        assert (np.abs(depth[i] - depth_)[on] < 1e-3).mean() > 0.99
        assert ((normal[i] * normal_).sum(-1)[on] > 0.99).mean() > 0.99
