"""The light texture of a running refinement, for Blender's viewport: small, cheap to make, on the object's own UVs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from .disk import replace_patiently, writing
from .representations.surface import TexturedSurface
from .textures import to_bytes

NAME = "live"


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
