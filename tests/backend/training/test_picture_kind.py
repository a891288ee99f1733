"""Teaching the network that names the kind of a picture."""

from __future__ import annotations

import numpy as np
import torch

from backend.picture_kind import SIZE_PX, kind_reader
from backend.training.dataset import write_shard
from backend.training.picture_kind import PAINTS, TEST, VIEWS, album, logits_kept_back, teach, varied, write

KINDS = ("ladder", "mug", "sword")


def test_kinds_are_learnt_kept_and_read_back(tmp_path):
    """Twenty-four shapes of each of three kinds teach enough to name the shapes kept back; the file says the same."""
    write_shard(tmp_path / "shard-0.npz", [kind for kind in KINDS for _ in range(2 * TEST)], seed=1, size_px=32)
    pictures = album(tmp_path)
    assert pictures.kinds == KINDS and pictures.seen.shape[1:] == (4, SIZE_PX, SIZE_PX)
    assert int(pictures.test.sum()) == 3 * 2 * VIEWS * PAINTS  # two shapes of each kind
    network = teach(pictures, epochs=3, batch=16)
    logits, label = logits_kept_back(network, pictures)
    assert float((logits.argmax(1) == label).float().mean()) >= 0.75
    write(network, tmp_path / "kind.safetensors")
    image = pictures.seen[0].float() / 255
    image[:3] /= image[3:].clamp(min=1e-6)
    again = kind_reader(tmp_path / "kind.safetensors")
    assert np.allclose(
        sorted(c for _, c in again.likely(image)), sorted(c for _, c in network.likely(image)), atol=0.02
    )


def test_varied_pictures_keep_the_object():
    """Random changes leave shape and range as they were, and most of the object's area."""
    seen = torch.zeros(32, 4, SIZE_PX, SIZE_PX)
    seen[:, :, 12:36, 12:36] = 0.5
    out = varied(seen, torch.Generator().manual_seed(0))
    assert out.shape == seen.shape and float(out.min()) >= 0 and float(out.max()) <= 1
    ratio = out[:, 3].sum((1, 2)) / seen[:, 3].sum((1, 2))
    assert bool(((ratio > 0.7) & (ratio < 1.3)).all())
