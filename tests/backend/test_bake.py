"""The bake: exact views give the colours they were painted with back, crisp, without holes, whatever the exposure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from backend.bake import bake, even_gains, look_up, sharpen
from backend.cameras import rig
from backend.entries import without_blends
from backend.materials import INDEX, SURFACES, decode_materials
from backend.palette import Palette, agreed_classes, paint
from backend.priors import Maps
from backend.unwrap import unwrap
from tests.backend.analytic_props import TABLE, Part, mesh_of, views_of

BALL = [Part("ball", (0, 0, 0), (0.8,), (0.5, 0.5, 0.5), "plastic")]


@pytest.fixture(scope="module")
def ball() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    vertices, faces = mesh_of(BALL, 40)
    return vertices, faces, unwrap(vertices, faces)


def linear_paint(points: np.ndarray) -> np.ndarray:
    return 0.5 + 0.35 * points @ np.array([[1, 0, 0.5], [0, 1, -0.3], [0.2, 0, 0.5]])


def split_paint(points: np.ndarray) -> np.ndarray:
    red, blue = np.array([0.8, 0.1, 0.1]), np.array([0.1, 0.2, 0.7])
    return np.where((points @ np.array([0.48, 0.6, 0.64]) > 0.1)[:, None], red, blue)


def test_a_smooth_colour_field_comes_back(ball):
    """A linear colour field on a ball is reproduced with more than 30 dB by six views of 64 px."""
    baked = bake(*ball, views_of(BALL, 64, linear_paint), 160)
    seen = baked.confidence > 0.05
    error = ((baked.colour - linear_paint(baked.position)) ** 2).mean(1)[seen].mean()
    assert seen.mean() > 0.9
    assert -10 * np.log10(error) > 30


def test_areas_of_one_colour_stay_clean_and_their_border_crisp(ball):
    """Farther than 0.8 of a view's pixel from the border all but 1 % of the texels have their colour within 0.03."""
    baked = bake(*ball, views_of(BALL, 64, split_paint), 256)
    away = np.abs(baked.position @ np.array([0.48, 0.6, 0.64]) - 0.1) > 0.8 * 2 / 64
    wrong = np.abs(baked.colour - split_paint(baked.position)).max(1) > 0.03
    assert len(baked.palette) == 2
    assert wrong[away].mean() < 0.01


def test_what_was_cut_into_it_looks_as_most_of_it_does(ball):
    """A place called inside, red as seen, is blue as most of the ball; elsewhere nothing changes."""
    views, blue = views_of(BALL, 64, split_paint), [0.1, 0.2, 0.7]
    place = lambda points: points[:, 2] > 0.6
    plain, lined = bake(*ball, views, 160), bake(*ball, views, 160, place)
    inner, far = place(plain.position), plain.position[:, 2] < 0.5
    assert (plain.colour[inner][:, 0] > 0.5).mean() > 0.5
    assert len(np.unique(lined.entry[inner])) == 1 and np.abs(lined.colour[inner] - blue).max() < 0.05
    assert (lined.colour[far] == plain.colour[far]).all()


def test_bilinear_look_up_is_exact_for_linear_images(ball):
    """On a plane that faces the view, the rows reproduce an image linear in position, and weigh 1 where nothing is hidden."""
    size = 32
    cameras = rig()
    right, up, back = cameras.axes[4].numpy()
    maps = torch.zeros(6, 13, size, size)
    maps[4, 3] = 1.0
    maps[4, 4:7] = torch.from_numpy(back)[:, None, None]
    rng = np.random.default_rng(1)
    x, y = rng.uniform(-0.9, 0.9, (2, 500)).astype(np.float32)
    position = x[:, None] * right + y[:, None] * up
    normal = np.broadcast_to(back, position.shape)
    facing, matrix = look_up(Maps(maps, cameras), 4, position, normal, np.ones((size, size), np.float32))
    along = (2 * np.arange(size) + 1) / size - 1
    image = (0.3 * along[None, :] + 0.2 * along[:, None]).reshape(-1)  # rows run down, y runs up
    assert len(facing) == 500
    np.testing.assert_allclose(np.asarray(matrix.sum(1)).ravel(), 1.0, atol=1e-5)
    np.testing.assert_allclose(matrix @ image, 0.3 * x - 0.2 * y, atol=1e-5)


def test_hidden_texels_take_their_neighbours_colour():
    """Texels that no view sees (under a table) have no confidence and the table's colour."""
    vertices, faces = mesh_of(TABLE, 40)
    baked = bake(vertices, faces, unwrap(vertices, faces), views_of(TABLE), 160)
    assert (baked.confidence < 1e-3).mean() > 0.002
    assert np.abs(baked.colour - np.array(TABLE[0].colour)).max() < 0.03


def test_gains_even_out_one_overexposed_view(ball):
    """A view made 12 % brighter is brought back to within 3 % of the others."""
    vertices, faces, uvs = ball
    maps = views_of(BALL)
    brighter = maps.maps.clone()
    brighter[1, :3] *= 1.12
    baked = bake(vertices, faces, uvs, maps, 96)
    evened = even_gains(replace(maps, maps=brighter), baked.position, baked.normal)
    middle = evened.maps[:, :3, 28:36, 28:36].mean((1, 2, 3))
    assert float(middle.max() / middle.min()) < 1.03


def test_material_classes_and_pbr_values_survive():
    """Roughness, metallic and class of two stacked parts are those they were rendered with."""
    parts = [
        Part("box", (0, 0, 0.35), (0.5, 0.5, 0.3), (0.2, 0.5, 0.3), "painted_metal"),
        Part("box", (0, 0, -0.3), (0.4, 0.4, 0.35), (0.9, 0.7, 0.2), "gold"),
    ]
    vertices, faces = mesh_of(parts, 40)
    baked = bake(vertices, faces, unwrap(vertices, faces), views_of(parts), 128)
    for z, roughness, metallic in ((0.35, 0.40, 0.0), (-0.3, 0.25, 1.0)):
        here = np.abs(baked.position[:, 2] - z) < 0.15
        assert np.abs(baked.roughness[here] - roughness).max() < 0.05
        assert np.abs(baked.metallic[here] - metallic).max() < 0.05
        assert len(np.unique(baked.material[here])) == 1


def test_sharpened_votes_still_sum_to_one():
    """Raising votes to a power keeps a partition of unity, its order, and a tie a tie."""
    votes = np.array([[0.6, 0.3, 0.1], [0.5, 0.5, 0.0], [1.0, 0.0, 0.0]], dtype=np.float32)
    sharp, edge = sharpen(votes, 8.0)
    np.testing.assert_allclose(sharp.sum(1), 1.0, atol=1e-6)
    assert sharp[0, 0] > 0.99 and sharp[1, 0] == sharp[1, 1]
    np.testing.assert_allclose(edge, [0.3, 0.0, 1.0], atol=1e-6)


def test_baking_is_deterministic(ball):
    """The same views give the same bytes."""
    maps = views_of(BALL, 32, linear_paint)
    one, two = bake(*ball, maps, 96), bake(*ball, maps, 96)
    assert np.array_equal(one.colour, two.colour) and np.array_equal(one.entry, two.entry)


def test_views_of_nothing_give_a_grey_surface(ball):
    """Empty views leave a finite, single-entry palette instead of a crash."""
    maps = views_of(BALL, 32)
    baked = bake(*ball, replace(maps, maps=torch.zeros_like(maps.maps)), 64)
    assert len(baked.palette) == 1 and np.isfinite(baked.colour).all() and (baked.confidence == 0).all()


def test_blended_pixels_found_no_entry(ball):
    """Views whose colours and material codes blend at a border (as generated views do) still have the two surfaces only."""
    parts = [
        Part("box", (0, 0, 0.35), (0.5, 0.5, 0.3), (0.8, 0.75, 0.6), "painted_metal"),
        Part("box", (0, 0, -0.3), (0.5, 0.5, 0.35), (0.25, 0.2, 0.3), "fabric"),
    ]
    maps = views_of(parts)
    alpha = maps.maps[:, 3:4]
    weight = torch.nn.functional.avg_pool2d(alpha, 3, 1, 1)
    soft = torch.nn.functional.avg_pool2d(maps.maps * alpha, 3, 1, 1) / weight.clamp(min=1e-3)
    soft[:, 3:4] = weight
    palette = paint(replace(maps, maps=soft)).palette
    assert sorted(SURFACES[m].name for m in palette.material) == ["fabric", "painted_metal"]


def test_noise_that_differs_between_views_is_dropped(ball):
    """Smooth colour noise of 5 %, drawn anew for each view, leaves less than a third of itself in the bake."""
    maps = views_of(BALL)
    noise = torch.randn(6, 3, 8, 8, generator=torch.Generator().manual_seed(0)) * 0.05
    noise = torch.nn.functional.interpolate(noise, size=64, mode="bicubic")
    noisy = maps.maps.clone()
    noisy[:, :3] += noise
    baked = bake(*ball, replace(maps, maps=noisy), 128)
    left = (baked.colour - baked.colour.mean(0)).std()
    assert left < float(noise.std()) / 3


def test_a_part_in_front_does_not_paint_what_it_hides():
    """Where a thin bar stands before a ball, the hidden strip keeps the ball's colour though depths are 3 % off."""
    parts = [
        Part("ball", (0, 0.2, 0), (0.55,), (0.2, 0.3, 0.7), "plastic"),
        Part("box", (0, -0.43, 0), (0.08, 0.03, 0.7), (0.9, 0.8, 0.1), "plastic"),
    ]
    maps = views_of(parts)
    off = maps.maps.clone()
    off[:, 7] += torch.tensor([0.03, -0.03, 0.03, -0.03, 0.03, -0.03])[:, None, None]
    vertices, faces = mesh_of(parts, 72)
    baked = bake(vertices, faces, unwrap(vertices, faces), replace(maps, maps=off), 160)
    on_ball = np.linalg.norm(baked.position - np.array([0, 0.2, 0]), axis=1) < 0.58
    assert (np.abs(baked.colour[on_ball] - np.array([0.2, 0.3, 0.7])).max(1) > 0.1).mean() < 0.005


def test_doubtful_classes_of_one_colour_become_one_and_certain_ones_stay():
    """Codes that scatter by patches of 4 px leave one class a colour, right on 97 % of the pixels; exact codes stay."""
    parts = [
        Part("box", (0, 0, 0.35), (0.5, 0.5, 0.3), (0.2, 0.3, 0.7), "painted_wood"),
        Part("box", (0, 0, -0.3), (0.5, 0.5, 0.35), (0.3, 0.33, 0.68), "plastic"),
        Part("box", (0, 0, 0.75), (0.3, 0.3, 0.12), (0.85, 0.7, 0.3), "gold"),
    ]
    maps = views_of(parts)
    opaque = maps.maps[:, 3].numpy() > 0.5
    true = decode_materials(maps.maps[:, 10:].permute(0, 2, 3, 1).contiguous()).numpy()
    scatter = torch.randn(6, 3, 16, 16, generator=torch.Generator().manual_seed(3)) * 0.5
    doubtful = maps.maps.clone()
    doubtful[:, 10:] += torch.nn.functional.interpolate(scatter, size=64, mode="nearest")
    for seen, classes in ((maps.maps, 3), (doubtful, 2)):
        painted = paint(replace(maps, maps=seen))
        found = painted.palette.material[painted.membership.argmax(-1)][opaque]
        common = set(
            np.unique(found, return_counts=True)[0][np.unique(found, return_counts=True)[1] > 0.03 * len(found)]
        )
        assert len(common) == classes
        metal = true[opaque] == INDEX["gold"]
        assert ((found == INDEX["gold"]) == metal).mean() > 0.97


def test_agreed_classes_leave_colours_alone():
    """Of three blues and a grey, the blues take the class with the most surface, its metallic included; no colour moves. Where
    the prompt names both of two classes, neither takes the other's place."""
    index = lambda *names: np.array([INDEX[name] for name in names])
    colour = np.array([[0.16, 0.16, 0.6], [0.18, 0.17, 0.57], [0.27, 0.27, 0.6], [0.4, 0.4, 0.42]])
    material = index("painted_wood", "bark", "cast_metal", "cast_metal")
    before = Palette(colour, material, np.full(4, 0.5), np.array([0, 0, 1.0, 1.0]), np.array([0.6, 0.2, 0.07, 0.13]))
    after = agreed_classes(before)
    assert np.array_equal(after.colour, before.colour)
    assert np.array_equal(after.material, index("painted_wood", "painted_wood", "painted_wood", "cast_metal"))
    assert np.array_equal(after.metallic, [0, 0, 0, 1])
    told = agreed_classes(before, tuple(index("painted_wood", "cast_metal")))
    assert np.array_equal(told.material, index("painted_wood", "painted_wood", "cast_metal", "cast_metal"))
    assert np.array_equal(told.metallic, [0, 0, 1, 1])


def test_blends_of_two_entries_found_none() -> None:
    """What lies between two entries far apart goes, the smaller first; what lies beside the way, or is the largest, stays."""
    red, white, pink, dim = np.zeros((4, 9), np.float32)
    red[0], white[:3], pink[:3], dim[0] = 1.0, 1.0, (1.0, 0.5, 0.5), 0.5
    opaque = np.ones((1, 10, 10), bool)

    def kept(sizes: list[int]) -> list[int]:
        entries = np.stack([red, white, pink, dim])
        features = np.repeat(entries, sizes, axis=0).reshape(1, 10, 10, 9)
        left = without_blends(entries, features, opaque)
        return [i for i, entry in enumerate(entries) if (left == entry).all(1).any()]

    assert kept([50, 30, 15, 5]) == [0, 1, 3]
    assert kept([20, 20, 55, 5]) == [0, 1, 2, 3]
