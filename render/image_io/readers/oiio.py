"""Pictures through OpenImageIO: 16 bit and float, TIFF of every kind, EXR, HDR, DPX, JPEG XL, JPEG 2000, FITS."""

from dataclasses import replace
from typing import Any

import numpy as np
import OpenImageIO as oiio  # noqa: N813 - how its own documentation imports it

from render.image_io import exif
from render.image_io.chromaticities import to_srgb_primaries
from render.image_io.decoded import Decoded
from render.image_io.orientation import UPRIGHT
from render.image_io.readers import pillow
from render.image_io.source import Source
from render.image_io.values import ColorModel, ImageError, Metadata, Pixels, check_area

LINEAR = {"exr", "hdr", "pfm"}
_DEPTHS = {
    oiio.UINT8: "uint8", oiio.INT8: "uint8", oiio.UINT16: "uint16", oiio.INT16: "uint16", oiio.HALF: "half",
    oiio.UINT32: "uint16", oiio.INT32: "uint16", oiio.FLOAT: "float", oiio.DOUBLE: "float",
}  # fmt: skip
UPRIGHT_BY_CODEC = {"jxl"}


def decode(source: Source) -> Decoded:
    """The first picture in the file. Raises ImageError."""
    config = oiio.ImageSpec()
    config.attribute("oiio:UnassociatedAlpha", 1)
    config.attribute("oiio:RawColor", 1)
    config.attribute("oiio:reorient", 0)
    with source.path() as path:
        reader = oiio.ImageInput.open(path, config)
        if reader is None:
            raise ImageError(_sentence(oiio.geterror()))
        try:
            return _read(source, reader)
        finally:
            reader.close()


def _read(source: Source, reader: Any) -> Decoded:
    spec = reader.spec()
    check_area(spec.width, spec.height, source.limits)
    check_area(max(1, spec.full_width), max(1, spec.full_height), source.limits)
    if spec.depth > 1 or spec.deep:
        raise ImageError("Volumes and deep pictures are not handled.")
    depth = _DEPTHS.get(spec.format.basetype)
    if depth is None:
        raise ImageError(f"Pictures of {spec.format} are not handled.")
    wanted, alpha = _wanted(spec)
    pixels = reader.read_image(0, 0, 0, max(wanted) + 1, oiio.TypeDesc(depth))
    notices: tuple[str, ...] = ()
    if pixels is None:
        raise ImageError(_sentence(reader.geterror()))
    if reader.has_error:
        reader.geterror()
        notices = (pillow.CUT_OFF,)
    channels = np.asarray(pixels).reshape(spec.height, spec.width, -1)[..., wanted]
    if depth == "half" and channels.dtype != np.float16:
        channels = channels.view(np.float16) if channels.dtype == np.uint16 else channels.astype(np.float16)
    channels = _straight(channels, alpha and spec.get_int_attribute("oiio:UnassociatedAlpha", 0) == 0, source.format)
    if source.format == "exr" and len(wanted) >= 3:
        channels = to_srgb_primaries(channels, spec.getattribute("chromaticities"))
    metadata = _metadata(source, spec)
    return Decoded(
        _in_full_window(channels, spec), _model(spec, len(wanted)), metadata, _orientation(source, spec),
        linear=source.format in LINEAR, bits=spec.get_int_attribute("oiio:BitsPerSample", channels.dtype.itemsize * 8),
        frames=1, notices=notices,
    )


def _wanted(spec: Any) -> tuple[list[int], bool]:
    """Channel numbers of the colour and the alpha, and whether there is alpha."""
    names = [name.lower() for name in spec.channelnames]
    if spec.get_string_attribute("tiff:ColorSpace") == "CMYK" or names[:4] == ["c", "m", "y", "k"]:
        return list(range(min(len(names), 5))), False
    alpha = spec.alpha_channel if spec.alpha_channel >= 0 else (len(names) - 1 if len(names) in (2, 4) else -1)
    color = [names.index(name) for name in ("r", "g", "b") if name in names]
    if len(color) != 3:
        plain = [index for index in range(len(names)) if index != alpha]
        color = plain[:3] if len(plain) >= 3 else plain[:1]
    return ([*color, alpha], True) if alpha >= 0 else (color, False)


def _straight(channels: Pixels, associated: bool, format_name: str | None) -> Pixels:
    """EXR stores premultiplied colour; OpenImageIO undoes that for the other formats when asked."""
    if not associated or format_name != "exr":
        return np.ascontiguousarray(channels)
    alpha = channels[..., -1:].astype(np.float32)
    color = channels[..., :-1].astype(np.float32) / np.where(alpha > 0, alpha, 1.0)
    return np.concatenate([color, alpha], axis=-1).astype(channels.dtype)


def _in_full_window(channels: Pixels, spec: Any) -> Pixels:
    """The data window placed in the display window: what lies outside is cut, what is missing is empty."""
    width, height = spec.full_width, spec.full_height
    left, top = spec.x - spec.full_x, spec.y - spec.full_y
    if width < 1 or height < 1 or (left, top, width, height) == (0, 0, spec.width, spec.height):
        return channels
    whole = np.zeros((height, width, channels.shape[2]), channels.dtype)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(width, left + spec.width), min(height, top + spec.height)
    if x1 > x0 and y1 > y0:
        whole[y0:y1, x0:x1] = channels[y0 - top : y1 - top, x0 - left : x1 - left]
    return whole


def _model(spec: Any, count: int) -> ColorModel:
    space = spec.get_string_attribute("tiff:ColorSpace")
    if space == "CMYK" and spec.nchannels >= 4:
        return "cmyk"
    if spec.get_int_attribute("tiff:PhotometricInterpretation", -1) == 3:
        return "indexed"
    return "grey" if count <= 2 else "rgb"


def _orientation(source: Source, spec: Any) -> int:
    return UPRIGHT if source.format in UPRIGHT_BY_CODEC else spec.get_int_attribute("Orientation", UPRIGHT)


def _metadata(source: Source, spec: Any) -> Metadata:
    """Pillow's where it can open the file, completed by what OpenImageIO found."""
    found = pillow.metadata_from(source.data, source.format or "", source.limits)
    profile = spec.getattribute("ICCProfile")
    xmp = spec.getattribute("xmp")
    across, down = spec.get_float_attribute("XResolution", 0.0), spec.get_float_attribute("YResolution", 0.0)
    unit = 2.54 if spec.get_string_attribute("ResolutionUnit") == "cm" else 1.0
    return replace(
        found,
        icc=found.icc or (np.asarray(profile).astype(np.uint8).tobytes() if profile is not None else None),
        xmp=found.xmp or (xmp.encode() if isinstance(xmp, str) and xmp else None),
        exif=exif.bare(found.exif),
        resolution=found.resolution or ((across * unit, down * unit) if across > 0.5 and down > 0.5 else None),
    )


def _sentence(reason: str) -> str:
    lines = [line.strip() for line in reason.strip().splitlines() if line.strip()]
    if not lines:
        return "The file is damaged."
    text = lines[0].split("OpenImageIO exited")[0].strip().rstrip(".")
    return f"The file is damaged or of an unknown sort: {text[:200]}."
