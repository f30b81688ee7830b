"""Paragraphs: lines broken at a width, aligned, with line height; then laid out like any other text.

Breaking is greedy, at spaces, after hyphens and between ideographs; a word longer than the line is broken inside.
"""

from typing import Literal

import msgspec

from render.text.bidi import Base
from render.text.fonts import FontDatabase
from render.text.layout import Layout, lay_out, style_height
from render.text.shaping import Cluster, shape
from render.text.style import CharPlace, TextSpan

Align = Literal["start", "middle", "end", "justify"]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Characters `start` to `end` (the break itself excluded), its baseline, where it begins and how long it is."""

    start: int
    end: int
    x: float
    baseline: float
    width: float
    top: float
    height: float


class Paragraphs(msgspec.Struct, frozen=True, kw_only=True):
    layout: Layout
    lines: tuple[Line, ...]
    width: float
    height: float


def set_paragraphs(
    spans: tuple[TextSpan, ...], fonts: FontDatabase, *, width: float | None = None, align: Align = "start",
    line_height: float = 1.2, direction: Base = "auto",
) -> Paragraphs:  # fmt: skip
    """Text in lines from the origin down. `width` None breaks at line ends only; `line_height` is in sizes."""
    text = "".join(span.text for span in spans)
    owners = [index for index, span in enumerate(spans) for _ in span.text]
    ranges = _break(text, owners, spans, fonts, width, direction)
    lines: list[Line] = []
    top = 0.0
    for start, end, length in ranges:
        used = {owners[index] for index in range(start, end)} or {owners[min(start, len(owners) - 1)] if owners else 0}
        ascent, descent, height = _line_measure([spans[index] for index in used] if spans else [], fonts, line_height)
        room = (width if width is not None else 0.0) - length
        x = {"start": 0.0, "justify": 0.0, "middle": room / 2, "end": room}[align]
        baseline = top + (height - ascent - descent) / 2 + ascent
        lines.append(Line(start=start, end=end, x=x, baseline=baseline, width=length, top=top, height=height))
        top += height
    layout = _place(spans, text, owners, lines, fonts, width if align == "justify" else None, direction)
    longest = max((line.width for line in lines), default=0.0)
    return Paragraphs(layout=layout, lines=tuple(lines), width=longest if width is None else width, height=top)


def _line_measure(spans: list[TextSpan], fonts: FontDatabase, line_height: float) -> tuple[float, float, float]:
    ascent = descent = height = 0.0
    for span in spans:
        above, below = style_height(span.style, fonts)
        ascent, descent = max(ascent, above), max(descent, below)
        height = max(height, span.style.size * line_height)
    return ascent, descent, height


def _place(
    spans: tuple[TextSpan, ...], text: str, owners: list[int], lines: list[Line], fonts: FontDatabase,
    justify: float | None, direction: Base,
) -> Layout:  # fmt: skip
    """Cut the spans at lines and give the first character of each line its place."""
    pieces: list[TextSpan] = []
    origins: list[int] = []
    places: list[CharPlace] = []
    at = 0
    for number, line in enumerate(lines):
        if line.end <= line.start:
            continue
        places.append(CharPlace(index=at, x=line.x, y=line.baseline))
        stretched = justify is not None and number + 1 < len(lines) and lines[number + 1].start == line.end + 1
        gaps = text[line.start : line.end].count(" ")
        extra = (justify - line.width) / gaps if justify is not None and stretched and gaps else 0.0
        for start, end in _cuts(owners, line.start, line.end):
            span = spans[owners[start]]
            style = msgspec.structs.replace(span.style, word_spacing=span.style.word_spacing + extra)
            pieces.append(msgspec.structs.replace(span, text=text[start:end], style=style))
            origins.append(owners[start])
            at += end - start
    laid = lay_out(tuple(pieces), fonts, tuple(places), direction=direction)
    return _with_original_spans(laid, origins, len(spans))


def _with_original_spans(laid: Layout, origins: list[int], count: int) -> Layout:
    from render.geometry import Rect

    boxes = [Rect(0, 0, 0, 0)] * count
    for index, box in enumerate(laid.boxes):
        boxes[origins[index]] = boxes[origins[index]].union(box)
    for placed in laid.placed:
        placed.cluster.span = origins[placed.cluster.span]
    return Layout(placed=laid.placed, boxes=tuple(boxes), end=laid.end)


def _cuts(owners: list[int], start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start] + [index for index in range(start + 1, end) if owners[index] != owners[index - 1]] + [end]
    return list(zip(cuts[:-1], cuts[1:], strict=True))


def _break(
    text: str, owners: list[int], spans: tuple[TextSpan, ...], fonts: FontDatabase, width: float | None, direction: Base
) -> list[tuple[int, int, float]]:
    """(start, end, length) of each line."""
    ranges: list[tuple[int, int, float]] = []
    start = 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        clusters = shape(paragraph, owners[start:end], [span.style for span in spans], fonts, direction)
        advances = _advances(clusters, len(paragraph), spans, paragraph)
        ranges += [(start + a, start + b, length) for a, b, length in _wrap(paragraph, advances, width)]
        start = end + 1
    return ranges


def _advances(clusters: list[Cluster], count: int, spans: tuple[TextSpan, ...], text: str) -> list[float]:
    advances = [0.0] * count
    for cluster in clusters:
        style = spans[cluster.span].style
        extra = style.letter_spacing + (style.word_spacing if text[cluster.start] == " " else 0.0)
        advances[cluster.start] += cluster.advance + extra
    return advances


def _wrap(text: str, advances: list[float], width: float | None) -> list[tuple[int, int, float]]:
    if width is None or sum(advances) <= width:
        return [(0, len(text), sum(advances))]
    lines: list[tuple[int, int, float]] = []
    start, length, chance = 0, 0.0, None
    index = 0
    while index < len(text):
        if length + advances[index] > width and text[index] != " " and index > start:
            end, following = (index, index) if chance is None else chance
            lines.append((start, end, sum(advances[start:end])))
            start, index, length, chance = following, following, 0.0, None
            continue
        length += advances[index]
        if text[index] == " ":
            chance = (index, index + 1)
        elif text[index] in "-\u2010\u2013\u2014" or _is_ideograph(text[index]):
            chance = (index + 1, index + 1)
        index += 1
    lines.append((start, len(text), sum(advances[start:])))
    return lines


def _is_ideograph(character: str) -> bool:
    return "\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7ff"
