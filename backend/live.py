"""What shows a running refinement in Blender's viewport: a light texture on the object's UVs, or a light mesh of the views."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from .disk import replace_patiently, writing
from .errors import PropsmithError
from .fuse import fuse
from .mesh import extract
from .priors import Maps
from .representations.surface import TexturedSurface
from .settings import Shape
from .textures import to_bytes

NAME = "live"
MESH = "shape.npz"
GRID, FACES = 48, 3000  # of the light mesh: 0.1 s on one core


def light_texture(surface: TexturedSurface, folder: Path) -> str:
    """Write live.png, the base colour as it stands (row 0 at V = 1), and once live.npz, the corners' UVs it lies on.

    Returns the name of the .npz, what `Preview.mesh` holds. Raises disk-full, folder-read-only.
    """
    pixels = to_bytes(surface.present()[:3].permute(1, 2, 0).numpy())
    target, arrays = folder / f"{NAME}.png", folder / f"{NAME}.npz"
    with writing(folder):
        if not arrays.exists():
            with (folder / f"{NAME}.tmp.npz").open("wb") as file:
                np.savez(file, faces=np.asarray(surface.faces, np.int32), uvs=np.asarray(surface.uvs, np.float32))
            replace_patiently(folder / f"{NAME}.tmp.npz", arrays)
        Image.fromarray(np.ascontiguousarray(pixels)).save(folder / f"{NAME}.tmp.png", compress_level=1)
        replace_patiently(folder / f"{NAME}.tmp.png", target)
    return arrays.name


def light_mesh(maps: Maps, folder: Path) -> str:
    """Write shape.npz, what the views agree on so far as a coarse mesh in the prior's units; its name, "" for nothing solid.

    Raises disk-full, folder-read-only.
    """
    try:
        mesh = extract(fuse(maps, Shape(grid=GRID)), FACES)
    except PropsmithError:  # shape-empty: the views do not agree on anything yet
        return ""
    with writing(folder):
        with (folder / f"{MESH}.tmp").open("wb") as file:
            np.savez(file, vertices=np.asarray(mesh.vertices, np.float32), faces=np.asarray(mesh.faces, np.int32))
        replace_patiently(folder / f"{MESH}.tmp", folder / MESH)
    return MESH
