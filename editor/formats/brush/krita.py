"""Krita's presets, .kpp: a PNG whose text is XML, for the engines that paint with a tip.

The tip is reckoned by Krita (`krita_tip`), carried in the preset, or a file beside it in a bundle. How it is driven
stands in
`krita_dynamics`. Presets of the other engines (hairs, particles, filters) are refused with the engine's name.
"""

import base64
import binascii
import io
import math
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from editor.base.translation import tr
from editor.formats.brush.found import DamagedBrush, FoundBrush, Paper, bounded, spacing_of
from editor.formats.brush.gimp import read_gbr, read_gih
from editor.formats.brush.krita_dynamics import Preset, driven
from editor.formats.brush.krita_tip import tip_pictures
from editor.formats.brush.picture import BROKEN, pixels_of, read_picture
from editor.formats.brush.xml_text import MOST_TEXT, parsed
from render.raster.dynamics import Dynamics
from render.raster.grain import LARGEST_PAPER
from render.raster.tips import Mode, Rank

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

READERS = {"gbr": read_gbr, "gih": read_gih, "png": read_picture}
SAMPLED = ("png_brush", "gbr_brush", "gih_brush")
ENGINES = ("paintbrush", "colorsmudge")
PNG = b"\x89PNG"
MASKING = "MaskingBrush/Preset/"
JOINED: dict[str, Mode] = {
    "multiply": "multiply", "darken": "darken", "subtract": "subtract", "burn": "burn", "linear_burn": "linear_burn",
    "overlay": "overlay", "dodge": "dodge", "hard_mix": "hard_mix", "linear_dodge": "add", "add": "add",
}  # fmt: skip
Resource = Callable[[str], bytes | None]
"""The bytes of a file that a preset names."""


class NoPicture(DamagedBrush):
    """A preset whose tip is elsewhere."""


class OtherEngine(DamagedBrush):
    """A preset that does not stamp a tip; its argument is the engine."""


def nothing_beside(_: str) -> bytes | None:
    """A preset on its own."""
    return None


def read_kpp(data: bytes, beside: Resource = nothing_beside) -> Iterator[FoundBrush]:
    """Its one brush. Raises NoPicture, OtherEngine, or DamagedBrush."""
    root = parsed(_text(data))
    said = {one.get("name", ""): one.text or "" for one in root.iter("param")}
    engine = root.get("paintopid") or said.get("paintop") or ENGINES[0]
    if engine not in ENGINES:
        raise OtherEngine(engine)
    carried = {one.get("filename", ""): one.text or "" for one in root.iter("resource")}

    def resource(name: str) -> bytes | None:
        return _decoded(carried[name]) if name in carried else beside(name)

    preset = Preset(said)
    brush = _tip(preset, resource)
    dynamics = driven(preset, engine == "colorsmudge")
    erases = preset.text("CompositeOp") == "erase" or preset.is_on("EraserMode")
    if not erases and preset.text("CompositeOp") not in ("", "normal"):
        preset.missed.append(tr("It blends with the picture as {mode}.", mode=preset.text("CompositeOp")[:30]))
    paper = _paper(preset)
    second, joined = _masking(preset, resource, brush.diameter)
    yield replace(
        brush, name=root.get("name", ""), dynamics=dynamics, paper=paper, second=second, joined=joined, erases=erases,
        not_followed=tuple(dict.fromkeys(preset.missed)),
    )  # fmt: skip


def _tip(preset: Preset, resource: Resource) -> FoundBrush:
    definition = preset.text("brush_definition")
    if not definition:
        raise NoPicture("definition")
    tip = parsed(definition)
    if tip.get("type") == "auto_brush":
        return _reckoned(tip)
    name = tip.get("filename", "")
    reader = READERS.get(name.rpartition(".")[2].lower())
    found = resource(name) if tip.get("type") in SAMPLED and reader is not None else None
    if reader is None or found is None:
        raise NoPicture(name)
    brush = next(iter(reader(found)))
    scale = _number(tip.get("scale"), 1.0)
    diameter = bounded(brush.diameter * scale, 1.0, 5000.0)
    pictures = tuple(_shape(one, tip) for one in brush.pictures)
    return replace(brush, pictures=pictures, diameter=diameter, spacing=_spacing(tip, diameter, brush.spacing),
                   angle=_angle(tip))  # fmt: skip


def _shape(picture: "NDArray[np.uint8]", tip: Any) -> "NDArray[np.uint8]":
    """Coverage, where the preset paints with the colour in the hand: what is dark and there."""
    import numpy as np

    if picture.ndim == 2 or tip.get("ColorAsMask") != "1":
        return picture
    light = picture[..., :3].astype(np.float32) @ np.array((0.299, 0.587, 0.114), np.float32)
    return np.asarray((255 - light) * picture[..., 3] / 255, np.uint8)


def _reckoned(tip: Any) -> FoundBrush:
    mask = tip.find("MaskGenerator")
    if mask is None:
        raise DamagedBrush("mask")
    randomness = bounded(_number(tip.get("randomness"), 0.0), 0.0, 1.0)
    density = bounded(_number(tip.get("density"), 1.0), 0.0, 1.0)
    pictures, roundness = tip_pictures(mask.attrib, randomness, density)
    diameter = bounded(_number(mask.get("diameter"), 1.0), 0.5, 5000.0)
    ranks = (Rank(len(pictures), "random"),) if len(pictures) > 1 else ()
    return FoundBrush(
        "", tuple(pictures), ranks, diameter, _spacing(tip, diameter, 0.1), _angle(tip), max(0.01, roundness),
    )  # fmt: skip


def _spacing(tip: Any, diameter: float, otherwise: float) -> float:
    """Of the diameter; Krita's own kind grows with its root."""
    if tip.get("useAutoSpacing") == "1":
        return spacing_of(100 * _number(tip.get("autoSpacingCoeff"), 1.0) / math.sqrt(max(1.0, diameter)))
    return spacing_of(100 * _number(tip.get("spacing"), otherwise))


def _angle(tip: Any) -> float:
    """Radians the other way round, as degrees."""
    try:
        return -math.degrees(bounded(float(tip.get("angle", "0")), -100.0, 100.0)) % 360
    except ValueError:
        return 0.0


def _masking(preset: Preset, resource: Resource, diameter: float) -> tuple[FoundBrush | None, Mode]:
    """The second tip, whose stroke decides how much of the first is seen."""
    if not preset.is_on("MaskingBrush/Enabled"):
        return None, "multiply"
    mode = JOINED.get(preset.text("MaskingBrush/MaskingCompositeOp"))
    other = Preset(preset.said, MASKING)
    try:
        second = _tip(other, resource) if mode is not None else None
    except NoPicture:
        second = None
    if second is None or mode is None:
        preset.missed.append(tr("Its masking brush is not used."))
        return None, "multiply"
    share = preset.number("MaskingBrush/MasterSizeCoeff", 1.0, 1e-3, 1000.0)
    size = bounded(diameter * share, 0.5, 5000.0) if preset.is_on("MaskingBrush/UseMasterSize") else second.diameter
    dynamics: Dynamics = driven(other)
    preset.missed.extend(other.missed)
    return replace(second, diameter=size, dynamics=dynamics), mode


def _paper(preset: Preset) -> Paper | None:
    """The pattern that the preset carries, as bright as it says."""
    if not preset.is_on("Texture/Pattern/Enabled"):
        return None
    text = preset.text("Texture/Pattern/Pattern")
    mode = preset.text("Texture/Pattern/TexturingMode")
    if not text or mode not in ("", "0", "1"):
        preset.missed.append(tr("Its texture is not used."))
        return None
    import numpy as np

    data = _decoded(text)
    if not data.startswith(PNG):
        data = _decoded(data.decode("latin-1"))  # Krita packs it twice
    pixels = pixels_of(data)
    if max(pixels.shape[:2]) > LARGEST_PAPER:
        preset.missed.append(tr("Its texture is not used."))
        return None
    rgba = pixels.astype(np.float32) / np.float32(255)
    grey = rgba[..., :3] @ np.array((11 / 32, 16 / 32, 5 / 32), np.float32)
    value = grey * rgba[..., 3] + 1 - rgba[..., 3] - np.float32(preset.number("Texture/Pattern/Brightness", 0.0, -1, 1))
    value = np.clip((value - 0.5) * np.float32(preset.number("Texture/Pattern/Contrast", 1.0, 0, 10)) + 0.5, 0, 1)
    if preset.is_on("Texture/Pattern/Invert"):
        value = 1 - value
    subtracts = mode == "1"
    rows = np.asarray(np.rint((1 - value if subtracts else value) * 255), np.uint8)
    strength = preset.number("Texture/Strength/Value", preset.number("Texture/StrengthValue", 1.0, 0, 1), 0, 1)
    if preset.is_on("PressureTexture/Strength/") or preset.is_on("PressureTexture/Strength"):
        preset.missed.append(tr("The strength of its texture stays as it is, whatever the pen does."))
    return Paper(
        rows.shape[1], rows.shape[0], rows.tobytes(), preset.number("Texture/Pattern/Scale", 1.0, 0.01, 10.0), strength,
        "subtract" if subtracts else "multiply",
    )  # fmt: skip


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=False)
    except (binascii.Error, ValueError) as error:
        raise DamagedBrush("base64") from error


def _number(text: str | None, otherwise: float) -> float:
    try:
        value = float(text or "")
    except ValueError:
        return otherwise
    return value if 0 <= value < 1e5 else otherwise


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


__all__ = ["NoPicture", "OtherEngine", "read_kpp"]
