"""The few-step student, rehearsed at a tiny size: what it is asked to learn, that it learns it, and that it ships."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from backend.errors import PropsmithError
from backend.language.brief import Vocabulary
from backend.pipeline import student_for
from backend.priors import Schedule, loader
from backend.priors.multiview import MODEL, MultiViewPrior
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.priors.student import STUDENT, Student, changed
from backend.protocol import Generate
from backend.sampler import guided
from backend.settings import PRESETS
from backend.training import student
from backend.training.batches import Batches, feed
from backend.training.dataset import Shapes, write_shard
from backend.training.publish import publish_student
from backend.training.student import Recipe, begin, conditions, lesson, one_rollout, student_of

TINY = Architecture(
    size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=2, heads=2, fine_blocks=1, vocabulary=16
)
WORDS = Vocabulary(("crate", "barrel", "mug", "red", "blue", "wooden"))
RECIPE = Recipe(rank=4, batch=4, rate=5e-3)


def teacher(seed: int = 0) -> MultiViewPrior:
    """A tiny prior with random weights whose guidance matters."""
    torch.manual_seed(seed)
    network = MultiViewTransformer(TINY)
    for name, parameter in network.named_parameters():
        torch.nn.init.normal_(parameter, std=0.6 if name in ("words.weight", "null_item") else 0.12)
    return MultiViewPrior("tiny", network, Schedule(shift=2.0), WORDS, None, ("crate",))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shapes")
    write_shard(folder / "shard-0.npz", ["crate", "barrel", "mug"] * 2, 3, 16)
    return folder


def asked(prior: MultiViewPrior, data: Path, count: int = 4) -> tuple:
    batch = next(feed(Batches(Shapes(data), WORDS, count, 0), 0))
    return conditions(prior, batch, np.random.default_rng(1))


@pytest.mark.parametrize("interval", [(0.999, 0.7493), (0.4995, 0.2498), (0.2498, 0.0)])
def test_a_lesson_is_where_the_guided_teacher_arrives(data: Path, interval: tuple[float, float]) -> None:
    """One DDIM step with the lesson's x0 lands where the teacher's guided finer steps land."""
    prior, told = teacher(), asked(teacher(), data)
    z = torch.randn(4, *prior.latent_shape, generator=torch.Generator().manual_seed(0))
    x0 = lesson(prior, z, interval, told, replace(RECIPE, substeps=3))
    alpha, sigma = prior.schedule.alpha_sigma(torch.linspace(*interval, 4))
    there = z
    for i in range(3):
        found = guided(prior, there, torch.full((4,), float(torch.linspace(*interval, 4)[i])), *told, RECIPE.guidance)
        there = alpha[i + 1] * found.x0 + sigma[i + 1] * found.eps
    step = alpha[3] * x0 + sigma[3] * (z - alpha[0] * x0) / sigma[0]
    assert torch.allclose(step if interval[1] else x0, there if interval[1] else found.x0, atol=2e-3)


def test_the_two_sides_differ_as_the_product_has_it(data: Path) -> None:
    """Without words a picture is what guidance strengthens; with words the picture stands on both sides."""
    prior = teacher()
    cond, null = asked(prior, data, 40)
    worded = cond.fields["brief"][:, 0, 0] > 0
    pictured, other = (c.fields["reference"][:, 3].flatten(1).amax(1) > 0 for c in (cond, null))
    assert not null.fields["brief"].any() and (worded | pictured).all()
    assert torch.equal(other, pictured & worded) and 4 < pictured.sum() < 25 and (~worded).any()


def test_the_student_begins_as_its_teacher_and_learns(data: Path) -> None:
    """Untaught it predicts what the teacher predicts; after 24 rollouts it errs a third less from the guided one."""
    torch.set_num_threads(1)
    prior = teacher()
    state, told = begin(prior.network, RECIPE), asked(prior, data)
    untaught, noise = student_of(prior, state, RECIPE).prior, torch.randn(4, *prior.latent_shape)
    t = torch.full((4,), 0.5)
    assert torch.equal(untaught.predict(noise, t, told[0]).x0, prior.predict(noise, t, told[0]).x0)
    losses = [one_rollout(prior, state, told, noise, RECIPE.rate, RECIPE) for _ in range(24)]
    assert state.step == 96 and np.mean(losses[-1]) < 0.67 * np.mean(losses[0])


def test_teaching_reports_saves_and_goes_on(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second sitting goes on from the first; with another teacher the changes are kept and the count begins anew."""
    monkeypatch.setattr(student, "HELD_OUT", 2)
    monkeypatch.setattr(student, "REFERENCE_STEPS", 4)
    list(student.teach(teacher(), data, tmp_path, RECIPE, 1e-4))  # ends with the rollout it began
    spent_s = torch.load(tmp_path / "student.pt", weights_only=True)["seconds"]
    lines = list(student.teach(teacher(), data, tmp_path, RECIPE, spent_s / 60 + 1e-4))
    counts = [int(line.split(",")[1]) for line in (tmp_path / "losses.csv").read_text().splitlines()[1:]]
    assert len(lines) == 1 and len(counts) == 2 and counts[1] > counts[0] > 0
    state = student.begin(teacher(1).network, RECIPE)
    student.load_state(tmp_path, state, teacher(1))
    learned = torch.load(tmp_path / "student.pt", weights_only=True)["tensors"]
    assert state.samples == 0 and all(torch.equal(state.tensors[name], learned[name]) for name in learned)


def folder_of(prior: MultiViewPrior, folder: Path) -> Path:
    """A tiny prior as a folder that loads."""
    save_file(prior.network.state_dict(), folder / MODEL)
    shutil.copy(loader.EMBEDDED / "lexicon.safetensors", folder)
    names = (MODEL, "lexicon.safetensors")
    card = {
        "format": 1, "family": "mv-transformer", "name": "tiny", "architecture": asdict(TINY), "schedule": {"shift": 2.0},
        "vocabulary": WORDS.words, "kinds": ["crate"],
        "sha256": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names},
    }  # fmt: skip
    (folder / "prior.json").write_text(json.dumps(card))
    return folder


def test_what_is_published_loads_and_is_checked(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A published student comes with its prior, small and checked; beside other weights, or damaged, it is refused."""
    monkeypatch.setattr(student, "HELD_OUT", 2)
    prior, run = teacher(), tmp_path / "run"
    list(student.teach(prior, data, run, RECIPE, 0.005))
    folder = folder_of(prior, tmp_path)
    told = {"steps": 4, "guidance": 4.0, "training": {"recipe": asdict(RECIPE), "compute": "a test"}}
    card = publish_student(run, folder, told)
    assert card["training"]["samples"] > 0 and (folder / STUDENT).stat().st_size < (folder / MODEL).stat().st_size
    loaded = loader.load_prior(str(folder), torch.device("cpu"))
    assert isinstance(loaded, MultiViewPrior) and loaded.student is not None and loaded.student.steps == 4
    z, t, cond = torch.randn(1, *prior.latent_shape), torch.tensor([0.7]), asked(prior, data, 1)[0]
    state = begin(prior.network, RECIPE)
    student.load_state(run, state, prior)
    tensors = {name: tensor.detach().to(torch.bfloat16).float() for name, tensor in state.tensors.items()}
    exact = MultiViewPrior("", changed(prior.network, tensors), prior.schedule, WORDS, None, ())
    found = loaded.student.prior.predict(z, t, cond).x0
    assert torch.allclose(found, exact.predict(z, t, cond).x0, atol=0.03)  # bf16 where the processor has it
    card_file = folder / "prior.json"
    card_file.write_text(card_file.read_text().replace(card["teacher"], "0" * 64, 1))
    with pytest.raises(PropsmithError):
        loader.load_prior(str(folder), torch.device("cpu"))


def test_only_a_draft_that_asks_what_it_was_taught_takes_the_student() -> None:
    """Draft takes it; standard, another guidance, a negative prompt or a prior without one do not."""
    prior = teacher()
    draft = Generate(prompt="a mug", preset="draft", quality=PRESETS["draft"])
    assert student_for(draft, prior) is None
    prior.student = Student(teacher(1), 4, PRESETS["draft"].views.guidance)
    assert student_for(draft, prior) is prior.student
    assert student_for(Generate(prompt="a mug", preset="standard", quality=PRESETS["standard"]), prior) is None
    assert student_for(replace(draft, negative="a handle"), prior) is None
    views = replace(draft.quality.views, guidance=7.0)
    assert student_for(replace(draft, quality=replace(draft.quality, views=views)), prior) is None
