"""What a machine with a graphics card does otherwise: what lies where, and who waits for whom. On a card that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from backend import checkpoint
from backend.cameras import rig
from backend.clock import Clock
from backend.distill import Run, distill
from backend.evaluation import bench_gpu
from backend.evaluation.asked import result_of
from backend.lifting import blob_in_a_field
from backend.objectives import OBJECTIVES, Guide, gradient
from backend.objectives.control import NormHistory, clip
from backend.objectives.engine import draw
from backend.pipeline import Models, run, sample_views
from backend.priors import Cond
from backend.priors.adapter import Adapter
from backend.priors.mv_unet import FOUR_VIEWS
from backend.protocol import Done, Event, Generate, Note, Refine
from backend.representations.channels import FEATURES
from backend.representations.density import relocate, stir
from backend.representations.gaussians import Gaussians, in_ball
from backend.representations.splat import splat
from backend.settings import PRESETS, Distillation, Quality
from backend.training import student, trainer
from backend.training.dataset import write_shard
from backend.words import Words

from .card import CARD, Card, OnCard, a_card
from .priors.test_mv_unet import LATENT
from .priors.test_mv_unet import prior as tiny_unet_prior
from .test_colour_priors import TINY, folder_of
from .training.test_student import RECIPE as STUDENT_RECIPE
from .training.test_student import teacher
from .training.test_trainer import RECIPE
from .training.test_trainer import TINY as SMALL_NETWORK

PROMPTS = {
    "text": "a red mug",
    "null": "",
    "negative": "a blue mug",
    "source": "a mug",
    "good": "a fine mug",
    "bad": "a mug",
}


def small(preset: str, **distillation: object) -> Quality:
    quality = PRESETS[preset]
    return replace(
        quality,
        views=replace(quality.views, steps=3),
        distillation=replace(quality.distillation, **distillation),  # type: ignore[arg-type]
    )


def test_the_card_is_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """It computes; mixing fails; reading waits; carrying what the host knows does not; gradients come through."""
    with a_card(monkeypatch) as card:
        x = torch.arange(3.0, device=CARD)
        y = (x * 2 + 1).requires_grad_(True)
        assert isinstance(x, OnCard) and not card.waits
        with pytest.raises(RuntimeError, match="on the host and on the card"):
            x + torch.ones(3)
        with pytest.raises(RuntimeError, match="on the host and on the card"):
            torch.stack([x.sum(), torch.tensor(1.0)])
        (y.square()).sum().backward()
        assert y.grad is not None and not card.waits
        assert torch.ones(3).to(CARD, non_blocking=True).device == CARD and not card.waits
        assert y.grad.tolist() == [2.0, 6.0, 10.0] and card.waits


@pytest.mark.parametrize(
    "asked",
    [
        Generate(prompt="a red barrel with gold bands", seed=1, quality=small("draft")),
        Generate(prompt="a wooden chest with iron bands", negative="blue", seed=1, quality=small("standard")),
    ],
    ids=["draft", "standard"],
)
def test_words_become_the_same_views(asked: Generate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steered sampling gives what it gives on the host, and brings it there."""
    monkeypatch.setattr("backend.priors.multiview._has_bf16", lambda device: False)

    def views(device: torch.device) -> Tensor:
        clock, prior = Clock.for_generate(asked.quality), Models(device).prior("embedded")
        return result_of(sample_views(asked, prior, tmp_path, clock)).maps.maps

    here = views(torch.device("cpu"))
    with a_card(monkeypatch):
        there = views(CARD)
    apart = (here - there).abs()  # a card's attention rounds otherwise, and a pixel in doubt may go either way
    assert type(there) is Tensor and float(apart.mean()) < 1e-4 and float((apart > 1e-3).float().mean()) < 0.01, (
        apart.max()
    )


@pytest.fixture(scope="module")
def thing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The result folder of a small red mug."""
    folder = tmp_path_factory.mktemp("mug")
    wish = Generate(prompt="a red mug", seed=1, quality=tiny("draft"))
    assert isinstance(list(run(wish, folder, Models(torch.device("cpu"))))[-1], Done)
    return folder / "result"


def tiny(preset: str, **distillation: object) -> Quality:
    """Views of the preset in few steps, and TINY's mesh and maps."""
    return replace(small(preset, **distillation), shape=TINY.shape, finish=TINY.finish)


def test_a_picture_becomes_a_prop(thing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is told, looked up and laid on the prop; the maps are then refined."""
    wish = Generate(image=str(thing / "thumbnail.png"), seed=1, quality=tiny("standard", steps=2))
    with a_card(monkeypatch):
        assert isinstance(list(run(wish, tmp_path, Models(CARD)))[-1], Done)


@pytest.mark.parametrize(("mode", "objective"), [("texture", "ism"), ("texture", "vsd"), ("shape", "asd")])
def test_an_object_is_refined(
    mode: str, objective: str, thing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Surfaces stay on the host, the network is asked on the card."""
    quality = tiny("standard", steps=2, objective=objective)
    wish = Refine(mesh=str(thing / "mesh.npz"), prompt="a blue mug with a gold handle", mode=mode, quality=quality)
    with a_card(monkeypatch):
        assert isinstance(list(run(wish, tmp_path, Models(CARD)))[-1], Done)


QUICK = replace(TINY, distillation=replace(TINY.distillation, steps=2))


def test_a_prior_of_colours_lifts_a_prop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gaussians live on the card, told apart from their other sides by words."""
    wish = Generate(prompt="a red chair", prior=str(folder_of("single", tmp_path / "prior")), quality=QUICK)
    with a_card(monkeypatch):
        assert isinstance(list(run(wish, tmp_path, Models(CARD)))[-1], Done)


@pytest.mark.parametrize("sort", ["joined", "field"])
def test_a_prior_of_colours_paints(sort: str, thing: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What such a prior paints lives on the host, its encoder on the card."""
    prior = str(folder_of(sort, tmp_path / "prior"))
    wish = Refine(mesh=str(thing / "mesh.npz"), prompt="a red chair", prior=prior, quality=QUICK)
    with a_card(monkeypatch):
        assert isinstance(list(run(wish, tmp_path, Models(CARD)))[-1], Done)


def test_a_field_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """It renders there, and its gradients come through."""
    with a_card(monkeypatch):
        field = blob_in_a_field(torch.Generator().manual_seed(0), CARD)
        leaves = [tensor.requires_grad_(True) for group in field.parameters() for tensor in group["params"]]
        field.render(rig(FOUR_VIEWS, fov_deg=40.0, distance=3.0), 8).features.sum().backward()
        assert any(leaf.grad is not None and float(leaf.grad.abs().sum()) > 0 for leaf in leaves)


def placed(cond: Cond) -> Cond:
    return Cond({name: tensor.to(CARD) for name, tensor in cond.fields.items()})


def waits(card: Card, guide: Guide, row: str, z: Tensor) -> dict[str, int]:
    """Where two steps' gradients and their clipping wait, after a first step that may bring things to the card."""
    generator, history = torch.Generator().manual_seed(0), NormHistory()
    for step in range(3):
        g = clip(gradient(OBJECTIVES[row], guide, z, draw(OBJECTIVES[row], z, 0.5, generator)), history)
        if isinstance(guide.adapter, Adapter):
            guide.adapter.train(z, guide.conds["text"], generator)
        if step == 0:
            card.waits.clear()
    assert isinstance(g, OnCard) and g.shape == z.shape
    return dict(card.waits)


def test_no_step_waits_for_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row of the table reads anything back, under a latent prior with a table of noise levels; under the embedded one ASD."""
    with a_card(monkeypatch) as card:
        embedded, unet = Models(CARD).prior("embedded"), tiny_unet_prior()
        unet.network.to(CARD)
        for prior, shape, rows in ((embedded, embedded.latent_shape, ("asd",)), (unet, LATENT, tuple(OBJECTIVES))):
            conds = {name: placed(prior.condition([prompt])) for name, prompt in PROMPTS.items()}
            z, source = torch.randn(2, 1, *shape, device=CARD)
            for row in rows:
                adapter = Adapter(prior, torch.Generator()) if OBJECTIVES[row].needs("adapter") else None
                assert waits(card, Guide(prior, conds, source, adapter), row, z) == {}, (prior.name, row)


def test_gaussians_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bench's 500 steps, two of them."""
    monkeypatch.setattr(bench_gpu, "DEVICE", CARD)
    monkeypatch.setattr(bench_gpu, "best_renderer", lambda: splat)
    monkeypatch.setattr(bench_gpu, "seconds_of", lambda work: work() and 1.0)
    with a_card(monkeypatch):
        assert bench_gpu.asd_on_gaussians(steps=2, count=60).startswith("2 steps in")


def cloud() -> Gaussians:
    gaussians = in_ball(60, len(FEATURES), torch.Generator().manual_seed(0))
    for name, tensor in gaussians.tensors().items():
        setattr(gaussians, name, tensor.to(CARD))
    return gaussians


def test_the_dead_move_on_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """Relocation and its noise."""
    with a_card(monkeypatch):
        gaussians, generator = cloud(), torch.Generator().manual_seed(0)
        gaussians.logits[:5] = -20.0
        assert relocate(gaussians, None, generator) == 5
        stir(gaussians, 0.1, generator)
        assert float(gaussians.opacity.min()) > 0.004 and isinstance(gaussians.means, OnCard)


def test_a_killed_run_goes_on_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gaussians, the memory of their optimiser and the norms of the last steps come back from the file to where they were."""
    monkeypatch.setattr(checkpoint, "EVERY_S", 0.0)
    monkeypatch.setattr("backend.distill.CHECK_EVERY", 1)  # their number changes, too
    with a_card(monkeypatch):
        embedded = Models(CARD).prior("embedded")

        def work() -> Iterator[Event]:
            gaussians = cloud()
            settings = Distillation(steps=3, objective="asd", strength=1.0)
            return distill(gaussians, embedded, Words("a red mug"), Run(settings, folder=tmp_path))

        first = work()
        while not (tmp_path / "refine.pt").exists():
            next(first)
        first.close()
        rest = list(work())
    assert any(isinstance(event, Note) and event.code == "resumed" for event in rest)


@pytest.mark.filterwarnings("ignore:for .* copying from a non-meta parameter")  # this card's are none
def test_training_goes_on_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that was left and taken up again finds the moments of its optimisers where its weights are."""
    write_shard(tmp_path / "shard-0.npz", ["crate", "barrel", "mug"] * 4, 3, 16)
    monkeypatch.setattr(trainer, "HELD_OUT", 3)
    monkeypatch.setattr(trainer, "draw_preview", lambda *_: None)
    monkeypatch.setattr(trainer, "generator_on", lambda device, seed: torch.Generator().manual_seed(seed))
    monkeypatch.setattr(torch, "autocast", lambda *_: nullcontext())  # which knows no such card
    monkeypatch.setattr(torch.__future__, "get_swap_module_params_on_conversion", lambda: True)  # as on CUDA, a moved
    with a_card(monkeypatch):  # weight stays the same object
        for samples in (8, 24):
            reports = list(trainer.train(tmp_path / "run", tmp_path, SMALL_NETWORK, RECIPE, samples, CARD))
    assert reports[-1].split()[:2] == ["3", "24"]


def test_a_student_is_taught_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In two sittings."""
    write_shard(tmp_path / "shard-0.npz", ["crate", "barrel", "mug"] * 2, 3, 16)
    monkeypatch.setattr(student, "HELD_OUT", 2)
    monkeypatch.setattr(student, "REFERENCE_STEPS", 4)
    with a_card(monkeypatch):
        prior = teacher()
        prior.network.to(CARD)
        for sitting in (1, 2):
            lines = list(student.teach(prior, tmp_path, tmp_path / "run", STUDENT_RECIPE, sitting * 1e-4))
    assert len(lines) == 1
