"""The kind of prop that a picture shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from backend.errors import PropsmithError
from backend.evaluation.objects import HELD_OUT_SEED, photograph
from backend.images import load_picture
from backend.picture_kind import SIZE_PX, WEIGHTS, kind_reader, seen_of
from backend.priors.loader import EMBEDDED, read_card
from backend.training.dataset import make_shape
from backend.training.paints import draw


def picture_of(kind: str, path: Path) -> torch.Tensor:
    """(4, H, W) of an object that taught nothing, from a free camera."""
    rng = np.random.default_rng([HELD_OUT_SEED, 77, *kind.encode()])
    shape = make_shape(kind, rng, 16)
    paints = draw(shape.slots, rng)
    photograph(shape, np.stack([paints[name].row for name in shape.slots]), rng, path)
    return torch.from_numpy(np.moveaxis(load_picture(path).rgba, -1, 0).copy())


def test_held_out_objects_are_named(tmp_path):
    """Of objects of 20 kinds that taught nothing at least half are named right, four in five among the first five."""
    network = kind_reader()
    kinds = network.kinds[::8]
    found = [network.likely(picture_of(kind, tmp_path / "object.png")) for kind in kinds]
    assert np.mean([near[0][0] == kind for near, kind in zip(found, kinds, strict=True)]) >= 0.5
    assert np.mean([kind in dict(near[:5]) for near, kind in zip(found, kinds, strict=True)]) >= 0.8
    for near in found:
        assert sum(chance for _, chance in near) == pytest.approx(1.0, abs=1e-4)
        assert near == sorted(near, key=lambda pair: -pair[1])


def test_place_and_size_in_the_picture_do_not_matter():
    """The same object in the corner of a larger picture is seen alike, and what lies under alpha 0 is not seen."""
    object_ = torch.rand(4, 40, 30, generator=torch.Generator().manual_seed(0))
    object_[3] = 1.0
    small, large = torch.zeros(4, 64, 64), torch.full((4, 200, 150), 0.7)
    large[3] = 0.0
    small[:, 10:50, 20:50] = object_
    large[:, 150:190, 5:35] = object_
    assert seen_of(small).shape == (4, SIZE_PX, SIZE_PX)
    assert torch.allclose(seen_of(small), seen_of(large), atol=1e-4)


def test_missing_weights_are_named(tmp_path):
    """Without its file the network raises weights-missing."""
    with pytest.raises(PropsmithError) as caught:
        kind_reader(tmp_path / "kind.safetensors")
    assert caught.value.code == "weights-missing"


def test_the_file_says_what_it_was_taught():
    """The shipped network names exactly the kinds of the embedded prior, and its file stays under 1.5 MB."""
    assert set(kind_reader().kinds) >= set(read_card(EMBEDDED)["kinds"])
    assert WEIGHTS.stat().st_size < 1_500_000
