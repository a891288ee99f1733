"""A worker that computes nothing: the true loop, events and files around a titled fake cube. For tests of the UI only.

    python -m backend.fake_worker --store DIR [--speed X] [--script ok|fail|hang|slow|crash]

ok takes 4 s at speed 1; slow takes 40 s; fail ends in shape-empty; hang stops in `shape` and ignores cancels (only the
worker's restart ends it); crash kills the process in `shape`. Never part of the extension's zip.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .errors import problem
from .protocol import Done, Event, Generate, Note, Preview, Progress, Refine, Request, request_to_json
from .readings import Reading, Word
from .store import open_store
from .worker import log_to, restart_process, run_worker

STAGES = (("loading", 0.4), ("text", 0.1), ("views", 1.6), ("shape", 0.6), ("finish", 0.9), ("files", 0.4))  # seconds
TICKS = 5  # progress events a stage
PREVIEW_PX, MAP_PX = 64, 4


class Fake:
    """An executor by the clock. `speed` divides every stage's seconds."""

    device = "fake"

    def __init__(self, script: str = "ok", speed: float = 1.0) -> None:
        self._script, self._speed = script, speed / (10.0 if script == "slow" else 1.0)

    def run(self, request: Request, folder: Path) -> Iterator[Event]:
        total, spent = sum(seconds for _, seconds in STAGES), 0.0
        yield Note("fake", "This is the fake worker: the result is a cube.")
        for number, (stage, seconds) in enumerate(STAGES):
            if stage == "shape":
                self._misbehave()
            for tick in range(TICKS):
                done = (spent + seconds * tick / TICKS) / total
                yield Progress(stage, done, (1.0 - done) * total / self._speed, f"Fake {stage} {tick + 1} of {TICKS}")
                time.sleep(seconds / TICKS / self._speed)
            spent += seconds
            if stage in ("views", "shape", "finish"):
                name = f"preview-{number}.png"
                write_png(folder / name, PREVIEW_PX, (60 * number % 256, 120, 255 - 40 * number))
                yield Preview(name)
        figures = write_result(request, folder / "result")
        yield Done("result", {stage: seconds / self._speed for stage, seconds in STAGES}, figures)

    def forget(self) -> None:
        """Nothing is loaded."""

    def _misbehave(self) -> None:
        if self._script == "fail":
            raise problem("shape-empty")
        if self._script == "crash":
            os._exit(9)
        while self._script == "hang":
            time.sleep(3600)


def understand(prior: str, prompt: str) -> Reading:
    """A reader that knows barrels, crates and the word wooden, and takes anything else for a crate, half sure."""
    known = {"a": "small", "the": "small", "wooden": "modifier", "barrel": "kind", "crate": "kind"}
    words = tuple(
        Word(w, known.get(w, "unknown"), w if w in known else "crate", 1.0 if w in known else 0.4)
        for w in prompt.lower().split()
    )
    kind = next((word.text for word in words if word.role == "kind"), "")
    nearest = ((kind, 1.0),) if kind else (("crate", 0.6), ("barrel", 0.5))
    return Reading(prompt, nearest[0][0], 0.99 if kind else 0.3, nearest, words)


def write_result(request: Request, result: Path) -> dict[str, float]:
    """The result folder: a cube of the size asked for, or the mesh that was to be refined; returns its figures."""
    result.mkdir(exist_ok=True)
    size = request.size_m if isinstance(request, Generate) else 1.0
    if isinstance(request, Refine) and request.mesh.endswith(".npz"):
        with np.load(request.mesh) as arrays:
            mesh = {name: arrays[name] for name in ("vertices", "faces", "uvs")}
    else:
        mesh = cube(size)
    np.savez(result / "mesh.npz", **mesh)
    maps = {"base_color": (200, 80, 40), "normal": (128, 128, 255), "roughness": (180,) * 3, "metallic": (0,) * 3}
    maps["edges"] = (160,) * 3
    for name, colour in maps.items():
        write_png(result / f"{name}.png", MAP_PX, colour)
    write_png(result / "thumbnail.png", PREVIEW_PX, (200, 80, 40))
    facts = {"title": "fake", "request": request_to_json(request), "prior": {"name": "fake", "licence": "none"}}
    (result / "prop.json").write_text(json.dumps(facts, indent=1), encoding="utf-8")
    return {"faces": float(len(mesh["faces"])), "vertices": float(len(mesh["vertices"])), "size_m": size}


def cube(size_m: float) -> dict[str, np.ndarray]:
    """A cube as mesh.npz holds it: 8 vertices, 12 triangles, one sixth of the texture a side."""
    corners = np.array([(x, y, z) for z in (0, 1) for y in (-0.5, 0.5) for x in (-0.5, 0.5)], np.float32) * size_m
    sides = ((0, 2, 3, 1), (4, 5, 7, 6), (0, 1, 5, 4), (2, 6, 7, 3), (0, 4, 6, 2), (1, 3, 7, 5))  # outward, ccw
    faces = [triangle for a, b, c, d in sides for triangle in ((a, b, c), (a, c, d))]
    uvs = []
    for side in range(6):
        u, v = side % 3 / 3, side // 3 / 2
        a, b, c, d = (u, v), (u + 1 / 3, v), (u + 1 / 3, v + 0.5), (u, v + 0.5)
        uvs += [(a, b, c), (a, c, d)]
    return {"vertices": corners, "faces": np.array(faces, np.int32), "uvs": np.array(uvs, np.float32)}


def write_png(path: Path, size_px: int, colour: tuple[int, ...]) -> None:
    """A square 8-bit RGB PNG of one colour, darker towards the bottom."""
    rows = b""
    for row in range(size_px):
        shade = 1.0 - 0.4 * row / size_px if size_px > MAP_PX else 1.0
        rows += b"\0" + bytes(int(value * shade) for value in colour) * size_px

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", size_px, size_px, 8, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(b"\x89PNG\r\n\x1a\n" + data)
    os.replace(temporary, path)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="A worker that computes nothing, for tests of the UI.")
    parser.add_argument("--store", required=True)
    parser.add_argument("--idle", type=float, default=30.0)
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--script", default="ok", choices=("ok", "fail", "hang", "slow", "crash"))
    args = parser.parse_args(arguments)
    at = open_store(args.store)
    log_to(at)
    run_worker(at, Fake(args.script, args.speed), args.idle, restart_process, understand)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
