"""Pictures through Pillow: 8-bit colour, palettes, animations, most metadata, and cut-off files as far as they go.

Only the named decoder may look at the bytes: Pillow would start Ghostscript for a file that says it is PostScript.
"""

import warnings
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from threading import Lock
from typing import Any

import numpy as np
from PIL import Image, ImageFile, UnidentifiedImageError

from render.image_io import exif
from render.image_io.decoded import Decoded
from render.image_io.packets import packet_in
from render.image_io.source import Source
from render.image_io.values import ColorModel, ImageError, Limits, Metadata, Pixels, check_area

PLUGINS = {
    "png": ("PNG",), "jpeg": ("JPEG",), "tiff": ("TIFF",), "webp": ("WEBP",), "avif": ("AVIF",), "gif": ("GIF",),
    "bmp": ("BMP", "DIB"), "tga": ("TGA",), "dds": ("DDS",), "ico": ("ICO",), "cur": ("CUR",), "icns": ("ICNS",),
    "qoi": ("QOI",), "pnm": ("PPM",), "pfm": ("PPM",), "jpeg2000": ("JPEG2000",), "sgi": ("SGI",), "pcx": ("PCX",),
    "dcx": ("DCX",), "fits": ("FITS",), "xbm": ("XBM",), "xpm": ("XPM",), "fli": ("FLI",), "blp": ("BLP",),
    "ftex": ("FTEX",), "im": ("IM",), "msp": ("MSP",), "sun": ("SUN",), "spider": ("SPIDER",), "xvthumb": ("XVTHUMB",),
}  # fmt: skip
WITH_PACKET = ("gif", "jpeg2000", "tga")
CUT_OFF = "The file is cut off or damaged; what could be read is here, the rest is empty."
_lenient = Lock()
# Everything that Pillow's decoders raise for damaged files, found by running them over the corpora.
FAILURES = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, AttributeError, OverflowError,
    RuntimeError, MemoryError, ZeroDivisionError, NotImplementedError, Image.DecompressionBombError,
)  # fmt: skip


def decode(source: Source) -> Decoded:
    """The first frame. Raises ImageError."""
    return _decoded(opened(source.data, source.format or "", source.limits), source)


def decode_frames(source: Source) -> Iterator[Decoded]:
    """Every frame as it is seen: those of a GIF hold only what is new. Raises ImageError."""
    image = opened(source.data, source.format or "", source.limits)
    first = _decoded(image, source)
    yield first
    for number in range(1, first.frames):
        try:
            image.seek(number)
        except FAILURES as error:
            raise ImageError(_sentence(error)) from error
        yield replace(_decoded(image, source), metadata=first.metadata)


def _decoded(image: Image.Image, source: Source) -> Decoded:
    """The frame at which `image` stands."""
    try:
        notices = _load(image)
        channels, model, bits = _channels(image)
        metadata = _with_packet(metadata_of(image), source.data, source.format or "")
    except ImageError:
        raise
    except FAILURES as error:
        raise ImageError(_sentence(error)) from error
    orientation = exif.orientation_of(metadata.exif)
    frames = int(getattr(image, "n_frames", 1) or 1) if _counts_frames(image) else 1
    return Decoded(channels, model, metadata, orientation, bits=bits, frames=frames, notices=notices)


def opened(data: bytes, format_name: str, limits: Limits) -> Image.Image:
    """The header read, no pixel decoded. Raises ImageError."""
    plugins = PLUGINS.get(format_name)
    if plugins is None:
        raise ImageError("This format is not one that Pillow reads.")
    # Pillow refuses at twice this number, also for pictures inside pictures, where our own check cannot look.
    Image.MAX_IMAGE_PIXELS = limits.pixels // 2
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(BytesIO(data), formats=plugins)
            check_area(*image.size, limits)
    except ImageError:
        raise
    except FAILURES as error:
        raise ImageError(_sentence(error)) from error
    return image


def _load(image: Image.Image) -> tuple[str, ...]:
    """Decode; a file that ends too early gives what it has, with a notice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image.load()
            return ()
        except Image.DecompressionBombError:
            raise
        except FAILURES as error:
            if "trunc" not in str(error).lower() and "unrecognized data stream" not in str(error).lower():
                raise
        with _lenient:
            ImageFile.LOAD_TRUNCATED_IMAGES = True
            try:
                image.load()
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = False
    return (CUT_OFF,)


def _sentence(error: BaseException) -> str:
    if isinstance(error, Image.DecompressionBombError):
        return "The picture inside says it has more pixels than are accepted."
    if isinstance(error, UnidentifiedImageError):
        return "The file is damaged: its beginning cannot be understood."
    reason = str(error).strip().rstrip(".").splitlines()
    return f"The file is damaged: {reason[0]}." if reason else "The file is damaged."


def _counts_frames(image: Image.Image) -> bool:
    """Counting walks the whole file, and stumbles in damaged ones."""
    try:
        return bool(getattr(image, "is_animated", False))
    except FAILURES:
        return False


def _channels(image: Image.Image) -> tuple[Pixels, ColorModel, int]:
    """Pixels, what they are, and the bits a channel that they came in."""
    mode = image.mode
    if mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16), "grey", 16
    if mode == "I":
        return _from_int32(np.asarray(image)), "grey", 16
    if mode == "F":
        return np.asarray(image, np.float32), "grey", 32
    if mode == "1":
        return np.asarray(image.convert("L")), "grey", 1
    if mode in ("L", "LA", "La"):
        with_alpha = mode != "L" or "transparency" in image.info
        return np.asarray(image.convert("LA") if with_alpha else image), "grey", 8
    if mode in ("P", "PA"):
        with_alpha = mode == "PA" or "transparency" in image.info or image.has_transparency_data
        return np.asarray(image.convert("RGBA" if with_alpha else "RGB")), "indexed", 8
    if mode == "CMYK":
        return np.asarray(image), "cmyk", 8
    if mode == "LAB":
        return np.asarray(image), "lab", 8
    with_alpha = mode in ("RGBA", "RGBa") or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if with_alpha else "RGB")), "rgb", 8


def _from_int32(values: Any) -> Pixels:
    """Pillow keeps 16-bit values of some formats in 32-bit integers; really larger ones are scaled down."""
    low, high = int(values.min()), int(values.max())
    if low >= 0 and high <= 65535:
        same: Pixels = values.astype(np.uint16)
        return same
    span = max(1, high - min(low, 0))
    scaled: Pixels = ((values.astype(np.float64) - min(low, 0)) * (65535.0 / span)).astype(np.uint16)
    return scaled


def metadata_of(image: Image.Image) -> Metadata:
    """Profile, EXIF, XMP and resolution of an opened image; damaged parts are left out."""
    info: dict[Any, Any] = image.info
    icc = info.get("icc_profile")
    xmp = info.get("xmp")
    return Metadata(
        icc=icc if isinstance(icc, bytes) and icc else None,
        exif=_exif(image),
        xmp=xmp.encode() if isinstance(xmp, str) else xmp if isinstance(xmp, bytes) and xmp else None,
        resolution=_resolution(info),
    )


def _with_packet(found: Metadata, data: bytes, format_name: str) -> Metadata:
    """Completed by the packet of formats in which Pillow does not look for one."""
    if found.xmp is not None or format_name not in WITH_PACKET:
        return found
    return replace(found, xmp=packet_in(data))


def _exif(image: Image.Image) -> bytes | None:
    block = image.info.get("exif")
    if isinstance(block, bytes):
        return exif.bare(block)
    if image.format not in ("TIFF", "PNG", "MPO"):
        return None
    try:
        parsed = image.getexif()
        if image.format == "TIFF":
            return _without_layout(parsed)
        return exif.bare(parsed.tobytes()) if parsed else None
    except FAILURES:
        return None


# Tags that describe how this very TIFF lays out its pixels, or that travel on their own: profile, XMP, Photoshop.
_LAYOUT = {
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288, 289, 290, 291, 292,
    293, 297, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 334, 338, 339, 340, 341, 342, 343, 347, 512, 513,
    514, 515, 517, 518, 519, 520, 521, 529, 530, 531, 532, 700, 32995, 32996, 33723, 34377, 34665, 34675,
    34853, 37724, 40965,
}  # fmt: skip


def _without_layout(parsed: Image.Exif) -> bytes | None:
    """What a TIFF's own directory says about the picture, as an EXIF block."""
    kept = Image.Exif()
    kept.endian = "<"
    for tag, value in parsed.items():
        if tag not in _LAYOUT:
            kept[tag] = value
    for pointer in (0x8769, 0x8825):
        inner = parsed.get_ifd(pointer)
        if inner:
            kept.get_ifd(pointer).update(inner)
    return exif.bare(kept.tobytes()) if len(kept) else None


def _resolution(info: dict[Any, Any]) -> tuple[float, float] | None:
    try:
        across, down = (float(value) for value in info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (across, down) if 0.5 < across < 1e6 and 0.5 < down < 1e6 else None


def metadata_from(data: bytes, format_name: str, limits: Limits) -> Metadata:
    """Only the metadata, for readers whose own library keeps less of it; empty where Pillow cannot open the file."""
    try:
        image = opened(data, format_name, replace(limits, pixels=1 << 62))
        return _with_packet(metadata_of(image), data, format_name)
    except (ImageError, *FAILURES):
        return _directory_of(data) if format_name == "tiff" else Metadata()


def _directory_of(data: bytes) -> Metadata:
    """The metadata of a TIFF whose pixels Pillow does not know, such as floats: a TIFF begins as an EXIF block does."""
    parsed = Image.Exif()
    try:
        parsed.load(exif.PREFIX + data)
        icc, xmp = parsed.get(34675), parsed.get(700)
        return Metadata(
            icc=icc if isinstance(icc, bytes) else None,
            exif=_without_layout(parsed),
            xmp=xmp if isinstance(xmp, bytes) else None,
        )
    except FAILURES:
        return Metadata()
