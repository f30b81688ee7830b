"""HEIC through pillow-heif: 8 bit, or 10 bit for deeper pictures, with profile, EXIF and XMP."""

from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif

from render.image_io.prepared import Prepared
from render.image_io.values import ImageError

LARGEST = 16_384


def encode(prepared: Prepared) -> bytes:
    """Raises ImageError."""
    channels, metadata = prepared.channels, prepared.metadata
    height, width, count = channels.shape
    if max(width, height) > LARGEST:
        raise ImageError(f"HEIF pictures can be at most {LARGEST} pixels wide and high.")
    mode = {3: "RGB", 4: "RGBA"}[count] + (";16" if channels.dtype == np.uint16 else "")
    file = pillow_heif.from_bytes(mode, (width, height), channels.tobytes())
    wishes: dict[str, Any] = {"quality": -1 if prepared.options.lossless else prepared.options.quality, "chroma": "444"}
    if prepared.options.lossless:
        wishes["matrix_coefficients"] = 0
    if metadata.exif:
        wishes["exif"] = b"Exif\0\0" + metadata.exif
    if metadata.xmp:
        wishes["xmp"] = metadata.xmp
    if metadata.icc:
        file.info["icc_profile"], file.info["icc_profile_type"] = metadata.icc, "prof"
    target = BytesIO()
    try:
        file.save(target, **wishes)
    except (ValueError, RuntimeError, OSError, MemoryError) as error:
        raise ImageError("The picture could not be written as HEIF.") from error
    return target.getvalue()
