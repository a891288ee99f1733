"""Prints: stripes, checks and dots lie on the part that was meant, straight, whole, and at the size of a texel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backend.bake import Bake, bake
from backend.detail.prints import BANDS, GORES, UPRIGHT, Print, printed, with_prints
from backend.detail.synthesise import synthesise, texel_side
from backend.materials import INDEX
from backend.obedience import Wish
from backend.unwrap import unwrap
from tests.backend.analytic_props import Part, mesh_of, views_of

RED, WHITE, BLUE = (0.73, 0.10, 0.09), (0.90, 0.90, 0.88), (0.12, 0.28, 0.73)
Baked = tuple[Bake, tuple[np.ndarray, np.ndarray, np.ndarray]]


def surface_of(*parts: Part, size_px: int = 256) -> Baked:
    """A solid baked from its exact views, and its mesh."""
    vertices, faces = mesh_of(list(parts), 40)
    mesh = vertices, faces, unwrap(vertices, faces)
    return bake(*mesh, views_of(list(parts), 48), size_px), mesh


@pytest.fixture(scope="module")
def can() -> Baked:
    """A red ceramic can with a blue box of wood beside it."""
    return surface_of(
        Part("cylinder", (0, 0, 0), (0.4, 0.6), RED, "ceramic"), Part("box", (0.62, 0, 0), (0.15, 0.1, 0.1), BLUE)
    )


@pytest.fixture(scope="module")
def block() -> Baked:
    """A red box, three times as long as wide."""
    return surface_of(Part("box", (0, 0, 0), (0.75, 0.25, 0.3), RED, "painted_metal"))


def likest(surface: Bake, *colours: tuple[float, float, float]) -> np.ndarray:
    """(T,) which of the colours every texel inside an island is nearest to."""
    colour = surface.colour[: surface.texels.inside]
    return np.stack([((colour - np.array(c)) ** 2).sum(1) for c in colours]).argmin(0)


def runs(values: np.ndarray) -> int:
    """How often neighbours differ, and one."""
    return int((np.diff(values) != 0).sum()) + 1


def stripe(others: tuple = (WHITE,), ground: tuple = RED, pattern: str = "striped") -> Print:
    return Print(pattern, others, None, ground)


def test_stripes_run_around_what_is_round_and_leave_the_rest(can: Baked) -> None:
    """A can has seven level bands, the first and the last in its own colour; the box beside it stays bit for bit."""
    surface, mesh = can
    made = with_prints(surface, [stripe()], mesh, 0)
    inside = slice(0, surface.texels.inside)
    x, y, z = surface.position[inside].T
    side = (np.hypot(x, y) > 0.37) & (np.abs(z) < 0.55) & (x < 0.3)
    band = ((z + 0.6) / 1.2 * BANDS).astype(int)
    clear = side & (np.abs((z + 0.6) / 1.2 * BANDS % 1 - 0.5) < 0.35)
    assert (likest(made, RED, WHITE)[clear] == band[clear] % 2).mean() > 0.99
    box = surface.material == INDEX["wood"]
    assert box.any() and np.array_equal(made.colour[box], surface.colour[box])


def test_cloth_on_round_things_has_gores() -> None:
    """An umbrella's stripes run from its tip outwards: twelve sectors, taken in turn by its colours."""
    surface, mesh = surface_of(Part("cylinder", (0, 0, 0), (0.7, 0.15), RED, "fabric"))
    made = with_prints(surface, [stripe((WHITE, BLUE))], mesh, 0)
    x, y, _ = surface.position[: surface.texels.inside].T
    turn = np.arctan2(y, x) / (2 * np.pi) % 1.0 * GORES
    clear = (np.abs(turn % 1 - 0.5) < 0.3) & (np.hypot(x, y) > 0.3)
    found, sector = likest(made, RED, WHITE, BLUE)[clear], turn[clear].astype(int)
    by_sector = [np.bincount(found[sector == k], minlength=3).argmax() for k in range(GORES)]
    assert sorted(by_sector[:3]) == [0, 1, 2] and by_sector == by_sector[:3] * 4
    assert (found == np.array(by_sector)[sector]).mean() > 0.99


def test_stripes_on_what_is_boxy_stand_upright_on_every_side(block: Baked) -> None:
    """Nine along its length, over the top as well; its ends have stripes of the same width."""
    surface, mesh = block
    made = with_prints(surface, [stripe()], mesh, 0)
    inside = slice(0, surface.texels.inside)
    x, y, _ = surface.position[inside].T
    colour, width = likest(made, RED, WHITE), 1.5 / UPRIGHT
    end = np.abs(surface.normal[inside, 0]) > 0.9
    for along, here in ((x + 0.75, ~end & (np.abs(x) < 0.7)), (y + 0.25, end)):
        clear = here & (np.abs(along / width % 1 - 0.5) < 0.3)
        assert (colour[clear] == (along[clear] / width).astype(int) % 2).mean() > 0.98


def test_checks_alternate_both_ways(block: Baked) -> None:
    """Half of the surface has the other colour; along either direction of a side neighbours differ."""
    surface, mesh = block
    made = with_prints(surface, [stripe(pattern="checkered")], mesh, 0)
    inside = slice(0, surface.texels.inside)
    colour = likest(made, RED, WHITE)
    assert 0.4 < colour.mean() < 0.6
    front = (surface.normal[inside, 1] < -0.9) & (np.abs(surface.position[inside, 0]) < 0.7)
    x, _, z = surface.position[inside][front].T
    row = np.abs(z + 0.3 - 0.5 * 1.5 / 8) < 0.02
    column = np.abs(x + 0.75 - 3.5 * 1.5 / 8) < 0.02
    assert runs(colour[front][row][np.argsort(x[row])]) >= 7
    assert runs(colour[front][column][np.argsort(z[column])]) >= 3


def test_dots_are_round_apart_and_of_the_seed(can: Baked) -> None:
    """They take a tenth to a third of the part, lie elsewhere by another seed and in the same places by the same."""
    surface, mesh = can
    dots = stripe((WHITE,), pattern="dotted")
    made, again, other = (with_prints(surface, [dots], mesh, seed) for seed in (3, 3, 4))
    ceramic = surface.material[: surface.texels.inside] == INDEX["ceramic"]
    assert 0.1 < likest(made, RED, WHITE)[ceramic].mean() < 0.35
    assert np.array_equal(made.colour, again.colour) and not np.array_equal(made.colour, other.colour)


def test_a_part_that_the_palette_does_not_know_is_found_by_its_texels(block: Baked) -> None:
    """A red seat on a chair whose palette has but wood: texels that are red themselves are striped, and no others."""
    surface, mesh = block
    tan, top = np.array((0.72, 0.5, 0.3), np.float32), surface.normal[:, 2] > 0.9
    palette = replace(surface.palette, colour=np.tile(tan, (len(surface.palette), 1)))
    mixed = replace(surface, palette=palette, colour=np.where(top[:, None], np.array(RED, np.float32), tan))
    made = with_prints(mixed, [stripe()], mesh, 0)
    changed = np.abs(made.colour - mixed.colour).max(1) > 0.05
    assert not changed[~top].any() and changed[top].mean() > 0.3


def test_a_prop_of_nothing_like_the_ground_stays(block: Baked) -> None:
    """Where nothing has the colour of the part there is nothing to print on."""
    surface, mesh = block
    assert np.array_equal(with_prints(surface, [stripe(ground=BLUE)], mesh, 0).colour, surface.colour)


def test_wood_takes_a_print_as_it_takes_a_stain(block: Baked) -> None:
    """Blue on wood lets the wood shine through, on paint it does not."""
    surface, mesh = block
    stain = Wish(None, INDEX["wood"], stain=((0.5, 0.35, 0.2), 0.6, 0.9))
    plain = printed(surface, Print("striped", (BLUE,), None, RED), texel_side(surface, *mesh[:2]), 0)
    wooden = printed(surface, Print("striped", (BLUE,), stain, RED), texel_side(surface, *mesh[:2]), 0)
    bluest = lambda made: (made.colour[:, 2] - made.colour[:, 0]).max()
    assert bluest(wooden) < bluest(plain) - 0.1


def test_a_print_survives_the_detail(can: Baked) -> None:
    """The finished base colour still shows both colours, each over a quarter of the part at least."""
    surface, mesh = can
    made = synthesise(with_prints(surface, [stripe()], mesh, 0), *mesh, 0, 1.0)
    inside = surface.texels.inside
    colour = made.base_colour[surface.texels.row[:inside], surface.texels.column[:inside]] / 255
    ceramic = surface.material[:inside] == INDEX["ceramic"]
    white = ((colour - WHITE) ** 2).sum(1) < ((colour - RED) ** 2).sum(1)
    assert 0.25 < white[ceramic].mean() < 0.75
