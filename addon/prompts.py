"""The prompt as it is typed: completions of its last word, and what the prior reads in it, asked of the worker at once."""

from __future__ import annotations

import time

import bpy

from ..backend import readings
from ..backend.completions import completions
from ..backend.errors import PropsmithError
from ..backend.settings import PROMPT_LIMIT
from .session import Session, current

PRIOR = "embedded"  # the prior of the panel's requests
LATE_S = 10.0  # a worker at hand answers in a second; after this the panel says what is being waited for
KEPT = 100  # readings of this session


def suggest(_settings, _context, text: str) -> list[tuple[str, str]]:
    """Blender's search callback of a prompt field: whole prompts that continue the typed one, with what the word is.

    The typed one stands first: Blender takes a lone suggestion for chosen when Return is pressed.
    """
    found = completions(text)
    return [(text, ""), *found] if found else []


def field(description: str, **options: object) -> object:
    """The Blender property of a prompt field that completes its last word."""
    named = {"name": "Prompt"} | options
    return bpy.props.StringProperty(description=description, search=suggest, search_options={"SUGGESTION"}, **named)


def wish(settings: bpy.types.PropertyGroup, context: bpy.types.Context) -> None:
    """Blender's update callback of a prompt field: have the prompt read, which also starts the worker that will be needed."""
    from . import pump  # it imports us

    session, prompt = current(), settings.prompt.strip()
    wanted = context.window_manager.propsmith.ready and prompt and len(prompt) <= PROMPT_LIMIT
    session.wish, session.wished_at = ("", 0.0) if not wanted or prompt in session.readings else (prompt, 0.0)
    session.wish_is_late = False
    if session.wish:
        pump.start()


def step(session: Session) -> bool:
    """One tick: put the question, or take its answer; True when there is something new to show."""
    if session.store is None:
        session.wish = ""
    if not session.wish or session.store is None:
        return False
    found = readings.answer_or_none(session.store, PRIOR, session.wish)
    if found is not None:
        while len(session.readings) >= KEPT:
            session.readings.pop(next(iter(session.readings)))
        session.readings[session.wish], session.wish = found, ""
        return True
    if not session.wished_at:
        session.wished_at = time.monotonic()
        try:
            readings.ask(session.store, PRIOR, session.wish)
        except PropsmithError:
            session.wish = ""  # a full disk is told when Generate is pressed
    elif session.worker_error is not None:  # nobody will answer; while a worker lives or starts it is waited for
        readings.take_back(session.store, PRIOR, session.wish)
        session.wish = ""
        return True
    else:
        late = time.monotonic() - session.wished_at > LATE_S
        late, session.wish_is_late = late and not session.wish_is_late, late
        return late
    return False


def usual_m(settings: bpy.types.PropertyGroup) -> float:
    """How large what the panel asks for usually is, longest side, m; 0 where that is not known, as of what a picture shows."""
    found = None if settings.image else reading_or_none(settings.prompt)
    return found.usual_m if found else 0.0


def reading_or_none(prompt: str) -> readings.Reading | None:
    """What is known of a prompt so far; for draw functions."""
    return current().readings.get(prompt.strip())


def being_read(prompt: str) -> bool:
    return bool(prompt) and current().wish == prompt.strip()


def is_late() -> bool:
    """Whether the answer takes longer than a worker at hand needs."""
    return current().wish_is_late
