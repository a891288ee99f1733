"""The clock: a long computation reports every half second, its estimate holds, and its failure is raised where it is awaited."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

import pytest

from backend.clock import REPORT_S, Clock
from backend.protocol import Progress
from backend.settings import PRESETS


def clock() -> Clock:
    """Half of this job is over: two seconds were spent on the stage before, as expected."""
    made = Clock({"views": 2.0, "finish": 2.0}, begun=time.monotonic() - 2.0)
    made.enter("finish")
    return made


def collected(work: Generator[Progress, None, Any]) -> tuple[list[tuple[float, Progress]], Any]:
    """Every report with the second it came in, and the value."""
    reports, began = [], time.monotonic()
    while True:
        try:
            reports.append((time.monotonic() - began, next(work)))
        except StopIteration as stop:
            return reports, stop.value


def test_a_long_computation_reports_and_returns_its_value() -> None:
    """Three seconds of work are reported at least once a second, fractions grow within the share, the value arrives."""

    def work() -> str:
        time.sleep(3.0)
        return "value"

    began = time.monotonic()
    reports, value = collected(clock().during(work, 0.25, 0.75))
    assert value == "value" and time.monotonic() - began < 3.0 + 2 * REPORT_S
    fractions = [report.fraction for _, report in reports]
    assert len(reports) >= 3 and fractions == sorted(fractions)
    assert fractions[0] >= 0.5 + 0.25 / 2 and fractions[-1] <= 0.5 + 0.75 / 2


def test_the_estimate_of_work_that_takes_as_expected_is_right() -> None:
    """Where a stage of two seconds takes two seconds, the time left that is told is right to a second."""
    made = clock()
    reports, _ = collected(made.during(lambda: time.sleep(2.0), 0.0, 1.0))
    for at, report in reports:
        if at < 1.7:
            assert report.eta_s == pytest.approx(2.0 - at, abs=1.0 + 0.3 * at)


# docs/benchmarks.md, machine idle, model loaded: views, shape, finish, files
MEASURED = {"draft": (0.45, 0.59, 0.62, 0.63), "standard": (1.07, 1.07, 2.33, 0.87), "high": (1.51, 1.45, 7.43, 1.71)}


@pytest.mark.parametrize("preset", MEASURED)
def test_the_expected_seconds_are_the_measured_ones(preset: str) -> None:
    """What a job tells before it has a pace of its own is within a fifth of the benchmark's total, stages within a third
    of a second or a third."""
    expected = Clock.for_generate(PRESETS[preset]).expected
    told = [expected[stage] for stage in ("views", "shape", "finish", "files")]
    assert sum(told) == pytest.approx(sum(MEASURED[preset]), rel=0.2)
    if preset != "high":  # its many evaluations are quicker one by one
        assert told == pytest.approx(MEASURED[preset], rel=0.34, abs=0.34)


def test_a_loaded_model_does_not_make_the_estimate_hurry() -> None:
    """Where loading takes no time, the time left stays that of the stages to come instead of falling to nothing."""
    made = Clock({"loading": 2.0, "views": 4.0, "finish": 4.0})
    made.enter("loading")
    assert made.enter("views").eta_s == pytest.approx(8.0, abs=0.1)
    made.entered["views"] -= 4.0  # four seconds later, half of the views: twice as slow as expected
    assert made.at(0.5).eta_s == pytest.approx(12.0, abs=0.1)


def test_a_failure_is_raised_where_the_value_is_awaited() -> None:
    """What the work raises comes out of the generator, as itself."""
    with pytest.raises(ZeroDivisionError):
        collected(clock().during(lambda: 1 / 0, 0.0, 1.0))


def test_closing_does_not_wait_for_the_work() -> None:
    """A cancel between two reports returns at once, though the thread still computes."""
    work = clock().during(lambda: time.sleep(3.0), 0.0, 1.0)
    next(work)
    began = time.monotonic()
    work.close()
    assert time.monotonic() - began < 0.5


def test_work_that_writes_is_waited_for() -> None:
    """Closed in the middle, work that must come to its end has come to it when the close returns."""
    written: list[str] = []

    def work() -> None:
        time.sleep(1.5)
        written.append("whole")

    begun = clock().during(work, 0.0, 1.0, to_its_end=True)
    next(begun)
    begun.close()
    assert written == ["whole"]
