"""Retouches inside a stack of layers: which tiles they change, and the pixels of those, in blocks made once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from render.geometry import IntRect, Rect
from render.raster.blocks import cut, gathered, places_of
from render.raster.depth import from_unit, to_unit
from render.raster.faces import skin, warp
from render.raster.faces.tones import Tones, measured
from render.raster.faces.values import Beautify, FacePoints, Floats, Reshape, Retouch, bounds_of, faces_in, frame_of
from render.raster.keys import name_of
from render.raster.sources import Place
from render.raster.tree import TILE, Array

if TYPE_CHECKING:
    from render.raster.stack import Scope, Session

BLOCK_TILES = 3
TONE_UNIT = 48
"""A face's tones are measured where its pupils are at most this many pixels apart."""


def retouch_key(below: Scope, retouch: Retouch, place: Place, canvas: IntRect | None) -> int | None:
    """The key of the retouched tile; None where the retouch changes nothing."""
    scale = 2.0**-place.level
    square = IntRect(place.column * TILE, place.row * TILE, TILE, TILE)
    faces = faces_in(retouch, square, scale)
    if not faces:
        return None
    block = _block_key(below, retouch, faces, place, canvas)
    return None if block is None else name_of("cut", block, place.column, place.row)


def retouched_tile(below: Scope, retouch: Retouch, place: Place, session: Session) -> Array | None:
    """The tile cut out of its block; None where there is nothing."""
    scale = 2.0**-place.level
    block = _block(place)
    faces = faces_in(retouch, block, scale)
    key = _block_key(below, retouch, faces, place, session.canvas)
    if key is None:
        return None
    window = _window(retouch, faces, block, scale, session.canvas)
    inner = block.intersection(window)

    def make() -> Array:
        pixels = gathered(below, window, place.level, session.dtype)
        if isinstance(retouch, Reshape):
            return _reshaped(pixels, window, inner, scale, retouch, faces)
        tones = tuple(_tones(below, face, session) for face in faces)
        whole = _beautified(pixels, window, scale, retouch, faces, tones)
        return np.ascontiguousarray(
            whole[inner.y - window.y : inner.bottom - window.y, inner.x - window.x : inner.right - window.x]
        )

    return cut(session.cache.once(key, make), inner, place)


def _block(place: Place) -> IntRect:
    side = BLOCK_TILES * TILE
    return IntRect(place.column // BLOCK_TILES * side, place.row // BLOCK_TILES * side, side, side)


def _window(
    retouch: Retouch, faces: tuple[FacePoints, ...], block: IntRect, scale: float, canvas: IntRect | None
) -> IntRect:
    """What the block's pixels come from: further than itself by the retouch's reach, as far as the canvas goes."""
    if isinstance(retouch, Reshape):
        reach = warp.margin(retouch, faces, scale)
    else:
        reach = math.ceil(skin.REACH * scale * max((frame_of(face).unit for face in faces), default=0.0)) + 2
    window = IntRect(block.x - reach, block.y - reach, block.width + 2 * reach, block.height + 2 * reach)
    return window if canvas is None else window.intersection(_scaled(canvas, scale))


def _scaled(area: IntRect, scale: float) -> IntRect:
    return Rect(area.x, area.y, area.width, area.height).scaled(scale).rounded_out()


def _block_key(
    below: Scope, retouch: Retouch, faces: tuple[FacePoints, ...], place: Place, canvas: IntRect | None
) -> int | None:
    block, scale = _block(place), 2.0**-place.level
    faces = faces_in(retouch, block, scale)
    window = _window(retouch, faces, block, scale, canvas)
    if window.is_empty:
        return None
    keys = tuple(below.key(other) for other in places_of(window, place.level))
    if all(key is None for key in keys):
        return None
    tones: tuple[int | None, ...] = ()
    if isinstance(retouch, Beautify):
        tones = tuple(_tone_key(below, face, canvas) for face in faces)
    return name_of("retouch", retouch, place.level, window, keys, tones)


# Tones


def _tone_place(face: FacePoints, canvas: IntRect | None) -> tuple[int, IntRect]:
    """The mip level and the window that a face's tones are measured in."""
    level = max(0, math.ceil(math.log2(frame_of(face).unit / TONE_UNIT)))
    points = np.array(face) * 2.0**-level
    reach = 0.6 * frame_of(face).unit * 2.0**-level
    (left, top), (right, bottom) = points.min(axis=0) - reach, points.max(axis=0) + reach
    window = Rect(float(left), float(top), float(right - left), float(bottom - top)).rounded_out()
    return level, window if canvas is None else window.intersection(_scaled(canvas, 2.0**-level))


def _tone_key(below: Scope, face: FacePoints, canvas: IntRect | None) -> int | None:
    level, window = _tone_place(face, canvas)
    if window.is_empty:
        return None
    return name_of("tones", face, tuple(below.key(place) for place in places_of(window, level)))


def _tones(below: Scope, face: FacePoints, session: Session) -> Tones | None:
    level, window = _tone_place(face, session.canvas)
    if window.is_empty:
        return None

    def make() -> Array:
        pixels = straight(gathered(below, window, level, session.dtype))
        found = measured(pixels[..., :3], window, 2.0**-level, face)
        return np.array([] if found is None else list(vars(found).values()), np.float64)

    numbers = session.cache.once(_tone_key(below, face, session.canvas), make)
    return Tones(*(float(number) for number in numbers)) if len(numbers) else None


# Pixels


def straight(pixels: Array) -> Floats:
    """(height, width, 4) of any type, premultiplied, as float32 with colour straight."""
    values = to_unit(pixels)
    alpha = values[..., 3:]
    if bool((alpha >= 1).all()):
        return values
    colour = np.divide(values[..., :3], alpha, out=np.zeros_like(values[..., :3]), where=alpha > 0)
    return np.concatenate([colour, alpha], axis=2)


def _beautified(
    pixels: Array, window: IntRect, scale: float, how: Beautify, faces: tuple[FacePoints, ...],
    tones: tuple[Tones | None, ...],
) -> Array:
    """The window with every face retouched; only the part around each face is worked on."""
    result = pixels
    for face, tone in zip(faces, tones):
        area = bounds_of(face, how).scaled(scale).rounded_out().intersection(window)
        if tone is None or area.is_empty:
            continue
        rows = slice(area.y - window.y, area.bottom - window.y)
        columns = slice(area.x - window.x, area.right - window.x)
        part = straight(result[rows, columns])
        colour = skin.beautified(np.ascontiguousarray(part[..., :3]), area, scale, face, tone, how)
        part = np.concatenate([np.clip(colour, 0, None) * part[..., 3:], part[..., 3:]], axis=2)
        result[rows, columns] = from_unit(part, str(pixels.dtype))
    return result


def _reshaped(
    pixels: Array, window: IntRect, inner: IntRect, scale: float, how: Reshape, faces: tuple[FacePoints, ...]
) -> Array:
    values = warp.warped(to_unit(pixels), window, inner, scale, how, faces)
    alpha = np.clip(values[..., 3:], 0, 1)
    colour = np.clip(values[..., :3], 0, None)
    if pixels.dtype.kind == "u":
        colour = np.minimum(colour, alpha)
    return np.ascontiguousarray(from_unit(np.concatenate([colour, alpha], axis=2), str(pixels.dtype)))
