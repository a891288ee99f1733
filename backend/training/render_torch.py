"""The slow twin of `render.py` in torch: the same distances and buffers, branch-free, for a padded batch of programs.

Every primitive is evaluated for every row and the right one selected, so the whole batch runs as one graph on CPU or GPU.
A row of padding has TYPE = -1 (see `pad`); it is far away and changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from .programs import (
    ARC,
    BOX,
    CAPSULE,
    CLIP_AXIS,
    CONE,
    CUT,
    ELLIPSOID,
    G_R,
    G_T,
    INTERSECT,
    L_R,
    L_T,
    MIRROR,
    NEW,
    OP,
    POLAR,
    POLYGON,
    PRISM,
    REPEAT,
    ROUND,
    ROW,
    SHELL,
    SMOOTH,
    SPACING,
    TORUS,
    TYPE,
    UNION,
    A,
    Array,
    B,
    C,
    D,
    K,
)
from .render import FAR

STEPS = 160
SWEEP = 4  # steps between two clearings of the rays that have ended
NEAR = 0.0012  # the surface, as in `render.trace`
PADDING = -1.0


def pad(programs: Sequence[Array]) -> Tensor:
    """(N, longest, ROW) float32 of programs of different lengths; short ones end with rows of TYPE = -1."""
    longest = max(len(program) for program in programs)
    out = torch.zeros(len(programs), longest, ROW)
    out[:, :, TYPE] = PADDING
    out[:, :, A : A + 4] = 1.0  # sizes that divide without harm
    for i, program in enumerate(programs):
        out[i, : len(program)] = torch.from_numpy(program)
    return out


def fold(row: Tensor, x: Tensor) -> Tensor:
    """World points (N, P, 3) to the part's own frame under rows (N, ROW): assembly frame, folds, part frame."""
    q = (x - row[:, None, G_T : G_T + 3]) @ row[:, G_R : G_R + 9].view(-1, 3, 3).transpose(1, 2)
    mirror = row[:, MIRROR].long()
    bits = torch.stack([(mirror >> i) & 1 for i in range(3)], 1)[:, None].bool()
    q = torch.where(bits, q.abs(), q)
    copies = row[:, None, POLAR]
    sector = 2 * math.pi / copies.clamp_min(1)
    angle = torch.atan2(q[..., 1], q[..., 0])
    angle = angle - sector * torch.floor(angle / sector + 0.5)
    reach = torch.hypot(q[..., 0], q[..., 1])
    turned = torch.stack([reach * torch.cos(angle), reach * torch.sin(angle), q[..., 2]], -1)
    q = torch.where((copies > 1.5)[..., None], turned, q)
    count, spacing = row[:, None, REPEAT : REPEAT + 3].clamp_min(1), row[:, None, SPACING : SPACING + 3]
    half = (count - 1) / 2
    cell = torch.floor(q / torch.where(spacing == 0, 1.0, spacing) + half + 0.5)
    cell = torch.minimum(cell.clamp_min(0), count - 1) - half
    q = q - torch.where(count > 1.5, spacing * cell, 0.0)
    return (q - row[:, None, L_T : L_T + 3]) @ row[:, L_R : L_R + 9].view(-1, 3, 3).transpose(1, 2)


def _length(*parts: Tensor) -> Tensor:
    return torch.sqrt(sum((p * p for p in parts[1:]), parts[0] * parts[0]))


def _extruded(d: Tensor, h: Tensor, r: Tensor) -> Tensor:
    """The distance of a profile d carried to half height h, rounded by r."""
    return torch.maximum(d, h).clamp_max(0) + _length(d.clamp_min(0), h.clamp_min(0)) - r


def box(p: Tensor, a: Tensor, b: Tensor, c: Tensor, r: Tensor) -> Tensor:
    """Half sizes a, b, c; edges rounded by r (inside the given size)."""
    q = p.abs() - torch.stack([a - r, b - r, c - r], -1)
    return q.clamp_min(0).norm(dim=-1) + q.amax(-1).clamp_max(0) - r


def cone(p: Tensor, a: Tensor, b: Tensor, c: Tensor, r: Tensor) -> Tensor:
    """Radius a below, b above, half height c, along z."""
    q, w = torch.hypot(p[..., 0], p[..., 1]), p[..., 2]
    low, high, h = a - r, b - r, c - r
    kx, ky = high - low, 2 * h
    ax, ay = q - torch.minimum(q, torch.where(w < 0, low, high)), w.abs() - h
    t = (((high - q) * kx + (h - w) * ky) / (kx * kx + ky * ky + 1e-12)).clamp(0, 1)
    bx, by = q - high + kx * t, w - h + ky * t
    sign = torch.where((bx < 0) & (ay < 0), -1.0, 1.0)
    return sign * torch.sqrt(torch.minimum(ax * ax + ay * ay, bx * bx + by * by)) - r


def torus(p: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """A ring of radius a and thickness b around z."""
    return torch.hypot(torch.hypot(p[..., 0], p[..., 1]) - a, p[..., 2]) - b


def ellipsoid(p: Tensor, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Half axes a, b, c; exact for spheres, else a first-order bound (Quilez 2008, ellipsoid)."""
    radii = torch.stack([a, b, c], -1)
    k0, k1 = (p / radii).norm(dim=-1), (p / radii**2).norm(dim=-1)
    return torch.where(k0 < 0.05, -radii.amin(-1), k0 * (k0 - 1) / k1.clamp_min(1e-6))


def prism(p: Tensor, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """A triangle of half width a and height c on z = 0, extruded to half depth b along y (a bound outside its edges)."""
    slope = (p[..., 0].abs() * c + p[..., 2] * a - a * c) / torch.hypot(a, c)
    return torch.maximum(slope, torch.maximum(-p[..., 2], p[..., 1].abs() - b))


def capsule(p: Tensor, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Radius a below, b above, 2 c between the end centres."""
    h = 2 * c
    q, z = torch.hypot(p[..., 0], p[..., 1]), p[..., 2] + c
    slope = ((a - b) / h.clamp_min(1e-6)).clamp(-0.999, 0.999)
    side = torch.sqrt(1 - slope * slope)
    k = -slope * q + side * z
    out = torch.where(k > side * h, _length(q, z - h) - b, q * side + z * slope - a)
    return torch.where(k < 0, _length(q, z) - a, out)


def polygon(p: Tensor, a: Tensor, b: Tensor, c: Tensor, sides: Tensor, r: Tensor) -> Tensor:
    """A star with tips at radius a and valleys at radius b, `sides` of each, extruded to half height c."""
    sector = math.pi / sides.clamp_min(1)
    angle = torch.atan2(p[..., 1], p[..., 0])
    angle = angle - 2 * sector * torch.floor(angle / (2 * sector) + 0.5)
    reach = torch.hypot(p[..., 0], p[..., 1])
    x, y = reach * torch.cos(angle), (reach * torch.sin(angle)).abs()
    tip = a - r
    ex, ey = (b - r) * torch.cos(sector) - tip, (b - r) * torch.sin(sector)
    t = (((x - tip) * ex + y * ey) / (ex * ex + ey * ey + 1e-12)).clamp(0, 1)
    d = torch.hypot(x - tip - ex * t, y - ey * t)
    d = torch.where((x - tip) * ey - y * ex < 0, -d, d)
    return _extruded(d, p[..., 2].abs() - c + r, r)


def arc(p: Tensor, a: Tensor, b: Tensor, c: Tensor) -> Tensor:
    """Part of a ring of radius a and thickness b within the angle c (radians) of +x on both sides."""
    u, v, w = p[..., 0], p[..., 1].abs(), p[..., 2]
    ring = torch.hypot(torch.hypot(u, v) - a, w) - b
    end = _length(u - a * torch.cos(c), v - a * torch.sin(c), w) - b
    return torch.where(torch.atan2(v, u) < c, ring, end)


def primitive(row: Tensor, x: Tensor) -> Tensor:
    """(N, P) signed distances of the parts of rows (N, ROW) at world points (N, P, 3)."""
    p = fold(row, x)
    a, b, c, d, r = (row[:, None, i].expand(x.shape[:2]) for i in (A, B, C, D, ROUND))
    shapes = {BOX: lambda: box(p, a, b, c, r), CONE: lambda: cone(p, a, b, c, r), TORUS: lambda: torus(p, a, b),
              ELLIPSOID: lambda: ellipsoid(p, a, b, c), PRISM: lambda: prism(p, a, b, c),
              CAPSULE: lambda: capsule(p, a, b, c), POLYGON: lambda: polygon(p, a, b, c, d, r),
              ARC: lambda: arc(p, a, b, c)}  # fmt: skip
    out = torch.full_like(a, FAR)
    kinds = row[:, TYPE].long()
    for kind in kinds.unique().tolist():  # only the primitives that occur among these rows
        if kind in shapes:
            out = torch.where(kinds[:, None] == kind, shapes[kind](), out)
    shell = row[:, None, SHELL]
    out = torch.where(shell > 0, out.abs() - shell / 2, out)
    for axis in range(3):
        low, high = row[:, None, CLIP_AXIS + 1], row[:, None, CLIP_AXIS + 2]
        clipped = torch.maximum(out, torch.maximum(low - p[..., axis], p[..., axis] - high))
        out = torch.where(row[:, None, CLIP_AXIS] == axis, clipped, out)
    return out


def distance(programs: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
    """(N, P) signed distance and the row that owns the nearest surface; programs (N, K, ROW), points (N, P, 3)."""
    far = torch.full_like(x[..., 0], FAR)
    whole, group = far, far
    owner = group_owner = torch.zeros_like(far, dtype=torch.long)
    for i in range(programs.shape[1]):
        row = programs[:, i]
        kept, new = row[:, None, TYPE] >= 0, row[:, None, NEW] > 0.5
        nearer = new & kept & (group < whole)
        whole, owner = torch.where(nearer, group, whole), torch.where(nearer, group_owner, owner)
        group = torch.where(new & kept, far, group)
        group_owner = torch.where(new & kept, i, group_owner)
        e = primitive(row, x)
        op, blend = row[:, None, OP], row[:, None, K].clamp_min(1e-9)
        h = (blend - (group - e).abs()).clamp_min(0) / blend
        joined = torch.minimum(group, e)
        values = {UNION: joined, SMOOTH: joined - h * h * blend / 4, CUT: torch.maximum(group, -e),
                  INTERSECT: torch.maximum(group, e)}  # fmt: skip
        takes = (op <= SMOOTH) & (e < group) | (op == CUT) & (-e > group)
        group_owner = torch.where(kept & takes, i, group_owner)
        for code, value in values.items():
            group = torch.where(kept & (op == code), value, group)
            # later codes read `group` only through `values`, which were made before the loop
    nearer = group < whole
    return torch.where(nearer, group, whole), torch.where(nearer, group_owner, owner)


def normals(programs: Tensor, x: Tensor, h: float = 0.002) -> Tensor:
    """(N, P, 3) unit normals by the four-point tetrahedron stencil."""
    corners = x.new_tensor([[1.0, -1.0, -1.0], [-1.0, -1.0, 1.0], [-1.0, 1.0, -1.0], [1.0, 1.0, 1.0]])
    total = torch.zeros_like(x)
    for corner in corners:
        total = total + corner * distance(programs, x + h * corner)[0][..., None]
    return torch.nn.functional.normalize(total, dim=-1)


@torch.no_grad()
def buffers(programs: Tensor, axes: Tensor, size: int, steps: int = STEPS) -> tuple[Tensor, Tensor, Tensor]:
    """part (N, V, S, S) int16 (-1: background), normal (N, V, S, S, 3), depth (N, V, S, S) of orthographic views.

    axes (V, 3, 3): rows right, up, back. At most `steps` steps; rays that have arrived or left stand still.
    """
    count, views = programs.shape[0], axes.shape[0]
    along = (2 * torch.arange(size, device=axes.device) + 1.0) / size - 1
    sy, sx = torch.meshgrid(-along, along, indexing="ij")
    square = sx * sx + sy * sy
    start = torch.sqrt((1 - square).clamp_min(0)) + 0.02
    on_ball = (square <= 1).expand(views, size, size).reshape(-1)
    plane = (axes[:, 0, None, None] * sx[..., None] + axes[:, 1, None, None] * sy[..., None]).reshape(-1, 3)[on_ball]
    back = axes[:, 2, None, None].expand(views, size, size, 3).reshape(-1, 3)[on_ball]
    end = -start.expand(views, size, size).reshape(-1)[on_ball]
    t = (-end).expand(count, -1).clone()
    arrived = torch.zeros_like(t, dtype=torch.bool)
    left = torch.zeros_like(arrived)
    owner = torch.zeros_like(t, dtype=torch.long)
    alive = torch.arange(t.shape[1], device=t.device)
    for step in range(steps):
        if step % SWEEP == 0:  # rays that have ended in every object are left out
            alive = alive[~(arrived | left)[:, alive].all(0)]
        if len(alive) == 0:
            break
        at = t[:, alive]
        d, nearest = distance(programs, plane[alive] + at[..., None] * back[alive])
        moving = ~(arrived | left)[:, alive]
        fresh = (d < NEAR) & moving
        owner[:, alive] = torch.where(fresh, nearest, owner[:, alive])
        arrived[:, alive] |= fresh
        at = torch.where(moving & ~fresh, at - (d * 0.9).clamp_min(0.001), at)
        t[:, alive] = at
        left[:, alive] |= moving & ~fresh & (at < end[alive])
    found = arrived.float()
    hit = arrived.any(0).nonzero()[:, 0]
    normal = torch.zeros(*t.shape, 3, device=t.device)
    normal[:, hit] = normals(programs, plane[hit] + t[:, hit, None] * back[hit])
    normal = normal * found[..., None]
    part_out = torch.full((count, views * size * size), -1, dtype=torch.int16, device=axes.device)
    normal_out = torch.zeros(count, views * size * size, 3, device=axes.device)
    depth_out = torch.zeros(count, views * size * size, device=axes.device)
    part_out[:, on_ball] = torch.where(arrived, owner, -1).to(torch.int16)
    normal_out[:, on_ball] = normal
    depth_out[:, on_ball] = t * found
    shape = (count, views, size, size)
    return part_out.view(shape), normal_out.view(*shape, 3), depth_out.view(shape)
