"""The object to be refined: read from a snapshot or a GLB, checked, and given a usable UV layout when it has none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from .drawing import Drawn
from .errors import problem
from .foreign import Raw, read_glb, read_snapshot
from .rasterise import Array, spans, uv_areas
from .resizing import resized, resized_normals
from .shading import face_normals
from .textures import Textures, to_bytes
from .transfer import transfer
from .unwrap import unwrap
from .welding import over_places

MOST_FACES = 2_000_000
OVERLAP_LIMIT = 0.01  # share of covered texels that two faces claim
CHECK_PX = 512
SMALLEST_PX = 64  # side of a texture below which it is a plain colour or a palette: refinement gets texels to work on
STARVED = 1 / 50  # of the mean texel density, along a side: faces below it have no texture of their own
STARVED_LIMIT = 0.02  # share of the surface in such faces
LEAST_TEXELS = 32**2  # that a layout must cover in all; of small textures a sixteenth
FILL = 0.96  # radius in prior units, as the prior's own props have it


@dataclass(frozen=True)
class Incoming:
    """The artist's object in metres, Z up, front -Y.

    vertices (N, 3) float32, faces (F, 3) int32, uvs (F, 3, 2) V up. selected: (F,) bool, the faces that may change.
    painted: (T, T) bool or None, the texels that may. relaid: its UVs are new. notes: (code, sentence) of what was
    repaired. normals: (F, 3, 3) or None, the shading normals that its file gives the corners; drawn: how faces are drawn.
    to_prior: (centre (3,), scale): prior units are (metres - centre) * scale.
    """

    vertices: Array
    faces: Array
    uvs: Array
    textures: Textures
    selected: Array
    painted: Array | None
    relaid: bool
    notes: tuple[tuple[str, str], ...]
    normals: Array | None = None
    drawn: Drawn = Drawn()

    @property
    def to_prior(self) -> tuple[Array, float]:
        return _frame(self.vertices, self.faces)

    @property
    def size_m(self) -> float:
        """The longest side of what its faces span, in metres."""
        return float(np.ptp(self.vertices[np.unique(self.faces)], axis=0).max())

    def in_prior_units(self) -> Array:
        """(N, 3) float32; vertices that no face uses come out as zeros, wherever they are: nothing shall see them."""
        return _unit(self.vertices, self.faces)


def read_object(path: str, texture_px: int = 1024) -> Incoming:
    """The object in `path`: a snapshot (mesh.npz beside its maps) or a .glb.

    Raises mesh-missing, mesh-unreadable, mesh-invalid. What can be repaired is, and is said in the notes.
    """
    file = Path(path)
    if not file.is_file():
        raise problem("mesh-missing", path=path)
    if file.suffix == ".npz":
        raw = read_snapshot(file)
    elif file.suffix.lower() in (".glb", ".gltf"):
        raw = read_glb(file)
    else:
        raise problem("mesh-unreadable", path=path, why="it is neither a .glb nor a snapshot")
    check(raw)
    return lay_out(raw, texture_px)


def check(raw: Raw) -> None:
    """Raise mesh-invalid for what cannot be refined at all."""
    why, remedy = "", "Choose another mesh."
    if raw.vertices.ndim != 2 or raw.vertices.shape[1:] != (3,) or raw.faces.ndim != 2 or raw.faces.shape[1:] != (3,):
        why = "its arrays have the wrong shapes"
    elif len(raw.faces) == 0:
        why = "it has no faces"
    elif len(raw.faces) > MOST_FACES:
        why, remedy = f"it has {len(raw.faces):,} triangles; the limit is {MOST_FACES:,}", "Decimate a copy first."
    elif raw.faces.min() < 0 or raw.faces.max() >= len(raw.vertices):
        why = "a face names a vertex that does not exist"
    elif not np.isfinite(raw.vertices[np.unique(raw.faces)]).all():
        why, remedy = "some vertices are not numbers (NaN or infinite)", "Remove or merge these vertices."
    elif np.ptp(raw.vertices[np.unique(raw.faces)].astype(np.float64), axis=0).max() <= 0:
        why = "it has no extent"
    elif not _has_area(raw.vertices[raw.faces].astype(np.float64)):
        why, remedy = "all its faces have zero area", "Choose a mesh with a surface."
    elif raw.uvs is not None and raw.uvs.shape != (len(raw.faces), 3, 2):
        why = "its UVs do not fit its faces"
    elif raw.selected is not None and raw.selected.shape != (len(raw.faces),):
        why = "its selection does not fit its faces"
    elif raw.material.shape != (len(raw.faces),) or not 0 <= raw.material.min() <= raw.material.max() < len(raw.pixels):
        why = "its materials do not fit its faces"
    if why:
        raise problem("mesh-invalid", why=why, remedy=remedy)


def _has_area(corners: Array) -> bool:
    """Whether any face (F, 3, 3) spans more than rounding beside the longest edge."""
    edges = corners - np.roll(corners, 1, axis=1)
    longest = float((edges**2).sum(-1).max())
    area = np.linalg.norm(np.cross(edges[:, 1], edges[:, 2]), axis=1)
    return bool((area > 1e-7 * longest).any())


def lay_out(raw: Raw, texture_px: int) -> Incoming:
    """Keep the UVs where one texture can hold them; else make new ones and carry the materials over."""
    notes = list(raw.notes)
    why = _unusable(raw, texture_px)
    selected = np.ones(len(raw.faces), bool) if raw.selected is None else raw.selected
    painted = raw.painted
    if not why:
        assert raw.uvs is not None
        values, uvs, normal = raw.pixels[0], raw.uvs, raw.normal_map
        size = _size_px(raw, texture_px)
        values = resized(values, size) if raw.colours is None else transfer(raw, uvs, size)
    else:
        layout = (
            raw.layout
            if _fits(raw, texture_px)
            else unwrap(_unit(raw.vertices, raw.faces), over_places(raw.vertices, raw.faces))
        )
        assert layout is not None
        uvs = layout
        values, normal = transfer(raw, uvs, texture_px), None
        if painted is not None:
            mask = replace(
                raw,
                pixels=[painted[..., None].astype(np.float32)],
                material=np.zeros_like(raw.material),
                wraps=(),
                colours=None,
            )
            painted = transfer(mask, uvs, texture_px)[..., 0] > 0.5
        notes.append(("uvs-new", f"A new UV layout was made, because {why}; the object's own is kept in the file."))
        if raw.normal_map is not None:
            notes.append(("normal-map-dropped", "The normal map belongs to the old UVs and was left out."))
    size = values.shape[0]
    flat = np.broadcast_to(np.array([128, 128, 255], np.uint8), (size, size, 3)).copy()
    normal = flat if normal is None else resized_normals(normal, size)
    bytes_ = to_bytes(values)
    textures = Textures(
        np.ascontiguousarray(bytes_[..., :3]),
        normal,
        bytes_[..., 3].copy(),
        bytes_[..., 4].copy(),
        **_further(raw, uvs, size),
    )
    if painted is not None and painted.shape != (size, size):
        painted = resized(painted[..., None].astype(np.float32), size)[..., 0] > 0.5
    return Incoming(
        raw.vertices, raw.faces, uvs, textures, selected, painted, bool(why), tuple(notes), raw.normals, raw.drawn
    )


def _further(raw: Raw, uvs: Array, size_px: int) -> dict[str, Any]:
    """What `Textures` says beyond the maps that are refined; nothing where the object does not."""
    further = raw.further
    if further is None:
        return {}
    if uvs is raw.uvs and len(further.pixels) == 1 and further.alphas is None:
        values = resized(further.pixels[0], size_px)
    else:
        values = transfer(
            replace(
                raw, material=further.material, pixels=further.pixels, wraps=further.wraps, colours=further.alphas
            ),
            uvs, size_px,
        )  # fmt: skip
    alpha, emission, occlusion = np.split(to_bytes(values), (1, 4), axis=2)
    return {
        "alpha": alpha[..., 0].copy() if (alpha < 255).any() else None,
        "emission": emission.copy() if emission.any() else None,
        "occlusion": occlusion[..., 0].copy() if (occlusion < 255).any() else None,
    }


def _frame(vertices: Array, faces: Array) -> tuple[Array, float]:
    """(centre (3,), scale) that bring what faces use into the ball of radius FILL about the origin."""
    used = vertices[np.unique(faces)].astype(np.float64)
    centre = (used.min(0) + used.max(0)) / 2
    return centre, FILL / float(np.linalg.norm(used - centre, axis=1).max())


def _unit(vertices: Array, faces: Array) -> Array:
    (centre, scale), used = _frame(vertices, faces), np.unique(faces)
    placed = np.zeros(vertices.shape, np.float32)
    placed[used] = (vertices[used] - centre) * scale
    return placed


def _size_px(raw: Raw, texture_px: int) -> int:
    """The side of the one texture that an object keeps with its UVs."""
    size = raw.pixels[0].shape[0]
    return size if size >= SMALLEST_PX else texture_px


def _unusable(raw: Raw, texture_px: int) -> str:
    """Why one texture over the present UVs would not do; "" when it would."""
    if raw.uvs is None:
        return "it has no UVs"
    if len(raw.pixels) > 1:
        return f"it has {len(raw.pixels)} materials"
    if raw.partly_laid:
        return "some of its parts have no UVs"
    return _flaw(raw, raw.uvs, _size_px(raw, texture_px))


def _fits(raw: Raw, texture_px: int) -> bool:
    """Whether there is a layout to fall back on, and it is fit for one texture."""
    if raw.layout is None or raw.layout.shape != (len(raw.faces), 3, 2):
        return False
    return not _flaw(raw, raw.layout, texture_px)


def _flaw(raw: Raw, uvs: Array, size_px: int) -> str:
    """What is wrong with UVs as the layout of one texture of `size_px`; "" when nothing is."""
    if not np.isfinite(uvs).all():
        return "some UVs are not numbers"
    if uvs.min() < -1e-4 or uvs.max() > 1 + 1e-4:
        return "its UVs leave the unit square (a tiling texture)"
    corners = _unit(raw.vertices, raw.faces)[raw.faces]
    areas = face_normals(corners)[1]
    solid = areas > 0
    row, column, _ = spans(uvs[solid], CHECK_PX)
    if len(row) == 0:
        return "its UVs cover nothing"
    cells = np.bincount(row * CHECK_PX + column, minlength=CHECK_PX**2)
    if (cells > 1).sum() > OVERLAP_LIMIT * (cells > 0).sum():
        return "its UVs overlap"
    covered = uv_areas(uvs)
    if covered.sum() * size_px**2 < min(LEAST_TEXELS, size_px**2 / 16):
        return "its UVs leave it hardly a texel"
    starved = covered / covered.sum() < STARVED**2 * areas / areas.sum()
    if areas[starved].sum() > STARVED_LIMIT * areas.sum():
        return "its UVs leave parts of it without texels"
    return ""


def facts(incoming: Incoming) -> dict[str, Any]:
    """What prop.json says about the object that was refined."""
    return {"relaid": incoming.relaid, "notes": [list(note) for note in incoming.notes]}
