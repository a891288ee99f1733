"""The installer's child program on its own: plans, refusals, resuming; nothing is downloaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(action: str, folder: Path, tmp_path: Path, root: Path = ROOT, python: str = "") -> list[dict]:
    """The log of one action, run as Blender runs it."""
    log, plan = tmp_path / "log.jsonl", tmp_path / "plan.json"
    plan.write_text(json.dumps({"folder": str(folder), "root": str(root), "python": python, "log": str(log)}))
    command = [sys.executable, "-I", str(ROOT / "addon" / "installer.py"), action, str(plan)]
    subprocess.run(command, timeout=240, capture_output=True)
    return [json.loads(line) for line in log.read_text("utf-8").splitlines()]


def test_preflight_reports_rows_and_touches_nothing(tmp_path):
    """Preflight ends well, says Python, GPU, memory, disk, download, folder, use and licence, and makes no folder."""
    lines = run("preflight", tmp_path / "env", tmp_path)
    assert lines[-1]["kind"] == "end" and lines[-1]["ok"]
    rows = " | ".join(line["text"] for line in lines if line["kind"] == "row")
    for word in ("Python 3.", "GPU", "Memory: ", "GB needed", "Download", "Folder", "In use now: 0.0 GB", "CC0-1.0"):
        assert word in rows, rows
    assert not (tmp_path / "env").exists()


def test_create_refuses_a_folder_with_other_things_in_it(tmp_path):
    """Set Up never installs into a folder that holds something else."""
    (tmp_path / "env").mkdir()
    (tmp_path / "env" / "thesis.txt").write_text("x")
    end = run("create", tmp_path / "env", tmp_path)[-1]
    assert not end["ok"] and "other things" in end["text"]


def test_verify_without_python_says_so(tmp_path):
    """A Python that does not exist is a sentence, not a traceback."""
    end = run("verify", tmp_path, tmp_path, python=str(tmp_path / "python"))[-1]
    assert not end["ok"] and end["text"] == "There is no Python at the chosen place."


def test_verify_of_this_environment_shows_the_doctors_rows(tmp_path):
    """In an environment with the packages the self-test shows torch and the device."""
    pytest.importorskip("torch")
    lines = run("verify", tmp_path, tmp_path, python=sys.executable)
    rows = [line["text"] for line in lines if line["kind"] == "row"]
    assert any(r.startswith("torch:") for r in rows) and any(r.startswith("device:") for r in rows)


def test_remove_takes_only_what_set_up_made(tmp_path):
    """A folder without the marker stays; with it, it goes."""
    folder = tmp_path / "env"
    folder.mkdir()
    assert not run("remove", folder, tmp_path)[-1]["ok"] and folder.exists()
    (folder / "propsmith-environment.json").write_text("{}")
    assert run("remove", folder, tmp_path)[-1]["ok"] and not folder.exists()


def test_nothing_is_compiled_and_only_known_pythons_are_taken(tmp_path, load, monkeypatch):
    """pip may take wheels only; a Python that has no wheels of every package is passed over, with a sentence if none is left."""
    installer, asked = load("addon.installer"), []
    monkeypatch.setattr(installer, "pip", lambda python, log, low, high, text, *given: asked.append(given))
    monkeypatch.setattr(installer, "verify", lambda plan, log: ("", ""))
    monkeypatch.setattr(installer.computer, "quiet", lambda *_: "pip 25")
    installer.create({"folder": str(tmp_path / "env"), "root": str(ROOT)}, installer.Log(tmp_path / "log"))
    assert all("--only-binary" in given for given in asked[1:]) and len(asked) == 3
    monkeypatch.setattr(installer.computer, "quiet", lambda *_: "3.14.1")
    with pytest.raises(installer.Stop, match="3.13"):
        installer.computer.base_python()


@pytest.mark.parametrize("driver, kind", [("570.86.10", "cpu"), ("580.65.06", "cuda"), ("", "cpu")])
def test_an_old_driver_is_said_before_anything_is_downloaded(tmp_path, load, monkeypatch, driver, kind):
    """A GPU whose driver cannot run this torch is named with its driver, and the smaller build for the processor is planned."""
    installer = load("addon.installer")
    monkeypatch.setattr(
        installer.computer, "quiet", lambda command, *_: f"NVIDIA X, 24576, {driver}" if "smi" in command[0] else ""
    )
    assert installer.computer.computes_on() == kind
    log = installer.Log(tmp_path / "log")
    installer.computer.say_gpu(log)
    rows = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert rows[0]["text"] == "GPU: NVIDIA X, 24.0 GB" and (len(rows) == 2 and rows[1]["mark"] == "warn") == (
        kind == "cpu"
    )


def test_raw_progress_of_pip_becomes_fractions(tmp_path, load):
    """pip's raw progress lines become fractions between the step's bounds, and a failing pip a sentence with its error."""
    installer = load("addon.installer")
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho Collecting torch\necho Progress 50 of 100\necho 'ERROR: No space left'\nexit 1\n")
    fake.chmod(0o755)
    log = installer.Log(tmp_path / "log.jsonl")
    with pytest.raises(installer.Stop, match="No space left"):
        installer.pip(fake, log, 0.2, 0.6, "Installing torch", "torch")
    fractions = [json.loads(line)["fraction"] for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert fractions == [0.2, 0.2, 0.4]


def test_set_up_downloads_the_way_the_network_wants_it(tmp_path, load, monkeypatch):
    """The installer gets proxy, certificates and mirror as Blender was given them, and no setting that leads pip elsewhere."""
    environment = load("addon.environment")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    kept = ("http_proxy", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_INDEX_URL", "PIP_CERT")
    kept += ("XDG_CONFIG_HOME",)
    dropped = ("PIP_TARGET", "PIP_USER", "PYTHONPATH", "SOME_SECRET")
    for name in kept + dropped:
        monkeypatch.setenv(name, f"http://{name}.example")
    code = "import json, os, urllib.request; print(json.dumps([dict(os.environ), urllib.request.getproxies()]))"
    child = environment.begin("preflight", environment.Plan(tmp_path / "env"), [sys.executable, "-I", "-c", code])
    assert child.process.wait(60) == 0
    given, proxies = json.loads((environment.data_folder() / "setup.log").read_text("utf-8"))
    assert {name: given.get(name) for name in kept} == {name: f"http://{name}.example" for name in kept}
    assert not set(dropped) & set(given) and "PATH" in given
    assert proxies["https"] == "http://HTTPS_PROXY.example" and proxies["http"] == "http://http_proxy.example"


def test_only_the_process_that_was_begun_counts_as_the_living_installer(tmp_path, load, monkeypatch):
    """A later process of the same pid, a dead one and a damaged file are none; the process itself is one, without its Popen."""
    environment, stores = load("addon.environment"), load("backend.store")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert environment.living_or_none() is None
    code = "import time; time.sleep(60)"
    begun = environment.begin("move", environment.Plan(tmp_path), [sys.executable, "-I", "-c", code])
    told = json.loads(environment.process_path().read_text("utf-8"))
    assert told == {"action": "move", "pid": begun.pid, "started": stores.process_start(begun.pid)}
    found = environment.living_or_none()
    assert (found.action, found.pid, found.process) == ("move", begun.pid, None)
    for spoilt in (json.dumps({**told, "started": "1"}), "[]", "{"):
        environment.process_path().write_text(spoilt, "utf-8")
        assert environment.living_or_none() is None
    environment.process_path().write_text(json.dumps(told), "utf-8")
    begun.process.kill()
    begun.process.wait(10)
    assert environment.living_or_none() is None and not found.runs() and not begun.runs()
