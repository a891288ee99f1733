"""The pull towards the sketch: coarse cells follow the picture at the noisy end, and nowhere else."""

from __future__ import annotations

import torch

from backend.language.brief import Vocabulary
from backend.priors import ALPHA, DEPTH, NORMAL, Cond, Schedule
from backend.priors.multiview import MultiViewPrior
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.sketched import sketched
from backend.training.captions import vocabulary

SMALL = Architecture(size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=1, heads=2, sketch=True)
GEOMETRY = [*range(13)[ALPHA], *range(13)[NORMAL], *range(13)[DEPTH]]


class Told:
    """Tells cells that lie a constant above the estimate's own."""

    def __init__(self, x0: torch.Tensor, above: float) -> None:
        self.cells = torch.nn.functional.avg_pool2d(x0.flatten(0, 1), 2).unflatten(0, x0.shape[:2]) + above

    def sketch(self, cond: Cond) -> torch.Tensor:
        return self.cells


def test_cells_follow_the_sketch_at_the_noisy_end() -> None:
    """At t = .999 an estimate takes the whole difference of its cells, half-way down half of it, at t = .9 none."""
    x0 = torch.rand(2, 6, 13, 16, 16, generator=torch.Generator().manual_seed(0)) - 0.5
    pull = sketched(Told(x0, 0.25), Cond({}), paint=True)
    assert torch.allclose(pull(x0, 0.999), x0 + 0.25, atol=1e-6)
    assert torch.allclose(pull(x0, 0.945), x0 + 0.125, atol=1e-6)
    assert torch.equal(pull(x0, 0.9), x0) and torch.equal(pull(x0, 0.3), x0)


def test_named_paint_is_not_the_pictures() -> None:
    """Without paint only alpha, normals and depth move; colours, roughness, metal and material stay bit for bit."""
    x0 = torch.rand(1, 6, 13, 16, 16, generator=torch.Generator().manual_seed(1)) - 0.5
    moved = sketched(Told(x0, 0.25), Cond({}), paint=False)(x0, 0.999)
    stays = [c for c in range(13) if c not in GEOMETRY]
    assert torch.equal(moved[:, :, stays], x0[:, :, stays])
    assert torch.allclose(moved[:, :, GEOMETRY], x0[:, :, GEOMETRY] + 0.25, atol=1e-6)


def test_only_a_picture_is_sketched() -> None:
    """The prior answers with its sketch of a picture under the word told, and with None where there is no picture."""
    torch.manual_seed(0)
    prior = MultiViewPrior(
        "tiny", MultiViewTransformer(SMALL), Schedule(), Vocabulary(vocabulary().words), None, ("mug",)
    )
    brief = torch.zeros(2, 8, 7, dtype=torch.long)
    brief[1, 0, 0] = 5
    cond = Cond({"brief": brief, "reference": torch.full((2, 4, 16, 16), 0.5)})
    told = prior.sketch(cond)
    assert told is not None and told.shape == (2, 6, 13, 8, 8) and not torch.equal(told[0], told[1])
    blank = Cond({"brief": brief})
    assert prior.sketch(blank) is None and sketched(prior, blank, paint=True) is None
