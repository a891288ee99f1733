"""What can be optimised against a prior: anything that renders posed views differentiably and ends as a mesh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from ..cameras import Cameras
from ..mesh import Mesh


@dataclass(frozen=True)
class Frames:
    """Rendered views. Where alpha is 0, depth and normal are 0 and features are the background.

    features: (V, C, H, W). alpha: (V, 1, H, W) in [0, 1]. depth: (V, 1, H, W) prior units from the plane through the
    origin, positive towards the camera. normal: (V, 3, H, W) world, unit where alpha is 1.
    """

    features: Tensor
    alpha: Tensor
    depth: Tensor
    normal: Tensor


class Representation(Protocol):
    def render(self, cameras: Cameras, size_px: int, background: Tensor | None = None) -> Frames:
        """V views of size_px squared, differentiable in the parameters. background: (C,), black when None."""
        ...

    def parameters(self) -> list[dict]:
        """The optimiser's groups, each with its own learning rate."""
        ...

    def constrain(self) -> None:
        """After a step: bring what the parameters stand for back into its range."""
        ...

    def to_mesh(self) -> Mesh:
        """The solid it stands for; raises "shape-empty" when there is none."""
        ...
