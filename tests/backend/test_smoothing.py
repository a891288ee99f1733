"""The views' smoothing: exact views pass untouched, noise goes, edges of colour, material and shape stay."""

from __future__ import annotations

import numpy as np

from backend.materials import INDEX
from backend.smoothing import noise_level, without_grain, without_noise

SIZE = 64


def scene(noise: float, stripes: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """values, code, normal, opaque of one view: a square, its left half red, its right half blue, and its clean colours."""
    values = np.full((1, SIZE, SIZE, 5), 0.5, np.float32)
    left = np.arange(SIZE) < SIZE // 2 if not stripes else np.arange(SIZE) // stripes % 2 == 0
    values[0, :, :, :3] = np.where(left[None, :, None], [0.7, 0.2, 0.2], [0.2, 0.3, 0.7])
    clean = values[..., :3].copy()
    values[..., :3] += noise * np.random.default_rng(0).standard_normal((1, SIZE, SIZE, 3)).astype(np.float32)
    opaque = np.zeros((1, SIZE, SIZE), bool)
    opaque[0, 6:-6, 6:-6] = True
    normal = np.zeros((1, SIZE, SIZE, 3), np.float32)
    normal[..., 2] = 1.0
    return values, np.zeros((1, SIZE, SIZE, 3), np.float32), normal, opaque, clean


def test_exact_views_pass_untouched():
    """Without noise nothing changes, not even by rounding, with stripes neither."""
    for stripes in (0, 5):
        values, code, normal, opaque, _ = scene(0.0, stripes)
        smooth, codes = without_noise(values, code, normal, opaque)
        assert np.array_equal(smooth, values) and np.array_equal(codes, code)


def test_the_noise_is_measured():
    """White noise of known strength is found within 25 %, beside an edge and under stripes."""
    for stripes in (0, 5):
        values, _, _, opaque, _ = scene(0.05, stripes)
        assert abs(noise_level(values[..., :3], opaque) / 0.05 - 1) < 0.25


def test_noise_goes_and_edges_stay():
    """Noise of 6 % falls to less than a third, and the colours on both sides of the edge keep their distance."""
    values, code, normal, opaque, clean = scene(0.06)
    smooth, _ = without_noise(values, code, normal, opaque)
    assert (smooth[..., :3] - clean)[opaque].std() < 0.06 / 3
    middle = SIZE // 2
    step = smooth[0, 10:-10, middle - 1, :3].mean(0) - smooth[0, 10:-10, middle, :3].mean(0)
    np.testing.assert_allclose(step, [0.5, -0.1, -0.5], atol=0.05)


def test_materials_are_not_mixed():
    """Two classes of the same colour keep their codes to within a tenth of a step, however noisy the colours are."""
    values, code, normal, opaque, _ = scene(0.06)
    values[..., :3] = 0.5 + values[..., :3] - values[..., :3].mean((1, 2), keepdims=True)
    code[..., 0] = np.where(np.arange(SIZE) < 20, -1.0, 1.0)
    _, codes = without_noise(values, code, normal, opaque)
    assert np.abs(codes - code)[opaque].max() < 0.1


def test_grain_is_averaged_on_textured_classes_only():
    """Stripes of a grain's wavelength lose nine tenths of their contrast on wood and all of it stays on plastic."""
    values, _, normal, opaque, _ = scene(0.0, 2)
    for name, kept in (("wood", (0.0, 0.1)), ("plastic", (1.0, 1.0))):
        material = np.where(opaque, INDEX[name], -1)
        smooth = without_grain(values, normal, material)
        inner = (slice(None), slice(16, -16), slice(16, -16), 0)
        share = float(np.ptp(smooth[inner]) / np.ptp(values[inner]))
        assert kept[0] <= share <= kept[1]
