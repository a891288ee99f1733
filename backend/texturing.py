"""The maps of a new prop: its views baked and detailed, or one plain colour, and a note, where that fails."""

from __future__ import annotations

from collections.abc import Generator, Sequence

import numpy as np

from .bake import Inner, bake
from .clock import Clock
from .detail.prints import Print, with_prints
from .detail.synthesise import synthesise
from .errors import PropsmithError, from_exception
from .priors import ALBEDO, ALPHA, Maps
from .projection import Shown, projected
from .protocol import Event, Generate, Note
from .rasterise import Array
from .textures import Textures, to_bytes

GREY, MATT, FLAT = 0.5, 0.6, (128, 128, 255)  # where nothing is known; a normal map without relief
# What the arithmetic of a bake may raise on a surface that nobody has foreseen.
FAULTS = (ArithmeticError, AssertionError, LookupError, RuntimeError, TypeError, ValueError)
Triangles = tuple[Array, Array, Array]  # vertices (N, 3) prior units, faces (F, 3), uvs (F, 3, 2)


def texture(
    mesh: Triangles,
    seen: Maps,
    request: Generate,
    clock: Clock,
    shown: Shown | None = None,
    prints: Sequence[Print] = (),
    inner: Inner | None = None,
) -> Generator[Event, None, Textures]:
    """The maps of the mesh as the views `seen` show it, with the prints on it, and where a picture shows it as that does; through
    the stage "finish". inner: as `bake` takes it.

    A shape is worth having without its maps: where they cannot be made, a note says so and the maps are plain. Memory that
    runs out, a full disk and the like are raised: other remedies help there.
    """
    size_px, detail = request.quality.finish.texture_px, request.quality.finish.detail
    try:
        surface = yield from clock.during(
            lambda: with_prints(bake(*mesh, seen, size_px, inner), prints, mesh, request.seed), 0, 0.5
        )
        made = yield from clock.during(
            lambda: synthesise(surface, *mesh, request.seed, detail, request.size_m), 0.5, 0.9
        )
        if shown is None:
            return made
        return (yield from clock.during(lambda: projected(made, surface, mesh[1], shown), 0.9, 1))
    except FAULTS as error:
        if isinstance(error, PropsmithError) or from_exception(error).code != "internal":
            raise
        why = f"{type(error).__name__}: {error}"[:120]
        yield Note(
            "untextured", f"Its maps could not be made ({why}): it has one colour. Refine it with 'Texture only'."
        )
    return plain(seen, size_px)


def plain(seen: Maps, size_px: int) -> Textures:
    """Flat maps in the mean colour of what the views show, matt and not metallic; grey where they show nothing."""
    views = seen.maps.detach().float().cpu().numpy()
    solid = views[:, ALPHA][:, 0] > 0.5
    albedo = np.moveaxis(views[:, ALBEDO], 1, -1)[solid]
    colour = np.nan_to_num(albedo).mean(0) if len(albedo) else np.full(3, GREY)
    square = (size_px, size_px)
    return Textures(
        base_colour=np.broadcast_to(to_bytes(colour), (*square, 3)).copy(),
        normal=np.broadcast_to(np.array(FLAT, np.uint8), (*square, 3)).copy(),
        roughness=np.full(square, round(MATT * 255), np.uint8),
        metallic=np.zeros(square, np.uint8),
    )
