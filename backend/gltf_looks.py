"""The looks of a glTF: its materials as maps of base colour, roughness, metallic and normals."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image
from trimesh.visual.gloss import specular_to_pbr

from .errors import problem
from .gltf import Gltf
from .rasterise import Array

LARGEST_PX = 4096  # side of the largest textures, as in addon/surfaces.py: refining takes 153 bytes a texel
UNREADABLE = (OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, Image.DecompressionBombError)
GLOSS = "KHR_materials_pbrSpecularGlossiness"


@dataclass(frozen=True)
class Look:
    """A material. colour (H, W, 3) sRGB, roughness and metallic (H, W, 1), all in [0, 1]; normals (H, W, 3) uint8; None
    where nothing is said. largest_px: the longest side of its textures as they are in the file."""

    colour: Array | None = None
    roughness: Array | None = None
    metallic: Array | None = None
    normals: Array | None = None
    largest_px: int = 0


def look_of(file: Gltf, material: dict[str, Any]) -> Look:
    """The look of one of the file's materials. Raises mesh-unreadable where a texture of it cannot be read."""
    sizes = [0]

    def read(said: dict[str, Any], mode: str) -> dict[str, Any]:
        """What is said of a material, with images in place of textures."""
        found = {name: said[name] for name in said if name.endswith("Factor")}
        for name in (name for name in said if name.endswith("Texture")):
            image = _image(file, said[name]["index"])
            sizes.append(max(image.size))
            found[name] = _reduced(image.convert(mode))
        return found

    gloss = material.get("extensions", {}).get(GLOSS)
    pbr = (
        read(material.get("pbrMetallicRoughness", {}), "RGB")
        if gloss is None
        else specular_to_pbr(**read(gloss, "RGBA"))
    )
    normals = read({"normalTexture": material["normalTexture"]} if "normalTexture" in material else {}, "RGB")
    tint = _srgb(np.array(pbr.get("baseColorFactor", (1, 1, 1)), np.float64)[:3])
    colour, both = _values(pbr.get("baseColorTexture")), _values(pbr.get("metallicRoughnessTexture"))
    rough, metal = float(pbr.get("roughnessFactor", 1)), float(pbr.get("metallicFactor", 1))
    return Look(
        _plain(*tint) if colour is None else np.clip(colour * tint, 0, 1).astype(np.float32),
        _plain(rough) if both is None else both[..., 1:2] * np.float32(rough),
        _plain(metal) if both is None else both[..., 2:3] * np.float32(metal),
        np.asarray(normals["normalTexture"]) if normals else None,
        max(sizes),
    )  # fmt: skip


def _image(file: Gltf, index: int) -> Image.Image:
    """The image of one of the file's textures, of 8 bits a channel."""
    texture = file.tree["textures"][index]
    source = texture.get("extensions", {}).get("EXT_texture_webp", texture).get("source")
    about = {} if source is None else file.tree["images"][source]
    try:
        image = Image.open(io.BytesIO(file.at_uri(about["uri"]) if "uri" in about else file.view(about["bufferView"])))
        image.load()
    except UNREADABLE as error:
        names = (about.get("uri", "data:"), about.get("name"), texture.get("name"))
        named = [name for name in names if name and not name.startswith("data:")]
        which = f"'{named[0]}'" if named else f"number {index + 1}"
        raise problem("mesh-unreadable", path=str(file.file), why=f"its texture {which} cannot be read") from error
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would clip at 255
        return Image.fromarray(np.round(np.asarray(image) / 257).astype(np.uint8))
    return image


def _reduced(image: Image.Image) -> Image.Image:
    """Its longer side at most LARGEST_PX."""
    image.thumbnail((LARGEST_PX, LARGEST_PX), Image.Resampling.BOX)
    return image


def _srgb(linear: Array) -> Array:
    """glTF's factors are linear; our colours are sRGB."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * np.maximum(linear, 1e-9) ** (1 / 2.4) - 0.055)


def _plain(*values: float) -> Array:
    return np.broadcast_to(np.array(values, np.float32), (4, 4, len(values))).copy()


def _values(image: Image.Image | None) -> Array | None:
    """(H, W, 3) in [0, 1]."""
    return None if image is None else np.asarray(image, np.float32)[..., :3] / 255
