"""The embedded prior at work: the multi-view transformer behind the Prior protocol, told by a Brief and a reference image."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor

from ..cameras import rig
from ..device import carried, one_thread
from ..errors import problem
from ..images import reference_picture
from ..language.brief import Brief, Vocabulary
from ..language.lexicon import load as load_lexicon
from ..language.member import Member
from ..language.reader import Reader, Reading
from ..looks import Looks
from ..materials import INDEX, MADE_OF
from . import ALPHA, DEPTH, GBUFFER, NORMAL, Cond, Prediction, Schedule, gbuffer
from .mv_transformer import Architecture, MultiViewTransformer
from .packing import unpacked
from .student import STUDENT, Student, changed
from .sweep import Sweep, SweepSize

# Guidance makes colours and materials obey (nearest of 24 colours right: 0.20 without, 0.57 at 4) but frays silhouettes and
# thin parts: geometry takes a sixth of it (docs/embedded-prior.md).
GEOMETRY_SHARE = 1 / 6
SMALL = 128  # coarse tokens up to which one thread of a CPU is faster than two
LEXICON = "lexicon.safetensors"
MODEL = "model.safetensors"
SWEEP = "sweep.safetensors"
LATER = "later.safetensors"  # a second network of the same words, which answers for the kinds that were taught later
UNEVEN = ("checkered", "dotted")  # patterns that change along a ring; stripes do not


class MultiViewPrior:
    """A loaded `mv-transformer` prior. Give `network` and `reader` ready-made, or use `load`."""

    channels: tuple[str, ...] = GBUFFER
    # of a white cube asked to be a wooden crate, 25 % of the way to wood was gone at .079, 55 % at .039, 82 % at .016
    look_half_gone: float = 0.045
    student: Student | None = None  # the same prior in few evaluations, where its folder holds one
    made_of: Mapping[str, Sequence[str]] = {}  # kind -> the surfaces that its props, all parts together, can have
    symmetries: Mapping[str, str] = {}  # kind -> the axes about which all props of it that it was taught are symmetric
    round_kinds: Collection[str] = ()  # kinds of which all props that it was taught are round about their upright axis
    looks: Looks | None = None  # what its kinds look like by themselves
    sizes: Mapping[str, float] = {}  # kind -> the longest side that it usually has, m
    sweep: Sweep | None = None  # settles what its views disagree on; of every kind that any of its networks was taught
    # makes the same prior with the network that was taught more kinds, and the old ones too: see `later`
    load_later: Callable[[], MultiViewPrior] | None = None
    # kinds that are parts where they are named beside another ("a wardrobe with a mirror")
    part_names: Collection[str] = ()

    def __init__(self, name: str, network: MultiViewTransformer, schedule: Schedule, vocabulary: Vocabulary,
                 reader: Reader | None, kinds: tuple[str, ...]) -> None:  # fmt: skip
        a = network.architecture
        self.name, self.schedule, self.vocabulary, self.reader, self.kinds = name, schedule, vocabulary, reader, kinds
        self.own_kinds = frozenset(kinds)  # those that its own network was taught
        self.network = network.eval().requires_grad_(False)
        self.cameras = rig()
        self.size_px = a.size_px
        self.guidance_share = torch.ones(a.channels, 1, 1)
        for channels in (ALPHA, NORMAL, DEPTH):
            self.guidance_share[channels] = GEOMETRY_SHARE
        self.small = a.views * (a.size_px // (a.fine * a.merge)) ** 2 <= SMALL
        self.latent_shape: tuple[int, int, int, int] = (a.views, a.channels, a.size_px, a.size_px)

    @property
    def device(self) -> torch.device:
        return self.network.place.device

    def read(self, prompt: str) -> Reading:
        """What the prior understands of a prompt; the null prompt reads as an empty Brief."""
        assert self.reader is not None, "this prior was made without a reader"
        return self.reader.read(prompt)

    def several(self, prompt: str) -> tuple[Member, ...]:
        """The props of a prompt that names several, where it knows how large each usually is; () of any other prompt."""
        members = self.reader.several(prompt) if self.reader is not None else ()
        return members if all(member.kind in self.sizes for member in members) else ()

    @property
    def named_colours(self) -> Mapping[str, tuple[float, float, float]]:
        """The colours that it was taught by name, sRGB in [0, 1]."""
        return self.reader.grammar.colours if self.reader is not None else {}

    def symmetry(self, brief: Brief) -> str:
        """The axes ("x", "y", "xy" or "") about which every prop so described is symmetric: none in company."""
        return self.symmetries.get(brief.kind, "") if self.alone(brief) else ""

    def is_round(self, brief: Brief) -> bool:
        """Whether every prop so described is round about its upright axis and painted alike all around: none in company,
        none with checks or dots."""
        patterned = any(word in UNEVEN for item in brief.items for word in item.modifiers)
        return brief.kind in self.round_kinds and self.alone(brief) and not patterned

    def alone(self, brief: Brief) -> bool:
        """Whether a Brief describes one prop, without another kind for company."""
        return not any(self._is_company(item.noun) for item in brief.items[1:])

    def _is_company(self, noun: str) -> bool:
        """Whether what is named beside the first thing is a prop as well, and no part of it."""
        return noun in self.kinds and noun not in self.part_names

    @cached_property
    def later(self) -> MultiViewPrior | None:
        """The same prior with the network that was taught kinds later, loaded when it is first asked for; None without one."""
        return self.load_later() if self.load_later is not None else None

    def suited(self, briefs: Sequence[Brief]) -> MultiViewPrior:
        """Who answers for Briefs: this prior, or `later` where any asks for a kind that only that was taught."""
        asked = {brief.kind for brief in briefs}
        asked.update(item.noun for brief in briefs for item in brief.items[1:] if self._is_company(item.noun))
        return self.later or self if asked & set(self.kinds) - self.own_kinds else self

    def surfaces(self, brief: Brief) -> tuple[int, ...]:
        """Indices of materials.SURFACES: of what the kinds named in a Brief were seen to be made, and what it names besides.

        () where the first kind, or any other that it has for company, is none that was taught.
        """
        kinds = {brief.kind, *(item.noun for item in brief.items[1:] if self._is_company(item.noun))}
        if not kinds <= self.made_of.keys():
            return ()
        own = {INDEX[name] for kind in kinds for name in self.made_of[kind]}
        return tuple(sorted(own.union(self.named_surfaces(brief))))

    def named_surfaces(self, brief: Brief) -> tuple[int, ...]:
        """Indices of materials.SURFACES: of the materials that a Brief names."""
        words = (word for item in brief.items for word in item.modifiers)
        return tuple(sorted({INDEX[MADE_OF[word]] for word in words if word in MADE_OF}))

    def condition(self, prompts: list[str], image: Tensor | None = None) -> Cond:
        """See Prior.condition."""
        return self.condition_on([self.read(prompt).brief if prompt else Brief() for prompt in prompts], image)

    def condition_on(self, briefs: list[Brief], image: Tensor | None = None) -> Cond:
        """The condition of ready Briefs. image: (4, H, W) RGBA in [0, 1] of one isolated object, or None."""
        fields = {"brief": self.vocabulary.encode(briefs).to(self.device)}
        if image is not None:
            reference = torch.from_numpy(reference_picture(image.numpy(), self.size_px))
            fields["reference"] = reference.expand(len(briefs), -1, -1, -1).to(self.device)
        return Cond(fields)

    @torch.no_grad()
    def sketch(self, cond: Cond) -> Tensor | None:
        """What the picture of a condition tells of the encoded views, (B, V, c, cells, cells); None without picture or sketch."""
        picture = self._picture(cond)
        if not self.network.architecture.sketch or picture is None:
            return None
        told: Tensor = self.network.sketch(picture, cond.fields["brief"][:, 0, 0])
        return told.float()

    @torch.no_grad()
    def viewpoint(self, cond: Cond) -> Tensor | None:
        """The mean (B, 3) of the directions from which the picture of a condition may have been taken; None as for `sketch`."""
        picture = self._picture(cond)
        if not self.network.architecture.viewpoint or picture is None:
            return None
        told: Tensor = self.network.sketch.viewpoint(picture, cond.fields["brief"][:, 0, 0])
        return told.float()

    def _picture(self, cond: Cond) -> Tensor | None:
        """The pictures (B, 4, S, S) of a condition as the network reads them, or None without one."""
        reference = cond.fields.get("reference")
        return None if reference is None else reference.to(self.network.place.dtype)

    def swept(self, maps: Tensor, prompt: str) -> Tensor | None:
        """G-buffers (V, 13, S, S) on the host, sampled for a prompt, settled between them; None without a sweep."""
        if self.sweep is None:
            return None
        kind = self.read(prompt).brief.kind if prompt else ""
        with one_thread():
            return self.sweep.settled(maps, self.cameras, kind)

    def encode(self, maps: Tensor) -> Tensor:
        return gbuffer.encode(maps)

    def decode(self, z: Tensor) -> Tensor:
        return gbuffer.decode(z)

    @torch.no_grad()
    def predict(self, z_t: Tensor, t: Tensor, cond: Cond) -> Prediction:
        dtype = self.network.place.dtype
        cameras = carried(self.cameras.world_from_camera, self.device).to(dtype).expand(len(z_t), -1, -1, -1)
        with one_thread() if self.small and z_t.device.type == "cpu" else nullcontext():
            x0 = self.network(z_t.to(dtype), t, cond.fields["brief"], cameras, self._picture(cond)).float().clamp(-1, 1)
        alpha, sigma = (v.view(-1, 1, 1, 1, 1) for v in self.schedule.alpha_sigma(t.float()))
        return Prediction((z_t - alpha * x0) / sigma, x0)


def load(folder: Path, settings: dict[str, Any], device: torch.device) -> MultiViewPrior:
    """The prior in a checked folder (see `loader`). bf16 where the processor computes it fast, else fp32."""
    vocabulary, kinds = Vocabulary(tuple(settings["vocabulary"])), tuple(settings["kinds"])
    reader, schedule = load_reader(folder, settings), Schedule(shift=settings["schedule"]["shift"])
    network = network_of(folder, MODEL, settings, device)
    prior = MultiViewPrior(settings["name"], network, schedule, vocabulary, reader, kinds)
    prior.symmetries, prior.made_of = settings.get("symmetries", {}), settings.get("made_of", {})
    prior.round_kinds, prior.sizes = settings.get("round", ()), settings.get("sizes", {})
    prior.looks = Looks.of(settings["looks"], prior.named_colours) if "looks" in settings else None
    prior.student, prior.sweep = student_of(prior, folder, settings), sweep_of(folder, settings)
    told = settings.get("later")
    if told is not None:
        prior.part_names = frozenset(told["kinds"]) - frozenset(told["words"])
        prior.load_later = partial(later_of, copy.copy(prior), folder, settings)
        prior.own_kinds -= frozenset(told["kinds"])
        prior.vocabulary = Vocabulary(vocabulary.words, frozenset(told["words"]))
    return prior


def later_of(prior: MultiViewPrior, folder: Path, settings: dict[str, Any]) -> MultiViewPrior:
    """A prior with the folder's later network instead of its own. Its student has the changes that the first one's was taught:
    they hold for a network grown from the same weights (docs/embedded-prior.md, "Two networks")."""
    later = copy.copy(prior)
    later.network = network_of(folder, LATER, settings, prior.device).eval().requires_grad_(False)
    later.student = student_of(later, folder, settings)
    return later


def network_of(folder: Path, name: str, settings: dict[str, Any], device: torch.device) -> MultiViewTransformer:
    """The network of one file of the folder. Raises prior-invalid."""
    try:
        network = MultiViewTransformer(Architecture(**settings["architecture"]))
        network.load_state_dict(unpacked(load_file(folder / name)))
    except (KeyError, TypeError, RuntimeError) as error:
        raise problem("prior-invalid", path=folder, why=str(error)[:200]) from error
    return network.to(device, torch.bfloat16 if _has_bf16(device) else torch.float32)


def student_of(prior: MultiViewPrior, folder: Path, settings: dict[str, Any]) -> Student | None:
    """The student that the folder holds for this prior's own weights, or None. Raises prior-invalid for another's."""
    told = settings.get("student")
    if told is None:
        return None
    try:
        if told["teacher"] != settings["sha256"][MODEL]:
            raise problem("prior-invalid", path=folder, why="its student was taught by other weights")
        network = changed(prior.network, unpacked(load_file(folder / STUDENT)))
        own = MultiViewPrior(prior.name, network, prior.schedule, prior.vocabulary, prior.reader, prior.kinds)
        return Student(own, int(told["steps"]), float(told["guidance"]))
    except (KeyError, TypeError, RuntimeError) as error:
        raise problem("prior-invalid", path=folder, why=f"its student does not fit: {str(error)[:150]}") from error


def sweep_of(folder: Path, settings: dict[str, Any]) -> Sweep | None:
    """The network that settles sampled views, on the host, or None where the folder holds none. Raises prior-invalid."""
    told = settings.get("sweep")
    if told is None:
        return None
    try:
        kinds = tuple(told.get("kinds", settings["kinds"]))
        network = Sweep(SweepSize(kinds, widths=tuple(told["widths"]), readings=told["readings"]))
        network.load_state_dict(unpacked(load_file(folder / SWEEP)))
    except (KeyError, TypeError, RuntimeError) as error:
        raise problem("prior-invalid", path=folder, why=f"its sweep does not fit: {str(error)[:150]}") from error
    return network.eval().requires_grad_(False)


def load_reader(folder: Path, settings: dict[str, Any]) -> Reader:
    """The language of the prior in a checked folder, without its network. Raises weights-missing, prior-invalid."""
    taught = vocabulary_taught(Vocabulary(tuple(settings["vocabulary"])), settings)
    return Reader(load_lexicon(folder / LEXICON), Vocabulary(taught))


def vocabulary_taught(vocabulary: Vocabulary, settings: dict[str, Any]) -> tuple[str, ...]:
    """The vocabulary without kinds that the grammar knows but this network was not taught."""
    untaught = set(settings.get("untaught", ()))
    return tuple(word for word in vocabulary.words if word not in untaught)


def _has_bf16(device: torch.device) -> bool:
    """Whether this device multiplies bfloat16 natively; emulated it is slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capability = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    wide = device.type == "cpu" and torch.backends.cpu.get_cpu_capability() == "AVX512"
    return wide and capability is not None and bool(capability())
