"""Proofs of every row under the analytic Gaussian prior: closed form, sign, scale, weight, fixed points."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch

from backend.errors import InputError
from backend.objectives import OBJECTIVES, Draw, Guide, gradient
from backend.objectives.engine import check_served, draw
from backend.objectives.table import pds_chi, pds_psi
from backend.priors import Cond, Schedule
from backend.priors.gaussian import Gaussian, GaussianPrior

V, C, S = 2, 3, 4
PROMPTS = {"text": "y", "null": "", "negative": "bad words", "source": "was", "good": "good", "bad": "poor"}
STD = {"y": 0.4, "": 1.3, "bad words": 0.9, "was": 0.7, "good": 0.5, "poor": 1.1}
W = 7.5
BETAS = torch.linspace(0.00085**0.5, 0.012**0.5, 1000, dtype=torch.float64) ** 2
STABLE_DIFFUSION = Schedule(alphas_cumprod=tuple(torch.cumprod(1 - BETAS, 0).tolist()))


def prior(schedule: Schedule = STABLE_DIFFUSION) -> GaussianPrior:
    torch.manual_seed(0)
    means = {name: Gaussian(torch.randn(V, C, S, S), STD[name]) for name in PROMPTS.values()}
    return GaussianPrior(means, schedule=schedule)


def guide(model: GaussianPrior, batch: int, **more: object) -> Guide:
    conds = {name: model.condition([prompt] * batch) for name, prompt in PROMPTS.items()}
    return Guide(model, conds, guidance=W, **more)  # type: ignore[arg-type]


class World:
    """The numbers of one evaluation, and eps of every prompt written as a scalar formula per component."""

    def __init__(self, t: float = 0.6, shift: float = 0.04, batch: int = 1) -> None:
        torch.manual_seed(1)
        self.model = prior()
        self.z, self.e = torch.randn(2, batch, V, C, S, S)
        self.z_source = torch.randn(batch, V, C, S, S)
        self.draw = Draw(torch.full((batch,), t), torch.full((batch,), t + shift), self.e)
        self.t, self.later = t, t + shift

    def level(self, t: float) -> tuple[float, float]:
        abar = STABLE_DIFFUSION.alphas_cumprod
        index = t * 999
        low = int(index)
        value = abar[low] + (index - low) * (abar[min(low + 1, 999)] - abar[low])
        return math.sqrt(value), math.sqrt(1 - value)

    def eps(self, prompt: str, t: float | None = None, z: torch.Tensor | None = None, std: float = 0.0):
        """alpha sigma (z - m) / (alpha^2 S + sigma^2) + sigma^2 e / (alpha^2 S + sigma^2)."""
        a, s = self.level(self.t if t is None else t)
        name = PROMPTS[prompt]
        m, width = self.model.gaussians[name].mean, std or STD[name]
        z = self.z if z is None else z
        return (a * s * (z - m) + s * s * self.e) / (a * a * width**2 + s * s)


def cfg(w: World, **at: object):
    return w.eps("null", **at) + W * (w.eps("text", **at) - w.eps("null", **at))


def closed_forms(w: World) -> dict[str, torch.Tensor]:
    a, s = w.level(w.t)
    source = dict(z=w.z_source)
    edit = cfg(w) - (w.eps("null", **source) + W * (w.eps("source", **source) - w.eps("null", **source)))
    spring = w.z - w.z_source
    time = torch.tensor([w.t])
    return {
        "sds": s**2 * (cfg(w) - w.e),
        "csd": s**2 * (w.eps("text") - w.eps("null")),
        "nfsd": s**2 * (w.eps("null") - w.eps("negative") + W * (w.eps("text") - w.eps("null"))),
        "vsd": s**2 * (cfg(w) - w.eps("text", std=0.8)),
        "asd": s**2 * (cfg(w) - w.eps("text", t=w.later)),
        "dds": edit + pds_psi(STABLE_DIFFUSION, time) * spring,
        "pds": pds_chi(STABLE_DIFFUSION, time) * edit + pds_psi(STABLE_DIFFUSION, time) * spring,
        "sds-bridge": s**2 * (cfg(w) - w.e),
        "mv-x0": s / a * (cfg(w) - w.e),
    }


class Wider:
    """A network that answers like `inner` under its own reading of the text condition."""

    def __init__(self, inner: GaussianPrior, std: float) -> None:
        self.inner, self.std = inner, std

    def predict(self, z_t: torch.Tensor, t: torch.Tensor, cond: Cond):
        variance = torch.full_like(cond.fields["variance"], self.std**2)
        return self.inner.predict(z_t, t, Cond({**cond.fields, "variance": variance}))


@pytest.mark.parametrize("name", sorted(set(OBJECTIVES) - {"ism"}))
@pytest.mark.parametrize("t", [0.1, 0.35, 0.6, 0.9])
def test_closed_form(name: str, t: float) -> None:
    """Every row equals its paper's formula written out by hand with the Gaussian's exact noise prediction."""
    w = World(t)
    row = replace(OBJECTIVES[name], rescale=0.0)
    g = gradient(row, guide(w.model, 1, source=w.z_source, adapter=Wider(w.model, 0.8)), w.z, w.draw)
    expected = closed_forms(w)[name]
    if name == "nfsd" and t < 0.2:
        s = w.level(t)[1]
        expected = s**2 * (w.eps("null") + W * (w.eps("text") - w.eps("null")))
    torch.testing.assert_close(g, expected.float(), rtol=2e-4, atol=2e-4 * float(expected.abs().max()))


def test_bridge_switches_to_described_pictures() -> None:
    """SDS-Bridge is SDS for four fifths of the run, then guidance times (good - bad) with weight 1."""
    w = World(0.3)
    late = replace(w.draw, progress=0.85)
    g = gradient(OBJECTIVES["sds-bridge"], guide(w.model, 1), w.z, late)
    torch.testing.assert_close(g, W * (w.eps("good") - w.eps("bad")), rtol=2e-4, atol=2e-4)


def test_inversion_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """ISM is 0.1 sigma / alpha (cfg(x_t) - eps_null(x_s)) with x_s, x_t on the exact probability flow."""
    monkeypatch.setattr("backend.objectives.engine.INVERSION_STEPS", 300)
    monkeypatch.setattr("backend.objectives.engine.INVERSION_STRIDE", 1 / 300)
    w = World(0.3, batch=1)
    model = GaussianPrior({"": Gaussian(torch.zeros(V, C, S, S), 0.3), "y": Gaussian(torch.ones(V, C, S, S), 0.2)})
    conds = {"text": model.condition(["y"]), "null": model.condition([""])}
    g = gradient(OBJECTIVES["ism"], Guide(model, conds, guidance=W), w.z, w.draw)

    def levels(t: float) -> tuple[float, float]:
        a, s = model.schedule.alpha_sigma(torch.tensor([t]))
        return float(a), float(s)

    def flow(t: float) -> torch.Tensor:  # x_t = x_0 sqrt(a^2 S + s^2) / sqrt(S) for a mean of zero, from t = 0
        a0, s0 = levels(0.0)
        a, s = levels(t)
        start = a0 * w.z + s0 * w.e
        return start * math.sqrt((a * a * 0.09 + s * s) / (a0 * a0 * 0.09 + s0 * s0))

    a, s = levels(0.3)
    b, r = levels(0.25)
    null, text = s * flow(0.3) / (a * a * 0.09 + s * s), s * (flow(0.3) - a) / (a * a * 0.04 + s * s)
    before = r * flow(0.25) / (b * b * 0.09 + r * r)
    exact = 0.1 * s / a * (null + W * (text - null) - before)
    assert (g - exact).norm() / exact.norm() < 0.05  # what remains is the one coarse step from x_s to x_t


def test_inversion_converges(monkeypatch: pytest.MonkeyPatch) -> None:
    """With ever smaller inversion steps ISM's noised image converges to the probability flow."""
    from backend.objectives import engine

    model = GaussianPrior({"": Gaussian(torch.zeros(V, C, S, S), 0.3)})
    conds = {"text": model.condition([""]), "null": model.condition([""])}
    w = World(0.5)
    errors = []
    for steps in (5, 20, 80):
        monkeypatch.setattr(engine, "INVERSION_STEPS", steps)
        monkeypatch.setattr(engine, "INVERSION_STRIDE", 1.0 / steps)
        points, _ = engine._inversion(OBJECTIVES["ism"], Guide(model, conds), w.z, w.draw)
        a, s = (float(x) for x in model.schedule.alpha_sigma(torch.tensor([0.45])))
        exact = w.z * math.sqrt((a * a * 0.09 + s * s) / 0.09)
        errors.append(float((points["current", "before"][0] - exact).norm() / exact.norm()))
    assert errors[0] > 2.5 * errors[1] and errors[1] > 3 * errors[2] and errors[2] < 0.03, errors


def test_mean_over_noise() -> None:
    """Averaged over noise, SDS is w(t) times the closed form alpha sigma (z - m) / (alpha^2 S + sigma^2)."""
    batch, t = 8192, 0.5
    model = GaussianPrior({"": Gaussian(torch.full((1, 1, 1, 2), 0.3), 0.6)}, schedule=STABLE_DIFFUSION)
    cond = model.condition([""] * batch)
    z = torch.tensor([1.0, -2.0]).expand(batch, 1, 1, 1, 2)
    step = draw(OBJECTIVES["sds"], z, 0.0, torch.Generator().manual_seed(3))
    step = replace(step, t=torch.full((batch,), t))
    g = gradient(OBJECTIVES["sds"], Guide(model, {"text": cond, "null": cond}, guidance=1.0), z, step).mean(0)
    a, s = World().level(t)
    expected = s**2 * a * s * (z[0] - 0.3) / (a * a * 0.36 + s * s)
    torch.testing.assert_close(g, expected, atol=0.012, rtol=0.01)


def concentric(row: str, shift: float = 0.0, t: float = 0.5, std: float = 0.3) -> float:
    """<g, z - m> for a narrow text Gaussian inside a wide null one; positive: a descent step goes towards m."""
    mean = torch.zeros(V, C, S, S)
    names = {"": Gaussian(mean, 2.0), "y": Gaussian(mean, std), "bad words": Gaussian(mean, 2.0)}
    model = GaussianPrior(names, schedule=STABLE_DIFFUSION)
    z = torch.ones(1, V, C, S, S)
    conds = {n: model.condition([p]) for n, p in PROMPTS.items()}
    step = Draw(torch.tensor([t]), torch.tensor([t + shift]), torch.zeros_like(z))
    return float((gradient(OBJECTIVES[row], Guide(model, conds, adapter=Wider(model, 1.5)), z, step) * z).sum())


@pytest.mark.parametrize("name", ["sds", "csd", "nfsd", "vsd", "asd", "ism", "mv-x0", "sds-bridge"])
def test_sign(name: str) -> None:
    """A descent step moves the image towards what the text describes, for every row that generates."""
    assert concentric(name, shift=0.04) > 0


def test_editing_moves_from_source_to_target() -> None:
    """DDS and PDS move an image at the source's mean in the direction from the source's to the target's mean."""
    w = World(0.5)
    for name in ("dds", "pds"):
        z = w.model.gaussians["was"].mean[None]
        wanted = w.model.gaussians["y"].mean[None] - z
        model = replace(w.model, gaussians={k: replace(g, std=0.5) for k, g in w.model.gaussians.items()})
        conds = {n: model.condition([p]) for n, p in PROMPTS.items()}
        g = gradient(OBJECTIVES[name], Guide(model, conds, source=z, guidance=W), z, w.draw)
        assert torch.cosine_similarity(-g.flatten(), wanted.flatten(), dim=0) > 0.99


def test_fixed_points() -> None:
    """DDS vanishes for equal prompts and images, ASD for no shift at guidance 1, VSD when the adapter is the prior."""
    w = World()
    same = {**guide(w.model, 1).conds, "source": w.model.condition(["y"])}
    for name in ("dds", "pds"):
        assert gradient(OBJECTIVES[name], Guide(w.model, same, source=w.z), w.z, w.draw).abs().max() < 1e-5
    still = replace(w.draw, earlier=w.draw.t)
    one = Guide(w.model, same, guidance=1.0, adapter=w.model)
    assert gradient(OBJECTIVES["asd"], one, w.z, still).abs().max() < 1e-6
    assert gradient(OBJECTIVES["vsd"], one, w.z, w.draw).abs().max() < 1e-6
    assert gradient(OBJECTIVES["asd"], one, w.z, w.draw).abs().max() > 1e-3


def test_asd_pushes_away_below_the_prior_width() -> None:
    """Without guidance ASD pulls to the mean where (sigma / alpha)^2 > S and pushes away below."""
    zero = torch.zeros(V, C, S, S)
    model = GaussianPrior({"": Gaussian(zero, 1.0)}, schedule=STABLE_DIFFUSION)
    cond = model.condition([""])
    z = torch.ones(1, V, C, S, S)

    def pull(t: float) -> float:
        step = Draw(torch.tensor([t]), torch.tensor([t + 0.05]), torch.zeros_like(z))
        return float(
            gradient(OBJECTIVES["asd"], Guide(model, {"text": cond, "null": cond}, guidance=1.0), z, step).mean()
        )

    assert pull(0.7) > 0 > pull(0.2)


def test_pds_weights_are_those_of_the_published_code() -> None:
    """chi and psi reproduce the values computed from PDS's formulas with stride 2 and one-step betas."""
    table = {21: (1.61, 0.232), 51: (0.65, 0.153), 101: (0.31, 0.116), 201: (0.14, 0.092), 301: (0.079, 0.084),
             501: (0.032, 0.082), 701: (0.015, 0.090), 901: (0.006, 0.104)}  # fmt: skip
    for t, (psi, chi) in table.items():
        time = torch.tensor([t / 999], dtype=torch.float64)
        assert float(pds_psi(STABLE_DIFFUSION, time)) == pytest.approx(psi, rel=0.06, abs=6e-4)
        assert float(pds_chi(STABLE_DIFFUSION, time)) == pytest.approx(chi, rel=0.02)


def test_rescale_matches_the_standard_deviation() -> None:
    """With phi = 1, MVDream's x0 target has the standard deviation of the text-only x0, over all views together."""
    w = World(0.7)
    row = replace(OBJECTIVES["mv-x0"], rescale=1.0)
    target = w.z - gradient(row, guide(w.model, 1), w.z, w.draw)
    a, s = w.level(w.t)
    alone = (a * w.z + s * w.e - s * w.eps("text")) / a
    assert float(target.std()) == pytest.approx(float(alone.std()), rel=1e-3)


def test_one_call_per_network() -> None:
    """All evaluations of a step go in one batch: ASD asks the prior once, for three evaluations."""
    w = World()
    calls = []

    class Counting:
        schedule = w.model.schedule

        def predict(self, z_t: torch.Tensor, t: torch.Tensor, cond: Cond):
            calls.append(len(z_t))
            return w.model.predict(z_t, t, cond)

    for name, expected in {"sds": [2], "csd": [2], "asd": [3], "dds": [4], "nfsd": [3]}.items():
        calls.clear()
        gradient(OBJECTIVES[name], replace(guide(w.model, 1, source=w.z_source), prior=Counting()), w.z, w.draw)
        assert calls == expected, name


def test_sds_gradients_dwarf_those_of_asd() -> None:
    """At their own guidance (100 and 7.5) the SDS gradient is more than 10 times ASD's, as ScaleDreamer reports."""
    w, norms = World(batch=64), {}
    for name in ("sds", "asd"):
        row, model = OBJECTIVES[name], w.model
        z = model.gaussians["y"].mean + 0.4 * torch.randn(64, V, C, S, S, generator=torch.Generator().manual_seed(2))
        conds = {n: model.condition([p] * 64) for n, p in PROMPTS.items()}
        step = draw(row, z, 0.5, torch.Generator().manual_seed(1))
        norms[name] = float(gradient(row, Guide(model, conds), z, step).flatten(1).norm(dim=1).mean())
    assert norms["sds"] > 10 * norms["asd"], norms


def test_refusals() -> None:
    """An objective that the prior cannot serve is refused with a sentence and the objectives that can be chosen."""
    w = World()
    full = guide(w.model, 1, source=w.z_source)
    check_served("asd", full)
    with pytest.raises(InputError, match="trainable copy"):
        check_served("vsd", full)
    with pytest.raises(InputError, match="original"):
        check_served("dds", replace(full, source=None))
    deaf = {**full.conds, "bad": full.conds["good"]}
    with pytest.raises(InputError, match="none of the words"):
        check_served("sds-bridge", replace(full, conds=deaf))
