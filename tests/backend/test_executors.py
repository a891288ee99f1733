"""Executors: chosen by name; the local one loads its models once and drops them when told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from backend import device, pipeline
from backend.errors import PropsmithError
from backend.executors import Local, make_executor
from backend.protocol import Done, Event, Generate, Note, Progress, Request


def test_an_unknown_executor_is_refused() -> None:
    """Only local and Ray addresses are executors."""
    assert isinstance(make_executor("local", "cpu"), Local)
    for name in ("", "slurm", "rayon", "Ray://x"):
        with pytest.raises(PropsmithError) as caught:
            make_executor(name)
        assert caught.value.code == "setting-choice"


def test_models_stay_loaded_from_job_to_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two jobs see the same models object; after `forget` the next sees a new one; the device is known after the first."""
    seen = []

    def run(request: Request, folder: Path, models: pipeline.Models) -> Iterator[Event]:
        seen.append(models)
        yield Done("result")

    monkeypatch.setattr(pipeline, "run", run)
    executor = Local("cpu")
    assert executor.device == ""
    for _ in range(2):
        assert list(executor.run(Generate(prompt="x"), tmp_path)) == [Done("result")]
    assert executor.device == "cpu" and seen[0] is seen[1]
    executor.forget()
    list(executor.run(Generate(prompt="x"), tmp_path))
    assert seen[2] is not seen[0]


def test_an_absent_device_fails_the_job_by_name(tmp_path: Path) -> None:
    """A worker told to use a card that is not there ends the job as device-missing."""
    with pytest.raises(PropsmithError) as caught:
        list(Local("cuda:99").run(Generate(prompt="x"), tmp_path))
    assert caught.value.code == "device-missing"


@pytest.mark.parametrize("free, told", [(0.6, True), (16.0, False), (0.0, False)])
def test_little_memory_is_said_before_the_work_begins(free: float, told: bool, tmp_path, monkeypatch) -> None:
    """With less free memory than a prop takes, the first event of the first job says so; unknown memory says nothing."""
    monkeypatch.setattr(device, "free_memory_gb", lambda: free)
    monkeypatch.setattr(pipeline, "run", lambda request, folder, models: iter([Progress("loading", 0.0)]))
    executor = Local("cpu")
    notes = [e.message for e in executor.run(Generate(prompt="a box"), tmp_path) if isinstance(e, Note)]
    assert (
        notes == ["Only 0.6 GB of memory are free, and a prop takes up to 1.8 GB: close other programs if it is slow."]
    ) == told
    assert not [e for e in executor.run(Generate(prompt="a box"), tmp_path) if isinstance(e, Note)]  # loaded: said once


def failing_card(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A card that fails every job; where jobs were tried, in order."""
    tried = []

    def run(request: Request, folder: Path, models: pipeline.Models) -> Iterator[Event]:
        tried.append(models.device.type)
        yield Progress("loading", 0.0)
        if models.device.type != "cpu":
            raise RuntimeError("CUDA error: unspecified launch failure\nmore")
        yield Done("result")

    monkeypatch.setattr(pipeline, "run", run)
    monkeypatch.setattr(device, "choose_device", lambda name: torch.device("cpu" if name == "cpu" else "meta"))
    return tried


def test_a_card_that_fails_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The job is made on the processor, a note says why, and the next job does not try the card again."""
    tried, executor = failing_card(monkeypatch), Local("auto")
    events = [list(executor.run(Generate(prompt="x"), tmp_path)) for _ in range(2)]
    notes = [e.message for e in events[0] if isinstance(e, Note) and e.code == "card-failed"]
    assert tried == ["meta", "cpu", "cpu"] and executor.device == "cpu"
    assert (
        events[0][-1] == Done("result") and len(notes) == 1 and "(CUDA error: unspecified launch failure)" in notes[0]
    )
    assert not any(isinstance(e, Note) for e in events[1])


def test_a_card_that_was_chosen_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a device is told of its failure."""
    failing_card(monkeypatch)
    with pytest.raises(RuntimeError, match="launch failure"):
        list(Local("cuda").run(Generate(prompt="x"), tmp_path))


def test_a_card_without_kernels_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card too old for this torch: "auto" takes the processor and says so, by name it is missing."""

    def no_kernels(*_: object, **__: object) -> torch.Tensor:
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch, "ones", no_kernels)
    device.cuda_computes.cache_clear()
    monkeypatch.setattr(pipeline, "run", lambda request, folder, models: iter([Done("result")]))
    try:
        executor = Local("auto")
        codes = [e.code for e in executor.run(Generate(prompt="x"), tmp_path) if isinstance(e, Note)]
        assert codes == ["card-unused"] and executor.device == "cpu"
        with pytest.raises(PropsmithError, match="cuda"):
            device.choose_device("cuda")
    finally:
        device.cuda_computes.cache_clear()
