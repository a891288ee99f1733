"""Contact sheets of the prop grammar: one labelled picture per family, several variants of every kind, in shaded base colour."""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from ..cameras import rig
from .kinds import FAMILIES
from .kinds.kind import Kind
from .paint import gbuffer
from .paints import draw
from .programs import STYLES, Builder
from .render import buffers, finish

VIEW = ((32.0, 20.0),)  # degrees (azimuth, elevation): the front and a little of the right side
LIGHT = np.array([0.45, -0.6, 0.66]) / np.linalg.norm([0.45, -0.6, 0.66])
PAPER = 0.93  # grey of the background
LABEL_PX = 16
LARGEST_BYTES = 700_000


def picture(kind: Kind, seed: int, style: str, size_px: int) -> NDArray[np.float32]:
    """(size_px, size_px, 3) in [0, 1]: one variant of a kind, rendered at twice the size and averaged down."""
    rng = np.random.default_rng(seed)
    builder = Builder(rng, style)
    kind.write(builder)
    program = finish(builder.program())
    axes = rig(VIEW).axes.numpy()
    part, normal, depth = buffers(program, axes, 2 * size_px)
    paints = draw(builder.slots, rng)
    slots = np.stack([paints[name].row for name in builder.slots])
    g = gbuffer(program, slots, axes, part, normal, depth)[0]
    lit = np.clip(np.tensordot(LIGHT, g[4:7], 1), 0.0, 1.0)
    alpha = g[3:4]
    rgb = np.clip(g[:3] * (0.45 + 0.65 * lit), 0.0, 1.0) * alpha + PAPER * (1 - alpha)
    return rgb.reshape(3, size_px, 2, size_px, 2).mean((2, 4)).transpose(1, 2, 0)


def sheet(family: dict[str, Kind], *, variants: int = 4, size_px: int = 84, columns: int = 3) -> Image.Image:
    """All kinds of a family by name: `columns` kinds beside each other, each a label above its row of variants."""
    rows = -(-len(family) // columns)
    width, height, gap = variants * size_px, size_px + LABEL_PX, 10
    page = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + 4) + gap), (round(255 * PAPER),) * 3)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for index, (name, kind) in enumerate(sorted(family.items())):
        left, top = gap + (index % columns) * (width + gap), gap // 2 + (index // columns) * (height + 4)
        pen.text((left + 2, top), name, fill=(30, 30, 30), font=font)
        for i in range(variants):
            image = picture(kind, 100 + i, STYLES[(index + i) % len(STYLES)], size_px)
            page.paste(Image.fromarray((image * 255).round().astype(np.uint8)), (left + i * size_px, top + LABEL_PX))
    return page


def save(page: Image.Image, path: Path) -> int:
    """Write a PNG of at most LARGEST_BYTES with as many colours as that allows, all if it can; returns its size in bytes."""
    page.save(path, optimize=True)
    for colours in (256, 128, 64, 32):
        if path.stat().st_size <= LARGEST_BYTES:
            break
        page.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
    return path.stat().st_size


def main() -> None:
    """Write kinds-<family>.png for every family, or for those named."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the pictures")
    parser.add_argument(
        "--family", action="append", choices=sorted(FAMILIES), help="only this family (may be repeated)"
    )
    parser.add_argument("--variants", type=int, default=4)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in arguments.family or FAMILIES:
        path = arguments.out / f"kinds-{name}.png"
        size = save(sheet(FAMILIES[name], variants=arguments.variants), path)
        print(f"{path}: {len(FAMILIES[name])} kinds, {size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
