"""What a picture shows of a surface, laid on its texels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import trimesh

from backend.bake import Bake
from backend.mesh import Mesh
from backend.outline import Fitted, Frame, Portrayed
from backend.palette import Palette
from backend.portrait import Cloud, Pose
from backend.projection import Shown, projected, shown_in
from backend.rasterise import Array, rasterise
from backend.shading import corner_normals
from backend.textures import Textures, to_bytes
from backend.unwrap import unwrap

POSE = Pose(0.0, 0.0, 0.9, 0.1)
RED, BLUE, GREY = np.array([0.8, 0.2, 0.1]), np.array([0.1, 0.3, 0.8]), 128


@pytest.fixture(scope="module")
def ball() -> Mesh:
    shape = trimesh.creation.icosphere(4, 0.7)
    return Mesh(np.asarray(shape.vertices, np.float32), np.asarray(shape.faces, np.int32))


@pytest.fixture(scope="module")
def surface(ball: Mesh) -> Bake:
    """Of two entries, the left half's and the right half's."""
    texels = rasterise(unwrap(ball.vertices, ball.faces), 128)
    position, normal = (
        texels.spread(c) for c in (ball.vertices[ball.faces], corner_normals(ball.vertices, ball.faces))
    )
    one, grey = np.ones(len(position), np.float32), np.full((len(position), 3), GREY / 255, np.float32)
    palette = Palette(grey[:2], np.zeros(2, np.int64), one[:2], one[:2], one[:2] / 2)
    return Bake(texels, palette, position, normal, grey, one, 0 * one, (position[:, 0] > 0).astype(np.int64), one, one)


def picture(light: bool) -> torch.Tensor:
    """(4, 200, 200) a ball from the front: its left half red, its right half blue, lit from above or evenly."""
    y, x = np.mgrid[1:-1:200j, -1:1:200j]
    inside = np.hypot(x, y) < 0.9
    colour = np.where((x < 0)[..., None], RED, BLUE)
    shade = np.exp(0.5 * y / 0.9 - 0.5) if light else np.ones_like(x)
    rgba = np.concatenate([colour * shade[..., None], np.ones((200, 200, 1))], 2) * inside[..., None]
    return torch.from_numpy(np.moveaxis(rgba, 2, 0).astype(np.float32))


def plain(grey: int) -> Textures:
    flat = np.full((128, 128), grey, np.uint8)
    return Textures(np.repeat(flat[..., None], 3, 2), np.repeat(flat[..., None], 3, 2), flat, np.zeros_like(flat))


def laid(ball: Mesh, surface: Bake, image: torch.Tensor, symmetry: str = "") -> tuple[Array, Array, Array]:
    """Position and normal of the texels inside faces, and their colours in [0, 1] after the projection on grey."""
    frame = Frame.of(ball.vertices, POSE.azimuth_deg, POSE.elevation_deg)
    shown = Shown(image, Fitted(ball.vertices, POSE, frame), symmetry)
    texels = surface.texels
    made = projected(plain(GREY), surface, ball.faces, shown).base_colour
    inside = slice(0, texels.inside)
    return (
        surface.position[inside],
        surface.normal[inside],
        made[texels.row[inside], texels.column[inside]].astype(np.float32) / 255,
    )


def test_what_the_picture_shows_is_on_the_side_that_it_shows(ball: Mesh, surface: Bake) -> None:
    """Red left and blue right of the middle on the front, not mirrored; each half of the back changes with its front."""
    position, normal, colour = laid(ball, surface, picture(light=False))
    front = (normal[:, 1] < -0.7) & (np.abs(position[:, 0]) > 0.05)
    reddish = colour[:, 0] > colour[:, 2]
    assert (reddish[front] == (position[front, 0] < 0)).all()
    for side in (position[:, 0] < -0.05, position[:, 0] > 0.05):
        behind, before = (np.median(colour[side & part], axis=0) for part in (normal[:, 1] > 0.1, front))
        assert np.allclose(behind, before, atol=0.08) and np.abs(before - GREY / 255).max() > 0.15


def test_the_light_is_taken_off(ball: Mesh, surface: Bake) -> None:
    """Lit from above, a red half comes out as even as under even light: brightness no longer follows the height."""
    position, normal, lit = laid(ball, surface, picture(light=True))
    red = (normal[:, 1] < -0.75) & (position[:, 0] < -0.05)
    brightness = lit[red].mean(1)
    low, high = (brightness[part].mean() for part in (position[red, 2] < -0.2, position[red, 2] > 0.2))
    raw = np.exp(0.5 * 2 * 0.2 / 0.9)
    assert abs(np.log(high / low)) < 0.3 * np.log(raw)


def test_a_symmetric_prop_shows_it_on_both_halves(ball: Mesh, surface: Bake) -> None:
    """A stripe across the front of what is alike in front and behind is on its back as well, and on no other's."""
    image = picture(light=False)
    image[:3, 90:110] = image[3:, 90:110] * 0.9
    for symmetry, wanted in (("y", True), ("", False)):
        position, normal, colour = laid(ball, surface, image, symmetry)
        stripe = (normal[:, 1] > 0.8) & (np.abs(position[:, 2]) < 0.04)
        assert (colour[stripe].min(1) > 0.6).mean() == pytest.approx(float(wanted), abs=0.1)


def test_a_band_is_of_metal_where_it_is_seen(ball: Mesh, surface: Bake) -> None:
    """A prop of red wood on the left and blue metal on the right, whose picture shows a blue patch on the left and a red one on
    the right: the blue patch is of metal, the red one is not, and the unseen back stays as it was."""
    image = picture(light=False)
    image[:3, 70:130, 40:80] = torch.tensor(BLUE, dtype=torch.float32)[:, None, None]
    image[:3, 70:130, 120:160] = torch.tensor(RED, dtype=torch.float32)[:, None, None]
    texels = surface.texels
    colours, metal = np.stack([RED, BLUE]).astype(np.float32), np.array([0.0, 1.0], np.float32)
    two = replace(surface, palette=replace(surface.palette, colour=colours, metallic=metal))
    base = texels.image(to_bytes(colours[surface.entry]))
    own = Textures(base, base, base[..., 0].copy(), texels.image(to_bytes(metal[surface.entry])))
    frame = Frame.of(ball.vertices, POSE.azimuth_deg, POSE.elevation_deg)
    made = projected(own, two, ball.faces, Shown(image, Fitted(ball.vertices, POSE, frame)))
    inside_faces = slice(0, texels.inside)
    position, found = surface.position[inside_faces], made.metallic[texels.row, texels.column][inside_faces] / 255
    front = surface.normal[inside_faces, 1] < -0.85
    level = front & (np.abs(position[:, 2]) < 0.15)
    patch, right = (level & (np.abs(position[:, 0] - x) < 0.1) for x in (-0.3, 0.3))
    behind = surface.normal[inside_faces, 1] > 0.2
    assert patch.sum() > 20 and found[patch].mean() > 0.9 and found[right].mean() < 0.1
    assert np.allclose(found[behind], metal[surface.entry[inside_faces]][behind], atol=0.01)


def test_a_picture_of_something_else_is_not_laid_on(ball: Mesh) -> None:
    """Where the best pose of the prop does not look like the picture, neither outline nor colours are taken."""
    cloud = Cloud(ball.vertices, np.full_like(ball.vertices, 0.5))
    told = Portrayed(picture(light=False), POSE, cloud)
    assert shown_in(None, ball, {}) is None
    assert shown_in(replace(told, pose=replace(POSE, overlap=0.2)), ball, {}) is None
    shown = shown_in(told, ball, {"symmetrised": 1.0})
    assert (
        shown is not None and shown.symmetry == "" and shown.fitted.pose.overlap > 0.95
    )  # guessed: of the shape alone
