"""The house's rules, read off the sources: import arrows, sizes, what each side may load, who may catch failures."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("backend", "addon", "operators", "ui")
FILES = sorted(p for folder in PACKAGES for p in (ROOT / folder).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
BLENDER_SIDE = [p for p in FILES if p.relative_to(ROOT).parts[0] != "backend"] + [
    p for p in (ROOT / "__init__.py",) if p.exists()
]
BACKEND = [p for p in FILES if p.relative_to(ROOT).parts[0] == "backend"]

BORDER = {"protocol", "settings", "errors", "store"}  # what Blender's side may import of the backend
BEHIND_THE_BORDER = {"disk", "journal", "presence", "status"}  # what these import in turn: as light as they are
# Blender's side, folder by folder: whom it may import. `registration` alone may look up.
MAY_IMPORT = {
    "addon": {"addon", "backend"},
    "operators": {"operators", "addon", "backend"},
    "ui": {"ui", "addon", "backend"},
}
# Within the backend the parts never look up at those who drive them.
DRIVERS = {"pipeline", "worker", "executors", "cluster", "remote", "cli", "__main__", "doctor", "fake_worker"}
PARTS = ("priors", "objectives", "representations")
# The borders: two programs of the backend, the extension's timer, and the installer, a program of its own.
CATCHES_ALL = {"backend/worker.py", "backend/__main__.py", "addon/pump.py", "addon/installer.py"}
DICTATED = {"draw_item", "draw_filter"}  # signatures that Blender prescribes
ALLOWED_OUTSIDE = {
    "bpy",
    "bmesh",
    "mathutils",
    "bl_operators",
    "bl_ui",
    "blf",
    "gpu",
    "gpu_extras",
    "addon_utils",
    "numpy",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports_of(path: Path) -> frozenset[str]:
    """Absolute dotted names of all that a file imports; our own as "backend.store", "addon.scene", ... ."""
    package = list(path.relative_to(ROOT).parent.parts)
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join(base + (node.module.split(".") if node.module else []))
            found |= {f"{module}.{alias.name}".strip(".") for alias in node.names}
    return frozenset(found)


def own_imports(path: Path) -> set[tuple[str, ...]]:
    """Imports of our own packages as (folder, module, ...)."""
    return {tuple(name.split(".")) for name in imports_of(path) if name.split(".")[0] in PACKAGES}


def outside_imports(path: Path) -> set[str]:
    """Top names of imports that are neither ours nor the standard library's."""
    tops = {name.split(".")[0] for name in imports_of(path) if name}
    return {top for top in tops if top not in PACKAGES and top not in sys.stdlib_module_names}


def test_there_is_something_to_check() -> None:
    """The rules run over real files."""
    assert len(BACKEND) > 10


@pytest.mark.parametrize("path", FILES + TEST_FILES, ids=name_of)
def test_a_file_says_what_it_owns_and_stays_readable(path: Path) -> None:
    """Line 1 opens a docstring of one sentence; at most 300 lines."""
    text = path.read_text(encoding="utf-8")
    docstring = ast.get_docstring(tree_of(path))
    assert docstring and docstring.splitlines()[0].rstrip().endswith((".", ":")), "line 1 is no sentence"
    assert text.startswith(('"""', 'r"""')), "the docstring is not on line 1"
    assert text.count("\n") <= 300, f"{text.count(chr(10))} lines"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_functions_are_short_and_take_few_arguments(path: Path) -> None:
    """Functions have at most 50 lines (80 for a main loop) and 7 parameters.

    The prop grammar (`training`) is a vocabulary of optional words: there only the required ones count.
    """
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            limit = 80 if node.name in ("run", "train", "main", "generate", "distill", "sample") else 50
            assert lines <= limit, f"{node.name} has {lines} lines"
            count = arguments_of(node, all_of_them=path.relative_to(ROOT).parts[:2] != ("backend", "training"))
            assert count <= 7 or node.name in DICTATED, f"{node.name} takes {count} arguments"


def arguments_of(node: ast.FunctionDef | ast.AsyncFunctionDef, all_of_them: bool) -> int:
    """How many arguments a function takes, or must be given; compiled kernels, which know no objects, count as none."""
    if any("jit" in ast.unparse(decorator) for decorator in node.decorator_list):
        return 0
    given = node.args
    count = len([a for a in given.posonlyargs + given.args + given.kwonlyargs if a.arg not in ("self", "cls")])
    optional = len(given.defaults) + len([default for default in given.kw_defaults if default is not None])
    return count if all_of_them else count - optional


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_junk_drawers(path: Path) -> None:
    """No file is named for being a leftover."""
    assert path.stem not in {"utils", "util", "helpers", "common", "misc"} and not path.stem.endswith("_v2")


@pytest.mark.parametrize("path", BLENDER_SIDE, ids=name_of)
def test_blenders_side_loads_only_what_blender_ships(path: Path) -> None:
    """No torch, no pillow, no scipy: the standard library, Blender's modules and Blender's numpy."""
    assert outside_imports(path) <= ALLOWED_OUTSIDE


@pytest.mark.parametrize("path", BLENDER_SIDE, ids=name_of)
def test_blenders_side_knows_only_the_border(path: Path) -> None:
    """Of the backend, Blender's side imports protocol, settings, errors and store and nothing else."""
    for parts in own_imports(path):
        if parts[0] == "backend":
            assert len(parts) > 1 and parts[1] in BORDER, ".".join(parts)


@pytest.mark.parametrize("path", BLENDER_SIDE, ids=name_of)
def test_blenders_side_imports_downwards(path: Path) -> None:
    """ui and operators import addon, never each other; addon imports neither, but for registration."""
    folder = path.relative_to(ROOT).parts[0]
    if folder in MAY_IMPORT and path.stem != "registration":
        seen = {parts[0] for parts in own_imports(path)}
        assert seen <= MAY_IMPORT[folder], seen - MAY_IMPORT[folder]


@pytest.mark.parametrize("path", BLENDER_SIDE, ids=name_of)
def test_blenders_side_starts_no_threads_and_opens_no_sockets(path: Path) -> None:
    """The job folder is the only link: no sockets, threads, pickles or modal loops' helpers on Blender's side."""
    tops = {name.split(".")[0] for name in imports_of(path)}
    assert not tops & {"threading", "multiprocessing", "asyncio", "concurrent", "pickle", "requests", "http"}
    calls = {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}
    assert not {call for call in calls if call.startswith("socket.")} - {"socket.gethostname"}


@pytest.mark.parametrize("path", BACKEND, ids=name_of)
def test_the_backend_never_touches_blender(path: Path) -> None:
    """No bpy and nothing of the Blender side in the backend."""
    tops = {name.split(".")[0] for name in imports_of(path)}
    assert not tops & {"bpy", "bmesh", "mathutils", "addon", "operators", "ui"}


@pytest.mark.parametrize("name", sorted(BORDER | BEHIND_THE_BORDER))
def test_the_border_is_standard_library_only(name: str) -> None:
    """What Blender imports of the backend rests on the standard library and on its like alone, no numpy even."""
    path = ROOT / "backend" / f"{name}.py"
    assert outside_imports(path) == set()
    assert {parts[1] for parts in own_imports(path)} <= BORDER | BEHIND_THE_BORDER


@pytest.mark.parametrize("path", BACKEND, ids=name_of)
def test_the_parts_never_look_up(path: Path) -> None:
    """Priors, objectives and representations import none of the drivers; only drivers import drivers."""
    parts = path.relative_to(ROOT / "backend").parts
    own = path.stem if len(parts) == 1 else parts[0]
    imported = {p[1] for p in own_imports(path) if p[0] == "backend" and len(p) > 1}
    if own in PARTS:
        assert not imported & DRIVERS, imported & DRIVERS
        assert not imported & {"training", "evaluation"}
    if own == "pipeline":
        assert not imported & (DRIVERS - {"pipeline"})


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_borders_catch_everything(path: Path) -> None:
    """`except Exception` stands at the borders alone, or cleans up and raises on; bare or BaseException nowhere."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {getattr(kind, "id", getattr(kind, "attr", None)) for kind in kinds}
            assert None not in names and "BaseException" not in names, f"line {node.lineno}"
            raises_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            assert "Exception" not in names or raises_on or name_of(path) in CATCHES_ALL, f"line {node.lineno}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_no_code_from_data(path: Path) -> None:
    """No eval, exec or compile, no pickle or marshal, no shell, and torch.load only with weights_only=True."""
    assert not {n.split(".")[0] for n in imports_of(path)} & {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    for node in ast.walk(tree_of(path)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        assert called not in {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}, f"line {node.lineno}"
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        assert not called.startswith("subprocess.") or given.get("shell", "False") == "False", f"line {node.lineno}"
        assert given.get("allow_pickle", "False") == "False", f"line {node.lineno}"
        assert given.get("trust_remote_code", "False") == "False", f"line {node.lineno}"
        if called == "torch.load":
            assert given.get("weights_only") == "True", f"line {node.lineno}"


@pytest.mark.parametrize("path", TEST_FILES, ids=name_of)
def test_every_test_states_its_claim(path: Path) -> None:
    """A test function begins with the sentence it proves."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert ast.get_docstring(node), f"{node.name} claims nothing"
