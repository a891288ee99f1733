"""The extension as Blender sees it: manifest, zip, registering and leaving, properties, imports."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import addon_utils
import bpy
import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "bl_ext.user_default.propsmith"
NOT_SHIPPED = (
    "tests",
    "tools",
    "docs",
    "data",
    "out",
    "dist",
    ".venv",
    "Makefile",
    "backend/training",
    "backend/fake_worker",
)


def installed_folder() -> Path:
    return Path(sys.modules[PACKAGE].__file__).parent


def test_manifest_passes_blenders_own_validation(app):
    """`blender_ext.py validate` accepts the installed extension's manifest."""
    command = Path(bpy.utils.resource_path("LOCAL")) / "scripts/addons_core/bl_pkg/cli/blender_ext.py"
    done = subprocess.run([sys.executable, command, "validate", installed_folder()], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_manifest_declares_the_clipboard(app):
    """The artist is told of the clipboard before installing, since the sources read and write it."""
    declared = tomllib.loads((installed_folder() / "blender_manifest.toml").read_text("utf-8"))["permissions"]
    sources = [
        p.read_text("utf-8") for side in ("addon", "operators") for p in (installed_folder() / side).glob("*.py")
    ]
    assert ("clipboard" in declared) == any("window_manager.clipboard" in source for source in sources)
    assert declared.keys() == {"files", "network", "clipboard"}


def test_zip_holds_the_product_and_nothing_of_development(app):
    """The installed folder has the worker's package and the licence, and no test, tool, output or byte code of ours."""
    names = {p.relative_to(installed_folder()).as_posix() for p in installed_folder().rglob("*")}
    assert {"backend/worker.py", "backend/store.py", "LICENSE", "pyproject.toml", "addon/pump.py"} <= names
    wrong = [n for n in names if n.startswith(NOT_SHIPPED) or n.endswith((".zip", ".tmp"))]
    assert not wrong


def test_plain_builder_makes_the_same_files_as_blenders(app, tmp_path):
    """Without bpy the zip holds the same files, and building it twice gives the same bytes."""
    code = (
        "import sys; sys.path.insert(0, 'tools'); import build_zip; from pathlib import Path\n"
        "theirs = build_zip.build(Path(sys.argv[1]) / 'a'); build_zip.blender_ext_or_none = lambda: None\n"
        "build_zip.build(Path(sys.argv[1]) / 'b'); build_zip.build(Path(sys.argv[1]) / 'c')"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, cwd=ROOT, capture_output=True)
    a, b, c = (next((tmp_path / n).glob("*.zip")) for n in "abc")
    names = [sorted(n for n in zipfile.ZipFile(p).namelist() if not n.endswith("/")) for p in (a, b)]
    assert names[0] == names[1] and b.read_bytes() == c.read_bytes()


def test_the_zip_passes_blenders_validation_and_is_small(app, tmp_path):
    """`blender_ext.py validate` accepts the zip itself; it is under 40 MB, of which all but 4 MB are the prior's weights."""
    subprocess.run([sys.executable, "tools/build_zip.py", tmp_path], check=True, cwd=ROOT, capture_output=True)
    (path,) = tmp_path.glob("*.zip")
    command = Path(bpy.utils.resource_path("LOCAL")) / "scripts/addons_core/bl_pkg/cli/blender_ext.py"
    done = subprocess.run([sys.executable, command, "validate", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(path) as archive:
        sizes = {entry.filename: entry.compress_size for entry in archive.infolist()}
    assert sum(sizes.values()) < 40e6
    assert sum(size for name, size in sizes.items() if "/weights/" not in f"/{name}") < 4e6


def registered() -> set[str]:
    return {n for n in dir(bpy.types) if "propsmith" in n.lower()}


def test_disable_leaves_nothing_and_enable_works_again(app):
    """Disabling takes back every class, property, handler, menu entry and timer; enabling again restores all."""
    before = registered()
    assert len(before) > 20 and hasattr(bpy.types.Scene, "propsmith")
    addon_utils.disable(PACKAGE, default_set=True)
    assert not registered()
    assert not any(hasattr(t, "propsmith") for t in (bpy.types.Scene, bpy.types.WindowManager, bpy.types.Object))
    assert not hasattr(bpy.ops.propsmith, "generate") or "generate" not in dir(bpy.ops.propsmith)
    handlers = [h for name in dir(bpy.app.handlers) for h in listed(name) if PACKAGE in getattr(h, "__module__", "")]
    assert not handlers
    for menu in (bpy.types.VIEW3D_MT_mesh_add, bpy.types.STATUSBAR_HT_header):
        assert not [f for f in getattr(menu.draw, "_draw_funcs", []) if PACKAGE in f.__module__]
    addon_utils.enable(PACKAGE, default_set=True)
    assert registered() == before


def listed(name: str) -> list:
    found = getattr(bpy.app.handlers, name)
    return found if isinstance(found, list) else []


def test_blender_side_imports_nothing_but_blender_and_the_standard_library(app):
    """In a fresh Blender, enabling the extension and queuing a job loads no third-party module."""
    code = f"""
import os, sys
import bpy, addon_utils, numpy
before = set(sys.modules)
addon_utils.enable({PACKAGE!r}, default_set=True)
from {PACKAGE}.addon import pump
pump.tick()
new = {{m.split(".")[0] for m in set(sys.modules) - before}} - set(sys.stdlib_module_names)
print(sorted(new - {{"bpy", "bl_ext", "numpy"}}), flush=True)
pump.stop(); os._exit(0)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, env=dict(os.environ)
    )
    assert done.stdout.strip().splitlines()[-1] == "[]", done.stdout + done.stderr


def test_nothing_is_written_into_the_extensions_folder(app):
    """A whole job leaves the installed files as they were."""
    before = {p: p.stat().st_mtime_ns for p in installed_folder().rglob("*") if "__pycache__" not in p.parts}
    app.generate()
    app.until(lambda: app.props())
    assert before == {p: p.stat().st_mtime_ns for p in installed_folder().rglob("*") if "__pycache__" not in p.parts}


@pytest.mark.parametrize(
    ("owner", "name"),
    [
        ("Generate", "seed"),
        ("Generate", "size_m"),
        ("Generate", "preset"),
        ("Finish", "faces"),
        ("Finish", "texture_px"),
        ("Distillation", "steps"),
    ],
)
def test_properties_equal_the_settings_fields(app, owner, name):
    """Default, range, choices and tooltip of each property are those of the field that validates the request."""
    module = app.protocol if owner == "Generate" else app.settings_module
    item = next(f for f in dataclasses.fields(getattr(module, owner)) if f.name == name)
    prop, meta = bpy.types.Scene.bl_rna.properties["propsmith"].fixed_type.properties[name], item.metadata
    assert prop.default == item.default and prop.description == meta["tip"]
    if meta["low"] is not None:
        assert (prop.hard_min, prop.hard_max) == pytest.approx((meta["low"], meta["high"]))
    if meta["choices"]:
        assert tuple(prop.enum_items.keys()) == meta["choices"]


def test_presets_bring_their_budget_and_the_preferences_default_is_followed(app):
    """Choosing a preset sets its faces and texture size; scenes with the default preset follow the preferences."""
    app.settings.preset = "high"
    assert (app.settings.faces, app.settings.texture_px) == (20_000, 2048)
    bpy.ops.wm.read_homefile(use_empty=True, use_factory_startup=True)
    app.preferences.get().preset = "draft"
    assert app.settings.preset == "draft" and app.settings.faces == 4000
    app.settings.preset = "high"
    app.preferences.get().preset = "standard"
    assert app.settings.preset == "high"


def test_every_operator_and_property_has_a_tooltip(app):
    """No button and no field of ours is without a description."""
    for name in dir(bpy.ops.propsmith):
        kind = getattr(bpy.ops.propsmith, name).get_rna_type()
        assert kind.description, name
    for group in (app.properties.PropsmithSettings, app.preferences.PropsmithPreferences):
        for prop in group.bl_rna.properties:
            hidden = prop.identifier in ("rna_type", "name", "bl_idname", "followed_preset")
            assert hidden or prop.description, (group, prop.identifier)
