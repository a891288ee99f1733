"""The looks that a kind's name says itself: a "wooden sign" is a signpost, and wooden."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

LONGEST = 3  # words in a material's or a colour's name


def said_within(words: Sequence[str], materials: Mapping[str, str], colours: Mapping[str, str]) -> tuple[str, ...]:
    """The canonical materials in a name of several words, and the colours that it begins with: the red of a "gnome with a red
    hat" is the hat's. materials, colours: those that the kind may have, each by every form it may be said in."""
    found: list[str] = []
    at, leading = 0, True
    while at < len(words) and len(words) > 1:
        sizes = range(min(LONGEST, len(words) - at), 0, -1)
        known = {**materials, **colours} if leading else materials
        size = next((n for n in sizes if " ".join(words[at : at + n]) in known), 0)
        if size:
            found.append(known[" ".join(words[at : at + size])])
        leading &= bool(size)
        at += size or 1
    return tuple(dict.fromkeys(found))


def with_said(apart: Sequence[str], said: Sequence[str], sorts: Sequence[Collection[str]]) -> list[str]:
    """The modifiers said apart and, of each sort (colours, materials) of which none was, those said within the name."""
    left = [word for word in said for sort in sorts if word in sort and set(apart).isdisjoint(sort)]
    return [*apart, *(word for word in left if word not in apart)]
