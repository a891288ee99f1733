"""Where each objective converges: particles in the plane under an exact mixture prior, measured and drawn."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from PIL import Image, ImageDraw
from torch import Tensor

from ..objectives import OBJECTIVES, Guide, gradient
from ..objectives.engine import draw
from ..priors import Cond, Prediction, Schedule
from ..priors.gaussian import Gaussian, GaussianPrior
from ..priors.mixture import Mixture, MixturePrior, denoise

MODES = torch.tensor([[-1.2, -0.6], [1.3, -0.5], [0.1, 1.4]])
SHARES = torch.tensor([0.25, 0.35, 0.40])
MODE_STD = 0.25
# Stable Diffusion's discrete schedule: the published constants (times, shifts) are stated for it
BETAS = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
SCHEDULE = Schedule(alphas_cumprod=tuple(torch.cumprod(1 - BETAS, 0).tolist()))


def plane_prior() -> MixturePrior:
    """Text: three narrow modes. Null: the same modes among six others, all wider, so that guidance means something."""
    torch.manual_seed(0)
    others = torch.cat([MODES, 3 * torch.nn.functional.normalize(torch.randn(6, 2), dim=1)])
    text = Mixture(MODES.reshape(3, 1, 2, 1, 1), torch.full((3,), MODE_STD), SHARES)
    null = Mixture(others.reshape(9, 1, 2, 1, 1), torch.full((9,), 0.8), torch.full((9,), 1 / 9))
    bad = Mixture(others[3:].reshape(6, 1, 2, 1, 1), torch.full((6,), 0.8), torch.full((6,), 1 / 6))
    return MixturePrior({"": null, "text": text, "bad": bad}, schedule=SCHEDULE)


@dataclass
class Swarm:
    """VSD's adapter in the limit of perfect training: the exact denoiser of where the particles are now."""

    particles: Tensor
    schedule: Schedule = field(default=SCHEDULE)

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        count = len(self.particles)
        width = 0.5 * self.particles.flatten(1).std(0).mean() * count ** (-1 / 6)  # Silverman's kernel in 2-D, halved
        mixture = Mixture(self.particles, width.expand(count), torch.full((count,), 1 / count))
        return denoise(z_t, mixture, *self.schedule.alpha_sigma(t))


def converge(name: str, guidance: float | None, steps: int = 600, count: int = 400, seed: int = 0) -> Tensor:
    """(count, 2) particles, each optimised alone by Adam under one objective from a wide Gaussian start."""
    prior, row = plane_prior(), OBJECTIVES[name]
    generator = torch.Generator().manual_seed(seed)
    z = 1.5 * torch.randn(count, 1, 2, 1, 1, generator=generator)
    source = z.clone()
    words = {"text": "text", "null": "", "negative": "bad", "source": "", "good": "text", "bad": "bad"}
    conds = {key: prior.condition([word] * count) for key, word in words.items()}
    z.requires_grad_(True)
    optimiser = torch.optim.Adam([z], lr=0.03, betas=(0.5, 0.99))
    for step in range(steps):
        swarm = Swarm(z.detach())
        guide = Guide(prior, conds, source=source, adapter=swarm, guidance=guidance, keep_original=0.0)
        z.grad = gradient(row, guide, z, draw(row, z, step / steps, generator))
        optimiser.param_groups[0]["lr"] = 0.03 * (1 - 0.9 * step / steps)
        optimiser.step()
    return z.detach().reshape(count, 2)


@dataclass(frozen=True)
class Spread:
    """What the particles became: shares of the modes, spread within them over the prior's own, share far from any."""

    shares: tuple[float, ...]
    width: float  # 1: as wide as the prior's modes; 0: collapsed to points
    astray: float  # share farther than 4 standard deviations from every mode


def measure(particles: Tensor) -> Spread:
    distance = torch.cdist(particles, MODES)
    near, mode = distance.min(dim=1)
    inside = near < 4 * MODE_STD
    shares = tuple(float(((mode == k) & inside).float().mean()) for k in range(len(MODES)))
    left = particles[inside] - MODES[mode[inside]]
    centred = torch.cat([left[mode[inside] == k] - left[mode[inside] == k].mean(0) for k in range(len(MODES))])
    width = float(centred.std() / MODE_STD) if len(centred) > 1 else 0.0
    return Spread(shares, width, float((~inside).float().mean()))


def gradient_norms(count: int = 256, progress: float = 0.5) -> dict[str, float]:
    """Mean ||g|| per evaluation of every row at its own guidance, for images drawn from the text's own Gaussian.

    192 components; text N(m, 0.4^2), null N(m', 1.3^2), others between. VSD's adapter is one that has learned well:
    the text's Gaussian 10 % too wide.
    """
    torch.manual_seed(0)
    shape, words = (4, 3, 4, 4), {"y": 0.4, "": 1.3, "bad": 0.9, "was": 0.7, "poor": 1.1}
    prior = GaussianPrior({w: Gaussian(0.5 * torch.randn(shape), s) for w, s in words.items()}, schedule=SCHEDULE)
    learned = replace(prior, gaussians={**prior.gaussians, "y": Gaussian(prior.gaussians["y"].mean, 0.44)})
    prompts = {"text": "y", "null": "", "negative": "bad", "source": "was", "good": "y", "bad": "poor"}
    conds = {name: prior.condition([word] * count) for name, word in prompts.items()}
    z = prior.gaussians["y"].mean + 0.4 * torch.randn(count, *shape)
    source = prior.gaussians["was"].mean + 0.7 * torch.randn(count, *shape)
    norms = {}
    for name, row in OBJECTIVES.items():
        adapter = _Believing(learned, learned.condition(["y"] * count))
        guide = Guide(prior, conds, source=source, adapter=adapter, keep_original=0.0)
        chance = draw(row, z, progress, torch.Generator().manual_seed(1))
        norms[name] = float(gradient(row, guide, z, chance).flatten(1).norm(dim=1).mean())
    return norms


@dataclass
class _Believing:
    """A denoiser with a fixed condition of its own, whatever it is told."""

    prior: GaussianPrior
    cond: Cond

    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        return self.prior.predict(z_t, t, self.cond)


def picture(rows: dict[str, Tensor], size_px: int = 240, columns: int = 4) -> Image.Image:
    """Scatter plots, one a square; circles are the prior's modes at two standard deviations. rows: title -> (N, 2)."""
    high = -(-len(rows) // columns)
    sheet = Image.new("RGB", (size_px * columns, size_px * high), "white")
    for k, (title, points) in enumerate(rows.items()):
        tile = Image.new("RGB", (size_px, size_px), (250, 250, 252))
        pen = ImageDraw.Draw(tile)

        def at(p: Tensor) -> tuple[float, float]:
            return float((p[0] / 3.2 + 1) * size_px / 2), float((1 - p[1] / 3.2) * size_px / 2)

        for centre in MODES:
            x, y = at(centre)
            r = 2 * MODE_STD / 3.2 * size_px / 2
            pen.ellipse((x - r, y - r, x + r, y + r), outline=(120, 120, 130))
        for p in points:
            x, y = at(p)
            pen.ellipse((x - 1, y - 1, x + 1, y + 1), fill=(200, 60, 30))
        pen.text((6, 4), title, fill=(20, 20, 30))
        pen.rectangle((0, 0, size_px - 1, size_px - 1), outline=(210, 210, 215))
        sheet.paste(tile, (k % columns * size_px, k // columns * size_px))
    return sheet
