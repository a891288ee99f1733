"""Pictures: whatever a user drops is decoded, noted or refused with its reason; cutting and framing are exact."""

from __future__ import annotations

import io
import math
import random
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from backend.errors import InputError, PropsmithError
from backend.images import frame_object, isolate_object, load_picture, read_image
from backend.lab import lab_of_array

SIZE = 96


def drawing(background: tuple[int, ...] = (240, 240, 240), mode: str = "RGB") -> Image.Image:
    """A red disc, radius 24, right of the middle."""
    picture = Image.new("RGB", (SIZE, SIZE), background)
    ImageDraw.Draw(picture).ellipse((36, 24, 84, 72), fill=(200, 30, 30))
    return picture.quantize(16) if mode == "P" else picture.convert(mode)


def code_of(call: object, *args: object) -> str:
    with pytest.raises(PropsmithError) as caught:
        call(*args)  # type: ignore[operator]
    return caught.value.code


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [("RGB", "png"), ("RGB", "webp"), ("RGB", "bmp"), ("RGB", "tiff"), ("RGB", "jpg"), ("L", "png"), ("P", "png"),
     ("P", "gif"), ("CMYK", "jpg"), ("CMYK", "tiff"), ("RGBA", "png"), ("LA", "png"), ("1", "png"), ("YCbCr", "jpg")],
)  # fmt: skip
def test_every_usual_mode_is_decoded_to_the_same_picture(tmp_path: Path, mode: str, suffix: str) -> None:
    """Palette, grey, CMYK, alpha: the decoded pixels are those of the RGB drawing, as far as the mode can hold them."""
    path = tmp_path / f"ein Bild 图.{suffix}"
    drawing(mode=mode).save(path)
    rgba = read_image(path)
    assert rgba.shape == (SIZE, SIZE, 4) and rgba.dtype == np.float32
    expected = (
        np.asarray(drawing(mode="1" if mode == "1" else "L" if mode in ("L", "LA") else "RGB").convert("RGB")) / 255
    )
    assert np.abs(rgba[..., :3] - expected).mean() < 0.02
    assert (rgba[..., 3] == 1).all()


def test_sixteen_bits_are_scaled_not_cut(tmp_path: Path) -> None:
    """A 16-bit grey ramp spans 0 to 1 instead of saturating."""
    ramp = np.linspace(0, 65535, 64 * 64).reshape(64, 64)
    Image.fromarray(ramp.astype(np.uint16)).save(tmp_path / "a.png")
    assert np.abs(read_image(tmp_path / "a.png")[..., 0] - ramp / 65535).max() < 0.003


@pytest.mark.parametrize(("dtype", "white"), [("f4", 0.9), ("f4", 3.0), ("f4", 240.0), ("f4", 5e4), ("i4", 1e6)])
def test_wide_greys_are_scaled_to_their_own_white(tmp_path: Path, dtype: str, white: float) -> None:
    """Float and 32-bit greys keep their contrast whatever their range: within 1 as they are, beyond by their largest value."""
    ramp = np.linspace(0, white, 64 * 64).reshape(64, 64).astype(dtype)
    Image.fromarray(ramp).save(tmp_path / "a.tif")
    shown = read_image(tmp_path / "a.tif")[..., 0]
    assert np.abs(shown - ramp / (1.0 if white < 1 else white)).max() < 0.003


def test_values_that_are_no_numbers_spoil_no_others(tmp_path: Path) -> None:
    """NaN is black, infinite white; the values between keep their scale."""
    grey = np.full((64, 64), 0.5, np.float32)
    grey[0, 0], grey[0, 1], grey[0, 2] = np.nan, np.inf, -np.inf
    Image.fromarray(grey).save(tmp_path / "a.tif")
    assert np.abs(read_image(tmp_path / "a.tif")[0, :4, 0] - [0, 1, 0, 0.5]).max() < 0.003


def test_transparency_is_kept(tmp_path: Path) -> None:
    """Alpha, and a palette's transparent colour, arrive in the fourth channel."""
    picture = drawing()
    mask = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(mask).ellipse((36, 24, 84, 72), fill=255)
    picture.putalpha(mask)
    picture.save(tmp_path / "a.png")
    assert np.array_equal(read_image(tmp_path / "a.png")[..., 3], np.asarray(mask) / np.float32(255))
    palette = drawing(mode="P")
    palette.save(tmp_path / "p.png", transparency=palette.getpixel((0, 0)))
    assert read_image(tmp_path / "p.png")[0, 0, 3] == 0.0


def test_the_cameras_turn_is_applied(tmp_path: Path) -> None:
    """EXIF orientation 6 turns the picture a quarter clockwise."""
    picture = drawing().crop((0, 0, SIZE, SIZE // 2))
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.png", exif=exif)
    expected = np.asarray(picture.transpose(Image.Transpose.ROTATE_270)) / np.float32(255)
    assert np.allclose(read_image(tmp_path / "a.png")[..., :3], expected, atol=1e-6)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png"])
def test_an_animation_gives_its_first_frame_and_a_note(tmp_path: Path, suffix: str) -> None:
    """Of an animated picture the first frame is used, and a note says so."""
    path = tmp_path / f"a.{suffix}"
    drawing().save(path, save_all=True, append_images=[Image.new("RGB", (SIZE, SIZE))] * 2)
    picture = load_picture(path)
    assert [n.code for n in picture.notes] == ["image-first-frame"]
    assert picture.rgba[0, 0, 0] > 0.9


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    """A tiny file that claims 40,000 x 40,000 or 20,000 x 6,000 pixels is refused by its header."""
    for width, height in ((40_000, 40_000), (20_000, 6_000)):
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
        data = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
        (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)
        with pytest.raises(InputError) as caught:
            read_image(tmp_path / "bomb.png")
        assert caught.value.code == "image-too-large" and f"{width} x {height}" in caught.value.sentence


def test_a_large_photograph_is_reduced(tmp_path: Path) -> None:
    """Pictures within the limit are reduced to the working size, proportions kept."""
    Image.new("RGB", (6000, 3000), (10, 200, 30)).save(tmp_path / "a.jpg")
    rgba = read_image(tmp_path / "a.jpg")
    assert rgba.shape == (256, 512, 4) and abs(float(rgba[..., 1].mean()) - 200 / 255) < 0.01


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    """Missing, empty, text, tiny, a folder, a NUL in the name: each has its code."""
    for name, content in (("empty.png", b""), ("text.jpg", b"hello " * 100), ("svg.png", b"<svg/>")):
        (tmp_path / name).write_bytes(content)
        assert code_of(read_image, tmp_path / name) == "image-unreadable"
    Image.new("RGB", (1, 1)).save(tmp_path / "one.png")
    assert code_of(read_image, tmp_path / "one.png") == "image-too-small"
    for missing in (tmp_path / "no.png", tmp_path, "a\0b.png"):
        assert code_of(read_image, missing) == "image-missing"


@pytest.mark.parametrize("suffix", ["png", "jpg", "gif", "webp", "tiff", "bmp"])
def test_a_truncated_or_damaged_file_never_escapes_the_table(tmp_path: Path, suffix: str) -> None:
    """Cut and bit-flipped files either decode or are image-… errors; no foreign exception comes out."""
    buffer = io.BytesIO()
    drawing().save(buffer, {"jpg": "jpeg"}.get(suffix, suffix))
    data, dice, path = buffer.getvalue(), random.Random(3), tmp_path / f"a.{suffix}"
    path.write_bytes(data[: len(data) // 2])
    if suffix != "gif":  # Pillow fills up a cut GIF
        assert code_of(read_image, path) == "image-unreadable"
    for _ in range(150):
        damaged = bytearray(data[: dice.randrange(8, len(data) + 1)])
        for _ in range(dice.randrange(4)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            assert read_image(path).shape[2] == 4
        except InputError as error:
            assert error.code.startswith("image-")


def test_lab_agrees_with_published_values() -> None:
    """White, mid grey and the primaries have the textbook's L*a*b* (D65)."""
    colours = np.array([[1, 1, 1], [0.5, 0.5, 0.5], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]], np.float32)
    expected = [
        [100, 0, 0],
        [53.39, 0, 0],
        [53.24, 80.09, 67.20],
        [87.73, -86.18, 83.18],
        [32.30, 79.19, -107.86],
        [0, 0, 0],
    ]
    assert np.abs(lab_of_array(colours) - expected).max() < 0.05


@pytest.mark.parametrize("background", [(240, 240, 240), (20, 20, 25), (60, 130, 70)])
def test_a_plain_background_is_cut_away(background: tuple[int, ...]) -> None:
    """On white, dark and green, slightly blurred and noisy, the matte overlaps the true disc by 97 % or more."""
    dice = np.random.default_rng(1)
    picture = np.asarray(drawing(background).filter(ImageFilter.GaussianBlur(0.6)), np.float32)
    noisy = np.clip(picture + dice.normal(0, 2.5, picture.shape), 0, 255) / 255
    shade = np.linspace(1.0, 0.85, SIZE, dtype=np.float32)[:, None, None]  # a studio background darkens downwards
    rgba = np.concatenate([noisy * shade, np.ones((SIZE, SIZE, 1))], axis=2).astype(np.float32)
    y, x = np.mgrid[:SIZE, :SIZE]
    truth = np.hypot(x - 60, y - 48) <= 24.5
    cut = isolate_object(rgba)
    found = cut[..., 3] > 0.5
    assert (found & truth).sum() / (found | truth).sum() >= 0.97
    edge = (cut[..., 3] > 0.3) & (cut[..., 3] < 0.9)
    assert np.abs(cut[edge][:, :3] - np.array([200, 30, 30]) / 255).mean() < 0.08  # nothing of the background is left


def test_an_object_that_touches_the_border_is_still_cut() -> None:
    """An object running out of the frame on one side is found."""
    picture = Image.new("RGB", (SIZE, SIZE), (235, 235, 235))
    ImageDraw.Draw(picture).rectangle((30, 40, 66, SIZE), fill=(40, 60, 160))
    matte = isolate_object(np.asarray(picture.convert("RGBA"), np.float32) / 255)[..., 3] > 0.5
    truth = np.zeros((SIZE, SIZE), bool)
    truth[40:, 30:67] = True
    assert (matte & truth).sum() / (matte | truth).sum() > 0.95


def test_gaps_stay_open_and_glints_are_closed() -> None:
    """The hole of a ring shows the background and stays; a glint of the background's colour on the object is filled."""
    picture = Image.new("RGB", (SIZE, SIZE), (250, 250, 250))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((10, 10, 86, 86), fill=(30, 90, 40))
    pen.ellipse((34, 34, 62, 62), fill=(250, 250, 250))
    pen.rectangle((20, 46, 22, 48), fill=(250, 250, 250))
    matte = isolate_object(np.asarray(picture.convert("RGBA"), np.float32) / 255)[..., 3]
    assert matte[48, 48] == 0 and matte[47, 21] == 1


def test_a_soft_shadow_is_left_out_and_a_grey_object_is_not() -> None:
    """A blurred shadow below the object is no part of it; a grey ball of the shadow's own colours is an object."""
    wall = Image.new("RGB", (256, 256), (228, 226, 222))
    mask = Image.new("L", (256, 256), 0)
    ImageDraw.Draw(mask).ellipse((70, 180, 200, 215), fill=90)
    scene = Image.composite(Image.new("RGB", (256, 256)), wall, mask.filter(ImageFilter.GaussianBlur(8)))
    pen = ImageDraw.Draw(scene)
    pen.rectangle((90, 60, 170, 200), fill=(150, 90, 40))
    pen.ellipse((10, 20, 70, 80), fill=(150, 148, 146))
    matte = isolate_object(np.asarray(scene.convert("RGBA"), np.float32) / 255)[..., 3] > 0.5
    truth = np.zeros((256, 256), bool)
    truth[60:201, 90:171] = True
    y, x = np.mgrid[:256, :256]
    truth |= np.hypot(x - 40, y - 50) <= 30.5
    assert (matte & truth).sum() / (matte | truth).sum() > 0.97


def test_the_pictures_own_alpha_wins_and_specks_go() -> None:
    """Where the picture has a matte it is used as it is, less unconnected specks."""
    rgba = np.zeros((SIZE, SIZE, 4), np.float32)
    rgba[20:60, 20:60] = (1, 0, 0, 1)
    rgba[80, 80] = (1, 1, 1, 1)
    matte = isolate_object(rgba)[..., 3]
    assert matte[80, 80] == 0 and matte.sum() == 1600


@pytest.mark.parametrize("kind", ["blank", "noise", "stripes", "all opaque object", "empty alpha"])
def test_without_an_object_there_is_a_reason(kind: str) -> None:
    """Blank, noisy, patterned and fully transparent pictures are image-no-object."""
    rgba = np.full((SIZE, SIZE, 4), 0.6, np.float32)
    rgba[..., 3] = 1
    if kind == "noise":
        rgba[..., :3] = np.random.default_rng(0).random((SIZE, SIZE, 3))
    elif kind == "stripes":
        rgba[:, ::8, :3] = rgba[:, 1::8, :3] = rgba[:, 2::8, :3] = rgba[:, 3::8, :3] = 0.1
    elif kind == "all opaque object":
        rgba[2:-2, 2:-2, :3] = 0.1
    elif kind == "empty alpha":
        rgba[..., 3] = 0
    assert code_of(isolate_object, rgba) == "image-no-object"


@pytest.mark.parametrize("size_px", [32, 64, 200])
def test_framing_centres_and_scales_exactly(size_px: int) -> None:
    """A 40 x 20 rectangle anywhere lands centred, its longer side filling 80 % of the frame, its colour unchanged."""
    rgba = np.zeros((100, 80, 4), np.float32)
    rgba[..., :3] = (0, 1, 0)  # a green that must bleed nowhere
    rgba[50:70, 10:50] = (0.8, 0.2, 0.1, 1)
    framed = frame_object(rgba, size_px, 0.1)
    assert framed.shape == (size_px, size_px, 4)
    scale = 0.8 * size_px / 40
    assert math.isclose(float(framed[..., 3].sum()), 800 * scale**2, rel_tol=1e-4)
    columns = np.arange(size_px) + 0.5
    assert abs(float((framed[..., 3].sum(0) * columns).sum() / framed[..., 3].sum()) - size_px / 2) < 1e-3
    seen = framed[..., 3] > 1e-3
    assert np.abs(framed[seen][:, :3] - (0.8, 0.2, 0.1)).max() < 1e-3


def test_framing_pads_with_transparency() -> None:
    """An object at the picture's corner is centred with empty space where the picture has no pixels."""
    rgba = np.zeros((50, 50, 4), np.float32)
    rgba[:10, :10] = 1
    framed = frame_object(rgba, 64)
    assert framed[32, 32, 3] == 1 and framed[0, 0, 3] == 0 and np.abs(framed - framed[::-1, ::-1]).max() < 1e-5


def test_framing_averages_areas() -> None:
    """Reducing by a whole factor equals the block mean (a slow twin)."""
    dice = np.random.default_rng(5)
    rgba = np.ones((64, 64, 4), np.float32)
    rgba[..., :3] = dice.random((64, 64, 3))
    expected = rgba.reshape(16, 4, 16, 4, 4).mean((1, 3))
    assert np.abs(frame_object(rgba, 16, 0.0) - expected).max() < 1e-5
