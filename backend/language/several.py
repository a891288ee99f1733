"""Several props in one prompt: "a table with two chairs", "a stack of crates", "a bowl of apples"; each has words of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .company import FULL_OF, HOLDING, IN, ON
from .english import COUNTS, article, singular
from .grammar import STACKED, Grammar
from .heads import Chunk
from .terms import FILL, MEASURE, TERM, Span

MANY = 0  # of a count: as many as fit
HEAPED = {  # word -> how the things stand, and how many where it is not said
    "stack": ("stack", 3),
    "tower": ("stack", 4),
    "pile": ("pile", 6),
    "heap": ("pile", 6),
    "mound": ("pile", 6),
    "row": ("row", 4),
    "line": ("row", 4),
    "pair": ("group", 2),
    "couple": ("group", 2),
    "group": ("group", 3),
    "set": ("group", 4),
}
LISTED = ("and", ",")
BESIDE = (*LISTED, "beside", "near", "by", "behind", "against")
HOLDS = ("of", *HOLDING)
FLAT = ("wall segment", "door", "window", "gate", "fence", "mirror")  # nothing stands on them: it hangs there
TABLES = ("table", "round table", "desk")
NARROW = ("bottle", "potion bottle", "canteen", "teapot", "kettle", "jug", "gift box", "milk carton")  # nothing goes in
SEATS = ("chair", "stool", "bench", "armchair", "office chair", "rocking chair")
ASSORTED = {  # general words for what a vessel may be full of: kinds, and how many of each
    "fruit": (("apple", "orange", "pear", "banana"), 2),
    "vegetable": (("carrot", "tomato", "corn", "pumpkin"), 2),
    "grocery": (("bread loaf", "apple", "cheese", "bottle"), 1),
    "sweet": (("candy", "lollipop", "donut"), 3),
    "toy": (("ball", "teddy bear", "toy block"), 1),
    "tool": (("hammer", "wrench", "screwdriver"), 1),
    "weapon": (("sword", "axe", "spear"), 1),
    "treasure": (("coin pile", "gem", "crown", "goblet"), 1),
}
SEVERAL = {"in": MANY, "on": MANY, "around": 4}  # how many where the noun is a plural and nothing else is said
FEW = 3


@dataclass(frozen=True)
class Member:
    """One of several props, or some alike.

    phrase: a prompt for one of it; kind: its kind; count: how many, or MANY. relation: how it stands to the member number `to`
    ("on", "in", "around"), or "beside" those before it (`to` is -1). heap: how several of it stand ("stack", "pile", "row",
    "group").
    """

    phrase: str
    kind: str
    count: int = 1
    relation: str = "beside"
    to: int = -1
    heap: str = "group"

    @property
    def told(self) -> str:
        """As users are told it: "a table", "4 x a chair"; of many it is not known yet how many there will be."""
        return (
            f"{self.count} x {self.phrase}"
            if self.count > 1
            else f"{self.phrase} or more"
            if self.count == MANY
            else self.phrase
        )


@dataclass(frozen=True)
class _Named:
    """What a chunk names: the kind and the part that its noun may be, its words for one of it, how many are said (None: nothing
    is said), whether several are meant and whether even one is called by a plural."""

    kind: str
    part: str
    words: tuple[str, ...]
    count: int | None
    plural: bool
    is_plural: bool


@dataclass
class _Draft:
    """The members as they grow, each with what names it and how several of it stand.

    open: from which on those listed are still to be told what they stand on; last: how the one before stands to what; shut: what
    is listed now is no prop.
    """

    named: list[_Named] = field(default_factory=list)
    words: list[list[str]] = field(default_factory=list)
    stands: list[tuple[str, int]] = field(default_factory=list)
    heaps: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    open: int = 0
    last: tuple[str, int] = ("beside", -1)
    shut: bool = False

    def add(self, named: _Named, heap: str, relation: str, to: int) -> None:
        self.named.append(named)
        self.words.append(list(named.words))
        self.stands.append((relation, to))
        self.heaps.append(heap or "group")
        self.last, self.shut = (relation, to), False

    def onto(self, relation: str, base: int) -> None:
        """Put what was listed last on, in or around the member `base`."""
        for i in range(self.open, base):
            if self.stands[i][0] == "beside":
                self.stands[i] = relation, base
        self.open = base

    def members(self) -> list[Member]:
        found = []
        for named, words, (relation, to), heap in zip(self.named, self.words, self.stands, self.heaps, strict=True):
            often = SEVERAL.get(relation, FEW) if named.plural and len(self.named) > 1 else 1
            phrase = " ".join([*self.styles, *words])
            phrase = phrase if named.is_plural else f"{article(phrase)} {phrase}"
            found.append(Member(phrase, named.kind, often if named.count is None else named.count, relation, to, heap))
        return found


def several(chunks: Sequence[Chunk], grammar: Grammar) -> tuple[Member, ...]:
    """The props of a prompt that names several, in the order said; () where it names one, or what cannot be put together."""
    draft, i = _Draft(), 0
    while i < len(chunks):
        chunk, after = chunks[i], chunks[i + 1] if i + 1 < len(chunks) else Chunk("")
        heap, named = "", _named(chunk, grammar)
        word = chunk.spans[-1].text
        inner = _named(after, grammar) if after.lead == "of" and word in HEAPED else None
        if inner is not None and (inner.plural or inner.count):
            heap, often = HEAPED[word]
            named, i = replace(inner, count=inner.count or often), i + 1
        if not _joined(draft, chunk, named, heap, chunks[i + 1 :], grammar):
            return ()
        i += 1
    members = draft.members()
    alone = len(members) == 1 and members[0].count == 1
    return () if alone else tuple(members)


def _joined(
    draft: _Draft, chunk: Chunk, named: _Named | None, heap: str, rest: Sequence[Chunk], grammar: Grammar
) -> bool:
    """Join a chunk to the draft; whether that can be done."""
    said = [span.text for span in chunk.spans]
    if not draft.named:
        if named is None:
            draft.styles += said
            return all(span.type in (TERM, FILL, MEASURE) and not span.term.kind for span in chunk.spans)
        draft.add(named, heap, "beside", -1)
        return True
    if chunk.lead in (*ON, *IN) and said in (["it"], ["top"], ["them"]):
        return True
    heaped = HEAPED.get(said[-1]) if chunk.lead in IN and named is None else None
    if heaped:
        draft.heaps[-1], draft.named[-1] = heaped[0], replace(draft.named[-1], count=draft.named[-1].count or heaped[1])
        return True
    if _assorted(draft, chunk, grammar):
        return True
    relation = _relation(draft, chunk.lead, named, rest, grammar) if named is not None else None
    if named is None or relation is None:
        draft.words[-1] += [chunk.lead] * (chunk.lead not in LISTED or chunk.lead == "and") + said
        draft.shut = draft.shut or (named is not None)
        return True
    how, base = relation
    if base == len(draft.named):  # what was said before stands on, in or around this
        draft.add(named, heap, "beside", -1)
        draft.onto(how, base)
        draft.last = ("beside", -1)
    else:
        named = replace(named, count=MANY) if chunk.lead in ("of", *FULL_OF) and named.count is None else named
        draft.add(named, heap, how, base)
        draft.open = len(draft.named) - 1 if how == "beside" and chunk.lead not in LISTED else draft.open
    return True


def _assorted(draft: _Draft, chunk: Chunk, grammar: Grammar) -> bool:
    """Whether the member before is a vessel that is full of things of a general name; they are added."""
    base, word = len(draft.named) - 1, singular(chunk.spans[-1].text)
    if chunk.lead not in HOLDS or word not in ASSORTED or not _holds(draft.named[base].kind, grammar):
        return False
    kinds, count = ASSORTED[word]
    for kind in (kind for kind in kinds if kind in grammar.kinds):
        draft.add(_Named(kind, "", (kind,), count, True, False), "", "in", base)
    return True


def _relation(
    draft: _Draft, lead: str, named: _Named, rest: Sequence[Chunk], grammar: Grammar
) -> tuple[str, int] | None:
    """How what a chunk names stands, and to which member: the next one to come is what those before stand on. None: a part, or
    no prop of its own."""
    before, here = draft.named[-1], len(draft.named)
    own = grammar.kinds[before.kind].nouns
    if (named.part in own and lead not in ON) or named.kind == before.kind:
        return None
    one = not named.plural or named.count is not None
    if lead in ON:
        return ("on", here) if one and named.kind not in FLAT else None
    if lead in IN:
        return ("in", here) if one and (_holds(named.kind, grammar) or named.kind == "rock") else None
    if lead == "around":
        return ("around", here) if one else None
    if lead in HOLDS:
        how = _held(lead, before.kind, named, _marker(rest), grammar)
        return (how, here - 1) if how else None
    if lead in BESIDE:
        if draft.shut and lead in LISTED:
            return None
        if lead in LISTED and draft.last[1] >= 0:
            return draft.last
        if before.kind in TABLES and named.kind in SEATS and lead == "and":
            return "around", here - 1
        if before.kind in SEATS and named.kind in TABLES and lead == "and" and one:
            return "around", here
        return "beside", -1
    return None


def _holds(kind: str, grammar: Grammar) -> bool:
    return grammar.holds(kind) and kind not in NARROW


def _held(lead: str, base: str, named: _Named, marker: str, grammar: Grammar) -> str:
    """How something stands to the thing that is said to be with it; "" where it is rather a part."""
    role = any(grammar.may(named.kind, r) for r in ("content", "carried"))
    if lead in ("of", *FULL_OF):
        return "in" if _holds(base, grammar) and role else ""
    if marker:
        return "" if marker == "in" and base in NARROW else marker
    if _holds(base, grammar) and role and not grammar.may(base, "support"):
        return "in"
    if grammar.may(base, "support") and grammar.may(named.kind, "carried"):
        return "on"
    return "around" if base in TABLES and named.kind in SEATS else ""


def _marker(rest: Sequence[Chunk]) -> str:
    """The "on" of "on it" that closes a list, or the "in" of "in it"; "" without one."""
    for chunk in rest:
        if chunk.lead in (*ON, *IN) and [span.text for span in chunk.spans] in (["it"], ["top"], ["them"]):
            return "on" if chunk.lead in ON else "in"
        if chunk.lead not in LISTED:
            break
    return ""


def _named(chunk: Chunk, grammar: Grammar) -> _Named | None:
    """The prop that a chunk names outright by its last noun, or None."""
    spans = [span for span in chunk.spans if span.type not in (FILL, MEASURE)]
    if not spans or not spans[-1].term.kind:
        return None
    head, looks = spans[-1], spans[:-1]
    one = singular(head.text)
    counts = [word for span in looks for word in span.term.modifiers if word in COUNTS]
    plural = one != head.text
    if head.term.modifiers and not chunk.article and not counts and not plural:
        return None  # "of stone", "in gold"
    count = COUNTS.index(counts[0]) + 1 if counts and plural else None
    if not _may_be_one(head, one, grammar):
        plural, one, count = False, head.text, None
    kept = [s.text for s in looks if not (plural and set(s.term.modifiers) & {*COUNTS}) and s.text != STACKED]
    return _Named(head.term.kind, head.term.part, (*kept, one), count, plural, one == head.text != singular(one))


def _may_be_one(head: Span, one: str, grammar: Grammar) -> bool:
    """Whether the singular names the same kind: "coins" alone may be a pile."""
    entry = grammar.kinds[head.term.kind]
    return one == head.text or one == head.term.kind or head.text not in (head.term.kind, *entry.names)
