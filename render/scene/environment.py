"""Light from all around, made in code, and what the shader needs of it.

Two built-in environments (a photographer's studio, an open sky) so that nothing has to be shipped. `LightProbe` holds
the diffuse light as nine spherical harmonics (Ramamoorthi and Hanrahan, "An Efficient Representation for Irradiance
Environment Maps", 2001) and mirrored light as a cube map whose mip levels are blurred by the GGX lobe of growing
roughness (Karis, "Real Shading in Unreal Engine 4", 2013), sampled from averaged mip levels to keep 64 samples clean
(Krivanek and Colbert, "Real-time Shading with Filtered Importance Sampling", 2008).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from render.scene.values import Environment, Floats

CUBE_SIZES = (128, 64, 32, 16, 8, 4)
SAMPLES = 64
Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LightProbe:
    """What the shader needs of an environment."""

    harmonics: Floats  # (9, 3): irradiance divided by pi, for use as n -> sum of terms
    cube_levels: tuple[Floats, ...]  # one (6, size, size, 3) per roughness step, faces in OpenGL's order


def equirect_directions(height: int, width: int) -> Array:
    """The direction of each pixel of an environment, (height, width, 3)."""
    theta = (np.arange(height) + 0.5) / height * np.pi
    phi = ((np.arange(width) + 0.5) / width - 0.5) * 2 * np.pi
    sin = np.sin(theta)[:, None]
    return np.stack(
        [sin * np.sin(phi), np.cos(theta)[:, None] * np.ones(width), -sin * np.cos(phi)], axis=-1
    )


def _softbox(directions: Array, center: tuple[float, float, float], size: tuple[float, float], soft: float) -> Array:
    """A rectangular lamp of angular half sizes `size` (radians), its edge faded over `soft`."""
    axis = np.array(center) / np.linalg.norm(center)
    right = np.cross([0.0, 1.0, 0.0], axis)
    right /= max(float(np.linalg.norm(right)), 1e-6)
    up = np.cross(axis, right)
    forward = directions @ axis
    u = np.arctan2(directions @ right, forward)
    v = np.arctan2(directions @ up, np.maximum(np.hypot(forward, directions @ right), 1e-6))
    inside = np.minimum(size[0] - np.abs(u), size[1] - np.abs(v)) / soft
    lit: Array = np.clip(inside, 0.0, 1.0) * (forward > 0)
    return lit


@cache
def studio() -> Environment:
    """A grey room with a large key lamp, a fill, a rim and an overhead panel: neutral, soft, good for any object."""
    directions = equirect_directions(256, 512)
    up = directions[..., 1]
    room = 0.30 + 0.32 * np.clip(up, -1, 1) + 0.10 * np.exp(-((up / 0.25) ** 2))
    light = np.clip(room, 0.12, None)[..., None] * np.array([1.0, 0.99, 0.98])
    lamps = (
        ((0.75, 0.75, 0.70), (0.50, 0.40), 7.0, (1.0, 0.98, 0.95)),
        ((-1.0, 0.35, 0.45), (0.28, 0.60), 3.2, (0.95, 0.98, 1.0)),
        ((-0.35, 0.55, -1.0), (0.70, 0.22), 4.5, (1.0, 1.0, 1.0)),
        ((0.02, 1.0, 0.05), (0.55, 0.55), 3.0, (1.0, 1.0, 1.0)),
    )
    for center, size, power, tint in lamps:
        light += _softbox(directions, center, size, 0.08)[..., None] * power * np.array(tint)
    # At intensity 1 a white, matt surface that looks up comes out a little under white.
    return Environment((0.28 * light).astype(np.float32), "studio-1")


@cache
def sky() -> Environment:
    """Clear sky over grey ground; the sun's disc is left to the scene's sun."""
    directions = equirect_directions(256, 512)
    up = np.clip(directions[..., 1], 0.0, 1.0)[..., None]
    zenith, horizon, ground = np.array([0.20, 0.42, 0.90]), np.array([0.95, 1.02, 1.10]), np.array([0.22, 0.20, 0.18])
    light = horizon + (zenith - horizon) * (1 - (1 - up) ** 3)
    below = np.clip(-directions[..., 1] / 0.04, 0.0, 1.0)[..., None]
    glow_axis = np.array([0.4, 0.6, 0.55]) / np.linalg.norm([0.4, 0.6, 0.55])
    glow = np.clip(directions @ glow_axis, 0, 1)[..., None]
    light += (1.2 * glow**16 + 6.0 * glow**400) * np.array([1.0, 0.93, 0.80])
    return Environment((0.55 * (light * (1 - below) + ground * below)).astype(np.float32), "sky-1")


BUILT_IN = {"studio": studio, "sky": sky}


def probe(environment: Environment) -> LightProbe:
    """Prepares an environment for the shader; takes some tenths of a second, so keep the answer by `key`."""
    pixels = np.nan_to_num(environment.pixels.astype(np.float32), posinf=6.0e4)
    levels = _mip_levels(np.clip(pixels, 0.0, 6.0e4))
    cubes = [_cube(levels, size, step / (len(CUBE_SIZES) - 1)) for step, size in enumerate(CUBE_SIZES)]
    return LightProbe(_harmonics(levels), tuple(cubes))


def _mip_levels(pixels: Floats) -> list[Floats]:
    """Halved again and again, so that a wide lobe can be read with few samples."""
    levels = [pixels]
    while min(levels[-1].shape[:2]) > 4:
        last = levels[-1]
        height, width = last.shape[0] // 2 * 2, last.shape[1] // 2 * 2
        levels.append(last[:height, :width].reshape(height // 2, 2, width // 2, 2, 3).mean(axis=(1, 3)))
    return levels


def _lookup(level: Floats, directions: Array) -> Floats:
    """Bilinear reading of an equirectangular image; it wraps around sideways."""
    height, width = level.shape[:2]
    x = (np.arctan2(directions[..., 0], -directions[..., 2]) / (2 * np.pi) + 0.5) * width - 0.5
    y = np.arccos(np.clip(directions[..., 1], -1, 1)) / np.pi * height - 0.5
    x0, y0 = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    fx, fy = (x - x0)[..., None].astype(np.float32), (y - y0)[..., None].astype(np.float32)
    left, right = x0 % width, (x0 + 1) % width
    top, bottom = np.clip(y0, 0, height - 1), np.clip(y0 + 1, 0, height - 1)
    upper = level[top, left] * (1 - fx) + level[top, right] * fx
    lower = level[bottom, left] * (1 - fx) + level[bottom, right] * fx
    mixed: Floats = upper * (1 - fy) + lower * fy
    return mixed


def _cube_directions(size: int) -> Array:
    """Directions through the texels of the six faces, +x -x +y -y +z -z as OpenGL lays them out."""
    a = (np.arange(size) + 0.5) / size * 2 - 1
    s, t = np.meshgrid(a, a)
    one = np.ones_like(s)
    faces = [
        (one, -t, -s), (-one, -t, s), (s, one, t), (s, -one, -t), (s, -t, one), (-s, -t, -one),
    ]  # fmt: skip
    directions = np.stack([np.stack(face, axis=-1) for face in faces])
    unit: Array = directions / np.linalg.norm(directions, axis=-1, keepdims=True)
    return unit


def _cube(levels: list[Floats], size: int, roughness: float) -> Floats:
    """One mip level of the mirror cube: the environment blurred by the GGX lobe around each direction."""
    normals = _cube_directions(size)
    if roughness == 0:
        # The nearest mip whose texels are not finer than the cube's.
        level = max(0, round(np.log2(levels[0].shape[0] / (2 * size))))
        return _lookup(levels[min(level, len(levels) - 1)], normals).astype(np.float32)
    tangent_x = np.cross(np.where(np.abs(normals[..., 1:2]) < 0.99, [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]), normals)
    tangent_x /= np.linalg.norm(tangent_x, axis=-1, keepdims=True)
    tangent_y = np.cross(normals, tangent_x)
    total, weight = np.zeros((*normals.shape[:3], 3)), 0.0
    texel = 4 * np.pi / (levels[0].shape[0] * levels[0].shape[1])
    for half, density in _lobe(roughness):
        outgoing = np.array([2 * half[2] * half[0], 2 * half[2] * half[1], 2 * half[2] ** 2 - 1])
        if outgoing[2] <= 0:
            continue
        solid_angle = 1 / (SAMPLES * density)
        level = int(np.clip(round(0.5 * np.log2(solid_angle / texel) + 1), 0, len(levels) - 1))
        direction = tangent_x * outgoing[0] + tangent_y * outgoing[1] + normals * outgoing[2]
        total += _lookup(levels[level], direction) * outgoing[2]
        weight += outgoing[2]
    return (total / max(weight, 1e-6)).astype(np.float32)


def _lobe(roughness: float) -> list[tuple[Array, float]]:
    """Half vectors drawn from the GGX distribution (view = normal), with the density of the mirrored direction."""
    alpha2 = roughness**4
    samples = []
    for i in range(SAMPLES):
        u, v = (i + 0.5) / SAMPLES, int(f"{i:032b}"[::-1], 2) / 2**32
        cos2 = (1 - u) / (1 + (alpha2 - 1) * u)
        cos, sin, phi = np.sqrt(cos2), np.sqrt(max(0.0, 1 - cos2)), 2 * np.pi * v
        distribution = alpha2 / (np.pi * (cos2 * (alpha2 - 1) + 1) ** 2)
        samples.append((np.array([sin * np.cos(phi), sin * np.sin(phi), cos]), max(float(distribution) / 4, 1e-6)))
    return samples


def harmonic_basis(d: Array) -> Array:
    """The nine real spherical harmonics up to degree two, (..., 9)."""
    x, y, z = d[..., 0], d[..., 1], d[..., 2]
    terms = [
        np.full_like(x, 0.282095), 0.488603 * y, 0.488603 * z, 0.488603 * x, 1.092548 * x * y, 1.092548 * y * z,
        0.315392 * (3 * z * z - 1), 1.092548 * x * z, 0.546274 * (x * x - y * y),
    ]  # fmt: skip
    return np.stack(terms, axis=-1)


def _harmonics(levels: list[Floats]) -> Floats:
    """Light projected on the harmonics and widened by the cosine lobe, divided by pi for Lambert's law."""
    level = next((one for one in levels if one.shape[0] <= 64), levels[-1])
    directions = equirect_directions(*level.shape[:2])
    sin = np.sqrt(np.maximum(0, 1 - directions[..., 1] ** 2))
    weights = sin * (np.pi / level.shape[0]) * (2 * np.pi / level.shape[1])
    radiance = np.einsum("hwk,hwc,hw->kc", harmonic_basis(directions), level, weights)
    lobe = np.array([1.0] + [2 / 3] * 3 + [1 / 4] * 5)
    widened: Floats = (radiance * lobe[:, None]).astype(np.float32)
    return widened


@cache
def brdf_table(size: int = 64) -> Floats:
    """Scale and offset of the reflectance at normal incidence, by n·v (x) and roughness (y); (size, size, 2)."""
    cos_view = ((np.arange(size) + 0.5) / size)[None, :, None]
    roughness = ((np.arange(size) + 0.5) / size)[:, None, None]
    view = np.stack([np.sqrt(1 - cos_view**2), np.zeros_like(cos_view), cos_view])
    count = 256
    i = np.arange(count)
    u = (i + 0.5) / count
    phi = 2 * np.pi * np.array([int(f"{k:032b}"[::-1], 2) / 2**32 for k in i])
    alpha = roughness**2
    cos_half = np.sqrt((1 - u) / (1 + (alpha**2 - 1) * u))
    sin_half = np.sqrt(np.maximum(0, 1 - cos_half**2))
    view_half = np.maximum(view[0] * sin_half * np.cos(phi) + view[2] * cos_half, 1e-6)
    cos_light = 2 * view_half * cos_half - view[2]
    lit = cos_light > 0
    cos_light = np.where(lit, cos_light, 0.0)
    shadowing_view = cos_light * np.sqrt(cos_view**2 * (1 - alpha**2) + alpha**2)
    shadowing_light = cos_view * np.sqrt(cos_light**2 * (1 - alpha**2) + alpha**2)
    visibility = 0.5 / np.maximum(shadowing_view + shadowing_light, 1e-6)
    weight = np.where(lit, 4 * visibility * cos_light * view_half / np.maximum(cos_half, 1e-6), 0.0)
    fresnel = (1 - np.minimum(view_half, 1)) ** 5
    table = np.stack([((1 - fresnel) * weight).mean(axis=-1), (fresnel * weight).mean(axis=-1)], axis=-1)
    values: Floats = table.astype(np.float32)
    return values
