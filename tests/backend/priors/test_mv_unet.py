"""The mv-unet family with tiny random weights: the views are joined, the folder is loaded, the adapter learns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderTiny, DDIMScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from backend.cameras import rig
from backend.errors import PropsmithError
from backend.objectives import OBJECTIVES, Draw, Guide, gradient
from backend.priors.adapter import Adapter, adapter_or_none
from backend.priors.analytic import analytic_prior
from backend.priors.mv_unet import FOUR_VIEWS, MultiViewUNet, discrete_schedule, join_views, load, to_prediction

SD = {"betas": "scaled_linear", "start": 0.00085, "end": 0.012, "steps": 1000}
LATENT = (4, 4, 8, 8)


def tiny_unet(seed: int = 0) -> UNet2DConditionModel:
    torch.manual_seed(seed)
    return UNet2DConditionModel(
        sample_size=8, in_channels=4, out_channels=4, block_out_channels=(16, 32), layers_per_block=1, norm_num_groups=8,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        cross_attention_dim=16, attention_head_dim=2, use_linear_projection=True,
        class_embed_type="projection", projection_class_embeddings_input_dim=16,
    )  # fmt: skip


def words(prompts: list[str]) -> torch.Tensor:
    """A stand-in text encoder: a fixed random context for every prompt."""
    return torch.cat(
        [torch.randn(1, 5, 16, generator=torch.Generator().manual_seed(sum(map(ord, p)))) for p in prompts]
    )


def prior(seed: int = 0, **more: Any) -> MultiViewUNet:
    return MultiViewUNet("tiny", tiny_unet(seed), words, None, discrete_schedule(SD), LATENT, 8, **more)


def noise(seed: int = 1) -> torch.Tensor:
    return torch.randn(1, *LATENT, generator=torch.Generator().manual_seed(seed))


def test_one_view_is_the_plain_unet() -> None:
    """With one view the joining processor gives the default processor's output bit for bit."""
    unet = tiny_unet().eval()
    x, t, context = noise()[0, :1], torch.tensor([500]), words(["a chair"])
    with torch.no_grad():
        plain = unet(x, t, context, class_labels=torch.ones(1, 16)).sample
        join_views(unet, 1)
        assert torch.equal(unet(x, t, context, class_labels=torch.ones(1, 16)).sample, plain)


def test_views_are_joined_and_objects_are_not() -> None:
    """Changing one view changes the answer for the others of its object, and for no other object."""
    model, z = prior(), torch.cat([noise(1), noise(2)])
    cond, t = model.condition(["a chair", "a chair"]), torch.tensor([0.5, 0.5])
    before = model.predict(z, t, cond).eps
    z[0, 3] += 1.0
    after = model.predict(z, t, cond).eps
    assert (after[0, 0] - before[0, 0]).abs().max() > 1e-4
    torch.testing.assert_close(after[1], before[1], atol=1e-6, rtol=1e-5)


def test_cameras_text_and_time_matter() -> None:
    """The answer depends on the cameras, on the prompt, and on t."""
    model, z = prior(), noise()
    base = model.predict(z, torch.tensor([0.5]), model.condition(["a chair"])).eps
    turned = model.aimed(rig(tuple((a + 30, e) for a, e in FOUR_VIEWS)))
    for other in (
        turned.predict(z, torch.tensor([0.5]), model.condition(["a chair"])),
        model.predict(z, torch.tensor([0.5]), model.condition(["a table"])),
        model.predict(z, torch.tensor([0.6]), model.condition(["a chair"])),
    ):
        assert (other.eps - base).abs().max() > 1e-4


@pytest.mark.parametrize("kind", ["eps", "v", "x0"])
def test_prediction_kinds_agree(kind: str) -> None:
    """Whatever a network predicts, (eps, x0) of a known pair come back, and z_t = alpha x0 + sigma eps."""
    x0, eps = torch.randn(2, 1, *LATENT, generator=torch.Generator().manual_seed(0))
    alpha, sigma = torch.tensor(0.8), torch.tensor(0.6)
    answer = {"eps": eps, "v": alpha * eps - sigma * x0, "x0": x0}[kind]
    found = to_prediction(kind, answer, alpha * x0 + sigma * eps, alpha, sigma)
    torch.testing.assert_close(found.eps, eps, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(found.x0, x0, atol=1e-5, rtol=1e-5)


def test_schedule_is_stable_diffusions() -> None:
    """The schedule made of data equals diffusers' own cumulative products, at every step."""
    theirs = DDIMScheduler(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear").alphas_cumprod
    t = torch.arange(1000) / 999
    torch.testing.assert_close(discrete_schedule(SD).alpha_sigma(t)[0] ** 2, theirs, atol=1e-5, rtol=1e-4)


def prior_folder(folder: Path) -> dict[str, Any]:
    """A whole prior folder with tiny random weights: UNet, tiny autoencoder, CLIP text model and tokenizer."""
    tiny_unet().save_pretrained(folder / "unet")
    torch.manual_seed(0)
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8), num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1), latent_channels=4,
    ).save_pretrained(folder / "ae")  # fmt: skip
    letters = [chr(c) for c in range(97, 123)]
    vocabulary = [*letters, *[f"{c}</w>" for c in letters], "<|startoftext|>", "<|endoftext|>"]
    config = CLIPTextConfig(
        vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=3, num_attention_heads=2,
        bos_token_id=52, eos_token_id=53,
    )  # fmt: skip
    CLIPTextModel(config).save_pretrained(folder / "text")
    (folder / "text" / "vocab.json").write_text(json.dumps({w: i for i, w in enumerate(vocabulary)}))
    (folder / "text" / "merges.txt").write_text("#version: 0.2\n")
    tokens = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "pad_token": "<|endoftext|>"}
    (folder / "text" / "tokenizer_config.json").write_text(json.dumps(tokens))
    return {
        "name": "tiny", "space": "tiny", "size_px": 16, "views": FOUR_VIEWS, "distance": 3.0, "prediction": "v",
        "schedule": SD, "text": {"length": 77, "skipped_layers": 1}, "latent_scale": 0.5,
    }  # fmt: skip


def test_loading_a_folder(tmp_path: Path) -> None:
    """A local folder loads, encodes with a gradient, decodes, conditions and predicts; a broken one is said to be."""
    card = prior_folder(tmp_path)
    model = load(tmp_path, card, torch.device("cpu"))
    maps = torch.rand(1, 4, 3, 16, 16).requires_grad_(True)
    z = model.encode(maps)
    assert z.shape == (1, *LATENT) and model.decode(z).shape == maps.shape
    z.sum().backward()
    assert maps.grad is not None and maps.grad.abs().sum() > 0
    cond = model.condition(["a chair", "ugly"])
    assert cond.fields["context"].shape == (2, 77, 16)
    assert not torch.equal(cond.fields["context"][0], cond.fields["context"][1])
    found = model.predict(z.detach().repeat(2, 1, 1, 1, 1), torch.tensor([0.3, 0.7]), cond)
    assert torch.isfinite(found.eps).all() and found.x0.shape == (2, *LATENT)
    with pytest.raises(PropsmithError, match="cannot be used"):
        load(tmp_path, {**card, "space": "unknown"}, torch.device("cpu"))
    (tmp_path / "unet" / "config.json").unlink()
    with pytest.raises(PropsmithError, match="cannot be used"):
        load(tmp_path, card, torch.device("cpu"))


def test_true_size() -> None:
    """At Stable Diffusion 2.1's sizes the network has MVDream's 867.6 million parameters (counted, not allocated)."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(
            sample_size=32, block_out_channels=(320, 640, 1280, 1280), attention_head_dim=(5, 10, 20, 20),
            cross_attention_dim=1024, use_linear_projection=True, class_embed_type="projection",
            projection_class_embeddings_input_dim=16,
        )  # fmt: skip
    assert sum(p.numel() for p in unet.parameters()) / 1e6 == pytest.approx(867.6, abs=0.1)


def test_adapter_starts_as_the_prior_and_learns() -> None:
    """VSD's gradient is zero before the adapter has learned anything, at guidance 1; training lowers its loss and only
    changes the adapter, never the prior."""
    model = prior()
    z, generator = 0.3 * noise(5), torch.Generator().manual_seed(0)
    adapter = Adapter(model, generator, rank=4, rate=1e-2)
    cond = model.condition(["a chair"])
    guide = Guide(model, {"text": cond, "null": model.condition([""])}, adapter=adapter, guidance=1.0)
    step = Draw(torch.tensor([0.5]), torch.tensor([0.5]), noise(6))
    assert gradient(OBJECTIVES["vsd"], guide, z, step).abs().max() == 0
    before = model.predict(z, torch.tensor([0.5]), cond).eps
    losses = [float(adapter.train(z, cond, generator)) for _ in range(60)]
    assert sum(losses[-15:]) < 0.9 * sum(losses[:15]), (losses[0], losses[-1])
    assert torch.equal(model.predict(z, torch.tensor([0.5]), cond).eps, before)
    assert gradient(OBJECTIVES["vsd"], guide, z, step).abs().max() > 1e-4


def test_adapters_of_one_seed_are_equal_and_leave_the_network_as_it_was() -> None:
    """Of two runs over one resident network both learn the same, whatever else was drawn; no hook stays, not after an error."""
    model = prior()
    cond, learned = model.condition(["a chair"]), []
    for _ in range(2):
        generator = torch.Generator().manual_seed(3)
        adapter = Adapter(model, generator, rate=1e-2)
        for _ in range(3):
            adapter.train(0.3 * noise(5), cond, generator)
        learned.append(adapter.predict(noise(6), torch.tensor([0.5]), cond).eps)
    assert torch.equal(*learned) and not torch.equal(learned[0], model.predict(noise(6), torch.tensor([0.5]), cond).eps)
    with pytest.raises(RuntimeError):
        adapter.predict(noise(6)[..., :3, :3, :3], torch.tensor([0.5]), cond)
    assert not any(layer._forward_hooks for layer in model.network.modules())


def test_analytic_priors_have_no_adapter() -> None:
    """A prior without a network cannot be adapted: VSD is then refused by name instead of failing inside."""
    assert adapter_or_none(analytic_prior(8), torch.Generator()) is None
