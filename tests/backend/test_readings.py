"""Prompts asked about before a job: the files of question and answer, the worker's reader beside its jobs."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend import readings, worker
from backend import store as stores
from backend.completions import words
from backend.language.understanding import understand
from backend.priors.loader import EMBEDDED, read_card
from backend.protocol import Done, Event, Generate, Progress, Request
from backend.readings import Reading, Word
from backend.store import Store

READING = Reading("a wooden barel", "barrel", 0.97, (("barrel", 0.9), ("crate", 0.4)),
                  (Word("a", "small"), Word("barel", "kind", "barrel")), ("Mended.",))  # fmt: skip


@pytest.fixture
def at(tmp_path: Path) -> Store:
    return stores.open_store(tmp_path / "store")


class Busy:
    """An executor that works until it is told to stop."""

    device = "test"

    def __init__(self) -> None:
        self.over = threading.Event()

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        while not self.over.wait(0.02):
            yield Progress("views", 0.5)
        yield Done("result")

    def forget(self) -> None: ...


def test_an_answer_is_read_back_whole(at: Store) -> None:
    """Question and answer survive the files, any prompt included, and the question is gone afterwards."""
    prompt = "ein Faß 🍺 \\ \" ' / .."
    readings.ask(at, "embedded", prompt)
    ((path, prior, asked),) = readings.asked(at)
    assert (prior, asked) == ("embedded", prompt) and readings.answer_or_none(at, prior, prompt) is None
    readings.answer(at, path, READING)
    assert readings.answer_or_none(at, prior, prompt) == READING and readings.asked(at) == []
    readings.forget(at)
    assert readings.answer_or_none(at, prior, prompt) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"prompt": 1}', '{"words": [1], "nearest": []}'])
def test_damaged_files_are_no_answer_and_no_question(at: Store, text: str) -> None:
    """What cannot be parsed is None for Blender, and taken away unanswered by the worker."""
    readings.ask(at, "embedded", "x")
    (question,) = readings.folder(at).glob("*.ask")
    question.write_text(text)
    question.with_suffix(".json").write_text(text)
    assert readings.answer_or_none(at, "embedded", "x") is None
    assert readings.asked(at) == [] and not question.exists()


def test_old_answers_are_dropped(at: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than `KEPT` answers stay."""
    monkeypatch.setattr(readings, "KEPT", 3)
    for number in range(6):
        readings.ask(at, "embedded", str(number))
        ((path, _, prompt),) = readings.asked(at)
        readings.answer(at, path, Reading(prompt))
    assert len(list(readings.folder(at).glob("*.json"))) == 3


def test_prompts_are_answered_while_a_job_runs(at: Store) -> None:
    """A prompt asked in the middle of a job is answered before the job ends; one that cannot be read harms neither."""
    executor = Busy()
    stores.create_job(at, Generate(prompt="x"))

    def reads(prior: str, prompt: str) -> Reading:
        if prompt == "bad":
            raise ValueError("no such word")
        return Reading(prompt, "barrel")

    serving = threading.Thread(target=worker.run_worker, args=(at, executor, 0.5, None, reads))
    serving.start()
    try:
        readings.ask(at, "embedded", "bad")
        readings.ask(at, "embedded", "good")
        end = time.monotonic() + 20
        while readings.answer_or_none(at, "embedded", "good") is None or readings.asked(at):
            assert time.monotonic() < end
            time.sleep(0.02)
        assert readings.answer_or_none(at, "embedded", "bad") is None
    finally:
        executor.over.set()
        serving.join(20)


def test_the_worker_command_answers_without_any_job(at: Store) -> None:
    """`python -m backend worker` answers a prompt that was asked before it started."""
    kind = next(word for word, what in words().items() if what == "prop")
    readings.ask(at, "embedded", f"a {kind}")
    command = [sys.executable, "-m", "backend", "worker", "--store", str(at.folder), "--idle", "60", "--device", "cpu"]
    process = subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 300
        while (found := readings.answer_or_none(at, "embedded", f"a {kind}")) is None:
            assert time.monotonic() < end and process.poll() is None
            time.sleep(0.1)
        assert found.kind == kind and stores.worker_status(at).running
    finally:
        process.terminate()
        process.wait(30)


def test_unknown_words_come_with_the_nearest_known_one() -> None:
    """The shipped reader: a known kind is certain; a made-up word is unknown; every nearest word is one it knows."""
    known, card = words(), read_card(EMBEDDED)
    kind = next(word for word, what in known.items() if what == "prop")
    certain = understand("embedded", f"a {kind}")
    assert certain is not None and certain.kind == kind and certain.confidence > 0.9
    strange = understand("embedded", f"a xyzzyq {kind} with lasers")
    assert strange is not None and strange.kind == kind
    roles = {word.text: word for word in strange.words}
    assert roles["xyzzyq"].role == "unknown" and roles[kind].role == "kind"
    taught = known.keys() | (set(card["vocabulary"]) - set(card["untaught"]))  # parts are not offered while typing
    assert roles["lasers"].role != "unknown" or roles["lasers"].meaning in taught
