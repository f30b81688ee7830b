"""Krita's presets, .kpp: a PNG whose text is XML. Those that carry the picture of their tip in themselves are read.

A preset that only names a tip of Krita's own collection, or one that Krita reckons (round, textured, with its own
dynamics), has no picture here, and is refused rather than painted as something else.
"""

import base64
import binascii
import io
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

from editor.formats.brush.found import DamagedBrush, FoundBrush, spacing_of
from editor.formats.brush.gimp import read_gbr, read_gih
from editor.formats.brush.picture import BROKEN, read_picture

MOST_TEXT = 64 << 20
READERS = {"gbr": read_gbr, "gih": read_gih, "png": read_picture}
SAMPLED = ("png_brush", "gbr_brush", "gih_brush")


class NoPicture(DamagedBrush):
    """A preset without a tip of its own."""


def read_kpp(data: bytes) -> Iterator[FoundBrush]:
    """Its tip at its size. Raises NoPicture, or DamagedBrush."""
    preset = _xml(_text(data))
    definition = next(
        (one.text or "" for one in preset.iter("param") if one.get("name") == "brush_definition"), ""
    )
    if not definition:
        raise NoPicture("definition")
    tip = _xml(definition)
    name = tip.get("filename", "")
    reader = READERS.get(name.rpartition(".")[2].lower())
    if tip.get("type") not in SAMPLED or reader is None:
        raise NoPicture(tip.get("type"))
    carried = next((one for one in preset.iter("resource") if one.get("filename") == name), None)
    if carried is None:
        raise NoPicture(name)
    try:
        picture = base64.b64decode(carried.text or "", validate=False)
    except (binascii.Error, ValueError) as error:
        raise DamagedBrush("base64") from error
    for brush in reader(picture):
        yield _as_the_preset_says(brush, tip, preset.get("name", ""))


def _as_the_preset_says(brush: FoundBrush, tip: Any, name: str) -> FoundBrush:
    scale = _number(tip.get("scale"), 1.0)
    diameter = min(5000.0, max(1.0, brush.diameter * scale))
    spacing = spacing_of(100 * _number(tip.get("spacing"), brush.spacing))
    return replace(brush, name=name, diameter=diameter, spacing=spacing)


def _number(text: str | None, otherwise: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return otherwise
    return value if 0 < value < 1e4 else otherwise


def _text(data: bytes) -> str:
    """The PNG's text that holds the preset."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(data), formats=("PNG",)) as opened:
                found = getattr(opened, "text", {}).get("preset") or opened.info.get("preset")
    except (*BROKEN, Image.DecompressionBombError) as error:
        raise DamagedBrush("picture") from error
    if not isinstance(found, str) or len(found) > MOST_TEXT:
        raise DamagedBrush("preset")
    return found


def _xml(text: str) -> ElementTree.Element:
    if "<!ENTITY" in text:
        raise DamagedBrush("entities")
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise DamagedBrush("xml") from error
