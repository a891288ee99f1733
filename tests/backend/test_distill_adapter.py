"""The loop with VSD's adapter, which learns along: a killed run goes on with what it had learned."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from backend.distill import Run, distill
from backend.priors.loader import load_prior
from backend.protocol import Note, Progress

from .test_colour_priors import folder_of
from .test_distill import BLUE, SETTINGS, red_ball


def test_a_killed_run_goes_on_with_what_its_adapter_had_learned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run of VSD closed in the middle resumes from its checkpoint and ends with the bits of an undisturbed one."""
    monkeypatch.setattr("backend.checkpoint.EVERY_S", 0.0)
    prior = load_prior(str(folder_of("joined", tmp_path / "prior")), torch.device("cpu"))
    settings = replace(SETTINGS, objective="vsd", steps=8)
    whole = red_ball()
    list(distill(whole, prior, BLUE, Run(settings)))
    events = distill(red_ball(), prior, BLUE, Run(settings, folder=tmp_path))
    for event in events:
        if isinstance(event, Progress) and event.fraction > 0.5:
            break
    events.close()  # type: ignore[attr-defined]
    again = red_ball()
    said = list(distill(again, prior, BLUE, Run(settings, folder=tmp_path)))
    assert any(isinstance(e, Note) and e.code == "resumed" for e in said)
    assert torch.equal(again.delta, whole.delta)
