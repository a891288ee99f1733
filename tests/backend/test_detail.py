"""The detail: it keeps mean colours, ignores seams, follows the seed, and its relief is geometrically right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from backend.bake import Bake, bake
from backend.detail.edges import edge_fields
from backend.detail.noise import Noise
from backend.detail.orient import find_parts
from backend.detail.patterns import PATTERNS
from backend.detail.relief import normals_from_heights
from backend.detail.synthesise import UNIT_M, add_detail, pattern_scale, synthesise
from backend.materials import INDEX, SURFACES
from backend.rasterise import rasterise
from backend.shading import corner_normals, corner_tangents
from backend.textures import to_bytes
from backend.unwrap import unwrap
from tests.backend.analytic_props import TABLE, Part, mesh_of, views_of

PROP = [
    Part("box", (0, 0, 0.2), (0.7, 0.5, 0.3), (0.5, 0.4, 0.3), "stone"),
    Part("cylinder", (0, 0, -0.4), (0.3, 0.35), (0.5, 0.4, 0.3), "stone"),
]


@pytest.fixture(scope="module")
def baked() -> tuple[Bake, np.ndarray, np.ndarray, np.ndarray]:
    vertices, faces = mesh_of(PROP, 40)
    uvs = unwrap(vertices, faces)
    return bake(vertices, faces, uvs, views_of(PROP, 32), 192), vertices, faces, uvs


def painted(surface: Bake, material: str) -> Bake:
    """The same surface, all of one class."""
    palette = replace(surface.palette, material=np.full(len(surface.palette), INDEX[material]))
    return replace(surface, palette=palette)


def test_every_surface_class_has_a_pattern():
    """The table of patterns and the table of surfaces name the same classes."""
    assert set(PATTERNS) == {surface.name for surface in SURFACES}


def test_strength_zero_is_the_bare_bake(baked):
    """At strength 0 the maps are the bake's and the normal map is flat."""
    surface, vertices, faces, uvs = baked
    made = synthesise(surface, vertices, faces, uvs, 1, 0.0)
    assert np.array_equal(made.base_colour, surface.texels.image(to_bytes(surface.colour)))
    assert np.array_equal(made.roughness, surface.texels.image(to_bytes(surface.roughness)))
    assert (made.normal == np.array([128, 128, 255])).all()


@pytest.mark.parametrize("material", sorted(PATTERNS))
def test_detail_keeps_the_mean_colour(baked, material):
    """Each pattern at full strength keeps the mean colour within 0.01, and the mean roughness and metallic but for what
    chips and mortar cover; it stays finite and in range, and does something.
    """
    surface, vertices, faces, _ = baked
    surface = replace(
        surface, palette=replace(surface.palette, roughness=np.full(len(surface.palette), 0.5, np.float32))
    )
    made = add_detail(painted(surface, material), vertices, faces, 5, 1.0)
    assert np.abs(made.colour.mean(0) - surface.colour.mean(0)).max() < 0.01
    if material not in ("brick", "painted_wood", "painted_metal"):
        assert abs(made.roughness.mean() - surface.roughness.mean()) < 0.01
        assert abs(made.metallic.mean() - surface.metallic.mean()) < 0.1  # rust on what is no metal is clipped
    for values in (made.colour, made.roughness, made.metallic):
        assert np.isfinite(values).all() and values.min() >= 0 and values.max() <= 1
    assert np.isfinite(made.height).all() and np.abs(made.height).max() < 0.06
    assert made.colour.std() > 1e-3


def test_detail_follows_the_seed(baked):
    """The same seed gives the same bytes, another seed other ones."""
    surface, vertices, faces, uvs = baked
    one, two, other = (synthesise(painted(surface, "wood"), vertices, faces, uvs, seed, 1.0) for seed in (3, 3, 4))
    assert np.array_equal(one.base_colour, two.base_colour) and np.array_equal(one.normal, two.normal)
    assert not np.array_equal(one.base_colour, other.base_colour)


def test_detail_runs_on_across_chart_borders(baked):
    """Texels of different charts that lie at the same place differ no more in colour than neighbours within a chart do."""
    surface, vertices, faces, _ = baked
    made = add_detail(painted(surface, "stone"), vertices, faces, 2, 1.0)
    gutter = slice(surface.texels.inside, None)
    inside = slice(0, surface.texels.inside)
    tree = cKDTree(surface.position[inside])
    distance, nearest = tree.query(surface.position[gutter])
    texel = np.sqrt(4.5 / surface.texels.inside)
    close = distance < 0.25 * texel
    assert close.sum() > 200
    step = np.abs(made.colour[gutter][close] - made.colour[inside][nearest[close]]).mean()
    across = np.abs(np.diff(surface.texels.image(made.colour)[96, 60:130], axis=0)).mean()
    assert step < max(across, 0.01)


def test_grain_runs_along_boards_and_legs():
    """A table's top has its grain along its length, and its legs along their height."""
    vertices, faces = mesh_of(TABLE, 56)
    parts = find_parts(vertices, faces, np.zeros(len(faces), np.int64))
    centre = vertices[faces].mean(1)
    along = np.abs(parts.frame[parts.face_part, 0])
    top, legs = centre[:, 2] > 0.345, centre[:, 2] < 0.1
    assert (along[top, 0] > 0.95).mean() > 0.97
    assert (along[legs, 2] > 0.95).mean() > 0.97


def test_relief_of_a_tilted_plane_is_its_slope(baked):
    """A height that grows linearly in space tilts the normal by exactly its gradient along the surface (closed form)."""
    _, vertices, faces, uvs = baked
    texels = rasterise(uvs, 256)
    corners = vertices[faces]
    gradient = np.array([0.10, -0.06, 0.08], dtype=np.float32)
    bent = normals_from_heights(texels, texels.spread(corners) @ gradient, vertices, faces, uvs)
    normals = corner_normals(vertices, faces)
    tangents, sign = corner_tangents(corners, uvs, normals)
    normal, tangent = texels.spread(normals), texels.spread(tangents)
    bitangent = np.cross(normal, tangent) * sign[texels.face][:, None]
    world = bent[:, :1] * tangent + bent[:, 1:2] * bitangent + bent[:, 2:] * normal
    expected = normal - (gradient - (normal @ gradient)[:, None] * normal)
    cosine = np.einsum("tk,tk->t", world, expected) / np.linalg.norm(world, axis=1) / np.linalg.norm(expected, axis=1)
    flat = np.abs(normal).max(1) > 0.999  # the box's sides, away from the texture's own borders
    angle = np.degrees(np.arccos(np.clip(cosine[: texels.inside][flat[: texels.inside]], -1, 1)))
    assert flat[: texels.inside].mean() > 0.4
    assert np.percentile(angle, 95) < 0.5


def test_noise_is_periodic_free_of_drift_and_band_limited():
    """Noise has mean 0 and variance about 1, is continuous, and vanishes where a texel could not hold its wavelength."""
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (20_000, 3)).astype(np.float32)
    noise = Noise.of(1, 0.003)
    values = noise.smooth(points, 0.05)
    assert abs(values.mean()) < 0.05 and 0.6 < values.std() < 1.2
    assert np.abs(noise.smooth(points + 1e-5, 0.05) - values).max() < 0.02
    assert not noise.smooth(points, 0.006).any()


def test_large_maps_are_made_in_pieces_without_a_trace(baked, monkeypatch):
    """Baking and detailing 1,000 texels at a time gives the same maps as all at once, to one step of 255."""
    surface, vertices, faces, uvs = baked
    views = views_of(PROP, 32)
    whole = synthesise(surface, vertices, faces, uvs, 5, 1.0)
    monkeypatch.setattr("backend.bake.CHUNK", 1000)
    monkeypatch.setattr("backend.detail.synthesise.CHUNK", 1000)
    pieces = synthesise(bake(vertices, faces, uvs, views, 192), vertices, faces, uvs, 5, 1.0)
    for name in ("base_colour", "normal", "roughness", "metallic"):
        difference = getattr(whole, name).astype(int) - getattr(pieces, name).astype(int)
        assert np.abs(difference).max() <= 1


def test_grain_has_one_size_in_the_scene(baked):
    """A prop asked for at twice the length shows the pattern of twice the object: it equals the pattern at half the lengths."""
    surface, vertices, faces, _ = baked
    wood = painted(surface, "stone")
    longest = float(np.ptp(vertices, axis=0).max())
    assert pattern_scale(vertices, UNIT_M * longest) == pytest.approx(1.0)
    assert pattern_scale(vertices, 2 * UNIT_M * longest) == pytest.approx(2.0)
    steps = lambda scale: np.abs(np.diff(add_detail(wood, vertices, faces, 2, 1.0, scale).height)).mean() * scale
    assert steps(0.5) < steps(1.0)  # in metres the relief is the same, over texels half as large it changes less


def test_asked_size_reaches_the_maps(baked):
    """The same seed at two sizes gives different grain, at one size the same bytes."""
    surface, vertices, faces, uvs = baked
    one, two, again = (synthesise(painted(surface, "wood"), vertices, faces, uvs, 3, 1.0, m) for m in (0.5, 2.0, 0.5))
    assert np.array_equal(one.normal, again.normal) and not np.array_equal(one.normal, two.normal)


@pytest.mark.parametrize("material", ["painted_metal", "painted_wood"])
def test_paint_is_chipped_in_spots_only(baked, material):
    """Edges lose between 2 and 30 % of their paint, and flat spots and uncertain borders none."""
    surface, vertices, faces, _ = baked
    convex, _ = edge_fields(vertices, faces, surface.position)
    sharp, flat = convex > 0.55, convex < 0.05
    blue = replace(painted(surface, material), colour=np.tile(np.float32([0.1, 0.2, 0.8]), (len(surface.entry), 1)))
    chipped = lambda s: np.abs(add_detail(s, vertices, faces, 5, 1.0).colour - s.colour).max(1) > 0.25
    bare = chipped(blue)
    assert 0.02 < bare[sharp].mean() < 0.3 and bare[flat].mean() < 0.002
    assert chipped(replace(blue, edge=np.zeros_like(blue.edge))).mean() < 0.002
