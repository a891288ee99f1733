"""The PNG files of snapshots hold exactly the bytes that were given."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image


@pytest.mark.parametrize("shape", [(5, 7, 3), (4, 4, 1), (1, 300, 3)])
def test_pillow_reads_the_same_bytes(load, tmp_path, shape):
    """Grey and RGB arrays come back bit for bit from Pillow, and no temporary file stays behind."""
    pixels = np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)
    load("addon.png").write_png(tmp_path / "map.png", pixels)
    with Image.open(tmp_path / "map.png") as image:
        image.verify()
    with Image.open(tmp_path / "map.png") as image:
        assert image.mode == ("RGB" if shape[2] == 3 else "L")
        assert np.array_equal(np.asarray(image).reshape(shape), pixels)
    assert [p.name for p in tmp_path.iterdir()] == ["map.png"]
