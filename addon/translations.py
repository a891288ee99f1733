"""The languages of the panels: tables in `languages/`, registered with Blender, and the worker's sentences put into them.

A table is JSON, English to translated; a template keeps its named {fields}. Blender looks up labels and tooltips by itself.
What the worker says arrives with its fields filled in, so `say` finds the template that fits and fills the translated one.
"""

import json
import re
from functools import lru_cache
from pathlib import Path

import bpy

FOLDER = Path(__file__).with_name("languages")
FIELD = re.compile(r"\{(\w*)[^}]*\}")
CONTEXTS = ("*", "Operator")  # of labels and tooltips; of operators' names


@lru_cache(maxsize=1)
def tables():
    """{language: {English: translated}} of all files in `languages/`."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def language():
    """The table's name for the language that Blender shows, or "" where there is none (English among them)."""
    if not bpy.context.preferences.view.use_translate_interface:
        return ""
    locale = bpy.app.translations.locale
    return next((name for name in (locale, locale.split("_")[0]) if name in tables()), "")


def say(text):
    """`text` in Blender's language, whether a fixed sentence or a filled-in template; as it is where no table knows it."""
    now = language()
    return translated(text, now) if now and text else text


def told(error):
    """An error as one text in Blender's language: sentence and remedy each by its own entry, the code at the end."""
    if not hasattr(error, "remedy"):  # Blender's own
        return str(error)
    return f"{say(error.sentence)} {say(error.remedy)} [{error.code}]"


@lru_cache(maxsize=4096)
def translated(text, name):
    """`text` by the table of a language: its own entry, or the first template that matches it whole."""
    table = tables()[name]
    if text in table:
        return table[text]
    for pattern, template in templates(name):
        found = pattern.fullmatch(text)
        if found:
            return template.format(**{field: translated(value, name) for field, value in found.groupdict().items()})
    return text


@lru_cache(maxsize=8)
def templates(name):
    """(pattern of a filled-in English template, its translation) of a table, those with most fixed text first."""
    found = [(english, other) for english, other in tables()[name].items() if FIELD.search(english)]
    found.sort(key=lambda pair: -len(FIELD.sub("", pair[0])))
    return [(pattern_of(english), FIELD.sub(r"{\1}", other)) for english, other in found]  # values come as text


def pattern_of(template):
    """The regular expression of a template filled in: its text as it is, any text for each field."""
    pieces, end, seen = [], 0, set()
    for field in FIELD.finditer(template):
        name = field.group(1)
        pieces += [re.escape(template[end : field.start()]), f"(?P={name})" if name in seen else f"(?P<{name}>.*?)"]
        seen.add(name)
        end = field.end()
    return re.compile("".join([*pieces, re.escape(template[end:])]), re.DOTALL)


def attach():
    messages = {
        name: {(context, english): other for english, other in table.items() for context in CONTEXTS}
        for name, table in tables().items()
    }
    bpy.app.translations.register(__package__, messages)


def detach():
    bpy.app.translations.unregister(__package__)
