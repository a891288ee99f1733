"""Refinement steered by part: what is painted where, what stays, what a new prompt changes, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch
import trimesh
from torch import Tensor

from backend.cameras import rig
from backend.clock import Clock
from backend.distill import Run
from backend.lab import lab_of
from backend.language.brief import Brief, Item
from backend.language.reader import Reading
from backend.obedience import obedience
from backend.objectives import Guide
from backend.painting import paint_views, reshape_views
from backend.polish import views_of
from backend.priors import ALBEDO, ALPHA, GBUFFER, NORMAL, Cond, Maps, Prediction
from backend.priors.analytic import RADIUS, exact_maps
from backend.priors.gaussian import Gaussian, GaussianPrior
from backend.priors.gbuffer import encode
from backend.protocol import Control
from backend.representations.surface import TexturedSurface
from backend.sampler import Plan
from backend.settings import Distillation
from backend.training.paints import COLOURS
from backend.unwrap import unwrap
from backend.words import Words, rewritten, steering

SIZE_PX, STRENGTH = 32, 0.8
NAMES = sorted(COLOURS)
PALETTE = lab_of(torch.tensor([COLOURS[name] for name in NAMES]))
BALL = exact_maps("ball", "white", "plastic", rig(), SIZE_PX)
PARTS = {"lid": BALL[:, NORMAL.stop - 1] > 0.6, "foot": BALL[:, NORMAL.stop - 1] < -0.2}  # (V, S, S) by the normals' z
LID = "a white ball with a red lid"


def ball(**parts: str) -> Tensor:
    """(V, 13, S, S) the white ball with parts of these colours."""
    maps = BALL.clone()
    for name, colour in parts.items():
        where = PARTS[name][:, None].expand(-1, 3, -1, -1)
        maps[:, ALBEDO] = torch.where(where, torch.tensor(COLOURS[colour])[:, None, None], maps[:, ALBEDO])
    return maps


@dataclass
class BallPrior(GaussianPrior):
    """Reads "with a COLOUR PART"; it knows where lid and foot are, and gives them a third of the look that it is asked."""

    named_colours = COLOURS
    asked: int = 0

    def read(self, prompt: str) -> Reading:
        _, _, rest = prompt.partition(" with a ")
        items = [Item(noun, (colour,)) for colour, noun in [rest.rsplit(" ", 1)]] if rest else []
        return Reading(Brief((Item("ball", ("white",)), *items)))

    def condition(self, prompts: list[str], image: Tensor | None = None) -> Cond:
        return self.condition_on([self.read(prompt).brief for prompt in prompts])

    def condition_on(self, briefs: list[Brief], image: Tensor | None = None) -> Cond:
        asked = [ball(**{item.noun: item.modifiers[0] for item in brief.items[1:]}) for brief in briefs]
        mean = torch.stack([encode((maps + 2 * ball()) / 3) for maps in asked])
        return Cond({"mean": mean, "variance": torch.full((len(briefs), 1, 1, 1, 1), 0.05**2)})

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        self.asked += len(z_t)
        return super().predict(z_t, t, cond)


def known() -> BallPrior:
    return BallPrior({"": Gaussian(encode(ball()), 0.05)}, channels=GBUFFER)


def white_ball(allowed: Tensor | None = None) -> TexturedSurface:
    mesh = trimesh.creation.icosphere(3, RADIUS)
    vertices, faces = np.asarray(mesh.vertices, np.float32), np.asarray(mesh.faces, np.int32)
    base = torch.zeros(8, 64, 64)
    base[:3], base[3] = torch.tensor([0.9, 0.9, 0.9])[:, None, None], 0.35
    free = torch.ones(64, 64, dtype=torch.bool) if allowed is None else allowed
    return TexturedSurface.start(vertices, faces, unwrap(vertices, faces), base, free)


def painted(prior: BallPrior, surface: TexturedSurface, words: Words, keep_original: float = 0.0) -> Maps:
    """The views of the surface after a painting of six steps."""
    run = Run(Distillation(strength=STRENGTH, keep_original=keep_original), seed=1)
    clock = Clock({"views": 1.0})
    clock.enter("views")
    for _ in paint_views(surface, prior, words, run, clock, Plan(6, 1.0, "ddim", STRENGTH)):
        pass
    return views_of(surface, prior)


def named(maps: Tensor, part: str) -> str:
    """The colour nearest to the mean of a part of G-buffers (V, 13, S, S)."""
    seen = PARTS[part] & (maps[:, ALPHA][:, 0] > 0.9)
    mean = lab_of(maps[:, ALBEDO].movedim(1, -1)[seen].mean(0))
    return NAMES[int((PALETTE - mean).norm(dim=-1).argmin())]


def test_a_part_is_painted_in_its_own_colour() -> None:
    """The lid of a white ball becomes red and the foot stays white; without the steering the lid does not become red."""
    prior = known()
    steered = painted(prior, white_ball(), Words(LID)).maps
    plain = painted(prior, white_ball(), Words(LID, by_part=False)).maps
    assert (named(steered, "lid"), named(steered, "foot")) == ("red", "white")
    assert named(plain, "lid") != "red"


def test_a_new_shape_takes_it_too() -> None:
    """The views of a new shape have the red lid as well."""
    prior, surface = known(), white_ball()
    run, clock = Run(Distillation(strength=STRENGTH), seed=1), Clock({"views": 1.0})
    clock.enter("views")
    walked = reshape_views(views_of(surface, prior), 1.0, prior, Words(LID), run, clock, Plan(6, 1.0, "ddim", STRENGTH))
    with pytest.raises(StopIteration) as ended:
        while True:
            next(walked)
    assert (named(ended.value.value.maps, "lid"), named(ended.value.value.maps, "foot")) == ("red", "white")


def test_texels_that_may_not_change_stay() -> None:
    """With a mask over part of the texture, all other texels come back bit for bit while the lid's own change."""
    allowed = torch.arange(64).expand(64, 64) < 32
    surface = white_ball(allowed)
    before = surface.base.clone()
    painted(known(), surface, Words(LID))
    after = surface.present()
    assert torch.equal(after[:, ~allowed], before[:, ~allowed])
    assert float((after - before)[:3, allowed].abs().max()) > 0.3


def test_keep_original_holds_the_part_back() -> None:
    """The lid's change falls with keep-original, to nothing at 1."""
    start = views_of(white_ball(), known()).maps
    moved = [
        float((painted(known(), white_ball(), Words(LID), keep).maps - start)[:, ALBEDO].abs().mean())
        for keep in (0.0, 0.3, 0.6, 1.0)
    ]
    assert moved[0] > moved[1] > moved[2] > moved[3] and moved[3] < 1e-6


def test_a_step_costs_no_evaluation() -> None:
    """The part is looked for twice, with two evaluations each (what it shall look like, and where nothing else may change),
    whatever the number of steps; distillation looks for none."""
    counts = []
    for by_part in (True, False):
        prior = known()
        painted(prior, white_ball(), Words(LID, by_part=by_part))
        counts.append(prior.asked)
    assert counts[0] == counts[1] + 4
    prior, x0 = known(), encode(ball())[None]
    hook, alone = steering(prior, Words(LID)), obedience(prior, [prior.read(LID).brief], COLOURS)
    assert hook is not None and alone is not None and prior.asked == 0
    assert torch.equal(hook(x0, 0.5), alone(x0, 0.5))


def test_a_new_prompt_forgets_the_parts_of_the_old_one() -> None:
    """Told to colour the foot instead of the lid, the steering moves the foot and leaves the lid bit for bit."""
    prior = known()
    words = Words(LID, own=encode(ball())[None])
    guide = Guide(prior, {}, steer=steering(prior, words))
    walk = rewritten(guide, words, Control(prompt="a white ball with a blue foot"), set())
    with pytest.raises(StopIteration) as ended:
        while True:
            next(walk)
    after = ended.value.value[0].steer
    alone = obedience(prior, [Brief((Item("ball", ("white",)),))], COLOURS)
    assert guide.steer is not None and after is not None and alone is not None
    x0 = encode(ball())[None]
    plain, old, new = (prior.decode(hook(x0, 0.5))[0] for hook in (alone, guide.steer, after))
    lid = PARTS["lid"][:, None].expand(-1, 13, -1, -1)
    assert not torch.equal(old[lid], plain[lid]) and torch.equal(new[lid], plain[lid])
    assert (named(old, "lid"), named(new, "lid"), named(new, "foot")) == ("red", "white", "blue")


def test_a_weak_refinement_moves_the_part_less() -> None:
    """What one evaluation moves grows with the strength up to a half, and is nothing at 0."""
    prior, x0 = known(), encode(ball())[None]

    def moved(strength: float) -> float:
        hook = steering(prior, Words(LID, own=x0, strength=strength))
        return float((hook(x0, 0.5) - x0).abs().mean()) if hook else 0.0

    far = [moved(strength) for strength in (0.0, 0.1, 0.25, 0.4, 0.5, 1.0)]
    assert far[0] == 0 and far[4] == far[5]
    assert all(low < high for low, high in zip(far[:4], far[1:5], strict=True))
