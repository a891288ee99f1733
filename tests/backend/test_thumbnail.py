"""The picture: it shows the prop's colour, is lit from the right side, and relief bends the light as Blender's would."""

from __future__ import annotations

import numpy as np
import pytest

from backend.textures import Textures
from backend.thumbnail import Eye, render_thumbnail
from backend.unwrap import unwrap
from tests.backend.analytic_props import Part, mesh_of


@pytest.fixture(scope="module")
def ball() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    vertices, faces = mesh_of([Part("ball", (0, 0, 0), (0.8,))], 32)
    return vertices, faces, unwrap(vertices, faces)


def textures(colour: tuple[int, int, int], normal: tuple[int, int, int] = (128, 128, 255)) -> Textures:
    fill = lambda value: np.broadcast_to(np.array(value, np.uint8), (16, 16, 3)).copy()
    grey = lambda value: np.full((16, 16), value, np.uint8)
    return Textures(fill(colour), fill(normal), grey(180), grey(0))


def test_the_prop_is_opaque_and_the_corners_are_clear(ball):
    """RGBA with the prop opaque in the middle, nothing in the upper corners, soft pixels between."""
    picture = render_thumbnail(*ball, textures((120, 120, 120)), 64)
    assert picture.shape == (64, 64, 4) and picture.dtype == np.uint8
    assert picture[32, 32, 3] == 255 and picture[0, 0, 3] == 0 and picture[0, 63, 3] == 0
    upper = picture[:30, :, 3]
    assert ((upper > 20) & (upper < 235)).any()


def test_colours_are_recognisable(ball):
    """A red ball is red, a blue one blue, in the mean of its pixels."""
    for colour, channel in (((200, 30, 30), 0), ((30, 40, 200), 2)):
        picture = render_thumbnail(*ball, textures(colour), 64)
        mean = picture[20:40, 22:42, :3].reshape(-1, 3).mean(0)
        assert mean.argmax() == channel and mean[channel] > 2 * np.sort(mean)[1]


def test_light_comes_from_the_upper_left(ball):
    """A grey ball is brighter at its upper left than at its lower right, from every side."""
    for azimuth in (-32.0, 60.0):
        picture = render_thumbnail(*ball, textures((120, 120, 120)), 64, Eye(azimuth)).astype(float)
        assert picture[20:26, 18:24, :3].mean() > picture[42:48, 40:46, :3].mean() + 20


def test_green_in_the_normal_map_means_up():
    """OpenGL's convention: on an upright wall a normal map leaning to +Y reflects more of the light from above than -Y."""
    vertices, faces = mesh_of([Part("box", (0, 0, 0), (0.6, 0.3, 0.6))], 24)
    corners = vertices[faces]
    front = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 1] < 0
    uvs = np.zeros((len(faces), 3, 2), np.float32)
    uvs[..., 0], uvs[..., 1] = 0.5 + 0.5 * corners[..., 0], 0.5 + 0.5 * corners[..., 2]
    assert front.any()
    leaning = {}
    for name, green in (("up", 190), ("down", 66)):
        picture = render_thumbnail(
            vertices, faces, uvs, textures((128, 128, 128), (128, green, 240)), 64, Eye(0.0, 5.0)
        )
        leaning[name] = picture[28:36, 28:36, :3].astype(float).mean()
    assert leaning["up"] > leaning["down"] + 15


def test_the_picture_is_deterministic(ball):
    """The same prop gives the same bytes."""
    one, two = (render_thumbnail(*ball, textures((90, 120, 60)), 48) for _ in range(2))
    assert np.array_equal(one, two)
