"""A mirrored object is the same way up and has its front where it shows it: beside it, in the light, for a favoured view."""

from __future__ import annotations

import math

import bpy
import numpy as np
import pytest
from mathutils import Matrix

from tests.blender.look_scene import module
from tests.blender.refine_scene import beside, grid, press, until_landed

MIRRORS = {"x": (-2, 1, 1), "y": (1, -1, 1), "all": (-1, -1, -1)}


def mirrored(scale: tuple[float, float, float], turned_deg: float = 0.0) -> bpy.types.Object:
    obj = grid()
    obj.scale, obj.rotation_euler.z = scale, math.radians(turned_deg)
    bpy.context.view_layer.update()
    return obj


@pytest.mark.parametrize("mirror", ["x", "y"])
def test_a_result_beside_a_mirrored_object_stands_upright(app, mirror):
    """The object was edited meanwhile: what lands beside it has its own Z up, turned as the object is."""
    obj = mirrored(MIRRORS[mirror], 30)
    (job,) = press(app)
    obj.data.vertices[0].co.z += 1
    until_landed(app, job)
    bpy.context.view_layer.update()
    place = np.array(beside(app, job).matrix_world.to_3x3())
    assert np.allclose(place[2], (0, 0, 1), atol=1e-6) and np.linalg.det(place) == pytest.approx(1)
    assert abs(math.degrees(math.atan2(place[1, 0], place[0, 0]))) % 180 == pytest.approx(30, abs=1e-3)


@pytest.mark.parametrize(("mirror", "lit"), [("x", -1), ("y", 1), ("all", 1)])
def test_the_key_light_stands_before_the_front(app, mirror, lit):
    """The front is where the object's -Y is seen: mirrored along X it stays there, along Y it is on the other side."""
    mirrored(MIRRORS[mirror])
    assert bpy.ops.propsmith.preview_light() == {"FINISHED"}
    bpy.context.view_layer.update()
    assert np.sign(bpy.data.objects["Preview Key"].matrix_world.translation.y) == lit


@pytest.mark.parametrize(("mirror", "side"), [("x", (-1, 1)), ("y", (1, -1)), ("all", (-1, -1))])
@pytest.mark.parametrize("azimuth", [0.0, 40.0, 215.0])
def test_the_favoured_side_of_a_mirrored_object_is_the_one_seen(app, mirror, side, azimuth):
    """The worker sees the object unmirrored: the side that a view shows is that of the object's own axes."""
    obj = mirrored(MIRRORS[mirror])
    a = math.radians(azimuth)
    back, right = (math.sin(a), -math.cos(a), 0.0), (math.cos(a), math.sin(a), 0.0)
    world = Matrix([[right[k], (0, 0, 1)[k], back[k]] for k in range(3)]).to_4x4()
    own = math.degrees(math.atan2(side[0] * back[0], -side[1] * back[1])) % 360
    found = module("refining").azimuth_deg(world.inverted(), obj)
    assert (found - own + 180) % 360 - 180 == pytest.approx(0, abs=1e-3)
