"""The embedded family: the network's bookkeeping, the G-buffer code, the loader's refusals."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import torch

from backend.cameras import rig
from backend.errors import PropsmithError
from backend.language.brief import Brief, Item, Vocabulary
from backend.priors import ALPHA, NORMAL, Schedule, gbuffer, loader
from backend.priors.multiview import MultiViewPrior
from backend.priors.mv_transformer import Architecture, MultiViewTransformer

TINY = Architecture(
    size_px=16, fine=2, merge=2, fine_width=16, width=32, depth=2, heads=2, fine_blocks=1, vocabulary=16,
    pooled=True, overlap=True,
)  # fmt: skip
WORDS = Vocabulary(("mug", "red", "blue", "handle"))


def prior_of(seed: int = 0) -> MultiViewPrior:
    """A tiny prior with random weights that do not vanish at the end."""
    torch.manual_seed(seed)
    network = MultiViewTransformer(TINY)
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return MultiViewPrior("tiny", network, Schedule(), WORDS, None, ("mug",))


def exact_maps() -> torch.Tensor:
    """(1, 6, 13, 16, 16) of a plausible G-buffer: alpha 0 or 1, unit normals."""
    generator = torch.Generator().manual_seed(1)
    maps = torch.rand(1, 6, 13, 16, 16, generator=generator)
    maps[:, :, ALPHA] = (maps[:, :, ALPHA] > 0.4).float()
    normal = torch.randn(1, 6, 3, 16, 16, generator=generator)
    maps[:, :, NORMAL] = normal / normal.norm(dim=2, keepdim=True)
    return maps


def test_decode_inverts_encode_inside_the_object() -> None:
    """Exact maps survive the code and back wherever alpha is 1; the background of the code is zero but for alpha."""
    maps = exact_maps()
    z = gbuffer.encode(maps)
    solid = maps[:, :, ALPHA].expand_as(maps) > 0.5
    assert torch.allclose(gbuffer.decode(z)[solid], maps[solid], atol=1e-5)
    empty = (~solid) & (torch.arange(13) != 3).view(1, 1, 13, 1, 1)
    assert z[empty].abs().max() == 0


def join(network: MultiViewTransformer, patches: torch.Tensor) -> torch.Tensor:
    """The inverse of the network's cutting, of TINY's six views."""
    x = patches.view(len(patches), 6, network.coarse, network.coarse, 2, 2, -1, 2, 2)
    return x.permute(0, 1, 6, 2, 4, 7, 3, 5, 8).reshape(len(patches), 6, -1, 16, 16)


def test_patches_are_cut_and_joined_without_loss() -> None:
    """Joining the fine patches gives back the maps, and a pixel lies in the patch of its own place."""
    network, maps = MultiViewTransformer(TINY), torch.randn(2, 6, 13, 16, 16)
    assert torch.equal(join(network, network._cut(maps)), maps)
    other = maps.clone()
    other[1, 2, 5, 7, 9] += 1
    changed = (network._cut(other) - network._cut(maps)).abs().sum(2).nonzero()
    assert changed.tolist() == [
        [1, 2 * 64 + (1 * 4 + 2) * 4 + 2]
    ]  # view 2; coarse row 7 // 4, column 9 // 4; fine (1, 0)


@torch.no_grad()
def test_overlapping_windows_lie_around_their_patches() -> None:
    """One convolution sees and draws what a patch's own matrix does, and in the middle of its window what the patch's would."""
    network, maps, fine = MultiViewTransformer(TINY), torch.randn(2, 6, 13, 16, 16), torch.randn(2, 6 * 64, 16)
    torch.nn.init.normal_(network.out.bias)
    seen, drawn = network.embed(network._cut(maps)), join(network, network.out(fine))
    assert torch.allclose(network._fine_patches(maps), seen, atol=1e-5)
    assert torch.allclose(network._drawn(fine, 6), drawn, atol=1e-5)
    middle = (slice(None), slice(None), slice(1, 3), slice(1, 3))
    network.embed_around.weight[middle] = network.embed.weight.view(16, 13, 2, 2)
    network.out_around.weight[middle] = network.out.weight.view(13, 2, 2, 16).permute(3, 0, 1, 2)
    network.embed.weight.zero_()
    network.out.weight.zero_()
    assert torch.allclose(network._fine_patches(maps), seen, atol=1e-5)
    assert torch.allclose(network._drawn(fine, 6), drawn, atol=1e-5)


def test_the_prediction_is_consistent_and_told_by_brief_and_reference() -> None:
    """z = alpha x0 + sigma eps; another word, or a reference, changes x0; an empty reference does not."""
    prior = prior_of()
    z, t = torch.randn(1, *prior.latent_shape), torch.tensor([0.7])
    red = prior.condition_on([Brief((Item("mug", ("red",)),))])
    plain = prior.predict(z, t, red)
    alpha, sigma = prior.schedule.alpha_sigma(t)
    assert torch.allclose(alpha * plain.x0 + sigma * plain.eps, z, atol=1e-4)
    blue = prior.condition_on([Brief((Item("mug", ("blue",)),))])
    assert (prior.predict(z, t, blue).x0 - plain.x0).abs().max() > 1e-5
    picture = torch.zeros(4, 32, 32)
    picture[:, 8:24, 8:24] = 1.0
    shown = prior.condition_on([Brief((Item("mug", ("red",)),))], picture)
    assert (prior.predict(z, t, shown).x0 - plain.x0).abs().max() > 1e-5


def test_a_batch_predicts_what_its_members_do() -> None:
    """Padding items and a reference on one side of a batch do not leak into the other."""
    prior = prior_of()
    z, t = torch.randn(2, *prior.latent_shape), torch.tensor([0.3, 0.8])
    briefs = [Brief((Item("mug"),)), Brief((Item("mug", ("red",)), Item("handle", ("blue",))))]
    both = prior.predict(z, t, prior.condition_on(briefs)).x0
    for i in range(2):
        alone = prior.predict(z[i : i + 1], t[i : i + 1], prior.condition_on([briefs[i]])).x0
        assert torch.allclose(both[i], alone[0], atol=1e-5)


def test_modifiers_are_a_set_but_bound_to_their_noun() -> None:
    """The order of modifiers does not matter; which noun they stand by does."""
    prior = prior_of()
    z, t = torch.randn(1, *prior.latent_shape), torch.tensor([0.9])

    def x0(*items: Item) -> torch.Tensor:
        return prior.predict(z, t, prior.condition_on([Brief(items)])).x0

    assert torch.allclose(x0(Item("mug", ("red", "blue"))), x0(Item("mug", ("blue", "red"))), atol=1e-5)
    assert not torch.allclose(
        x0(Item("mug", ("red",)), Item("handle", ("blue",))),
        x0(Item("mug", ("blue",)), Item("handle", ("red",))),
        atol=1e-5,
    )


def test_cameras_reach_the_network() -> None:
    """Moving a camera changes the prediction: views are not told apart by their order alone."""
    network = prior_of().network
    z, t, brief = torch.randn(1, 6, 13, 16, 16), torch.tensor([0.5]), torch.zeros(1, 8, 7, dtype=torch.long)
    cameras = rig().world_from_camera[None]
    assert not torch.allclose(network(z, t, brief, cameras), network(z, t, brief, cameras.flip(1)), atol=1e-5)


def folder_of(tmp_path: Path, **changes: object) -> Path:
    data = b"weights"
    (tmp_path / "model.safetensors").write_bytes(data)
    card = {"format": 1, "family": "mv-transformer", "sha256": {"model.safetensors": hashlib.sha256(data).hexdigest()}}
    (tmp_path / "prior.json").write_text(json.dumps({**card, **changes}))
    return tmp_path


@pytest.mark.parametrize(
    "changes, code",
    [
        ({"family": "zero123"}, "prior-invalid"),
        ({"format": 9}, "prior-invalid"),
        ({"sha256": {}}, "prior-invalid"),
        ({"sha256": {"model.safetensors": "0" * 64}}, "weights-checksum"),
        ({"sha256": {"other.safetensors": "0" * 64}}, "weights-missing"),
    ],
)
def test_a_bad_prior_folder_is_refused_by_name(tmp_path: Path, changes: dict[str, object], code: str) -> None:
    """Foreign, damaged and incomplete folders each raise their own code, before any weight is read."""
    with pytest.raises(PropsmithError) as caught:
        loader.load_prior(str(folder_of(tmp_path, **changes)), torch.device("cpu"))
    assert caught.value.code == code


def test_a_folder_without_a_card_holds_no_prior(tmp_path: Path) -> None:
    """An empty folder is said to miss its prior.json."""
    with pytest.raises(PropsmithError) as caught:
        loader.load_prior(str(tmp_path), torch.device("cpu"))
    assert caught.value.code == "prior-missing"
