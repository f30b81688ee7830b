"""feDiffuseLighting and feSpecularLighting (Filter Effects Module Level 1, 9.10 to 9.24)."""

import math

import numpy as np

from render.color import Color, srgb_to_linear
from render.geometry import IntRect, Point
from render.vector.filters.images import Array, Canvas
from render.vector.filters.values import Light, Lighting


def lighting(primitive: Lighting, source: Array, _: Array | None, canvas: Canvas, region: IntRect) -> Array:
    """The alpha of the source is the height of the surface; only the primitive's own region is lit."""
    result = np.zeros(canvas.shape, np.float32)
    left, top = max(0, region.x), max(0, region.y)
    right, bottom = min(canvas.area.width, region.right), min(canvas.area.height, region.bottom)
    if right - left < 3 or bottom - top < 3:
        return result
    height_map = source[top:bottom, left:right, 3]
    normals = surface_normals(height_map, primitive.surface_scale)
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float32)
    surface = np.stack([columns, rows, height_map * primitive.surface_scale], axis=2)
    to_light, strength = _light(primitive.light, surface, canvas)
    color = _color(primitive.color, primitive.linear) * strength[..., None]
    result[top:bottom, left:right] = _lit(primitive, normals, to_light, color)
    return result


def _lit(primitive: Lighting, normals: Array, to_light: Array, color: Array) -> Array:
    if not primitive.specular:
        factor = primitive.constant * np.sum(normals * to_light, axis=2, keepdims=True)
        diffuse = np.clip(factor * color, 0, 1)
        return np.concatenate([diffuse, np.ones_like(diffuse[..., :1])], axis=2)
    half = to_light + np.array([0, 0, 1], np.float32)
    half /= np.maximum(np.linalg.norm(half, axis=2, keepdims=True), 1e-9)
    facing = np.maximum(np.sum(normals * half, axis=2, keepdims=True), 0)
    specular = np.clip(primitive.constant * np.power(facing, primitive.exponent) * color, 0, 1)
    return np.concatenate([specular, specular.max(axis=2, keepdims=True)], axis=2)


def _color(color: Color, linear: bool) -> Array:
    parts = (color.red, color.green, color.blue)
    return np.array([srgb_to_linear(part) if linear else part for part in parts], np.float32)


def surface_normals(height: Array, scale: float) -> Array:
    """Unit normals by the Sobel rule; the borders use the smaller kernels of the specification's table."""
    weights_x, weights_y = _smoothing(height.shape[1]), _smoothing(height.shape[0])
    across = _difference(height, axis=1)
    down = _difference(height, axis=0)
    slope_x = 2 * _smoothed(across, 0) / weights_y[:, None]
    slope_y = 2 * _smoothed(down, 1) / weights_x[None, :]
    normals = np.stack([-scale * slope_x, -scale * slope_y, np.ones_like(height)], axis=2)
    return np.asarray(normals / np.linalg.norm(normals, axis=2, keepdims=True), np.float32)


def _difference(height: Array, axis: int) -> Array:
    """Half the central difference inside, the whole one-sided difference at the borders."""
    return np.asarray(np.gradient(height, axis=axis), np.float32)


def _smoothing(length: int) -> Array:
    """The sum of the weights (1, 2, 1), of which a border has only (2, 1)."""
    weights = np.full(length, 4, np.float32)
    weights[0] = weights[-1] = 3
    return weights


def _smoothed(values: Array, axis: int) -> Array:
    padded = np.pad(values, [(1, 1) if index == axis else (0, 0) for index in (0, 1)])
    before, after = (padded[:-2], padded[2:]) if axis == 0 else (padded[:, :-2], padded[:, 2:])
    return np.asarray(before + 2 * values + after, np.float32)


def _light(light: Light, surface: Array, canvas: Canvas) -> tuple[Array, Array]:
    """Unit vectors towards the light and its strength, at each point of the surface."""
    strength = np.ones(surface.shape[:2], np.float32)
    if light.kind == "distant":
        azimuth, elevation = math.radians(light.azimuth), math.radians(light.elevation)
        direction = (
            math.cos(azimuth) * math.cos(elevation), math.sin(azimuth) * math.cos(elevation), math.sin(elevation)
        )  # fmt: skip
        return np.broadcast_to(np.array(direction, np.float32), surface.shape), strength
    position = _place(light.x, light.y, light.z, canvas)
    vectors = position - surface
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=2, keepdims=True), 1e-9)
    if light.kind == "spot":
        aim = _place(light.at_x, light.at_y, light.at_z, canvas) - position
        aim = aim / max(float(np.linalg.norm(aim)), 1e-9)
        toward = -np.sum(vectors * aim, axis=2)
        strength = np.power(np.maximum(toward, 0), light.exponent)
        if light.cone is not None:
            strength = np.where(toward < math.cos(math.radians(light.cone)), 0, strength)
    return np.asarray(vectors, np.float32), np.asarray(strength, np.float32)


def _place(x: float, y: float, z: float, canvas: Canvas) -> Array:
    """A position of user space in pixels of the canvas; heights grow by the mean of both scales."""
    point = canvas.grid.apply(Point(x, y))
    sx, sy = canvas.scale
    depth = z * math.sqrt((sx * sx + sy * sy) / 2)
    return np.array([point.x - canvas.area.x, point.y - canvas.area.y, depth], np.float32)
