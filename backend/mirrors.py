"""Mirror symmetry of the views: a prop whose kind is always symmetric is sampled so.

The x0 estimate and its mirror image are two estimates of one thing, so their mean has half the variance of their errors
(the surface-wise averaging of SyncTweedies, Kim et al. 2024, with the mirror in the surface's place). A mirror image of a
view is a picture flipped, of the camera on the other side: the rig holds nearly all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .cameras import Cameras
from .priors import NORMAL
from .sampler import Hook

AXES = "xy"  # x: left and right of the front are alike; y: front and back are


@dataclass(frozen=True)
class Mirror:
    """One mirror plane through the origin. partner: (V,) the view that sees each view's mirror image, or itself if none.

    across, down: (V,) whether that view's picture is flipped along its columns, along its rows; has: (V,) whether there is one.
    """

    axis: int
    partner: list[int]
    across: list[bool]
    down: list[bool]
    has: list[bool]

    @classmethod
    def of(cls, cameras: Cameras, axis: int) -> Mirror:
        """The mirror about the plane of a world axis (0: x = 0), among the views of orthographic cameras."""
        sign = torch.ones(3)
        sign[axis] = -1.0
        partner, across, down, has = [], [], [], []
        for v, image in enumerate(cameras.axes.cpu() * sign):
            found = [
                (w, bool(image[0] @ own[0] < 0), bool(image[1] @ own[1] < 0))
                for w, own in enumerate(cameras.axes.cpu())
                if torch.allclose(image.abs(), own.abs(), atol=1e-4)
                and float(image[2] @ own[2]) > 1 - 1e-4
                and min(abs(float(image[0] @ own[0])), abs(float(image[1] @ own[1]))) > 1 - 1e-4
            ]
            w, flip_across, flip_down = found[0] if found else (v, False, False)
            partner.append(w)
            across.append(flip_across)
            down.append(flip_down)
            has.append(bool(found))
        return cls(axis, partner, across, down, has)

    def image(self, maps: Tensor) -> Tensor:
        """The mirror image of G-buffers (..., V, 13, S, S), encoded or not; views without a partner stay."""
        views = []
        for v, w in enumerate(self.partner):
            flips = [dim for dim, flip in ((-1, self.across[v]), (-2, self.down[v])) if flip]
            view = maps[..., w, :, :, :].flip(flips) if flips else maps[..., w, :, :, :]
            if self.has[v]:
                view = view.clone()
                view[..., NORMAL.start + self.axis, :, :] *= -1
            views.append(view)
        return torch.stack(views, dim=-4)


def mirrored(cameras: Cameras, axes: Sequence[str]) -> Hook | None:
    """The sampler's hook for a batch: every x0 estimate becomes symmetric about the planes of its own axes; None for none."""
    planes = {axis: Mirror.of(cameras, AXES.index(axis)) for axis in AXES if any(axis in one for one in axes)}
    if not planes:
        return None

    def average(x0: Tensor, t: float) -> Tensor:
        for axis, plane in planes.items():
            told = torch.tensor([axis in one for one in axes], device=x0.device).view(-1, *[1] * (x0.dim() - 1))
            x0 = torch.where(told, (x0 + plane.image(x0)) / 2, x0)
        return x0

    return average
