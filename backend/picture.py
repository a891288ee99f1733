"""Pictures of views for the artist to watch: base colour lightly shaded by the normals, on a neutral ground."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from .disk import replace_patiently, writing
from .priors import ALBEDO, ALPHA, NORMAL

GROUND = 0.22
LIGHT = np.array([0.4, -0.55, 0.73])  # from the upper front right


def light_from(azimuth_deg: float) -> np.ndarray:
    """(3,) unit vector to a light at LIGHT's height; azimuth 0 stands in front (-Y), 90 at +X; < 0: LIGHT itself."""
    if azimuth_deg < 0:
        return LIGHT
    across = np.hypot(LIGHT[0], LIGHT[1])
    a = np.radians(azimuth_deg)
    return np.array([across * np.sin(a), -across * np.cos(a), LIGHT[2]])


def shaded(maps: Tensor, light: np.ndarray = LIGHT) -> np.ndarray:
    """(V, H, W, 3) float in [0, 1] of decoded G-buffers (V, 13, H, W), lit from `light` (3,)."""
    arrays = maps.detach().float().cpu().numpy()
    shade = 0.45 + 0.55 * np.clip(np.einsum("vchw,c->vhw", arrays[:, NORMAL], light), 0, 1)
    alpha = arrays[:, ALPHA]
    lit = arrays[:, ALBEDO] * shade[:, None] * alpha + GROUND * (1 - alpha)
    return np.clip(lit, 0, 1).transpose(0, 2, 3, 1)


def contact_sheet(maps: Tensor, path: Path, columns: int = 3, scale: int = 2, light: np.ndarray = LIGHT) -> None:
    """Write all views side by side as one PNG, whole or not at all."""
    views = shaded(maps, light)
    blank = np.full((-len(views) % columns, *views.shape[1:]), GROUND)
    views = np.concatenate([views, blank])
    rows = [np.concatenate(list(views[i : i + columns]), 1) for i in range(0, len(views), columns)]
    sheet = Image.fromarray((np.concatenate(rows, 0) * 255).round().astype(np.uint8))
    sheet = sheet.resize((sheet.width * scale, sheet.height * scale), Image.Resampling.NEAREST)
    temporary = path.with_suffix(".tmp.png")
    with writing(path.parent):
        sheet.save(temporary)
        replace_patiently(temporary, path)
