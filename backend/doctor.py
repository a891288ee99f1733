"""`doctor`: what is installed, which device there is, what is wrong and how to mend it; one row a check, or JSON."""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import json
import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import PropsmithError, problem
from .store import open_store

NEEDED = {  # distribution -> module
    "torch": "torch",
    "numpy": "numpy",
    "scipy": "scipy",
    "safetensors": "safetensors",
    "pillow": "PIL",
    "xatlas": "xatlas",
    "fast-simplification": "fast_simplification",
    "trimesh": "trimesh",
    "embreex": "embreex",
}
OPTIONAL = {  # distribution -> what it is for
    "diffusers": "bigger priors",
    "transformers": "bigger priors' text encoders",
    "numba": "training",
    "gsplat": "fast Gaussians on CUDA",
    "ray": "more than one machine",
    "PyMCubes": "surfaces of solids (marching cubes; our own where it has no wheels)",
    "bpy": "Blender without Blender",
}
FREE_GB = 1.0  # below it a job's previews and maps may not fit


@dataclass(frozen=True)
class Check:
    """One row. `ok` None: absent, and not needed. needed: generation cannot work while it is not ok."""

    name: str
    ok: bool | None
    value: str
    remedy: str = ""
    needed: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--device", default="auto", help="the device to look for")
    parser.add_argument("--store", default="", help="also check this store folder")


def main(args: argparse.Namespace) -> int:
    """Print the checks. 0 when generation can work, 1 when something needed is missing."""
    checks = list(examine(args.device, args.store))
    works = all(check.ok for check in checks if check.needed)
    if args.json:
        print(json.dumps({"works": works, "checks": [asdict(check) for check in checks]}, indent=1))
        return 0 if works else 1
    for check in checks:
        mark = {True: "ok", False: "WRONG" if check.needed else "warn", None: "-"}[check.ok]
        print(f"{mark:<6}{check.name:<22}{check.value}")
        if check.ok is False and check.remedy:
            print(f"{'':<6}{'':<22}-> {check.remedy}")
    print("Propsmith can generate here." if works else "Propsmith cannot generate here until what is WRONG is mended.")
    return 0 if works else 1


def examine(wanted_device: str = "auto", store: str = "") -> Iterator[Check]:
    """Every check, in the order of the table; imports torch and the other needed packages."""
    version = platform.python_version()
    yield Check(
        "python", sys.version_info >= (3, 11), f"{version}  {sys.executable}", "Use Python 3.11 or newer.", True
    )
    yield Check("system", True, f"{platform.system()} {platform.machine()}")
    for distribution, module in NEEDED.items():
        yield _package(distribution, module)
    for distribution, purpose in OPTIONAL.items():
        found = _version_or_none(distribution)
        yield Check(distribution, True if found else None, found or f"not installed (only for {purpose})")
    yield from _machine(wanted_device)
    yield _embedded_prior()
    yield from _disk(store)


def _version_or_none(distribution: str) -> str | None:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return None


def _package(distribution: str, module: str) -> Check:
    """Whether a needed package really imports: a wheel may be there and a library it wants not."""
    try:
        imported = importlib.import_module(module)
    except (ImportError, OSError) as error:
        ours = problem("package-missing", name=distribution)
        return Check(distribution, False, f"{type(error).__name__}: {error}"[:200], ours.remedy, True)
    version = _version_or_none(distribution) or str(getattr(imported, "__version__", "version unknown"))
    return Check(distribution, True, version, needed=True)


def _machine(wanted: str) -> Iterator[Check]:
    try:
        from . import device  # noqa: PLC0415 -- imports torch, whose absence is for this program to report
    except (ImportError, OSError):
        yield Check("device", False, "unknown without torch", problem("package-missing", name="torch").remedy, True)
        return
    try:
        chosen = device.choose_device(wanted)
    except PropsmithError as error:
        yield Check("device", False, error.sentence, error.remedy, True)
        return
    facts = device.describe(chosen)
    yield Check("device", True, str(facts["device"]), needed=True)
    yield Check("cpu cores", True, f"{facts['cores']:g}")
    memory = float(facts["memory_gb"])
    yield Check(
        "memory", memory == 0.0 or memory >= 3.5, f"{memory:g} GiB", "Close other programs; use the Draft preset."
    )
    if "gpu" in facts:
        yield Check("gpu", True, f"{facts['gpu']}, {facts['vram_gb']:g} GiB")


def _embedded_prior() -> Check:
    """The shipped prior's files against the SHA-256 sums its prior.json states, by the loader's own rules."""
    try:
        from .priors import loader  # noqa: PLC0415 -- imports torch
    except (ImportError, OSError):
        return Check("embedded prior", False, "unknown without torch", "Repair the environment.", True)
    try:
        card = loader.read_card(loader.EMBEDDED)
        loader.verify(loader.EMBEDDED, card)
    except PropsmithError as error:
        return Check("embedded prior", False, error.sentence, error.remedy, True)
    value = f"checksums right, licence {card.get('licence', 'not stated')}  {loader.EMBEDDED}"
    return Check("embedded prior", True, value, needed=True)


def _disk(store: str) -> Iterator[Check]:
    if store:
        try:
            open_store(store)
        except PropsmithError as error:
            yield Check("store", False, error.sentence, error.remedy, True)
            return
        yield Check("store", True, store, needed=True)
    free = shutil.disk_usage(store or Path.cwd()).free / 2**30
    yield Check("free disk", free >= FREE_GB, f"{free:.1f} GiB", "Free some space; a job takes about 0.1 GiB.")
