"""Posterior guidance of named parts: where the network answers otherwise lies the part, and only that is moved."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch
from torch import Tensor

from backend.lab import lab_of
from backend.language.brief import Brief, Item
from backend.materials import CODES, INDEX, MADE_OF, SURFACES, decode_materials
from backend.named_parts import contrast, named_parts, parts_of
from backend.priors import ALBEDO, ALPHA, GBUFFER, MATERIAL, Cond, Prediction
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gbuffer import encode
from backend.sampler import Hook
from backend.training.paints import COLOURS

NAMES = sorted(COLOURS)
PALETTE = lab_of(torch.tensor([COLOURS[name] for name in NAMES]))
BODY, LID, KNOB = slice(17, 48), slice(5, 15), slice(0, 3)  # rows of the 48, a pixel or two from each other


def jar(lid: str, lid_made: str = "plastic", knob: str = "black") -> Tensor:
    """(2, 13, 48, 48): a white jar with a lid and a knob, filling the frame."""
    maps = torch.zeros(2, 13, 48, 48)
    maps[:, ALPHA], maps[:, 6] = 1.0, 1.0
    whole = slice(16, 48), slice(4, 16), slice(0, 4)
    for rows, colour, made in zip(whole, ("white", lid, knob), ("ceramic", lid_made, "rubber"), strict=True):
        maps[:, ALBEDO, rows] = torch.tensor(COLOURS[colour])[:, None, None]
        maps[:, MATERIAL, rows] = CODES[INDEX[made]][:, None, None]
        maps[:, 8, rows] = SURFACES[INDEX[made]].roughness
    return maps


@dataclass
class JarPrior(GaussianPrior):
    """A prior that knows where lids and knobs are: it gives them half of the look that it is asked, whatever it is shown."""

    def condition_on(self, briefs: list[Brief], image: Tensor | None = None) -> Cond:
        answers = []
        for brief in briefs:
            said = {item.noun: set(item.modifiers) for item in brief.items[1:]}
            colours = {noun: next((w for w in words if w in COLOURS), "grey") for noun, words in said.items()}
            made = next((MADE_OF[w] for w in said.get("lid", ()) if w in MADE_OF), "plastic")
            asked = jar(colours.get("lid", "grey"), made, colours.get("knob", "black"))
            answers.append((asked + jar("grey")) / 2)
        return Cond({"x0": encode(torch.stack(answers))})

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        return Prediction(torch.zeros_like(z_t), cond.fields["x0"])


def prior() -> JarPrior:
    return JarPrior({"": Gaussian(encode(jar("grey")), 0.02)}, channels=GBUFFER)


def hook_of(*items: Item) -> Hook | None:
    return named_parts(prior(), [Brief((Item("jar", ("white",)), *items))], COLOURS)


def named(maps: Tensor, rows: slice) -> str:
    mean = lab_of(maps[:, ALBEDO, rows].mean((0, 2, 3)))
    return NAMES[int((PALETTE - mean).norm(dim=-1).argmin())]


def test_a_part_takes_the_colour_named_for_it_and_nothing_else_moves() -> None:
    """A grey lid asked to be red is red after one step; body and knob stay bit for bit."""
    x0 = encode(jar("grey"))[None]
    hook = hook_of(Item("lid", ("red",)))
    assert hook is not None
    maps, before = prior().decode(hook(x0, 0.5))[0], prior().decode(x0)[0]
    assert named(before, LID) == "grey"
    assert named(maps, LID) == "red"
    assert torch.equal(maps[..., BODY, :], before[..., BODY, :]) and torch.equal(
        maps[..., KNOB, :], before[..., KNOB, :]
    )


def test_two_parts_are_told_apart() -> None:
    """A green lid and a yellow knob each come where they belong."""
    hook = hook_of(Item("lid", ("green",)), Item("knob", ("yellow",)))
    assert hook is not None
    maps = prior().decode(hook(encode(jar("grey"))[None], 0.5))[0]
    assert (named(maps, LID), named(maps, KNOB), named(maps, BODY)) == ("green", "yellow", "white")


def test_a_part_takes_the_material_named_for_it() -> None:
    """A plastic lid asked to be iron is iron in code, roughness and metal."""
    hook = hook_of(Item("lid", ("iron",)))
    assert hook is not None
    maps, iron = prior().decode(hook(encode(jar("grey"))[None], 0.5))[0], SURFACES[INDEX["cast_metal"]]
    assert bool((decode_materials(maps[:, MATERIAL, LID].movedim(1, -1)) == INDEX["cast_metal"]).all())
    assert float(maps[:, 8, LID].mean()) == pytest.approx(iron.roughness, abs=0.03)
    assert float(maps[:, 9, LID].mean()) == pytest.approx(iron.metallic, abs=0.03)


def test_what_names_no_look_of_a_part_is_not_steered() -> None:
    """No hook for a part without words or with two colours; no move where the answers agree."""
    assert hook_of() is None and hook_of(Item("lid")) is None and hook_of(Item("lid", ("red", "blue"))) is None
    x0 = encode(jar("grey"))[None]
    hook = hook_of(Item("spout", ("red",)))  # this prior knows no spout
    assert hook is not None and torch.equal(hook(x0, 0.5), x0)


def test_the_other_brief_differs_in_the_parts_own_words_alone() -> None:
    """The lid's colour and material become the most unlike; its other words, and other items, stay."""
    brief = Brief((Item("jar", ("white",)), Item("lid", ("round", "red", "iron")), Item("knob", ("red",))))
    lid, knob = parts_of(brief, 0, PALETTE, NAMES)
    assert lid.other.items[0] == brief.items[0] and lid.other.items[2] == brief.items[2]
    changed = lid.other.items[1].modifiers
    assert (
        changed[0] == "round" and changed[1] in COLOURS and changed[1] != "red" and MADE_OF[changed[2]] != "cast_metal"
    )
    assert knob.other.items[1] == brief.items[1] and knob.other.items[2].modifiers != ("red",)


def test_an_empty_answer_holds_no_part() -> None:
    """Views without a prop give no part, and no NaN."""
    nothing = torch.zeros(2, 13, 16, 16)
    assert float(contrast(nothing, nothing).sum()) == 0


class ForgetfulPrior(JarPrior):
    """It answers by its words while there is noise; later it gives back what it is shown."""

    asked = 0

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        self.asked += 1
        return super().predict(z_t, t, cond) if float(t[0]) > 0.5 else Prediction(torch.zeros_like(z_t), z_t)


def test_a_part_found_early_is_steered_to_the_end() -> None:
    """Where words change nothing any more the part keeps its place, and the network is asked no more."""
    forgetful = ForgetfulPrior({"": Gaussian(encode(jar("grey")), 0.02)}, channels=GBUFFER)
    hook = named_parts(forgetful, [Brief((Item("jar", ("white",)), Item("lid", ("red",))))], COLOURS)
    assert hook is not None
    x0 = encode(jar("grey"))[None]
    hook(x0, 0.9)
    late = [named(forgetful.decode(hook(x0, t))[0], LID) for t in (0.4, 0.3, 0.2)]
    assert late == ["red"] * 3 and forgetful.asked == 2


@pytest.mark.parametrize(("strength", "material"), [(0.3, "plastic"), (1.0, "cast_metal")])
def test_a_weakly_steered_material_stays_or_goes_over_whole(strength: float, material: str) -> None:
    """No code between two materials is left, which would be a third; roughness and metal move in part."""
    named_for = [Brief((Item("jar", ("white",)), Item("lid", ("iron",))))]
    hook = named_parts(prior(), named_for, COLOURS, strength)
    assert hook is not None
    x0 = encode(jar("grey"))[None]
    before, maps = prior().decode(x0)[0], prior().decode(hook(x0, 0.5))[0]
    lid = maps[:, MATERIAL, LID].movedim(1, -1)
    assert torch.allclose(lid, CODES[INDEX[material]].expand_as(lid), atol=0.02)
    went = float((maps - before)[:, 9, LID].mean()) / SURFACES[INDEX["cast_metal"]].metallic
    assert went == pytest.approx(strength, abs=0.1)


def test_parts_of_an_object_that_is_there_are_found_once() -> None:
    """Given the object's own views the network is asked once, before the first step, and the part is steered to the end."""
    forgetful = ForgetfulPrior({"": Gaussian(encode(jar("grey")), 0.02)}, channels=GBUFFER)
    x0 = encode(jar("grey"))[None]
    hook = named_parts(forgetful, [Brief((Item("jar", ("white",)), Item("lid", ("red",))))], COLOURS, own=x0)
    assert hook is not None and forgetful.asked == 1
    assert [named(forgetful.decode(hook(x0, t))[0], LID) for t in (0.4, 0.3, 0.2)] == ["red"] * 3
    assert forgetful.asked == 1
