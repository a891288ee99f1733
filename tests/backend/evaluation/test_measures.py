"""The evaluation's measures against cases whose answer is known: agreement of views, F-score, PSNR, intervals, the judge."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch

from backend.cameras import rig
from backend.evaluation import objects
from backend.evaluation.agreement import AGREEMENT, agreement
from backend.evaluation.asked import caption, each
from backend.evaluation.classifier import Judge, judge_of, main_part, seen_of, split, train_judge
from backend.evaluation.evaluate import mean_of, objects_of, share
from backend.evaluation.judge import Juror
from backend.evaluation.objects import f_scores, psnrs, spread
from backend.evaluation.placement import placed, similarity
from backend.evaluation.props import exact_solid, program_of, true_views
from backend.fuse import fuse
from backend.mesh import Mesh, extract
from backend.pipeline import Models
from backend.priors import DEPTH, Maps
from backend.settings import Shape
from backend.training.dataset import write_shard


def sphere(size: int = 64, radius: float = 0.8) -> Maps:
    """Exact views of a ball, which every camera sees alike."""
    cameras = rig()
    along = (2 * torch.arange(size) + 1) / size - 1
    y, x = torch.meshgrid(-along, along, indexing="ij")
    depth = (radius**2 - x**2 - y**2).clamp(min=0).sqrt()
    solid = x**2 + y**2 < radius**2
    frame = torch.stack([x, y, depth], -1) / radius
    normals = torch.einsum("ijc,vck->vkij", frame, cameras.axes) * solid
    maps = torch.zeros(len(cameras), 13, size, size)
    maps[:, 3], maps[:, 4:7], maps[:, DEPTH] = solid.float(), normals, (depth * solid)[None, None]
    return Maps(maps, cameras)


def test_exact_views_agree() -> None:
    """Exact views of a ball, and of props with thin parts and recesses, agree on nearly every co-visible pixel."""
    assert agreement(sphere()) > 0.995
    shares = [agreement(true_views(program_of(kind, 11), 64)) for kind in ("chair", "barrel", "lantern", "fence")]
    assert min(shares) > 0.97


def test_a_view_that_is_off_is_seen() -> None:
    """Depth off by twice the tolerance in one view of six spoils the third of the pairs that it takes part in."""
    exact = sphere()
    for shift in (2 * AGREEMENT, -2 * AGREEMENT):
        maps = exact.maps.clone()
        maps[0, DEPTH] += shift
        assert 0.5 < agreement(Maps(maps, exact.cameras)) < 0.8
    maps = exact.maps.clone()
    maps[:, DEPTH] += AGREEMENT * torch.tensor([0.3, -0.3, 0.3, -0.3, 0.3, -0.3]).view(6, 1, 1, 1)
    assert agreement(Maps(maps, exact.cameras)) > 0.95  # within the tolerance
    assert agreement(Maps(exact.maps * torch.rand(6, 13, 64, 64), exact.cameras)) < 0.5


def test_f_score_of_the_true_shape_is_one_and_falls_with_size() -> None:
    """A prop fused from exact views scores near 1 against its own program; 8 % too large it does not."""
    program = program_of("crate", 3)
    mesh = extract(fuse(true_views(program, 64), Shape(grid=96, symmetry=False, level_base=False)), 4000)
    truth = exact_solid(program, size=72)
    narrow, wide = f_scores(mesh, truth)
    assert narrow > 0.85 and wide > 0.97
    mesh.vertices[:] *= 1.08
    assert f_scores(mesh, truth)[0] < 0.5


def test_size_and_place_do_not_count_but_proportions_do() -> None:
    """A chair moved, and scaled by 0.7, is laid back onto itself to 0.003; one stretched by 15 % along x stays apart."""
    truth = exact_solid(program_of("chair", 3), size=72)
    order = np.random.default_rng(0).permutation(len(truth.points))
    mesh = extract(fuse(true_views(program_of("chair", 3), 64), Shape(grid=96, symmetry=False, level_base=False)), 4000)
    home = placed(mesh, truth.points[order])
    away = placed(Mesh(mesh.vertices * np.float32(0.7) + np.float32([0.3, -0.2, 0.1]), mesh.faces), truth.points[order])
    assert np.abs(away.vertices - home.vertices).max() < 0.003 and f_scores(away, truth)[0] > 0.85
    wider = placed(Mesh(mesh.vertices * np.float32([1.15, 1, 1]), mesh.faces), truth.points[order])
    assert f_scores(wider, truth)[0] < f_scores(home, truth)[0] - 0.2


def test_a_similarity_is_recovered_exactly() -> None:
    """Points scaled by 1.7 and shifted give back 1.7 and the shift, whatever their weights."""
    rng = np.random.default_rng(4)
    points, shift = rng.normal(size=(50, 3)), np.array([0.4, -2.0, 1.0])
    scale, found = similarity(points, 1.7 * points + shift, rng.uniform(0.1, 1, 50))
    assert scale == pytest.approx(1.7) and found == pytest.approx(shift)


def test_psnr_has_its_closed_form() -> None:
    """An error of 0.1 on a quarter of the frame: 20 dB where it is, 20 + 10 log10(4) over the frame."""
    true = torch.zeros(2, 4, 8, 8)
    true[:, :, :4, :4] = torch.tensor([0.5, 0.5, 0.5, 1.0]).view(4, 1, 1)
    seen = true.clone()
    seen[:, :3, :4, :4] += 0.1
    whole, masked = psnrs(seen, true)
    assert masked == pytest.approx(20.0, abs=1e-3) and whole == pytest.approx(20 + 10 * math.log10(4), abs=1e-3)


def test_spread_is_the_distance_of_parallel_planes() -> None:
    """Three planes at heights 0, 1 and 2 are (1 + 1 + 2) / 3 apart; an empty shape is left out."""
    grid = np.stack(np.meshgrid(np.arange(20), np.arange(20), indexing="ij"), -1).reshape(-1, 2) * 0.1
    planes = [np.concatenate([grid, np.full((len(grid), 1), float(height))], 1) for height in range(3)]
    assert spread([*planes, None]) == pytest.approx(4 / 3) and spread([None]) == 0.0


def test_intervals() -> None:
    """Wilson's interval of 8 in 10, the normal one of three values, and none of a single value."""
    eight = share([True] * 8 + [False] * 2)
    assert (eight["low"], eight["high"]) == pytest.approx((0.4902, 0.9433), abs=1e-3)
    three = mean_of([1.0, 2.0, 3.0])
    assert three["value"] == 2.0 and three["high"] - three["value"] == pytest.approx(1.96 / 3**0.5, abs=1e-3)
    assert mean_of([1.0])["low"] is None and mean_of([])["value"] is None


def test_captions_are_fixed_by_kind_and_seed() -> None:
    """The same kind and seed ask the same; seeds differ; the kind's name is in every caption."""
    asked = {caption("mug", seed)[0] for seed in range(8)}
    assert caption("mug", 3) == caption("mug", 3) and len(asked) > 3 and all(text.endswith("mug") for text in asked)


def test_the_judge_finds_the_paint_under_its_masks() -> None:
    """Means under masks are those of the object's own pixels: a flat colour comes out as it is, whatever the masks."""
    maps = sphere().maps[None].clone()
    maps[:, :, :3] = torch.tensor([0.2, 0.4, 0.6]).view(3, 1, 1)
    maps[:, :, 8], maps[:, :, 9] = 0.7, 1.0
    juror = Juror(("a", "b"))
    found = juror._under_masks(seen_of(maps), torch.randn(1, 6, 6, 16, 16)).view(6, 2 * 9 + 24)
    assert torch.allclose(found[:, 18:].sum(1), torch.ones(6), atol=1e-4)  # shares of the named colours
    assert torch.allclose(found[:, [0, 1, 2, 7, 8]], torch.tensor([0.2, 0.4, 0.6, 0.7, 1.0]).expand(6, 5), atol=0.02)


def test_jurors_differ_and_the_judge_says_their_mean(tmp_path: Path) -> None:
    """The judge's probabilities are the mean of its jurors'; these begin apart, and training moves every one of them."""
    shapes = [objects.make_shape("mug", np.random.default_rng(i), 64) for i in range(2)]
    judge = train_judge(lambda: shapes, ("crate", "mug"), 2)
    untaught = Judge(("crate", "mug"))
    seen = seen_of(sphere().maps[None])
    with torch.no_grad():
        said = [judge(seen)[head].exp() for head in range(3)]
        each_said = [[juror(seen)[head].softmax(1) for head in range(3)] for juror in judge.jurors]
    for head in range(3):
        assert torch.allclose(said[head], torch.stack([says[head] for says in each_said]).mean(0), atol=1e-5)
    torch.manual_seed(0)
    for juror, fresh in zip(judge.jurors, Judge(("crate", "mug")).jurors, strict=True):
        assert not torch.equal(juror.first[0].weight, fresh.first[0].weight)
    assert not torch.equal(untaught.jurors[0].first[0].weight, untaught.jurors[1].first[0].weight)


def test_the_judge_is_kept_and_trained_anew_when_its_data_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second call loads what the first wrote, and so does one for fewer kinds; more of them, or a new shard, train again."""
    trained = []
    monkeypatch.setattr("backend.evaluation.classifier.TESTS", 1)
    monkeypatch.setattr(
        "backend.evaluation.classifier.train_judge",
        lambda shapes, kinds, count: trained.append(kinds) or Judge(kinds).eval(),
    )
    write_shard(tmp_path / "shard-0.npz", ["crate", "mug"] * 3, 3, 16)
    judge, right = judge_of(tmp_path, ("mug", "crate"), tmp_path / "kept")
    again, same = judge_of(tmp_path, ("crate", "mug"), tmp_path / "kept")
    assert len(trained) == 1 and right == same and again.kinds == ("crate", "mug")
    assert all(torch.equal(a, b) for a, b in zip(judge.state_dict().values(), again.state_dict().values(), strict=True))
    assert judge_of(tmp_path, ("mug",), tmp_path / "kept")[0].kinds == ("crate", "mug") and len(trained) == 1
    write_shard(tmp_path / "shard-1.npz", ["crate", "mug", "bowl"] * 3, 4, 16)
    judge_of(tmp_path, ("crate", "mug"), tmp_path / "kept")
    judge_of(tmp_path, ("bowl", "mug"), tmp_path / "kept")
    assert len(trained) == 3


def test_no_shape_both_tests_and_teaches(tmp_path: Path) -> None:
    """The split keeps kinds apart and draws no shape twice."""
    shapes = [objects.make_shape(kind, np.random.default_rng(i), 16) for i, kind in enumerate(["crate", "mug"] * 8)]
    parted = list(split(shapes, ("crate",)))
    tests, lessons = ([shape for is_test, shape in parted if is_test == wanted] for wanted in (True, False))
    assert len(tests) == 5 and len(lessons) == 3 and not {id(s) for s in tests} & {id(s) for s in lessons}
    assert {s.kind for s in (*tests, *lessons)} == {"crate"}


def test_the_judge_is_told_where_the_main_part_is() -> None:
    """Every pixel of the main slot's paint, and of slots painted like it, is the main part; nothing off the object is."""
    shape = objects.make_shape("house", np.random.default_rng(0), 32)
    main = main_part(shape)
    name = next(name for name, slot in shape.slots.items() if slot.main)
    alike = {i for i, (key, slot) in enumerate(shape.slots.items()) if key == name or slot.like == name}
    for view, row, column in np.argwhere(np.ones_like(main))[::37]:
        part = int(shape.part[view, row, column])
        assert main[view, row, column] == (part >= 0 and int(shape.program[part, 45]) in alike)
    assert 0 < main.sum() < (shape.part[:6] >= 0).sum()


def squared(task: int, models: Models) -> int:
    return task**2 + (0 if isinstance(models, Models) else 1000)


def test_processes_answer_in_order() -> None:
    """Two processes give what one gives, in the tasks' order."""
    models = Models(torch.device("cpu"))
    assert list(each(squared, range(5), models, 1)) == list(each(squared, range(5), models, 2)) == [0, 1, 4, 9, 16]


def test_as_many_objects_are_shown_as_the_suite_says() -> None:
    """Fewer than there are kinds come evenly from all of them; more begin with the first again."""
    kinds = [f"kind {i}" for i in range(10)]
    assert objects_of(kinds, 5) == kinds[::2] and objects_of(kinds, 10) == kinds
    assert objects_of(kinds, 13) == kinds + kinds[:3]
