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
REASONS = {"reason", "fault", "why"}  # names and attributes that hold what the panels tell of a row or an object
CALLS = (
    "fail",
    "tell",
    "wrapped",
    "say",
    "allowed",
    "iface",
    "poll_message_set",
    "report",
    "shorter",
    "status_text_set",
)
FIELD = re.compile(r"\{[^}]*\}")
NOT_WORDS = re.compile(r"[^A-Za-z]*|[A-Z_0-9]+|[a-z_]+|\S+\.\S+|[A-Z][A-Za-z]*_\S*")  # icons, identifiers, numbers


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
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                told = [k.value for k in node.keywords if k.arg in SAID]
                told += node.args if called in CALLS else []
                for value in told:
                    for meant in named.get(value.id, []) if isinstance(value, ast.Name) else [value]:
                        yield from texts(meant)


def spoken(text: str) -> bool:
    """Whether a text in small letters is part of a sentence: 'it is hidden', "'{a}' was edited meanwhile"."""
    return bool(re.match(r"(it|its|the|an?|line|'\{)\b", text)) or text.startswith("'{")


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
    elif isinstance(node, ast.IfExp):
        yield from (*texts(node.body), *texts(node.orelse))
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from (*texts(node.left), *texts(node.right))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from texts(node.func.value)


def messages(root: Path, registration: ModuleType, catalogue: Iterable[tuple[str, str]]) -> list[str]:
    """All messages, sorted: of classes, of sources, and the sentences and remedies of `backend/errors.py`."""
    found = {*of_classes(registration.classes()), *of_sources(root), *(text for pair in catalogue for text in pair)}
    return sorted(text for text in found if not NOT_WORDS.fullmatch(FIELD.sub("", text)))
