"""Measures the lexicon and the reader, and fits their constants: held-out names, strange words, calibration.

Constants are fitted on names hidden in turn (ten folds of the kinds' synonyms) and on one half of the strange words; the
figures are of the kinds' `held_out` names, which nothing is ever fitted to, and of the other half.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.optimize import minimize

from ..language.grammar import Grammar
from ..language.heads import DEFINED
from ..language.lexicon import Lexicon
from ..language.names import PLAIN
from ..language.reader import Reader
from ..language.terms import key
from . import wordnet
from .kinds import KINDS
from .wordnet import WordNet

FOLDS = 10
ASKED = 3  # one hidden name in so many is asked for: weights and curves have a few constants each
STRANGE = 0.6  # how often a user's unknown name is of no kind, against one that is
_FOREIGN = """zapato perro mariposa ventana fahrrad schmetterling kühlschrank haus grenouille bouteille chapeau fourchette стул
собака яблоко 椅子 りんご 犬 의자 사과 كرسي तितली cadeira maçã borboleta sedia farfalla krzesło talerz kniha pöytä sandalye"""
_FAR = """volcano elephant giraffe dinosaur ocean galaxy planet satellite submarine parachute microscope stethoscope syringe
spaghetti dragon mermaid unicorn octopus whale shark butterfly snail crab airport stadium hospital city forest desert river
waterfall rainbow lightning heart brain lung skeleton nucleus molecule virus treadmill dishwasher harmonica saxophone xylophone
tractor excavator bulldozer escalator elevator turbine circuit transistor keyboard loom sundial abacus trampoline surfboard"""
_IDEAS = """freedom justice love anger happiness sadness politics democracy economy inflation history philosophy music theory
mathematics gravity time tomorrow yesterday weather silence noise truth beauty marriage education religion government
hello thanks sorry why how running swimming jumped thinking believe forget understand negotiate celebrate quickly slowly
never always teacher doctor lawyer president grandmother nephew accountant politician scientist nurse plumber"""


@dataclass(frozen=True)
class Case:
    """One prompt asked of the reader: the kind meant ("" for none), the kind read, the confidence given."""

    text: str
    meant: str
    read: str
    confidence: float

    @property
    def right(self) -> bool:
        return bool(self.meant) and self.meant == self.read


def strange_words(net: WordNet, grammar: Grammar, count: int = 400) -> list[str]:
    """Prompts that no kind answers: people, abstractions, verbs and talk, far-off things, other languages, nonsense."""
    known = {w for kind, entry in grammar.kinds.items() for form in (kind, *entry.names) for w in key(form).split()}
    rng = random.Random(7)
    people = [w for w in wordnet.things(net) if net.tagged[w] > 0 and net.is_a(net.senses[w][0], wordnet.PERSON)]
    ideas = [
        w for w, s in net.senses.items() if net.tagged[w] > 1 and net.is_a(s[0], wordnet.ABSTRACTION) and w.isalpha()
    ]
    letters = [
        "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(4, 9))) for _ in range(count // 6)
    ]
    syllables = [a + b for a in "bdfgklmnprstvz" for b in "aeiou"]
    spoken = ["".join(rng.choice(syllables) for _ in range(rng.randint(2, 4))) for _ in range(count // 6)]
    groups = [rng.sample(people, count // 6), rng.sample(ideas, count // 3), letters, spoken]
    named = f"{_FOREIGN} {_FAR} {_IDEAS}".split()
    words = [w for group in groups for w in group] + named
    return sorted({w for w in words if not set(w.split()) & known})


def hidden_names(lexicon: Lexicon, grammar: Grammar, net: WordNet) -> Iterator[tuple[Reader, list[tuple[str, str]]]]:
    """FOLDS readers, each without a tenth of the synonyms, and the (name, kind) pairs hidden from it.

    A hidden phrase that WordNet does not know is taken out of the lexicon too: no user's phrase would be in it.
    """
    pairs = [(name, kind) for kind, entry in sorted(grammar.kinds.items()) for name in entry.names]
    random.Random(3).shuffle(pairs)
    for fold in range(FOLDS):
        hidden = pairs[fold::FOLDS]
        names = {name for name, _ in hidden}
        kinds = {k: replace(e, names=tuple(n for n in e.names if n not in names)) for k, e in grammar.kinds.items()}
        gone = {w for w in map(key, names) if " " in w and w not in net.senses}
        left = {w: i for w, i in lexicon.words.items() if w not in gone}
        fewer = replace(grammar, kinds=kinds)
        yield Reader(replace(lexicon, words=left, grammar=fewer), grammar=fewer), hidden


def ask(reader: Reader, pairs: Sequence[tuple[str, str]]) -> list[Case]:
    out = []
    for text, kind in pairs:
        reading = reader.read(text)
        out.append(Case(text, kind, reading.brief.kind, reading.confidence))
    return out


def held_out_pairs(grammar: Grammar) -> list[tuple[str, str]]:
    """The kinds' own held-out names; those that the grammar teaches elsewhere are no test and are left out."""
    taught = {key(form) for kind, entry in grammar.kinds.items() for form in (kind, *entry.names)}
    return [
        (n, kind)
        for kind, entry in KINDS.items()
        for n in entry.held_out
        if key(n) not in taught and kind in grammar.kinds
    ]


def fit_confidence(cases: Sequence[tuple[float, float, bool, float]]) -> list[float]:
    """Logistic regression of "the kind is right" on (best similarity, lead), cases weighted: bias and two slopes >= 0."""
    x = np.array([[1.0, best, lead] for best, lead, _, _ in cases])
    y = np.array([right for _, _, right, _ in cases], float)
    weight = np.array([weight for *_, weight in cases])

    def loss(w: NDArray[np.float64]) -> float:
        z = x @ w
        return float(np.average(np.logaddexp(0, z) - y * z, weights=weight)) + 1e-4 * float(w @ w)

    return [float(v) for v in minimize(loss, np.array([-5.0, 8.0, 2.0]), bounds=[(None, None), (0, None), (0, None)]).x]


def calibration_error(cases: Sequence[Case], bins: int = 10) -> tuple[float, list[tuple[float, float, int]]]:
    """Expected calibration error (Guo et al. 2017), and per bin (mean confidence, share right, count)."""
    sure = np.array([c.confidence for c in cases])
    right = np.array([c.right for c in cases], float)
    which = np.minimum((sure * bins).astype(int), bins - 1)
    rows = [(float(sure[which == b].mean()), float(right[which == b].mean()), int((which == b).sum()))
            for b in range(bins) if (which == b).any()]  # fmt: skip
    return sum(n * abs(p - q) for p, q, n in rows) / len(cases), rows


def separation(inside: Sequence[Case], outside: Sequence[Case]) -> float:
    """Area under the ROC curve of confidence between prompts that were read right and prompts that mean no kind."""
    a = np.array([c.confidence for c in inside if c.right])[:, None]
    b = np.array([c.confidence for c in outside])[None]
    return float(((a > b) + 0.5 * (a == b)).mean())


@dataclass(frozen=True)
class Shown:
    """Evidence (kinds, EVIDENCE) for one prompt, the row of the kind meant (-1: none), its weights, its curve."""

    evidence: NDArray[np.float32]
    right: int
    weighting: str
    curve: str


def fit(lexicon: Lexicon, net: WordNet) -> dict[str, list[float]]:
    """The weights of evidence from hidden names, then the calibration of confidence from them and every other strange word.

    Words without senses get weights of their own, fitted on the same names with the tree of senses taken away.
    """
    bare = replace(lexicon, senses=np.full_like(lexicon.senses, -1), chosen={}, fit={})
    found: dict[str, list[float]] = {}
    for source, weightings, curves in (
        (
            replace(lexicon, fit={}),
            ("evidence", "evidence of phrases"),
            ("confidence", "confidence of phrases", DEFINED),
        ),
        (bare, ("evidence of unlisted",), ("confidence of unlisted",)),
    ):
        names, strange = ([s for s in group if s.weighting in weightings] for group in _shown(source, net))
        for weighting in weightings:
            found[weighting] = fit_evidence([s for s in names if s.weighting == weighting])
        overall = STRANGE * len(names) / max(len(strange), 1)
        for curve in curves:
            of_names, of_strange = ([s for s in group if s.curve == curve] for group in (names, strange))
            share = overall if curve == DEFINED else STRANGE * len(of_names) / max(len(of_strange), 1)
            found[curve] = fit_confidence(_cases(of_names, found, 1.0) + _cases(of_strange, found, share))
    return found


def _shown(lexicon: Lexicon, net: WordNet) -> tuple[list[Shown], list[Shown]]:
    """The hidden single words, one in ASKED of the hidden phrases, and every other strange word."""
    names, strange = list[Shown](), list[Shown]()

    def show(group: list[Shown], reader: Reader, text: str, kind: str) -> None:
        evidence = reader.heads.kinds.evidence(key(text))
        if evidence is not None:
            row = reader.heads.kinds.rows.owners.index(kind) if kind else -1
            kinds = reader.heads.kinds
            group.append(
                Shown(evidence.astype(np.float32), row, kinds.weighting(key(text)), reader.heads.calibration(key(text)))
            )

    for reader, hidden in hidden_names(lexicon, lexicon.grammar, net):
        single = [pair for pair in hidden if " " not in key(pair[0])]
        for name, kind in (*single, *[pair for pair in hidden if pair not in single][::ASKED]):
            show(names, reader, name, kind)
    whole = Reader(lexicon)
    for word in strange_words(net, lexicon.grammar)[::2]:
        show(strange, whole, word, "")
    return names, strange


def _cases(
    shown: Sequence[Shown], fitted: dict[str, list[float]], weight: float
) -> list[tuple[float, float, bool, float]]:
    """(best similarity, lead, right, weight) of each under the fitted weights of evidence."""
    out = []
    for one in shown:
        weights = fitted[one.weighting]
        scores = one.evidence @ np.array(weights[:-1]) + weights[-1]
        first, second = np.argsort(-scores)[:2]
        out.append((float(scores[first]), float(scores[first] - scores[second]), int(first) == one.right, weight))
    return out


def fit_evidence(shown: Sequence[Shown], ridge: float = 2e-4) -> list[float]:
    """Weights of a conditional logit (McFadden 1974) over kinds, scaled to the plain likeness' mean and spread, and a bias."""
    x = np.stack([s.evidence for s in shown])
    right, each = np.array([s.right for s in shown]), np.arange(len(shown))

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        utility = x @ w.astype(np.float32)
        utility -= utility.max(1, keepdims=True)
        share = np.exp(utility)
        share /= share.sum(1, keepdims=True)
        value = -np.log(np.maximum(share[each, right], 1e-12)).mean() + ridge * (w @ w)
        slope = np.tensordot(share, x, ((0, 1), (0, 1))) / len(x) - x[each, right].mean(0)
        return float(value), slope.astype(float) + 2 * ridge * w

    plain = np.array(PLAIN[:-1])
    weights = minimize(loss, plain * 10, jac=True, method="L-BFGS-B", options={"maxiter": 80}).x
    utility, likeness = x @ weights, x @ plain
    scale = float(likeness.std() / utility.std())
    return [*(weights * scale).tolist(), float(likeness.mean() - scale * utility.mean())]


@dataclass(frozen=True)
class Figures:
    """What is reported: shares right, separation, calibration, and the reliability diagram's rows."""

    held_out: list[Case]
    hidden: list[Case]
    strange: list[Case]

    def table(self) -> dict[str, float]:
        both = [*self.held_out, *self.strange]
        error, _ = calibration_error(both)
        return {
            "held_out_n": len(self.held_out),
            "held_out_r1": float(np.mean([c.right for c in self.held_out])),
            "hidden_n": len(self.hidden),
            "hidden_r1": float(np.mean([c.right for c in self.hidden])),
            "strange_n": len(self.strange),
            "strange_below_half": float(np.mean([c.confidence < 0.5 for c in self.strange])),
            "right_above_half": float(np.mean([c.confidence >= 0.5 for c in self.held_out if c.right])),
            "auc": separation(self.held_out, self.strange),
            "calibration_error": error,
        }


def judge(lexicon: Lexicon, net: WordNet) -> Figures:
    """Ask the held-out names, the hidden names, and the half of the strange words that nothing was fitted to."""
    reader = Reader(lexicon)
    hidden = [c for r, pairs in hidden_names(lexicon, lexicon.grammar, net) for c in ask(r, pairs[1::ASKED])]
    strange = ask(reader, [(w, "") for w in strange_words(net, lexicon.grammar)[1::2]])
    return Figures(ask(reader, held_out_pairs(lexicon.grammar)), hidden, strange)


def draw_reliability(figures: Figures, path: Path) -> None:
    """The reliability diagram of held-out names and strange words: share right against confidence, area as count."""
    _, rows = calibration_error([*figures.held_out, *figures.strange])
    side, margin = 360, 50
    image = Image.new("RGB", (side + 2 * margin, side + 2 * margin), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((margin, margin, margin + side, margin + side), outline="black")
    pen.line((margin, margin + side, margin + side, margin), fill="grey")
    for confidence, share, count in rows:
        x, y, r = margin + confidence * side, margin + (1 - share) * side, 2 + 1.5 * count**0.5
        pen.ellipse((x - r, y - r, x + r, y + r), outline="navy", fill="lightblue")
        pen.text((x + r + 2, y - 6), str(count), fill="black")
    for i in range(0, 11, 2):
        pen.text((margin + i / 10 * side - 8, margin + side + 6), f"{i / 10:.1f}", fill="black")
        pen.text((margin - 26, margin + (1 - i / 10) * side - 6), f"{i / 10:.1f}", fill="black")
    pen.text((margin + side / 2 - 40, margin + side + 24), "confidence given", fill="black")
    pen.text(
        (margin, margin - 24), "share of prompts whose kind is right (beside each: prompts in the bin)", fill="black"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, optimize=True)
