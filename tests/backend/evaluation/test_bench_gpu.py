"""The GPU bench without a GPU: it says so, and its parts that know no CUDA compute on the CPU."""

from __future__ import annotations

from functools import partial, wraps
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKL, AutoencoderTiny

from backend.cameras import rig
from backend.evaluation import bench_gpu
from backend.priors.analytic import analytic_prior
from backend.priors.mv_unet import FOUR_VIEWS, MultiViewUNet, discrete_schedule
from backend.representations.splat import splat

from ..priors.test_mv_unet import LATENT, SD, tiny_unet, words

KL_BLOCKS = (("down", "Encoder"), ("up", "Decoder"))


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


def test_the_whole_table_in_one_call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every part fills its row, rehearsed on the CPU at a tiny size, and the page gets them; one that fails says why and stops
    no other."""
    narrow: dict[str, Any] = {f"{part}coder_block_out_channels": (8, 8, 8, 8) for part in ("en", "de")}
    narrow |= {f"num_{part}coder_blocks": (1, 1, 1, 1) for part in ("en", "de")}

    def tiny() -> MultiViewUNet:
        torch.manual_seed(0)
        return MultiViewUNet(
            "tiny", tiny_unet(), words, AutoencoderTiny(**narrow), discrete_schedule(SD), LATENT, 64,
            cameras=rig(FOUR_VIEWS, fov_deg=40.0, distance=3.0),
        )  # fmt: skip

    def narrow_kl() -> AutoencoderKL:
        wide = {"block_out_channels": (8, 8, 8, 8), "norm_num_groups": 4, "latent_channels": 4}
        kinds = {f"{way}_block_types": (f"{way.title()}{part}Block2D",) * 4 for way, part in KL_BLOCKS}
        return AutoencoderKL(**wide, **kinds)

    small = {"asd_on_gaussians": {"steps": 2, "count": 60}, "ceiling": {"size": 64}}
    for name, sizes in small.items():
        part = getattr(bench_gpu, name)
        monkeypatch.setattr(bench_gpu, name, wraps(part)(partial(part, **sizes)))
    for name, answer in (("is_available", True), ("get_device_name", "rehearsal"), ("max_memory_allocated", 2**30)):
        monkeypatch.setattr(torch.cuda, name, lambda answer=answer: answer)
    for name in ("empty_cache", "reset_peak_memory_stats"):
        monkeypatch.setattr(torch.cuda, name, lambda: None)
    for name, value in (("DEVICE", "cpu"), ("HALF", torch.float32), ("PROMPT", "a blue ball"), ("true_size", tiny),
                        ("full_encoder", narrow_kl), ("has_kernels", lambda: True), ("best_renderer", lambda: splat),
                        ("splat_with_gsplat", splat)):  # fmt: skip
        monkeypatch.setattr(bench_gpu, name, value)
    monkeypatch.setattr(bench_gpu, "seconds_of", partial(bench_gpu.seconds_of, repeats=1, warm=1))
    monkeypatch.setattr("backend.pipeline.Models.prior", lambda self, name: analytic_prior(16))
    page = tmp_path / "page.md"
    page.write_text("# Page\n<!-- bench of the GPU: begin -->\nold\n<!-- bench of the GPU: end -->\nrest\n")
    assert bench_gpu.main(page) == 0
    rows = {cells[1].strip(): cells for line in capsys.readouterr().out.splitlines() if (cells := line.split("|"))[1:]}
    found = {name: cells[2] for name, cells in rows.items() if name not in ("part", "---")}
    assert list(found) == [
        "gsplat equality",
        "asd on gaussians",
        "ceiling",
        "sds step",
        "graphed sds step",
        "eager sds step",
    ]
    assert "picture 0.0e+00" in found["gsplat equality"] and "2 steps in" in found["asd on gaussians"]
    assert all("ms a step (encode" in found[name] and "TFLOP/s" in found[name] for name in list(found)[3:])
    assert "apart by 0.0e+00" in found["graphed sds step"] and all(
        " 1.00 " in cells[4] for cells in list(rows.values())[2:]
    )
    written = page.read_text()
    assert "old" not in written and "rest" in written and all(found[name] in written for name in found)

    def broken() -> str:
        raise RuntimeError("no such kernel")

    monkeypatch.setattr(bench_gpu, "gsplat_equality", broken)
    assert bench_gpu.main() == 1
    said = capsys.readouterr().out
    assert "| broken | FAILED: RuntimeError: no such kernel |" in said and "| sds step | " in said
