"""Where objectives converge in the plane, under an exact mixture prior with three modes."""

from __future__ import annotations

import pytest
import torch

from backend.evaluation.toy import MODE_STD, MODES, SHARES, converge, measure


def test_truth_measures_as_truth() -> None:
    """Samples of the prior itself measure as width 1, its own shares, none astray: the ruler is straight."""
    generator = torch.Generator().manual_seed(0)
    mode = torch.multinomial(SHARES, 20_000, True, generator=generator)
    spread = measure(MODES[mode] + MODE_STD * torch.randn(20_000, 2, generator=generator))
    assert spread.width == pytest.approx(1.0, abs=0.02) and spread.astray < 0.001
    assert spread.shares == pytest.approx(SHARES.tolist(), abs=0.015)


def test_vsd_recovers_the_distribution_and_sds_does_not() -> None:
    """At guidance 1, VSD's particles take the modes' own shares (ProlificDreamer's claim); SDS leaves most between."""
    vsd, sds = measure(converge("vsd", 1.0, steps=300, count=200)), measure(converge("sds", 1.0, steps=300, count=200))
    assert vsd.shares == pytest.approx(SHARES.tolist(), abs=0.1) and vsd.astray < 0.05
    assert vsd.width > 0.5
    assert sds.astray > 0.5 > max(sds.shares) + 0.2


def test_guided_objectives_reach_the_modes() -> None:
    """With their guidance, ASD, CSD and ISM bring at least four in five particles to a mode, without flying off."""
    for name in ("asd", "csd", "ism"):
        particles = converge(name, 7.5, steps=300, count=200)
        assert measure(particles).astray < 0.2, name
        assert particles.abs().max() < 3.0, name
