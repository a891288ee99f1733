"""Shows pictures of twelve held-out objects, each beside the prop that is made after it without a word.

`.venv/bin/python tools/picture_sheet.py docs/images/after-pictures.jpg [--preset standard] [--prior embedded] [--seed 500]`
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import torch
from PIL import Image
from sample_sheet import GROUND, options

sys.path.insert(0, str(Path(__file__).parent.parent))

from backend.evaluation.objects import HeldOut, photograph
from backend.pipeline import Models, run
from backend.protocol import Generate
from backend.settings import PRESETS

KINDS = (
    "apple", "boot", "clock", "desk", "hourglass", "laptop", "owl", "pizza", "snowman", "street lamp", "teapot", "car",
)  # fmt: skip
COLUMNS = 4  # pairs
SIDE = 192


def main() -> None:
    args = options(__doc__, seed=500)
    models = Models(torch.device("cpu"))
    sheet = Image.new("RGBA", (2 * SIDE * COLUMNS, SIDE * -(-len(KINDS) // COLUMNS)), GROUND)
    for i, kind in enumerate(KINDS):
        held = HeldOut.of(kind, args.seed + i)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            photograph(held.shape, held.rows, held.rng, folder / "object.png")
            request = Generate(
                image=str(folder / "object.png"), prior=args.prior, preset=args.preset, quality=PRESETS[args.preset]
            )
            for _ in run(request, folder, models):
                pass
            for column, path in enumerate((folder / "object.png", folder / "result" / "thumbnail.png")):
                picture = Image.open(path).convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
                sheet.alpha_composite(picture, ((2 * (i % COLUMNS) + column) * SIDE, i // COLUMNS * SIDE))
        print(kind, flush=True)
    sheet.convert("RGB").save(args.out, quality=88)


if __name__ == "__main__":
    main()
