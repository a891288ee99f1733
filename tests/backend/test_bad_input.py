"""Bad input at the command line and in the worker's log: each case ends in its code, sentence and remedy; nothing is lost."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import torch

from backend import __main__ as command_line
from backend import pipeline, worker
from backend import store as stores
from backend.cli import generate as command
from backend.errors import CATALOGUE
from backend.fake_worker import Fake
from backend.priors.loader import EMBEDDED
from backend.protocol import Done, Event, Generate, Progress, Request
from backend.store import Store

from .bad_input import PICTURES, PROMPTS, write_picture

GOOD = "a wooden barrel"


class UpToViews:
    """The real pipeline with the embedded prior, until the views begin: by then the input is accepted."""

    device = "cpu"

    def __init__(self) -> None:
        self.models = pipeline.Models(torch.device("cpu"))

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        for event in pipeline.run(request, folder, self.models):
            yield event
            if isinstance(event, Progress) and event.stage == "views":
                (folder / "result").mkdir()
                yield Done("result")
                return

    def forget(self) -> None: ...


@pytest.fixture(scope="module")
def executor() -> UpToViews:
    return UpToViews()


@pytest.fixture
def run(executor, monkeypatch, capsys, tmp_path):
    """`generate` on the command line: (exit code, what it printed to stderr)."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for stream in ("stdout", "stderr"):
        monkeypatch.setattr(f"sys.{stream}.reconfigure", lambda **_: None, raising=False)
    monkeypatch.setattr(command_line.signal, "signal", lambda *_: None)
    monkeypatch.setattr(command, "Local", lambda device: executor)

    def call(*arguments: str) -> tuple[int, str]:
        exit_code = command_line.main(["generate", "--preset", "draft", "--out", str(tmp_path / "out"), *arguments])
        return exit_code, capsys.readouterr().err

    return call


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Store]:
    store = stores.open_store(tmp_path / "der Speicher é 图 🪑")
    worker.log_to(store)
    handler = worker.LOG.handlers[-1]
    yield store
    worker.LOG.removeHandler(handler)
    handler.close()


def is_told(text: str, code: str) -> bool:
    """One line with the code, a sentence and a remedy of the catalogue, without a traceback or control characters."""
    remedy = CATALOGUE[code].remedy.split("{")[0]
    return remedy in text and "Traceback" not in text and all(c.isprintable() for c in text.replace("\n", ""))


def served(at: Store, executor, **fields) -> tuple[stores.JobStatus, str]:
    """The status of a job with these values written into job.json, and the worker's log, after a good job ran behind it."""
    job = stores.create_job(at, Generate(prompt=GOOD))
    path = at.jobs / job / "job.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | fields), "utf-8")
    good = stores.create_job(at, Generate(prompt=GOOD))
    worker.run_worker(at, executor, 0.0)
    assert stores.job_status(at, good).state == "done"  # whatever came before it
    return stores.job_status(at, job), (at.logs / "worker.log").read_text("utf-8")


@pytest.mark.parametrize("case", PROMPTS)
def test_prompts(case: str, run, at: Store, executor, tmp_path: Path) -> None:
    """Every prompt is read, or refused by code, sentence and remedy, on the command line, in the job and in the log."""
    prompt, code = PROMPTS[case]
    exit_code, said = run("--prompt", prompt)
    assert exit_code == (2 if code else 0), said
    status, log = served(at, executor, prompt=prompt)
    if not code:
        assert status.state == "done" and not said
        return
    assert said.startswith(f"error[{code}]: ") and said.count("\n") == 1 and is_told(said, code)
    assert status.error is not None and status.error.code == code and is_told(status.error.remedy, code)
    assert re.search(rf"{code}\W.*{re.escape(status.error.remedy[:20])}", log)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("case", PICTURES)
def test_pictures(case: str, run, at: Store, executor, tmp_path: Path) -> None:
    """Every picture is used, or refused by code, sentence and remedy, on the command line, in the job and in the log."""
    code = PICTURES[case][2]
    path = write_picture(case, tmp_path)
    exit_code, said = run("--image", str(path))
    assert exit_code == (2 if code else 0), said
    status, log = served(at, executor, prompt="", image=str(path))
    if not code:
        assert status.state == "done"
        assert ("animated" in case) == any(note.code == "image-first-frame" for note in status.notes)
        return
    assert said.startswith(f"error[{code}]: ") and said.count("\n") == 1 and is_told(said, code)
    assert status.error is not None and status.error.code == code
    assert re.search(rf"{code}\W.*{re.escape(status.error.remedy[:20])}", log)


@pytest.mark.parametrize("path", ["no.png", "folder", "a\0b", "x" * 5000, "\x1b[31m.png", "/dev/zero"])
def test_paths_that_are_no_file(path: str, run, tmp_path: Path) -> None:
    """A picture's path that leads to no file is image-missing in one short printable line, whatever it holds."""
    (tmp_path / "folder").mkdir()
    exit_code, said = run("--image", path if path.startswith("/") else str(tmp_path / path))
    assert exit_code == 2 and said.startswith("error[image-missing]") and len(said) < 700
    assert is_told(said, "image-missing")


def prior_with(folder: Path, change: str) -> Path:
    """A folder of links to the embedded prior, spoilt in one way."""
    folder.mkdir()
    card = json.loads((EMBEDDED / "prior.json").read_text("utf-8"))
    for name in card["sha256"]:
        (folder / name).symlink_to(EMBEDDED / name)
    name = next(n for n in card["sha256"] if n.endswith(".safetensors"))
    if change in ("missing", "wrong checksum", "garbage"):
        (folder / name).unlink()
    if change in ("wrong checksum", "garbage"):
        (folder / name).write_bytes(b"no tensors")
    if change == "garbage":
        card["sha256"][name] = hashlib.sha256(b"no tensors").hexdigest()
    if change == "unknown version":
        card["format"] = 99
    if change == "foreign tensors":
        card["architecture"]["depth"] += 1
    if change != "no card":
        (folder / "prior.json").write_text(json.dumps(card)[: 100 if change == "half a card" else None], "utf-8")
    return folder


@pytest.mark.parametrize(
    ("change", "code"),
    [("missing", "weights-missing"), ("wrong checksum", "weights-checksum"), ("garbage", "prior-invalid"),
     ("unknown version", "prior-invalid"), ("half a card", "prior-invalid"), ("foreign tensors", "prior-invalid"),
     ("no card", "prior-missing")],
)  # fmt: skip
def test_weights(change: str, code: str, run, at: Store, executor, tmp_path: Path) -> None:
    """Missing, damaged and foreign weights are named, with exit code 3; the jobs of the good prior go on."""
    folder = prior_with(tmp_path / "prior", change)
    exit_code, said = run("--prompt", GOOD, "--prior", str(folder))
    assert exit_code == 3 and said.startswith(f"error[{code}]: ") and is_told(said, code)
    status, log = served(at, executor, prior=str(folder))
    assert status.error is not None and status.error.code == code and code in log


@contextmanager
def small_disk(limit: int) -> Iterator[None]:
    """No file may grow beyond `limit` bytes: writes fail as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="Windows has no file size limit")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk(run, at: Store, executor, tmp_path: Path, monkeypatch) -> None:
    """A disk that fills up while files are written is disk-full by path, exit code 4; an older prop stays as it was."""
    monkeypatch.setattr(UpToViews, "run", lambda self, request, folder: pipeline.run(request, folder, self.models))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "prop.glb").write_bytes(b"older")
    monkeypatch.setattr(UpToViews, "run", lambda self, request, folder: pipeline.run(request, folder, self.models))
    with small_disk(8_000):
        exit_code, said = run("--prompt", GOOD)
        job = stores.create_job(at, Generate(prompt=GOOD))
        worker.run_worker(at, executor, 0.0)
    assert (
        exit_code == 4 and said.startswith("error[disk-full]") and str(tmp_path) in said and is_told(said, "disk-full")
    )
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["prop.glb"]
    status = stores.job_status(at, job)
    assert status.error is not None and status.error.code == "disk-full"


def test_paths_of_any_script(monkeypatch, run, tmp_path: Path) -> None:
    """A prop's files land in a folder whose name holds blanks, accents, Chinese, emoji, quotes and a percent sign."""
    monkeypatch.setattr(command, "Local", lambda device: Fake(speed=1000))
    out = tmp_path / "mein Ordner é 图 🪑 100 % 'x'"
    assert run("--prompt", GOOD, "--out", str(out)) == (0, "")
    assert {"mesh.npz", "prop.json"} <= {p.name for p in out.iterdir()}


FOREIGN: dict[str, tuple[str, bytes | None, str]] = {  # what is wrong: file, content (None: removed), code
    "no request": ("job.json", None, "job-corrupt"),
    "half a request": ("job.json", b'{"format": 1, "kind": "gen', "job-corrupt"),
    "binary request": ("job.json", bytes(range(256)), "job-corrupt"),
    "a list": ("job.json", b"[1, 2]", "job-corrupt"),
    "deep nesting": ("job.json", b"[" * 100_000, "job-corrupt"),
    "later version": ("job.json", b'{"format": 99, "kind": "generate", "new": 1}', "job-version"),
    "unknown kind": ("job.json", b'{"format": 1, "kind": "sculpt"}', "job-corrupt"),
    "unknown setting": (
        "job.json",
        b'{"format": 1, "kind": "generate", "prompt": "x", "colour": 1}',
        "setting-unknown",
    ),
}


@pytest.mark.parametrize("case", FOREIGN)
def test_job_folders(case: str, at: Store, executor, caplog) -> None:
    """Corrupt, foreign and later job folders are named in the list and the log, are kept, and the good job is done."""
    name, content, code = FOREIGN[case]
    job, good = (stores.create_job(at, Generate(prompt=GOOD)) for _ in range(2))
    path = at.jobs / job / name
    path.unlink() if content is None else path.write_bytes(content)
    with caplog.at_level(logging.INFO, logger="propsmith"):
        worker.run_worker(at, executor, 0.0)
    assert stores.job_status(at, good).state == "done"
    error = stores.read_entry(at, job).error
    assert error is not None and error.code == code and error.remedy
    assert any(job in record.message and code in record.message for record in caplog.records)
    assert content is None or path.read_bytes() == content


def test_half_written_lines(at: Store, executor) -> None:
    """Half a line, binary rubbish and events of the future cost nothing but themselves: the job is done, and noted."""
    job = stores.create_job(at, Generate(prompt=GOOD))
    rubbish = b'{"seq": 4, "t": 1, "kind": "pro\n\x00\xff\xfe\n{"seq": 5, "t": 1, "kind": "telepathy"}\n{"seq": 6, "t'
    (at.jobs / job / "events.jsonl").write_bytes(rubbish)
    worker.run_worker(at, executor, 0.0)
    status = stores.job_status(at, job)
    assert status.state == "done" and [n.code for n in status.notes].count("event-corrupt") >= 1
