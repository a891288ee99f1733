"""The galleries of drafts that the panel can show: which one, which draft is chosen, and the files that remember them."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from ..backend import store as stores
from ..backend.errors import PropsmithError
from ..backend.protocol import Generate, request_from_json, request_to_json
from .session import Gallery, Session, Watch

KEPT = 20  # galleries; the files of older ones go, their jobs stay in the list


def shown_or_none(session: Session) -> Gallery | None:
    """The gallery that the panel shows."""
    return session.galleries[session.gallery] if 0 <= session.gallery < len(session.galleries) else None


def browse(session: Session, by: int) -> None:
    """Show the next older (1) or newer (-1) gallery."""
    session.gallery = max(0, min(session.gallery + by, len(session.galleries) - 1))


def choose(session: Session, gallery: Gallery, place: int) -> None:
    gallery.chosen = place
    save(session, gallery)


def chosen_or_none(session: Session, gallery: Gallery) -> Watch | None:
    """The finished draft that is chosen."""
    if not 0 <= gallery.chosen < len(gallery.jobs):
        return None
    watch = session.watches.get(gallery.jobs[gallery.chosen])
    return watch if watch is not None and watch.status.state == "done" else None


def active(session: Session, gallery: Gallery) -> list[str]:
    """The drafts that wait or run."""
    return [job for job in gallery.jobs if job in session.watches and session.watches[job].active]


def folder(store: stores.Store) -> Path:
    return store.folder / "galleries"


def save(session: Session, gallery: Gallery) -> None:
    """Write the gallery whole; the oldest files beyond `KEPT` go. A full disk costs the file, not the drafts."""
    if session.store is None:
        return
    place = folder(session.store)
    with suppress(PropsmithError, OSError):
        place.mkdir(exist_ok=True)
        values = {"request": request_to_json(gallery.request), "jobs": gallery.jobs, "chosen": gallery.chosen}
        stores.write_atomic(place / f"{gallery.id}.json", json.dumps(values))
        for old in sorted(place.glob("*.json"))[:-KEPT]:
            old.unlink(missing_ok=True)


def drop(session: Session, gallery: Gallery) -> None:
    """Forget a gallery and its file; its drafts stay jobs of the list."""
    session.galleries.remove(gallery)
    browse(session, 0)
    if session.store is not None:
        with suppress(OSError):
            (folder(session.store) / f"{gallery.id}.json").unlink(missing_ok=True)


def load(session: Session) -> None:
    """Read the galleries of the store that was just opened, without those that cannot be read or whose drafts are gone."""
    session.galleries, session.gallery = [], 0
    if session.store is None:
        return
    present = set(stores.job_ids(session.store))
    for file in sorted(folder(session.store).glob("*.json"), reverse=True)[:KEPT]:
        try:
            values = stores.read_json(file)
            request = request_from_json(file.stem, values["request"])
            jobs, chosen = [str(job) for job in values["jobs"]], int(values["chosen"])
        except (OSError, ValueError, RecursionError, KeyError, TypeError, PropsmithError):
            continue
        if isinstance(request, Generate) and present & set(jobs):
            session.galleries.append(Gallery(file.stem, request, jobs, chosen))
