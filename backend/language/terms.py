"""The table of known terms of one or more words with the roles they can play, and the longest match over a prompt's words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .colours import nearest_colours
from .english import ARTICLES, COUNTS, NUMBERS, PREPOSITIONS, plural, singular, tokens
from .grammar import Grammar
from .within import said_within
from .words import FILLER, MEASURES, PATTERN_NOUNS, SYNONYMS

LONGEST = 6  # words in a term
_BREAK = re.compile(r"[,;:.!?()\[\]{}|/\n]+")
_KEY = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")  # what is one already: most of the table
_INITIALS = re.compile(r"\b(?:\w\.){2,}")  # "u.f.o."
PREPOSITION, ARTICLE, AND, COMMA, FILL, MEASURE, TERM, UNKNOWN = range(8)


@dataclass(frozen=True)
class Term:
    """A known term. kind, part: the canonical noun it may be, or "". modifiers: the canonical words it may stand for."""

    kind: str = ""
    part: str = ""
    shape: str = ""  # the word itself, where it is canonical for some kinds only ("old" of a boot, else rustic)
    modifiers: tuple[str, ...] = ()
    of_part: str = ""  # "banded": the part whose modifier stands before it
    said: tuple[str, ...] = ()  # the looks within a kind's name: that of a "wooden sign"


@dataclass(frozen=True)
class Span:
    """A piece of the prompt: its words, what it is, the term if it is one, and how likely that is meant (of a mended word)."""

    text: str
    type: int
    term: Term = Term()
    meant: float = 1.0


def key(text: str) -> str:
    """The form under which a term is found: its tokens, parted by single blanks."""
    return text if _KEY.fullmatch(text) else " ".join(tokens(text))


def term_table(grammar: Grammar) -> dict[str, Term]:
    """key -> Term, over kinds' names, parts, modifiers, their synonyms and names of colours."""
    table: dict[str, Term] = {}

    def add(text: str, **roles: object) -> None:
        old = table.get(key(text), Term())
        fresh = {role: value for role, value in roles.items() if not getattr(old, role)}
        table[key(text)] = replace(old, **fresh)  # type: ignore[arg-type]

    for kind in grammar.kinds:
        add(kind, kind=kind)
    modifiers = [*grammar.colours, *grammar.materials, *grammar.patterns, *grammar.styles, *COUNTS]
    for word in dict.fromkeys(modifiers):
        add(word, modifiers=(word,))
    for word in grammar.words:
        add(word, shape=word)
    for noun in grammar.nouns:
        add(noun, part=noun)
    forms = {w: {key(form) for form in (w, *SYNONYMS.get(w, ()))} for w in (*grammar.materials, *grammar.colours)}
    looks = set().union(*(forms[w] for w in grammar.colours), map(key, grammar.patterns))  # that any kind may have
    colours = {form: word for word in grammar.colours for form in forms[word]}
    for kind, entry in grammar.kinds.items():
        materials = {form: word for word in entry.materials if word in forms for form in forms[word]}
        own = {key(kind), *(key(name) for name in entry.names)}
        meant = looks.union(materials, map(key, entry.words))
        for name in entry.names:
            words = key(name).split()
            before = next((i for i, word in enumerate(words) if word not in meant and word != "and"), len(words))
            if any(" ".join(words[i:]) in own for i in range(1, before + 1)):
                continue  # "wooden box", "red and white lighthouse": read word by word, so that the modifiers are kept
            add(name, kind=kind, said=said_within(words, materials, colours))
    known = {*modifiers}
    for word, others in SYNONYMS.items():
        for other in others if word in known else ():
            add(other, modifiers=(word,))
    for name, (nearest, _) in nearest_colours(grammar.colours).items():
        add(name, modifiers=(nearest,))
    for word in grammar.words:
        add(word, modifiers=(word,))
    for number, word in NUMBERS.items():
        add(number, modifiers=(word,))
    for pattern, noun in PATTERN_NOUNS.items():
        if pattern in grammar.patterns:
            add(noun, modifiers=(pattern,))
    for form, term in list(table.items()):  # plurals last: "coins" may be a name of its own
        if term.kind or term.part:
            add(plural(form), kind=term.kind, part=term.part, said=term.said)
    return table


def spans(text: str, table: dict[str, Term]) -> list[Span]:
    """The prompt as spans: the longest known term at every place, small words by their use, the rest unknown."""
    found: list[Span] = []
    text = _INITIALS.sub(lambda m: m[0].replace(".", "") + " ", text)
    for piece in _BREAK.split(text):
        words, i = tokens(piece), 0
        if found and words:
            found.append(Span(",", COMMA))
        while i < len(words):
            size = next((n for n in range(min(LONGEST, len(words) - i), 0, -1) if _known(words[i : i + n], table)), 1)
            phrase = " ".join(words[i : i + size])
            found.append(_span(phrase, table))
            i += size
    return found


def _known(words: list[str], table: dict[str, Term]) -> bool:
    phrase = " ".join(words)
    return phrase in table or singular(phrase) in table or phrase in FILLER or phrase in MEASURES


def _span(phrase: str, table: dict[str, Term]) -> Span:
    if phrase in table:
        return Span(phrase, TERM, table[phrase])
    if phrase == "no":
        return Span(phrase, TERM, Term(modifiers=("no",)))
    if phrase in ARTICLES:
        return Span(phrase, ARTICLE)
    if phrase in PREPOSITIONS:
        return Span(phrase, PREPOSITION)
    if phrase in ("and", "or"):
        return Span(phrase, AND)
    if phrase in MEASURES:
        return Span(phrase, MEASURE)
    if phrase in FILLER:
        return Span(phrase, FILL)
    if singular(phrase) in table:
        return Span(phrase, TERM, table[singular(phrase)])
    part = _part_of(phrase, table)
    return Span(phrase, TERM, Term(of_part=part)) if part else Span(phrase, UNKNOWN)


def _part_of(word: str, table: dict[str, Term]) -> str:
    """The part in "banded", "rimmed", "handled"; "" if there is none."""
    if not word.endswith("ed") or " " in word:
        return ""
    stems = [word[:-2], word[:-1], word[:-3] if word[-4:-3] == word[-3:-2] else ""]
    return next((table[s].part for s in stems if s in table and table[s].part), "")
