"""Builds dist/propsmith-<version>.zip from the files git knows, with Blender's own builder where bpy is installed."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("__init__.py", "blender_manifest.toml", "pyproject.toml", "LICENSE", "addon", "operators", "ui", "backend")


def blender_ext_or_none() -> Path | None:
    """Blender's command for extensions inside the bpy package, found without importing bpy."""
    spec = importlib.util.find_spec("bpy")
    if spec is None or not spec.origin:
        return None
    found = sorted(Path(spec.origin).parent.glob("*/scripts/addons_core/bl_pkg/cli/blender_ext.py"))
    return found[0] if found else None


def stage(source: Path, target: Path) -> None:
    """Copy what ships into `target`, so that neither environments nor outputs of a checkout can slip in."""
    for name in SHIPPED:
        path = source / name
        if path.is_dir():
            shutil.copytree(path, target / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.tmp", ".*"))
        else:
            shutil.copy2(path, target / name)


def plain_zip(source: Path, output: Path, excluded: list[str]) -> None:
    """A zip with sorted names and fixed times, for machines without bpy. `excluded` are the manifest's patterns."""
    folders = tuple(p.strip("/") for p in excluded if p.endswith("/") and p.startswith("/"))
    names = [p for p in excluded if not p.endswith("/")]
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            name = path.relative_to(source).as_posix()
            if "/" + name in excluded or any(name == f or name.startswith(f + "/") for f in folders):
                continue
            if any(fnmatch(path.name, pattern) for pattern in names):
                continue
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), path.read_bytes(), zipfile.ZIP_DEFLATED)


def build(dist: Path) -> Path:
    """The path of the zip, made, and validated where Blender's command is at hand."""
    manifest = tomllib.loads((ROOT / "blender_manifest.toml").read_text("utf-8"))
    output = dist / f"{manifest['id']}-{manifest['version']}.zip"
    dist.mkdir(parents=True, exist_ok=True)
    command = blender_ext_or_none()
    with tempfile.TemporaryDirectory() as folder:
        stage(ROOT, Path(folder))
        if command is None:
            plain_zip(Path(folder), output, manifest["build"]["paths_exclude_pattern"])
            return output
        run = [sys.executable, str(command)]
        subprocess.run([*run, "build", "--source-dir", folder, "--output-filepath", str(output)], check=True, stdout=2)
        subprocess.run([*run, "validate", str(output)], check=True, stdout=2)
    return output


if __name__ == "__main__":
    made = build(Path(sys.argv[1] if len(sys.argv) > 1 else "dist").resolve())
    print(f"{made.stat().st_size / 1e6:.1f} MB", file=sys.stderr)
    print(made)
