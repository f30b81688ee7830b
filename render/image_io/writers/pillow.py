"""Formats of 8 bits through Pillow: JPEG, WebP, AVIF, JPEG 2000, GIF, BMP, TGA, DDS, ICO, QOI, PNM."""

from io import BytesIO
from typing import Any

from PIL import Image

from render.image_io.prepared import Prepared
from render.image_io.values import ImageError

NAMES = {
    "jpeg": "JPEG", "webp": "WEBP", "avif": "AVIF", "jpeg2000": "JPEG2000", "gif": "GIF", "bmp": "BMP", "tga": "TGA",
    "dds": "DDS", "ico": "ICO", "qoi": "QOI", "pnm": "PPM",
}  # fmt: skip
LARGEST = {"jpeg": 65_535, "webp": 16_383, "avif": 65_536, "gif": 65_535, "tga": 65_535, "ico": 256}


def encode(prepared: Prepared, format_name: str) -> bytes:
    """Raises ImageError for a picture too large for the format."""
    image = as_image(prepared)
    limit = LARGEST.get(format_name)
    if limit is not None and max(image.size) > limit:
        raise ImageError(f"{format_name.upper()} pictures can be at most {limit} pixels wide and high.")
    if format_name in ("dds", "qoi") and image.mode not in ("RGB", "RGBA"):
        image = image.convert("RGBA" if image.mode == "LA" else "RGB")
    target = BytesIO()
    try:
        image.save(target, NAMES[format_name], **_options(prepared, format_name, image))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ImageError(f"The picture cannot be written as {format_name.upper()}: {error}.") from error
    return target.getvalue()


def as_image(prepared: Prepared) -> Image.Image:
    """A Pillow image of the 8-bit channels."""
    channels = prepared.channels
    count = channels.shape[2]
    return Image.fromarray(channels[..., 0] if count == 1 else channels, ("L", "LA", "RGB", "RGBA")[count - 1])


def _options(prepared: Prepared, format_name: str, image: Image.Image) -> dict[str, Any]:
    metadata, options = prepared.metadata, prepared.options
    icc = metadata.icc if image.mode in ("RGB", "RGBA") else None
    quality = min(100, max(1, options.quality))
    if format_name == "jpeg":
        found: dict[str, Any] = {"quality": quality, "optimize": True, "subsampling": 0 if quality >= 90 else 2}
    elif format_name == "webp":
        found = {"quality": quality, "lossless": options.lossless, "exact": True, "method": 4}
    elif format_name == "avif":
        found = {"quality": 100 if options.lossless else quality, "subsampling": "4:4:4", "speed": 7}
    elif format_name == "jpeg2000":
        return {"irreversible": not options.lossless}
    elif format_name == "ico":
        return {"sizes": [image.size]}
    else:
        return {"dpi": metadata.resolution} if format_name == "bmp" and metadata.resolution else {}
    found |= {"icc_profile": icc, "exif": metadata.exif, "xmp": metadata.xmp}
    if format_name == "jpeg" and metadata.exif:
        found["exif"] = b"Exif\0\0" + metadata.exif
    if format_name == "jpeg" and metadata.resolution:
        found["dpi"] = metadata.resolution
    return {name: value for name, value in found.items() if value is not None}
