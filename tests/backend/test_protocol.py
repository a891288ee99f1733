"""The messages: round trips, versions, and refusal of what is not of this format."""

from __future__ import annotations

import json
from typing import get_args

import pytest

from backend.errors import PropsmithError, problem
from backend.protocol import (
    EVENTS,
    Done,
    Event,
    Failed,
    Generate,
    Heartbeat,
    Note,
    Preview,
    Progress,
    Refine,
    event_from_line,
    event_to_line,
    failed,
    request_from_json,
    request_to_json,
)
from backend.settings import PRESETS

SAMPLES: list[Event] = [
    Progress("views", 0.5, 2.0, "line\nbreak"), Preview("a.png", "m.npz"), Note("code", "“text”"), Heartbeat(),
    Done("result", {"views": 1.5}, {"faces": 3.0}), Failed("code", "sentence", "remedy", "fix"),
]  # fmt: skip


@pytest.mark.parametrize("event", SAMPLES, ids=lambda e: e.kind)
def test_an_event_survives_its_line(event: Event) -> None:
    """Every kind of event comes back equal, and takes exactly one line."""
    line = event_to_line(event, 4, 12.5)
    assert line.count("\n") == 1 and line.endswith("\n")
    stamped = event_from_line(line)
    assert (stamped.event, stamped.seq, stamped.time_s) == (event, 4, 12.5)


def test_every_event_kind_is_sampled_and_registered() -> None:
    """The table of kinds holds exactly the members of Event."""
    assert {type(e) for e in SAMPLES} == set(get_args(Event)) == set(EVENTS.values())


@pytest.mark.parametrize("preset", PRESETS)
def test_a_request_survives_json(preset: str) -> None:
    """Requests of every preset come back equal through JSON text."""
    for request in (
        Generate(prompt="x", preset=preset, quality=PRESETS[preset], size_m=2),
        Refine(mesh="/m.npz", prompt="y", mode="shape", preset=preset, quality=PRESETS[preset]),
    ):
        assert request_from_json("j", json.loads(json.dumps(request_to_json(request)))) == request


@pytest.mark.parametrize(
    ("change", "code"),
    [({"format": 2}, "job-version"), ({"format": None}, "job-version"), ({"kind": "x"}, "job-corrupt"),
     ({"kind": ["generate"]}, "job-corrupt"), ({"wings": 2}, "setting-unknown"), ({"quality": 3}, "setting-type"),
     ({"quality": {"views": {"steps": 0}}}, "setting-range"), ({"quality": {"views": {"legs": 1}}}, "setting-unknown"),
     ({"prompt": ""}, "prompt-empty"), ({"prompt": None}, "setting-type"), ({"size_m": float("nan")}, "setting-range"),
     ({"size_m": float("inf")}, "setting-range"), ({"seed": 1.5}, "setting-type"), ({"seed": True}, "setting-type"),
     ({"preset": "best"}, "setting-choice")],
)  # fmt: skip
def test_a_bad_request_says_what_is_wrong(change: dict[str, object], code: str) -> None:
    """Each damaged field of a job.json gives its own code."""
    values = {**request_to_json(Generate(prompt="x")), **change}
    with pytest.raises(PropsmithError) as caught:
        request_from_json("j", values)
    assert caught.value.code == code


def test_a_job_file_that_holds_no_object_is_corrupt() -> None:
    """A list, a number or null in job.json is job-corrupt."""
    for values in ([], 3, None, "x"):
        with pytest.raises(PropsmithError) as caught:
            request_from_json("j", values)
        assert caught.value.code == "job-corrupt"


def test_a_failure_carries_the_whole_error() -> None:
    """The failed event holds code, sentence, remedy and fix of the error."""
    error = problem("package-missing", name="torch")
    assert failed(error) == Failed(error.code, error.sentence, error.remedy, "propsmith.repair_environment")
