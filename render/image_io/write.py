"""`write`: a picture as a file, in the format that its name says, whole or not at all."""

import os
from importlib import import_module
from pathlib import Path

from render.image_io.formats import EXTENSIONS, format_of_name
from render.image_io.prepared import Abilities, Prepared, WriteOptions, prepare
from render.image_io.values import ImageData, ImageError
from render.image_io.writers.notes import with_notes

DEFAULT_OPTIONS = WriteOptions()
FLOATS = ("float16", "float32")
FORMATS: dict[str, Abilities] = {
    "png": Abilities(("uint8", "uint16"), grey=True, icc=True, exif=True, xmp=True, resolution=True),
    "jpeg": Abilities(alpha=False, grey=True, icc=True, exif=True, xmp=True, resolution=True),
    "tiff": Abilities(("uint8", "uint16", *FLOATS), grey=True, icc=True, exif=True, xmp=True, resolution=True),
    "webp": Abilities(icc=True, exif=True, xmp=True),
    "avif": Abilities(icc=True, exif=True, xmp=True),
    "heif": Abilities(("uint8", "uint16"), icc=True, exif=True, xmp=True, deepest_bits=10),
    "jxl": Abilities(("uint8", "uint16", *FLOATS), grey=True, icc=True, exif=True, xmp=True),
    "exr": Abilities(FLOATS, xmp=True, text=True, resolution=True, linear=True),
    "hdr": Abilities(("float32",), alpha=False, text=True, linear=True),
    "psd": Abilities(icc=True, exif=True, xmp=True),
    "gif": Abilities(xmp=True, text=True),
    "bmp": Abilities(alpha=False, grey=True, resolution=True),
    "tga": Abilities(grey=True, xmp=True, text=True),
    "dds": Abilities(),
    "ico": Abilities(),
    "qoi": Abilities(),
    "pnm": Abilities(alpha=False, grey=True, text=True),
    "jpeg2000": Abilities(grey=True, xmp=True),
}
_WRITERS = {"png": "png", "tiff": "tiff", "psd": "psd", "heif": "heif", "jxl": "jxl", "exr": "oiio", "hdr": "oiio"}


def writable_extensions() -> tuple[str, ...]:
    return tuple(extension for name in FORMATS for extension in EXTENSIONS[name])


def write(path: Path, image: ImageData, options: WriteOptions = DEFAULT_OPTIONS) -> tuple[str, ...]:
    """Write, replacing what was there only when all went well. Returns what was lost. Raises ImageError."""
    format_name = format_of_name(path.name)
    if format_name not in FORMATS:
        raise ImageError(f"Pictures cannot be written as {path.suffix or 'files without an extension'}.")
    prepared = prepare(image, FORMATS[format_name], options, format_name)
    draft = path.with_name(f".{path.stem}.{os.getpid()}{path.suffix}")
    try:
        _encode(prepared, format_name, draft)
        os.replace(draft, path)
    except OSError as error:
        raise ImageError(f"The file cannot be written: {error.strerror or error}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return prepared.notices


def _encode(prepared: Prepared, format_name: str, draft: Path) -> None:
    name = _WRITERS.get(format_name, "pillow")
    encoder = import_module(f"render.image_io.writers.{name}").encode
    if name == "oiio":
        encoder(prepared, str(draft), format_name)
        if format_name == "hdr" and prepared.metadata.text:
            draft.write_bytes(with_notes(draft.read_bytes(), format_name, prepared.metadata))
    elif name == "jxl":
        encoder(prepared, str(draft))
    elif name == "pillow":
        draft.write_bytes(with_notes(encoder(prepared, format_name), format_name, prepared.metadata))
    else:
        draft.write_bytes(encoder(prepared))
