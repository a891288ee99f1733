"""What a picture shows of a surface, laid on its texels."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import trimesh

from backend.mesh import Mesh
from backend.outline import Fitted, Frame, Portrayed
from backend.portrait import Cloud, Pose
from backend.projection import Shown, projected, shown_in
from backend.rasterise import Array, Texels, rasterise
from backend.shading import corner_normals
from backend.unwrap import unwrap

POSE = Pose(0.0, 0.0, 0.9, 0.1)
RED, BLUE, GREY = np.array([0.8, 0.2, 0.1]), np.array([0.1, 0.3, 0.8]), 128


@pytest.fixture(scope="module")
def ball() -> Mesh:
    shape = trimesh.creation.icosphere(4, 0.7)
    return Mesh(np.asarray(shape.vertices, np.float32), np.asarray(shape.faces, np.int32))


@pytest.fixture(scope="module")
def texels(ball: Mesh) -> Texels:
    return rasterise(unwrap(ball.vertices, ball.faces), 128)


def picture(light: bool) -> torch.Tensor:
    """(4, 200, 200) a ball from the front: its left half red, its right half blue, lit from above or evenly."""
    y, x = np.mgrid[1:-1:200j, -1:1:200j]
    inside = np.hypot(x, y) < 0.9
    colour = np.where((x < 0)[..., None], RED, BLUE)
    shade = np.exp(0.5 * y / 0.9 - 0.5) if light else np.ones_like(x)
    rgba = np.concatenate([colour * shade[..., None], np.ones((200, 200, 1))], 2) * inside[..., None]
    return torch.from_numpy(np.moveaxis(rgba, 2, 0).astype(np.float32))


def laid(ball: Mesh, texels: Texels, image: torch.Tensor, symmetry: str = "") -> tuple[Array, Array, Array]:
    """Position and normal of the texels inside faces, and their colours in [0, 1] after the projection on grey."""
    frame = Frame.of(ball.vertices, POSE.azimuth_deg, POSE.elevation_deg)
    shown = Shown(image, Fitted(ball.vertices, POSE, frame), symmetry)
    made = projected(np.full((128, 128, 3), GREY, np.uint8), texels, ball.faces, shown)
    inside = slice(0, texels.inside)
    position, normal = (
        texels.spread(c)[inside] for c in (ball.vertices[ball.faces], corner_normals(ball.vertices, ball.faces))
    )
    return position, normal, made[texels.row[inside], texels.column[inside]].astype(np.float32) / 255


def test_what_the_picture_shows_is_on_the_side_that_it_shows(ball: Mesh, texels: Texels) -> None:
    """Red left and blue right of the middle on the front, not mirrored; the back stays as it was."""
    position, normal, colour = laid(ball, texels, picture(light=False))
    front = (normal[:, 1] < -0.7) & (np.abs(position[:, 0]) > 0.05)
    reddish = colour[:, 0] > colour[:, 2]
    assert (reddish[front] == (position[front, 0] < 0)).all()
    assert np.allclose(colour[normal[:, 1] > 0.1], GREY / 255, atol=1 / 255)


def test_the_light_is_taken_off(ball: Mesh, texels: Texels) -> None:
    """Lit from above, a red half comes out as even as under even light: brightness no longer follows the height."""
    position, normal, lit = laid(ball, texels, picture(light=True))
    red = (normal[:, 1] < -0.75) & (position[:, 0] < -0.05)
    brightness = lit[red].mean(1)
    low, high = (brightness[part].mean() for part in (position[red, 2] < -0.2, position[red, 2] > 0.2))
    raw = np.exp(0.5 * 2 * 0.2 / 0.9)
    assert abs(np.log(high / low)) < 0.3 * np.log(raw)


def test_a_symmetric_prop_shows_it_on_both_halves(ball: Mesh, texels: Texels) -> None:
    """A picture from the front of what is alike in front and behind colours the back as well, left and right kept apart."""
    position, normal, colour = laid(ball, texels, picture(light=False), symmetry="y")
    back = (normal[:, 1] > 0.7) & (np.abs(position[:, 0]) > 0.05)
    assert ((colour[back, 0] > colour[back, 2]) == (position[back, 0] < 0)).all()


def test_a_picture_of_something_else_is_not_laid_on(ball: Mesh) -> None:
    """Where the best pose of the prop does not look like the picture, neither outline nor colours are taken."""
    cloud = Cloud(ball.vertices, np.full_like(ball.vertices, 0.5))
    told = Portrayed(picture(light=False), POSE, cloud)
    assert shown_in(None, ball, {}) is None
    assert shown_in(replace(told, pose=replace(POSE, overlap=0.2)), ball, {}) is None
    shown = shown_in(told, ball, {"symmetrised": 1.0})
    assert shown is not None and shown.symmetry == "x" and shown.fitted.pose.overlap > 0.95
