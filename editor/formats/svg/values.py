"""Numbers, lengths, colours, transforms and lists in SVG's attributes."""

import math
import re

import msgspec
import tinycss2
import tinycss2.color4

from render.color import Color
from render.geometry import IDENTITY, Affine, Rect

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_NUMBER = re.compile(NUMBER)
_LENGTH = re.compile(rf"\s*({NUMBER})\s*([a-zA-Z%]*)\s*$")
_FUNCTION = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^()]*)\)")
_URL = re.compile(r"""\s*url\(\s*(?:"([^"]*)"|'([^']*)'|([^)]*?))\s*\)\s*""")
PIXELS = {"": 1.0, "px": 1.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "pt": 96 / 72, "pc": 16.0, "q": 96 / 101.6}


class Length(msgspec.Struct, frozen=True):
    """A number with its unit in lower case, "" for none."""

    number: float
    unit: str = ""


def parse_length(text: str | None) -> Length | None:
    """None for what is no length."""
    found = _LENGTH.match(text) if text else None
    if found is None:
        return None
    number = float(found[1])
    return Length(number, found[2].lower()) if math.isfinite(number) else None


def parse_number(text: str | None) -> float | None:
    found = parse_length(text)
    return found.number if found is not None and not found.unit else None


def parse_amount(text: str | None) -> float | None:
    """A number, or a percentage as a fraction."""
    found = parse_length(text)
    if found is None or found.unit not in ("", "%"):
        return None
    return found.number / 100 if found.unit == "%" else found.number


def parse_opacity(text: str | None, default: float = 1.0) -> float:
    amount = parse_amount(text)
    return default if amount is None else min(1.0, max(0.0, amount))


def parse_numbers(text: str | None) -> list[float]:
    """All numbers of a list, whatever stands between them."""
    return [float(part) for part in _NUMBER.findall(text or "")]


def parse_lengths(text: str | None) -> list[Length]:
    """A list of lengths; empty when any part is none."""
    found = [parse_length(part) for part in re.split(r"[\s,]+", (text or "").strip()) if part]
    return [item for item in found if item is not None] if all(found) else []


def parse_view_box(text: str | None) -> Rect | None:
    numbers = parse_numbers(text)
    if len(numbers) != 4 or numbers[2] <= 0 or numbers[3] <= 0:
        return None
    return Rect(*numbers)


def parse_url(text: str | None) -> tuple[str, str] | None:
    """The target of url(...) and what follows it; None when there is no url()."""
    found = _URL.match(text) if text else None
    if found is None or text is None:
        return None
    target = found[1] or found[2] or found[3] or ""
    return target.strip(), text[found.end() :].strip()


def local_target(reference: str | None) -> str | None:
    """The id that "#id" points at."""
    reference = (reference or "").strip()
    return reference[1:] if reference.startswith("#") and len(reference) > 1 else None


def parse_color(text: str | None) -> Color | None:
    """None for what is no colour, and for currentColor, which the caller knows better."""
    if not text:
        return None
    try:
        found = tinycss2.color4.parse_color(_SATURATION.sub(_at_most, text.strip()))
    except ValueError:
        return None
    if found is None or found == "currentcolor":
        return None
    try:
        red, green, blue = (float(part) for part in found.to("srgb").coordinates)
        alpha = float(found.alpha)
    except (NotImplementedError, TypeError, ValueError):
        return None
    return Color(*(min(1.0, max(0.0, part)) for part in (red, green, blue, alpha)))


_SATURATION = re.compile(r"(?<=[\s,])(\d+(?:\.\d+)?)(?=%)")


def _at_most(found: re.Match[str]) -> str:
    """Percentages in colours end at 100."""
    return found[1] if float(found[1]) <= 100 else "100"


def parse_angle(text: str | None) -> float | None:
    """Degrees; a plain number is degrees."""
    found = parse_length(text)
    factors = {"": 1.0, "deg": 1.0, "grad": 0.9, "rad": 180 / math.pi, "turn": 360.0}
    return found.number * factors[found.unit] if found is not None and found.unit in factors else None


def parse_transform(text: str | None) -> Affine | None:
    """The whole list as one map; None when it cannot be read or flattens the plane."""
    if not text or text.strip() in ("", "none"):
        return IDENTITY
    result, at = IDENTITY, 0
    for found in _FUNCTION.finditer(text):
        if text[at : found.start()].strip(" \t\r\n,"):
            return None
        numbers = _transform_numbers(found[2])
        one = None if numbers is None else _one_transform(found[1], numbers)
        if one is None:
            return None
        result, at = one.then(result), found.end()
    return result if not text[at:].strip(" \t\r\n,;") else None


def _transform_numbers(text: str) -> list[float] | None:
    numbers: list[float] = []
    for part in re.findall(rf"{NUMBER}(?:[a-zA-Z%]*)", text):
        angle = parse_angle(part)
        length = parse_length(part)
        if angle is not None:
            numbers.append(angle)
        elif length is not None and length.unit in PIXELS:
            numbers.append(length.number * PIXELS[length.unit])
        else:
            return None
    return numbers


def _one_transform(name: str, n: list[float]) -> Affine | None:
    if name == "matrix" and len(n) == 6:
        return Affine(*n)
    if name == "translate" and len(n) in (1, 2):
        return Affine.translation(n[0], n[1] if len(n) == 2 else 0.0)
    if name in ("translateX", "translateY") and len(n) == 1:
        return Affine.translation(n[0], 0.0) if name[-1] == "X" else Affine.translation(0.0, n[0])
    if name == "scale" and len(n) in (1, 2):
        return Affine.scaling(n[0], n[-1])
    if name in ("scaleX", "scaleY") and len(n) == 1:
        return Affine.scaling(n[0], 1.0) if name[-1] == "X" else Affine.scaling(1.0, n[0])
    if name == "rotate" and len(n) in (1, 3):
        turned = Affine.rotation(math.radians(n[0]))
        if len(n) == 1:
            return turned
        return Affine.translation(-n[1], -n[2]).then(turned).then(Affine.translation(n[1], n[2]))
    if name == "skewX" and len(n) == 1:
        return Affine(1.0, 0.0, math.tan(math.radians(n[0])), 1.0, 0.0, 0.0)
    if name == "skewY" and len(n) == 1:
        return Affine(1.0, math.tan(math.radians(n[0])), 0.0, 1.0, 0.0, 0.0)
    return None
