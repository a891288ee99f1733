"""Gives the tests of `addon` the package around it that Blender would: the checkout itself, under a made-up name."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "propsmith_checkout"


@pytest.fixture(scope="session")
def load() -> Callable[[str], ModuleType]:
    """Imports a bpy-free module by its path in the extension: load("addon.fitting")."""
    spec = importlib.util.spec_from_file_location(PACKAGE, ROOT / "__init__.py", submodule_search_locations=[str(ROOT)])
    assert spec is not None
    sys.modules.setdefault(PACKAGE, importlib.util.module_from_spec(spec))
    return lambda name: importlib.import_module(f"{PACKAGE}.{name}")
