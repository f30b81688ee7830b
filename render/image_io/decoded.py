"""What a reader hands over, and the steps that make every picture alike: colour model, RGBA, the right way up."""

from dataclasses import dataclass, field, replace

import numpy as np

from render.image_io import exif, profiles
from render.image_io.orientation import UPRIGHT, upright
from render.image_io.values import ColorModel, ImageData, ImageError, Limits, Metadata, Pixels, check_area, to_rgba

NATIVE = ("uint8", "uint16", "float16", "float32")


@dataclass(frozen=True)
class Decoded:
    """Channels as the file has them: (height, width) or (height, width, n), interleaved, one of the four depths.

    `color_model` says what they are; inks of "cmyk" are 0 for none. `orientation` is still to be applied.
    """

    channels: Pixels
    color_model: ColorModel = "rgb"
    metadata: Metadata = field(default_factory=Metadata)
    orientation: int = UPRIGHT
    linear: bool = False
    bits: int = 8
    frames: int = 1
    notices: tuple[str, ...] = ()


def finish(decoded: Decoded, format_name: str, limits: Limits) -> ImageData:
    """The picture as everything else takes it. Raises ImageError."""
    channels = decoded.channels
    if channels.dtype.name not in NATIVE:
        raise ImageError(f"Pictures of {channels.dtype.name} are not handled.")
    check_area(channels.shape[1], channels.shape[0], limits)
    pixels, has_alpha, metadata, notices = _to_rgb(decoded)
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        # The largest number of a float would be infinite again after the first blur: half floats end here.
        pixels = np.nan_to_num(pixels, nan=0.0, posinf=65504.0, neginf=-65504.0)
        notices = (*notices, "Values that were no numbers are now 0 or the largest number.")
    metadata = replace(metadata, exif=exif.made_upright(metadata.exif))
    return ImageData(
        pixels=upright(pixels, decoded.orientation), format=format_name, metadata=metadata, linear=decoded.linear,
        has_alpha=has_alpha, bits=decoded.bits, color_model=decoded.color_model, frames=decoded.frames, notices=notices,
    )


def _to_rgb(decoded: Decoded) -> tuple[Pixels, bool, Metadata, tuple[str, ...]]:
    """RGBA, whether there was alpha, what stays of the metadata, and what to tell."""
    channels, icc, notices = decoded.channels, decoded.metadata.icc, decoded.notices
    plain = replace(decoded.metadata, icc=None)
    if decoded.color_model == "cmyk":
        pixels = profiles.cmyk_to_srgb(channels[..., :4], icc)
        if channels.shape[2] > 4:
            pixels[..., 3] = channels[..., 4]
        by = f"with its profile {profiles.describe(icc)}" if icc else "without a profile, so only roughly"
        return pixels, channels.shape[2] > 4, plain, (*notices, f"CMYK was converted to sRGB {by}.")
    if decoded.color_model == "lab":
        pixels = profiles.lab_to_srgb(channels[..., :3])
        if channels.shape[2] > 3:
            pixels[..., 3] = channels[..., 3]
        return pixels, channels.shape[2] > 3, plain, (*notices, "Lab was converted to sRGB.")
    pixels, has_alpha = to_rgba(channels)
    space = profiles.space_of(icc) if icc else "rgb"
    if space == "rgb":
        return pixels, has_alpha, decoded.metadata, notices
    if space == "gray" and icc is not None:
        try:
            pixels = profiles.grey_to_srgb(pixels, icc)
        except ImageError:
            return pixels, has_alpha, plain, (*notices, "The grey profile cannot be used; sRGB was assumed.")
        return pixels, has_alpha, plain, (*notices, "Grey was converted from its profile to sRGB.")
    return pixels, has_alpha, plain, (*notices, "The colour profile does not fit the picture; sRGB was assumed.")
