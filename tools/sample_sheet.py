"""Makes one prop for each of eighteen fixed prompts and lays their thumbnails on one sheet, as docs/embedded-prior.md shows.

`.venv/bin/python tools/sample_sheet.py docs/images/embedded-samples.jpg [--preset standard] [--prior embedded] [--seed 7]`
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent.parent))

from backend.pipeline import Models, run
from backend.protocol import Generate
from backend.settings import PRESETS

PROMPTS = (
    "a wooden treasure chest with iron bands", "a wooden barrel", "a red mushroom", "a green tree", "a wooden chair",
    "a blue car", "a stone house with red roof", "a purple sofa", "a snowman", "a red mug", "a guitar", "a golden trophy",
    "a teddy bear", "an hourglass", "a pink donut", "a windmill", "a banana", "a stack of crates",
)  # fmt: skip
COLUMNS = 6
GROUND = (110, 110, 115, 255)


def options(told: str | None, seed: int) -> argparse.Namespace:
    """out, preset, prior and seed of a sheet's command line."""
    parser = argparse.ArgumentParser(description=told)
    parser.add_argument("out", type=Path)
    parser.add_argument("--preset", choices=tuple(PRESETS), default="standard")
    parser.add_argument("--prior", default="embedded")
    parser.add_argument("--seed", type=int, default=seed)
    return parser.parse_args()


def main() -> None:
    args = options(__doc__, seed=7)
    models = Models(torch.device("cpu"))
    lay([thumbnail(prompt, args, models) for prompt in PROMPTS], COLUMNS, args.out)


def thumbnail(prompt: str, args: argparse.Namespace, models: Models) -> Image.Image:
    """The picture of the prop that is made of a prompt, RGBA."""
    request = Generate(prompt, seed=args.seed, prior=args.prior, preset=args.preset, quality=PRESETS[args.preset])
    with tempfile.TemporaryDirectory() as folder:
        for _ in run(request, Path(folder), models):
            pass
        picture = Image.open(Path(folder) / "result" / "thumbnail.png").convert("RGBA")
    print(prompt, flush=True)
    return picture


def lay(pictures: Sequence[Image.Image], columns: int, out: Path) -> None:
    """Write the pictures, all of one size, as a sheet of so many columns."""
    width, height = pictures[0].size
    sheet = Image.new("RGBA", (width * columns, height * -(-len(pictures) // columns)), GROUND)
    for i, picture in enumerate(pictures):
        sheet.alpha_composite(picture, (i % columns * width, i // columns * height))
    sheet.convert("RGB").save(out, quality=90)


if __name__ == "__main__":
    main()
