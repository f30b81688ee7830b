"""From a picture to what a format can hold: depth, alpha, transfer curve, profile, and what gets lost on the way."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from render.image_io import profiles
from render.image_io.values import ImageData, ImageError, Metadata, Pixels, peak, to_depth


@dataclass(frozen=True)
class WriteOptions:
    """`quality` 1 to 100; `depth` forces one of the four (None: the picture's own, or the nearest that fits).

    `background` is straight sRGB from 0 to 1: what shows through where the format has no transparency.
    """

    quality: int = 92
    lossless: bool = False
    depth: str | None = None
    background: tuple[float, float, float] = (1.0, 1.0, 1.0)


@dataclass(frozen=True)
class Abilities:
    """What a format holds. `depths` from the plainest to the richest; `linear` files store light, not sRGB.

    `deepest_bits` is what is left of a uint16 channel where the codec has fewer; `text` are plain lines of notes.
    """

    depths: tuple[str, ...] = ("uint8",)
    alpha: bool = True
    grey: bool = False
    icc: bool = False
    exif: bool = False
    xmp: bool = False
    text: bool = False
    resolution: bool = False
    linear: bool = False
    deepest_bits: int = 16


@dataclass(frozen=True)
class Prepared:
    """Straight channels, (height, width, 1 to 4), that the encoder writes as they are."""

    channels: Pixels
    metadata: Metadata
    options: WriteOptions
    notices: tuple[str, ...]


def prepare(image: ImageData, abilities: Abilities, options: WriteOptions, format_name: str) -> Prepared:
    """Raises ImageError for a picture that the format cannot hold at all."""
    told: list[str] = []
    pixels, metadata = _in_space(image, abilities, told.append)
    stored = image.pixels.dtype
    pixels = _in_depth(pixels, _depth(stored.name, abilities, options, format_name), stored.itemsize, told.append)
    if pixels.dtype == np.uint16 and abilities.deepest_bits < 16:
        told.append(f"Pixels were stored with {abilities.deepest_bits} of 16 bits.")
    channels = _fitting_channels(pixels, image, abilities, options, told.append, format_name)
    for name, sentence in (
        ("exif", "Camera data (EXIF) cannot be stored in {format}."),
        ("xmp", "XMP metadata cannot be stored in {format}."),
        ("resolution", "The resolution cannot be stored in {format}."),
    ):
        if getattr(metadata, name) is not None and not getattr(abilities, name):
            metadata = replace(metadata, **{name: None})
            told.append(sentence.format(format=format_name.upper()))
    if not abilities.text:
        metadata = replace(metadata, text=None)
    # A copy, not ascontiguousarray: numpy calls one row or column contiguous whatever its strides, codecs do not.
    return Prepared(channels.copy(order="C"), metadata, options, tuple(told))


def _in_space(image: ImageData, abilities: Abilities, tell: Callable[[str], None]) -> tuple[Pixels, Metadata]:
    """Encoded as the format wants it: light, or colour with a profile, or plain sRGB."""
    pixels, metadata = image.pixels, image.metadata
    if abilities.linear:
        if not image.linear:
            pixels = with_curve(profiles.convert(pixels, metadata.icc), srgb_to_light)
        return pixels, replace(metadata, icc=None)
    if image.linear:
        pixels = with_curve(pixels, light_to_srgb)
        metadata = replace(metadata, icc=None)
    if abilities.icc:
        return pixels, replace(metadata, icc=metadata.icc or profiles.srgb())
    if not profiles.is_srgb(metadata.icc):
        tell(f"Colours were converted from {profiles.describe(metadata.icc)} to sRGB.")
        pixels = profiles.convert(pixels, metadata.icc)
    return pixels, replace(metadata, icc=None)


def with_curve(pixels: Pixels, curve: Callable[[Pixels], Pixels]) -> Pixels:
    """Colour channels through a transfer curve, as floats; alpha stays."""
    values = to_depth(pixels, "float32").copy()
    values[..., :3] = curve(values[..., :3])
    return values


def srgb_to_light(values: Pixels) -> Pixels:
    """IEC 61966-2-1, carried on below 0 by symmetry and above 1 by the same power."""
    size = np.abs(values)
    light: Pixels = np.sign(values) * np.where(size <= 0.04045, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)
    return light.astype(np.float32)


def light_to_srgb(values: Pixels) -> Pixels:
    """The inverse of `srgb_to_light`."""
    size = np.abs(values)
    root = 1.055 * np.maximum(size, 0.0031308) ** (1 / 2.4) - 0.055
    encoded: Pixels = np.sign(values) * np.where(size <= 0.0031308, size * 12.92, root)
    return encoded.astype(np.float32)


def _depth(stored: str, abilities: Abilities, options: WriteOptions, format_name: str) -> str:
    """The depth to write: the one asked for, or the plainest that loses nothing, or the richest there is."""
    if options.depth is not None:
        if options.depth not in abilities.depths:
            held = ", ".join(abilities.depths)
            raise ImageError(f"{format_name.upper()} files cannot hold {options.depth}; they hold {held}.")
        return options.depth
    holding = {"uint8": ("uint8", "uint16", "float16", "float32"), "uint16": ("uint16", "float32"),
               "float16": ("float16", "float32", "uint16"), "float32": ("float32", "float16", "uint16")}  # fmt: skip
    return next((depth for depth in holding[stored] if depth in abilities.depths), abilities.depths[-1])


def _in_depth(pixels: Pixels, wanted: str, stored_bytes: int, tell: Callable[[str], None]) -> Pixels:
    target = np.dtype(wanted)
    if peak(target) > 1 and pixels.dtype.kind == "f" and bool((pixels > 1.0).any()):
        tell("Values brighter than white were cut off.")
    if target.itemsize < stored_bytes:
        tell(f"Pixels were stored with {target.itemsize * 8} of {stored_bytes * 8} bits.")
    return to_depth(pixels, wanted)


def _fitting_channels(
    pixels: Pixels, image: ImageData, abilities: Abilities, options: WriteOptions, tell: Callable[[str], None],
    format_name: str,
) -> Pixels:
    """Without an alpha that is nowhere needed, and grey where the file was grey and still is."""
    white = peak(pixels.dtype)
    opaque = bool((pixels[..., 3] >= white).all())
    if not opaque and not abilities.alpha:
        tell(f"{format_name.upper()} holds no transparency; a background was put behind the picture.")
        pixels, opaque = _on_background(pixels, options.background), True
    is_grey = abilities.grey and image.color_model == "grey" and bool(
        (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 0] == pixels[..., 2]).all()
    )
    if is_grey:
        return pixels[..., :1] if opaque else pixels[..., [0, 3]]
    return pixels[..., :3] if opaque else pixels


def _on_background(pixels: Pixels, background: tuple[float, float, float]) -> Pixels:
    white = peak(pixels.dtype)
    values = pixels.astype(np.float32) / np.float32(white)
    alpha = values[..., 3:]
    color = values[..., :3] * alpha + np.asarray(background, np.float32) * (1 - alpha)
    result = np.concatenate([color, np.ones_like(alpha)], axis=-1)
    return to_depth(result, pixels.dtype.name)
