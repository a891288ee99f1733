"""Settings: every default valid, every bound enforced, prompts cleaned."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from backend.errors import PropsmithError
from backend.protocol import Generate, Refine
from backend.settings import PRESETS, Distillation, Finish, Shape, Views, clean_prompt, styled, with_budget

GROUPS: list[Any] = [Views(), Shape(), Distillation(), Finish(), Generate(prompt="x"), Refine(prompt="x")]
BOUNDED = [(g, f) for g in GROUPS for f in fields(g) if f.metadata.get("low") is not None]
CHOSEN = [(g, f) for g in GROUPS for f in fields(g) if f.metadata.get("choices")]


def code_of(call: Any) -> str:
    with pytest.raises(PropsmithError) as caught:
        call()
    return caught.value.code


@pytest.mark.parametrize(("group", "field"), BOUNDED, ids=lambda v: getattr(v, "name", type(v).__name__))
def test_bounds_are_inclusive_and_enforced(group: Any, field: Any) -> None:
    """The lowest and highest values are allowed, what lies beyond is setting-range, another type is setting-type."""
    low, high = field.metadata["low"], field.metadata["high"]
    step = 1 if isinstance(field.default, int) else max(1e-6, high * 1e-9)
    replace(group, **{field.name: low})
    replace(group, **{field.name: high})
    assert code_of(lambda: replace(group, **{field.name: low - step})) == "setting-range"
    assert code_of(lambda: replace(group, **{field.name: high + step})) == "setting-range"
    for wrong in ("1", None, [], True):
        assert code_of(lambda wrong=wrong: replace(group, **{field.name: wrong})) == "setting-type"


@pytest.mark.parametrize(("group", "field"), CHOSEN, ids=lambda v: getattr(v, "name", type(v).__name__))
def test_choices_are_enforced(group: Any, field: Any) -> None:
    """Each listed choice is allowed and nothing else."""
    for choice in field.metadata["choices"]:
        replace(group, **{field.name: choice})
    assert code_of(lambda: replace(group, **{field.name: "other"})) == "setting-choice"


def test_every_setting_with_a_range_has_a_tooltip() -> None:
    """The panel's tooltips come from here, so none may be empty."""
    assert all(f.metadata["tip"] for _, f in BOUNDED + CHOSEN)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [("", "prompt-empty"), (" \n\t ", "prompt-empty"), ("x" * 10_000, "prompt-too-long"), ("a\0b", "prompt-characters"),
     ("a\x1bb", "prompt-characters"), ("a\x7fb", "prompt-characters"), ("a\ud800b", "prompt-characters")],
)  # fmt: skip
def test_bad_prompts_have_their_codes(prompt: str, code: str) -> None:
    """Empty, endless and control-character prompts are each named."""
    assert code_of(lambda: Generate(prompt=prompt)) == code


@pytest.mark.parametrize("prompt", ["a chair", "🪑", "كرسي خشبي", "木の椅子", "x" * 1000])
def test_any_script_is_a_prompt(prompt: str) -> None:
    """Emoji, right-to-left and long prompts within the limit pass unchanged."""
    assert clean_prompt(prompt) == prompt == Generate(prompt=prompt).prompt


def test_an_image_makes_the_prompt_optional() -> None:
    """With a picture the prompt may stay empty."""
    assert Generate(image="/a.png").prompt == ""


def test_the_budget_overrides_the_preset_only_where_given() -> None:
    """0 keeps the preset's faces and texture size; other values replace them."""
    draft = PRESETS["draft"]
    assert with_budget(draft, 0, 0) == draft
    changed = with_budget(draft, 500, 256).finish
    assert (changed.faces, changed.texture_px, changed.detail) == (500, 256, draft.finish.detail)
    assert code_of(lambda: with_budget(draft, 1, 0)) == "setting-range"


def test_a_picture_without_a_prompt_takes_no_style() -> None:
    """A style follows a prompt; alone it would stand for a prompt, and nothing would be read from the picture."""
    assert styled("a barrel", " weathered ") == "a barrel, weathered"
    assert styled("a barrel", " ") == "a barrel" and styled("", "weathered") == ""
