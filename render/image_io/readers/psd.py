"""Photoshop files, flattened: the composite that the author stored, or the layers drawn where there is none.

psd-tools reads 1, 8, 16 and 32 bit, PSB, and every colour mode. Layers are the raster family's importer's matter.
"""

import logging
from io import BytesIO
from typing import Any

import numpy as np
from psd_tools import PSDImage
from psd_tools.constants import ColorMode, Resource

from render.image_io import exif
from render.image_io.decoded import Decoded
from render.image_io.source import Source
from render.image_io.values import ColorModel, ImageError, Metadata, Pixels, check_area

MODELS: dict[ColorMode, tuple[ColorModel, int]] = {
    ColorMode.BITMAP: ("grey", 1), ColorMode.GRAYSCALE: ("grey", 1), ColorMode.DUOTONE: ("grey", 1),
    ColorMode.INDEXED: ("indexed", 3), ColorMode.RGB: ("rgb", 3), ColorMode.CMYK: ("cmyk", 4),
    ColorMode.LAB: ("lab", 3), ColorMode.MULTICHANNEL: ("other", 1),
}  # fmt: skip
FAILURES = (
    OSError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError, AssertionError, OverflowError,
    RuntimeError, MemoryError, NotImplementedError, ImportError,
)  # fmt: skip


def decode(source: Source) -> Decoded:
    """Raises ImageError."""
    logging.getLogger("psd_tools").setLevel(logging.ERROR)
    try:
        width, height = (int.from_bytes(source.data[at : at + 4], "big") for at in (18, 14))
        check_area(width, height, source.limits)
        psd = PSDImage.open(BytesIO(source.data))
        return _flattened(psd)
    except FAILURES as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        raise ImageError(f"The Photoshop file is damaged: {reason}.") from error


def _flattened(psd: Any) -> Decoded:
    model, count = MODELS.get(psd.color_mode, ("other", 1))
    metadata, depth = _metadata(psd), int(psd.depth)
    if not psd.has_preview():
        image = np.asarray(psd.composite(apply_icc=False).convert("RGBA"))
        return Decoded(image, "rgb", metadata, notices=("The file stores no composite; its layers were drawn.",))
    values: Pixels = np.asarray(psd.numpy(), np.float32)
    alpha = _alpha_index(psd, values.shape[2], count)
    channels = values[..., [*range(count), alpha]] if alpha is not None else values[..., :count]
    if model == "cmyk":
        channels = np.concatenate([1.0 - channels[..., :4], channels[..., 4:]], axis=-1)
    # Photoshop's 32-bit files hold light, and mostly say so by a linear profile, which then does the work.
    linear = depth == 32 and metadata.icc is None and model in ("rgb", "grey")
    return Decoded(_in_depth(channels, depth), model, metadata, bits=depth, linear=linear)


def _alpha_index(psd: Any, channels: int, colors: int) -> int | None:
    """The channel that holds the transparency of the composite; other extra channels are saved selections."""
    from psd_tools.api.utils import get_transparency_index, has_transparency

    if channels <= colors or not has_transparency(psd):
        return None
    index = int(get_transparency_index(psd))
    return index if 0 <= index < channels else colors


def _in_depth(values: Pixels, depth: int) -> Pixels:
    if depth == 32:
        return values.astype(np.float32)
    if depth == 16:
        return np.clip(np.rint(values * 65535.0), 0, 65535).astype(np.uint16)
    return np.clip(np.rint(values * 255.0), 0, 255).astype(np.uint8)


def _metadata(psd: Any) -> Metadata:
    resources = psd.image_resources
    resolution = resources.get_data(Resource.RESOLUTION_INFO)
    across, down = (
        (float(getattr(resolution, name, 0)) / 65536.0 for name in ("horizontal", "vertical")) if resolution else (0, 0)
    )
    xmp = resources.get_data(Resource.XMP_METADATA)
    block = resources.get_data(Resource.EXIF_DATA_1)
    return Metadata(
        icc=_bytes(resources.get_data(Resource.ICC_PROFILE)),
        exif=exif.bare(_bytes(block)),
        xmp=_bytes(xmp),
        resolution=(across, down) if across > 0.5 and down > 0.5 else None,
    )


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if isinstance(value, bytes | bytearray) and value else None
