"""What the prior reads in the prompt, under the prompt field: the kind, how sure that is, and the words it does not know."""

from bpy.app.translations import pgettext_iface as iface

from ..addon import prompts
from .texts import wrapped

SURE = 0.5  # as in the pipeline: below it the artist is told that it is a guess
MOST = 4  # words named; a long prompt would fill the panel
WAITING = "Reading the prompt..."
LATE = "Reading the prompt: waiting for the worker"
SEVERAL = "Understood as several props: {kinds}"
UNDERSTOOD = "Understood: {kind}, {percent} % sure"
GUESSED = "Taken for the nearest kind: {kind}, {percent} % sure"
INSTEAD = "It could also be: {kinds}"
NOTHING = "No word names a thing that the prior was taught"
TRY = "The nearest it knows: {kinds}"
UNKNOWN = "'{word}' is not known; the nearest word is '{nearest}'"
UNHEARD = "'{word}' is not known and changes nothing"
TAKEN = "'{word}' is taken for '{nearest}'"


def draw_reading(layout, prompt, one):
    """The worker's answer about this prompt, as far as it has come. one: it can be of one prop only."""
    found = prompts.reading_or_none(prompt)
    if found is None:
        if prompts.being_read(prompt):
            wrapped(layout, iface(LATE) if prompts.is_late() else iface(WAITING), icon="SORTTIME")
        return
    column = layout.column(align=True)
    for icon, line in lines(found, one):
        wrapped(column, line, icon=icon)


def lines(found, one=True):
    """(icon, sentence) for each thing worth saying about a reading; nothing for a prior without a language."""
    if found.apart and not one:
        said = [("CHECKMARK", iface(SEVERAL).format(kinds="; ".join(found.apart)))]
        return said + [("INFO", line) for line in word_lines(found.words_apart)[:MOST]]
    if not found.kind and not found.words:
        return []
    kinds = ", ".join(kind for kind, _ in found.nearest)
    if not found.kind:
        said = [("ERROR", iface(NOTHING))]
        said += [("BLANK1", iface(TRY).format(kinds=kinds))] if kinds else []
    else:
        outright = found.nearest and found.nearest[0][1] >= 1.0
        sentence = UNDERSTOOD if outright or found.confidence >= SURE else GUESSED
        percent = f"{100 * found.confidence:.0f}"
        said = [
            (
                "CHECKMARK" if found.confidence >= SURE else "QUESTION",
                iface(sentence).format(kind=found.kind, percent=percent),
            )
        ]
        others = [kind for kind, _ in found.nearest if kind != found.kind]
        if sentence is GUESSED and others:
            said.append(("BLANK1", iface(INSTEAD).format(kinds=", ".join(others))))
    return said + [("INFO", line) for line in word_lines(found.words)[:MOST]]


def word_lines(words):
    """A sentence for each word that was guessed or not understood, each word once."""
    said = {}
    for word in words:
        if word.role == "unknown":
            sentence = iface(UNKNOWN if word.meaning else UNHEARD)
        elif word.role in ("modifier", "part") and word.similarity < 1.0:
            sentence = iface(TAKEN)
        else:
            continue
        said[word.text] = sentence.format(word=word.text, nearest=word.meaning)
    return list(said.values())
