"""Colours of a kit: contrast as WCAG 2 measures it, tints, and which colour comes nearest to another."""

from collections.abc import Iterable

from editor.workflows.kits.kit import Kit, KitColor
from render.color import Color

LARGE_TEXT, TEXT, FINE = 3.0, 4.5, 7.0
SAME = 0.02
"""So far apart two colours look like one, in OKLab."""
NEUTRAL = ("#000000", "#ffffff")


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (_linear(part) for part in (color.red, color.green, color.blue))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def contrast(one: Color, other: Color) -> float:
    """From 1 (the same) to 21 (black on white).

    >>> round(contrast(Color(0, 0, 0), Color(1, 1, 1)), 1)
    21.0
    """
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def grade(ratio: float) -> str:
    """What WCAG says of text in such a contrast: AAA, AA, "AA large" for headlines only, or nothing."""
    return "AAA" if ratio >= FINE else "AA" if ratio >= TEXT else "AA large" if ratio >= LARGE_TEXT else ""


def tint(color: Color, share: float) -> Color:
    """Mixed with so much white, or black where it is negative."""
    goal = 1.0 if share > 0 else 0.0
    part = abs(share)
    red, green, blue = (value + (goal - value) * part for value in (color.red, color.green, color.blue))
    return Color(red, green, blue)


def tints_of(item: KitColor) -> list[str]:
    return [tint(Color.from_hex(item.color), share).to_hex() for share in item.tints]


def palette(kit: Kit) -> list[str]:
    """Every colour that is on brand, with the tints behind each."""
    found = [text for item in kit.colors for text in (item.color, *tints_of(item))]
    return list(dict.fromkeys(found))


def oklab(color: Color) -> tuple[float, float, float]:
    """Björn Ottosson's space, in which distances are as large as they look."""
    red, green, blue = (_linear(part) for part in (color.red, color.green, color.blue))
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    middle = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


def distance(one: Color, other: Color) -> float:
    first, second = oklab(one), oklab(other)
    return float(sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5)


def nearest(color: Color, texts: Iterable[str]) -> str | None:
    """The colour of a palette that looks most like another one."""
    return min(texts, key=lambda text: distance(color, Color.from_hex(text)), default=None)


def is_on_brand(color: Color, texts: Iterable[str]) -> bool:
    """Whether a colour is one of a palette, or pure black or white, which belong to everybody."""
    return any(distance(color, Color.from_hex(text)) <= SAME for text in (*texts, *NEUTRAL))
