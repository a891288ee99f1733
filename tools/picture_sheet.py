"""Shows pictures of twelve held-out objects, each beside the prop that is made after it without a word: as the picture sees it,
from 60 degrees aside, and from behind.

`.venv/bin/python tools/picture_sheet.py docs/images/after-pictures.jpg [--preset standard] [--prior embedded] [--seed 500]`
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from sample_sheet import GROUND, options

sys.path.insert(0, str(Path(__file__).parent.parent))

from backend.evaluation.objects import HeldOut, photograph
from backend.pipeline import Models, run
from backend.protocol import Generate
from backend.settings import PRESETS
from backend.textures import Textures
from backend.thumbnail import Eye, render_thumbnail

KINDS = (
    "apple", "boot", "clock", "desk", "hourglass", "laptop", "owl", "pizza", "snowman", "street lamp", "teapot", "car",
)  # fmt: skip
COLUMNS = 3  # objects
ASIDE = (0.0, 60.0, 180.0)  # degrees
SIDE = 160


def seen(result: Path) -> list[Image.Image]:
    """A finished prop from ASIDE of where its picture was taken."""
    with np.load(result / "mesh.npz") as data:
        vertices, faces, uvs = data["vertices"], data["faces"], data["uvs"]
    maps = [
        np.asarray(Image.open(result / f"{name}.png")) for name in ("base_color", "normal", "roughness", "metallic")
    ]
    textures = Textures(*(m[..., :3] if i < 2 else m.reshape(*m.shape[:2], -1)[..., 0] for i, m in enumerate(maps)))
    pose = json.loads((result / "prop.json").read_text())["picture"]
    eyes = [Eye(pose["azimuth_deg"] + aside, pose["elevation_deg"]) for aside in ASIDE]
    return [Image.fromarray(render_thumbnail(vertices, faces, uvs, textures, 2 * SIDE, eye), "RGBA") for eye in eyes]


def main() -> None:
    args = options(__doc__, seed=500)
    models = Models(torch.device("cpu"))
    across = 1 + len(ASIDE)
    sheet = Image.new("RGBA", (across * SIDE * COLUMNS, SIDE * -(-len(KINDS) // COLUMNS)), GROUND)
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
            for column, picture in enumerate([Image.open(folder / "object.png"), *seen(folder / "result")]):
                small = picture.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
                sheet.alpha_composite(small, ((across * (i % COLUMNS) + column) * SIDE, i // COLUMNS * SIDE))
        print(kind, flush=True)
    sheet.convert("RGB").save(args.out, quality=88)


if __name__ == "__main__":
    main()
