"""The G-buffer renderer on the CPU: sphere tracing of programs, one compiled loop (numba), point-sampled orthographic views.

It writes what a shape is (part, normal, depth); colours are painted on later (`paint.py`), so one shape serves many props.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

from .programs import BOX, CAPSULE, CONE, ELLIPSOID, POLYGON, PRISM, TORUS, normalise

F = NDArray[np.float32]
FAR = 1e3
FILL = 0.96  # radius of the finished prop inside the unit ball


@njit(fastmath=True, inline="always")
def _local(row, x, y, z):
    """The part's own coordinates of a world point: assembly frame, folds, part frame."""
    x -= row[30]
    y -= row[31]
    z -= row[32]
    qx = row[21] * x + row[22] * y + row[23] * z
    qy = row[24] * x + row[25] * y + row[26] * z
    qz = row[27] * x + row[28] * y + row[29] * z
    mirror = int(row[13])
    if mirror & 1:
        qx = abs(qx)
    if mirror & 2:
        qy = abs(qy)
    if mirror & 4:
        qz = abs(qz)
    n = row[14]
    if n > 1.5:
        sector = 6.283185307179586 / n
        angle = math.atan2(qy, qx)
        angle -= sector * math.floor(angle / sector + 0.5)
        r = math.sqrt(qx * qx + qy * qy)
        qx, qy = r * math.cos(angle), r * math.sin(angle)
    if row[15] > 1.5:
        half = (row[15] - 1) * 0.5
        qx -= row[18] * (min(max(math.floor(qx / row[18] + half + 0.5), 0.0), row[15] - 1) - half)
    if row[16] > 1.5:
        half = (row[16] - 1) * 0.5
        qy -= row[19] * (min(max(math.floor(qy / row[19] + half + 0.5), 0.0), row[16] - 1) - half)
    if row[17] > 1.5:
        half = (row[17] - 1) * 0.5
        qz -= row[20] * (min(max(math.floor(qz / row[20] + half + 0.5), 0.0), row[17] - 1) - half)
    qx -= row[42]
    qy -= row[43]
    qz -= row[44]
    u = row[33] * qx + row[34] * qy + row[35] * qz
    v = row[36] * qx + row[37] * qy + row[38] * qz
    w = row[39] * qx + row[40] * qy + row[41] * qz
    return u, v, w


@njit(fastmath=True, inline="always")
def _polygon(row, u, v, w):
    """Star or polygon prism: fold into half a sector, distance to its one edge (exact inside, a bound outside)."""
    sector = math.pi / row[7]
    angle = math.atan2(v, u)
    angle -= 2 * sector * math.floor(angle / (2 * sector) + 0.5)
    r = math.sqrt(u * u + v * v)
    x, y = r * math.cos(angle), abs(r * math.sin(angle))
    tip_x = row[4] - row[8]
    in_x, in_y = (row[5] - row[8]) * math.cos(sector), (row[5] - row[8]) * math.sin(sector)
    ex, ey = in_x - tip_x, in_y
    length = ex * ex + ey * ey + 1e-12
    t = min(max(((x - tip_x) * ex + y * ey) / length, 0.0), 1.0)
    dx, dy = x - tip_x - ex * t, y - ey * t
    d = math.sqrt(dx * dx + dy * dy)
    if (x - tip_x) * ey - y * ex < 0:
        d = -d
    h = abs(w) - row[6] + row[8]
    return min(max(d, h), 0.0) + math.sqrt(max(d, 0.0) ** 2 + max(h, 0.0) ** 2) - row[8]


@njit(fastmath=True, inline="always")
def _capsule(row, u, v, w):
    """Rod with round ends of two radii (uneven capsule)."""
    h = 2 * row[6]
    q = math.sqrt(u * u + v * v)
    z = w + row[6]
    b = (row[4] - row[5]) / max(h, 1e-6)
    b = min(max(b, -0.999), 0.999)
    a = math.sqrt(1 - b * b)
    k = -b * q + a * z
    if k < 0:
        return math.sqrt(q * q + z * z) - row[4]
    if k > a * h:
        return math.sqrt(q * q + (z - h) ** 2) - row[5]
    return q * a + z * b - row[4]


@njit(fastmath=True, inline="always")
def primitive(row, x, y, z):
    """Signed distance of one part at a world point (a bound where it is not exact)."""
    u, v, w = _local(row, x, y, z)
    kind = int(row[0])
    a, b, c, r = row[4], row[5], row[6], row[8]
    if kind == BOX:
        qx, qy, qz = abs(u) - a + r, abs(v) - b + r, abs(w) - c + r
        mx, my, mz = max(qx, 0.0), max(qy, 0.0), max(qz, 0.0)
        d = math.sqrt(mx * mx + my * my + mz * mz) + min(max(qx, max(qy, qz)), 0.0) - r
    elif kind == CONE:
        q = math.sqrt(u * u + v * v)
        r1, r2, h = a - r, b - r, c - r
        kx, ky = r2 - r1, 2 * h
        ax, ay = q - min(q, r1 if w < 0 else r2), abs(w) - h
        t = min(max(((r2 - q) * kx + (h - w) * ky) / (kx * kx + ky * ky + 1e-12), 0.0), 1.0)
        bx, by = q - r2 + kx * t, w - h + ky * t
        sign = -1.0 if (bx < 0 and ay < 0) else 1.0
        d = sign * math.sqrt(min(ax * ax + ay * ay, bx * bx + by * by)) - r
    elif kind == TORUS:
        q = math.sqrt(u * u + v * v) - a
        d = math.sqrt(q * q + w * w) - b
    elif kind == ELLIPSOID:
        k0 = math.sqrt(u * u / (a * a) + v * v / (b * b) + w * w / (c * c))
        k1 = math.sqrt(u * u / (a**4) + v * v / (b**4) + w * w / (c**4))
        d = k0 * (k0 - 1.0) / max(k1, 1e-6)
        if k0 < 0.05:
            d = -min(a, min(b, c))
    elif kind == PRISM:
        length = math.sqrt(a * a + c * c)
        d = max((abs(u) * c + w * a - a * c) / length, max(-w, abs(v) - b))
    elif kind == CAPSULE:
        d = _capsule(row, u, v, w)
    elif kind == POLYGON:
        d = _polygon(row, u, v, w)
    else:  # ARC: mirror about the x axis, clamp the angle
        v = abs(v)
        if math.atan2(v, u) < c:
            q = math.sqrt(u * u + v * v) - a
            d = math.sqrt(q * q + w * w) - b
        else:
            ex, ey = u - a * math.cos(c), v - a * math.sin(c)
            d = math.sqrt(ex * ex + ey * ey + w * w) - b
    if row[9] > 0:
        d = abs(d) - row[9] * 0.5
    axis = int(row[10])
    if axis >= 0:
        along = u if axis == 0 else (v if axis == 1 else w)
        d = max(d, max(row[11] - along, along - row[12]))
    return d


@njit(fastmath=True)
def distance(program, x, y, z):
    """(signed distance, index of the row that owns the nearest surface) at a world point."""
    whole, owner = FAR, 0
    group, group_owner = FAR, 0
    for i in range(program.shape[0]):
        row = program[i]
        if row[2] > 0.5:
            if group < whole:
                whole, owner = group, group_owner
            group, group_owner = FAR, i
        e = primitive(row, x, y, z)
        op = int(row[1])
        if op == 0:
            if e < group:
                group, group_owner = e, i
        elif op == 1:
            h = max(row[3] - abs(group - e), 0.0) / row[3]
            if e < group:
                group_owner = i
            group = min(group, e) - h * h * row[3] * 0.25
        elif op == 2:
            if -e > group:
                group, group_owner = -e, i
        elif e > group:
            group = e
    if group < whole:
        whole, owner = group, group_owner
    return whole, owner


@njit(fastmath=True)
def gradient(program, x, y, z, h):
    """Unit normal by a four-point tetrahedron stencil."""
    a, _ = distance(program, x + h, y - h, z - h)
    b, _ = distance(program, x - h, y - h, z + h)
    c, _ = distance(program, x - h, y + h, z - h)
    d, _ = distance(program, x + h, y + h, z + h)
    nx, ny, nz = a - b - c + d, -a - b + c + d, -a + b - c + d
    length = math.sqrt(nx * nx + ny * ny + nz * nz) + 1e-12
    return nx / length, ny / length, nz / length


@njit(fastmath=True)
def trace(program, axes, size, part, normal, depth):
    """Render V orthographic views of one program.

    axes (V, 3, 3) rows right, up, back. Writes part (V, S, S) int16 (-1: background), normal (V, S, S, 3), depth (V, S, S).
    """
    for view in range(axes.shape[0]):
        c = axes[view]
        for i in range(size):
            for j in range(size):
                sx, sy = (2 * j + 1.0) / size - 1, 1 - (2 * i + 1.0) / size
                part[view, i, j] = -1
                rr = sx * sx + sy * sy
                if rr > 1.0:
                    continue
                t = math.sqrt(1.0 - rr) + 0.02
                end = -t
                for _ in range(160):
                    x = c[0, 0] * sx + c[1, 0] * sy + c[2, 0] * t
                    y = c[0, 1] * sx + c[1, 1] * sy + c[2, 1] * t
                    z = c[0, 2] * sx + c[1, 2] * sy + c[2, 2] * t
                    d, owner = distance(program, x, y, z)
                    if d < 0.0012:
                        nx, ny, nz = gradient(program, x, y, z, 0.002)
                        part[view, i, j] = owner
                        normal[view, i, j, 0], normal[view, i, j, 1], normal[view, i, j, 2] = nx, ny, nz
                        depth[view, i, j] = t
                        break
                    t -= max(d * 0.9, 0.001)
                    if t < end:
                        break


@njit(fastmath=True, parallel=True)
def distance_grid(program, n, extent):
    """(n, n, n) signed distances at cell centres of [-extent, extent]^3, x outermost."""
    out = np.empty((n, n, n), np.float32)
    for i in prange(n):
        for j in range(n):
            for k in range(n):
                s = 2 * extent / n
                out[i, j, k], _ = distance(
                    program, (i + 0.5) * s - extent, (j + 0.5) * s - extent, (k + 0.5) * s - extent
                )
    return out


def finish(program: F, cells: int = 30) -> F:
    """Scale a program into the unit ball: bounding box centred at the origin, farthest point at FILL.

    Raises ValueError when the program has no solid inside.
    """
    reach = float(np.abs(program[:, 30:33]).max() + np.abs(program[:, 42:45]).max() + 1.0)
    low, high = np.full(3, -reach), np.full(3, reach)
    for _ in range(3):  # narrow the box from coarse to fine: three small grids instead of one large
        centre, extent = (low + high) / 2, float((high - low).max() / 2)
        moved = normalise(program, centre, 1.0)
        grid = distance_grid(moved, cells, extent)
        inside = np.argwhere(grid < 1.75 * extent / cells)
        if len(inside) == 0:
            raise ValueError("the program has no solid")
        step = 2 * extent / cells
        low = centre + (inside.min(0) - 0.5) * step - extent
        high = centre + (inside.max(0) + 1.5) * step - extent
    points = (inside + 0.5) * step - extent + centre
    d = grid[tuple(inside.T)]
    near = points[d < 0.5 * step]
    low, high = near.min(0), near.max(0)
    centre = (low + high) / 2
    radius = float(np.linalg.norm(near - centre, axis=1).max()) + 0.5 * step
    return normalise(program, centre, FILL / radius)


def buffers(program: F, axes: F, size: int) -> tuple[NDArray[np.int16], F, F]:
    """(part, normal, depth) of every view; see `trace`."""
    views = axes.shape[0]
    part = np.full((views, size, size), -1, np.int16)
    normal = np.zeros((views, size, size, 3), np.float32)
    depth = np.zeros((views, size, size), np.float32)
    trace(program, np.ascontiguousarray(axes, np.float32), size, part, normal, depth)
    return part, normal, depth
