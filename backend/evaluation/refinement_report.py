"""The refinement benchmark as people read it: a Markdown table, a contact sheet, and their place in a page."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from torch import Tensor

from ..disk import write_atomic
from ..picture import shaded
from .picture_scores import Scores

BEGIN, END = "<!-- refinement of {of}: begin -->", "<!-- refinement of {of}: end -->"
SHOWN, MARGIN = 8, 2  # captions on the sheet; views of each tile are the first and the last
NAMES = {
    "colour": "colour right", "surface": "surface right", "kind": "kind kept",
    "colour_p": "p(colour)", "surface_p": "p(surface)",
    "distance": "distance", "disagreement": "views disagree", "sharpness": "sharpness", "saturation": "saturation",
    "seconds": "CPU s",
}  # fmt: skip
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
            values = np.array([getattr(scores, name) for scores in mine])
            first = np.array([getattr(scores, name) for scores in before])
            mark = _mark(values, first, GAIN[name]) if name in GAIN and len(first) == len(values) else ""
            cells.append(f"{np.nanmean(values):.3f}{mark}" if not np.isnan(values).all() else "-")
        lines.append(f"| {method} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _mark(values: np.ndarray, first: np.ndarray, better: int) -> str:
    """ "+" or "!" where the paired differences are larger than two of their standard errors."""
    gain = better * (values - first)
    gain = gain[~np.isnan(gain)]
    if len(gain) < 3 or gain.std() == 0:
        return ""
    ratio = gain.mean() / (gain.std(ddof=1) / np.sqrt(len(gain)))
    return " +" if ratio > 2 else " !" if ratio < -2 else ""


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


def write_into(page: Path, text: str, of: str) -> None:
    """Replace what stands between a page's markers of this benchmark; raises ValueError when they are not there."""
    whole, begin, end = page.read_text(encoding="utf-8"), BEGIN.format(of=of), END.format(of=of)
    if begin not in whole or end not in whole:
        raise ValueError(f"{page} has no markers {begin} and {end}")
    before, after = whole.split(begin)[0], whole.split(end)[1]
    write_atomic(page, f"{before}{begin}\n{text}\n{end}{after}")
