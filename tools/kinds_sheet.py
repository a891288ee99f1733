"""Makes one prop for each kind that the later network answers for, by its name alone, as docs/embedded-prior.md shows.

`.venv/bin/python tools/kinds_sheet.py docs/images/later-kinds.jpg --preset draft [--prior embedded] [--seed 5]`
"""

from __future__ import annotations

import torch
from PIL import Image, ImageDraw
from sample_sheet import GROUND, lay, options, thumbnail

from backend.from_picture import named
from backend.pipeline import Models
from backend.priors.multiview import MultiViewPrior

SIDE, LINE, COLUMNS = 112, 14, 13  # pixels of a picture and of the name below it


def main() -> None:
    args = options(__doc__, seed=5)
    models = Models(torch.device("cpu"))
    prior = models.prior(args.prior)
    assert isinstance(prior, MultiViewPrior) and prior.later is not None, "this prior has one network"
    kinds = sorted(prior.later.own_kinds - prior.own_kinds)
    lay([labelled(kind, thumbnail(named(kind), args, models)) for kind in kinds], COLUMNS, args.out)


def labelled(kind: str, picture: Image.Image) -> Image.Image:
    """The picture, smaller, over its kind's name: (SIDE, SIDE + LINE) on the sheet's ground."""
    out = Image.new("RGBA", (SIDE, SIDE + LINE), GROUND)
    out.alpha_composite(picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS))
    pen = ImageDraw.Draw(out)
    pen.text(((SIDE - pen.textlength(kind)) / 2, SIDE), kind, fill="white")
    return out


if __name__ == "__main__":
    main()
