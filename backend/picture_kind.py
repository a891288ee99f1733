"""Owns what kind of prop a picture shows: a small network that names it, and how sure it is."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from .errors import problem
from .images import reference_picture
from .priors.packing import unpacked

SIZE_PX = 48  # of the picture as the network sees it
WEIGHTS = Path(__file__).parent / "weights" / "pictures" / "kind.safetensors"


class Residual(nn.Module):
    """A convolution whose answer is added to what it sees; at first it adds nothing."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolve, self.normalise = nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.GroupNorm(8, width)
        nn.init.zeros_(self.normalise.weight)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.normalise(self.convolve(x)))


class PictureKind(nn.Module):
    """Four strided convolutions, a residual one after each but the first, and two dense layers: premultiplied RGBA
    (B, 4, 48, 48) -> logits (B, kinds)."""

    def __init__(self, kinds: tuple[str, ...], widths: tuple[int, ...] = (24, 48, 96, 144), dense: int = 176) -> None:
        super().__init__()
        self.kinds = kinds
        self.temperature = 1.0  # fitted on pictures that taught nothing: logits are divided by it
        layers: list[nn.Module] = []
        for inputs, outputs in zip((4, *widths), widths, strict=False):
            layers += [nn.Conv2d(inputs, outputs, 3, 2, 1), nn.GroupNorm(8, outputs), nn.ReLU()]
            layers += [Residual(outputs)] if inputs != 4 else []
        side = SIZE_PX // 2 ** len(widths)
        self.trunk = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.2))
        wide = nn.Linear(widths[-1] * side**2, dense)
        self.head = nn.Sequential(wide, nn.ReLU(), nn.Dropout(0.1), nn.Linear(dense, len(kinds)))

    def forward(self, seen: Tensor) -> Tensor:
        logits: Tensor = self.head(self.trunk(seen))
        return logits

    @torch.no_grad()
    def likely(self, image: Tensor) -> list[tuple[str, float]]:
        """All kinds with their probabilities, best first. image: (4, H, W) RGBA of one isolated object."""
        chances = (self.eval()(seen_of(image)[None]) / self.temperature).softmax(1)[0]
        order = chances.argsort(descending=True).tolist()
        return [(self.kinds[i], float(chances[i])) for i in order]


def seen_of(image: Tensor) -> Tensor:
    """(4, 48, 48) premultiplied, framed as the prior's reference pictures are. image: (4, H, W) straight RGBA."""
    return torch.from_numpy(reference_picture(image.numpy(), SIZE_PX))


@cache
def kind_reader(path: Path = WEIGHTS) -> PictureKind:
    """The trained network. Raises weights-missing."""
    if not path.is_file():
        raise problem("weights-missing", path=path)
    with safe_open(str(path), framework="pt") as file:
        told = file.metadata()
    network = PictureKind(tuple(told["kinds"].split("\n")))
    network.load_state_dict({k: v.float() for k, v in unpacked(load_file(path)).items()})
    network.temperature = float(told["temperature"])
    return network.eval()
