"""The child program of Set Up: makes, checks and removes the worker's environment. Standard library only.

    python -I installer.py preflight|create|verify|remove|move PLAN.json
PLAN.json: {"folder", "root", "python", "log", "moves"}; `log` receives one JSON object a line:
    {"kind": "progress", "fraction": 0.4, "text": "..."}    {"kind": "row", "mark": "ok|warn|bad", "text": "..."}
    {"kind": "moved", "places": [[old, new]]}    everything is whole in its new place, and the old one is about to go
    {"kind": "end", "ok": true, "python": "...", "text": "..."}    always last
Each step of `create` may be repeated: what is already there is kept, so an interrupted Set Up goes on where it stopped.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path


def beside(name):
    """The module in a file next to this one, which runs isolated and knows no package."""
    sys.dont_write_bytecode = True  # nothing is ever written into the extension's folder
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


computer = beside("computer")
Stop, free_gb, size_of = computer.Stop, computer.free_gb, computer.size_of
TORCH = "2.13.0"  # the version the extension was tested with; wheels for Python 3.10 to 3.14
CPU_INDEX, CUDA_INDEX = (f"https://download.pytorch.org/whl/{kind}" for kind in ("cpu", "cu130"))
MARKER = "propsmith-environment.json"  # only folders that hold it are ever removed
SHOWN = ("python", "torch", "device", "gpu", "memory", "embedded prior", "free disk")  # the doctor's rows worth a line


class Log:
    """Appends whole lines to the log that Blender reads."""

    def __init__(self, path):
        self.path = path

    def write(self, **fields):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(fields) + "\n")

    def progress(self, fraction, text):
        self.write(kind="progress", fraction=round(fraction, 4), text=text)

    def row(self, mark, text):
        self.write(kind="row", mark=mark, text=text)


def python_of(folder):
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pip(python, log, low, high, text, *arguments):
    """Run pip, turning its raw progress into fractions between `low` and `high`."""
    log.progress(low, text)
    command = [str(python), "-m", "pip", "install", "--no-input", "--timeout", "30", "--retries", "5", *arguments]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONUNBUFFERED": "1"}
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True, env=environment
    )
    last, said = "", -1.0
    for line in child.stdout:
        line = line.strip()
        moved = re.fullmatch(r"Progress (\d+) of (\d+)", line)
        if moved and int(moved[2]):
            part = int(moved[1]) / int(moved[2])
            if abs(part - said) >= 0.02:
                said = part
                log.progress(
                    low + (high - low) * part, f"{text}: {int(moved[1]) / 1e6:.0f} of {int(moved[2]) / 1e6:.0f} MB"
                )
        elif line.startswith(("Collecting ", "Downloading ", "Installing ")):
            log.progress(low, f"{text}: {line[:60]}")
        if line and not moved:
            last = line if line.startswith("ERROR") or not last.startswith("ERROR") else last
    if child.wait():
        raise Stop(f"{text} failed: {last[:200]}")


def torch_index():
    """pip's options where PyPI's build of torch is not the right one, and PyTorch's own index can be reached and has it.

    PyPI's is built for CUDA on Linux and for the processor elsewhere.
    """
    wanted = {("linux", "cpu"): CPU_INDEX, ("win32", "cuda"): CUDA_INDEX}.get((sys.platform, computer.computes_on()))
    if wanted is None:
        return []
    try:
        with urllib.request.urlopen(f"{wanted}/torch/", timeout=8) as page:
            there = f"torch-{TORCH}" in page.read().decode("utf-8", "replace").replace("%2B", "+")
    except OSError:
        return []
    return ["--no-deps", "--index-url", wanted] if there else []


def create(plan, log):
    """Make the environment, or go on making it; ends with the self-test."""
    folder, root = Path(plan["folder"]), Path(plan["root"])
    disk = computer.NEEDS_GB[computer.computes_on()][1]
    if free_gb(folder) < disk and not python_of(folder).exists():
        raise Stop(f"The disk has {free_gb(folder):.1f} GB free; {disk:.1f} GB are needed. Choose another folder.")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARKER).exists():
        raise Stop(f"The folder {folder} holds other things. Choose an empty one.")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARKER).write_text(json.dumps({"torch": TORCH}), "utf-8")
    python = python_of(folder)
    if not computer.quiet([str(python), "-m", "pip", "--version"]):
        log.progress(0.02, "Making the environment")
        made = subprocess.run(
            [*computer.base_python()[0], "-m", "venv", "--clear", str(folder)], capture_output=True, text=True
        )
        (folder / MARKER).write_text(json.dumps({"torch": TORCH}), "utf-8")  # --clear took it away
        if made.returncode:
            raise Stop(f"The environment could not be made: {(made.stderr or made.stdout).strip()[-200:]}")
    packages = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    constraint = folder / "constraints.txt"
    constraint.write_text(f"torch=={TORCH}\n", "utf-8")
    pip(python, log, 0.05, 0.08, "Updating pip", "--upgrade", "pip>=25.1")
    raw = ["--only-binary", ":all:", "--progress-bar", "raw", "--resume-retries", "10"]
    pip(python, log, 0.08, 0.6, "Installing torch", *raw, *torch_index(), f"torch=={TORCH}")
    pip(python, log, 0.6, 0.93, "Installing the worker's packages", *raw, "-c", str(constraint), *packages)
    return verify({**plan, "python": str(python)}, log)


def verify(plan, log):
    """The self-test: `python -m backend doctor --json` in the worker's Python, one row a finding."""
    python = plan["python"]
    log.progress(0.95, "Testing the environment")
    if not os.path.isfile(python):
        raise Stop("There is no Python at the chosen place.")
    command = [python, "-E", "-s", "-B", "-X", "utf8", "-m", "backend", "doctor", "--json"]
    done = subprocess.run(
        command, cwd=plan["root"], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=180
    )
    try:
        report = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise Stop(f"The self-test could not run: {last[-1][:200]}") from None
    wrong = [check for check in report["checks"] if check["ok"] is False]
    for check in report["checks"]:
        if check["ok"] is False:
            log.row(
                "bad" if check["needed"] else "warn", f"{check['name']}: {check['value']} {check['remedy']}".strip()
            )
        elif check["ok"] and check["name"] in SHOWN:
            log.row("ok", f"{check['name']}: {check['value']}")
    if not report["works"]:
        raise Stop(f"The self-test failed at: {', '.join(c['name'] for c in wrong if c['needed'])}.")
    return python, "The environment works"


def remove(plan, log):
    """Delete an environment that Set Up made, and nothing else."""
    folder = Path(plan["folder"])
    if not (folder / MARKER).is_file():
        raise Stop(f"{folder} was not made by Set Up, so it is left alone.")
    log.progress(0.1, "Removing the environment")
    shutil.rmtree(folder)
    return "", "The environment was removed"


def move(plan, log):
    """Take folders of ours, (old, new, marker) each, to another place; the old one goes when the new one is whole."""
    places = [(Path(old), Path(new)) for old, new, marker in plan["moves"] if (Path(old) / marker).is_file()]
    if not places:
        raise Stop("There is nothing of ours to move yet.")
    total = max(1, sum(size_of(old) for old, _ in places))
    for old, new in places:
        if new.is_relative_to(old) or old.is_relative_to(new):
            raise Stop(f"The folder {new} lies inside {old}, or the other way. Choose another.")
        if new.exists() and any(new.iterdir()):
            raise Stop(f"The folder {new} holds other things. Choose an empty one.")
        if free_gb(new) < total / 1e9 and os.stat(old).st_dev != os.stat(computer.nearest(new)).st_dev:
            raise Stop(
                f"The disk has {free_gb(new):.1f} GB free; {total / 1e9:.1f} GB are needed. Choose another folder."
            )
    done = 0
    for old, new in places:
        done = carry(old, new, log, done, total)
        respell(old, new)
    log.write(kind="moved", places=[[str(old), str(new)] for old, new in places])
    for old, _ in places:
        shutil.rmtree(old, ignore_errors=True)  # what is held open is left behind, and harmless
    return "", f"Moved {total / 1e9:.1f} GB to {places[0][1].parent}"


def carry(old, new, log, done, total):
    """Copy a folder under a name of its own, then give it its name; `done` of `total` bytes before and after."""
    part = new.with_name(f"{new.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    said = [done, done]

    def copy(source, target):
        shutil.copy2(source, target)
        said[0] += os.path.getsize(target)
        if said[0] - said[1] > total / 100:
            said[1] = said[0]
            log.progress(min(0.95 * said[0] / total, 1.0), f"Moving {said[0] / 1e6:.0f} of {total / 1e6:.0f} MB")

    shutil.copytree(old, part, symlinks=True, copy_function=copy)
    if new.exists():
        new.rmdir()
    os.replace(part, new)
    return said[0]


def respell(old, new):
    """Requests name files of their own store by whole paths: put the new place into them."""
    before, after = (json.dumps(str(folder) + os.sep)[1:-1] for folder in (old, new))
    for file in (*new.glob("jobs/*/job.json"), *new.glob("fills/*.json"), *new.glob("galleries/*.json")):
        text = file.read_text("utf-8")
        if before in text:
            file.write_text(text.replace(before, after), "utf-8")


ACTIONS = {"preflight": computer.preflight, "create": create, "verify": verify, "remove": remove, "move": move}


def main(action, plan_path):
    if hasattr(os, "nice"):
        os.nice(5)  # Blender stays fluid meanwhile
    plan = json.loads(Path(plan_path).read_text("utf-8"))
    log = Log(plan["log"])
    try:
        python, text = ACTIONS[action](plan, log)
    except Stop as error:
        log.write(kind="end", ok=False, python="", text=str(error))
        return 1
    except Exception as error:  # the border of this program
        log.write(kind="end", ok=False, python="", text=f"{type(error).__name__}: {error}"[:300])
        return 1
    log.write(kind="end", ok=True, python=python, text=text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
