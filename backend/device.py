"""The machine: which device computes, how many cores and how much memory there are, how many threads to use."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from .errors import problem

DEVICES = ("auto", "cpu", "cuda", "mps")
# Functions of one float that torch hands to MKL's vector library.
BY_VML = (
    "acos", "asin", "atan", "cos", "cosh", "erf", "erfc", "erfinv", "exp", "expm1", "lgamma", "log", "log10", "log1p",
    "log2", "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
)  # fmt: skip


def choose_device(name: str = "auto") -> torch.device:
    """The device of that name; "auto" takes CUDA where it computes, then Apple's MPS, then the CPU. Raises device-missing.

    "cuda:1" and the like name one of several cards.
    """
    there = {"cpu": True, "cuda": cuda_computes(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if there[kind]))
    kind, _, index = name.partition(":")
    if not there.get(kind, False) or (index and not index.isdecimal()):
        raise problem("device-missing", device=name)
    if kind == "cuda" and index and int(index) >= torch.cuda.device_count():
        raise problem("device-missing", device=name)
    return torch.device(name)


@cache
def cuda_computes() -> bool:
    """Whether CUDA is there and carries out a sum: torch has no kernels for cards that are older than its build."""
    try:
        return torch.cuda.is_available() and bool((torch.ones(2, device="cuda") + 1 == 2).all())
    except RuntimeError:
        return False


def idle_card() -> bool:
    """Whether there is a CUDA card that does not compute."""
    return torch.cuda.is_available() and not cuda_computes()


def carried(tensor: Tensor, device: torch.device) -> Tensor:
    """What the host knows, on that device, and nobody waits: a CUDA card reads it from pinned memory in its turn."""
    if tensor.device.type == device.type or device.type in {"cpu", "mps"}:
        return tensor.to(device)
    return (tensor.pin_memory() if device.type == "cuda" else tensor).to(device, non_blocking=True)


def cpu_cores() -> float:
    """Cores this process may use: its affinity mask, and on Linux its container's quota (may be a fraction)."""
    cores = float(len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1)
    with suppress(OSError, ValueError):  # no control groups here, or no quota ("max")
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        cores = min(cores, int(quota) / int(period))
    return cores


def release_memory() -> None:
    """Give back what is freed: cycles that still hold tensors, and the blocks that torch keeps for the next ones."""
    gc.collect()
    if torch.cuda.is_available():
        with suppress(RuntimeError):  # a card that failed fails whatever it is asked next
            torch.cuda.empty_cache()


def set_threads() -> int:
    """Give torch one thread a usable core, never more; returns the number. Same number, same bits.

    Call it before anything computes: MKL chooses the code of a vector function when it is first called, and when two
    threads call it first together, one of them may get the imprecise code for that call (errors of 2e-4 in a square root; how
    often stands in docs/benchmarks.md; PyTorch issue 188792). So each is called here once, on one thread.
    """
    threads = max(1, min(torch.get_num_threads(), round(cpu_cores())))
    torch.set_num_threads(threads)
    for dtype in (torch.float32, torch.float64):
        for name in BY_VML:
            getattr(torch, name)(torch.full((1,), 0.5, dtype=dtype))
    return threads


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: many small steps are faster so, for waking a second thread costs more than half of a step saves.

    Fusion .34 s against .7 s, 16 evaluations of the embedded prior .44 s against .63 s (two EPYC cores).
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def total_memory_gb() -> float:
    """Physical memory in GiB, or 0 where the system does not say."""
    if sys.platform == "win32":
        return _windows_memory_gb()
    with suppress(OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return 0.0


if sys.platform == "win32":
    import ctypes

    def _windows_memory_gb(available: bool = False) -> float:
        status = (ctypes.c_ulonglong * 8)()  # MEMORYSTATUSEX: its first 8 bytes are dwLength and dwMemoryLoad
        status[0] = 64
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return status[2 if available else 1] / 2**30


def free_memory_gb() -> float:
    """Memory in GiB that programs can still get without swapping, or 0 where the system does not say (macOS)."""
    if sys.platform == "win32":
        return _windows_memory_gb(available=True)
    with suppress(OSError, ValueError, IndexError):
        lines = Path("/proc/meminfo").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")) / 2**20
    return 0.0


def describe(device: torch.device) -> dict[str, str | float]:
    """Facts of the machine and the chosen device: device, cores, memory_gb, and gpu, vram_gb where there is one."""
    facts: dict[str, str | float] = {"device": str(device), "cores": cpu_cores()}
    facts["memory_gb"] = round(total_memory_gb(), 1)
    if torch.cuda.is_available():
        properties = torch.cuda.get_device_properties(device if device.type == "cuda" else 0)
        facts["gpu"], facts["vram_gb"] = properties.name, round(properties.total_memory / 2**30, 1)
    return facts
