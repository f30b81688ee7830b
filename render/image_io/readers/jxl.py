"""JPEG XL: pixels and profile through OpenImageIO (16 bit and float), EXIF and XMP boxes through pillow-jxl-plugin."""

from dataclasses import replace

from render.image_io import exif
from render.image_io.decoded import Decoded
from render.image_io.readers import oiio
from render.image_io.source import Source

_CONTAINER = b"\0\0\0\x0cJXL "
_BOXES_OF_INTEREST = (b"Exif", b"xml ", b"brob")


def decode(source: Source) -> Decoded:
    """The first frame, already upright. Raises ImageError."""
    decoded = oiio.decode(source)
    # The plugin decodes the pixels too, so it is asked only about files that hold such a box.
    if not source.data.startswith(_CONTAINER) or not any(kind in source.data for kind in _BOXES_OF_INTEREST):
        return decoded
    from pillow_jxl import Decoder

    try:
        *_, boxes = Decoder(num_threads=-1)(source.data)
    except (RuntimeError, ValueError, OSError, MemoryError):
        return replace(decoded, notices=(*decoded.notices, "The metadata could not be read."))
    found = {bytes(box.box_type): bytes(box.data) for box in boxes}
    block = found.get(b"Exif", b"")
    metadata = replace(
        decoded.metadata,
        exif=exif.bare(block) or exif.bare(block[4:]) or decoded.metadata.exif,
        xmp=found.get(b"xml ") or decoded.metadata.xmp,
    )
    return replace(decoded, metadata=metadata)
