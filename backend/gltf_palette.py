"""The materials that the parts of a glTF name, each read once, and their maps, no two alike."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .drawing import Drawing
from .gltf import Gltf
from .gltf_looks import Look, Mapping, brightest, look_of
from .rasterise import Array
from .resizing import layered, stacked

UNTINTED = -1  # the material of parts that have none, but vertex colours


class Place(NamedTuple):
    """Which of a palette's maps, further maps and drawings a material has."""

    look: int = 0
    further: int = 0
    drawing: int = 0


class Maps:
    """Maps (S, S, C) and how they go on beyond [0, 1], as `Raw` has them, no two alike in both."""

    def __init__(self) -> None:
        self.pixels: list[Array] = []
        self.wraps: list[tuple[str, str]] = []

    def place(self, own: Array, wrap: tuple[str, str]) -> int:
        for index, other in enumerate(self.pixels):
            if self.wraps[index] == wrap and np.array_equal(own, other):
                return index
        self.pixels.append(own)
        self.wraps.append(wrap)
        return len(self.pixels) - 1


class Palette:
    """looks: no two alike, so that a prop in several pieces, each with a material of its own over one texture, keeps its
    UVs; further: maps of alpha, emission and occlusion, which never cost it its UVs; normals: no two alike, or None.
    glow: what emission is multiplied by, linear."""

    def __init__(self, scene: Gltf) -> None:
        self.looks, self.further = Maps(), Maps()
        self.normals: list[Array | None] = []
        self.drawings: list[Drawing] = []
        self.largest_px = 0
        self.left_out: set[str] = set()
        self.glow = brightest(scene)
        self._scene = scene
        self._known: dict[int | None, tuple[Place, Mapping]] = {}

    def find(self, material: int | None) -> tuple[Place, Mapping]:
        """Where a material's maps are, and how they lie on the surface; None is that of parts without any, UNTINTED that of
        parts which have vertex colours alone."""
        if material not in self._known:
            if material is None or material == UNTINTED:
                look = Look() if material is None else Look(np.ones((4, 4, 3), np.float32))
            else:
                look = look_of(self._scene, self._scene.tree["materials"][material], self.glow)
            self._known[material] = self._place(look), look.mapping
        return self._known[material]

    def _place(self, look: Look) -> Place:
        self.largest_px = max(self.largest_px, look.largest_px)
        self.left_out |= set(look.left_out)
        if not any(_same(look.normals, other) for other in self.normals):
            self.normals.append(look.normals)
        if look.drawing not in self.drawings:
            self.drawings.append(look.drawing)
        further = layered((look.alpha, 1.0, 1), (look.emission, 0.0, 3), (look.occlusion, 1.0, 1))
        return Place(
            self.looks.place(stacked(look.colour, look.roughness, look.metallic), look.mapping.wrap),
            self.further.place(further, look.mapping.wrap),
            self.drawings.index(look.drawing),
        )


def _same(one: Array | None, other: Array | None) -> bool:
    return one is other or (one is not None and other is not None and np.array_equal(one, other))
