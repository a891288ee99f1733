"""Pictures with a colour profile: what is seen is what is used, whatever space the file's numbers are in."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from backend.images import read_image

P3_PRIMARIES = {  # Display P3's, adapted to D50, as its profiles hold them
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
RED_IN_P3 = (234, 51, 35)  # sRGB's (255, 0, 0)


def display_p3() -> bytes:
    """An sRGB profile given the primaries of Display P3; the two share white and tone curve."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for k in range(struct.unpack(">I", data[128:132])[0]):
        name, offset, _ = struct.unpack(">4sII", data[132 + 12 * k : 144 + 12 * k])
        if name in P3_PRIMARIES:
            data[offset + 8 : offset + 20] = struct.pack(">3i", *(round(v * 65536) for v in P3_PRIMARIES[name]))
    return bytes(data)


def mean_colour(path: Path) -> np.ndarray:
    return np.asarray(read_image(path)[..., :3].mean((0, 1)) * 255)


@pytest.mark.parametrize("suffix", ["png", "jpg", "tiff", "webp"])
def test_display_p3_is_read_as_the_colours_it_means(tmp_path: Path, suffix: str) -> None:
    """sRGB's pure red, written as the numbers that Display P3 has for it, arrives as pure red."""
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (700, 40), RED_IN_P3).save(path, icc_profile=display_p3(), quality=95)
    np.testing.assert_allclose(mean_colour(path), (255, 0, 0), atol=8 if suffix in ("jpg", "webp") else 3)


def test_transparency_and_palettes_have_profiles_too(tmp_path: Path) -> None:
    """Alpha is kept beside converted colours, also of a palette."""
    picture = Image.new("RGBA", (40, 40), (*RED_IN_P3, 255))
    picture.paste((*RED_IN_P3, 77), (0, 0, 20, 40))
    picture.save(tmp_path / "a.png", icc_profile=display_p3())
    rgba = read_image(tmp_path / "a.png") * 255
    np.testing.assert_allclose(rgba[..., :3].mean((0, 1)), (255, 0, 0), atol=3)
    assert (rgba[:, :20, 3] == 77).all() and (rgba[:, 20:, 3] == 255).all()
    picture.convert("RGB").quantize(4).save(tmp_path / "p.png", icc_profile=display_p3())
    np.testing.assert_allclose(mean_colour(tmp_path / "p.png"), (255, 0, 0), atol=3)


def test_srgb_stays_as_it_is(tmp_path: Path) -> None:
    """A picture with the profile of sRGB has the same pixels as one without, to a rounding."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png", icc_profile=profile)
    np.testing.assert_allclose(read_image(tmp_path / "a.png")[..., :3] * 255, pixels, atol=1.01)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "RGBA", "LA"])
def test_a_profile_that_does_not_fit_changes_nothing(tmp_path: Path, mode: str) -> None:
    """A damaged profile is passed over, and so is one for another number of channels."""
    picture = Image.new("RGB", (40, 40), (180, 90, 60)).convert(mode)
    picture.save(tmp_path / "plain.tiff")
    picture.save(tmp_path / "damaged.tiff", icc_profile=b"garbage" * 40)
    assert np.array_equal(read_image(tmp_path / "damaged.tiff"), read_image(tmp_path / "plain.tiff"))
    if not mode.startswith("RGB"):
        picture.save(tmp_path / "other.tiff", icc_profile=display_p3())
        other = read_image(tmp_path / "other.tiff")
        assert mode == "LA" or np.array_equal(other, read_image(tmp_path / "plain.tiff"))
