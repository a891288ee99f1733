"""Gradient control: the running-median clip and the normaliser."""

from __future__ import annotations

import pytest
import torch

from backend.objectives.control import FACTOR, NormHistory, clip, normalise


def test_clip_bounds_an_outlier_and_keeps_the_rest() -> None:
    """A step of 100 times the median norm comes out at 3 times it, same direction; ordinary steps are untouched."""
    history, ordinary = NormHistory(), torch.tensor([3.0, 4.0])
    for _ in range(5):
        assert torch.equal(clip(ordinary, history), ordinary)
    wild = clip(torch.tensor([-500.0, 0.0]), history)
    torch.testing.assert_close(wild, torch.tensor([-5.0 * FACTOR, 0.0]))
    assert float(history.median()) == 5.0


def test_clip_adapts_to_a_lasting_change() -> None:
    """When the gradients really grow, the bound follows within the window instead of clipping for ever."""
    history = NormHistory()
    for _ in range(20):
        clip(torch.ones(4), history)
    for _ in range(60):
        last = clip(torch.full((4,), 10.0), history)
    assert torch.equal(last, torch.full((4,), 10.0))


def test_normalise_removes_the_scale() -> None:
    """Each group of views comes out with standard deviation 1; zero stays zero."""
    g = torch.randn(2, 3, 4, 5, 5) * torch.tensor([1e-3, 1e3]).reshape(2, 1, 1, 1, 1)
    assert normalise(g).flatten(1).std(dim=1).tolist() == pytest.approx([1.0, 1.0], rel=1e-4)
    assert not normalise(torch.zeros_like(g)).any()
