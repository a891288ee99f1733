"""Jobs and the file that is open: which results land in it by themselves, those of a session that is gone among them."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import bpy

from ..backend import store as stores
from ..backend.errors import PropsmithError
from . import ghosts, live, returning, snapshot
from .session import Landing, Session, Watch

AUTOSAVE = re.compile(r"(.+)_\d+_autosave\.blend")


def forget_other_files(session: Session) -> None:
    """After File > Open: what this file waits for neither by a ghost nor by the object to refine lands nowhere by itself."""
    there = ghosts.waiting()
    for job, landing in list(session.landings.items()):
        if returning.still_wanted(session, job):
            session.landings[job] = replace(landing, uid=returning.uid_of(landing.target))
        elif job in there and there[job].users_scene:
            session.landings[job] = landing_of(there[job])  # the scenes of a file just read are other ones
        else:
            del session.landings[job]
    take_over(session, list(session.watches.values()), other_file=True)
    sweep(session)


def take_over(session: Session, watches: Iterable[Watch], other_file: bool = False) -> None:
    """Let jobs land here that this file waits for and whose session has ended: after a crash, saved in mid-job, or when
    the extension was disabled and enabled again. other_file: one has just been opened.

    A job of another Blender that still runs stays its own, also where the same file is open in both.
    """
    there = ghosts.waiting()
    for watch in watches:
        if not is_left_behind(session, watch):
            continue
        ghost = there.get(watch.job)
        if ghost is not None and ghost.users_scene:
            session.landings[watch.job] = landing_of(ghost)
        taken = taken_here_or_none(watch, other_file) if ghost is None and returning.is_refine(watch) else None
        if taken is not None:
            returning.follow(session, watch.job, taken)


def landing_of(ghost: bpy.types.Object) -> Landing:
    """A prop lands where its ghost, which is in a scene, stands; nobody knows any more what was selected."""
    x, y, z = ghosts.box(ghost).foot
    return Landing(ghost.users_scene[0].session_uid, (float(x), float(y), float(z)), frozenset())


def taken_here_or_none(watch: Watch, other_file: bool) -> snapshot.Snapshot | None:
    """What a refine job was made from, when that is an object of the open file or of the file it is an autosave of.

    A file that was never saved is known only as the one that this Blender had open when the job was asked for.
    """
    try:
        taken = snapshot.read(getattr(watch.request, "mesh", ""))
    except PropsmithError:
        return None
    never_saved = not (other_file or taken.file or bpy.data.filepath) and is_own_process(watch.owner)
    return taken if taken.object in bpy.data.objects and (never_saved or is_open(taken.file)) else None


def is_open(path: str) -> bool:
    """Whether the open file is the one of this path, or Blender's autosave of it ("scene_1234_autosave.blend")."""
    autosave = AUTOSAVE.fullmatch(Path(bpy.data.filepath).name)
    return bool(path) and (path == bpy.data.filepath or bool(autosave and autosave[1] == Path(path).stem))


def is_left_behind(session: Session, watch: Watch) -> bool:
    """Whether a job may still come to something, and the session that asked for it has ended."""
    if watch.job in session.landings or watch.imported or watch.error or watch.request is None:
        return False
    if watch.status.state in ("failed", "cancelled") or session.is_mine(watch):
        return False
    return is_own_process(watch.owner) or owner_is_gone(watch.owner)


def is_own_process(owner: str) -> bool:
    """Whether a session ("host:pid:token") ran, or runs, in this Blender."""
    return owner.rsplit(":", 1)[0] == f"{socket.gethostname()}:{os.getpid()}"


def owner_is_gone(owner: str) -> bool:
    """Whether a session ran on this computer and its process has ended; False where that is not known."""
    host, pid, _ = owner.rsplit(":", 2) if owner.count(":") >= 2 else ("", "", "")
    return host == socket.gethostname() and pid.isdigit() and not stores.process_start(int(pid))


def sweep(session: Session) -> None:
    """Remove what stands in the file for jobs that land here no more, once all jobs of the store have been read."""
    if session.store is not None and not session.unread:
        ghosts.remove_orphans(set(session.landings))
        live.remove_orphans(set(session.landings))
