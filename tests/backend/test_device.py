"""The machine: devices by name, honest core counts and memory."""

from __future__ import annotations

import os
import sys

import pytest
import torch

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


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_memory_is_the_kernels_figure() -> None:
    """Total memory agrees with /proc/meminfo to a percent."""
    with open("/proc/meminfo") as file:
        kib = int(file.readline().split()[1])
    assert abs(device.total_memory_gb() / (kib / 2**20) - 1) < 0.01
    facts = device.describe(torch.device("cpu"))
    assert facts["device"] == "cpu" and facts["cores"] == device.cpu_cores()
