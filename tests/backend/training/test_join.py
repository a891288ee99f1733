"""Two networks in one prior: what is joined, who answers for which prompt, and what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from backend.errors import PropsmithError
from backend.language.brief import Brief, Item
from backend.priors import loader
from backend.priors.multiview import LATER, LEXICON, MODEL, MultiViewPrior
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.training import join
from backend.training.join import alone, joined

TINY = Architecture(size_px=16, fine=2, merge=2, fine_width=32, width=64, depth=2, heads=2, fine_blocks=1)
# The first network knows a mirror as a part of wardrobes, and no taps; the later one was taught two kinds more.
WORDS = ("wardrobe", "barrel", "red", "mirror", "bathtub", "tap", "campfire", "door")


def card_of(kinds: list[str], untaught: list[str]) -> dict[str, Any]:
    return {
        "format": 1, "family": "mv-transformer", "name": "tiny", "architecture": asdict(TINY), "schedule": {"shift": 2.0},
        "channels": [], "vocabulary": list(WORDS), "kinds": kinds, "untaught": untaught, "training": {"samples": len(kinds)},
        "symmetries": {kind: "x" for kind in kinds}, "round": kinds[-1:], "made_of": {kind: ["wood"] for kind in kinds},
        "sizes": {kind: 1.0 for kind in kinds},
        "looks": {"kinds": {kind: [len(kinds)] for kind in kinds}, "stains": {"wooden": 1}},
    }  # fmt: skip


FIRST = card_of(["barrel", "wardrobe"], ["bathtub", "tap", "campfire"])
GROWN = card_of(["barrel", "bathtub", "campfire", "mirror", "wardrobe"], [])


def folder_of(path: Path, card: dict[str, Any], seed: int) -> Path:
    path.mkdir()
    generator, network = torch.Generator().manual_seed(seed), MultiViewTransformer(TINY)
    weights = {k: v + 0.05 * torch.randn(v.shape, generator=generator) for k, v in network.state_dict().items()}
    save_file(weights, path / MODEL)
    shutil.copy(loader.EMBEDDED / LEXICON, path)
    sums = {name: hashlib.sha256((path / name).read_bytes()).hexdigest() for name in (MODEL, LEXICON)}
    (path / "prior.json").write_text(
        json.dumps({k: v for k, v in card.items() if k != "looks"} | {"looks": {}, "sha256": sums})
    )
    return path


def test_the_card_tells_who_answers_for_what() -> None:
    """Old kinds keep all that was said of them; of new kinds those chosen are added, and words that nobody was taught stay so."""
    card = joined(FIRST, GROWN, ["bathtub", "mirror"])
    assert card["kinds"] == ["barrel", "bathtub", "mirror", "wardrobe"] and card["later"]["kinds"] == [
        "bathtub",
        "mirror",
    ]
    assert card["untaught"] == ["campfire"] and card["later"]["words"] == ["bathtub", "campfire", "tap"]
    assert card["looks"]["kinds"] == {"barrel": [2], "wardrobe": [2], "bathtub": [5], "mirror": [5]}
    assert set(card["symmetries"]) == set(card["made_of"]) == set(card["sizes"]) == set(card["kinds"]) and card[
        "round"
    ] == ["wardrobe"]
    assert card["training"] == {"samples": 2} and card["later"]["training"] == {"samples": 5}


def test_a_joined_card_can_be_parted() -> None:
    """What the first network was taught is what its own card said: training goes on from that."""
    parted = alone(joined(FIRST, GROWN, ["bathtub", "campfire"]))
    assert parted | {"untaught": sorted(parted["untaught"])} == FIRST | {"untaught": sorted(FIRST["untaught"])}
    assert joined(parted, GROWN, ["mirror"])["kinds"] == ["barrel", "mirror", "wardrobe"]
    assert alone(FIRST) is FIRST


def test_a_sweep_goes_on_naming_the_kinds_it_was_taught() -> None:
    """Joined or parted, a card whose sweep was taught its kinds says which these were: they no longer are the card's."""
    swept = FIRST | {"sweep": {"widths": [8]}}
    both = joined(swept, GROWN, ["mirror"])
    assert both["sweep"] == {"kinds": FIRST["kinds"], "widths": [8]} and both["kinds"] != FIRST["kinds"]
    of_all = both | {"sweep": {"widths": [8]}}
    assert alone(of_all)["sweep"]["kinds"] == both["kinds"]


@pytest.mark.parametrize(
    "first, later, kinds, said",
    [
        (FIRST, GROWN | {"vocabulary": ["barrel"]}, ["bathtub"], "the same vocabulary"),
        (FIRST, GROWN | {"architecture": asdict(replace(TINY, depth=3))}, ["bathtub"], "the same architecture"),
        (FIRST, GROWN, ["barrel"], "barrel: not taught"),
        (FIRST, GROWN, ["anvil"], "anvil: not taught"),
        (FIRST, GROWN | {"later": {}}, ["bathtub"], "two networks itself"),
    ],
)
def test_what_does_not_fit_is_refused(
    first: dict[str, Any], later: dict[str, Any], kinds: list[str], said: str
) -> None:
    """Other words, another network, kinds that are not new, and a prior of two networks each get a sentence."""
    with pytest.raises(ValueError, match=said):
        joined(first, later, kinds)


def test_each_network_answers_for_its_own_kinds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The joined folder loads; a later kind, alone or as company, is the second network's; all else, a part that only bears a
    later kind's name included, the first one's, which is told none of the words that it was not taught."""
    first, later = folder_of(tmp_path / "first", FIRST, 0), folder_of(tmp_path / "later", GROWN, 1)
    options = ["--prior", str(first), "--later", str(later), "--out", str(tmp_path / "both"), "--kinds"]
    with pytest.MonkeyPatch().context() as patched:
        patched.setattr("sys.argv", ["join", *options, "barrel"])
        assert join.main() == 2 and "not taught" in capsys.readouterr().err
        patched.setattr("sys.argv", ["join", *options, "bathtub", "mirror"])
        assert join.main() == 0
    prior = loader.load_prior(str(tmp_path / "both"), torch.device("cpu"))
    assert isinstance(prior, MultiViewPrior) and isinstance(prior.later, MultiViewPrior)
    told = {
        ("bathtub",): prior.later, ("mirror",): prior.later, ("barrel",): prior, ("wardrobe", "mirror"): prior,
        ("barrel", "bathtub"): prior.later, ("barrel", "tap"): prior, (): prior,
    }  # fmt: skip
    for nouns, wanted in told.items():
        assert prior.suited([Brief(tuple(Item(noun) for noun in nouns))]) is wanted, nouns
    beside = {noun: Brief((Item("wardrobe"), Item(noun))) for noun in ("mirror", "bathtub", "barrel", "door")}
    for which in (prior, prior.later):
        assert [noun for noun, brief in beside.items() if which.alone(brief)] == ["mirror", "door"]
    z, t = torch.randn(1, *prior.latent_shape), torch.tensor([0.9])

    def x0(which: MultiViewPrior, *nouns: str) -> torch.Tensor:
        return which.predict(z, t, which.condition_on([Brief(tuple(Item(noun) for noun in nouns))])).x0

    for source, which in ((first, prior), (later, prior.later)):
        own = loader.load_prior(str(source), torch.device("cpu"))
        assert isinstance(own, MultiViewPrior) and torch.allclose(x0(which, "barrel"), x0(own, "barrel"), atol=0.02)
    assert torch.equal(x0(prior, "barrel", "tap"), x0(prior, "barrel"))
    assert not torch.equal(x0(prior.later, "barrel", "tap"), x0(prior.later, "barrel"))
    (tmp_path / "both" / LATER).write_bytes(b"spoilt")
    with pytest.raises(PropsmithError) as refused:
        loader.load_prior(str(tmp_path / "both"), torch.device("cpu"))
    assert refused.value.code == "weights-checksum"
