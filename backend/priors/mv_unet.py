"""The `mv-unet` family: diffusers' UNet whose self-attention joins the views, told the cameras: MVDream's network exactly.

With `joined: false` in its card the same loader serves a single-view model (Stable Diffusion): every view by itself, told in
words from where it looks (`view_words.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..cameras import Cameras, mvdream_vector, rig
from ..device import carried
from ..errors import problem
from . import Cond, Prediction, Schedule
from .view_words import NEGATIVES, negative_weights, of_every_view, shares

CONTEXT_KEY, ROLE_KEY = "context", "role"  # role: 0 what a camera is told it sees, 1.. what it is told it does not
FOUR_VIEWS = ((0.0, 15.0), (90.0, 15.0), (180.0, 15.0), (270.0, 15.0))
Encode = Callable[[list[str]], Tensor]


class JoinViews:
    """Self-attention over all views of an object at once: (b v) l c -> b (v l) c and back, about the usual processor."""

    def __init__(self, views: int) -> None:
        from diffusers.models.attention_processor import AttnProcessor2_0  # noqa: PLC0415  (seconds to import)

        self.views, self.inner = views, AttnProcessor2_0()

    def __call__(self, attn: Any, hidden_states: Tensor, *rest: Any, **named: Any) -> Tensor:
        count, length, width = hidden_states.shape
        joined = hidden_states.reshape(count // self.views, self.views * length, width)
        return self.inner(attn, joined, *rest, **named).reshape(count, length, width)


def join_views(unet: Any, views: int) -> None:
    """Install the joining processor on every self-attention (attn1) of the UNet; cross-attention stays per view."""
    joined = JoinViews(views)
    unet.set_attn_processor({k: joined if ".attn1." in k else p for k, p in unet.attn_processors.items()})


def to_prediction(kind: str, answer: Tensor, z_t: Tensor, alpha: Tensor, sigma: Tensor) -> Prediction:
    """(eps, x0) of a network that predicts "eps", "v" = alpha eps - sigma x0, or "x0"; all broadcast to z_t."""
    if kind == "eps":
        return Prediction(answer, (z_t - sigma * answer) / alpha)
    if kind == "v":
        return Prediction(sigma * z_t + alpha * answer, alpha * z_t - sigma * answer)
    return Prediction((z_t - alpha * answer) / sigma, answer)


@dataclass
class MultiViewUNet:
    """A loaded prior of the family. `network` is a UNet2DConditionModel with projected camera embedding.

    autoencoder: AutoencoderKL, AutoencoderTiny or None (pixels in [-1, 1]); encode_text: prompts -> (B, L, D). lifts_to: what
    a new prop is distilled into, a key of `lifting.STARTS`. joined: whether it sees all views at once, and is told cameras.
    """

    name: str
    network: Any
    encode_text: Encode
    autoencoder: Any
    schedule: Schedule
    latent_shape: tuple[int, int, int, int]
    size_px: int
    prediction: str = "eps"
    latent_scale: float = 1.0
    cameras: Cameras = field(default_factory=lambda: rig(FOUR_VIEWS))
    channels: tuple[str, ...] = ("r", "g", "b")
    lifts_to: str = "gaussians"
    joined: bool = True

    def __post_init__(self) -> None:
        self.network.eval().requires_grad_(False)
        if self.joined:
            join_views(self.network, self.latent_shape[0])
        if self.autoencoder is not None:
            self.autoencoder.eval().requires_grad_(False)

    def aimed(self, cameras: Cameras) -> MultiViewUNet:
        """The same prior looking from other cameras: it was taught with cameras as an input."""
        assert len(cameras) == self.latent_shape[0], len(cameras)
        return replace(self, cameras=cameras)

    def condition(self, prompts: list[str], image: Tensor | None = None) -> Cond:
        """Text only; raises objective-unsupported for an image, which this family has no input for."""
        if image is not None:
            raise problem("prior-invalid", path=self.name, why="it takes no image, only a prompt")
        if self.joined:
            return Cond({CONTEXT_KEY: self.encode_text(prompts)})
        context = of_every_view(self.encode_text, prompts)
        return Cond(
            {CONTEXT_KEY: context, ROLE_KEY: torch.zeros(len(prompts), dtype=torch.long, device=context.device)}
        )

    def encode(self, maps: Tensor) -> Tensor:
        """(B, V, 3, H, W) in [0, 1] -> latents on the same device; the posterior's mean: one picture has one gradient."""
        flat = 2 * maps.flatten(0, 1) - 1
        if self.autoencoder is None:
            return flat.unflatten(0, maps.shape[:2])
        found = self.autoencoder.encode(flat.to(self.autoencoder.device, self.autoencoder.dtype))
        z = found.latents if hasattr(found, "latents") else found.latent_dist.mode()
        return (z.float() * self.latent_scale).unflatten(0, maps.shape[:2]).to(maps.device)

    def decode(self, z: Tensor) -> Tensor:
        flat = z.flatten(0, 1)
        if self.autoencoder is not None:
            latents = (flat / self.latent_scale).to(self.autoencoder.device, self.autoencoder.dtype)
            flat = self.autoencoder.decode(latents).sample.float().to(z.device)
        return ((flat + 1) / 2).unflatten(0, z.shape[:2])

    @torch.no_grad()
    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        batch, views = z_t.shape[:2]
        dtype = self.network.dtype
        context, cameras = self._told(cond, views)
        steps = (t * (len(self.schedule.alphas_cumprod) - 1)).repeat_interleave(views)
        labels = None if cameras is None else carried(cameras, z_t.device).to(dtype).repeat(batch, 1)
        answer = self.network(z_t.flatten(0, 1).to(dtype), steps, context.to(dtype), class_labels=labels).sample
        alpha, sigma = (level.reshape(-1, 1, 1, 1, 1) for level in self.schedule.alpha_sigma(t.float()))
        return to_prediction(self.prediction, answer.float().unflatten(0, (batch, views)), z_t.float(), alpha, sigma)

    def _told(self, cond: Cond, views: int) -> tuple[Tensor, Tensor | None]:
        """(B V, L, D) text of every view; and the cameras (V, 16), None for a network that is told in words."""
        context = cond.fields[CONTEXT_KEY]
        if self.joined:
            return context.repeat_interleave(views, 0), mvdream_vector(self.cameras)
        mixed = shares(self.cameras).to(context)[cond.fields[ROLE_KEY]]
        return torch.einsum("bvk,bkld->bvld", mixed, context).flatten(0, 1), None

    def view_negatives(self, cond: Cond) -> list[tuple[Cond, Tensor]]:
        """See SeesViewsAlone; none where the network sees all views at once."""
        if self.joined:
            return []
        role, weights = cond.fields[ROLE_KEY], negative_weights(self.cameras)
        return [(Cond(cond.fields | {ROLE_KEY: role + k + 1}), weights[k : k + 1]) for k in range(NEGATIVES)]


def discrete_schedule(card: dict[str, Any]) -> Schedule:
    """{"alphas_cumprod": [...]} or {"betas": "scaled_linear" | "linear", "start", "end", "steps"}."""
    if "alphas_cumprod" in card:
        return Schedule(alphas_cumprod=tuple(float(a) for a in card["alphas_cumprod"]))
    power = 0.5 if card["betas"] == "scaled_linear" else 1.0
    low, high = card["start"] ** power, card["end"] ** power
    betas = torch.linspace(low, high, card["steps"], dtype=torch.float64) ** (1 / power)
    return Schedule(alphas_cumprod=tuple(torch.cumprod(1 - betas, 0).tolist()))


def clip_text(folder: Path, length: int, skipped_layers: int, device: torch.device) -> Encode:
    """CLIP's text encoder from a local folder. skipped_layers: 1 gives the penultimate layer, normalised (SD 2.1)."""
    from transformers import CLIPTextModel, CLIPTokenizer  # noqa: PLC0415  (seconds to import)

    tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
    model: Any = CLIPTextModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    model.to(device).eval()

    @torch.no_grad()
    def encode(prompts: list[str]) -> Tensor:
        tokens = tokenizer(prompts, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
        found = model(tokens.input_ids.to(device), output_hidden_states=skipped_layers > 0)
        if not skipped_layers:
            return found.last_hidden_state
        inner = getattr(model, "text_model", model)
        return inner.final_layer_norm(found.hidden_states[-1 - skipped_layers])

    return encode


def load(folder: Path, settings: dict[str, Any], device: torch.device) -> MultiViewUNet:
    """The prior in a checked folder: unet/, text/ and, unless its space is "pixel", ae/. Nothing is fetched."""
    from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel  # noqa: PLC0415  (seconds to import)

    spaces = {"kl": AutoencoderKL, "tiny": AutoencoderTiny, "pixel": None}
    dtype = torch.bfloat16 if device.type == "cuda" else torch.float32
    local = {"local_files_only": True, "use_safetensors": True, "torch_dtype": dtype, "low_cpu_mem_usage": False}
    try:
        unet = UNet2DConditionModel.from_pretrained(folder / "unet", **local).to(device)
        kind = spaces[settings["space"]]
        autoencoder = kind.from_pretrained(folder / "ae", **local).to(device) if kind else None
        text = settings["text"]
        encode = clip_text(folder / "text", text["length"], text.get("skipped_layers", 0), device)
        views = tuple((float(a), float(e)) for a, e in settings["views"])
        channels, side = unet.config.in_channels, unet.config.sample_size
        return MultiViewUNet(
            settings["name"], unet, encode, autoencoder, discrete_schedule(settings["schedule"]),
            (len(views), channels, side, side), settings["size_px"], settings["prediction"],
            settings.get("latent_scale", 1.0), rig(views, fov_deg=settings.get("fov_deg", 40.0), distance=settings["distance"]),
            lifts_to=settings.get("lifts_to", "gaussians"), joined=settings.get("joined", True),
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise problem("prior-invalid", path=folder, why=f"{type(error).__name__}: {error}"[:200]) from error
