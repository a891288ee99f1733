"""When memory runs out: the same request once more, with less of what takes memory, and the user told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from .errors import PropsmithError, from_exception
from .protocol import Event, Note, Progress, Request
from .settings import PRESETS

LOWER = {"high": "standard", "standard": "draft", "draft": "draft"}  # a draft above its preset's budget still has less


def run_or_reduced(
    run: Callable[[Request], Iterator[Event]], request: Request, release: Callable[[], None]
) -> Iterator[Event]:
    """The events of `run(request)`; where it runs out of memory, a note and then those of the reduced request.

    release: gives freed memory back before the second try. Raises what `run` raises, and out-of-memory the second time.
    """
    stage = "loading"
    try:
        for event in run(request):
            stage = event.stage if isinstance(event, Progress) else stage
            yield event
        return
    except (MemoryError, RuntimeError, PropsmithError) as error:  # what torch, numpy and the refinement say of memory
        ours = from_exception(error, stage)
        less = reduced_or_none(request) if ours.code == "out-of-memory" else None
        if less is None:
            raise
    release()  # outside the `except`: until its end the failure's frames hold on to the memory
    yield Note("reduced", f"Memory ran out during '{stage}': made once more with less, {told(less)}.")
    yield from run(less)


def told(request: Request) -> str:
    finish = request.quality.finish
    return f"{finish.texture_px} px maps, {finish.faces:,} faces, a grid of {request.quality.shape.grid}"


def reduced_or_none(request: Request) -> Request | None:
    """The request with the grid, the faces and the maps of the next lower preset; None where that is no less.

    The views stay: their memory does not depend on their settings, and the same noise then gives the same prop.
    """
    quality, lower = request.quality, LOWER[request.preset]
    limit = PRESETS[lower]
    shape = replace(quality.shape, grid=min(quality.shape.grid, limit.shape.grid))
    finish = replace(
        quality.finish,
        faces=min(quality.finish.faces, limit.finish.faces),
        texture_px=min(quality.finish.texture_px, limit.finish.texture_px),
    )
    less = replace(request, preset=lower, quality=replace(quality, shape=shape, finish=finish))
    return less if less.quality != quality else None
