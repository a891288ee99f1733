"""How well the kind in a picture is read: `python -m backend.evaluation.kinds_read --each 4`.

Pictures are of held-out objects, drawn, photographed and cut out as those are that the suite makes props after.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import torch

from ..device import set_threads
from ..images import isolate_object, load_picture
from ..picture_kind import kind_reader
from .objects import HeldOut, photograph

FIRST_SEED = 3000  # of the objects: the suite's are below
BANDS = (0.0, 0.4, 0.8, 1.01)  # of the chance given to the likeliest kind


def photographed(kind: str, seed: int) -> torch.Tensor:
    """(4, H, W) RGBA of the one object in a picture of a held-out one."""
    held = HeldOut.of(kind, seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object.png"
        photograph(held.shape, held.rows, held.rng, path)
        isolated = isolate_object(load_picture(str(path)).rgba)
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(isolated, -1, 0)))


def main() -> None:
    """Print shares right, of all and by how sure the reader was, and every mistake."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--each", type=int, default=4, help="objects of every kind")
    arguments = parser.parse_args()
    set_threads()
    reader, rows = kind_reader(), list[tuple[float, float, bool, bool]]()
    for i in range(arguments.each):
        for j, kind in enumerate(reader.kinds):
            told = reader.likely(photographed(kind, FIRST_SEED + i * len(reader.kinds) + j))
            rows.append((told[0][1], dict(told)[kind], told[0][0] == kind, kind in dict(told[:4])))
            if told[0][0] != kind:
                print(f"{kind}: read as {told[0][0]} ({told[0][1]:.2f}; itself {dict(told)[kind]:.2f})", flush=True)
    sure, own, right, among = (np.array(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} pictures: right {right.mean():.3f}, among the first four {among.mean():.3f}, ", end="")
    print(f"negative log-likelihood {-np.log(np.maximum(own, 1e-9)).mean():.3f}")
    for low, high in zip(BANDS, BANDS[1:], strict=False):
        band = (sure >= low) & (sure < high)
        if band.any():
            print(f"given {low:g} to {min(high, 1):g}: {int(band.sum())}, right {right[band].mean():.3f}")


if __name__ == "__main__":
    main()
