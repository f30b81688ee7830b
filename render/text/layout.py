"""Lay out text as SVG does: chunks, anchors, places of single characters, text on paths, vertical writing.

A chunk is text between two absolute positions; it is shaped as one piece, anchored as one piece, and its characters may
be moved and turned one by one (SVG 2, section 11).
"""

import math
from typing import Literal

import msgspec

from render.geometry import IDENTITY, Affine, Point, Rect
from render.text.bidi import Base
from render.text.fonts import FontDatabase
from render.text.measure import PathRuler
from render.text.shaping import Cluster, face_of, shape
from render.text.style import CharPlace, TextSpan, TextStyle

WORD_SEPARATORS = frozenset("\u0020\u00a0\u1361\U00010100\U00010101\U0001039f\U0001091f")
CURSIVE = frozenset(("Arab", "Syrc", "Nkoo", "Mand", "Mong", "Phag", "Dogr", "Rohg", "Sogd", "Yezi"))
Writing = Literal["horizontal", "vertical"]


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """A cluster and the map from its own baseline (x to the right, y down, in user units) to user space."""

    cluster: Cluster
    place: Affine
    run: int


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """All clusters that can be seen. `boxes[i]` is the area of text, ascent to descent, of span i."""

    placed: tuple[Placed, ...] = ()
    boxes: tuple[Rect, ...] = ()
    end: Point = Point(0.0, 0.0)

    @property
    def box(self) -> Rect:
        whole = Rect(0, 0, 0, 0)
        for box in self.boxes:
            whole = whole.union(box)
        return whole


class _Chunk(msgspec.Struct, kw_only=True):
    start: int
    end: int
    x: float | None = None
    y: float | None = None


class _Layouter:
    def __init__(
        self, spans: tuple[TextSpan, ...], places: tuple[CharPlace, ...], fonts: FontDatabase,
        direction: Base, override: bool, writing: Writing,
    ) -> None:  # fmt: skip
        self.spans, self.fonts = spans, fonts
        self.direction, self.override, self.writing = direction, override, writing
        self.text = "".join(span.text for span in spans)
        self.owners = [index for index, span in enumerate(spans) for _ in span.text]
        self.places = {place.index: place for place in places}
        self.styles = [span.style for span in spans]
        self.placed: list[Placed] = []
        self.boxes = [Rect(0, 0, 0, 0) for _ in spans]

    def run(self) -> Layout:
        at = Point(0.0, 0.0)
        for number, chunk in enumerate(self._chunks()):
            at = self._lay_chunk(chunk, at, number)
        return Layout(placed=tuple(self.placed), boxes=tuple(self.boxes), end=at)

    def _chunks(self) -> list[_Chunk]:
        chunks: list[_Chunk] = []
        flow: object = None
        for index in range(len(self.text)):
            place = self.places.get(index)
            owner_flow = self.spans[self.owners[index]].flow
            moved = place is not None and (place.x is not None or place.y is not None)
            inside_path = owner_flow is not None and owner_flow is flow and index > 0
            along = place.x if place and self.writing == "horizontal" else place.y if place else None
            breaks = along is not None if inside_path else moved
            if not chunks or breaks or owner_flow is not flow:
                chunks.append(_Chunk(start=index, end=index))
                if place is not None:
                    chunks[-1].x, chunks[-1].y = place.x, place.y
            chunks[-1].end = index + 1
            flow = owner_flow
        return chunks

    def _lay_chunk(self, chunk: _Chunk, at: Point, number: int) -> Point:
        text = self.text[chunk.start : chunk.end]
        owners = self.owners[chunk.start : chunk.end]
        clusters = shape(text, owners, self.styles, self.fonts, self.direction, self.override)
        for cluster in clusters:
            cluster.start, cluster.end = cluster.start + chunk.start, cluster.end + chunk.start
        self._space(clusters)
        self._fit(clusters)
        length = sum(cluster.advance for cluster in clusters)
        first = self.spans[owners[0]]
        anchor = {"start": 0.0, "middle": -length / 2, "end": -length}[self._anchor(first)]
        if first.flow is not None:
            return self._along_path(first, clusters, chunk, anchor, number)
        origin = Point(at.x if chunk.x is None else chunk.x, at.y if chunk.y is None else chunk.y)
        return self._along_line(clusters, origin, anchor, number)

    def _anchor(self, span: TextSpan) -> str:
        if self.direction != "rtl" or span.anchor == "middle":
            return span.anchor
        return "end" if span.anchor == "start" else "start"

    def _space(self, clusters: list[Cluster]) -> None:
        for index, cluster in enumerate(clusters):
            style = self.styles[cluster.span]
            if style.letter_spacing and not self._is_cursive(cluster):
                if index != len(clusters) - 1:
                    cluster.advance += style.letter_spacing
                if cluster.advance <= 0:
                    cluster.advance, cluster.glyphs = 0.0, []
            if style.word_spacing and self.text[cluster.start] in WORD_SEPARATORS:
                cluster.advance += style.word_spacing

    def _is_cursive(self, cluster: Cluster) -> bool:
        if self.text.isascii():
            return False
        from fontTools import unicodedata as scripts_of

        return scripts_of.script(self.text[cluster.start]) in CURSIVE

    def _fit(self, clusters: list[Cluster]) -> None:
        """textLength, for each run of spans that share one."""
        groups: dict[int, list[Cluster]] = {}
        for cluster in clusters:
            fitted = self.spans[cluster.span].fitted
            if fitted is not None:
                groups.setdefault(id(fitted), []).append(cluster)
        for group in groups.values():
            fitted = self.spans[group[0].span].fitted
            width = sum(cluster.advance for cluster in group)
            if fitted is None or width <= 0:
                continue
            if not fitted.glyphs:
                extra = (fitted.length - width) / (len(group) - 1) if len(group) > 1 else 0.0
                for cluster in group[:-1]:
                    cluster.advance += extra
            elif fitted.length / width > 0.01:
                for cluster in group:
                    cluster.advance *= fitted.length / width
                    cluster.stretch_x *= fitted.length / width

    def _along_line(self, clusters: list[Cluster], origin: Point, anchor: float, number: int) -> Point:
        vertical = self.writing == "vertical"
        turned = Affine.rotation(math.pi / 2) if vertical else IDENTITY
        base = turned.then(Affine.translation(origin.x, origin.y))
        x, y = anchor, 0.0
        for cluster in clusters:
            place = self.places.get(cluster.start)
            angle = 0.0
            if place is not None:
                x += place.dy if vertical else place.dx
                y += -place.dx if vertical else place.dy
                angle = place.rotate
            local = Affine.translation(x, y)
            if angle:
                local = Affine.rotation(math.radians(angle)).then(local)
            local = Affine.translation(0, self._rise(cluster)).then(local)
            if vertical:
                local = self._vertical(cluster).then(local)
            self._put(cluster, local.then(base), number)
            x += cluster.advance
        return base.apply(Point(x, y))

    def _vertical(self, cluster: Cluster) -> Affine:
        """Upright characters are turned back and centred; others are shifted to the middle of their height."""
        metrics = cluster.face.metrics
        if not _is_upright(self.text[cluster.start]):
            return Affine.translation(0, (metrics.ascent + metrics.descent) / 2 * cluster.size)
        size = cluster.size
        height = (metrics.ascent - metrics.descent) * size
        center_x, center_y = cluster.advance / 2, -(metrics.ascent * size - height / 2)
        return (
            Affine.translation(-center_x, -center_y)
            .then(Affine.rotation(-math.pi / 2))
            .then(Affine.translation(cluster.advance / 2, 0))
        )

    def _rise(self, cluster: Cluster) -> float:
        """How far down a cluster moves: alignment to another baseline, and baseline shifts."""
        style = self.styles[cluster.span]
        face = face_of(style, self.fonts) or cluster.face
        metrics, size = face.metrics, style.size
        offset = {
            "before-edge": metrics.ascent,
            "middle": metrics.x_height / 2,
            "central": (metrics.ascent + metrics.descent) / 2,
            "after-edge": metrics.descent,
            "ideographic": metrics.descent,
            "hanging": metrics.ascent * 0.8,
            "mathematical": metrics.ascent * 0.5,
        }.get(style.baseline, 0.0) * size
        for shift in style.shifts:
            if shift == "sub":
                offset += metrics.subscript * size
            elif shift == "super":
                offset -= metrics.superscript * size
            else:
                offset -= float(shift)
        return offset

    def _along_path(self, span: TextSpan, clusters: list[Cluster], chunk: _Chunk, anchor: float, number: int) -> Point:
        flow = span.flow
        assert flow is not None
        ruler = PathRuler(flow.path)
        along = chunk.x if self.writing == "horizontal" else chunk.y
        x, rise = flow.offset + anchor + (along or 0.0), 0.0
        last = Point(0.0, 0.0)
        for cluster in clusters:
            place = self.places.get(cluster.start)
            angle = 0.0
            if place is not None:
                x, rise, angle = x + place.dx, rise + place.dy, place.rotate
            half = (cluster.width if cluster.stretch_x == 1.0 else cluster.advance) / 2
            spot = ruler.at(x + half)
            x += cluster.advance
            if spot is None:
                continue
            point, tangent = spot
            last = Point(point.x + cluster.advance - half, point.y)
            local = Affine.translation(-half, rise + self._rise(cluster))
            if angle:
                local = Affine.rotation(math.radians(angle)).then(local)
            self._put(cluster, local.then(Affine.rotation(tangent)).then(Affine.translation(point.x, point.y)), number)
        return last

    def _put(self, cluster: Cluster, place: Affine, number: int) -> None:
        self.placed.append(Placed(cluster=cluster, place=place, run=number))
        metrics = cluster.face.metrics
        box = Rect(
            0, -metrics.ascent * cluster.size, max(cluster.advance, 1e-6),
            (metrics.ascent - metrics.descent) * cluster.size,
        )  # fmt: skip
        self.boxes[cluster.span] = self.boxes[cluster.span].union(place.bounds(box))


def lay_out(
    spans: tuple[TextSpan, ...], fonts: FontDatabase, places: tuple[CharPlace, ...] = (),
    direction: Base = "ltr", override: bool = False, writing: Writing = "horizontal",
) -> Layout:  # fmt: skip
    """Places of all clusters. Text begins at the origin unless the first character has a place."""
    return _Layouter(spans, places, fonts, direction, override, writing).run()


def glyph_places(placed: Placed) -> list[tuple[int, Affine]]:
    """Each glyph of a cluster and the map from its own origin to user space."""
    cluster = placed.cluster
    stretch = Affine.scaling(cluster.stretch_x, 1.0) if cluster.stretch_x != 1.0 else IDENTITY
    return [
        (glyph.index, Affine.translation(glyph.x, -glyph.y).then(stretch).then(placed.place))
        for glyph in cluster.glyphs
    ]


def style_height(style: TextStyle, fonts: FontDatabase) -> tuple[float, float]:
    """How far a style reaches above and below its baseline, both positive."""
    face = face_of(style, fonts)
    if face is None:
        return (style.size * 0.8, style.size * 0.2)
    return (face.metrics.ascent * style.size, -face.metrics.descent * style.size)


def _is_upright(character: str) -> bool:
    """Whether a character stands upright in vertical text (UAX #50, the large blocks)."""
    code = ord(character)
    ranges = (
        (0x1100, 0x11FF), (0x2E80, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xE000, 0xFAFF),
        (0xFE10, 0xFE1F), (0xFE30, 0xFE48), (0xFF01, 0xFF60), (0xFFE0, 0xFFE7), (0x1F000, 0x1FAFF),
        (0x20000, 0x3FFFD),
    )  # fmt: skip
    rotated = (0x3008, 0x3009, 0x300A, 0x300B, 0x300C, 0x300D, 0x300E, 0x300F, 0x3010, 0x3011, 0x30FC, 0xFF08, 0xFF09)
    return any(low <= code <= high for low, high in ranges) and code not in rotated
