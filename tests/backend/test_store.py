"""The store: durable jobs, whole-line reading, foreign and damaged folders, full and read-only disks."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from backend import disk, journal
from backend import store as stores
from backend.errors import InputError, PropsmithError
from backend.protocol import Control, Done, Generate, Heartbeat, Note, Preview, Progress, Refine, event_to_line
from backend.store import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def at(tmp_path: Path) -> Store:
    return stores.open_store(tmp_path / "Läden und 道具")  # blanks and non-ASCII letters in every test's path


def code_of(call: object, *args: object) -> str:
    with pytest.raises(PropsmithError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


def test_a_request_is_read_back_as_it_was_queued(at: Store) -> None:
    """What is queued is read back equal, whatever the prompt's script."""
    for prompt in ("a barrel", "🪑 كرسي خشبي", "x" * 1000):
        request = Generate(prompt=prompt, seed=3, size_m=0.4)
        assert stores.read_request(at, stores.create_job(at, request, "me")) == request
    refine = Refine(mesh="/a/b.npz", prompt="rusty")
    assert stores.read_request(at, stores.create_job(at, refine)) == refine


def test_jobs_are_listed_newest_first_with_their_owner(at: Store) -> None:
    """The list is newest first, and every job knows which session asked."""
    jobs = [stores.create_job(at, Generate(prompt="x"), owner) for owner in ("a", "b", "")]
    entries = stores.list_jobs(at)
    assert [e.job for e in entries] == jobs[::-1]
    assert [e.owner for e in entries] == ["", "b", "a"]


def test_two_processes_queue_jobs_side_by_side(at: Store) -> None:
    """Two Blenders adding jobs to one store at once lose none."""
    script = (
        "import sys; from backend import store as s; from backend.protocol import Generate\n"
        "at = s.open_store(sys.argv[1])\n"
        "for i in range(30): s.create_job(at, Generate(prompt=f'{sys.argv[2]} {i}'), sys.argv[2])"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", script, str(at.folder), name], cwd=ROOT) for name in ("left", "right")
    ]
    assert [run.wait(60) for run in runs] == [0, 0]
    prompts = [e.request.prompt for e in stores.list_jobs(at) if e.request is not None]
    for name in ("left", "right"):
        assert [p for p in prompts if p.startswith(name)] == [f"{name} {i}" for i in reversed(range(30))]


def test_damaged_and_foreign_folders_are_listed_with_a_reason(at: Store) -> None:
    """Whatever lies in jobs/, the list names it and never raises."""
    stamps = [f"20260101-00000{i}-000000-0000000{i}" for i in range(8)]
    contents: list[bytes | None] = [
        None, b"", b"{", b"[" * 100_000, b"\xff\xfe", b'{"format": 99}', b'{"format": 1, "kind": "dance"}',
        json.dumps({"format": 1, "kind": "generate", "prompt": "x", "surprise": 1}).encode(),
    ]  # fmt: skip
    for stamp, content in zip(stamps, contents, strict=True):
        (at.jobs / stamp).mkdir()
        if content is not None:
            (at.jobs / stamp / "job.json").write_bytes(content)
    (at.jobs / "holiday pictures").mkdir()
    codes = {e.job: e.error.code for e in stores.list_jobs(at) if e.error is not None}
    expected = ["job-corrupt"] * 5 + ["job-version", "job-corrupt", "setting-unknown"]
    assert codes == {**dict(zip(stamps, expected, strict=True)), "holiday pictures": "job-corrupt"}


def test_a_file_in_place_of_a_job_is_reported(at: Store) -> None:
    """A plain file under jobs/ is listed as missing its job, not read."""
    (at.jobs / "20260101-000000-000000-00000000").write_text("x")
    (entry,) = stores.list_jobs(at)
    assert entry.error is not None and entry.error.code == "job-missing"


@pytest.mark.parametrize("job", ["", ".", "..", "../x", "a/b", "no", "\0"])
def test_job_names_cannot_leave_the_store(at: Store, job: str) -> None:
    """A job id that is no folder of this store is job-missing."""
    assert code_of(stores.read_request, at, job) == "job-missing"


def test_events_come_back_in_order_from_any_offset(at: Store) -> None:
    """Reading on from an offset yields exactly the later events, numbered without a gap."""
    job = stores.create_job(at, Generate(prompt="x"))
    sent = [
        Progress("views", 0.25, 3.0, "é"),
        Preview("a.png"),
        Note("n", "m"),
        Heartbeat(),
        Done("result", {"v": 1.0}),
    ]
    assert stores.read_events(at, job) == ([], 0)
    for event in sent[:2]:
        stores.append_event(at, job, event)
    first, offset = stores.read_events(at, job)
    for event in sent[2:]:
        stores.append_event(at, job, event)
    second, end = stores.read_events(at, job, offset)
    assert [s.event for s in first + second] == sent
    assert [s.seq for s in first + second] == list(range(5))
    assert stores.read_events(at, job, end) == ([], end)


def test_a_half_written_line_waits_for_its_end(at: Store) -> None:
    """A line without its newline is not read yet; completed, it is read once."""
    job = stores.create_job(at, Generate(prompt="x"))
    path = at.jobs / job / "events.jsonl"
    line = event_to_line(Progress("views", 0.5), 0, 1.0)
    path.write_text(line[:20])
    assert stores.read_events(at, job) == ([], 0)
    path.write_text(line)
    events, _ = stores.read_events(at, job)
    assert [s.event for s in events] == [Progress("views", 0.5)]


def test_a_line_cut_by_a_crash_costs_only_itself(at: Store) -> None:
    """After a crash in the middle of a line the next writer goes on; readers get a note and every other event."""
    job = stores.create_job(at, Generate(prompt="x"))
    stores.append_event(at, job, Progress("views", 0.1))
    with (at.jobs / job / "events.jsonl").open("ab") as file:
        file.write(b'{"seq": 1, "t": 1.0, "ki')
    stores.append_event(at, job, Progress("views", 0.2))
    events, _ = stores.read_events(at, job)
    assert [type(s.event) for s in events] == [Progress, Note, Progress]
    assert events[1].event.code == "event-corrupt" and events[2].seq == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "line",
    [b"garbage", b"[]", b"{}", b"\xff\xff", b'{"kind": []}', b'{"kind": "progress", "seq": 0, "t": 0}', b"[" * 50_000,
     b'{"kind": "progress", "seq": 0, "t": 0, "stage": "views", "fraction": "half"}',
     b'{"kind": "progress", "seq": null, "t": 0, "stage": "views", "fraction": 0.5}',
     b'{"kind": "done", "seq": 0, "t": 0, "result": "result", "seconds": {"a": "b"}}',
     b'{"kind": "teleport", "seq": 0, "t": 0}', b'{"kind": "heartbeat", "seq": 0, "t": 0, "extra": 1}'],
)  # fmt: skip
def test_no_line_can_crash_a_reader(at: Store, line: bytes) -> None:
    """A damaged, unknown or wrongly typed line becomes one note; the events around it stay."""
    job = stores.create_job(at, Generate(prompt="x"))
    good = event_to_line(Heartbeat(), 0, 1.0).encode()
    (at.jobs / job / "events.jsonl").write_bytes(good + line + b"\n" + good)
    events, _ = stores.read_events(at, job)
    assert [s.event.kind for s in events] == ["heartbeat", "note", "heartbeat"]


def test_an_endless_line_is_passed_over(at: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Garbage longer than a chunk does not stop the events behind it."""
    monkeypatch.setattr(journal, "CHUNK_BYTES", 256)
    job = stores.create_job(at, Generate(prompt="x"))
    (at.jobs / job / "events.jsonl").write_bytes(b"x" * 700)
    stores.append_event(at, job, Progress("views", 0.5))
    assert stores.job_status(at, job).stage == "views"


def test_the_status_follows_the_events(at: Store) -> None:
    """Queued, running, done: each with the figures of the last event that spoke of them."""
    job = stores.create_job(at, Generate(prompt="x"))
    assert stores.job_status(at, job).state == "queued"
    stores.append_event(at, job, Progress("views", float("nan"), 7.0))
    status = stores.job_status(at, job)
    assert (status.state, status.fraction, status.eta_s) == ("running", 0.0, 7.0)
    stores.append_event(at, job, Preview("p.png"))
    stores.append_event(at, job, Done("result", {"views": 2.0}, {"faces": 12.0}))
    stores.append_event(at, job, Progress("views", 0.1))  # a straggler after the end changes nothing
    status = stores.job_status(at, job)
    assert (status.state, status.preview, status.seconds, status.figures) == (
        "done",
        "p.png",
        {"views": 2.0},
        {"faces": 12.0},
    )


def test_a_queued_job_is_cancelled_at_once(at: Store) -> None:
    """Cancelling needs no worker while the job waits."""
    job = stores.create_job(at, Generate(prompt="x"))
    stores.request_cancel(at, job)
    status = stores.job_status(at, job)
    assert status.state == "cancelled" and status.error is not None and status.error.code == "cancelled"


def test_retry_makes_a_new_job_of_the_same_request(at: Store) -> None:
    """A retried job has the same request and owner, and none of the old one's flags."""
    old = stores.create_job(at, Generate(prompt="x", seed=9), "me")
    stores.request_cancel(at, old)
    new = stores.retry_job(at, old)
    assert new != old and stores.read_request(at, new) == stores.read_request(at, old)
    assert stores.owner_of(at, new) == "me" and not stores.is_cancelled(at, new)


def test_a_result_is_imported_once(at: Store) -> None:
    """Of two Blenders only the first is told to import."""
    job = stores.create_job(at, Generate(prompt="x"))
    assert [stores.mark_imported(at, job) for _ in range(2)] == [True, False]
    assert stores.is_imported(at, job)


def test_a_removed_job_is_gone(at: Store) -> None:
    """Removing takes the job off the list and its files off the disk."""
    job = stores.create_job(at, Generate(prompt="x"))
    stores.append_event(at, job, Heartbeat())
    stores.remove_job(at, job)
    assert stores.list_jobs(at) == [] and list(at.jobs.iterdir()) == []
    assert code_of(stores.remove_job, at, job) == "job-missing"


def test_control_is_read_back_and_checked(at: Store) -> None:
    """The control file travels unchanged; a damaged or unknown one is refused loudly."""
    job = stores.create_job(at, Generate(prompt="x"))
    assert stores.read_control(at, job) == Control()
    stores.write_control(at, job, Control(prompt="rusty", strength=0.5))
    assert stores.read_control(at, job) == Control(prompt="rusty", strength=0.5)
    for text, code in (("{", "job-corrupt"), ('{"speed": 1}', "setting-unknown"), ('{"prompt": 1}', "setting-type")):
        (at.jobs / job / "control.json").write_text(text)
        assert code_of(stores.read_control, at, job) == code


def test_only_an_empty_folder_or_a_store_is_opened(tmp_path: Path) -> None:
    """A stranger's folder, a file, a damaged or newer store: refused, and nothing is written into it."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.png").write_bytes(b"x")
    assert code_of(stores.open_store, tmp_path / "photos") == "store-foreign"
    assert os.listdir(tmp_path / "photos") == ["cat.png"]
    (tmp_path / "file").write_text("x")
    assert code_of(stores.open_store, tmp_path / "file") == "store-foreign"
    assert code_of(stores.open_store, tmp_path / "a\0b") == "store-foreign"
    at = stores.open_store(tmp_path / "store")
    assert stores.open_store(tmp_path / "store") == at
    for text, code in (('{"format": 2}', "store-version"), ("[]", "store-foreign"), ("{", "store-foreign")):
        (at.folder / "store.json").write_text(text)
        assert code_of(stores.open_store, at.folder) == code


def test_a_folder_below_a_file_is_read_only(tmp_path: Path) -> None:
    """A store that cannot be made (its parent is a file) says that the folder cannot be written to."""
    (tmp_path / "file").write_text("x")
    assert code_of(stores.open_store, tmp_path / "file" / "store") == "folder-read-only"


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "disk-full"), (errno.EROFS, "folder-read-only")])
def test_a_full_or_read_only_disk_is_said_and_leaves_nothing_half(
    at: Store, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    """Every writer names the disk's trouble, and no half-made job stays behind."""
    job = stores.create_job(at, Generate(prompt="x"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(disk.os, "write", refuse)
    assert code_of(stores.create_job, at, Generate(prompt="x")) == code
    assert code_of(stores.request_cancel, at, job) == code
    assert code_of(stores.append_event, at, job, Heartbeat()) == code
    monkeypatch.undo()
    assert [p.name for p in at.jobs.iterdir()] == [job]


def test_a_line_the_disk_took_only_in_part_is_an_error(at: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short write is a full disk, and the next line is whole again."""
    job = stores.create_job(at, Generate(prompt="x"))
    real = os.write
    monkeypatch.setattr(journal.os, "write", lambda handle, data: real(handle, data[:10]))
    assert code_of(stores.append_event, at, job, Heartbeat()) == "disk-full"
    monkeypatch.undo()
    stores.append_event(at, job, Heartbeat())
    assert [s.event.kind for s in stores.read_events(at, job)[0]] == ["note", "heartbeat"]


def test_a_job_with_an_impossible_setting_keeps_its_own_error(at: Store) -> None:
    """job.json edited by hand to a bad value reads as that setting's InputError."""
    job = stores.create_job(at, Generate(prompt="x"))
    path = at.jobs / job / "job.json"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": -4'))
    with pytest.raises(InputError) as caught:
        stores.read_request(at, job)
    assert caught.value.code == "setting-range"


def test_the_shared_modules_import_little() -> None:
    """Blender's import of the store loads neither numpy nor torch nor network or foreign-function modules."""
    script = "import sys, backend.store; print(*sorted(sys.modules))"
    run = subprocess.run([sys.executable, "-S", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "backend.store" in loaded
    assert not {"numpy", "torch", "socket", "ctypes", "subprocess", "logging"} & set(loaded)
