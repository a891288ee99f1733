"""One of the props that a prompt names, as it is read and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .standing import MANY


@dataclass(frozen=True)
class Member:
    """One of several props, or some alike.

    phrase: a prompt for one of it; kind: its kind; count: how many, or MANY. relation: how it stands to the member number `to`
    (one of `ways.WAYS`, or "hung" there), or "beside" those before it (`to` is -1). heap: how several of it stand ("stack",
    "pile", "row", "group"). open: it is opened, for what lies in it or because it is said to be open.
    """

    phrase: str
    kind: str
    count: int = 1
    relation: str = "beside"
    to: int = -1
    heap: str = "group"
    open: bool = False

    @property
    def told(self) -> str:
        """As users are told it: "a table", "4 x a chair"; of many it is not known yet how many there will be."""
        if self.count > 1:
            return f"{self.count} x {self.phrase}"
        one = self.phrase.startswith(("a ", "an "))  # coins are many already
        return f"{self.phrase} or more" if self.count == MANY and one else self.phrase


def is_one(members: Sequence[Member]) -> bool:
    """Whether they are no more than one prop, which may be opened."""
    return len(members) == 1 and members[0].count == 1
