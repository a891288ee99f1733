"""What a kind can be made of: codes between two of its surfaces are read as one of them."""

from __future__ import annotations

import numpy as np
import torch

from backend.cameras import rig
from backend.language.brief import Brief, Item, Vocabulary
from backend.materials import CODES, INDEX, SURFACES, decode_materials
from backend.palette import paint
from backend.priors import ALBEDO, ALPHA, MATERIAL, Maps, Schedule
from backend.priors.multiview import MultiViewPrior
from backend.priors.mv_transformer import Architecture, MultiViewTransformer
from backend.training.captions import vocabulary
from backend.training.dataset import Shapes, write_shard
from backend.training.publish import made_of

WOOD, IRON = INDEX["wood"], INDEX["cast_metal"]


def test_among_all_surfaces_the_lattice_is_the_nearest() -> None:
    """Told all 27 surfaces, the search by distance finds what rounding to the lattice finds."""
    code = torch.rand(500, 3, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert torch.equal(decode_materials(code), decode_materials(code, range(len(SURFACES))))


def test_a_code_between_two_is_one_of_them() -> None:
    """Half-way from wood to iron lies plaster or brick; where only these two are known it is the nearer of both."""
    half = torch.lerp(CODES[WOOD], CODES[IRON], torch.tensor([[0.45], [0.55]]))
    assert not {WOOD, IRON} & set(decode_materials(half).tolist())
    assert decode_materials(half, (WOOD, IRON)).tolist() == [WOOD, IRON]


def test_views_are_painted_with_what_the_prop_can_be_made_of() -> None:
    """A brown ball whose code lies between wood and iron gets the class of bricks from the views alone, and wood's when told."""
    maps = torch.zeros(6, 13, 32, 32)
    maps[:, ALPHA, 8:24, 8:24] = 1.0
    maps[:, ALBEDO] = torch.tensor([0.45, 0.3, 0.15]).view(3, 1, 1)
    maps[:, MATERIAL] = torch.lerp(CODES[WOOD], CODES[IRON], 0.4).view(3, 1, 1)
    for surfaces, wanted in (((), "brick"), ((WOOD, IRON), "wood")):
        palette = paint(Maps(maps, rig(), surfaces)).palette
        assert [SURFACES[i].name for i in np.unique(palette.material)] == [wanted]


def test_what_is_named_is_known_besides() -> None:
    """A prior knows what its kinds are made of and believes the prompt besides; of other kinds it knows nothing."""
    network = MultiViewTransformer(Architecture(size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=1, heads=2))
    prior = MultiViewPrior("tiny", network, Schedule(), Vocabulary(vocabulary().words), None, ("mug", "barrel"))
    prior.made_of = {"mug": ["ceramic", "glass"], "barrel": ["wood"]}

    def names(*items: Item) -> set[str]:
        return {SURFACES[i].name for i in prior.surfaces(Brief(items))}

    assert names(Item("mug", ("red",)), Item("handle")) == {"ceramic", "glass"}
    assert names(Item("mug"), Item("handle", ("gold",))) == {"ceramic", "glass", "gold"}
    assert names(Item("mug"), Item("barrel")) == {"ceramic", "glass", "wood"}
    assert names(Item("apple")) == names() == set()


def test_kinds_are_made_of_what_their_shapes_can_be_painted_with(tmp_path) -> None:
    """Every surface that painting a stored shape gives any of its parts stands in the published table."""
    write_shard(tmp_path / "shard-0.npz", ["barrel"] * 6, 3, 16)
    shapes = Shapes(tmp_path).shapes
    table = made_of(shapes)
    assert set(table) == {"barrel"} and {"wood", "brushed_metal"} <= set(table["barrel"])
    assert "foliage" not in table["barrel"]
