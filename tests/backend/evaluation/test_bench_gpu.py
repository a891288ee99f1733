"""The GPU bench without a GPU: it says so, and its parts that know no CUDA compute on the CPU."""

from __future__ import annotations

import pytest
import torch

from backend.evaluation import bench_gpu
from backend.priors.analytic import analytic_prior


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
