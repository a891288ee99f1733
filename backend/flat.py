"""Flat things have one outline from both sides: a ladder's rungs are where they are, seen from the front or from behind.

Each view is sampled with a will of its own, and bars of a pixel or two are voted away in fusion where front and back have them at
different heights. So wherever an estimate is that flat, both outlines become their mean while there is time for the network to
draw what goes with it (as `mirrors` does with props that are symmetric altogether: here colours and reliefs may differ).
"""

from __future__ import annotations

import torch
from torch import Tensor

from .cameras import Cameras
from .mirrors import Mirror
from .priors import ALPHA
from .sampler import Hook

FLAT = 6 / 64  # of the frame: as thick a thing is at most, seen from its side
LAST = 0.05  # time under which outlines stay as they are: nobody would draw what goes with them


def even_outlines(cameras: Cameras) -> Hook | None:
    """The sampler's hook: the outlines of the two sides of what is flat become alike; None where no two cameras look opposite."""
    sides = []
    for axis in (0, 1):
        plane, edge_on = Mirror.of(cameras, axis), _seen_edge_on(cameras, axis)
        opposite = torch.tensor([w != v for v, w in enumerate(plane.partner)]).view(1, -1, 1, 1, 1)
        if edge_on and opposite.any():
            sides.append((plane, edge_on, opposite))
    if not sides:
        return None

    def even(x0: Tensor, t: float) -> Tensor:
        if t < LAST:
            return x0
        for plane, edge_on, opposite in sides:
            outlines = x0[..., ALPHA, :, :]
            narrow = (outlines[:, edge_on, 0] > 0).any(-2).float().mean(-1)  # (B, views)
            thick = narrow.amax(1)
            flat = ((thick > 0) & (thick <= FLAT)).view(-1, 1, 1, 1, 1)
            if flat.any():
                mean = (outlines + plane.image(x0)[..., ALPHA, :, :]) / 2
                x0 = x0.clone()
                x0[..., ALPHA, :, :] = torch.where(opposite & flat, mean, outlines)
        return x0

    return even


def _seen_edge_on(cameras: Cameras, axis: int) -> list[int]:
    """The views whose image's right is this axis of the world: what is flat along it is narrow there."""
    return [
        v
        for v, axes in enumerate(cameras.axes.cpu())
        if abs(float(axes[0, axis])) > 0.999 and abs(float(axes[2, 2])) < 0.9
    ]
