"""The rows that the panels draw: a copy of the watched jobs on the WindowManager, rebuilt after File > Open."""

from __future__ import annotations

import statistics
import time
from collections import deque
from dataclasses import replace

import bpy

from ..backend.errors import PropsmithError
from ..backend.protocol import Failed, Generate, Note
from ..backend.settings import PRESET_NAMES
from . import previews, scene
from .session import Session, Watch

STAGE_TEXT = {
    "queued": "Waiting", "loading": "Loading the model", "text": "Reading the prompt", "views": "Painting views",
    "shape": "Building the shape", "refine": "Refining", "finish": "Unwrapping and baking", "files": "Writing files",
    "done": "Done",
}  # fmt: skip

REBUILD_S = 0.01  # of opening a file


def rows() -> bpy.types.PropertyGroup:
    return bpy.context.window_manager.propsmith


def seconds_text(seconds: float) -> str:
    """'8 s', '2 min', '1.5 h': what a button or a row has room for."""
    if seconds < 60:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def row_of(watch: Watch) -> bpy.types.PropertyGroup:
    """The job's row, made in its place (newest first) on first need."""
    jobs = rows().jobs
    row = jobs.get(watch.job)
    if row is None:
        count = len(jobs)
        names = [r.name for r in jobs] if count and jobs[-1].name < watch.job else []  # else it is the oldest
        row = jobs.add()
        row.name = watch.job
        place = next((i for i, name in enumerate(names) if name < watch.job), count)
        jobs.move(count, place)
        row = jobs[place]
        if place and place <= rows().active:  # keep the same job chosen; a new job at the top is chosen itself
            rows().active += 1
    return row


def row_text(watch: Watch) -> str:
    """What the row says beside its bar."""
    status = watch.status
    if watch.error or status.state == "failed":
        return "Failed"
    if status.state == "cancelled":
        return "Cancelled"
    if watch.cancelled_at and not status.ended:
        return "Cancelling"
    if status.state == "done":
        codes = {note.code for note in status.notes}
        if "untextured" in codes:
            return "Done, without maps" if watch.imported else "Ready, without maps"
        if "reduced" in codes:
            return "Done, reduced" if watch.imported else "Ready, reduced"
        return "Done" if watch.imported else "Ready"
    text = status.message or STAGE_TEXT.get(status.stage, status.stage)
    return f"{text}, {seconds_text(status.eta_s)} left" if status.eta_s > 0 else text


def show(session: Session, watch: Watch) -> None:
    """Bring one job's row up to date."""
    row, status = row_of(watch), watch.status
    row.state = "failed" if watch.error else status.state
    row.stage, row.text, row.fraction, row.eta_s = status.stage, row_text(watch), status.fraction, status.eta_s
    row.mine, row.imported = session.is_mine(watch), watch.imported
    left = status.state == "done" and not watch.imported and not row.mine
    row.recovered = left and not session.is_draft(watch.job)  # drafts wait to be chosen, not to land
    row.notes = "\n".join(n.message for n in status.notes)
    row.seconds, row.faces = sum(status.seconds.values()), int(status.figures.get("faces", 0))
    if watch.request is not None:
        row.title, row.seed = scene.prop_name(watch.request), watch.request.seed
    else:
        row.title = watch.job
    show_error(row, watch.error or status.error)
    show_picture(session, watch, row)


def tell(session: Session, watch: Watch, code: str, sentences: list[str]) -> None:
    """Put sentences among the job's notes, as if the worker had said them."""
    if sentences:
        notes = tuple(Note(code, sentence) for sentence in sentences)
        watch.status = replace(watch.status, notes=(*watch.status.notes, *notes))
        show(session, watch)


def show_error(row: bpy.types.PropertyGroup, error: PropsmithError | Failed | None) -> None:
    row.code = error.code if error else ""
    row.sentence = error.sentence if error else ""
    row.remedy = error.remedy if error else ""
    row.fix = error.fix if error else ""


def show_picture(session: Session, watch: Watch, row: bpy.types.PropertyGroup) -> None:
    """The newest picture of the job: the result's thumbnail, or the last preview."""
    if session.store is None or watch.error:
        return
    status = watch.status
    name = f"{status.result}/thumbnail.png" if status.state == "done" else status.preview
    path = session.store.jobs / watch.job / name
    if name and path.is_file() and (seen := f"{name}:{path.stat().st_mtime_ns}") != watch.icon_seen:
        watch.icon_seen = seen
        row.icon = previews.icon(path, f"{watch.job}:{seen}")


def show_totals(session: Session) -> None:
    """The counts, the worker's state and its error."""
    mirror = rows()
    active = session.active_jobs()
    mirror.running = sum(w.status.state == "running" for w in active)
    mirror.queued = len(active) - mirror.running
    mirror.recovered = sum(r.recovered for r in mirror.jobs)
    error = session.store_error or session.worker_error
    mirror.error_code = error.code if error else ""
    mirror.error_sentence = error.sentence if error else ""
    mirror.error_remedy = error.remedy if error else ""
    mirror.error_fix = error.fix if error else ""


def learned_seconds(session: Session, preset: str) -> float | None:
    """The median time of this machine's last five props with this preset; None before the first.

    Without loading: the model stays in memory, and only the first job of a worker waits for it.
    """
    past = sorted(
        (w for w in session.watches.values() if w.status.state == "done" and isinstance(w.request, Generate)),
        key=lambda w: w.job,
    )
    times = [
        sum(s for stage, s in w.status.seconds.items() if stage != "loading")
        for w in past
        if w.request and w.request.preset == preset and w.status.seconds
    ]
    return statistics.median(times[-5:]) if times else None


def show_estimate(session: Session) -> None:
    """Learn each preset's usual time from finished jobs, for the Generate button."""
    times = {name: learned_seconds(session, name) for name in PRESET_NAMES}
    rows().estimate = "\n".join(f"{name}|{seconds_text(s)}" for name, s in times.items() if s is not None)


def estimate_of(mirror: bpy.types.PropertyGroup, preset: str) -> str:
    """'about 12 s', or '' before the first prop of a preset."""
    for line in mirror.estimate.splitlines():
        name, _, text = line.partition("|")
        if name == preset:
            return f"about {text}"
    return ""


def forget(job: str) -> None:
    """Take a removed job's row away."""
    mirror = rows()
    place = mirror.jobs.find(job)
    if place >= 0:
        mirror.jobs.remove(place)
        mirror.active = max(0, min(mirror.active, len(mirror.jobs) - 1))
    previews.drop(f"{job}:")


def rebuild(session: Session) -> None:
    """Fill an empty mirror from what is known: after File > Open, which empties the WindowManager.

    The newest rows at once, the others in the ticks that follow: opening a file waits for no list of jobs.
    """
    rows().jobs.clear()
    session.unshown = deque(sorted(session.watches, reverse=True))
    for watch in session.watches.values():
        watch.icon_seen = ""
    show_waiting(session, time.perf_counter() + REBUILD_S)
    show_estimate(session)


def show_waiting(session: Session, deadline: float) -> bool:
    """Show jobs whose rows are still missing, newest first, until `deadline` (perf_counter seconds); True when any was."""
    waiting = bool(session.unshown)
    while session.unshown and time.perf_counter() < deadline:
        watch = session.watches.get(session.unshown.popleft())
        if watch is not None:
            show(session, watch)
    if waiting:
        show_totals(session)
    return waiting


def redraw() -> None:
    """Ask the sidebars of 3D viewports to draw again, and the status bars."""
    for window in bpy.context.window_manager.windows:
        for area in window.screen.areas:
            if area.type == "VIEW_3D":
                for region in area.regions:
                    if region.type == "UI":
                        region.tag_redraw()
            elif area.type == "STATUSBAR":
                area.tag_redraw()
