"""Synchronised SDEdit: all views are denoised jointly, and agree at every step through the surface that they look at.

SyncTweedies' case 2 (Kim et al. 2024): the x0 estimates are averaged on the surface, rendered again and re-noised with
each view's own eps. The surface's own pictures are where the denoising starts; `strength` says how noisy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from .objectives.engine import Guide
from .palette import paint
from .priors import GBUFFER, Maps, Prior
from .priors.view_words import azimuth_elevation_deg
from .representations.channels import features_of, maps_for
from .representations.surface import TexturedSurface
from .sampler import Plan, Step, composed, sample

AGREE_UNTIL = 0.2  # in the last fifth the views keep their own detail; the bake at the end joins them
COSINE_POWER = 4  # weight of a view's opinion: cos^4 of the viewing angle (SyncMVD, Hunyuan3D-Paint)
GEOMETRY = ("alpha", "depth", "normal_x", "normal_y", "normal_z")


REPAINTS = (0.4, 0.8)  # strength from which areas stop changing as a whole, and from which every texel is on its own


def repaint_share(strength: float) -> float:
    """0 for small changes, which recolour the object's own areas; 1 for large ones, which paint it anew."""
    low, high = REPAINTS
    return min(max((strength - low) / (high - low), 0.0), 1.0)


def view_weights(surface: TexturedSurface, prior: Prior) -> Tensor:
    """(V, 1, S, S) how much each pixel's opinion counts on the surface."""
    sight = surface.sight(prior.cameras, prior.size_px)
    return sight.cosine[sight.centres()][:, None] ** COSINE_POWER * sight.alpha


@dataclass(frozen=True)
class Areas:
    """Areas of one colour and material in the object's own views. member: (V, K, S, S), share: how far each is free."""

    member: Tensor
    share: float

    def together(self, change: Tensor, weight: Tensor) -> Tensor:
        """The change (V, C, S, S), drawn towards its mean over each area, weighted by (V, 1, S, S)."""
        own = self.member * weight
        mean = torch.einsum("vkhw,vchw->kc", own, change) / own.sum((0, 2, 3)).clamp(min=1e-6)[:, None]
        return torch.lerp(torch.einsum("vkhw,kc->vchw", self.member, mean), change, self.share)


def areas_of(own: Tensor, prior: Prior, share: float) -> Areas | None:
    """The areas of an object's own G-buffers (V, 13, S, S); None for colour-only priors and where all are free."""
    if prior.channels != GBUFFER or share == 1.0:
        return None
    member = torch.from_numpy(np.asarray(paint(Maps(own, prior.cameras)).membership, np.float32))
    return Areas(member.permute(0, 3, 1, 2), share)


def favour(prior: Prior, azimuth_deg: float) -> Tensor:
    """(V, 1, 1, 1) weights, mean 1, of the views by how near they are to an azimuth; all 1 below 0 degrees.

    The far side keeps a little: what it alone sees must still be painted.
    """
    azimuths = torch.tensor([azimuth for azimuth, _ in azimuth_elevation_deg(prior.cameras.world_from_camera)])
    weight = 1.1 + torch.cos(torch.deg2rad(azimuths - azimuth_deg)) if azimuth_deg >= 0 else torch.ones_like(azimuths)
    return (weight / weight.mean()).reshape(-1, 1, 1, 1)


def absorb(
    surface: TexturedSurface,
    prior: Prior,
    maps: Tensor,
    keep: float,
    areas: Areas | None = None,
    favoured: Tensor | None = None,
) -> None:
    """Bake the features of views (V, C, S, S) into the surface's changes, scaled by 1 - keep.

    favoured: (V, 1, 1, 1), how much each view counts where several see a texel.

    Where the prior's own alpha says that it sees nothing, its colours mean nothing and do not count.
    """
    weight = view_weights(surface, prior) * (1.0 if favoured is None else favoured)
    if "alpha" in prior.channels:
        index = prior.channels.index("alpha")
        weight = weight * maps[:, index : index + 1].clamp(0, 1)
    wanted = features_of(prior.channels, maps).float()
    surface.delta.zero_()
    still = surface.render(prior.cameras, prior.size_px).features
    change = torch.nan_to_num(wanted - still)
    if areas is not None:
        change = areas.together(change, weight)
    surface.delta.copy_((1 - keep) * surface.baked(change, weight, prior.cameras))
    surface.constrain()


def clamped(prior: Prior, maps: Tensor, own: Tensor) -> Tensor:
    """Views whose geometry channels are the surface's own: (V, C, S, S) both."""
    known = torch.tensor([name in GEOMETRY for name in prior.channels]).reshape(1, -1, 1, 1)
    return torch.where(known, own, maps)


def synchronise(
    surface: TexturedSurface,
    guide: Guide,
    plan: Plan,
    generator: torch.Generator,
    favoured: Tensor | None = None,
    share: float = 1.0,
) -> Iterator[Step]:
    """Change the surface's texture in place towards guide.conds["text"]; yields every step of the sampler.

    plan.strength: the noise to start from; guide.keep_original: how much of the change is taken back; share: how far pixels
    are free of their area (`repaint_share`).
    """
    prior, keep = guide.prior, guide.keep_original
    own = maps_for(prior.channels, surface.render(prior.cameras, prior.size_px)).detach()
    start, areas = prior.encode(own[None]), areas_of(own, prior, share)

    def agree(x0: Tensor, t: float) -> Tensor:
        maps = prior.decode(x0)[0].float().cpu()
        if t > AGREE_UNTIL * plan.strength:
            absorb(surface, prior, maps, keep, areas, favoured)
            # outside the mask the surface is the original: known texels are clamped in the same stroke
            joint = maps_for(prior.channels, surface.render(prior.cameras, prior.size_px))
            return prior.encode(joint[None]).to(x0)
        return prior.encode(clamped(prior, maps, own)[None]).to(x0)

    null = guide.conds["null"] if plan.guidance != 1.0 else None
    last: Tensor | None = None
    hook = composed([guide.steer, agree] if guide.steer else [agree])
    with torch.no_grad():
        for step in sample(prior, guide.conds["text"], null, plan, generator, start=start, hook=hook):
            last = step.x0
            yield step
        if last is not None:
            absorb(surface, prior, prior.decode(last)[0].float().cpu(), keep, areas, favoured)
