"""Pictures from users: decoded safely whatever they are, the object cut out, framed for the prior."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from scipy import ndimage, sparse

from .errors import problem
from .lab import lab_of_array
from .protocol import Note

Pixels = NDArray[np.float32]

MEGAPIXELS = 100  # more than any phone's or studio camera's picture; 1.6 GB as float RGBA would come after it
SMALLEST_PX = 16
WORKING_PX = 512  # larger pictures are reduced to this on their longer side before anything is computed
PROFILED = ("L", "RGB", "CMYK")  # modes of which colour profiles speak
OWN_MATTE = 0.005  # a picture with a larger share of transparent pixels brings its own matte
STANDS_OUT = (
    12.0  # CIE76 distance in Lab from the background; 2.3 is just noticeable, shadows and JPEG noise stay below 10
)
PLAIN = 8.0  # the border's median distance from its own median colour in Lab: above it the background is not plain

# Whatever Pillow's readers make of a damaged file: AVIF's raises RuntimeError, DDS's NotImplementedError, which is one.
BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, AttributeError, AssertionError,
    RuntimeError, struct.error, zlib.error,
)  # fmt: skip

# A prior's reference picture, in training as in use: the share of its side that stays free beside the longer extent.
REFERENCE_MARGIN = 0.1
SHARP = 0.11  # an edge blurred by 2 px has 0.2 (1 / (2 sqrt(2 pi))), one blurred by 5 px 0.07


@dataclass(frozen=True)
class Picture:
    """A decoded image: rgba (H, W, 4) float32 in [0, 1], sRGB, straight alpha; and what the user should know of it."""

    rgba: Pixels
    notes: tuple[Note, ...] = ()


def load_picture(path: str | Path) -> Picture:
    """Decode the first frame of any picture Pillow reads: EXIF-turned, 8 bits or 16, any mode and colour profile, to 512 px.

    Raises image-missing, image-too-large (before decoding), image-too-small, image-unreadable.
    """
    path = Path(path)
    if "\0" in str(path) or not path.is_file():
        raise problem("image-missing", path=path)
    try:
        return _decoded(path)
    except UnidentifiedImageError as error:
        raise problem("image-unreadable", path=path, why="its format is unknown") from error
    except BROKEN as error:
        raise problem("image-unreadable", path=path, why=str(error)[:120] or type(error).__name__) from error


def _decoded(path: Path) -> Picture:
    """The first frame as RGBA. Raises image-too-large, image-too-small, and BROKEN where the file is damaged."""
    notes: list[Note] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of bombs: our limit is stricter; of damage: it ends in an error or a picture
            with Image.open(path) as image:
                _check_size(image)
                if getattr(image, "n_frames", 1) > 1:
                    notes.append(Note("image-first-frame", f"'{path.name}' is animated; its first frame is used."))
                image.draft("RGB", (WORKING_PX, WORKING_PX))  # JPEG alone can decode at a fraction of its size
                image.load()
                return Picture(_to_rgba(ImageOps.exif_transpose(image)), tuple(notes))
    except Image.DecompressionBombError as error:  # Pillow's own limit, beyond ours
        width, height = _size_in_header(path)
        raise problem("image-too-large", width=width, height=height, limit=MEGAPIXELS) from error


def read_image(path: str | Path) -> Pixels:
    """The pixels of `load_picture`: (H, W, 4) float32 RGBA in [0, 1]."""
    return load_picture(path).rgba


def _size_in_header(path: Path) -> tuple[int, int]:
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        with Image.open(path) as image:  # reads the header only
            return image.size
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MEGAPIXELS * 1_000_000:
        raise problem("image-too-large", width=width, height=height, limit=MEGAPIXELS)
    if min(width, height) < SMALLEST_PX:
        raise problem("image-too-small", width=width, height=height, limit=SMALLEST_PX)


def _to_rgba(image: Image.Image) -> Pixels:
    """(H, W, 4) float32 of any mode; greys of 16 and 32 bits are scaled so that white is what `_white` says."""
    if image.mode.startswith(("I", "F")):
        grey = np.nan_to_num(np.asarray(image, np.float32), nan=0.0, posinf=np.inf, neginf=0.0)
        shown = np.clip(grey / _white(image.mode, grey), 0.0, 1.0)
        image = Image.fromarray(np.round(shown * 255).astype(np.uint8))
    if image.mode in PROFILED:  # before a large picture is copied: as RGBA it takes 400 MB
        image.thumbnail((WORKING_PX, WORKING_PX), Image.Resampling.BOX, reducing_gap=2.0)
    if image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in PROFILED:
        image = image.convert("RGB")
    image.thumbnail((WORKING_PX, WORKING_PX), Image.Resampling.BOX, reducing_gap=2.0)
    rgba = _in_srgb(image).convert("RGBA")
    if image.mode == "RGBA":
        rgba.putalpha(image.getchannel("A"))
    return np.asarray(rgba, np.float32) / 255.0


def _white(mode: str, grey: Pixels) -> float:
    """The value that is white in a grey picture of mode I or F: its type's range where it holds all values, else the largest.

    A float picture's range is 1; beyond it nothing tells linear light from counts, and the largest value keeps both.
    """
    largest = float(grey.max(initial=0.0, where=np.isfinite(grey)))
    ranges = (1.0,) if mode == "F" else (255.0, 65535.0) if mode == "I" else (65535.0,)
    return next((white for white in ranges if largest <= white), largest)


def _in_srgb(image: Image.Image) -> Image.Image:
    """An RGB copy in the colours that the embedded profile means; where there is none that fits, as it stands."""
    if image.mode == "RGBA":
        image = image.convert("RGB")
    embedded = image.info.get("icc_profile")
    if embedded:
        with suppress(ImageCms.PyCMSError, OSError):  # a damaged profile, or one of another number of channels
            profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
            converted = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or image
    return image.convert("RGB")  # CMYK knows no direct way to RGBA


def isolate_object(rgba: Pixels) -> Pixels:
    """(H, W, 4) with the object's matte as alpha: the picture's own where it has one, else cut from a plain background.

    Cut edges lose the background's share of their colour. Raises image-no-object when the background is not plain,
    nothing stands out, or the object fills the frame.
    """
    assert rgba.ndim == 3 and rgba.shape[2] == 4, rgba.shape
    if (rgba[..., 3] < 0.5).mean() < OWN_MATTE:
        rgba = _cut_from_background(rgba[..., :3])
    matte = np.where(_largest_parts(rgba[..., 3] > 0.5), rgba[..., 3], 0.0)
    covered = float((matte > 0.5).mean())
    if covered < 0.002:
        raise problem("image-no-object", why="nothing differs from the background")
    if covered > 0.95:
        raise problem("image-no-object", why="it fills the whole frame")
    return np.concatenate([rgba[..., :3], matte[..., None]], axis=2).astype(np.float32)


def _cut_from_background(rgb: Pixels) -> Pixels:
    """(H, W, 4): matte from the distance to the background, planes fitted in Lab and RGB to the border's colours."""
    lab = lab_of_array(rgb)
    height, width = lab.shape[:2]
    band = max(2, round(0.03 * min(height, width)))
    border = np.ones((height, width), bool)
    border[band:-band, band:-band] = False
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    ramp = np.stack([np.ones_like(x), x, y], axis=-1)  # studio backgrounds darken smoothly towards a side
    kept = border
    for _ in range(4):  # leave out, step by step, what of the object touches the border
        distance = np.linalg.norm(lab - _plane(ramp, lab, kept), axis=-1)
        kept = border & (distance <= max(STANDS_OUT / 2, float(np.median(distance[kept])) * 2.5))
    if np.median(distance[border]) > PLAIN or kept.sum() < 0.6 * border.sum():
        raise problem("image-no-object", why="the background is not plain")
    threshold = max(STANDS_OUT, 3.0 * float(np.percentile(distance[kept], 90)))
    background = _plane(ramp, rgb, kept).astype(np.float32)
    solid = (distance > threshold) & ~_soft_shadows(rgb, background, distance, threshold)
    solid = _without_pinholes(ndimage.binary_closing(solid, iterations=1))
    sure = ndimage.binary_erosion(solid, iterations=2)
    near = ndimage.maximum_filter(distance, 7)  # the object's own distance, a few pixels inside its edge
    share = np.clip(distance / np.maximum(0.9 * near, threshold), 0.0, 1.0)
    matte = np.where(sure, 1.0, np.where(solid, share, 0.0))
    clean = background + (rgb - background) / np.maximum(matte, 0.2)[..., None]  # C = a F + (1 - a) B, solved for F
    return np.concatenate([np.where(matte[..., None] > 0, clean, rgb).clip(0.0, 1.0), matte[..., None]], axis=2)


def _plane(ramp: NDArray[np.float64], values: Pixels, kept: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(H, W, 3): the least-squares plane through the kept pixels' values, everywhere."""
    coefficients, *_ = np.linalg.lstsq(ramp[kept], values[kept], rcond=None)
    return ramp @ coefficients


def _soft_shadows(rgb: Pixels, background: Pixels, distance: Pixels, threshold: float) -> NDArray[np.bool_]:
    """Pixels that are the background, only darker, in patches that fade out: a shadow has no edge, a grey object has.

    A patch is a shadow when its outer rim is less steep, per pixel, than SHARP of its own depth.
    """
    darker = np.clip(rgb.mean(-1, keepdims=True) / np.maximum(background.mean(-1, keepdims=True), 1e-3), 0.25, 1.0)
    tint = np.linalg.norm(lab_of_array(rgb) - lab_of_array(background * darker), axis=-1)
    alike = ndimage.binary_opening(
        (distance > threshold) & (tint < STANDS_OUT / 2) & (darker[..., 0] < 1.0), iterations=2
    )
    labels, count = ndimage.label(alike)
    rim = alike & ndimage.binary_dilation(distance <= threshold, iterations=2)
    steep = ndimage.gaussian_gradient_magnitude(distance, 2.0)
    shadow = np.zeros(count + 1, bool)
    for number, patch in enumerate(ndimage.find_objects(labels), start=1):
        inside = labels[patch] == number
        edge = inside & rim[patch]
        depth = float(np.percentile(distance[patch][inside], 90))
        shadow[number] = edge.any() and float(np.median(steep[patch][edge])) < SHARP * depth
    grown = ndimage.binary_dilation(shadow[labels], iterations=3) & (tint < STANDS_OUT / 2)
    return np.asarray(grown)


def _without_pinholes(solid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Fill holes below 0.5 % of the object (glints); larger ones (a handle, a chair's gaps) show the background."""
    labels, _ = ndimage.label(ndimage.binary_fill_holes(solid) & ~solid)
    sizes = np.bincount(labels.ravel())
    sizes[0] = solid.size
    return solid | (sizes < 0.005 * solid.sum())[labels]


def _largest_parts(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected part and every part of at least a tenth of it; specks go."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    if count <= 1:
        return mask
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    return (sizes >= 0.1 * sizes.max())[labels]


def frame_object(rgba: Pixels, size_px: int, margin: float = 0.1) -> Pixels:
    """A square (S, S, 4) crop with the object centred and `margin` of the side free on each side of its longer extent.

    Resized by area (an exact box filter) on premultiplied colours, so the background's colour bleeds nowhere.
    """
    assert 0.0 <= margin < 0.5, margin
    rows, columns = np.nonzero(rgba[..., 3] > 0.5)
    if not len(rows):
        raise problem("image-no-object", why="the matte is empty")
    middle_y, middle_x = (float(rows.min() + rows.max() + 1) / 2, float(columns.min() + columns.max() + 1) / 2)
    side = (float(max(np.ptp(rows), np.ptp(columns))) + 1) / (1 - 2 * margin)
    premultiplied = np.concatenate([rgba[..., :3] * rgba[..., 3:], rgba[..., 3:]], axis=2)
    down = _box_weights(rgba.shape[0], middle_y - side / 2, side, size_px)
    across = _box_weights(rgba.shape[1], middle_x - side / 2, side, size_px)
    rows = (down @ premultiplied.reshape(len(premultiplied), -1)).reshape(size_px, -1, 4)
    framed = (across @ rows.swapaxes(0, 1).reshape(-1, size_px * 4)).reshape(size_px, size_px, 4).swapaxes(0, 1)
    colour = framed[..., :3] / np.maximum(framed[..., 3:], 1e-6)
    seen = framed[..., 3:] > 1e-4
    return np.concatenate([np.where(seen, colour, 0.0), framed[..., 3:]], axis=2).clip(0.0, 1.0).astype(np.float32)


def reference_picture(rgba: Pixels, size_px: int) -> Pixels:
    """What a prior sees of a picture, in training as in use: (4, H, W) straight RGBA -> (4, S, S) framed, premultiplied."""
    framed = np.moveaxis(frame_object(np.moveaxis(rgba, 0, -1), size_px, REFERENCE_MARGIN), -1, 0)
    return np.concatenate([framed[:3] * framed[3:], framed[3:]])


def _box_weights(length: int, low: float, side: float, size_px: int) -> sparse.csr_matrix:
    """(S, length) weights: output pixel i averages the source interval [low + i step, low + (i + 1) step].

    Sparse, for speed: products of such small dense matrices cost ten times as much where BLAS has all cores and these are busy.
    """
    edges = low + side / size_px * np.arange(size_px + 1)
    cells = np.arange(length)
    overlap = np.minimum(edges[1:, None], cells + 1) - np.maximum(edges[:-1, None], cells)
    return sparse.csr_matrix(np.clip(overlap, 0.0, None) * (size_px / side))
