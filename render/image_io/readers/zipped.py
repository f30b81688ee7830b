"""OpenRaster and Krita files: the merged picture inside, which both must hold."""

import zipfile
import zlib
from io import BytesIO

from render.image_io.decoded import Decoded
from render.image_io.readers import pillow
from render.image_io.source import Source
from render.image_io.values import ImageError

MERGED = "mergedimage.png"


def decode(source: Source) -> Decoded:
    """Raises ImageError."""
    try:
        with zipfile.ZipFile(BytesIO(source.data)) as archive:
            entry = archive.getinfo(MERGED)
            if entry.file_size > source.limits.unpacked_bytes:
                raise ImageError("The picture inside the file is too large.")
            inner = archive.read(entry)
    except KeyError:
        raise ImageError("The file holds no merged picture; save it again with the program that made it.") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise ImageError(f"The file is damaged: {error}.") from error
    return pillow.decode(Source(inner, source.limits))
