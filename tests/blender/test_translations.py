"""Every language table is complete, keeps the fields of its templates, and is what the panels show."""

from __future__ import annotations

import importlib
import sys

import bpy
import pytest

from .conftest import PACKAGE, ROOT

sys.path.insert(0, str(ROOT))
from tools.messages import messages


@pytest.fixture
def translations():
    return importlib.import_module(f"{PACKAGE}.addon.translations")


def all_messages() -> list[str]:
    registration = importlib.import_module(f"{PACKAGE}.addon.registration")
    errors = importlib.import_module(f"{PACKAGE}.backend.errors")
    bpy.types.PROPSMITH_PT_presets.bl_label = (
        "Prompt Presets"  # Blender's own preset operators rename it in other tests
    )
    catalogue = [(row.sentence, row.remedy) for row in errors.CATALOGUE.values()]
    return messages(ROOT, registration, catalogue)


def test_a_second_language_is_complete(translations) -> None:
    """German has a line for every message, and no line for a message that is gone."""
    table, wanted = translations.tables()["de"], all_messages()
    assert len(wanted) > 250
    assert [m for m in wanted if m not in table] == []
    assert sorted(set(table) - set(wanted)) == []


def test_templates_keep_their_fields(translations) -> None:
    """A translated template has exactly the fields of the English one."""
    for english, other in translations.tables()["de"].items():
        fields = [sorted(set(translations.FIELD.findall(text))) for text in (english, other)]
        assert fields[0] == fields[1], english


class Details(dict):
    """Some value for every field of a sentence."""

    def __missing__(self, field: str) -> str:
        return f"<{field}>"


class Reporter:
    """An operator as far as `attempt` needs one."""

    def report(self, kind, text) -> None:
        self.kind, self.text = kind, text


def test_every_error_is_reported_in_the_second_language(translations, monkeypatch) -> None:
    """Under German each error of the catalogue is reported as German sentence and remedy with its code, its fields kept."""
    errors = importlib.import_module(f"{PACKAGE}.backend.errors")
    answers = importlib.import_module(f"{PACKAGE}.operators.answers")
    monkeypatch.setattr(translations, "language", lambda: "de")
    table = translations.tables()["de"]
    for code, row in errors.CATALOGUE.items():
        filled = [text.format_map(Details()) for text in (row.sentence, row.remedy)]
        error, operator = row.kind(code, *filled), Reporter()

        def fail(error=error):
            raise error

        assert answers.attempt(operator, fail) == {"CANCELLED"} and operator.kind == {"ERROR"}
        wanted = [table.get(text, text).format_map(Details()) for text in (row.sentence, row.remedy)]
        assert operator.text == f"{wanted[0]} {wanted[1]} [{code}]"


def test_filled_in_sentences_are_translated(translations) -> None:
    """A sentence of the catalogue is recognised with its fields filled in, and the fields survive."""
    errors = importlib.import_module(f"{PACKAGE}.backend.errors")
    problem = errors.problem("prompt-too-long", length=2345, limit=2000)
    said = translations.translated(problem.sentence, "de")
    assert said != problem.sentence and "2345" in said and "2000" in said
    assert translations.translated("nothing knows this", "de") == "nothing knows this"
    wrote = "Wrote a.glb and 4 textures, 1.5 MB, to /here"
    assert translations.translated(wrote, "de") == "a.glb und 4 Texturen, 1.5 MB, nach /here geschrieben"


def test_reasons_inside_sentences_are_translated(translations) -> None:
    """Why a row is not filled, and why a result stands beside its object, are German to the end, names of objects kept."""
    beside = translations.translated("The result stands beside the original: 'Old Crate' was edited meanwhile.", "de")
    assert beside == "Das Ergebnis steht neben dem Original: 'Old Crate' wurde inzwischen bearbeitet."
    assert translations.translated("it is hidden", "de") == "es ist ausgeblendet"
    row = translations.translated("line 3: The prompt is empty.", "de")
    assert row == f"Zeile 3: {translations.tables()['de']['The prompt is empty.']}"
