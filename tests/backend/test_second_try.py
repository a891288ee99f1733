"""Out of memory: one more try with less, told; the second time it is the error."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from backend import pipeline, texturing
from backend.bake import Bake, Inner
from backend.executors import Local
from backend.priors import Maps
from backend.priors.gaussian import GaussianPrior
from backend.protocol import Done, Event, Generate, Note, Progress, Refine, Request
from backend.rasterise import Array
from backend.second_try import reduced_or_none, run_or_reduced
from backend.settings import PRESETS, Finish, Shape, Views, with_budget

SIZE_PX = 48
NO_ROOM = [MemoryError("cannot allocate"), RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")]


@pytest.mark.parametrize("error", NO_ROOM)
def test_a_prop_that_does_not_fit_is_made_with_less_and_says_so(
    error: Exception, prior: GaussianPrior, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The true pipeline whose bake fits 512 px and no more: a prop of 512 px comes, its note and its record say it."""
    bake, sizes = texturing.bake, list[int]()

    def narrow(vertices: Array, faces: Array, uvs: Array, seen: Maps, size_px: int, inner: Inner | None) -> Bake:
        sizes.append(size_px)
        if size_px > 512:
            raise error
        return bake(vertices, faces, uvs, seen, size_px, inner)

    monkeypatch.setattr(texturing, "bake", narrow)
    executor = Local("cpu")
    executor._models = pipeline.Models(pipeline.torch.device("cpu"), {"analytic": prior})
    quality = replace(PRESETS["standard"], views=Views(steps=2, guidance=1.0), shape=Shape(grid=100))
    asked = Generate(prompt="a red box", prior="analytic", seed=3, quality=quality)
    events = list(executor.run(asked, tmp_path))
    assert sizes == [1024, 512] and isinstance(events[-1], Done)
    (note,) = [e for e in events if isinstance(e, Note) and e.code == "reduced"]
    assert "512 px maps" in note.message and "'finish'" in note.message
    record = json.loads((tmp_path / "result/prop.json").read_text())["request"]
    assert record["preset"] == "draft" and record["quality"]["finish"]["texture_px"] == 512 and record["seed"] == 3
    assert record["quality"]["views"] == {"steps": 2, "guidance": 1.0, "solver": "ddim", "student": False}
    assert events[-1].figures["texture_px"] == 512


def test_the_second_time_it_is_the_error() -> None:
    """What does not fit even then fails as out-of-memory, after exactly two tries; what else fails is tried once."""
    tries: list[Request] = []

    def run(request: Request) -> Iterator[Event]:
        tries.append(request)
        yield Progress("shape", 0.5)
        raise wrong

    for wrong, count in ((NO_ROOM[0], 2), (NO_ROOM[1], 2), (RuntimeError("no such thing"), 1), (KeyError("k"), 1)):
        tries.clear()
        with pytest.raises(type(wrong)):
            list(run_or_reduced(run, Generate(prompt="x"), lambda: None))
        assert len(tries) == count


@pytest.mark.parametrize("preset", list(PRESETS))
def test_less_is_less(preset: str) -> None:
    """Grid, faces and maps never grow, one shrinks; a plain draft has nothing below it; refinements shrink alike."""
    request = Generate(prompt="x", preset=preset, quality=PRESETS[preset])
    less = reduced_or_none(request)
    assert (less is None) == (preset == "draft")
    big = replace(request, quality=with_budget(request.quality, 100_000, 4096))
    small = reduced_or_none(big)
    assert small is not None and small.quality.finish.texture_px < 4096 and small.quality.finish.faces < 100_000
    assert small.quality.shape.grid <= big.quality.shape.grid and small.quality.views == big.quality.views
    modest = replace(request, quality=replace(request.quality, shape=Shape(grid=40), finish=Finish(200, 128)))
    assert reduced_or_none(modest) is None, "the artist's own smaller budget is below every preset"
    refined = reduced_or_none(Refine(prompt="x", preset="high", quality=PRESETS["high"]))
    assert refined is not None and refined.quality.finish == PRESETS["standard"].finish


def test_the_failed_try_lets_go_of_its_memory() -> None:
    """When the second try begins, nothing holds on to what the first one had built."""
    import weakref

    class Held:
        pass

    seen: list[weakref.ref[Held]] = []

    def run(request: Request) -> Iterator[Event]:
        if seen:
            assert seen[0]() is None
            yield Done("result")
            return
        held = Held()
        seen.append(weakref.ref(held))
        raise MemoryError(str(held))

    assert list(run_or_reduced(run, Generate(prompt="x"), lambda: None))[-1] == Done("result")
