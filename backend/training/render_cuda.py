"""The fused renderer on a GPU: many programs at once, traced and measured by the kernels of `trace.cu`.

`Cuda` compiles them with NVRTC, which comes with torch; `Host` compiles the same source with the system's C++ compiler, so
that it can be checked against `render.py` on a machine without a GPU.
"""

from __future__ import annotations

import ctypes
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from .programs import G_T, L_T, ROW, Array, normalise
from .render import FILL

SOURCE = Path(__file__).with_name("trace.cu")
MOST_ROWS = 48  # as in the kernel
BLOCK = 256  # rays of one object that run together
AT_ONCE = 512  # objects of one launch


class Kernels(Protocol):
    """What both compilers give. All tensors lie on `device`; programs (N, 48, 48) float32, rows (N,) int32."""

    device: torch.device

    def trace(self, programs: Tensor, rows: Tensor, axes: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
        """axes (N, V, 3, 3) -> part (N, V, S, S) int16 (-1: background), normal (N, V, S, S, 3), depth (N, V, S, S)."""
        ...

    def grids(self, programs: Tensor, rows: Tensor, centres: Tensor, extents: Tensor, cells: int) -> Tensor:
        """Distances (N, n, n, n) at the cells of boxes of half size extents (N,) around centres (N, 3), x outermost."""
        ...


def _results(count: int, views: int, size: int, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    shape = (count, views, size, size)
    return (
        torch.empty(shape, dtype=torch.int16, device=device),
        torch.empty(*shape, 3, device=device),
        torch.empty(shape, device=device),
    )


class Cuda:
    """The kernels on an NVIDIA GPU, compiled in memory by NVRTC."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        compile_kernel = torch.cuda._compile_kernel  # torch's only door to NVRTC
        source = SOURCE.read_text(encoding="utf-8")
        self._trace, self._grids = (compile_kernel(source, name) for name in ("trace", "grids"))

    def trace(self, programs: Tensor, rows: Tensor, axes: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
        count, views = axes.shape[:2]
        out = _results(count, views, size, self.device)
        grid = (-(-views * size * size // BLOCK), count, 1)
        self._trace(grid=grid, block=(BLOCK, 1, 1), args=[programs, rows, axes, views, size, *out])
        return out

    def grids(self, programs: Tensor, rows: Tensor, centres: Tensor, extents: Tensor, cells: int) -> Tensor:
        out = torch.empty(len(rows), cells, cells, cells, device=self.device)
        grid = (-(-(cells**3) // BLOCK), len(rows), 1)
        self._grids(grid=grid, block=(BLOCK, 1, 1), args=[programs, rows, centres, extents, cells, out])
        return out


class Host:
    """The kernels as plain C++ on the CPU, one thread; `folder` keeps the library. OSError without a C++ compiler."""

    def __init__(self, folder: Path) -> None:
        self.device = torch.device("cpu")
        library = folder / "trace.so"
        command = ["c++", "-O2", "-shared", "-fPIC", "-DHOST", "-x", "c++", str(SOURCE), "-o", str(library)]
        subprocess.run(command, check=True, capture_output=True)
        self._library = ctypes.CDLL(str(library))

    def trace(self, programs: Tensor, rows: Tensor, axes: Tensor, size: int) -> tuple[Tensor, Tensor, Tensor]:
        count, views = axes.shape[:2]
        out = _results(count, views, size, self.device)
        self._library.trace(*map(_address, (programs, rows, axes)), count, views, size, *map(_address, out))
        return out

    def grids(self, programs: Tensor, rows: Tensor, centres: Tensor, extents: Tensor, cells: int) -> Tensor:
        out = torch.empty(len(rows), cells, cells, cells)
        self._library.grids(*map(_address, (programs, rows, centres, extents)), len(rows), cells, _address(out))
        return out


def _address(tensor: Tensor) -> ctypes.c_void_p:
    if not tensor.is_contiguous():
        raise ValueError("the kernels read contiguous tensors only")
    return ctypes.c_void_p(tensor.data_ptr())


def pack(programs: Sequence[Array], device: torch.device) -> tuple[Tensor, Tensor]:
    """Programs of different lengths as (N, MOST_ROWS, ROW) float32 and their lengths (N,) int32, on a device."""
    out = np.zeros((len(programs), MOST_ROWS, ROW), np.float32)
    for i, program in enumerate(programs):
        out[i, : len(program)] = program
    rows = np.array([len(program) for program in programs], np.int32)
    return torch.from_numpy(out).to(device), torch.from_numpy(rows).to(device)


def finish(programs: Sequence[Array], kernels: Kernels, cells: int = 30) -> list[Array]:
    """`render.finish` for many programs at once. Raises ValueError when one has no solid inside."""
    packed, rows = pack(programs, kernels.device)
    reach = [float(np.abs(p[:, G_T : G_T + 3]).max() + np.abs(p[:, L_T : L_T + 3]).max() + 1.0) for p in programs]
    centre = torch.zeros(len(programs), 3, device=kernels.device)
    extent = torch.tensor(reach, device=kernels.device)
    for _ in range(3):  # narrow the boxes from coarse to fine
        grid = kernels.grids(packed, rows, centre.contiguous(), extent.contiguous(), cells)
        used_centre, step = centre, 2 * extent / cells
        low, high = _bounds(grid < (0.875 * step).view(-1, 1, 1, 1))
        corner = used_centre - extent[:, None]
        low, high = corner + (low - 0.5) * step[:, None], corner + (high + 1.5) * step[:, None]
        centre, extent = (low + high) / 2, (high - low).amax(1) / 2
    near = grid < (0.5 * step).view(-1, 1, 1, 1)
    low, high = _bounds(near)
    corner, middle = used_centre - (cells / 2) * step[:, None], (low + high) / 2
    index = torch.stack(torch.meshgrid(*[torch.arange(cells, device=kernels.device)] * 3, indexing="ij"), -1)
    away = (index[None] - middle.view(-1, 1, 1, 1, 3)).norm(dim=-1)
    radius = ((away * near).flatten(1).amax(1) + 0.5) * step
    centres = (corner + (middle + 0.5) * step[:, None]).double().cpu().numpy()
    return [normalise(p, c, FILL / float(r)) for p, c, r in zip(programs, centres, radius.cpu(), strict=True)]


def _bounds(inside: Tensor) -> tuple[Tensor, Tensor]:
    """(N, n, n, n) bool -> lowest and highest index of a cell inside along every axis, (N, 3) float each."""
    if not inside.flatten(1).any(1).all():
        raise ValueError("a program has no solid")
    lows, highs = [], []
    for axis in (1, 2, 3):
        along = inside.transpose(1, axis).flatten(2).any(2).float()
        lows.append(along.argmax(1))
        highs.append(along.shape[1] - 1 - along.flip(1).argmax(1))
    return torch.stack(lows, 1).float(), torch.stack(highs, 1).float()


def buffers(programs: Sequence[Array], axes: Array, size: int, kernels: Kernels) -> tuple[Array, Array, Array]:
    """`render.buffers` of many finished programs: axes (N, V, 3, 3) -> part, normal, depth as numpy arrays."""
    done: list[tuple[Array, ...]] = []
    for start in range(0, len(programs), AT_ONCE):
        packed, rows = pack(programs[start : start + AT_ONCE], kernels.device)
        cameras = torch.from_numpy(np.ascontiguousarray(axes[start : start + AT_ONCE], np.float32)).to(kernels.device)
        done.append(tuple(tensor.cpu().numpy() for tensor in kernels.trace(packed, rows, cameras, size)))
    part, normal, depth = (np.concatenate(column) for column in zip(*done, strict=True))
    return part, normal, depth
