"""What Set Up finds on this computer: Python, GPU and its driver, memory, disk. Standard library only; part of installer.py."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VERSIONS = ("3.12", "3.13", "3.11")  # all packages come as wheels for these: nothing is ever compiled here
NEEDS_GB = {"cpu": (0.4, 2.0), "cuda": (3.2, 8.0)}  # download, on disk; measured on Linux
DRIVER = 580  # the first that runs CUDA 13, which torch is built with (NVIDIA's compatibility table)
MEMORY_GB = 3.5  # below it a standard prop, which takes about 2, may not fit beside Blender
ARM = ("arm64", "aarch64")


class Stop(Exception):
    """A step failed; the text is what the artist reads."""


def quiet(command, timeout=20):
    """The output of a short command, or "" when it fails, hangs or does not exist."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def gpu_or_none():
    """(name, memory in GB, major version of its driver) of the first NVIDIA GPU."""
    query = "--query-gpu=name,memory.total,driver_version"
    lines = quiet(["nvidia-smi", query, "--format=csv,noheader,nounits"]).splitlines()
    if not lines:
        return None
    name, memory, driver = ([part.strip() for part in lines[0].rsplit(",", 2)] + ["", ""])[:3]
    major = driver.partition(".")[0]
    return name, round(float(memory) / 1024, 1) if memory.isdigit() else 0.0, int(major) if major.isdigit() else 0


def computes_on():
    """ "cuda" where the GPU and its driver can run the worker, else "cpu"."""
    gpu = gpu_or_none()
    return "cuda" if gpu is not None and gpu[2] >= DRIVER else "cpu"


def base_python():
    """(command, version) of a Python that can make environments: the system's before Blender's own. Raises Stop."""
    test = "import sys, venv, ensurepip; print('%d.%d.%d' % sys.version_info[:3])"
    tried = [["py", f"-{v}"] for v in VERSIONS] if os.name == "nt" else [[f"python{v}"] for v in VERSIONS]
    for command in [*tried, [sys.executable]]:
        version = quiet([*command, "-I", "-c", test]) if shutil.which(command[0]) else ""
        if version.rpartition(".")[0] in VERSIONS:
            return command, version
    raise Stop(
        "No Python 3.11, 3.12 or 3.13 with the venv module was found. Install one from python.org or your system."
    )


def memory_gb():
    """Physical memory, or 0 where the system does not say."""
    if os.name == "nt":
        import ctypes

        status = (ctypes.c_ulonglong * 8)()  # MEMORYSTATUSEX, 64 bytes; its second number is the physical memory
        status[0] = 64
        ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return status[1] / 2**30
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    except (OSError, ValueError):
        return 0.0


def nearest(folder):
    """The folder, or the nearest one above it that exists."""
    return folder if folder.exists() else nearest(folder.parent)


def free_gb(folder):
    return shutil.disk_usage(nearest(folder)).free / 1e9


def size_of(folder):
    """Bytes of the files below a folder; what vanishes or may not be read meanwhile does not count."""
    total = 0
    for above, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(above, name)).st_size
            except OSError:
                continue
    return total


def preflight(plan, log):
    """Say what would happen before anything does."""
    folder, kind, sound = Path(plan["folder"]), computes_on(), True
    download, disk = NEEDS_GB[kind]
    try:
        command, version = base_python()
        log.row("ok", f"Python {version} ({' '.join(command)})")
    except Stop as error:
        sound = False
        log.row("bad", str(error))
    say_gpu(log)
    memory = memory_gb()
    log.row(
        "ok" if memory >= MEMORY_GB or not memory else "warn",
        f"Memory: {memory:.0f} GB, a prop takes about 2 GB",
    )
    free = free_gb(folder)
    sound = sound and free > disk
    log.row("ok" if free > disk else "bad", f"Disk: {disk:.1f} GB needed, {free:.0f} GB free")
    log.row("ok", f"Download: about {download:.1f} GB, from pypi.org and pytorch.org")
    log.row("ok", f"Folder: {folder}")
    used, kept = size_of(folder) / 1e9, size_of(plan["store"]) / 1e9 if plan.get("store") else 0.0
    log.row("ok", f"In use now: {used:.1f} GB by the environment, {kept:.1f} GB by jobs and props")
    log.row("ok", "Licence of the model inside: CC0-1.0; no model is downloaded")
    return str(plan.get("python", "")), "This computer is ready" if sound else "Mend what is marked first"


def say_gpu(log):
    """What will compute: said before anything is downloaded."""
    gpu = gpu_or_none()
    if gpu is None:
        apple = sys.platform == "darwin" and os.uname().machine in ARM
        text = "GPU: Apple's can be chosen as the device" if apple else "No NVIDIA GPU: the processor does the work"
        log.row("ok", text)
        return
    log.row("ok", f"GPU: {gpu[0]}, {gpu[1]} GB")
    if gpu[2] < DRIVER:
        log.row(
            "warn", f"The GPU's driver {gpu[2]} is older than {DRIVER}: the processor does the work until it is updated"
        )
