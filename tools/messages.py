"""Lists every message of the extension that Blender may translate: names and tooltips of its classes, texts in its sources.

Run it inside Blender's Python with the extension enabled; `tests/blender/test_translations.py` holds the tables against it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import bpy

SIDES = ("addon", "operators", "ui")
SAID = {"text", "heading", "placeholder"}  # keywords of layout calls
REASONS = {
    "reason",
    "fault",
    "why",
    "sure",
    "told",
    "text",
    "line",
}  # names and attributes that hold what is told of a row, an object, a job
CALLS = (
    "fail", "tell", "wrapped", "say", "allowed", "iface", "poll_message_set", "report", "shorter", "status_text_set",
    "Stop", "pip",
)  # fmt: skip
LOGGED = ("row", "progress")  # of the installer's log, whose lines the set-up card shows
DETAILS = {"why", "remedy"}  # of `problem`, that are sentences or parts of one
TABLES = {"STAGE_TEXT", "WORDS"}  # dicts whose values are shown
UNSEEN = ("training", "evaluation", "cli", "fake_worker.py")  # parts of the worker whose events reach no artist
FIELD = re.compile(r"\{[^}]*\}")
NOT_WORDS = re.compile(
    r"[^A-Za-z]*|[A-Z_0-9]+|[a-z_]+|\S+\.\S+|[A-Z][A-Za-z]*_\S*|-\S+|\S+=\S*"
)  # icons, identifiers, numbers


def of_classes(classes: Iterable[type]) -> Iterator[str]:
    """Labels and descriptions of registered classes, their properties and the items of their lists."""
    for cls in classes:
        yield getattr(cls, "bl_label", "")
        rna = cls.bl_rna
        if issubclass(cls, bpy.types.Operator):
            yield getattr(cls, "bl_description", "") or (cls.__doc__ or "").strip()
            family, name = cls.bl_idname.split(".")
            rna = getattr(getattr(bpy.ops, family), name).get_rna_type()
        own = {name for base in cls.__mro__ for name in getattr(base, "__annotations__", {})}
        for prop in rna.properties:
            if prop.identifier in own:
                yield from (prop.name, prop.description)
                if prop.type == "ENUM":
                    yield from (text for item in prop.enum_items_static for text in (item.name, item.description))


def of_sources(root: Path) -> Iterator[str]:
    """Constants that the sources hand to layouts, reports and the translator; f-strings as templates with their fields."""
    for path in sorted(path for side in SIDES for path in (root / side).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named: dict[str, list[ast.expr]] = {}  # what a name may stand for in this file
        for node in ast.walk(tree):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, ast.Name):
                    named.setdefault(target.id, []).append(node.value)
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and node.value is not None:  # reasons and states, made for the panels
                yield from (text for text in texts(node.value) if " " in text and (text[0].isupper() or spoken(text)))
            if isinstance(node, ast.Assign):
                yield from (text for value in reasons(node) for text in texts(value) if text)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and named_in(node, TABLES):
                yield from (text for value in node.value.values for text in texts(value))
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                told = [k.value for k in node.keywords if k.arg in SAID or (called == "problem" and k.arg in DETAILS)]
                told += node.args if called in CALLS or (called in LOGGED and len(node.args) > 1) else []
                yield from (text for value in told for meant in meanings(value, named) for text in texts(meant))


def meanings(node: ast.expr, named: dict[str, list[ast.expr]], depth: int = 3) -> Iterator[ast.expr]:
    """What an expression may be: names of this file looked up, both sides of a choice."""
    if isinstance(node, ast.Name) and depth:
        yield from (meant for value in named.get(node.id, []) for meant in meanings(value, named, depth - 1))
    elif isinstance(node, ast.IfExp):
        yield from (*meanings(node.body, named, depth), *meanings(node.orelse, named, depth))
    else:
        yield node


def named_in(node: ast.Assign, names: set[str]) -> bool:
    return any(isinstance(target, ast.Name) and target.id in names for target in node.targets)


def of_worker(root: Path) -> Iterator[str]:
    """What the worker says of a job: notes, made as such or as (code, sentence), its stages' messages, reasons of errors."""
    for path in sorted((root / "backend").rglob("*.py")):
        if any(part in UNSEEN for part in path.parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Assign):
                yield from (text for value in reasons(node) for text in pieces(value))
            if isinstance(node, ast.Return) and node.value is not None:  # why something would not do
                yield from (text for text in pieces(node.value) if " " in text and spoken(text))
            if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):  # (code, sentence)
                yield from (text for text in pieces(node.value.elts[-1]) if " " in text)
            if isinstance(node, ast.Call):
                yield from (text for value in noted(node) for text in pieces(value))


def noted(call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call in the worker that an artist reads."""
    called = ast.unparse(call.func)
    if called == "Note" or called.endswith(".enter"):
        yield from call.args[1:]
    if called.endswith("notes.append"):
        yield call.args[0].elts[-1] if isinstance(call.args[0], ast.Tuple) else call.args[0]
    yield from (
        k.value
        for k in call.keywords
        if (called, k.arg) == ("Progress", "message") or (called == "problem" and k.arg in DETAILS)
    )


def pieces(node: ast.expr) -> Iterator[str]:
    """The sentences of an expression; none for a name or another object's text, which have their own entries."""
    yield from (text for text in texts(node) if FIELD.sub("", text).strip())


def spoken(text: str) -> bool:
    """Whether a text in small letters is part of a sentence: 'it is hidden', "'{a}' was edited meanwhile"."""
    return (
        bool(re.match(r"(it|its|the|an?|about|line|'\{)\b", text)) or text.startswith("'{") or text.endswith("} left")
    )


def reasons(node: ast.Assign) -> Iterator[ast.expr]:
    """What an assignment gives to the names of REASONS, one by one or in a tuple."""
    for target in node.targets:
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(names)
        for name, value in zip(names, values, strict=False):
            if getattr(name, "attr", getattr(name, "id", "")) in REASONS:
                yield value


def texts(node: ast.expr) -> Iterator[str]:
    """The texts an expression may stand for."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        fields = iter("abcdefgh")
        yield "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" + next(fields) + "}" for part in node.values
        )
    elif isinstance(node, ast.Tuple | ast.List):  # (object, why not), notes
        yield from (text for part in node.elts for text in texts(part))
    elif isinstance(node, ast.Subscript):  # cut to a length
        yield from texts(node.value)
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (*texts(node.left), *texts(node.right))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from texts(node.func.value)


def messages(root: Path, registration: ModuleType, catalogue: Iterable[tuple[str, str]]) -> list[str]:
    """All messages, sorted: of classes, of sources, and the sentences and remedies of `backend/errors.py`."""
    found = {
        *of_classes(registration.classes()),
        *of_sources(root),
        *of_worker(root),
        *(text for pair in catalogue for text in pair),
    }
    return sorted(text for text in found if not NOT_WORDS.fullmatch(FIELD.sub("", text)))
