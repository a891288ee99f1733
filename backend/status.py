"""What a job's events add up to: state, stage, progress, notes and end, one event at a time. Standard library only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from .protocol import Done, Failed, Note, Preview, Progress, Stamped

ENDS = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class JobStatus:
    """A job as the list of jobs shows it. `state` is one of protocol.STATES, `stage` one of protocol.STAGES.

    eta_s < 0: unknown. last_seen: Unix time of the newest event of any kind, 0 before the first.
    preview, preview_mesh, result: names inside the job folder, "" for none. error: set when failed or cancelled.
    """

    state: str = "queued"
    stage: str = "queued"
    fraction: float = 0.0
    eta_s: float = -1.0
    message: str = ""
    preview: str = ""
    preview_mesh: str = ""
    notes: tuple[Note, ...] = ()
    error: Failed | None = None
    result: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    last_seen: float = 0.0

    @property
    def ended(self) -> bool:
        return self.state in ENDS


def advance(status: JobStatus, stamped: Stamped) -> JobStatus:
    """The status after one more event. After an end only a return to the queue (stage "queued") changes the state."""
    event, seen = stamped.event, max(status.last_seen, stamped.time_s)
    status = replace(status, last_seen=seen)
    match event:
        case Progress(stage="queued"):
            return JobStatus(notes=status.notes, message=event.message, last_seen=seen)
        case Note():
            return replace(status, notes=(*status.notes, event))
        case Progress() if not status.ended:
            fraction = min(max(0.0, event.fraction), 1.0)  # in this order NaN becomes 0
            running = replace(status, state="running", stage=event.stage, fraction=fraction)
            return replace(running, eta_s=event.eta_s, message=event.message)
        case Preview() if not status.ended:
            return replace(status, preview=event.image, preview_mesh=event.mesh or status.preview_mesh)
        case Done() if not status.ended:
            ended = replace(status, state="done", stage="done", fraction=1.0, eta_s=0.0, message="")
            return replace(ended, result=event.result, seconds=event.seconds, figures=event.figures)
        case Failed() if not status.ended:
            state = "cancelled" if event.code == "cancelled" else "failed"
            return replace(status, state=state, eta_s=-1.0, message="", error=event)
    return status


def state_of(events: Iterable[Stamped]) -> JobStatus:
    """The status that all of a job's events, in order, add up to."""
    status = JobStatus()
    for stamped in events:
        status = advance(status, stamped)
    return status
