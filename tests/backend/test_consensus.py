"""Consensus of views: exact ones stay, wrong depths come together, and nothing but depths is touched."""

from __future__ import annotations

import torch

from backend.cameras import rig
from backend.consensus import Seen, _against, agreed_depth, consensus, mended, observe
from backend.evaluation.agreement import agreement
from backend.evaluation.noise import LEVELS, perturb
from backend.priors import ALPHA, DEPTH, NORMAL, Maps, gbuffer

from .exact_views import box, cylinder, union, views

SOLID = union(box((0.9, 0.6, 0.5), (0.05, 0, -0.3)), cylinder(0.25, 0.7, (-0.1, 0.1, 0.3)))
PIXEL = 2 / 64


class Rigged:
    """What the hook needs of a prior: its cameras and its coding."""

    cameras = rig()
    encode, decode = staticmethod(gbuffer.encode), staticmethod(gbuffer.decode)


def seen_in(maps: Maps) -> Seen:
    alpha, depth, normal = (maps.maps[:, part] for part in (ALPHA, DEPTH, NORMAL))
    return observe(alpha[:, 0], depth[:, 0], normal, maps.cameras.axes)


def agreed(maps: Maps) -> Maps:
    out = maps.maps.clone()
    out[:, DEPTH] = agreed_depth(seen_in(maps), maps.cameras)[:, None]
    return Maps(out, maps.cameras)


def errors(maps: Maps, truth: Maps) -> torch.Tensor:
    """Depth errors in pixels where the true surface is seen, each view's less the common shift of the whole body."""
    solid = (truth.maps[:, ALPHA] > 0.5) & (maps.maps[:, ALPHA] > 0.5)
    gap = (maps.maps[:, DEPTH] - truth.maps[:, DEPTH]) / PIXEL
    means = torch.stack([gap[v][solid[v]].mean() for v in range(len(gap))])
    back = maps.cameras.axes[:, 2]
    common = back @ torch.linalg.lstsq(back, means[:, None]).solution
    return (gap - common[:, :, None, None])[solid].abs()


def test_exact_views_stay() -> None:
    """Depths of exact views move by less than a twentieth of a pixel in the mean, nineteen in twenty by under a fifth."""
    truth = views(SOLID)
    moved = errors(agreed(truth), truth)
    assert moved.mean() < 0.05 and moved.quantile(0.95) < 0.2


def test_biased_views_come_together() -> None:
    """Depth biases of up to 4 % of the frame shrink to a quarter or less, but for the shift that all views share."""
    truth = views(SOLID)
    biased = truth.maps.clone()
    biased[:, DEPTH] += torch.tensor([0.04, -0.02, 0.0, 0.08, -0.04, 0.02])[:, None, None, None]
    before = Maps(biased, truth.cameras)
    assert errors(agreed(before), truth).mean() < 0.25 * errors(before, truth).mean()


def test_views_like_generated_ones_agree_and_are_nearer_to_the_truth() -> None:
    """Patchwise noise: agreement rises by half of what is missing, and the depths' own error falls."""
    truth = views(SOLID)
    before = perturb(truth, LEVELS["P"], 3)
    after = agreed(before)
    assert 1 - agreement(after) < 0.5 * (1 - agreement(before))
    assert errors(after, truth).median() < 0.9 * errors(before, truth).median()


def test_a_patch_at_another_surfaces_depth_comes_back() -> None:
    """5 x 5 pixels of the front put 10 px too near are returned to within 2 px where others see; the rest does not move."""
    truth = views(SOLID)
    wrong = truth.maps.clone()
    patch = (0, slice(25, 30), slice(30, 35))
    assert (truth.maps[:, ALPHA][:, 0][patch] > 0.5).all()
    wrong[:, DEPTH][:, 0][patch] += 10 * PIXEL
    depth = wrong[:, DEPTH][:, 0]
    out = mended(seen_in(Maps(wrong, truth.cameras)), depth, truth.cameras)
    assert (out - truth.maps[:, DEPTH][:, 0])[patch].abs().max() < 2 * PIXEL
    elsewhere = torch.ones_like(depth, dtype=torch.bool)
    elsewhere[patch] = False
    assert torch.equal(out[elsewhere], depth[elsewhere])


def test_exact_views_contradict_no_pixel() -> None:
    """Mending returns exact depths bit for bit, thin parts and hollows included."""
    solid = union(SOLID, box((0.06, 0.06, 0.8), (0.6, 0.4, 0.1)))
    truth = views(solid)
    depth = truth.maps[:, DEPTH][:, 0]
    assert torch.equal(mended(seen_in(truth), depth, truth.cameras), depth)


def test_distances_are_those_of_a_loop_over_points() -> None:
    """The distance from each point to the plane that another view shows is that of the plain formula n . (q - p)."""
    maps = perturb(views(SOLID), LEVELS["P"], 1)
    depth = maps.maps[:, DEPTH][:, 0]
    seen = seen_in(maps)
    distance, _, weight = _against(seen, depth, maps.cameras)
    axes, size = maps.cameras.axes, 64
    for k in range(0, len(seen.view), 97):
        v, i, j = int(seen.view[k]), int(seen.row[k]), int(seen.column[k])
        point = torch.tensor([(2 * j + 1) / size - 1, 1 - (2 * i + 1) / size, float(depth[v, i, j])]) @ axes[v]
        for u in range(len(axes)):
            if weight[u, k] == 0:
                continue
            x, y = float(point @ axes[u, 0]), float(point @ axes[u, 1])
            row, column = int((1 - y) * size / 2), int((x + 1) * size / 2)
            there = torch.tensor([(2 * column + 1) / size - 1, 1 - (2 * row + 1) / size, float(depth[u, row, column])])
            normal = torch.nn.functional.normalize(maps.maps[u, NORMAL, row, column], dim=0)
            assert abs(float(normal @ (there @ axes[u] - point)) - float(distance[u, k])) < 1e-4


def test_the_hook_touches_depths_alone_and_is_deterministic() -> None:
    """Of a latent only the depth channel changes, only at solid pixels, the same each time; weight 0 changes no bit."""
    maps = perturb(views(SOLID), LEVELS["P"], 2)
    x0 = gbuffer.encode(maps.maps)[None]
    steer = consensus(Rigged(), lambda t: 1.0)  # type: ignore[arg-type]
    once = steer(x0, 0.5)
    assert torch.equal(once, steer(x0, 0.5))
    changed = (once - x0).abs() > 1e-5
    assert (
        changed[:, :, DEPTH].any() and not changed[:, :, : DEPTH.start].any() and not changed[:, :, DEPTH.stop :].any()
    )
    assert not changed[0, :, DEPTH][maps.maps[:, ALPHA] <= 0.5].any()
    still = consensus(Rigged(), lambda t: 0.0)  # type: ignore[arg-type]
    assert torch.equal(still(x0, 0.5), x0)


def test_empty_views_stay() -> None:
    """Views that show nothing come out as they went in."""
    x0 = gbuffer.encode(torch.zeros(1, 6, 13, 64, 64))
    assert torch.allclose(consensus(Rigged(), lambda t: 1.0)(x0, 0.1), x0)  # type: ignore[arg-type]
