"""The machine: devices by name, honest core counts and memory."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from backend import device
from backend.errors import PropsmithError


def test_auto_takes_the_best_there_is() -> None:
    """CUDA before MPS before the CPU."""
    expected = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    assert device.choose_device("auto").type == expected
    assert device.choose_device("cpu").type == "cpu"


@pytest.mark.parametrize("name", ["cuda:99", "cuda:x", "tpu", "", "CPU ", "cpu:x"])
def test_an_absent_device_is_named(name: str) -> None:
    """What is not there is device-missing, never a later crash."""
    with pytest.raises(PropsmithError) as caught:
        device.choose_device(name)
    assert caught.value.code == "device-missing"


@pytest.mark.skipif(sys.platform != "linux", reason="affinity masks are Linux's")
def test_cores_respect_the_affinity_mask() -> None:
    """Confined to one core, the process counts one and uses one thread."""
    mask, threads = os.sched_getaffinity(0), torch.get_num_threads()
    try:
        os.sched_setaffinity(0, {min(mask)})
        assert device.cpu_cores() <= 1 and device.set_threads() == 1 == torch.get_num_threads()
    finally:
        os.sched_setaffinity(0, mask)
        torch.set_num_threads(threads)


def test_vector_functions_are_first_called_on_one_thread() -> None:
    """`set_threads` calls each of MKL's vector functions in both precisions on one number, which one thread computes."""
    called = set()

    class Calls(TorchDispatchMode):
        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if args and isinstance(args[0], torch.Tensor) and args[0].numel() == 1:
                called.add(
                    (func.name().removeprefix("aten::").partition(".")[0].removeprefix("special_"), args[0].dtype)
                )
            return func(*args, **(kwargs or {}))

    threads = torch.get_num_threads()
    with Calls():
        device.set_threads()
    torch.set_num_threads(threads)
    assert called >= {(name, dtype) for name in device.BY_VML for dtype in (torch.float32, torch.float64)}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_memory_is_the_kernels_figure() -> None:
    """Total memory agrees with /proc/meminfo to a percent."""
    with open("/proc/meminfo") as file:
        kib = int(file.readline().split()[1])
    assert abs(device.total_memory_gb() / (kib / 2**20) - 1) < 0.01
    facts = device.describe(torch.device("cpu"))
    assert facts["device"] == "cpu" and facts["cores"] == device.cpu_cores()
