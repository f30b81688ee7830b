"""Elements as plain values, and their text."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

import msgspec

from render.color import Color
from render.geometry import IDENTITY, Affine, Rect
from render.vector.path import POINTS_OF, PathData

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Tag(msgspec.Struct, kw_only=True):
    """An element. None among the attributes is left out; children are elements and text."""

    name: str
    attributes: dict[str, str | None] = {}
    children: list["Tag | str"] = []


def to_text(tag: Tag, depth: int = 0) -> str:
    """Indented, except inside text, where white space counts."""
    pad = "\n" + "  " * depth
    pieces = [f"{key}={quoteattr(clean(value))}" for key, value in tag.attributes.items() if value is not None]
    opening = " ".join([tag.name, *pieces])
    if not tag.children:
        return f"{pad}<{opening}/>"
    if tag.name in ("text", "style", "title") or any(isinstance(child, str) for child in tag.children):
        return f"{pad}<{opening}>{''.join(_inline(child) for child in tag.children)}</{tag.name}>"
    inside = "".join(to_text(child, depth + 1) for child in tag.children if isinstance(child, Tag))
    return f"{pad}<{opening}>{inside}{pad}</{tag.name}>"


def _inline(child: "Tag | str") -> str:
    if isinstance(child, str):
        return escape(clean(child))
    pieces = [f"{key}={quoteattr(clean(value))}" for key, value in child.attributes.items() if value is not None]
    opening = " ".join([child.name, *pieces])
    return f"<{opening}>{''.join(_inline(inner) for inner in child.children)}</{child.name}>"


def clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def number(value: float) -> str:
    """A number as short as six decimals allow."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def numbers(values: Iterable[float]) -> str:
    return " ".join(number(value) for value in values)


def matrix(map_: Affine) -> str | None:
    """None for the map that changes nothing."""
    if map_ == IDENTITY:
        return None
    if (map_.a, map_.b, map_.c, map_.d) == (1.0, 0.0, 0.0, 1.0):
        return f"translate({numbers((map_.e, map_.f))})"
    parts = (f"{part:.9g}" for part in (map_.a, map_.b, map_.c, map_.d))
    return f"matrix({' '.join(parts)} {numbers((map_.e, map_.f))})"


def color_text(color: Color) -> str:
    """#rrggbb without its opacity."""
    return color.with_alpha(1.0).to_hex()


def view_box(rect: Rect) -> str:
    return numbers((rect.x, rect.y, rect.width, rect.height))


def path_text(path: PathData) -> str:
    """Path data with absolute commands."""
    pieces: list[str] = []
    at = 0
    for verb in path.verbs:
        count = 2 * POINTS_OF[verb]
        pieces.append(verb + numbers(path.points[at : at + count]))
        at += count
    return "".join(pieces)
