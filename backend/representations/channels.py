"""The channels of a representation's features, and how a prior's maps are put together from frames by channel name."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from ..materials import CODES, INDEX, SURFACES
from ..priors import GBUFFER
from . import Frames

FEATURES = ("albedo_r", "albedo_g", "albedo_b", "roughness", "metallic", "material_0", "material_1", "material_2")
_COLOUR = {"r": 0, "g": 1, "b": 2}
_NORMAL = {"normal_x": 0, "normal_y": 1, "normal_z": 2}
LOW = torch.tensor([0.0, 0.0, 0.0, 0.03, 0.0, -1.0, -1.0, -1.0])  # ranges of the features
HIGH = torch.ones(8)
UNKNOWN = INDEX["plastic"]  # what a thing is taken to be made of where colours are all that is known of it


def maps_for(channels: tuple[str, ...], frames: Frames) -> Tensor:
    """The prior's maps in its own channel order. frames' features are FEATURES or their first three -> (V, C, H, W)."""
    found, features = [], frames.features.split(1, dim=1)  # the gradient of many slices would be many whole tensors
    for name in channels:
        if name == "alpha":
            found.append(frames.alpha)
        elif name == "depth":
            found.append(frames.depth)
        elif name in _NORMAL:
            k = _NORMAL[name]
            found.append(frames.normal[:, k : k + 1])
        else:
            k = _COLOUR[name] if name in _COLOUR else FEATURES.index(name)
            found.append(features[k])
    return torch.cat(found, dim=1)


def features_of(channels: tuple[str, ...], maps: Tensor) -> Tensor:
    """The features that a prior's maps speak of, (V, C, H, W) -> (V, 8, H, W); those it does not know are NaN."""
    features = torch.full(
        (len(maps), len(FEATURES), *maps.shape[2:]), float("nan"), dtype=maps.dtype, device=maps.device
    )
    for k, name in enumerate(channels):
        if name in FEATURES or name in _COLOUR:
            features[:, FEATURES.index(name) if name in FEATURES else _COLOUR[name]] = maps[:, k]
    return features


def on_ground(features: Tensor, alpha: Tensor, background: Tensor | None) -> Tensor:
    """Premultiplied features (V, C, H, W) over a ground (at least C,); as they are, on black, where it is None."""
    if background is None:
        return features
    return features + (1 - alpha) * background[: features.shape[1]].to(features).reshape(1, -1, 1, 1)


def as_gbuffers(frames: Frames) -> Tensor:
    """(V, 13, S, S) G-buffers of frames on black, whose features are FEATURES, or colours alone."""
    count = frames.features.shape[1]
    if count < len(FEATURES):
        surface = SURFACES[UNKNOWN]
        rest = torch.tensor([surface.roughness, surface.metallic, *CODES[UNKNOWN].tolist()]).to(frames.features)
        wide = rest.reshape(1, -1, 1, 1).expand(len(frames.features), -1, *frames.features.shape[2:])
        plain = frames.features / frames.alpha.clamp(min=1e-3)  # it was blended over black
        frames = replace(frames, features=torch.cat([plain.clamp(0, 1), wide], dim=1))
    return maps_for(GBUFFER, frames)
