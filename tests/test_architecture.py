"""The house's rules, read off the sources: import arrows, sizes, what each side may load, who may catch failures."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("backend", "addon", "operators", "ui")
FILES = sorted(p for folder in PACKAGES for p in (ROOT / folder).rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
BLENDER_SIDE = [p for p in FILES if p.relative_to(ROOT).parts[0] != "backend"] + [
    p for p in (ROOT / "__init__.py",) if p.exists()
]
BACKEND = [p for p in FILES if p.relative_to(ROOT).parts[0] == "backend"]

BORDER = {
    "protocol",
    "settings",
    "errors",
    "store",
    "lists",
    "completions",
    "readings",
}  # what Blender's side may import of the backend
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
# The borders: two programs of the backend, the extension's timer, the installer, a program of its own, and the thread
# whose failure is raised again where its value is awaited.
CATCHES_ALL = {"backend/worker.py", "backend/cli/fill.py", "backend/__main__.py", "backend/clock.py"}
CATCHES_ALL |= {"addon/pump.py", "addon/installer.py"}
MAIN_LOOPS = {"run", "train", "main", "generate", "refine", "distill", "sample"}
DICTATED = {"draw_item", "draw_filter"}  # signatures that Blender prescribes
SHIPPED = {
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


def calls_of(path: Path) -> set[str]:
    """What a file calls, as it is written."""
    return {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}


def own_imports(path: Path) -> set[tuple[str, ...]]:
    """Imports of our own packages as (folder, module, ...)."""
    return {tuple(name.split(".")) for name in imports_of(path) if name.split(".")[0] in PACKAGES}


def outside_imports(path: Path) -> set[str]:
    """Top names of imports that are neither ours nor the standard library's."""
    tops = {name.split(".")[0] for name in imports_of(path) if name}
    return {top for top in tops if top not in PACKAGES and top not in sys.stdlib_module_names}


def report(wrong: Iterable[str]) -> None:
    """Fail with every offence of a rule at once, one a line."""
    found = sorted(wrong)
    assert not found, "\n" + "\n".join(found)


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def arguments_of(node: ast.FunctionDef | ast.AsyncFunctionDef, all_of_them: bool) -> int:
    """How many arguments a function takes, or must be given; compiled kernels, which know no objects, count as none."""
    if any("jit" in ast.unparse(decorator) for decorator in node.decorator_list):
        return 0
    given = node.args
    count = len([a for a in given.posonlyargs + given.args + given.kwonlyargs if a.arg not in ("self", "cls")])
    optional = len(given.defaults) + len([default for default in given.kw_defaults if default is not None])
    return count if all_of_them else count - optional


def test_there_is_something_to_check() -> None:
    """The rules run over real files, on both sides."""
    assert len(BACKEND) > 30 and len(TEST_FILES) > 10
    assert not (ROOT / "addon").is_dir() or len(BLENDER_SIDE) > 10


def test_a_file_says_what_it_owns() -> None:
    """Line 1 opens a docstring of one sentence."""

    def states_it(path: Path) -> bool:
        docstring = ast.get_docstring(tree_of(path)) or ""
        opens = path.read_text(encoding="utf-8").startswith(('"""', 'r"""'))
        return opens and docstring.splitlines()[0].rstrip().endswith((".", ":"))

    report(name_of(path) for path in FILES + TEST_FILES if not states_it(path))


def test_files_stay_readable() -> None:
    """At most 300 lines a file."""
    lengths = {path: path.read_text(encoding="utf-8").count("\n") for path in FILES + TEST_FILES}
    report(f"{name_of(path)}: {lines} lines" for path, lines in lengths.items() if lines > 300)


def test_functions_are_short_and_take_few_arguments() -> None:
    """Functions have at most 50 lines (80 for a main loop) and 7 parameters.

    The prop grammar (`training`) is a vocabulary of optional words: there only the required ones count.
    """
    wrong = []
    for path in FILES:
        for node in functions_of(path):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > (80 if node.name in MAIN_LOOPS else 50):
                wrong.append(f"{name_of(path)}: {node.name} has {lines} lines")
            count = arguments_of(node, all_of_them=path.relative_to(ROOT).parts[:2] != ("backend", "training"))
            if count > 7 and node.name not in DICTATED:
                wrong.append(f"{name_of(path)}: {node.name} takes {count} arguments")
    report(wrong)


def test_no_junk_drawers() -> None:
    """No file is named for being a leftover."""
    leftovers = {"utils", "util", "helpers", "common", "misc"}
    report(name_of(path) for path in FILES if path.stem in leftovers or path.stem.endswith("_v2"))


def test_blenders_side_loads_only_what_blender_ships() -> None:
    """No torch, no pillow, no scipy: the standard library, Blender's modules and Blender's numpy."""
    report(
        f"{name_of(p)}: {sorted(outside_imports(p) - SHIPPED)}" for p in BLENDER_SIDE if outside_imports(p) - SHIPPED
    )


def test_blenders_side_knows_only_the_border() -> None:
    """Of the backend, Blender's side imports protocol, settings, errors and store and nothing else."""
    seen = [(path, parts) for path in BLENDER_SIDE for parts in own_imports(path) if parts[0] == "backend"]
    report(f"{name_of(path)}: {'.'.join(parts)}" for path, parts in seen if len(parts) < 2 or parts[1] not in BORDER)


def test_blenders_side_imports_downwards() -> None:
    """ui and operators import addon, never each other; addon imports neither, but for registration."""
    wrong = []
    for path in BLENDER_SIDE:
        allowed = MAY_IMPORT.get(path.relative_to(ROOT).parts[0])
        seen = {parts[0] for parts in own_imports(path)}
        if allowed and path.stem != "registration" and seen - allowed:
            wrong.append(f"{name_of(path)}: {sorted(seen - allowed)}")
    report(wrong)


def test_blenders_side_starts_no_threads_and_opens_no_sockets() -> None:
    """The job folder is the only link: no sockets, threads, pickles or network clients on Blender's side."""
    banned = {"threading", "multiprocessing", "asyncio", "concurrent", "pickle", "requests", "http"}
    wrong = []
    for path in BLENDER_SIDE:
        found = {name.split(".")[0] for name in imports_of(path)} & banned
        found |= {call for call in calls_of(path) if call.startswith("socket.")} - {"socket.gethostname"}
        wrong += [f"{name_of(path)}: {name}" for name in found]
    report(wrong)


def test_only_set_up_reaches_for_a_network() -> None:
    """No file but the installer, which Blender's online switch guards, imports what downloads or uploads; nothing phones home."""
    network = ("urllib.request", "http", "ftplib", "smtplib", "requests", "httpx", "aiohttp", "huggingface_hub")
    reaches = lambda name: any(name == module or name.startswith(f"{module}.") for module in network)
    found = {name_of(path) for path in FILES if any(reaches(name) for name in imports_of(path))}
    assert found == {"addon/installer.py"}


def test_the_backend_never_touches_blender() -> None:
    """No bpy and nothing of the Blender side in the backend."""
    banned = {"bpy", "bmesh", "mathutils", "addon", "operators", "ui"}
    report(name_of(path) for path in BACKEND if {n.split(".")[0] for n in imports_of(path)} & banned)


def test_the_border_is_standard_library_only() -> None:
    """What Blender imports of the backend rests on the standard library and on its like alone, no numpy even."""
    light = BORDER | BEHIND_THE_BORDER
    wrong = []
    for name in light:
        path = ROOT / "backend" / f"{name}.py"
        found = outside_imports(path) | ({parts[1] for parts in own_imports(path)} - light)
        wrong += [f"{name}: {top}" for top in found]
    report(wrong)


def test_the_parts_never_look_up() -> None:
    """Priors, objectives, representations and the pipeline import none of those who drive them."""
    wrong = []
    for path in BACKEND:
        parts = path.relative_to(ROOT / "backend").parts
        own = path.stem if len(parts) == 1 else parts[0]
        imported = {p[1] for p in own_imports(path) if p[0] == "backend" and len(p) > 1}
        above = (
            DRIVERS | {"pipeline", "training", "evaluation"}
            if own in PARTS
            else DRIVERS
            if own == "pipeline"
            else set()
        )
        wrong += [f"{name_of(path)}: {name}" for name in imported & above]
    report(wrong)


def test_only_the_borders_catch_everything() -> None:
    """`except Exception` stands at the borders alone, or cleans up and raises on; bare or BaseException nowhere."""
    wrong = []
    for path in FILES:
        for node in (n for n in ast.walk(tree_of(path)) if isinstance(n, ast.ExceptHandler)):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            names = {getattr(kind, "id", getattr(kind, "attr", None)) for kind in kinds}
            raises_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
            broad = "Exception" in names and not raises_on and name_of(path) not in CATCHES_ALL
            if broad or "BaseException" in names or node.type is None:
                wrong.append(f"{name_of(path)}:{node.lineno}")
    report(wrong)


def test_no_code_from_data() -> None:
    """No eval, exec or compile, no pickle or marshal, no shell, and torch.load only with weights_only=True."""
    modules = {"pickle", "marshal", "shelve", "dill", "cloudpickle"}
    wrong = [name_of(path) for path in FILES if {n.split(".")[0] for n in imports_of(path)} & modules]
    for path in FILES:
        for node in (n for n in ast.walk(tree_of(path)) if isinstance(n, ast.Call)):
            called = ast.unparse(node.func)
            given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
            bad = called in {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
            bad |= called.startswith("subprocess.") and given.get("shell", "False") != "False"
            bad |= any(given.get(name, "False") != "False" for name in ("allow_pickle", "trust_remote_code"))
            bad |= called == "torch.load" and given.get("weights_only") != "True"
            if bad:
                wrong.append(f"{name_of(path)}:{node.lineno}: {called}")
    report(wrong)


def test_every_test_states_its_claim() -> None:
    """A test function begins with the sentence it proves."""
    tests = [(path, node) for path in TEST_FILES for node in functions_of(path) if node.name.startswith("test_")]
    report(f"{name_of(path)}: {node.name}" for path, node in tests if not ast.get_docstring(node))
