"""Owns the picture of a finished prop: a small software renderer with shadow maps, ambient light and GGX."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from .rasterise import Array, barycentric, spans, uv_areas
from .shading import corner_tangents, shading_normals
from .shadow import ShadowMap, facing
from .textures import Textures

FOV_DEG = 28.0
SUPERSAMPLING = 2
KEY = (
    np.array([-0.55, -0.6, 0.75]),
    np.array([2.9, 2.75, 2.5]),
)  # towards the light in the camera's frame of azimuth, radiance
FILL = (np.array([0.8, -0.5, 0.25]), np.array([0.55, 0.65, 0.85]))
SKY = (np.array([0.62, 0.66, 0.72]), np.array([0.22, 0.2, 0.18]))  # ambient from above and from the ground
AMBIENT_DIRECTIONS = 14


@dataclass(frozen=True)
class Eye:
    """Where the picture is taken from: degrees around Z from the front (-Y), degrees above the ground."""

    azimuth_deg: float = -32.0
    elevation_deg: float = 20.0


def render_thumbnail(
    vertices: Array, faces: Array, uvs: Array, textures: Textures, size_px: int = 256, eye: Eye | None = None,
    own: Array | None = None,
) -> Array:  # fmt: skip
    """(S, S, 4) uint8 RGBA, straight alpha, of the prop on a clear ground with a soft shadow.

    vertices: (N, 3) any unit, Z up; faces: (F, 3); uvs: (F, 3, 2) V up; textures: 8-bit maps, normal map OpenGL (+Y
    up); own: (F, 3, 3) shading normals of the corners, or None to make them.
    """
    eye = eye or Eye()
    used = vertices[np.unique(faces)]  # loose vertices may lie anywhere, or be no numbers
    low, high = used.min(0), used.max(0)
    placed = ((vertices - (low + high) / 2) / (np.linalg.norm(high - low) / 2)).astype(np.float32)
    corners = placed[faces]
    ground = float(corners[..., 2].min())
    camera = _Camera.around(eye, size_px * SUPERSAMPLING)
    screen, depth = camera.project(corners)
    row, column, face, weights = _visible(screen, depth, camera.size_px)
    normals = shading_normals(placed, faces, own)
    tangents, signs = corner_tangents(corners, uvs, normals)
    spread = lambda per_corner: np.einsum("pk,pkc->pc", weights, per_corner[face])
    position, normal, tangent = spread(corners), spread(normals), spread(tangents)
    surface = _sample(textures, spread(uvs), _reduction(uvs, screen, textures.base_colour.shape[0], camera.size_px))
    bitangent = np.cross(normal, tangent) * signs[face][:, None]
    bent = tangent * surface[:, 3:4] + bitangent * surface[:, 4:5] + normal * surface[:, 5:6]
    bent = _unit(bent)
    lights = _Lights.of(corners, eye, ground)
    towards = _unit(camera.position - position)
    lit = shade(
        surface,
        bent,
        towards,
        lights.key_visible(position, _unit(normal)),
        lights.open_sky(position, _unit(normal)),
        eye,
    )
    picture = np.zeros((camera.size_px, camera.size_px, 4))
    shadow = lights.ground_shadow(replace(camera, size_px=size_px))  # soft: half the samples along each side do
    picture[..., 3] = shadow.repeat(SUPERSAMPLING, axis=0).repeat(SUPERSAMPLING, axis=1)
    picture[row, column, :3] = lit
    picture[row, column, 3] = 1.0
    return _finish(picture)


def shade(surface: Array, normal: Array, towards: Array, key: Array, sky: Array, eye: Eye) -> Array:
    """(P, 3) linear radiance of GGX surfaces (Walter et al. 2007; Smith term after Schlick) under key, fill and sky.

    surface: (P, 8) linear base colour, tangent normal, roughness, metallic; key: (P,) visibility of the key light;
    sky: (P,).
    """
    base, roughness, metallic = surface[:, :3], np.maximum(surface[:, 6:7], 0.05), surface[:, 7:8]
    specular = 0.04 * (1 - metallic) + base * metallic
    diffuse = base * (1 - metallic)
    facing = np.maximum(np.einsum("pk,pk->p", normal, towards), 1e-3)[:, None]
    total = np.zeros_like(base)
    turn = _turn(eye.azimuth_deg)
    alpha = roughness**2
    for (direction, radiance), visible in ((KEY, key), (FILL, np.ones_like(key))):
        light = _unit(turn @ direction)
        half = _unit(towards + light)
        cosine = np.maximum(normal @ light, 0.0)[:, None]
        peak = np.maximum(np.einsum("pk,pk->p", normal, half), 0.0)[:, None]
        density = alpha**2 / (np.pi * (peak**2 * (alpha**2 - 1) + 1) ** 2)
        k = alpha / 2
        masking = 1.0 / ((facing * (1 - k) + k) * (cosine * (1 - k) + k))
        fresnel = specular + (1 - specular) * (1 - np.einsum("pk,pk->p", towards, half)[:, None].clip(0, 1)) ** 5
        total += (diffuse / np.pi + density * masking * fresnel / 4) * cosine * radiance * visible[:, None] * 1.6
    mirrored = 2 * np.einsum("pk,pk->p", normal, towards)[:, None] * normal - towards
    grazing = specular + (np.maximum(1 - roughness, specular) - specular) * (1 - facing) ** 5
    total += (
        diffuse * _environment(normal, np.ones_like(roughness), turn)
        + grazing * _environment(mirrored, roughness, turn)
    ) * sky[:, None]
    return total


def _environment(direction: Array, roughness: Array, turn: Array) -> Array:
    """A studio for metals to mirror: bright above, dim below, and two soft boxes that blur with roughness."""
    above = 0.5 + 0.5 * np.clip(direction[:, 2:3] / (0.15 + 0.85 * roughness), -1, 1)
    colour = SKY[1] + (SKY[0] - SKY[1]) * above
    for at, strength in (((-0.75, -0.45, 0.45), 1.6), ((0.85, -0.2, 0.3), 0.9)):
        sharpness = 1.5 + 22.0 * (1 - roughness) ** 2
        glow = np.exp(sharpness * ((direction @ _unit(turn @ np.array(at)))[:, None] - 1))
        colour = colour + strength * glow * np.minimum(1.0, sharpness / 8)
    return colour


@dataclass(frozen=True)
class _Camera:
    """A perspective camera that looks at the origin of a prop inside the unit ball."""

    rotation: Array  # (3, 3) rows right, up, back
    position: Array
    size_px: int

    @staticmethod
    def around(eye: Eye, size_px: int) -> _Camera:
        a, e = np.radians(eye.azimuth_deg), np.radians(eye.elevation_deg)
        back = np.array([np.cos(e) * np.sin(a), -np.cos(e) * np.cos(a), np.sin(e)])
        right = np.array([np.cos(a), np.sin(a), 0.0])
        distance = 1.04 / np.sin(np.radians(FOV_DEG) / 2)
        return _Camera(np.stack([right, np.cross(back, right), back]), back * distance, size_px)

    @property
    def scale(self) -> float:
        return float(1.0 / np.tan(np.radians(FOV_DEG) / 2))

    def project(self, points: Array) -> tuple[Array, Array]:
        """(..., 3) -> screen (..., 2) in [0, 1], V up, and distance along the view (...)."""
        local = (points - self.position) @ self.rotation.T
        depth = -local[..., 2]
        return 0.5 + 0.5 * self.scale * local[..., :2] / depth[..., None], depth

    def rays(self) -> Array:
        """(S, S, 3) directions through the pixel centres."""
        along = (2 * np.arange(self.size_px) + 1) / self.size_px - 1
        x, y = np.meshgrid(along, -along)
        return np.stack([x / self.scale, y / self.scale, -np.ones_like(x)], -1) @ self.rotation


def _visible(screen: Array, depth: Array, size_px: int) -> tuple[Array, Array, Array, Array]:
    """(row, column, face, weights) of the nearest face at each pixel; weights (P, 3) are perspective correct."""
    row, column, face = spans(screen, size_px)
    weights = barycentric(screen, face, row, column, size_px) / depth[face]
    inverse = weights.sum(1)
    order = np.argsort(inverse, kind="stable")  # far to near: the nearest is written last
    owner = np.full((size_px, size_px), -1, dtype=np.int64)
    owner[row[order], column[order]] = order
    nearest = owner[owner >= 0]
    return row[nearest], column[nearest], face[nearest], weights[nearest] / inverse[nearest][:, None]


@dataclass(frozen=True)
class _Lights:
    """What hides the prop and the ground from its lights."""

    key: ShadowMap
    sky: tuple[ShadowMap, ...]
    ground: float

    @staticmethod
    def of(corners: Array, eye: Eye, ground: float) -> _Lights:
        index = np.arange(AMBIENT_DIRECTIONS) + 0.5
        z = 1 - index / AMBIENT_DIRECTIONS * 0.95  # golden-angle spiral over the upper hemisphere
        angle = index * np.pi * (3 - np.sqrt(5))
        directions = np.stack([np.sqrt(1 - z**2) * np.cos(angle), np.sqrt(1 - z**2) * np.sin(angle), z], 1)
        key = ShadowMap.of(corners, facing(_turn(eye.azimuth_deg) @ KEY[0]), 384)
        return _Lights(key, tuple(ShadowMap.of(corners, facing(d), 96) for d in directions), ground)

    def key_visible(self, points: Array, normals: Array) -> Array:
        return self.key.lit(points + 0.012 * normals, 0.012)

    def open_sky(self, points: Array, normals: Array) -> Array:
        """(P,) how much of the sky above a surface is open, weighted by cosine; undersides see the ground."""
        seen, total = np.full(len(points), 0.35), np.full(len(points), 0.35)
        for one in self.sky:
            cosine = np.maximum(normals @ one.axes[2], 0.0)
            seen += cosine * one.roughly_lit(points + 0.03 * normals, 0.03)
            total += cosine
        return seen / total

    def ground_shadow(self, camera: _Camera) -> Array:
        """(S, S) opacity of the shadow on the ground plane below the prop."""
        rays = camera.rays()
        with np.errstate(divide="ignore", invalid="ignore"):
            along = (self.ground - camera.position[2]) / rays[..., 2]
        hits = (rays[..., 2] < 0) & (along > 0)
        points = camera.position + np.where(hits, along, 0.0)[..., None] * rays
        near = hits & (np.linalg.norm(points[..., :2], axis=-1) < 1.5)
        flat = points[near]
        dark = 1 - np.mean([one.roughly_lit(flat, 0.02) for one in self.sky], axis=0)
        key = 1 - self.key.lit(flat, 0.02)
        fade = np.clip(1.5 - np.linalg.norm(flat[:, :2], axis=1), 0, 1)
        ambient, direct = np.zeros(near.shape), np.zeros(near.shape)
        ambient[near], direct[near] = dark**1.5 * fade, key * fade  # the power drowns the streaks of single directions
        blurred = ndimage.gaussian_filter(ambient, camera.size_px / 50)
        return 0.75 * blurred + 0.18 * ndimage.gaussian_filter(direct, camera.size_px / 100)


def _sample(textures: Textures, uv: Array, reduce: int) -> Array:
    """(P, 8) linear base colour 3, tangent normal 3, roughness, metallic: bilinear, in maps reduced by averaging."""
    size = textures.base_colour.shape[0]
    rough_metal = np.stack([textures.roughness, textures.metallic], -1)
    image = np.concatenate([textures.base_colour, textures.normal, rough_metal], -1).astype(np.float32) / 255
    image[..., :3] **= 2.2
    kept = size // reduce
    image = image[: kept * reduce, : kept * reduce].reshape(kept, reduce, kept, reduce, 8).mean((1, 3))
    image[..., 3:6] = image[..., 3:6] * (255 / 127.5) - 128 / 127.5
    x, y = np.clip(uv[:, 0] * kept - 0.5, 0, kept - 1), np.clip((1 - uv[:, 1]) * kept - 0.5, 0, kept - 1)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, below = np.minimum(left + 1, kept - 1), np.minimum(top + 1, kept - 1)
    fx, fy = (x - left)[:, None], (y - top)[:, None]
    upper = image[top, left] * (1 - fx) + image[top, right] * fx
    return upper * (1 - fy) + (image[below, left] * (1 - fx) + image[below, right] * fx) * fy


def _reduction(uvs: Array, screen: Array, texture_px: int, size_px: int) -> int:
    """The power of two by which the maps are larger than the picture shows them."""
    ratio = np.sqrt(uv_areas(uvs).sum() * texture_px**2 / max(uv_areas(screen).sum() * size_px**2, 1e-9))
    return int(2 ** np.clip(np.floor(np.log2(max(ratio, 1.0)) + 0.35), 0, 4))


def _finish(picture: Array) -> Array:
    """Premultiply, average the samples, expose softly, encode as sRGB with straight alpha."""
    size = picture.shape[0] // SUPERSAMPLING
    colour = 1 - np.exp(-1.25 * picture[..., :3])  # a shoulder instead of clipping
    colour = np.concatenate([colour * picture[..., 3:], picture[..., 3:]], -1)
    colour = colour.reshape(size, SUPERSAMPLING, size, SUPERSAMPLING, 4).mean((1, 3))
    straight = colour[..., :3] / np.maximum(colour[..., 3:], 1e-6)
    encoded = np.concatenate([np.clip(straight, 0, 1) ** (1 / 2.2), colour[..., 3:]], -1)
    return np.round(np.clip(encoded, 0, 1) * 255).astype(np.uint8)


def _turn(azimuth_deg: float) -> Array:
    """World from the frame that turns with the camera's azimuth."""
    c, s = np.cos(np.radians(azimuth_deg)), np.sin(np.radians(azimuth_deg))
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _unit(vectors: Array) -> Array:
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
