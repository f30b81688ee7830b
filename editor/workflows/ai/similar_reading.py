"""Picture files as the index of look-alikes wants them: small, with their keywords and a thumbnail."""

from __future__ import annotations

import io
import re
import warnings
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import unescape

import numpy as np

from ml.errors import ModelError
from ml.similarity.update import Sample

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = frozenset({
    ".png", ".jpg", ".jpeg", ".jpe", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".tga", ".ppm", ".pgm", ".heic",
    ".heif", ".avif", ".jxl", ".jp2", ".psd",
})  # fmt: skip
SIDE, THUMBNAIL = 256, 160
MOST_PIXELS = 400_000_000
MOST_METADATA, MOST_KEYWORDS = 1 << 20, 2000
PLUGINS = {".heic": "pillow_heif", ".heif": "pillow_heif", ".jxl": "pillow_jxl"}
SUBJECT = re.compile(rb"<dc:subject>(.*?)</dc:subject>", re.DOTALL)
ITEM = re.compile(rb"<rdf:li[^>]*>([^<]{1,200})</rdf:li>")
KEYWORDS_OF_IPTC = (2, 25)


def read_sample(path: Path) -> Sample:
    """Raises ModelError with a reason for what cannot be read."""
    from PIL import Image, ImageOps

    _load_plugin(path.suffix.lower())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged metadata; the pixels count
            with Image.open(path) as opened:
                if opened.width * opened.height > MOST_PIXELS:
                    raise ModelError("This picture is too large to be looked at: {name}", name=path.name)
                keywords = keywords_of(opened)
                opened.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG decodes at a fraction, many times faster
                width, height = _whole_size(opened, path)
                small = _small(opened)
                small = ImageOps.exif_transpose(small)
                if (small.width > small.height) != (width > height):
                    width, height = height, width
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError, IndexError, KeyError, TypeError,
            Image.DecompressionBombError) as error:
        raise ModelError("The picture {name} cannot be read.", name=path.name) from error
    return sample_of(small, width, height, keywords)


def _load_plugin(suffix: str) -> None:
    from importlib import import_module

    name = PLUGINS.get(suffix)
    if name is not None:
        plugin = import_module(name)
        if name == "pillow_heif":
            plugin.register_heif_opener()


def _whole_size(opened: Image, path: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(path) as again:  # `draft` has made the other one small
        return again.size


def _small(opened: Image) -> Image:
    """At most SIDE large, on white where it is transparent, upright later."""
    from PIL import Image

    exif = opened.getexif()
    has_alpha = opened.mode in ("RGBA", "LA", "PA") or "transparency" in opened.info
    if opened.mode.startswith("I;16") or opened.mode in ("I", "F"):
        values = np.asarray(opened, np.float32)
        peak = float(values.max()) or 1.0
        opened = Image.fromarray((values / peak * 255).clip(0, 255).astype(np.uint8))
    if has_alpha:
        layered = opened.convert("RGBA")
        layered.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
        ground = Image.new("RGBA", layered.size, "white")
        small = Image.alpha_composite(ground, layered).convert("RGB")
    else:
        small = opened.convert("RGB")
        small.thumbnail((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    small.getexif().update(exif)
    return small


def sample_of(small: Image, width: int, height: int, keywords: str = "") -> Sample:
    """From a small RGB picture."""
    pixels = np.asarray(small, np.uint8)
    thumbnail = small.copy()
    thumbnail.thumbnail((THUMBNAIL, THUMBNAIL))
    stream = io.BytesIO()
    thumbnail.save(stream, "WEBP", quality=80, method=2)
    return Sample(pixels, width, height, keywords, stream.getvalue())


def keywords_of(opened: Image) -> str:
    """Keywords that people or cameras wrote into the file (XMP subjects, IPTC keywords), parted by commas."""
    found: list[str] = []
    packet = opened.info.get("xmp") or opened.info.get("XML:com.adobe.xmp") or b""
    raw = packet.encode() if isinstance(packet, str) else bytes(packet)
    subject = SUBJECT.search(raw[:MOST_METADATA])
    if subject is not None:
        found += [unescape(item.decode("utf-8", "replace")) for item in ITEM.findall(subject.group(1))]
    if opened.format in ("JPEG", "TIFF"):
        from PIL import ImageFile, IptcImagePlugin

        assert isinstance(opened, ImageFile.ImageFile)
        try:
            record = (IptcImagePlugin.getiptcinfo(opened) or {}).get(KEYWORDS_OF_IPTC, [])
        except (SyntaxError, ValueError, KeyError, IndexError, TypeError):
            record = []
        items = record if isinstance(record, list) else [record]
        found += [item.decode("utf-8", "replace") for item in items]
    return ", ".join(dict.fromkeys(found))[:MOST_KEYWORDS]
