"""`read`: any picture file as plain values."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from render.image_io.decoded import Decoded, finish
from render.image_io.source import Source
from render.image_io.values import ImageData, ImageError, Limits

Reader = Callable[[Source], Decoded]
DEFAULT_LIMITS = Limits()
# For each format the readers to try, best first; every format that is not named here goes to Pillow.
READERS: dict[str, tuple[str, ...]] = {
    "tiff": ("oiio", "pillow"),
    "exr": ("oiio",),
    "hdr": ("oiio",),
    "pfm": ("pillow",),
    "dpx": ("oiio",),
    "cineon": ("oiio",),
    "iff": ("oiio",),
    "jpeg2000": ("oiio", "pillow"),
    "fits": ("pillow", "oiio"),
    "dds": ("pillow", "oiio"),
    "tga": ("pillow", "oiio"),
    "bmp": ("pillow", "oiio"),
    "jxl": ("jxl",),
    "avif": ("avif",),
    "heif": ("heif",),
    "psd": ("psd", "oiio"),
    "openraster": ("zipped",),
    "krita": ("zipped",),
}
DEEP_PNG = ("oiio", "pillow")
ANIMATED = ("gif", "webp", "png")


def read(origin: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> ImageData:
    """The picture in a file: first frame, upright, straight RGBA. Raises ImageError with one sentence."""
    source = Source(origin, limits)
    if source.format is None:
        raise ImageError("This is not a picture in a format that is read here.")
    if source.format == "xcf":
        raise ImageError("GIMP's own format is not read; export the picture as PSD, OpenRaster or PNG.")
    failure: ImageError | None = None
    for name in _readers(source):
        try:
            return finish(_load(name)(source), source.format, limits)
        except ImageError as error:
            failure = failure or error
    raise failure or ImageError("This is not a picture in a format that is read here.")


def read_frames(origin: Path | bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[ImageData]:
    """What `read` gives, for every frame of an animation in its order; of other files the picture alone. Raises
    ImageError."""
    first = read(origin, limits)
    if first.frames < 2 or first.format not in ANIMATED:
        yield first
        return
    from render.image_io.readers.pillow import decode_frames

    for frame in decode_frames(Source(origin, limits)):
        yield finish(frame, first.format, limits)


def _readers(source: Source) -> tuple[str, ...]:
    if source.format == "png" and source.data[24:25] == b"\x10":
        return DEEP_PNG
    return READERS.get(source.format or "", ("pillow",))


def _load(name: str) -> Reader:
    """The reader's module, with its library, imported on the first picture that needs it."""
    reader: Reader = import_module(f"render.image_io.readers.{name}").decode
    return reader
