"""Cleaning up the store: which jobs may go in one sweep, how much of the disk that frees, and their removal."""

from __future__ import annotations

import os
from pathlib import Path

from ..backend.errors import PropsmithError
from . import fill_lists, mirror, requests
from .session import Session, Watch


def candidates(session: Session, which: str) -> list[str]:
    """The jobs that may go, oldest first. which: "failed" and cancelled ones; "landed": those and props that are in a scene;
    "all": everything that has ended.

    What is waited for stays whatever is asked: running and queued jobs, results about to land, places of a fill.
    """
    placed = fill_lists.jobs()
    return sorted(
        job
        for job, watch in session.watches.items()
        if job not in placed and goes(watch, which) and not about_to_land(session, watch)
    )


def about_to_land(session: Session, watch: Watch) -> bool:
    return watch.status.state == "done" and not watch.imported and watch.job in session.landings


def goes(watch: Watch, which: str) -> bool:
    if watch.active:
        return False
    if watch.error is not None and watch.error.code == "job-version":
        return False  # another version's: kept for it
    if watch.error is not None or watch.status.state != "done":
        return True
    return which == "all" or (which == "landed" and watch.imported)


def bytes_of(folder: Path) -> int:
    """What the files below a folder take; 0 where there is none."""
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue  # removed meanwhile, or not ours to read
    return total


def size_of(session: Session, jobs: list[str]) -> int:
    """Bytes of these jobs' folders. Raises the store's errors."""
    folder = requests.opened(session).jobs
    return sum(bytes_of(folder / job) for job in jobs)


def remove(session: Session, jobs: list[str]) -> int:
    """Remove these jobs and their files; how many went. One that cannot be removed stays in the list and stops no other."""
    gone = 0
    for job in jobs:
        try:
            requests.remove(session, job)
            gone += 1
        except PropsmithError:
            continue
    mirror.show_totals(session)
    return gone


def told(size: int) -> str:
    """'340 MB', '1.2 GB'."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
