"""What a compound is a sort of: its last word, not what stands before it. A baseball bat is no ball, a mug shot no mug."""

from __future__ import annotations

import re

from .english import singular
from .names import Names

# The most that a reader may be sure of a kind which only the words before a phrase's last one speak of: where they name it, and
# where they stand in its names before another last word. Of 413 such phrases of WordNet that it was more than .5 sure of (.87 on
# average) .06 are sorts of the kind in its tree, of 395 of the others .13; of kinds' own names, hidden in turn, some half and
# more, but these are few (docs/language.md).
NAMED, BEGUN = 0.15, 0.6


_AFTER = re.compile(r"(.+?) (?:for|with|on|in|from) (?:a |the )?(.+)")


def compound(name: str) -> str:
    """A name whose noun comes first, said with it last, where the sense of a name is looked for: "fork for hay" as "hay fork"."""
    found = _AFTER.fullmatch(name)
    return f"{singular(found[2])} {found[1]}" if found else name


def limit(phrase: str, kind: str, kinds: Names) -> float:
    """How sure one may be that a phrase means a kind, by its last word; 1 where that is no reason to doubt.

    It is none where a name of the kind ends in it, or where it says what the kind is a sort of ("trident weapon").
    """
    before, _, last = phrase.rpartition(" ")
    names, last = kinds.table[kind], singular(last)
    if not before or any(singular(name.rpartition(" ")[2]) == last for name in names):
        return 1.0
    named = not {before, singular(before), before.rpartition(" ")[2]}.isdisjoint(names)
    begun = any(name.rpartition(" ")[0] == before for name in names)
    if not (named or begun) or _is_above(last, kind, kinds):
        return 1.0
    return NAMED if named else BEGUN


def _is_above(word: str, kind: str, kinds: Names) -> bool:
    """Whether one of a word's first two senses lies at or above what a name of the kind means."""
    lexicon, rows = kinds.lexicon, kinds.rows
    own = [
        int(sense) for sense, i in zip(rows.senses, rows.owner, strict=True) if sense >= 0 and rows.owners[i] == kind
    ]
    above = {row for sense in own for row in lexicon.ancestors(sense)}
    return not above.isdisjoint(lexicon.senses_of(word)[:2])
