"""The looks of a glTF: its materials as maps of base colour, roughness, metallic, normals, and what goes with them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from trimesh.visual.gloss import specular_to_pbr

from .drawing import STRENGTH, Drawing, drawing_of
from .errors import problem
from .gltf import Gltf
from .images import BROKEN
from .rasterise import Array
from .textures import bumps_to_bytes

LARGEST_PX = 4096  # side of the largest textures, as in addon/snapshot.py: refining takes 153 bytes a texel
WRAPS = {33071: "clamp", 33648: "mirror"}
TEXTURES = {  # the first of those that a material has says where all lie
    "baseColorTexture": "colours",
    "diffuseTexture": "colours",
    "metallicRoughnessTexture": "roughness and metallic",
    "specularGlossinessTexture": "roughness and metallic",
    "normalTexture": "normals",
    "emissiveTexture": "emission",
    "occlusionTexture": "occlusion",
}
ROUGHNESS = {"metallicRoughnessTexture", "specularGlossinessTexture"}
GLOSS = "KHR_materials_pbrSpecularGlossiness"


@dataclass(frozen=True)
class Mapping:
    """How maps lie on a surface. layout: which of its UV maps they use; transform: (2, 3) numbers on (u, v, 1), V down;
    wrap: how they go on beyond [0, 1] along U and V."""

    layout: int = 0
    transform: tuple[tuple[float, float, float], tuple[float, float, float]] = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0))
    wrap: tuple[str, str] = ("repeat", "repeat")

    def placed(self, uvs: Array) -> Array:
        """UVs (N, 2) as the file has them, V down -> (N, 2) float32 on the maps, V up."""
        matrix = np.array(self.transform, np.float32)
        u, v = (uvs.astype(np.float32) @ matrix[:, :2].T + matrix[:, 2]).T
        return np.stack([u, 1 - v], axis=1)

    def over_the_same(self, other: Mapping) -> bool:
        return self.layout == other.layout and np.allclose(self.transform, other.transform)


@dataclass(frozen=True)
class Look:
    """A material. colour (H, W, 3) sRGB, roughness and metallic (H, W, 1), all in [0, 1]; normals (H, W, 3) uint8; None
    where nothing is said. largest_px: the longest side of its textures as they are in the file. left_out: of which maps
    there are some that lie otherwise than its colours.

    alpha and occlusion (H, W, 1) in [0, 1], emission (H, W, 3) sRGB in [0, 1]: a share of the brightest that its file has.
    """

    colour: Array | None = None
    roughness: Array | None = None
    metallic: Array | None = None
    normals: Array | None = None
    largest_px: int = 0
    mapping: Mapping = Mapping()
    left_out: tuple[str, ...] = ()
    alpha: Array | None = None
    emission: Array | None = None
    occlusion: Array | None = None
    drawing: Drawing = Drawing()


def look_of(file: Gltf, material: dict[str, Any], glow: float = 1.0) -> Look:
    """The look of one of the file's materials, its emission divided by `glow` (linear).

    Raises mesh-unreadable where a texture of it cannot be read.
    """
    gloss, drawing, light = material.get("extensions", {}).get(GLOSS), drawing_of(material), light_of(material)
    said = dict(material.get("pbrMetallicRoughness", {}) if gloss is None else gloss)
    beside = ("normalTexture", "occlusionTexture") + (("emissiveTexture",) if light.any() else ())
    said |= {name: material[name] for name in beside if name in material}
    infos = {name: said.pop(name) for name in TEXTURES if name in said}
    mappings = {name: mapping_of(file, info) for name, info in infos.items()}
    mapping = next(iter(mappings.values()), Mapping())
    left_out = {name for name, own in mappings.items() if not own.over_the_same(mapping)}
    images = {name: _image(file, info["index"]) for name, info in infos.items() if name not in left_out}
    largest = max((max(image.size) for image in images.values()), default=0)
    clear = drawing.mode != "OPAQUE"
    images = {
        name: _reduced(image.convert("RGB" if gloss is None and not clear else "RGBA"))
        for name, image in images.items()
    }
    normals = _normals(images.pop("normalTexture", None), infos.get("normalTexture", {}).get("scale", 1.0))
    emission = None if "emissiveTexture" in left_out else _emission(images.pop("emissiveTexture", None), light, glow)
    occlusion = _occlusion(images.pop("occlusionTexture", None), infos.get("occlusionTexture", {}).get("strength", 1.0))
    said |= images
    alpha = _alpha(said) if clear else None
    if gloss is not None:
        said = specular_to_pbr(**{name: what for name, what in said.items() if name.endswith(("Factor", "Texture"))})
    colour = _times(said.get("baseColorTexture"), np.array(said.get("baseColorFactor", (1, 1, 1)), np.float64)[:3])
    both = _values(said.get("metallicRoughnessTexture"))
    unknown = bool(left_out & ROUGHNESS)  # its factors alone would often make it a mirror
    rough = None if unknown else _channel(both, 1, said.get("roughnessFactor", 1.0))
    metal = None if unknown else _channel(both, 2, said.get("metallicFactor", 1.0))
    return Look(
        colour, rough, metal, normals, largest, mapping, tuple(sorted({TEXTURES[name] for name in left_out})),
        alpha, emission, occlusion, drawing,
    )  # fmt: skip


def light_of(material: dict[str, Any]) -> Array:
    """(3,) linear, what a material's emission is multiplied by; zeros where it has none. Raises ValueError, TypeError."""
    strength = material.get("extensions", {}).get(STRENGTH, {}).get("emissiveStrength", 1.0)
    light = np.array(material.get("emissiveFactor", (0, 0, 0)), np.float64) * float(strength)
    if light.shape != (3,) or not np.isfinite(light).all():
        raise ValueError("its emission is no colour")
    return np.maximum(light, 0)


def brightest(file: Gltf) -> float:
    """The largest factor of emission of the materials that the scene shows; 0 where none emits."""
    used = {primitive["material"] for primitive, _ in file.primitives() if "material" in primitive}
    return max((float(light_of(file.tree["materials"][index]).max()) for index in used), default=0.0)


def mapping_of(file: Gltf, info: dict[str, Any]) -> Mapping:
    """Of a material's texture, with KHR_texture_transform."""
    texture, moved = file.tree["textures"][info["index"]], info.get("extensions", {}).get("KHR_texture_transform", {})
    sampler = file.tree["samplers"][texture["sampler"]] if "sampler" in texture else {}
    turn, (wide, high), (right, down) = (
        moved.get("rotation", 0.0),
        moved.get("scale", (1, 1)),
        moved.get("offset", (0, 0)),
    )
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    return Mapping(
        moved.get("texCoord", info.get("texCoord", 0)),
        ((cos * wide, sin * high, right), (-sin * wide, cos * high, down)),
        (WRAPS.get(sampler.get("wrapS", 0), "repeat"), WRAPS.get(sampler.get("wrapT", 0), "repeat")),
    )


def wrapped(uvs: Array, wrap: tuple[str, str]) -> Array:
    """UVs (N, 2) anywhere -> (N, 2) in [0, 1], where a map that goes on like this has the same texel."""
    ways = {"repeat": lambda x: x % 1.0, "clamp": lambda x: np.clip(x, 0, 1), "mirror": lambda x: 1 - np.abs(x % 2 - 1)}
    return np.stack([ways[way](x) for way, x in zip(wrap, uvs.T, strict=True)], axis=1)


def _normals(image: Image.Image | None, scale: float) -> Array | None:
    """(H, W, 3) uint8 of a normal map whose slopes are scaled."""
    if image is None:
        return None
    values = np.asarray(image)[..., :3]
    if scale == 1:
        return values
    normals = (values.astype(np.float32) - 128) / 127 * np.array((scale, scale, 1), np.float32)
    return bumps_to_bytes(normals)


def _image(file: Gltf, index: int) -> Image.Image:
    """The image of one of the file's textures, of 8 bits a channel."""
    texture = file.tree["textures"][index]
    source = texture.get("extensions", {}).get("EXT_texture_webp", texture).get("source")
    about = {} if source is None else file.tree["images"][source]
    try:
        image = Image.open(io.BytesIO(file.at_uri(about["uri"]) if "uri" in about else file.view(about["bufferView"])))
        image.load()
    except (*BROKEN, Image.DecompressionBombError) as error:
        names = (about.get("uri", "data:"), about.get("name"), texture.get("name"))
        named = [name for name in names if name and not name.startswith("data:")]
        which = f"'{named[0]}'" if named else f"number {index + 1}"
        raise problem("mesh-unreadable", path=str(file.file), why=f"its texture {which} cannot be read") from error
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip at 255
        return Image.fromarray(np.round(np.asarray(image) / 257).astype(np.uint8))
    return image


def _reduced(image: Image.Image) -> Image.Image:
    """Its longer side at most LARGEST_PX. Band by band: Pillow makes colours black where alpha is 0."""
    if max(image.size) <= LARGEST_PX:
        return image
    bands = image.split()
    for band in bands:
        band.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.BOX)
    return Image.merge(image.mode, bands)


def srgb(linear: Array) -> Array:
    """glTF's factors are linear; our colours are sRGB."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


def _linear(srgb: Array) -> Array:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _emission(image: Image.Image | None, light: Array, glow: float) -> Array | None:
    """(H, W, 3) sRGB of light (3,), linear, as a share of `glow`, times its map; None without light."""
    return _times(image, light / glow) if light.any() else None


def _times(image: Image.Image | None, light: Array) -> Array:
    """(H, W, 3) sRGB of a map times light (3,), linear; the light alone where there is no map."""
    values = _values(image)
    if values is None or (light == 1).all():
        return _plain(*srgb(light.clip(0, 1))) if values is None else values
    return srgb((_linear(values) * light).clip(0, 1)).astype(np.float32)


def _occlusion(image: Image.Image | None, strength: float) -> Array | None:
    """(H, W, 1): the map's red, less where its strength is below 1."""
    return None if image is None else 1 + np.float32(strength) * (_channel(_values(image), 0, 1.0) - 1)


def _alpha(said: dict[str, Any]) -> Array:
    """(H, W, 1) of what a material says of its base colour, textures already RGBA."""
    factor = said.get("baseColorFactor", said.get("diffuseFactor", (1, 1, 1, 1)))
    image = said.get("baseColorTexture", said.get("diffuseTexture"))
    whole = float(factor[3]) if len(factor) > 3 else 1.0
    return _plain(whole) if image is None else np.float32(whole) * (np.asarray(image, np.float32)[..., 3:] / 255)


def _plain(*values: float) -> Array:
    return np.broadcast_to(np.array(values, np.float32), (4, 4, len(values))).copy()


def _channel(values: Array | None, channel: int, factor: float) -> Array:
    """(H, W, 1) of a map (H, W, 3) times a factor; the factor alone where there is no map."""
    return _plain(factor) if values is None else values[..., channel : channel + 1] * np.float32(factor)


def _values(image: Image.Image | None) -> Array | None:
    """(H, W, 3) in [0, 1]."""
    return None if image is None else np.asarray(image, np.float32)[..., :3] / 255
