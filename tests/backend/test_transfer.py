"""Maps brought onto a new layout: every texel, gutters too, has the colour of the surface under it, and nothing aliases."""

from __future__ import annotations

import numpy as np
import pytest

from backend.foreign import Raw
from backend.rasterise import rasterise
from backend.transfer import transfer

SQUARE = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)
NEW = 0.25 + 0.5 * SQUARE


def laid_out(old: np.ndarray, pixels: np.ndarray, *wraps: tuple[str, str]) -> np.ndarray:
    """(64, 64, C) a map laid out by `old`, on the new layout of a square."""
    corners = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32)
    raw = Raw(corners, np.array([[0, 1, 2], [0, 2, 3]], np.int32), old, np.zeros(2, np.int64), [pixels], wraps=wraps)
    return transfer(raw, NEW, 64)


def halves(size: int, upper: float, lower: float) -> np.ndarray:
    """(S, S, 1) one value above and one below."""
    return np.repeat([upper, lower], size // 2)[:, None, None] * np.ones((1, size, 1), np.float32)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("repeats", [1, 2])
def test_gutters_continue_their_face(repeats: int, turned: bool) -> None:
    """Beyond the border of a face that reaches over the whole square, or over whole repeats of it, gutters and gaps hold what
    lies next to them, nothing of the texture's other side."""
    old = SQUARE * repeats
    pixels = halves(32 // repeats, 1.0, 0.0)
    if turned:
        old, pixels = old[..., ::-1].copy(), pixels.transpose(1, 0, 2)[:, ::-1]
    image = laid_out(old, pixels)[..., 0]
    stripes = np.tile(np.repeat([1.0, 0.0], 16 // repeats), repeats)
    wanted = np.concatenate([np.full(16, stripes[0]), stripes, np.full(16, stripes[-1])])
    assert (
        image != wanted[:, None]
    ).mean() < 0.005  # a gutter is pulled onto its face, not projected: half a texel off


@pytest.mark.parametrize(
    ("wrap", "stripes"), [("repeat", (1, 0, 1, 0)), ("mirror", (0, 1, 1, 0)), ("clamp", (1, 1, 1, 0))]
)
def test_gutters_go_on_as_the_map_does(wrap: str, stripes: tuple[float, ...]) -> None:
    """A square over two heights of a map repeats, mirrors or draws out its upper half, and so do the gutters beyond it."""
    image = laid_out(SQUARE * 2, halves(16, 1.0, 0.0), ("repeat", wrap))[..., 0]
    wanted = np.concatenate([np.full(16, stripes[0]), np.repeat(stripes, 8), np.full(16, stripes[-1])])
    assert (image != wanted[:, None]).mean() < 0.005


def test_maps_finer_than_the_layout_are_averaged() -> None:
    """A board of single black and white texels becomes an even grey on a layout sixteen times as coarse, tiled or not."""
    board = (np.indices((512, 512)).sum(0) % 2).astype(np.float32)[..., None]
    for repeats in (1, 4):
        image = laid_out(SQUARE * repeats, board)
        assert np.abs(image - 0.5).max() < 0.02


def test_swatches_keep_their_colours() -> None:
    """Faces whose UVs lie at one point of a palette have exactly the colour of that point, beside others that are textured."""
    palette = np.zeros((8, 8, 3), np.float32)
    palette[2, 5] = (0.2, 0.4, 0.6)
    old = SQUARE.copy()
    old[1] = (5.5 / 8, 1 - 2.5 / 8)
    texels = rasterise(NEW, 64)
    image = laid_out(old, palette)
    own = texels.face == 1
    assert np.array_equal(np.unique(image[texels.row[own], texels.column[own]], axis=0), palette[2, 5][None])
