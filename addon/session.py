"""What this Blender knows while it runs: the store, the watched jobs, where results land, its worker's process."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from ..backend.errors import PropsmithError
from ..backend.protocol import Generate, Request
from ..backend.readings import Reading
from ..backend.store import JobEntry, JobStatus, Store
from .environment import Installer
from .geometry import Geometry
from .scene import Parts


@dataclass
class Watch:
    """One job of the store as far as it has been read. `offset` is the byte up to which its events are known."""

    job: str
    request: Request | None
    owner: str
    imported: bool
    error: PropsmithError | None = None  # of the folder itself: corrupt, foreign, too new
    status: JobStatus = field(default_factory=JobStatus)
    offset: int = 0
    read_at: float = 0.0  # monotonic seconds
    cancelled_at: float = 0.0  # monotonic seconds at which this Blender asked for the cancel
    icon_seen: str = ""  # what the thumbnail was last loaded from

    @property
    def active(self) -> bool:
        return self.error is None and not self.status.ended


@dataclass(frozen=True)
class Landing:
    """Where a job's result goes by itself, fixed when it was asked for. `location` is the scene's 3D cursor then."""

    scene: int  # its `session_uid`, for the name may change and another scene get it; 0 where an object is the target
    location: tuple[float, float, float]
    selection: frozenset[str]  # names of the objects selected then: if they still are, the prop becomes the selection
    target: str = ""  # name of the object that a refinement goes onto
    uid: int = 0  # its session_uid, which no other object has until a file is opened; 0: any of that name


@dataclass(frozen=True)
class Paste:
    """The system's tool at work on the clipboard's picture. `begun_at` is in monotonic seconds."""

    process: subprocess.Popen[bytes]
    path: Path
    scene: str
    begun_at: float


@dataclass
class Gallery:
    """Drafts of one wish to choose from. `request` is the wish at full quality; `chosen` a place among `jobs`, or -1."""

    id: str
    request: Generate
    jobs: list[str]
    chosen: int = -1


@dataclass
class Session:
    """All run-time state of the add-on; lost on quit without loss, since the store is the truth."""

    owner: str
    store: Store | None = None
    watches: dict[str, Watch] = field(default_factory=dict)
    unread: deque[str] = field(default_factory=deque)
    unshown: deque[str] = field(default_factory=deque)  # watched jobs whose rows are still missing after File > Open
    landings: dict[str, Landing] = field(default_factory=dict)
    ghosts: set[str] = field(default_factory=set)  # jobs whose ghosts stood in the file before an undo or a redo
    prepared: dict[str, Parts] = field(
        default_factory=dict
    )  # job -> what its prop is made of, built and not linked yet
    faces: tuple[str, Geometry] | None = None  # job whose prop goes into its kept place, and its checked faces
    step_due: str = ""  # name of the undo step that the next tick pushes, of what this one has shown
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    log_size: int = 0  # of the worker's log when it was started
    start_failures: int = 0
    silent_restarts: int = 0
    dismissed: int = 0  # pid of a worker of an earlier version that was asked to leave
    listed_at: float = 0.0
    readings: dict[str, Reading] = field(default_factory=dict)  # prompt -> what the prior reads in it
    wish: str = ""  # the prompt that the worker is asked about
    wished_at: float = 0.0  # monotonic seconds; 0 before the question is put
    wish_is_late: bool = False  # the panel says what it is waiting for
    galleries: list[Gallery] = field(default_factory=list)  # newest first
    gallery: int = 0  # the one that the panel shows
    paste: Paste | None = None
    setup: Installer | None = None
    setup_offset: int = 0
    moving: bool = False  # the store's files are being copied to another place: nobody opens it
    worker_error: PropsmithError | None = None
    store_error: PropsmithError | None = None

    def watch(self, entry: JobEntry) -> Watch:
        """Begin to watch a job, or return the watch there is."""
        known = self.watches.get(entry.job)
        if known is None:
            known = Watch(entry.job, entry.request, entry.owner, entry.imported, entry.error)
            self.watches[entry.job] = known
        return known

    def is_mine(self, watch: Watch) -> bool:
        return watch.owner == self.owner

    def is_draft(self, job: str) -> bool:
        return any(job in gallery.jobs for gallery in self.galleries)

    def active_jobs(self) -> list[Watch]:
        return [w for w in self.watches.values() if w.active]


_current: list[Session] = []


def current() -> Session:
    """This Blender's session; made on first use, dropped by `forget`."""
    if not _current:
        _current.append(Session(f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"))
    return _current[0]


def forget() -> None:
    _current.clear()
