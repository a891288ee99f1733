"""Every setting a user can choose: frozen dataclasses, validated when made; one source for default, range and tip."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar, get_type_hints

from .errors import problem

T = TypeVar("T")
INVISIBLE = ("Cf", "Zs", "Zl", "Zp")  # blanks, zero-width and direction marks: a prompt of them alone is empty
PROMPT_LIMIT = 1000
CREASE_DEG = 40.0  # edges at which faces turn by more are shaded sharp: in the maps, the GLB and Blender alike
CONTROL_CHARACTERS = {chr(i) for i in (*range(32), *range(127, 160))} - {"\n", "\t", "\r", "\x85"}  # 85: a new line


def setting(
    default: Any,
    tip: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    unit: str = "",
) -> Any:
    """A dataclass field that carries its own range, choices, unit and tooltip as metadata."""
    return field(default=default, metadata={"tip": tip, "low": low, "high": high, "choices": choices, "unit": unit})


def check(settings: Any) -> None:
    """Raise the error of the first field whose value is of a wrong type, outside its range or not among its choices."""
    hints = get_type_hints(type(settings))
    for item in fields(settings):
        value, meta = getattr(settings, item.name), item.metadata
        wanted = hints[item.name]
        if is_dataclass(wanted):
            continue
        right = isinstance(value, wanted) and not (wanted is not bool and isinstance(value, bool))
        if wanted is float and isinstance(value, int) and not isinstance(value, bool):
            right = True
        if not right:
            raise problem("setting-type", name=item.name, expected=wanted.__name__, value=repr(value)[:40])
        if meta.get("low") is not None and not meta["low"] <= value <= meta["high"]:  # NaN fails too
            raise problem("setting-range", name=item.name, value=value, low=meta["low"], high=meta["high"])
        if meta.get("choices") and value not in meta["choices"]:
            raise problem("setting-choice", name=item.name, value=value, choices=", ".join(meta["choices"]))


@dataclass(frozen=True)
class Views:
    """How the prior samples the posed views."""

    steps: int = setting(16, "Denoising steps: more is slower and a little cleaner", low=1, high=200)
    guidance: float = setting(2.5, "How strongly the prompt is followed in colour and material", low=0.0, high=20.0)
    solver: str = setting("ddim", "The sampler", choices=("ddim", "dpm++"))
    student: bool = setting(False, "Take the prior's few-step student, where it has one for this guidance")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Shape:
    """How the views become a solid."""

    grid: int = setting(128, "Cells along each side of the signed-distance grid", low=32, high=256)
    symmetry: bool = setting(True, "Straighten shapes that are nearly mirror-symmetric or round")
    level_base: bool = setting(True, "Flatten the base of shapes that nearly stand flat")

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Distillation:
    """How score distillation refines the result."""

    steps: int = setting(0, "Distillation steps; 0 leaves refinement out", low=0, high=5000)
    objective: str = setting(
        "asd",
        "The distillation objective",
        choices=("sds", "csd", "nfsd", "vsd", "asd", "ism", "dds", "pds", "sds-bridge", "mv-x0"),
    )
    guidance: float = setting(0.0, "Guidance inside the objective; 0: the objective's own", low=0.0, high=200.0)
    strength: float = setting(0.5, "How far the result may move from what it was", low=0.0, high=1.0)
    keep_original: float = setting(0.0, "Spring towards the original", low=0.0, high=1.0)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Finish:
    """What is delivered: face budget, texture size, synthesised detail."""

    faces: int = setting(8000, "Upper limit of the number of triangles", low=100, high=500_000)
    texture_px: int = setting(1024, "Side of the texture maps in pixels", low=128, high=4096, unit="px")
    detail: float = setting(1.0, "Strength of the synthesised detail (wood grain, bricks, ...)", low=0.0, high=2.0)

    def __post_init__(self) -> None:
        check(self)


@dataclass(frozen=True)
class Quality:
    """All stages' settings together: what a preset names."""

    views: Views = Views()
    shape: Shape = Shape()
    distillation: Distillation = Distillation()
    finish: Finish = Finish()


PRESETS: dict[str, Quality] = {
    "draft": Quality(Views(steps=6, student=True), Shape(grid=96), Distillation(), Finish(faces=4000, texture_px=512)),
    "standard": Quality(),
    "high": Quality(Views(steps=32), Shape(grid=160), Distillation(), Finish(faces=20_000, texture_px=2048)),
}
PRESET_NAMES = tuple(PRESETS)


# Distillation steps after the painting of an object that is there already: there they help (docs/distillation.md), while a
# new prop and a new shape gain nothing from them.
POLISH_STEPS = {"draft": 4, "standard": 8, "high": 16}


def polish_steps(preset: str, mode: str) -> int:
    """The distillation steps that a refinement takes unless told otherwise. mode: of `protocol.Refine`."""
    return POLISH_STEPS[preset] if mode == "texture" else 0


def clean_prompt(text: str, *, may_be_empty: bool = False) -> str:
    """The prompt with outer blanks removed; raises when it is empty, too long or holds control characters."""
    if any(c in CONTROL_CHARACTERS or "\ud800" <= c <= "\udfff" for c in text):  # surrogates alone are no text
        raise problem("prompt-characters")
    text = " ".join(text.split())
    if not may_be_empty and all(unicodedata.category(c) in INVISIBLE for c in text):
        raise problem("prompt-empty")
    if len(text) > PROMPT_LIMIT:
        raise problem("prompt-too-long", length=len(text), limit=PROMPT_LIMIT)
    return text


def styled(prompt: str, style: str) -> str:
    """The prompt with the words of a style after it. A picture without a prompt takes none: its kind is read from it."""
    return ", ".join(part for part in (prompt, style.strip()) if part) if prompt else ""


def from_dict(kind: type[T], values: Mapping[str, Any]) -> T:
    """Rebuild a (nested) settings dataclass from JSON values; unknown keys raise."""
    hints = get_type_hints(kind)
    if not isinstance(values, Mapping):
        raise problem("setting-type", name=kind.__name__, expected="an object", value=repr(values)[:40])
    for name in values:
        if name not in hints:
            raise problem("setting-unknown", name=name, owner=kind.__name__)
    made = {}
    for name, value in values.items():
        wanted = hints[name]
        if is_dataclass(wanted):
            value = from_dict(wanted, value)  # type: ignore[arg-type]
        elif wanted is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        made[name] = value
    return kind(**made)


def with_budget(quality: Quality, faces: int, texture_px: int, steps: int = -1) -> Quality:
    """The preset with the artist's own face budget, texture size (0 keeps the preset's) and polish steps (-1 does)."""
    finish = replace(
        quality.finish, faces=faces or quality.finish.faces, texture_px=texture_px or quality.finish.texture_px
    )
    distillation = quality.distillation if steps == -1 else replace(quality.distillation, steps=steps)
    return replace(quality, finish=finish, distillation=distillation)
