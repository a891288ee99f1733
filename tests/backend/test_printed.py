"""Patterns are taken out of what the prior is asked for, printed in the colours that were said, and nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
import trimesh
from PIL import Image

from backend.language.brief import Brief, Item
from backend.pipeline import Models, run
from backend.printed import CONTRAST, Motif, Plain, completed_apart, plain_of, prints_of, text_of
from backend.priors.multiview import MultiViewPrior
from backend.prompts import asked_for
from backend.protocol import Generate, Note, Refine
from backend.rasterise import rasterise
from backend.settings import PRESETS, Distillation
from backend.unwrap import unwrap
from tests.backend.test_prints import RED, WHITE


@pytest.fixture(scope="module")
def models() -> Models:
    return Models(torch.device("cpu"))


@pytest.fixture(scope="module")
def embedded(models: Models) -> MultiViewPrior:
    prior = models.prior("embedded")
    assert isinstance(prior, MultiViewPrior)
    return prior


def plain(prior: MultiViewPrior, prompt: str) -> Plain:
    return plain_of(prior, prior.read(prompt), prompt)


@pytest.mark.parametrize(
    ("prompt", "asked", "motif"),
    [
        ("a red and white striped mug", "a red mug", Motif("mug", "striped", ("white",))),
        ("a mug with red and white stripes", "a red mug", Motif("mug", "striped", ("white",))),
        ("a red mug with blue dots", "a red mug", Motif("mug", "dotted", ("blue",))),
        ("a mug with blue dots", "a mug", Motif("mug", "dotted", ("blue",))),
        ("a blue dotted vase", "a blue vase", Motif("vase", "dotted", ())),
        ("a red mushroom with white dots", "a red mushroom", Motif("mushroom", "dotted", ("white",))),
        ("a red, white and blue striped umbrella", "a red umbrella", Motif("umbrella", "striped", ("white", "blue"))),
        ("a wooden chair with a red and white striped seat", "a wooden chair with a red seat",
         Motif("seat", "striped", ("white",))),
        ("a red and white lighthouse", "a red lighthouse", Motif("lighthouse", "striped", ("white",))),
        ("a blue and white vase", "a blue vase", Motif("vase", "striped", ("white",))),
    ],
)  # fmt: skip
def test_a_pattern_is_taken_out(embedded: MultiViewPrior, prompt: str, asked: str, motif: Motif) -> None:
    """The colour said first is the ground, but of a prop whose one colour is said of the pattern."""
    assert plain(embedded, prompt) == Plain(asked, (motif,))


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("a red and black chair", "a red chair with a black seat"),
        ("a black and white cow", "a black cow with a white patch"),
        ("a red and white bus", "a red bus with a white stripe"),
    ],
)
def test_a_second_colour_without_a_pattern_is_a_parts(embedded: MultiViewPrior, prompt: str, asked: str) -> None:
    """A part that nearly all props of the kind have, and that can have that colour, is told it."""
    assert plain(embedded, prompt) == Plain(asked)


@pytest.mark.parametrize(
    "prompt",
    [
        "a red barrel with gold bands",
        "a mug",
        "a traffic cone with white stripes",
        "a striped cat on a crate",
        "dragon",
    ],
)
def test_other_prompts_stay(embedded: MultiViewPrior, prompt: str) -> None:
    """No pattern, one that is a part of the kind's own, or company: what is asked for is what was typed."""
    assert plain(embedded, prompt) == Plain(prompt)


def test_every_kind_can_be_patterned(embedded: MultiViewPrior) -> None:
    """Whatever the kind is called, what is left of the prompt is read as it was."""
    for kind in embedded.kinds:
        motifs = plain(embedded, f"a red and white striped {kind}").motifs
        assert motifs and (motifs[0].pattern, motifs[0].others) == ("striped", ("white",)), kind


def test_what_is_asked_for_says_what_the_brief_does(embedded: MultiViewPrior) -> None:
    """Parts follow with their own words and articles."""
    brief = Brief((Item("chair", ("red", "wooden")), Item("seat", ("orange",)), Item("leg")))
    assert text_of(brief) == "a red wooden chair with an orange seat and a leg"
    assert embedded.read(text_of(brief)).brief == brief


def test_an_open_second_colour_stands_out_and_is_said(embedded: MultiViewPrior) -> None:
    """It lies far from the ground, follows the seed, and a note names it."""
    for seed in range(6):
        (one,), drawn = prints_of(embedded, [Motif("mug", "dotted", ())], Brief((Item("mug", ("white",)),)), seed)
        assert one.ground == embedded.named_colours["white"] and len(drawn) == 1
        assert np.abs(np.array(one.others[0]) - one.ground).sum() > CONTRAST / 100
    work = asked_for(embedded, embedded.read("a red plastic dotted ball"), Generate(prompt="a red plastic dotted ball"))
    notes = [event.message for event in work if isinstance(event, Note)]
    assert [note.startswith("The second colour of its pattern was drawn: ") for note in notes] == [True]


def test_the_ground_that_is_drawn_is_not_the_patterns(embedded: MultiViewPrior) -> None:
    """Of grey stripes on a grey cat nothing would be seen."""
    for seed in range(12):
        asked = completed_apart(embedded, Plain("a cat", (Motif("cat", "striped", ("grey",)),)), seed)
        assert "grey" not in embedded.read(asked).brief.items[0].modifiers


def test_a_striped_mug_is_striped(models: Models, tmp_path: Path) -> None:
    """From the prompt to the file: both colours cover much of the base colour, their mixture next to nothing."""
    request = Generate(prompt="a red and white striped mug", seed=3, preset="draft", quality=PRESETS["draft"])
    for _ in run(request, tmp_path, models):
        pass
    texture = np.asarray(Image.open(tmp_path / "result" / "base_color.png").convert("RGB"), np.float32) / 255
    pink = tuple((np.array(RED) + WHITE) / 2)
    away = np.stack([((texture - np.array(c)) ** 2).sum(-1) for c in (RED, WHITE, pink)]).reshape(3, -1)
    red, white, mixed = np.bincount(away.argmin(0), minlength=3) / away.shape[1]
    assert red > 0.25 and white > 0.25 and mixed < 0.1


@pytest.fixture
def ball(tmp_path: Path) -> Path:
    """A white ball, in metres, whose lower half is not to be touched."""
    mesh = trimesh.creation.icosphere(3, 0.5)
    vertices, faces = np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
    upper = vertices[faces].mean(1)[:, 2] > 0
    (tmp_path / "in").mkdir()
    np.savez(tmp_path / "in" / "mesh.npz", vertices=vertices, faces=faces, uvs=unwrap(vertices, faces), selected=upper)
    Image.new("RGB", (256, 256), (235, 235, 230)).save(tmp_path / "in" / "base_color.png")
    return tmp_path / "in" / "mesh.npz"


def refined(ball: Path, models: Models, folder: Path, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """Whether the texels of the ball's upper half are near blue, and those of its lower half, (n, 3) sRGB bytes."""
    quality = PRESETS["draft"]
    quality = replace(
        quality, finish=replace(quality.finish, texture_px=256), distillation=Distillation(strength=strength)
    )
    folder.mkdir()
    for _ in run(Refine(str(ball), "a white ball with blue dots", quality=quality, seed=3), folder, models):
        pass
    with np.load(ball) as mesh:
        texels = rasterise(mesh["uvs"], 256)
        upper = mesh["selected"][texels.face[: texels.inside]]
    picture = np.asarray(Image.open(folder / "result" / "base_color.png"))
    colours = picture[texels.row[: texels.inside], texels.column[: texels.inside]]
    blue = colours[:, 2].astype(int) - colours[:, 0] > 40
    return blue[upper], colours[~upper]


def test_a_refinement_prints_where_it_may(ball: Path, models: Models, tmp_path: Path) -> None:
    """Blue dots on a white ball, on its selected faces alone, the rest bit for bit; weakly at a small strength, none at 0."""
    dotted, rest = refined(ball, models, tmp_path / "much", 0.9)
    assert 0.05 < dotted.mean() < 0.4 and (rest == (235, 235, 230)).all()
    assert not refined(ball, models, tmp_path / "nothing", 0.0)[0].any()
