"""From where a picture was taken, and which of several samples it shows."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from backend.cameras import points_from_depth, rig
from backend.portrait import Pose, cloud_of, compare, find_pose, framed_picture, most_alike, splat
from backend.representations.sight import look

from .analytic_props import MUG, TABLE, Part, distances, mesh_of, views_of


def photograph(parts: list[Part], azimuth_deg: float, elevation_deg: float) -> torch.Tensor:
    """(4, 128, 128) of the solid by rays against its mesh: another way than splatting points."""
    cameras = rig(((azimuth_deg, elevation_deg),))
    vertices, faces = mesh_of(parts)
    sight = look(vertices, faces, np.zeros((len(faces), 3, 2), np.float32), cameras, 128, 1)
    points = points_from_depth(cameras, sight.depth[:, 0])[0].numpy()
    colour = np.array([p.colour for p in parts], np.float32)[distances(parts, points).argmin(-1)]
    return torch.cat([torch.from_numpy(colour).permute(2, 0, 1) * sight.alpha[0], sight.alpha[0]])


@pytest.mark.parametrize(("azimuth", "elevation"), [(40, 25), (-35, 10), (10, 40)])
def test_the_pose_of_a_picture_is_found(azimuth, elevation):
    """A mug with one handle, photographed by rays, is found within 15 degrees, its outline overlapping by 0.85."""
    pose = find_pose(cloud_of(views_of(MUG)), framed_picture(photograph(MUG, azimuth, elevation)))
    assert abs(pose.azimuth_deg - azimuth) <= 15 and abs(pose.elevation_deg - elevation) <= 15, pose
    assert pose.overlap > 0.85 and pose.colour < 0.08, pose


def test_the_sample_in_the_picture_is_chosen():
    """Among a table, a mug and a mug of other colours the one that the picture shows is chosen."""
    other = [Part(p.kind, p.centre, p.size, (0.9, 0.2, 0.1), p.material) for p in MUG]
    samples = torch.stack([views_of(parts).maps for parts in (TABLE, other, MUG)])
    assert most_alike(samples, rig(), photograph(MUG, 30, 20))[0] == 2
    assert most_alike(samples, rig(), photograph(TABLE, 30, 20))[0] == 0


def test_likeness_is_one_for_the_same_picture():
    """A picture against itself, and against a darker copy, has overlap 1 and no difference; against nothing 0 and 1."""
    shown = splat(cloud_of(views_of(TABLE)), rig(((20.0, 20.0),)).axes[0].numpy())
    assert compare(shown, shown, 20, 20).likeness == pytest.approx(1.0)
    darker = np.concatenate([shown[..., :3] * 0.8, shown[..., 3:]], -1)
    assert compare(shown, darker, 20, 20).likeness == pytest.approx(1.0, abs=1e-5)
    assert compare(shown, np.zeros_like(shown), 20, 20) == Pose(20, 20, 0.0, 1.0)


def test_empty_samples_are_no_failure():
    """Views without a single opaque pixel have a likeness below that of anything shown."""
    empty = torch.zeros(1, 6, 13, 64, 64)
    _, pose = most_alike(empty, rig(), photograph(MUG, 0, 20))
    assert pose.overlap == 0.0 and pose.likeness < 0
