"""Posterior guidance towards the prompt's colour and material: which pixels it moves, where to, and when not at all."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor

from backend.lab import lab_of, lab_of_array, rgb_of
from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.materials import CODES, INDEX, MADE_OF, NATURAL, STAINS, SURFACES, decode_materials
from backend.obedience import COLOUR_SPREAD, Wish, obedience, obeying, part_of, pull, said_of, wish_of
from backend.objectives import Guide
from backend.priors import ALBEDO, ALPHA, GBUFFER, MATERIAL, METALLIC, NORMAL, ROUGHNESS
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gbuffer import encode
from backend.protocol import Control
from backend.sampler import Plan, sample
from backend.training.paint import _pattern
from backend.training.paints import COLOURS, MATERIALS, paint_row
from backend.words import Words, rewritten, steering

NAMES = sorted(COLOURS)
PALETTE = lab_of(torch.tensor([COLOURS[name] for name in NAMES]))
BODY, WHEELS = slice(0, 11), slice(11, 16)  # rows of the 16: most of the prop, and the rest


def prop(body: str, wheels: str, made: str = "plastic") -> Tensor:
    """(2, 13, 16, 16) a prop of two parts, filling the frame, with a little noise."""
    torch.manual_seed(0)
    maps = torch.zeros(2, 13, 16, 16)
    maps[:, ALPHA], maps[:, NORMAL.stop - 1] = 1.0, 1.0
    for rows, colour, name in ((BODY, body, made), (WHEELS, wheels, "rubber")):
        surface = SURFACES[INDEX[name]]
        maps[:, ALBEDO, rows] = torch.tensor(COLOURS[colour])[:, None, None]
        maps[:, MATERIAL, rows] = CODES[INDEX[name]][:, None, None]
        maps[:, ROUGHNESS, rows], maps[:, METALLIC, rows] = surface.roughness, surface.metallic
    maps[:, ALBEDO] = (maps[:, ALBEDO] + 0.02 * torch.randn(2, 3, 16, 16)).clamp(0, 1)
    return maps


def wish(colour: str = "", material: str = "") -> Wish:
    return Wish(NAMES.index(colour) if colour else None, INDEX[material] if material else None)


def obeyed(maps: Tensor, asked: Wish) -> Tensor:
    """(V, 13, S, S) maps after one pull."""
    pixels = obeying(maps.movedim(1, -1).flatten(0, 2), asked, PALETTE)
    return pixels.unflatten(0, (len(maps), *maps.shape[2:])).movedim(-1, 1)


def named(maps: Tensor) -> str:
    """The colour nearest to the mean of (V, 13, rows, S)."""
    mean = lab_of(maps[:, ALBEDO].mean((0, 2, 3)))
    return NAMES[int((PALETTE - mean).norm(dim=-1).argmin())]


def test_colours_go_to_lab_and_back() -> None:
    """The primaries have the L*a*b* that is published for sRGB under D65, and the inverse gives sRGB again."""
    published = [[53.24, 80.09, 67.20], [87.74, -86.18, 83.18], [32.30, 79.19, -107.86], [100, 0, 0], [53.59, 0, 0]]
    primaries = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [128 / 255] * 3], float)
    assert lab_of_array(primaries) == pytest.approx(np.array(published), abs=0.05)
    rgb = torch.rand(500, 3, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    assert rgb_of(lab_of(rgb)).numpy() == pytest.approx(rgb.numpy(), abs=1e-5)


def test_the_pull_is_the_gradient_of_the_classifiers_log_probability() -> None:
    """`pull` is the variance times autograd's gradient of log softmax."""
    mean = torch.tensor([50.0, 20.0, -10.0], requires_grad=True)
    wanted = NAMES.index("purple")
    logits = -((mean - PALETTE) ** 2).sum(-1) / (2 * COLOUR_SPREAD**2)
    logits.log_softmax(0)[wanted].backward()
    assert mean.grad is not None
    assert torch.allclose(pull(mean.detach(), PALETTE, wanted, COLOUR_SPREAD), COLOUR_SPREAD**2 * mean.grad, atol=1e-3)


@pytest.mark.parametrize(
    ("asked", "is_now"), [("red", "orange"), ("grey", "light blue"), ("tan", "pink"), ("teal", "blue")]
)
def test_the_main_part_takes_the_colour_and_the_rest_keeps_its_own(asked: str, is_now: str) -> None:
    """A body of another hue becomes what was asked; black wheels stay bit for bit, and so do shape and material."""
    maps = prop(is_now, "black")
    out = obeyed(maps, wish(asked))
    assert named(maps[..., BODY, :]) != asked and named(out[..., BODY, :]) == asked
    assert torch.equal(out[..., WHEELS, :], maps[..., WHEELS, :])
    assert torch.equal(out[:, 3:], maps[:, 3:])


def test_what_is_right_already_hardly_moves() -> None:
    """A green body asked to be green keeps its colour within two units of L*a*b*, the just visible."""
    maps = prop("green", "black")
    moved = lab_of(obeyed(maps, wish("green"))[:, ALBEDO].mean((0, 2, 3))) - lab_of(maps[:, ALBEDO].mean((0, 2, 3)))
    assert float(moved.norm()) < 2.0


def test_the_part_is_found_whatever_its_colour() -> None:
    """The main part is the bulk of the prop even where a small part already has the colour that was asked for."""
    pixels = prop("orange", "dark red").movedim(1, -1).flatten(0, 2)
    part = part_of(pixels, lab_of(pixels[:, ALBEDO]), wish("brown"), PALETTE).reshape(2, 16, 16)
    assert float(part[:, BODY].mean()) > 0.9


def test_a_named_material_brings_its_code_roughness_and_metal() -> None:
    """Plastic asked to be leather or brushed metal becomes so in code, roughness and metallic; rubber wheels do not."""
    maps = prop("cream", "black")
    for name in ("leather", "brushed_metal"):
        out, surface = obeyed(maps, wish(material=name)), SURFACES[INDEX[name]]
        assert bool((decode_materials(out[:, MATERIAL, BODY].movedim(1, -1)) == INDEX[name]).all())
        assert float(out[:, ROUGHNESS, BODY].mean()) == pytest.approx(surface.roughness, abs=0.05)
        assert float(out[:, METALLIC, BODY].mean()) == pytest.approx(surface.metallic, abs=0.05)
        assert torch.equal(out[..., WHEELS, :], maps[..., WHEELS, :])


def test_a_brief_wishes_what_it_says_of_the_prop_itself() -> None:
    """One colour and one material of the first item count; two colours, and those of a named part, do not."""
    wooden = Brief((Item("chest", ("red", "wooden")), Item("band", ("gold", "black"))))
    assert wish_of(wooden, NAMES) == Wish(NAMES.index("red"), INDEX["wood"], stain=STAINS["wooden"])
    assert wish_of(Brief((Item("mug", ("red", "striped", "white")),)), NAMES) is None
    assert wish_of(Brief((Item("mug"), Item("handle", ("blue",)))), NAMES) is None
    assert wish_of(Brief(), NAMES) is None


def test_materials_are_made_of_what_the_grammar_paints() -> None:
    """The product's table of material words is the grammar's."""
    assert {word: material.surface for word, material in MATERIALS.items()} == MADE_OF


def test_materials_that_take_no_colour_have_the_grammars() -> None:
    """The product's table of natural colours is the mean of the grammar's, for just the materials that are never tinted."""
    plain = {word: np.mean(material.natural, 0) for word, material in MATERIALS.items() if material.tint == 0}
    assert set(NATURAL) == set(plain)
    assert all(np.abs(np.array(NATURAL[word]) - colour).max() < 0.011 for word, colour in plain.items())


def test_materials_that_take_a_colour_in_part_have_the_grammars() -> None:
    """The product's table of stains is the grammar's: the natural colours' mean, the share that `paint_row` lets through, and
    what the pattern's darker half leaves of the brightness."""
    partly = {word: m for word, m in MATERIALS.items() if m.tint > 0 and max(m.tint, 0.75) < 1}
    places = np.random.default_rng(0).uniform(-0.8, 0.8, (4000, 6))
    assert set(STAINS) == set(partly)
    for word, material in partly.items():
        own, share, brightness = STAINS[word]
        assert share == max(material.tint, 0.75) and np.abs(np.array(own) - np.mean(material.natural, 0)).max() < 0.011
        dark = np.mean([_pattern(material.pattern, 7.0, 3.3, *place) for place in places])
        assert brightness == pytest.approx(1 - material.contrast * dark, abs=0.02)


@pytest.mark.parametrize("word", ["stone", "wooden", "metal", "plastic"])
def test_a_colour_shows_on_a_material_as_the_grammar_paints_it(word: str) -> None:
    """A white cup asked to be of green stone comes as near to what the grammar paints so as its own jitter is wide."""
    asked = said_of(Item("cup", ("green", word)), NAMES)
    assert asked is not None
    maps = prop("white", "black")
    for _ in range(3):
        maps = obeyed(maps, asked)
    rows = np.mean([paint_row(word, "green", "", "", np.random.default_rng(seed)) for seed in range(64)], 0)
    patterned = STAINS.get(word, ((), 1.0, 1.0))[2]
    wanted = lab_of(torch.tensor(rows[:3] * patterned, dtype=torch.float32))
    assert float((lab_of(maps[:, ALBEDO, BODY].mean((0, 2, 3))) - wanted).norm()) < 7


def test_a_material_that_says_its_colour_brings_it() -> None:
    """Cream plastic asked to be gold is golden; asked to be blue gold it is blue; what is golden already hardly moves."""
    maps, gold = prop("cream", "black"), said_of(Item("cup", ("gold",)), NAMES)
    assert gold is not None and said_of(Item("cup", ("gold", "blue")), NAMES) == wish("blue", "gold")
    wanted = lab_of(torch.tensor(NATURAL["gold"]))
    once = obeyed(maps, gold)
    away = [
        float((lab_of(m[:, ALBEDO, BODY].mean((0, 2, 3))) - wanted).norm()) for m in (maps, once, obeyed(once, gold))
    ]
    assert away[0] > 20 and away[1] < 9 and abs(away[2] - away[1]) < 3


def test_sampling_obeys_and_without_a_wish_nothing_changes() -> None:
    """A prior of red props gives a blue one where blue is asked, bit for bit its own sample where no colour is."""
    maps = prop("red", "black")
    prior = GaussianPrior({"": Gaussian(encode(maps), 0.02)}, channels=GBUFFER)

    def sampled(brief: Brief) -> Tensor:
        hook = obedience(prior, [brief], COLOURS)
        assert (hook is None) == (wish_of(brief, NAMES) is None)
        steps = sample(prior, prior.condition([""]), None, Plan(6), torch.Generator().manual_seed(3), hook=hook)
        return list(steps)[-1].x0

    plain, blue = sampled(Brief((Item("car"),))), sampled(Brief((Item("car", ("blue",)),)))
    steps = sample(prior, prior.condition([""]), None, Plan(6), torch.Generator().manual_seed(3))
    assert torch.equal(plain, list(steps)[-1].x0)
    assert named(prior.decode(blue)[0][..., BODY, :]) == "blue"
    assert named(prior.decode(blue)[0][..., WHEELS, :]) == "black"


class ReadingPrior(GaussianPrior):
    """A Gaussian prior that reads "blue" in every prompt."""

    named_colours = COLOURS

    def read(self, prompt: str) -> Reading:
        return Reading(Brief((Item("car", ("blue",)),)))


def test_a_weak_refinement_is_steered_less() -> None:
    """The steering of one evaluation grows with the refinement's strength up to a half, and from there is the sampler's own."""
    prior = ReadingPrior({"": Gaussian(encode(prop("red", "black")), 0.02)}, channels=GBUFFER)
    x0 = encode(prop("red", "black"))[None]

    def moved(strength: float) -> float:
        hook = steering(prior, Words("a blue car", strength=strength))
        assert hook is not None or strength == 0
        return float((hook(x0, 0.5) - x0).abs().mean()) if hook else 0.0

    far = [moved(strength) for strength in (0.0, 0.1, 0.2, 0.4, 0.5, 1.0)]
    assert far[0] == 0 and far[4] == far[5]
    assert all(low < 0.8 * high for low, high in zip(far[1:4], far[2:5], strict=True))


def test_a_strength_told_while_it_runs_alters_the_steering() -> None:
    """What is steered after a strength was told is what a refinement of that strength is steered; untold, nothing changes."""
    prior = ReadingPrior({"": Gaussian(encode(prop("red", "black")), 0.02)}, channels=GBUFFER)
    x0, words = encode(prop("red", "black"))[None], Words("a blue car")
    guide = Guide(prior, {}, steer=steering(prior, words))
    steered = []
    for control in (Control(), Control(strength=0.2)):
        walk = rewritten(guide, words, control, set())
        with pytest.raises(StopIteration) as ended:
            next(walk)
        after, said = ended.value.value
        expected = steering(prior, Words("a blue car", strength=0.2 if control.strength >= 0 else 1.0))
        assert after.steer is not None and expected is not None and said.text == words.text
        steered.append(after.steer(x0, 0.5))
        assert torch.equal(steered[-1], expected(x0, 0.5))
    assert not torch.equal(*steered)
