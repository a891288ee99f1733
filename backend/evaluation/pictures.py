"""`python -m backend.evaluation.pictures`: is a picture one whole object? Fits, measures and plots that confidence.

Objects are renders of the grammar's kinds, half of the kinds for the fit and the other half held out; the others are
pictures of no object, or of no whole one, made by procedure. What `isolate_object` refuses is counted, and not scored.
"""

from __future__ import annotations

import argparse
import tempfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from ..errors import PropsmithError
from ..images import isolate_object, load_picture
from ..training.contact_sheet import picture as render
from ..training.kinds import KINDS
from ..training.programs import STYLES
from ..whole_object import BIAS, MEAN, SCALE, WEIGHTS, as_fitted, design, features

SIZE = 96
RIDGE = 0.03  # of the weights, in units of one sample
Rng = np.random.Generator


@dataclass(frozen=True)
class Scored:
    """Rows of FEATURES, whether each is an object, and how many pictures of each sort were refused before."""

    rows: NDArray[np.float64]
    objects: NDArray[np.bool_]
    names: list[str]
    refused: dict[str, tuple[int, int]]  # sort -> (refused, made)


def prop(rng: Rng, kinds: list[str]) -> Image.Image:
    """A prop on a plain, tinted, slightly uneven ground; two of five cropped to the prop, or nearly so."""
    kind = KINDS[kinds[int(rng.integers(len(kinds)))]]
    shown = render(kind, int(rng.integers(2**31)), STYLES[int(rng.integers(len(STYLES)))], SIZE)
    if rng.random() < 0.4:
        shown = tightly(shown, rng.integers(0, 8, 4))
    ramp = 1.0 - rng.uniform(0, 0.15) * np.linspace(0, 1, len(shown))[:, None, None]
    return _image(shown * rng.uniform(0.75, 1.05, 3) * ramp + rng.normal(0, rng.uniform(0, 0.02), shown.shape))


def tightly(shown: NDArray[np.float32], margins: NDArray[np.int64]) -> NDArray[np.float32]:
    """The part of a picture (H, W, 3) that differs from its corner, with a few pixels around it: left, top, right, below."""
    y, x = np.nonzero(np.abs(shown - shown[0, 0]).max(-1) > 0.03)
    left, top, right, below = (int(v) for v in margins)
    return shown[max(y.min() - top, 0) : y.max() + 1 + below, max(x.min() - left, 0) : x.max() + 1 + right]


def cropped(rng: Rng, kinds: list[str]) -> Image.Image:
    """A prop of which at least a third lies outside the frame."""
    side = int(rng.integers(SIZE // 3, SIZE // 2))
    left, top = (int(v) for v in rng.integers(SIZE // 8, SIZE // 2, 2))
    return prop(rng, kinds).resize((SIZE, SIZE)).crop((left, top, left + side, top + side)).resize((SIZE, SIZE))


def crowd(rng: Rng, kinds: list[str]) -> Image.Image:
    """Four to nine props side by side."""
    across = int(rng.integers(2, 4))
    page, small = Image.new("RGB", (SIZE * across // 2,) * 2, (236, 236, 236)), SIZE // 2
    for i in range(across * across):
        one = np.asarray(
            render(KINDS[kinds[int(rng.integers(len(kinds)))]], int(rng.integers(2**31)), STYLES[0], small)
        )
        page.paste(_image(one), (i % across * small, i // across * small))
    return page


def text(rng: Rng, kinds: list[str]) -> Image.Image:
    """Lines of words on paper."""
    page = Image.new("RGB", (SIZE, SIZE), (250, 248, 240))
    pen, size = ImageDraw.Draw(page), int(rng.integers(8, 30))
    for top in range(int(rng.integers(2, 40)), SIZE - size, int(size * 1.4)):
        words = " ".join(kinds[int(i)] for i in rng.integers(len(kinds), size=4))
        pen.text((int(rng.integers(2, 12)), top), words, fill=(20, 20, 30), font=ImageFont.load_default(size))
    return page


def landscape(rng: Rng, kinds: list[str]) -> Image.Image:
    """Sky, hills and ground."""
    sky = np.linspace(0, 1, SIZE)[:, None, None] * rng.uniform(0.0, 0.3, 3) + rng.uniform(0.5, 0.8, 3)
    shown = np.broadcast_to(sky, (SIZE, SIZE, 3)).copy()
    for level in np.sort(rng.uniform(0.4, 0.8, 3)):
        wave = ndimage_smooth(rng.normal(0, 1, SIZE)) * SIZE * 0.15 + level * SIZE
        shown[np.arange(SIZE)[:, None] > wave[None]] = rng.uniform(0.1, 0.6, 3)
    return _image(shown + rng.normal(0, 0.02, shown.shape))


def blot(rng: Rng, kinds: list[str]) -> Image.Image:
    """A cloud of noise, or of specks, on a plain ground."""
    field = np.asarray(Image.fromarray(rng.normal(0, 1, (16, 16)).astype(np.float32)).resize((SIZE, SIZE), 3))
    shown = np.full((SIZE, SIZE, 3), rng.uniform(0.7, 0.95))
    cloud = field > rng.uniform(0.2, 1.0)
    shown[cloud] = rng.uniform(0, 1, (int(cloud.sum()), 3))
    return _image(shown)


def ink(rng: np.random.Generator, lightest: int) -> tuple[int, int, int]:
    """A random colour, each channel below `lightest`."""
    red, green, blue = (int(v) for v in rng.integers(0, lightest, 3))
    return red, green, blue


def chart(rng: Rng, kinds: list[str]) -> Image.Image:
    """Axes, lines and bars: a screenshot."""
    page = Image.new("RGB", (SIZE, SIZE), (255, 255, 255))
    pen = ImageDraw.Draw(page)
    pen.line((12, 8, 12, SIZE - 12, SIZE - 8, SIZE - 12), fill=(0, 0, 0), width=1)
    points = [(12 + 9 * i, int(v)) for i, v in enumerate(rng.uniform(12, SIZE - 16, 12))]
    pen.line(points, fill=ink(rng, 200), width=int(rng.integers(1, 4)))
    if rng.random() < 0.5:
        for x, y in points[::2]:
            pen.rectangle((x - 3, y, x + 3, SIZE - 13), fill=ink(rng, 230))
    return page


def busy(rng: Rng, kinds: list[str]) -> Image.Image:
    """A prop in front of a landscape."""
    ground, front = landscape(rng, kinds), prop(rng, kinds)
    ground.paste(front.crop((16, 16, 80, 80)).resize((56, 56)), (20, 28))
    return ground.filter(ImageFilter.GaussianBlur(0.7))


OTHERS: dict[str, Callable[[Rng, list[str]], Image.Image]] = {
    "cropped": cropped, "crowd": crowd, "text": text, "landscape": landscape, "blot": blot, "chart": chart, "busy": busy,
}  # fmt: skip


def ndimage_smooth(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) a random line smoothed over a fifth of its length."""
    window = np.hanning(len(values) // 5)
    return np.convolve(values, window / np.sqrt((window**2).sum()), "same")


def _image(values: NDArray[np.float64] | NDArray[np.float32]) -> Image.Image:
    return Image.fromarray((np.asarray(values, np.float64).clip(0, 1) * 255).round().astype(np.uint8))


def scored(kinds: list[str], each: int, seed: int, file: Path) -> Scored:
    """`each` pictures of every sort of non-object and as many props, read as a user's: from `file`, JPEG and PNG in turn."""
    rows, objects, names, refused = [], [], [], {}
    for name, make in {"prop": prop, **OTHERS}.items():
        number, lost = each * (len(OTHERS) if name == "prop" else 1), 0
        for i in range(number):
            make(np.random.default_rng([seed, i, zlib.crc32(name.encode())]), kinds).save(
                file, ("JPEG", "PNG")[i % 2], quality=90
            )
            try:
                picture = load_picture(file).rgba
                rows.append(features(*as_fitted(picture, isolate_object(picture))))
            except PropsmithError:
                lost += 1
                continue
            objects.append(name == "prop")
            names.append(name)
        refused[name] = (lost, number)
    return Scored(np.array(rows), np.array(objects), names, refused)


def fit(data: Scored) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean and scale of the features and the ridge logistic regression's weights, by Newton's steps; bias last."""
    mean, scale = data.rows.mean(0), data.rows.std(0) + 1e-6
    x, y = design((data.rows - mean) / scale), data.objects.astype(float)
    weights = np.zeros(x.shape[1])
    ridge = RIDGE * len(y) / 100 * np.eye(len(weights))
    ridge[-1, -1] = 0.0
    for _ in range(30):
        p = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        weights += np.linalg.solve((x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(len(weights)),
                                   x.T @ (y - p) - ridge @ weights)  # fmt: skip
    return mean, scale, weights


def reliability(sure: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """Per bin of confidence that holds any: its mean confidence, the share of objects, the number of pictures."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    return [
        (float(sure[m].mean()), float(right[m].mean()), int(m.sum())) for b in range(bins) if (m := place == b).any()
    ]


def plot(rows: list[tuple[float, float, int]], title: str, path: Path) -> None:
    """The reliability diagram: stated confidence across, share of objects up, a disc's area the number of pictures."""
    side, low = 420, 50
    page = Image.new("RGB", (side + 80, side + 100), "white")
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    at = lambda x, y: (low + x * side, 40 + (1 - y) * side)
    pen.rectangle((*at(0, 1), *at(1, 0)), outline=(60, 60, 60))
    pen.line((*at(0, 0), *at(1, 1)), fill=(170, 170, 170))
    for i in range(0, 11, 2):
        pen.text((at(i / 10, 0)[0] - 8, at(0, 0)[1] + 6), f"{i / 10:.1f}", fill=(0, 0, 0), font=font)
        pen.text((14, at(0, i / 10)[1] - 8), f"{i / 10:.1f}", fill=(0, 0, 0), font=font)
    for sure, right, number in rows:
        (x, y), r = at(sure, right), 3 + np.sqrt(number)
        pen.ellipse((x - r, y - r, x + r, y + r), fill=(214, 96, 44), outline=(120, 50, 20))
        pen.text((x + r + 2, y - 8), str(number), fill=(60, 60, 60), font=font)
    pen.text((low, 12), title, fill=(0, 0, 0), font=font)
    pen.text((low, side + 68), "stated confidence across; share that is one whole object up", fill=(0, 0, 0), font=font)
    page.quantize(64).save(path, optimize=True)


def main() -> None:
    """Fit if asked, then measure the confidence that ships on held-out kinds and draw its plot."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--each", type=int, default=30, help="pictures of every sort of non-object")
    parser.add_argument("--fit", action="store_true", help="print new constants for backend/whole_object.py")
    parser.add_argument("--out", type=Path, default=Path("docs/images/image-confidence.png"))
    arguments = parser.parse_args()
    kinds = sorted(KINDS)
    mean, scale, weights = np.array(MEAN), np.array(SCALE), np.array([*WEIGHTS, BIAS])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "picture.jpg"
        if arguments.fit:
            mean, scale, weights = fit(scored(kinds[::2], arguments.each, 1, file))
            for name, values in (("MEAN", mean), ("SCALE", scale), ("WEIGHTS", weights[:-1]), ("BIAS", weights[-1:])):
                print(f"{name} = {', '.join(f'{v:.4g}' for v in values)}")
        held = scored(kinds[1::2], arguments.each, 2, file)
    sure = 1 / (1 + np.exp(-design((held.rows - mean) / scale) @ weights))
    rows = reliability(sure, held.objects)
    error = sum(number * abs(told - right) for told, right, number in rows) / len(sure)
    brier = float(((sure - held.objects) ** 2).mean())
    order = np.argsort(sure).argsort()[held.objects] + 1
    number = int(held.objects.sum())
    area = (order.sum() - number * (number + 1) / 2) / max(number * (len(sure) - number), 1)
    title = f"{len(sure)} held-out pictures: ECE {error:.3f}, Brier {brier:.3f}, AUC {area:.3f}"
    plot(rows, title, arguments.out)
    print(title)
    for name, (lost, made) in held.refused.items():
        mine = sure[np.array(held.names) == name]
        told = f"{(mine >= 0.5).mean():.2f} of the others at 0.5 or more" if len(mine) else ""
        print(f"{name:<10} {lost:>3} of {made:>3} refused; {told}")


if __name__ == "__main__":
    main()
