"""Tests of the fused kernels, compiled as plain C++, against the renderer in numba; and on a GPU where there is one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.cameras import rig
from backend.training import render, render_cuda
from backend.training.kinds import KINDS
from backend.training.programs import STYLES, Builder

SOME = [name for i, name in enumerate(sorted(KINDS)) if i % 9 == 0]


def written(kind: str, seed: int) -> np.ndarray:
    builder = Builder(np.random.default_rng(seed), STYLES[seed % len(STYLES)])
    KINDS[kind].write(builder)
    return builder.program()


@pytest.fixture(scope="module", params=["host", "cuda"])
def kernels(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> render_cuda.Kernels:
    if request.param == "cuda":
        if not torch.cuda.is_available():
            pytest.skip("no NVIDIA GPU")
        return render_cuda.Cuda(torch.device("cuda"))
    if shutil.which("c++") is None:
        pytest.skip("no C++ compiler")
    return render_cuda.Host(tmp_path_factory.mktemp("kernels"))


@pytest.fixture(scope="module")
def programs() -> list[np.ndarray]:
    return [written(kind, i) for i, kind in enumerate(SOME)]


def test_finishing_many_equals_finishing_each(kernels: render_cuda.Kernels, programs: list[np.ndarray]) -> None:
    """The batch brings every program into the unit ball as `render.finish` does, within 1e-3."""
    for kind, ours, theirs in zip(
        SOME, render_cuda.finish(programs, kernels), map(render.finish, programs), strict=True
    ):
        assert np.abs(ours - theirs).max() < 1e-3, kind


def test_kernels_draw_what_numba_draws(kernels: render_cuda.Kernels, programs: list[np.ndarray]) -> None:
    """Silhouettes, parts, normals and depth of every view agree: 99 % of pixels, depth within 0.002, normals within 1 %."""
    finished = [render.finish(program) for program in programs]
    axes = rig().axes.numpy()
    part, normal, depth = render_cuda.buffers(finished, np.stack([axes] * len(finished)), 32, kernels)
    for i, program in enumerate(finished):
        their_part, their_normal, their_depth = render.buffers(program, axes, 32)
        same = part[i] == their_part
        assert same.mean() > 0.99, SOME[i]  # where two parts coincide, rounding decides whose surface it is
        both = same & (their_part >= 0)
        assert both.sum() > 100
        assert np.quantile(np.abs(depth[i] - their_depth)[both], 0.99) < 0.002, SOME[i]
        assert np.quantile(1 - (normal[i] * their_normal).sum(-1)[both], 0.97) < 0.01, SOME[i]


def test_an_empty_program_is_refused(kernels: render_cuda.Kernels) -> None:
    """A program whose part is clipped away has no solid: ValueError, as in `render.finish`."""
    program = written("crate", 0)[:1]
    program[:, 10:13] = 0, 5e2, 6e2  # clipped to a far slab
    with pytest.raises(ValueError, match="no solid"):
        render_cuda.finish([program], kernels)


def test_shards_are_traced_on_the_kernels(kernels: render_cuda.Kernels, tmp_path: Path) -> None:
    """A shard made with the kernels holds the very shapes that numba makes from the same seed."""
    from backend.training import dataset

    dataset.write_shard(tmp_path / "shard-0.npz", ["crate", "mug"], 4, 24, compositions=1)
    ours = dataset.Shapes(tmp_path).shapes
    (tmp_path / "k").mkdir()
    dataset.write_shard(tmp_path / "k" / "shard-0.npz", ["crate", "mug"], 4, 24, compositions=1, kernels=kernels)
    theirs = dataset.Shapes(tmp_path / "k").shapes
    for a, b in zip(ours, theirs, strict=True):
        assert (a.kind, a.phrases, a.company) == (b.kind, b.phrases, b.company)
        assert (a.part == b.part).mean() > 0.99
