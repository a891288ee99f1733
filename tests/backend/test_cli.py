"""The command line: exit codes, one line a failure, clean interruption, the same files as the worker writes."""

from __future__ import annotations

import errno
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from backend import __main__ as command_line
from backend import store as stores
from backend import worker
from backend.cli.generate import follow, generate, progress_line, slug, table_of_seconds
from backend.errors import PropsmithError, problem
from backend.fake_worker import Fake
from backend.protocol import Failed, Generate, Progress

ROOT = Path(__file__).resolve().parents[2]
WITH_FAKE = """
import sys
from backend import __main__ as command_line
from backend.cli import generate
from backend.fake_worker import Fake
generate.Local = lambda device: Fake(speed={speed})
sys.exit(command_line.main(["generate", "--prompt", "x", "--out", sys.argv[1]]))
"""


def run(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    command = [sys.executable, "-m", "backend", *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize(
    ("arguments", "exit_code", "code"),
    [(["generate"], 2, "prompt-empty"), (["generate", "--prompt", "x" * 5000], 2, "prompt-too-long"),
     (["generate", "--prompt", "a\x1bb"], 2, "prompt-characters"),
     (["generate", "--image", "no.png"], 2, "image-missing"),
     (["generate", "--prompt", "x", "--seed", "-1"], 2, "setting-range"),
     (["generate", "--prompt", "x", "--faces", "3"], 2, "setting-range"),
     (["generate", "--prompt", "x", "--size", "nan"], 2, "setting-range"),
     (["generate", "--prompt", "x", "--out", "/dev/null/x"], 4, "folder-read-only"),
     (["worker", "--store", str(ROOT)], 5, "store-foreign"),
     (["worker", "--store", "{tmp}", "--executor", "slurm"], 2, "setting-choice")],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_a_failure_is_one_line_with_its_exit_code(
    tmp_path: Path, arguments: list[str], exit_code: int, code: str
) -> None:
    """Each kind of failure prints `error[code]: sentence remedy`, no traceback, and exits as documented."""
    done = run(*(a.format(tmp=tmp_path / "s") for a in arguments), cwd=tmp_path)
    assert done.returncode == exit_code
    assert re.fullmatch(rf"error\[{code}\]: .+\n", done.stderr), done.stderr


def test_ray_is_asked_for_by_name_when_it_is_missing(tmp_path: Path) -> None:
    """Without Ray, choosing it is a SetupError (exit 3) that names the package."""
    (tmp_path / "ray.py").write_text("raise ModuleNotFoundError(\"No module named 'ray'\", name='ray')")
    done = run(
        "worker", "--store", str(tmp_path / "s"), "--executor", "ray", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}"
    )
    assert done.returncode == 3 and "error[package-missing]" in done.stderr and "ray" in done.stderr


def test_bad_usage_and_help_are_argparses_own() -> None:
    """An unknown command exits with usage; help lists the commands that are installed."""
    assert run("dance").returncode == 2
    done = run("--help")
    assert done.returncode == 0 and all(name in done.stdout for name in ("worker", "generate", "doctor"))


def test_only_commands_whose_module_exists_are_offered() -> None:
    """Every offered command imports and has the two functions the table promises."""
    offered = command_line.available()
    assert {"worker", "generate", "doctor"} <= set(offered) <= set(command_line.COMMANDS)
    for name in ("worker", "generate", "doctor"):
        assert callable(command_line.importlib.import_module(offered[name][0], "backend").main)


def test_a_strangers_module_in_the_folder_shadows_nothing(tmp_path: Path) -> None:
    """Started in a folder that holds a `numpy.py`, the worker still loads the installed package."""
    (tmp_path / "numpy.py").write_text("raise RuntimeError('shadowed')")
    script = "from backend import __main__ as m; m.put_own_folder_last(); import numpy"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr


def test_an_unforeseen_failure_goes_to_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The user reads one sentence and where the details are; the traceback is there and only there."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    try:
        raise ZeroDivisionError("the divisor")
    except ZeroDivisionError as error:
        assert command_line.report(error) == 5
    shown = capsys.readouterr().err
    log = tmp_path / "propsmith" / "propsmith.log"
    assert shown.startswith("error[internal]: ") and str(log) in shown and "Traceback" not in shown
    assert "Traceback" in log.read_text() and "the divisor" in log.read_text()


@pytest.mark.parametrize(("number", "exit_code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_no_half_made_files(tmp_path: Path, number: int, exit_code: int) -> None:
    """Ctrl+C and SIGTERM end `generate` at once, with the work folder gone and no traceback."""
    command = [sys.executable, "-c", WITH_FAKE.format(speed=0.1), str(tmp_path / "out")]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.send_signal(number)
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == exit_code and "Traceback" not in stderr
    assert os.listdir(tmp_path / "out") == []


def test_the_command_line_writes_the_workers_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same request through `generate` and through the worker gives the same files, byte for byte."""
    request = Generate(prompt="x", size_m=0.5)
    done = generate(request, tmp_path / "out", Fake(speed=100))
    at = stores.open_store(tmp_path / "store")
    job = stores.create_job(at, request)
    worker.run_worker(at, Fake(speed=100), 0.0)
    result = stores.result_folder(at, job, stores.job_status(at, job).result)
    names = sorted(os.listdir(result))
    assert names == sorted(os.listdir(tmp_path / "out")) and "mesh.npz" in names
    for name in set(names) - {"mesh.npz"}:
        assert (result / name).read_bytes() == (tmp_path / "out" / name).read_bytes(), name
    with np.load(result / "mesh.npz") as ours, np.load(tmp_path / "out" / "mesh.npz") as theirs:
        assert all(np.array_equal(ours[key], theirs[key]) for key in ours.files)
    assert done.figures["faces"] == 12
    shown = capsys.readouterr().out
    assert "note[fake]" in shown and "s left" in shown


def files_in(folder: Path) -> dict[str, bytes]:
    """What every file below a folder holds."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("obstacle", ["mesh.npz", "prop.json", "thumbnail.png"])
def test_an_older_prop_is_replaced_as_a_whole_or_not_at_all(
    obstacle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file held open, as on Windows, at any place in the order: folder-read-only, all old files are back, none is new."""
    out, move = tmp_path / "out", os.replace
    generate(Generate(prompt="old", size_m=0.5), out, Fake(speed=1000))
    (out / "notes.txt").write_text("the artist's own")
    old = files_in(out)

    def held(source: Path, target: Path) -> None:
        if out / obstacle in (Path(source), Path(target)):
            raise PermissionError(errno.EACCES, "held open", str(source))
        move(source, target)

    monkeypatch.setattr(os, "replace", held)
    with pytest.raises(PropsmithError) as caught:
        generate(Generate(prompt="new", size_m=2.0), out, Fake(speed=1000))
    monkeypatch.undo()
    assert caught.value.code == "folder-read-only" and files_in(out) == old and not list(out.glob(".work-*"))
    generate(Generate(prompt="new", size_m=2.0), out, Fake(speed=1000))
    new = files_in(out)
    assert new.keys() == old.keys() and new["prop.json"] != old["prop.json"] and not list(out.glob(".work-*"))


def test_a_folder_with_a_maps_name_is_left_alone(tmp_path: Path) -> None:
    """A folder called edges.png is refused and keeps what is in it; the older prop's files stay."""
    out = tmp_path / "out"
    generate(Generate(prompt="old"), out, Fake(speed=1000))
    (out / "edges.png").unlink()
    (out / "edges.png").mkdir()
    (out / "edges.png" / "mine.txt").write_text("mine")
    old = files_in(out)
    with pytest.raises(PropsmithError) as caught:
        generate(Generate(prompt="new", size_m=2.0), out, Fake(speed=1000))
    assert caught.value.code == "folder-read-only" and files_in(out) == old


def test_what_killed_runs_left_is_removed_after_a_day(tmp_path: Path) -> None:
    """A work folder untouched for two days goes at the next run; one of an hour ago may be at work, and stays."""
    out = tmp_path / "out"
    for name, hours in ((".work-old", 48), (".work-new", 1)):
        (out / name).mkdir(parents=True)
        (out / name / "job.json").touch()
        os.utime(out / name, (time.time() - 3600 * hours,) * 2)
    generate(Generate(prompt="x"), out, Fake(speed=1000))
    assert [p.name for p in out.glob(".work-*")] == [".work-new"]


def test_a_failed_event_is_raised_as_its_error() -> None:
    """A Failed event becomes the error it was made of; a generator without an end is our fault."""
    with pytest.raises(PropsmithError) as caught:
        follow([Progress("views", 0.5), Failed(**problem("shape-empty").as_dict())])
    assert caught.value.code == "shape-empty"
    with pytest.raises(PropsmithError) as caught:
        follow([Progress("views", 0.5)])
    assert caught.value.code == "internal"


def test_lines_for_people() -> None:
    """Progress names percent, stage and time left; the table adds up; slugs are file names in any script."""
    assert progress_line(Progress("views", 0.345, 12.4, "Step 3")) == " 34%  views     about 12 s left  Step 3"
    assert "left" not in progress_line(Progress("views", 0.3))
    assert table_of_seconds({"views": 1.25, "shape": 0.5}).splitlines()[-1].split() == ["total", "1.75"]
    assert [slug(t) for t in ("A red  Chair!", "木の椅子", "🪑", "../x")] == ["a-red-chair", "木の椅子", "prop", "x"]


def test_a_closed_pipe_ends_quietly(tmp_path: Path) -> None:
    """`generate | head -1` ends without a traceback."""
    command = [sys.executable, "-c", WITH_FAKE.format(speed=20), str(tmp_path / "out")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == ""
    assert process.wait(120) == 5


@pytest.mark.parametrize("own", ["", "3"])
def test_blas_is_told_before_numpy_comes(own: str) -> None:
    """numpy's products run on one thread unless the user says otherwise: nothing has imported numpy when that is settled."""
    told = "import os, sys; from backend import __main__ as m; m.share_the_cores(); assert 'numpy' not in sys.modules; "
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"} | (
        {"OPENBLAS_NUM_THREADS": own} if own else {}
    )
    command = [sys.executable, "-c", told + "print(os.environ['OPENBLAS_NUM_THREADS'])"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == (own or "1"), done.stderr
