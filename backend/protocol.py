"""The border: every message that crosses the job folder, defined once. Standard library only; both programs import it.

A job folder holds
    job.json       the request, written once (by `store.create_job`)
    events.jsonl   append-only, one event a line, written by the worker alone
    control.json   what the artist changes while it runs (`Control`), replaced whole
    cancel         an empty file: stop
    result/        mesh.npz, base_color.png, normal.png, roughness.png, metallic.png, edges.png, prop.glb, prop.json,
                   thumbnail.png; of a refined GLB that has them also emission.png, occlusion.png
Writers write `x.tmp`, then `os.replace`; readers take whole lines only. Unknown keys and unknown versions fail loudly.

mesh.npz holds arrays of a welded triangle mesh, origin bottom-centre, front -Y, up +Z:
    vertices (N, 3) float32, metres; faces (F, 3) int32, counter-clockwise seen from outside;
    uvs (F, 3, 2) float32, one per corner, V up (Blender's and OpenGL's convention).
It is shaded smooth but for edges whose faces turn by more than settings.CREASE_DEG.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from .errors import PropsmithError, problem
from .settings import PRESET_NAMES, PRESETS, Quality, check, clean_prompt, from_dict, setting

FORMAT = 1  # of job.json and events.jsonl; readers refuse others

STAGES = ("queued", "loading", "text", "views", "shape", "refine", "finish", "files", "done")
STATES = ("queued", "running", "done", "failed", "cancelled")


@dataclass(frozen=True)
class Generate:
    """Make a prop from a prompt, an image, or both."""

    prompt: str = ""
    negative: str = ""
    image: str = ""  # absolute path, or "" for none
    seed: int = setting(0, "Same seed, same settings, same machine: the same prop", low=0, high=2**31 - 1)
    size_m: float = setting(1.0, "Length of the prop's longest side", low=0.001, high=10_000.0, unit="m")
    prior: str = "embedded"  # a name in the priors folder, or an absolute path to a prior folder
    preset: str = setting("standard", "Quality preset", choices=PRESET_NAMES)
    quality: Quality = field(default_factory=lambda: PRESETS["standard"])
    title: str = ""

    kind = "generate"

    def __post_init__(self) -> None:
        check(self)
        clean_prompt(self.negative, may_be_empty=True)
        clean_prompt(self.prompt, may_be_empty=bool(self.image))


@dataclass(frozen=True)
class Refine:
    """Change an existing object by a prompt: its texture only, or shape and texture."""

    mesh: str = ""  # absolute path of a snapshot: mesh.npz beside its maps, or a .glb
    prompt: str = ""
    negative: str = ""
    mode: str = setting("texture", "What may change", choices=("texture", "shape"))
    keep_silhouette: float = setting(1.0, "1 keeps the silhouette, 0 frees it (shape mode)", low=0.0, high=1.0)
    seed: int = setting(0, "Same seed, same settings, same machine: the same result", low=0, high=2**31 - 1)
    prior: str = "embedded"
    preset: str = setting("standard", "Quality preset", choices=PRESET_NAMES)
    quality: Quality = field(default_factory=lambda: PRESETS["standard"])
    title: str = ""

    kind = "refine"

    def __post_init__(self) -> None:
        check(self)
        clean_prompt(self.prompt)
        clean_prompt(self.negative, may_be_empty=True)


Request = Generate | Refine
REQUESTS: dict[str, type] = {"generate": Generate, "refine": Refine}


@dataclass(frozen=True)
class Control:
    """What the artist may change while a job runs; the loop reads it between steps."""

    prompt: str = ""
    strength: float = -1.0  # < 0: leave as requested
    stop_now: bool = False
    favour_azimuth_deg: float = -1.0  # < 0: no preferred viewpoint
    guidance: float = -1.0  # the prompt's weight inside the objective; < 0: leave as requested
    light_azimuth_deg: float = -1.0  # where previews are lit from; < 0: the usual light. Colours hold no light


# --- events -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """The job is at `fraction` (0 to 1 over the whole job) in `stage`; `eta_s` < 0 means unknown."""

    stage: str
    fraction: float
    eta_s: float = -1.0
    message: str = ""
    kind = "progress"


@dataclass(frozen=True)
class Preview:
    """A picture of the present state: `image` is a file name inside the job folder. `mesh` is a light .npz or ""."""

    image: str
    mesh: str = ""
    kind = "preview"


@dataclass(frozen=True)
class Note:
    """Something the user should know that is no failure: a fallback, an unknown word and its nearest, a repair."""

    code: str
    message: str
    kind = "note"


@dataclass(frozen=True)
class Heartbeat:
    """The worker lives; written every 2 s while a job runs."""

    kind = "heartbeat"


@dataclass(frozen=True)
class Done:
    """The result folder is complete. `seconds` maps stage to seconds; `figures` holds measured facts of the prop."""

    result: str  # folder name inside the job folder, normally "result"
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    kind = "done"


@dataclass(frozen=True)
class Failed:
    """The job ended without a result; the fields are those of `errors.PropsmithError`."""

    code: str
    sentence: str
    remedy: str
    fix: str = ""
    kind = "failed"


Event = Progress | Preview | Note | Heartbeat | Done | Failed
EVENTS: dict[str, type] = {e.kind: e for e in (Progress, Preview, Note, Heartbeat, Done, Failed)}


def failed(error: PropsmithError) -> Failed:
    return Failed(**error.as_dict())


def request_to_json(request: Request) -> dict[str, Any]:
    return {"format": FORMAT, "kind": request.kind, **asdict(request)}


def request_from_json(job: str, values: Any) -> Request:
    """The request in a parsed job.json; raises job-version, job-corrupt, or the InputError of a bad setting."""
    if not isinstance(values, Mapping):
        raise problem("job-corrupt", job=job, why="job.json holds no object")
    if values.get("format") != FORMAT:
        raise problem("job-version", job=job, version=values.get("format"))
    kind = REQUESTS.get(str(values.get("kind")))
    if kind is None:
        raise problem("job-corrupt", job=job, why=f"unknown kind {values.get('kind')!r}")
    return from_dict(kind, {k: v for k, v in values.items() if k not in ("format", "kind")})


def event_to_line(event: Event, seq: int, time_s: float) -> str:
    """One line of events.jsonl, newline included. `time_s` is Unix time."""
    return json.dumps({"seq": seq, "t": round(time_s, 3), "kind": event.kind, **asdict(event)}) + "\n"


@dataclass(frozen=True)
class Stamped:
    """An event as read back, with its number and its Unix time."""

    seq: int
    time_s: float
    event: Event


def event_from_line(line: str) -> Stamped:
    """The event of one whole line; raises ValueError when the line is no event of this format, or holds wrong types."""
    values = json.loads(line)
    if not isinstance(values, dict) or str(values.get("kind")) not in EVENTS:
        raise ValueError(f"not an event: {line[:80]!r}")
    kind = EVENTS[values.pop("kind")]
    try:
        stamped = Stamped(int(values.pop("seq")), float(values.pop("t")), kind(**values))
    except (TypeError, KeyError, OverflowError) as error:
        raise ValueError(f"not an event: {error!r}") from error
    for item in fields(kind):
        value = getattr(stamped.event, item.name)
        if not _fits(value, str(item.type)):
            raise ValueError(f"not an event: {item.name} is {repr(value)[:40]}")
    return stamped


def _fits(value: Any, wanted: str) -> bool:
    """Whether a JSON value may stand in an event's field, by its annotation: str, float or dict[str, float]."""
    if wanted == "str":
        return isinstance(value, str)
    if wanted == "float":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, dict) and all(_fits(item, "float") for item in value.values())
