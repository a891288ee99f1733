"""The refinement benchmark as people read it: Markdown tables, a contact sheet, and their place in a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from ..disk import write_atomic
from ..picture import shaded
from .picture_scores import Scores

BEGIN, END = "<!-- {what}: begin -->", "<!-- {what}: end -->"
SHOWN, MARGIN = 8, 2  # captions on the sheet; views of each tile are the first and the last
NAMES = {
    "colour": "colour right", "surface": "surface right", "kind": "kind kept",
    "colour_p": "p(colour)", "surface_p": "p(surface)",
    "distance": "distance", "disagreement": "views disagree", "sharpness": "sharpness", "saturation": "saturation",
    "seconds": "CPU s",
}  # fmt: skip
PAIRED = ("colour", "surface", "colour_p", "surface_p", "distance", "disagreement", "sharpness", "saturation")
GAIN = {"colour_p": 1, "surface_p": 1, "distance": -1}  # which way is better


def table(rows: list[tuple[str, Scores]]) -> str:
    """Means by method as a Markdown table. A mean followed by a mark differs from "start" by over two standard errors
    of the paired differences: + better, ! worse.
    """
    methods = list(dict.fromkeys(method for method, _ in rows))
    names = [item.name for item in fields(Scores)]
    lines = ["| method | " + " | ".join(NAMES[name] for name in names) + " |", "|---" * (len(names) + 1) + "|"]
    before = [scores for method, scores in rows if method == "start"]
    for method in methods:
        mine = [scores for other, scores in rows if other == method]
        cells = []
        for name in names:
            values, first = _values(mine, name), _values(before, name)
            mark = _mark(values, first, GAIN[name]) if name in GAIN and len(first) == len(values) else ""
            cells.append(f"{np.nanmean(values):.3f}{mark}" if not np.isnan(values).all() else "-")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def paired(rows: list[tuple[str, Scores]], control: Callable[[str], str]) -> str:
    """Mean differences of every method to its control, prop by prop, with their standard errors, as a Markdown table.

    control: method -> the method that it is held against; itself where there is none. Bold: over two standard errors.
    """
    lines = ["| method, to | " + " | ".join(NAMES[name] for name in PAIRED) + " |", "|---" * (len(PAIRED) + 1) + "|"]
    of = {method: [scores for other, scores in rows if other == method] for method, _ in rows}
    for method, mine in of.items():
        first = of.get(control(method), [])
        if control(method) == method or len(first) != len(mine):
            continue
        cells = []
        for name in PAIRED:
            mean, error = difference(_values(mine, name), _values(first, name))
            text = f"{mean:+.3f} ({error:.3f})"
            cells.append(f"**{text}**" if abs(mean) > 2 * error > 0 else text)
        lines.append(f"| {method}, to {control(method)} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _values(scores: list[Scores], name: str) -> np.ndarray:
    return np.array([getattr(one, name) for one in scores])


def difference(values: np.ndarray, first: np.ndarray) -> tuple[float, float]:
    """(mean, standard error of the mean) of the paired differences, pairs with a NaN left out."""
    change = (values - first)[~np.isnan(values - first)]
    if len(change) < 3:
        return (float(change.mean()) if len(change) else float("nan")), float("nan")
    return float(change.mean()), float(change.std(ddof=1) / np.sqrt(len(change)))


def _mark(values: np.ndarray, first: np.ndarray, better: int) -> str:
    """ "+" or "!" where the paired differences are larger than two of their standard errors."""
    mean, error = difference(values, first)
    if not abs(mean) > 2 * error > 0:
        return ""
    return " +" if better * mean > 0 else " !"


def sheet(props: list[tuple[str, list[Tensor]]], methods: list[str]) -> Image.Image:
    """One row a caption, one column a method. props: (prompt, the pictures (V, 13, S, S) in the methods' order)."""
    side, left, top = 2 * props[0][1][0].shape[-1], 150, 16
    image = Image.new(
        "RGB", (left + len(methods) * (side + MARGIN), top + len(props[:SHOWN]) * (side + MARGIN)), "white"
    )
    draw = ImageDraw.Draw(image)
    for column, method in enumerate(methods):
        draw.text((left + column * (side + MARGIN) + 4, 2), method, fill="black")
    for row, (prompt, pictures) in enumerate(props[:SHOWN]):
        y = top + row * (side + MARGIN)
        words = prompt.split()
        for line in range(0, len(words), 3):
            draw.text((4, y + 4 + 12 * (line // 3)), " ".join(words[line : line + 3]), fill="black")
        for column, maps in enumerate(pictures):
            tile = Image.fromarray((shaded(maps)[0] * 255).round().astype(np.uint8))
            image.paste(tile.resize((side, side), Image.Resampling.NEAREST), (left + column * (side + MARGIN), y))
    return image


def write_into(page: Path, text: str, what: str) -> None:
    """Replace what stands between a page's markers of a benchmark; raises ValueError when they are not there."""
    whole, begin, end = page.read_text(encoding="utf-8"), BEGIN.format(what=what), END.format(what=what)
    if begin not in whole or end not in whole:
        raise ValueError(f"{page} has no markers {begin} and {end}")
    before, after = whole.split(begin)[0], whole.split(end)[1]
    write_atomic(page, f"{before}{begin}\n{text}\n{end}{after}")
