"""events.jsonl: append and read whole lines, pass over what a crash left half-written. Standard library only."""

from __future__ import annotations

import errno
import os
import time
from contextlib import suppress
from pathlib import Path

from .disk import writing
from .protocol import Event, Note, Stamped, event_from_line, event_to_line

CHUNK_BYTES = 1 << 20  # `read` takes at most this much at once, so that a timer's tick stays short
TAIL_BYTES = 1 << 16


def append(path: Path, event: Event) -> Stamped:
    """Append one whole line, numbered after the last. One writer at a time. Raises disk-full, folder-read-only.

    A line that a crash left half-written is closed first and stays behind as a corrupt line.
    """
    with writing(path.parent):
        handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            size = os.fstat(handle).st_size
            os.lseek(handle, max(0, size - TAIL_BYTES), os.SEEK_SET)
            tail = os.read(handle, TAIL_BYTES)
            stamped = Stamped(_last_number(tail) + 1, time.time(), event)
            line = event_to_line(event, stamped.seq, stamped.time_s).encode()
            whole = line if not tail or tail.endswith(b"\n") else b"\n" + line
            if os.write(handle, whole) < len(whole):  # a filling disk takes part of a line before it refuses
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        finally:
            os.close(handle)
    return stamped


def _last_number(tail: bytes) -> int:
    for line in reversed(tail.split(b"\n")):
        with suppress(ValueError, KeyError, RecursionError):
            return event_from_line(line.decode()).seq
    return -1


def read(path: Path, offset: int = 0) -> tuple[list[Stamped], int]:
    """The events of the whole lines after byte `offset`, and the offset to go on from. Raises OSError.

    A corrupt line becomes a Note "event-corrupt" in its place.
    """
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(CHUNK_BYTES)
    except FileNotFoundError:
        return [], 0
    whole = data.rfind(b"\n") + 1
    if not whole and len(data) == CHUNK_BYTES:
        whole = len(data)  # no event is this long: garbage, passed over in chunks
    return [_event_or_note(line) for line in data[:whole].split(b"\n") if line.strip()], offset + whole


def _event_or_note(line: bytes) -> Stamped:
    try:
        return event_from_line(line.decode())
    except (ValueError, KeyError, RecursionError) as error:
        note = Note("event-corrupt", f"A damaged line of events.jsonl was passed over ({error})."[:200])
        return Stamped(-1, 0.0, note)
