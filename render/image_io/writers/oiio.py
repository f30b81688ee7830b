"""EXR, HDR and JPEG XL through OpenImageIO: 16 bit and float, profile included."""

from typing import Any

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - how its own documentation imports it

from render.image_io.prepared import Prepared
from render.image_io.values import ImageError, Pixels

_TYPES = {"uint8": oiio.UINT8, "uint16": oiio.UINT16, "float16": oiio.HALF, "float32": oiio.FLOAT}
_NAMES = {1: ("Y",), 2: ("Y", "A"), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}


def encode(prepared: Prepared, path: str, format_name: str) -> None:
    """Write to `path`. Raises ImageError."""
    channels = prepared.channels
    height, width, count = channels.shape
    spec = oiio.ImageSpec(width, height, count, _TYPES[channels.dtype.name])
    spec.channelnames = _NAMES[count]
    if count in (2, 4):
        spec.alpha_channel = count - 1
    _describe(spec, prepared, format_name)
    writer = oiio.ImageOutput.create(path)
    if writer is None or not writer.open(path, spec):
        raise ImageError(_sentence(writer.geterror() if writer else oiio.geterror()))
    if format_name == "exr" and count in (2, 4):
        channels = _premultiplied(channels)
    written = writer.write_image(np.ascontiguousarray(channels))
    reason = writer.geterror()
    if not writer.close() or not written:
        raise ImageError(_sentence(reason or writer.geterror()))


def _describe(spec: Any, prepared: Prepared, format_name: str) -> None:
    metadata = prepared.metadata
    if format_name == "exr":
        spec.attribute("compression", "zip")
        spec.attribute("oiio:ColorSpace", "lin_rec709_scene")
        spec.attribute("DateTime", "")  # else the library writes this moment into it as the day of the exposure
    if format_name == "jxl":
        spec.attribute("oiio:UnassociatedAlpha", 1)
        spec.attribute("compression", f"jpegxl:{100 if prepared.options.lossless else prepared.options.quality}")
        if prepared.options.lossless:
            spec.attribute("jpegxl:distance", 0.0)
        if metadata.icc and spec.nchannels >= 3:
            profile = np.frombuffer(metadata.icc, np.uint8)
            spec.attribute("ICCProfile", oiio.TypeDesc(f"uint8[{len(profile)}]"), profile)
    if metadata.resolution:
        spec.attribute("XResolution", float(metadata.resolution[0]))
        spec.attribute("YResolution", float(metadata.resolution[1]))
        spec.attribute("ResolutionUnit", "in")
    if metadata.xmp and format_name == "exr":
        spec.attribute("xmp", metadata.xmp.decode("utf-8", "replace"))
    if metadata.text and format_name == "exr":
        spec.attribute("ImageDescription", metadata.text)  # the standard attribute "comments"


def _premultiplied(channels: Pixels) -> Pixels:
    values = channels.astype(np.float32)
    values[..., :-1] *= values[..., -1:]
    return values.astype(channels.dtype)


def _sentence(reason: str) -> str:
    lines = reason.strip().splitlines()
    return f"The picture could not be written: {lines[0].rstrip('.') if lines else 'the codec gave no reason'}."
