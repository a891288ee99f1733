"""`python -m backend bench --gpu`: what only a CUDA device can show: gsplat against its twin, step times, memory, ceilings.

Every part is measured by itself and a part that cannot run says why, so that one call on a borrowed machine tells all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
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

DEVICE = "cuda"
PROMPT = "a wooden treasure chest with iron bands"
STABLE_DIFFUSION = {"betas": "scaled_linear", "start": 0.00085, "end": 0.012, "steps": 1000}


def main() -> int:
    """Print one line a figure; 0 when every part ran."""
    if not torch.cuda.is_available():
        print("no CUDA device: nothing measured")
        return 4
    print(torch.cuda.get_device_name(), "torch", torch.__version__)
    parts: tuple[Callable[[], str], ...] = (gsplat_equality, asd_on_gaussians, ceiling, sds_step)
    failed = 0
    for part in parts:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
        try:
            said = part()
        except (RuntimeError, ImportError, OSError, PropsmithError) as error:
            said, failed = f"FAILED: {type(error).__name__}: {error}"[:300], failed + 1
        print(f"{part.__name__}: {said}; peak {torch.cuda.max_memory_allocated() / 2**30:.2f} GiB", flush=True)
    return 1 if failed else 0


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


def sds_step() -> str:
    """An SDS step at 4 x 256 px with the MVDream-size network: encode, two evaluations, back through the encoder."""
    from torch.utils.flop_counter import FlopCounterMode  # noqa: PLC0415  (only here)

    prior = true_size()
    side, row = prior.size_px, OBJECTIVES["sds"]
    guide = Guide(prior, {name: prior.condition([name]) for name in ("text", "null")}, guidance=50.0)
    generator = torch.Generator().manual_seed(0)
    pictures = torch.rand(1, 4, 3, side, side, device=DEVICE, requires_grad=True)

    def step() -> None:
        z = prior.encode(pictures)
        z.backward(gradient(row, guide, z, draw(row, z, 0.5, generator)))

    with FlopCounterMode(display=False) as counted:
        step()
    seconds = seconds_of(step)
    rate = counted.get_total_flops() / seconds / 1e12
    return f"{1e3 * seconds:.1f} ms a step, {counted.get_total_flops() / 1e12:.2f} TFLOP, {rate:.0f} TFLOP/s"
