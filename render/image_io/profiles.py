"""Colour management at the edges: ICC profiles through LittleCMS, as bound by imagecodecs (8, 16 bit and float).

Pillow's ImageCms knows 8-bit pixels only, so a 16-bit photograph would lose half its bits there; imagecodecs carries
the same LittleCMS for every depth, and floats keep what lies outside the target's gamut. Intent: relative colorimetric
with black point compensation, as most editors do. Files without a profile are sRGB (IEC 61966-2-1) by our default.
"""

from functools import lru_cache
from io import BytesIO
from typing import Any

import numpy as np

from render.image_io.values import ImageError, Pixels, peak, to_depth, to_rgba
from render.kernels.parallel import in_strips

SAME_ON_AVERAGE, SAME_EVERYWHERE = 0.001, 0.02
"""Profiles closer than this are one space: sRGB comes in dozens of roundings, which show most in saturated darks."""

_SPACES = {b"RGB ": "rgb", b"GRAY": "gray", b"CMYK": "cmyk", b"Lab ": "lab"}
_DATE, _IDENTITY = slice(24, 36), slice(84, 100)


@lru_cache(maxsize=1)
def srgb() -> bytes:
    """The sRGB profile that exports carry; without a date, so that equal exports are equal bytes."""
    import imagecodecs

    profile = bytearray(imagecodecs.cms_profile("srgb"))
    profile[_DATE] = bytes([0x07, 0xCF, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    profile[_IDENTITY] = bytes(16)
    return bytes(profile)


@lru_cache(maxsize=1)
def _lab() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def space_of(profile: bytes) -> str | None:
    """rgb, gray, cmyk or lab; None for a profile that is damaged or of another kind."""
    if len(profile) < 132 or profile[36:40] != b"acsp":
        return None
    return _SPACES.get(profile[16:20])


def describe(profile: bytes | None) -> str:
    """The name that a profile gives itself."""
    if profile is None:
        return "sRGB"
    from PIL import ImageCms

    try:
        name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(BytesIO(profile))).strip()
    except (ImageCms.PyCMSError, OSError, ValueError):
        return "a damaged profile"
    return name.splitlines()[0] if name else "a profile without a name"


@lru_cache(maxsize=64)
def same_space(first: bytes, second: bytes) -> bool:
    """Whether two RGB profiles mean the same colours, judged on a grid of 9 x 9 x 9."""
    steps = np.linspace(0.0, 1.0, 9, dtype=np.float32)
    grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(9, 81, 3)
    distance = np.abs(_apply(grid, first, second) - grid)
    return bool(distance.mean() < SAME_ON_AVERAGE and distance.max() < SAME_EVERYWHERE)


def is_srgb(profile: bytes | None) -> bool:
    """Whether pixels with this profile can be taken as sRGB unchanged."""
    return profile is None or (space_of(profile) == "rgb" and same_space(profile, srgb()))


def convert(pixels: Pixels, source: bytes | None, target: bytes | None = None) -> Pixels:
    """Straight RGBA from one RGB profile to another (None: sRGB), in its own depth. Raises ImageError."""
    source, target = source or srgb(), target or srgb()
    if space_of(source) != "rgb" or space_of(target) != "rgb":
        raise ImageError("This colour profile is not one for RGB pictures.")
    if source == target or same_space(source, target):
        return pixels
    result = pixels.copy()
    result[..., :3] = _apply(pixels[..., :3], source, target)
    return result


def grey_to_srgb(pixels: Pixels, profile: bytes) -> Pixels:
    """Grey stored as RGBA with a grey profile, as sRGB. Raises ImageError."""
    result = pixels.copy()
    result[..., :3] = _apply(pixels[..., 0], profile, srgb())
    return result


def cmyk_to_srgb(inks: Pixels, profile: bytes | None) -> Pixels:
    """(height, width, 4) inks, 0 for none, as opaque sRGB. Without a profile: the complement, (1 - ink)(1 - K)."""
    if profile is not None and space_of(profile) == "cmyk":
        color = _apply(inks, profile, srgb())
    else:
        white = np.float32(peak(inks.dtype))
        paper = 1.0 - inks.astype(np.float32) / white
        color = to_depth(paper[..., :3] * paper[..., 3:], str(inks.dtype))
    return to_rgba(color)[0]


def lab_to_srgb(lab: Pixels) -> Pixels:
    """(height, width, 3) CIE L*a*b* in ICC's integer encoding or as floats, D50, as opaque sRGB of the same depth."""
    return to_rgba(_apply(lab, _lab(), srgb()))[0]


def _apply(pixels: Pixels, source: bytes, target: bytes) -> Pixels:
    """Channels of `source` to RGB of `target`, same depth; half floats travel as floats."""
    import imagecodecs

    spaces = (space_of(source), space_of(target))
    if None in spaces:
        raise ImageError("The colour profile in this file is damaged.")
    values: Any = pixels.astype(np.float32) if pixels.dtype == np.float16 else pixels
    if spaces[0] == "cmyk" and values.dtype == np.float32:
        values = values * np.float32(100.0)  # LittleCMS counts float inks in per cent
    flags = int(imagecodecs.CMS.FLAGS.BLACKPOINTCOMPENSATION)
    if values.dtype == np.uint16:
        flags |= imagecodecs.CMS.FLAGS.NOOPTIMIZE  # else a coarse table: off by up to 0.08, measured on Adobe RGB
    result = np.empty((*values.shape[:2], 3), values.dtype)

    def strip(top: int, bottom: int) -> None:
        result[top:bottom] = imagecodecs.cms_transform(
            values[top:bottom].copy(order="C"), source, target, flags=flags, colorspace=spaces[0],
            outcolorspace=spaces[1], intent=imagecodecs.CMS.INTENT.RELATIVE_COLORIMETRIC,
        )

    try:
        in_strips(strip, values.shape[0], values.shape[1])
    except (imagecodecs.CmsError, ValueError) as error:
        raise ImageError("The colour profile in this file cannot be used.") from error
    converted: Pixels = result.astype(pixels.dtype, copy=False)
    return converted
