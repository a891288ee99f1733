"""`python -m backend bench --gpu`: what only a CUDA device can show: gsplat against its twin, step times, memory, ceilings.

Every part is measured by itself and a part that cannot run says why, so that one call on a borrowed machine tells all;
`--write docs/distillation.md` puts the table into the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..cameras import rig
from ..distill import Run, distill
from ..errors import PropsmithError
from ..objectives import OBJECTIVES, Guide, gradient
from ..objectives.engine import draw
from ..pipeline import Models
from ..priors.mv_unet import FOUR_VIEWS, MultiViewUNet, discrete_schedule
from ..representations.channels import FEATURES
from ..representations.gaussians import in_ball
from ..representations.gsplat_renderer import best_renderer, has_kernels, splat_with_gsplat
from ..representations.splat import covariances, splat
from ..settings import Distillation
from ..words import Words
from .refinement_report import write_into

DEVICE, HALF = "cuda", torch.float16
HEAD = "| part | found | goal | peak GiB |"
PROMPT = "a wooden treasure chest with iron bands"
STABLE_DIFFUSION = {"betas": "scaled_linear", "start": 0.00085, "end": 0.012, "steps": 1000}


def main(write: Path | None = None) -> int:
    """Print one row a part, and write the table into a page; 0 when every part ran."""
    if not torch.cuda.is_available():
        print("no CUDA device: nothing measured")
        return 4
    rows = [
        f"{torch.cuda.get_device_name()}, torch {torch.__version__}.\n",
        "| part | found | goal | peak GiB |",
        "|---|---|---|---|",
    ]
    print("\n".join(rows))
    failed = 0
    for part, goal in parts():
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        try:
            said = part()
        except (RuntimeError, ImportError, OSError, PropsmithError) as error:
            said, failed = f"FAILED: {type(error).__name__}: {error}"[:300].replace("\n", " "), failed + 1
        name = part.__name__.replace("_", " ")
        rows.append(f"| {name} | {said} | {goal} | {torch.cuda.max_memory_allocated() / 2**30:.2f} |")
        print(rows[-1], flush=True)
    if write:
        write_into(write, "\n".join(rows), "bench of the GPU")
    return 1 if failed else 0


def parts() -> tuple[tuple[Callable[[], str], str], ...]:
    """What is measured, and what it is to reach."""
    return (
        (gsplat_equality, "equal within rounding"),
        (asd_on_gaussians, "500 steps in 10 s; 1.5 GiB"),
        (ceiling, ""),
        (sds_step, "half of the ceiling; twice as fast as the eager step; 6 GiB"),
        (graphed_sds_step, "the same"),
        (eager_sds_step, ""),
    )


def wait() -> None:
    """Until the device has done what it was told."""
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def seconds_of(work: Callable[[], Any], repeats: int = 20, warm: int = 3) -> float:
    """Mean seconds of a call on the device, after warming up."""
    for _ in range(warm):
        work()
    wait()
    began = time.perf_counter()
    for _ in range(repeats):
        work()
    wait()
    return (time.perf_counter() - began) / repeats


def gsplat_equality() -> str:
    """Pictures and gradients of gsplat's kernels against our torch renderer, and how much faster they are."""
    if not has_kernels():
        return "gsplat's kernels are not installed"
    found = []
    for fov_deg in (0.0, 40.0):
        results = [_splatted(renderer, fov_deg) for renderer in (splat, splat_with_gsplat)]
        worst = [float((a - b).abs().max()) for a, b in zip(*results, strict=True)]
        found.append(
            f"fov {fov_deg:g}: picture {worst[0]:.1e}, alpha {worst[1]:.1e}, gradient of the means {worst[2]:.1e}"
        )
    times = [seconds_of(partial(_splatted, renderer, 0.0)) for renderer in (splat, splat_with_gsplat)]
    return (
        "; ".join(found)
        + f"; 2000 Gaussians forward and back: torch {1e3 * times[0]:.1f} ms, gsplat {1e3 * times[1]:.1f} ms"
    )


def _splatted(renderer: Callable[..., Any], fov_deg: float) -> tuple[Tensor, Tensor, Tensor]:
    """(picture, alpha, gradient of the means) of 2000 Gaussians in six views of 96 pixels."""
    g = in_ball(2000, 8, torch.Generator().manual_seed(0))
    means = g.means.to(DEVICE).requires_grad_(True)
    covariance = covariances(g.quats.to(DEVICE), g.log_scales.exp().to(DEVICE))
    features = torch.rand(2000, 8, generator=torch.Generator().manual_seed(1)).to(DEVICE).expand(6, -1, -1)
    image, alpha, _ = renderer(
        means, covariance, g.opacity.to(DEVICE), features, rig(distance=3.0, fov_deg=fov_deg), 96
    )
    (image.square().sum() + alpha.sum()).backward()
    assert means.grad is not None
    return image.detach(), alpha.detach(), means.grad


def asd_on_gaussians(steps: int = 500, count: int = 4000) -> str:
    """Seconds of ASD steps on Gaussians under the embedded prior (goal: 500 in 10 s), and its evaluations alone."""
    prior = Models(torch.device(DEVICE)).prior("embedded")
    g = in_ball(count, len(FEATURES), torch.Generator().manual_seed(0))
    for name, tensor in g.tensors().items():
        setattr(g, name, tensor.to(DEVICE))
    g.renderer = best_renderer()
    settings = Distillation(steps=steps, objective="asd", guidance=7.5, strength=1.0)
    run = Run(settings)
    began = time.perf_counter()
    for _ in distill(g, prior, Words(PROMPT), run):
        pass
    wait()
    whole = time.perf_counter() - began
    z, told = torch.randn(3, *prior.latent_shape, device=DEVICE), prior.condition([PROMPT] * 3)
    alone = seconds_of(lambda: prior.predict(z, torch.full((3,), 0.5, device=DEVICE), told))
    made = int(run.figures["refine_steps"])
    return (
        f"{made} steps in {whole:.1f} s, {1e3 * whole / made:.1f} ms a step, its evaluations alone {1e3 * alone:.1f} ms"
    )


def ceiling(size: int = 8192) -> str:
    """The measured rate of a large bf16 matrix product, in TFLOP/s."""
    a = torch.randn(size, size, device=DEVICE, dtype=torch.bfloat16)
    return f"{2 * size**3 / seconds_of(lambda: a @ a) / 1e12:.0f} TFLOP/s in bf16"


def true_size() -> MultiViewUNet:
    """A network of MVDream's size with random weights (the work is the same) and a tiny encoder; 4 views of 256 px."""
    from diffusers import AutoencoderTiny, UNet2DConditionModel  # noqa: PLC0415  (seconds to import)

    torch.manual_seed(0)
    with torch.device(DEVICE):
        network: Any = UNet2DConditionModel(
            sample_size=32, block_out_channels=(320, 640, 1280, 1280), attention_head_dim=(5, 10, 20, 20),
            cross_attention_dim=1024, use_linear_projection=True, class_embed_type="projection",
            projection_class_embeddings_input_dim=16,
        )  # fmt: skip
        encoder: Any = AutoencoderTiny()
    network.to(torch.bfloat16, memory_format=torch.channels_last)
    encoder.to(torch.bfloat16)

    def words(prompts: list[str]) -> Tensor:
        return torch.randn(len(prompts), 77, 1024, device=DEVICE)

    return MultiViewUNet(
        "true size", network, words, encoder, discrete_schedule(STABLE_DIFFUSION), (4, 4, 32, 32), 256,
        cameras=rig(FOUR_VIEWS, fov_deg=40.0, distance=3.0),
    )  # fmt: skip


class Captured:
    """A network whose call is captured as a CUDA graph at its first inputs, and replayed; called plainly off CUDA."""

    def __init__(self, network: Any) -> None:
        self.network, self.dtype = network, network.dtype
        self.graph: Any = None
        self.kept: list[Tensor] = []
        self.answer: Any = None

    @torch.no_grad()
    def __call__(self, x: Tensor, steps: Tensor, context: Tensor, class_labels: Tensor) -> Any:
        given = [x, steps, context, class_labels]
        if DEVICE != "cuda":
            return self._call(given)
        if self.graph is None:
            self.kept = [tensor.clone() for tensor in given]
            side = torch.cuda.Stream()
            side.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(side):  # the capture must find all workspaces made
                for _ in range(3):
                    self._call(self.kept)
            torch.cuda.current_stream().wait_stream(side)
            self.graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(self.graph):
                self.answer = self._call(self.kept)
        for mine, new in zip(self.kept, given, strict=True):
            mine.copy_(new)
        self.graph.replay()
        return self.answer

    def _call(self, given: list[Tensor]) -> Any:
        x, steps, context, class_labels = given
        return self.network(x, steps, context, class_labels=class_labels)


def sds_step() -> str:
    """An SDS step at 4 x 256 px with the MVDream-size network: encode, two evaluations, back through the encoder."""
    return timed_sds(true_size())


def graphed_sds_step() -> str:
    """The same, the network's evaluation captured as a CUDA graph; its gradient is that of the plain step."""
    prior = true_size()
    plain = sds_gradient(prior)
    prior.network = Captured(prior.network)
    again = sds_gradient(prior)
    apart = float((again - plain).norm() / plain.norm())
    return f"{timed_sds(prior)}; gradient apart by {apart:.1e} of its norm"


def eager_sds_step() -> str:
    """The work of threestudio's guidance on the same network: float16, no channels_last, the full AutoencoderKL."""
    prior = true_size()
    prior.network.to(HALF, memory_format=torch.contiguous_format)
    prior.autoencoder = full_encoder()
    return timed_sds(prior)


def full_encoder() -> Any:
    """Stable Diffusion's autoencoder at true size, random weights."""
    from diffusers import AutoencoderKL  # noqa: PLC0415  (seconds to import)

    with torch.device(DEVICE):
        encoder: Any = AutoencoderKL(
            block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4, layers_per_block=2,
            up_block_types=("UpDecoderBlock2D",) * 4, latent_channels=4,
        )  # fmt: skip
    return encoder.to(HALF).eval().requires_grad_(False)


def _asked(prior: MultiViewUNet) -> tuple[Guide, torch.Generator, Tensor]:
    guide = Guide(prior, {name: prior.condition([name]) for name in ("text", "null")}, guidance=50.0)
    shape = (1, len(prior.cameras), 3, prior.size_px, prior.size_px)
    generator = torch.Generator().manual_seed(0)
    return guide, generator, torch.rand(shape, generator=generator).to(DEVICE).requires_grad_(True)


def sds_gradient(prior: MultiViewUNet) -> Tensor:
    """The gradient of one draw, (1, V, c, h, w)."""
    torch.manual_seed(0)  # the random words
    guide, generator, pictures = _asked(prior)
    z = prior.encode(pictures).detach()
    return gradient(OBJECTIVES["sds"], guide, z, draw(OBJECTIVES["sds"], z, 0.5, generator))


def timed_sds(prior: MultiViewUNet) -> str:
    """Milliseconds of the step and of its parts, and its work by the second."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415  (only here)

    row, (guide, generator, pictures) = OBJECTIVES["sds"], _asked(prior)

    def look() -> Tensor:
        return prior.encode(pictures)

    def judged(z: Tensor) -> Tensor:
        return gradient(row, guide, z, draw(row, z, 0.5, generator))

    def step() -> None:
        z = look()
        z.backward(judged(z))

    counted_prior = prior.network
    if isinstance(counted_prior, Captured):  # a replay is no operation that is counted
        prior.network = counted_prior.network
    with FlopCounterMode(display=False) as counted:
        step()
    prior.network = counted_prior
    z = look().detach()
    whole, encoded, asked = seconds_of(step), seconds_of(look), seconds_of(lambda: judged(z))
    work = counted.get_total_flops()
    return (
        f"{1e3 * whole:.1f} ms a step (encode {1e3 * encoded:.1f}, evaluations {1e3 * asked:.1f}, back "
        f"{1e3 * max(whole - encoded - asked, 0):.1f}), {work / 1e12:.2f} TFLOP, {work / whole / 1e12:.0f} TFLOP/s"
    )
