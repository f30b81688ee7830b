"""HEIC and HEIF through pillow-heif (libheif): 8, 10 and 12 bit, turned by the codec itself."""

from io import BytesIO
from typing import Any

import numpy as np
import pillow_heif

from render.image_io import exif
from render.image_io.decoded import Decoded
from render.image_io.source import Source
from render.image_io.values import ImageError, Metadata, check_area


def decode(source: Source) -> Decoded:
    """The primary picture. Raises ImageError."""
    try:
        file = pillow_heif.open_heif(BytesIO(source.data), convert_hdr_to_8bit=False)
        check_area(int(file.size[0]), int(file.size[1]), source.limits)
        array = np.asarray(file)
    except ImageError:
        raise
    except (ValueError, RuntimeError, SyntaxError, OSError, EOFError, IndexError, MemoryError) as error:
        raise ImageError("The file is damaged, or packed with a codec that is not here.") from error
    info: dict[str, Any] = file.info
    xmp = info.get("xmp")
    metadata = Metadata(
        icc=info.get("icc_profile") or None,
        exif=exif.bare(info.get("exif")),
        xmp=xmp if isinstance(xmp, bytes) else None,
    )
    is_grey = array.ndim == 2 or array.shape[2] < 3
    return Decoded(
        np.ascontiguousarray(array), "grey" if is_grey else "rgb", metadata, bits=int(info.get("bit_depth", 8)),
        frames=len(file),
    )
