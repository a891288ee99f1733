"""The GPU bench without a GPU: it says so, and its parts that know no CUDA compute on the CPU."""

from __future__ import annotations

from functools import partial, wraps
from typing import Any

import pytest
import torch
from diffusers import AutoencoderTiny

from backend.cameras import rig
from backend.evaluation import bench_gpu
from backend.priors.analytic import analytic_prior
from backend.priors.mv_unet import FOUR_VIEWS, MultiViewUNet, discrete_schedule
from backend.representations.splat import splat

from ..priors.test_mv_unet import LATENT, SD, tiny_unet, words


def test_without_cuda_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a CUDA device nothing is measured and the exit code says that resources were missing."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert bench_gpu.main() == 4
    assert "nothing measured" in capsys.readouterr().out


def test_asd_on_gaussians_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The part that times ASD on Gaussians takes the steps that it reports."""
    monkeypatch.setattr(bench_gpu, "DEVICE", "cpu")
    monkeypatch.setattr(bench_gpu, "PROMPT", "a blue ball")
    monkeypatch.setattr("backend.pipeline.Models.prior", lambda self, name: analytic_prior(16))
    assert bench_gpu.asd_on_gaussians(steps=1, count=60).startswith("1 steps in")


def test_the_whole_table_in_one_call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every part fills its line, rehearsed on the CPU at a tiny size; one that fails says why and stops no other."""
    torch.manual_seed(0)
    narrow: dict[str, Any] = {f"{part}coder_block_out_channels": (8, 8, 8, 8) for part in ("en", "de")}
    narrow |= {f"num_{part}coder_blocks": (1, 1, 1, 1) for part in ("en", "de")}
    tiny = MultiViewUNet(
        "tiny", tiny_unet(), words, AutoencoderTiny(**narrow), discrete_schedule(SD), LATENT, 64,
        cameras=rig(FOUR_VIEWS, fov_deg=40.0, distance=3.0),
    )  # fmt: skip
    small = {"asd_on_gaussians": {"steps": 2, "count": 60}, "ceiling": {"size": 64}}
    for name, sizes in small.items():
        part = getattr(bench_gpu, name)
        monkeypatch.setattr(bench_gpu, name, wraps(part)(partial(part, **sizes)))
    for name, answer in (("is_available", True), ("get_device_name", "rehearsal"), ("max_memory_allocated", 2**30)):
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    for name in ("empty_cache", "reset_peak_memory_stats"):
        monkeypatch.setattr(torch.cuda, name, lambda: None)
    monkeypatch.setattr(bench_gpu, "DEVICE", "cpu")
    monkeypatch.setattr(bench_gpu, "PROMPT", "a blue ball")
    monkeypatch.setattr(bench_gpu, "true_size", lambda: tiny)
    monkeypatch.setattr(bench_gpu, "has_kernels", lambda: False)
    monkeypatch.setattr(bench_gpu, "best_renderer", lambda: splat)
    monkeypatch.setattr("backend.pipeline.Models.prior", lambda self, name: analytic_prior(16))
    assert bench_gpu.main() == 0
    lines = dict(line.split(": ", 1) for line in capsys.readouterr().out.splitlines()[1:])
    assert list(lines) == ["gsplat_equality", "asd_on_gaussians", "ceiling", "sds_step"]
    assert "2 steps in" in lines["asd_on_gaussians"] and "TFLOP/s" in lines["ceiling"]
    assert "ms a step" in lines["sds_step"] and all("peak 1.00 GiB" in line for line in lines.values())

    def broken() -> str:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(bench_gpu, "gsplat_equality", broken)
    assert bench_gpu.main() == 1
    said = capsys.readouterr().out
    assert "broken: FAILED: RuntimeError: no such kernel" in said and "sds_step: " in said
