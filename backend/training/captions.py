"""What is said of a prop: a random, always true subset of its facts as a Brief, and the vocabulary of all there is to say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ..language.brief import ITEMS, MODIFIERS, Brief, Item, Vocabulary
from ..language.english import ARTICLES, COUNTS, PREPOSITIONS, singular
from .kinds import KINDS
from .paints import COLOURS, MATERIALS, PATTERN_WORDS, Paint
from .programs import SLOT, STYLES, Builder, Slot, main_slot

# Words of a main slot that mean the whole prop: its paint is said of the kind itself.
WHOLE = frozenset(("body", "main", "whole", "base body", "frame body", "surface", "shell"))
EMPTY = frozenset(("no", "and", "made", "taken", "out", "each", "it", "things", "itself"))  # say nothing in a phrase
UNSAID = frozenset(("food",))  # true, but nobody says "a food apple"
_STUFF = frozenset((*MATERIALS, *COLOURS))
STACK_WORD = "stacked"  # said of every stack of one kind
SURVEY_SEEDS = 6  # per kind and style: a phrase said of one prop in ten is met with 98 %
SHORT, MEDIUM = 0.45, 0.35  # shares of short and of medium captions; the rest say everything


@dataclass(frozen=True)
class Facts:
    """All that is true of one prop: modifiers of the kind by topic, and named items with theirs."""

    own: dict[str, tuple[str, ...]]  # topic -> words said together
    parts: dict[str, dict[str, tuple[str, ...]]]  # noun -> topic -> words
    main_noun: str  # the main slot's own noun, "" when it means the whole prop


def used_slots(builder: Builder) -> dict[str, Slot]:
    """The slots that at least one row paints: captions speak of these only."""
    names = list(builder.slots)
    used = {names[int(row[SLOT])] for row in builder.rows}
    return {name: slot for name, slot in builder.slots.items() if name in used}


def read_phrase(phrase: str, nouns: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The items of a phrase about geometry: "with three drawers and a lid" -> {"drawer": ("three",), "lid": ()}.

    Each clause counts up to its second preposition ("with a mirror on top"). The noun is the longest ending of it among
    `nouns`, else a known noun before a state ("its lid open"), else its last word. "without a lid" -> {"lid": ("no",)}.
    """
    found: dict[str, tuple[str, ...]] = {}
    words = phrase.lower().replace(",", " and ").split()
    absent = "without" in words or "no" in words
    for clause in " ".join(words).split(" and "):
        kept: list[str] = []
        for word in clause.split():
            if word in PREPOSITIONS and kept:
                break
            if word not in PREPOSITIONS and word not in ARTICLES and word not in EMPTY:
                kept.append(word)
        if not kept:
            continue
        cut = next((i for i in range(len(kept)) if singular(" ".join(kept[i:])) in nouns), len(kept) - 1)
        noun, rest = " ".join(kept[cut:]), kept[:cut]
        if singular(noun) not in nouns and singular(kept[0]) in nouns:
            noun, rest = kept[0], kept[1:]
        if singular(noun) in nouns or noun not in _STUFF:  # "made of steel" names no part
            found[singular(noun)] = (*(("no",) if absent else ()), *rest)
    return found


def nouns_of(slot: Slot) -> tuple[str, ...]:
    """The slot's word in the singular; "arms and legs" names two."""
    return tuple(singular(word) for word in slot.word.lower().split(" and "))


def facts_of(kind: str, slots: Mapping[str, Slot], paints: Mapping[str, Paint], phrases: Sequence[str],
             adjectives: Sequence[str], style: str) -> Facts:  # fmt: skip
    """Everything that may be said of a prop, and nothing that is untrue."""
    main = main_slot(slots)
    own: dict[str, tuple[str, ...]] = {}
    if main in paints:
        own |= _paint_facts(paints[main])
    if style and style != "plain":
        own["style"] = (style,)
    own |= {f"adjective {a}": (a,) for a in dict.fromkeys(adjectives) if a != "plain"}
    main_noun = nouns_of(slots[main])[0] if main else ""
    if main_noun in WHOLE or main_noun in kind.split() or main_noun == kind:
        main_noun = ""
    parts: dict[str, dict[str, tuple[str, ...]]] = {}
    told: dict[str, set[tuple[str, str]]] = {}
    for name, noun in [(name, noun) for name, slot in slots.items() for noun in nouns_of(slot)]:
        if name == main or name not in paints or noun in WHOLE or noun == kind:
            continue
        paint = paints[name]
        told.setdefault(noun, set()).add((paint.colour, paint.material))
        parts[noun] = {k: v for k, v in _paint_facts(paint).items() if k in ("colour", "material")}
    for noun, looks in told.items():
        if len(looks) > 1 or noun == main_noun:
            parts[noun] = {}  # two slots of one name look different: neither look is true of the word
    nouns = [*parts, *([main_noun] if main_noun else [])]
    for phrase in phrases:
        for noun, words in read_phrase(phrase, nouns).items():
            parts.setdefault(noun, {})["phrase"] = words
    return Facts(own, parts, main_noun)


def _paint_facts(paint: Paint) -> dict[str, tuple[str, ...]]:
    said: dict[str, tuple[str, ...]] = {}
    if paint.colour:
        said["colour"] = (paint.colour,)
    if paint.material not in UNSAID:
        said["material"] = (paint.material,)
    if paint.pattern:
        said["pattern"] = (paint.pattern,)
        if paint.second:
            said["both colours"] = (paint.pattern, paint.colour, paint.second)
    return said


def describe(kind: str, slots: Mapping[str, Slot], paints: Mapping[str, Paint], phrases: Sequence[str],
             adjectives: Sequence[str], style: str, rng: np.random.Generator) -> Brief:  # fmt: skip
    """A random caption of a prop. Pass the slots that are in use (`used_slots`).

    45 % are short (the kind with none, one or two modifiers), 35 % say each fact with a chance of their own, 20 %
    say everything that fits. Only true facts are said.
    """
    facts = facts_of(kind, slots, paints, phrases, adjectives, style)
    level = rng.random()
    if level < SHORT:
        return _short(kind, facts, rng)
    share = rng.uniform(0.25, 0.8) if level < SHORT + MEDIUM else 1.0
    own = [
        words for topic, words in facts.own.items() if rng.random() < share * (0.8 if topic == "both colours" else 1.0)
    ]
    items = []
    paint_on_part = facts.main_noun and rng.random() < 0.2
    if paint_on_part:  # "a chair with a red seat" where the seat leads the chair's caption
        paint = {topic: words for topic, words in facts.own.items() if topic in ("colour", "material", "pattern")}
        own = [words for words in own if not set(words) & {w for ws in paint.values() for w in ws}]
        said = [words for words in paint.values() if rng.random() < max(share, 0.6)]
        phrase = facts.parts.get(facts.main_noun, {}).get("phrase", ())
        items.append(_item(facts.main_noun, [*said, phrase]))
    for noun, topics in facts.parts.items():
        if paint_on_part and noun == facts.main_noun:
            continue
        said = [words for words in topics.values() if rng.random() < max(share, 0.5)]
        if rng.random() < share and (any(said) or "phrase" in topics or rng.random() < 0.1):
            items.append(_item(noun, said))
    order = rng.permutation(len(items))
    return Brief((_item(kind, own), *[items[i] for i in order][: ITEMS - 1]))


def with_company(brief: Brief, company: str) -> Brief:
    """The brief with what every caption of a composition names: the other kind, or STACK_WORD of the prop itself."""
    head, *rest = brief.items
    if company == STACK_WORD:
        if company in head.modifiers:
            return brief
        return Brief((Item(head.noun, (*head.modifiers[: MODIFIERS - 1], company)), *rest))
    if any(item.noun == company for item in rest):
        return brief
    return Brief((head, Item(company), *rest[: ITEMS - 2]))


def _short(kind: str, facts: Facts, rng: np.random.Generator) -> Brief:
    """The kind alone (30 %), with one topic (45 %) or two (25 %); now and then one of its parts."""
    count = int(rng.choice(3, p=(0.30, 0.45, 0.25)))
    weights = {"colour": 3.0, "material": 3.0, "style": 2.5, "pattern": 1.0, "both colours": 1.0}
    topics = list(facts.own)
    chosen: list[tuple[str, ...]] = []
    items: list[Item] = []
    for _ in range(count):
        if facts.parts and rng.random() < 0.15 and not items:
            noun = list(facts.parts)[int(rng.integers(len(facts.parts)))]
            said = [words for words in facts.parts[noun].values() if rng.random() < 0.6]
            items.append(_item(noun, said))
        elif topics:
            odds = np.array([weights.get(t, 1.5) for t in topics])
            topic = topics.pop(int(rng.choice(len(topics), p=odds / odds.sum())))
            chosen.append(facts.own[topic])
    return Brief((_item(kind, chosen), *items))


def _item(noun: str, groups: Sequence[Sequence[str]]) -> Item:
    words = sorted({w for group in groups for w in group})
    return Item(noun, tuple(words[:MODIFIERS]))


@dataclass
class Survey:
    """What kinds say of themselves over many seeds: nouns of parts, adjectives, words in phrases, main materials."""

    nouns: dict[str, set[str]] = field(default_factory=dict)  # kind -> nouns of its parts
    words: dict[str, set[str]] = field(default_factory=dict)  # kind -> adjectives and words of phrases
    materials: dict[str, set[str]] = field(default_factory=dict)  # kind -> materials its main slot may have
    plurals: set[str] = field(default_factory=set)  # nouns that are named in the plural


@lru_cache(maxsize=1)
def survey() -> Survey:
    """Run every kind with several seeds in every style and gather its words; deterministic."""
    out = Survey()
    for kind, entry in sorted(KINDS.items()):
        nouns, words, materials = (table.setdefault(kind, set()) for table in (out.nouns, out.words, out.materials))
        for i, style in enumerate(STYLES):
            for seed in range(SURVEY_SEEDS):
                builder = Builder(np.random.default_rng((i, seed)), style)
                entry.write(builder)
                spoken = [word for s in builder.slots.values() for word in s.word.lower().split(" and ")]
                names = {singular(word) for word in spoken}
                nouns |= names - WHOLE - {kind}
                out.plurals |= {singular(word) for word in spoken if singular(word) != word}
                words |= set(builder.adjectives)
                main = builder.slots[main_slot(builder.slots)]
                materials |= set(main.materials)
                for phrase in builder.phrases:
                    for noun, rest in read_phrase(phrase, names).items():
                        nouns.add(noun)
                        words |= set(rest)
                        if rest and rest[0] in COUNTS[1:]:
                            out.plurals.add(noun)
    return out


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Every canonical word a Brief of the present grammar can hold: sorted, the same on every machine."""
    found = survey()
    words = {
        *KINDS,
        *COLOURS,
        *(m for m in MATERIALS if m not in UNSAID),
        *PATTERN_WORDS,
        *COUNTS,
        "no",
        STACK_WORD,
        *STYLES,
    } - {"plain"}
    for table in (found.nouns, found.words):
        words |= {w for group in table.values() for w in group}
    return Vocabulary(tuple(sorted(words)))
