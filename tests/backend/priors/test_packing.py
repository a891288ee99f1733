"""How weights lie in a file: large matrices in eight bits, the rest in bfloat16."""

from __future__ import annotations

import pytest
import torch

from backend.priors.packing import LARGE, SCALE, packed, unpacked


def test_large_matrices_are_rounded_to_half_a_step_of_their_row() -> None:
    """What comes back differs by at most half of a 127th of the row's largest weight, rows of nothing included."""
    torch.manual_seed(0)
    weights = {
        "a.weight": torch.randn(300, 256) * torch.logspace(-3, 2, 300)[:, None],
        "b.weight": torch.randn(64, 32, 6, 6),
    }
    weights["a.weight"][7] = 0
    stored = packed(weights)
    assert stored["a.weight"].dtype == stored["b.weight"].dtype == torch.int8 and stored["a.weight" + SCALE].shape == (
        300,
    )
    found = unpacked(stored)
    assert found.keys() == weights.keys()
    for name, weight in weights.items():
        rows, back = weight.flatten(1), found[name].flatten(1)
        assert (
            (rows - back).abs() <= rows.abs().amax(1, keepdim=True) / 254 * 1.001
        ).all() and back.shape == rows.shape


def test_small_tensors_stay_in_bfloat16() -> None:
    """Below `large` numbers, and vectors of any length, nothing is packed; packing what was packed changes nothing."""
    weights = {"small": torch.randn(16, 16), "bias": torch.randn(LARGE), "large": torch.randn(16, 17)}
    stored = packed(weights, large=257)
    assert stored["small"].dtype == stored["bias"].dtype == torch.bfloat16 and stored["large"].dtype == torch.int8
    again = packed(unpacked(stored), large=257)
    assert all(torch.equal(again[name], tensor) for name, tensor in stored.items() if not name.endswith(SCALE))


def test_eight_bits_without_their_scale_are_refused() -> None:
    """A file that lost a scale is no network, whatever its other tensors are."""
    stored = packed({"a": torch.randn(300, 256)})
    with pytest.raises(KeyError):
        unpacked({"a": stored["a"]})
