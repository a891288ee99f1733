"""Short prompts as they were and as they are, as docs/embedded-prior.md shows: above without drawing what they leave open
and without rings, below as shipped, same seed.

`.venv/bin/python tools/short_sheet.py docs/images/short-prompts.jpg [--preset standard] [--seed 3]`
"""

from __future__ import annotations

import torch
from sample_sheet import lay, options, thumbnail

from backend.pipeline import Models
from backend.priors.multiview import MultiViewPrior

PROMPTS = ("a mug", "a chair", "a house", "a table lamp", "a sword", "a burger", "a bottle", "a barrel")


def main() -> None:
    args = options(__doc__, seed=3)
    models = Models(torch.device("cpu"))
    prior = models.prior(args.prior)
    assert isinstance(prior, MultiViewPrior), "the embedded prior knows its kinds' looks"
    below = [thumbnail(prompt, args, models) for prompt in PROMPTS]
    prior.looks, prior.round_kinds = None, ()
    lay([thumbnail(prompt, args, models) for prompt in PROMPTS] + below, len(PROMPTS), args.out)


if __name__ == "__main__":
    main()
