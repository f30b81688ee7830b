"""text with tspan, textPath and tref as one record of placed spans."""

from typing import Any

import msgspec

from editor.formats.svg.nodes import node_fields, transform_of
from editor.formats.svg.paints import styles_of
from editor.formats.svg.reader import Reader
from editor.formats.svg.shapes import SHAPES, outline_of_element
from editor.formats.svg.state import State
from editor.formats.svg.text_style import text_style
from editor.formats.svg.values import local_target, parse_length, parse_lengths
from editor.formats.svg.xml import Element
from editor.model.vector import Decoration, FillStyle, SolidPaint, SpanData, TextShape
from render.text.style import CharPlace, PathFlow, SetLength

SPANS = frozenset(("tspan", "a", "textPath", "tref"))
KINDS = ("underline", "overline", "line-through")


class _Character(msgspec.Struct):
    """One character with the element that it stands in."""

    text: str
    state: State
    flow: int | None


class _Collector:
    """Walks the text element, joining white space, and collects the lists of places."""

    def __init__(self, reader: Reader, state: State) -> None:
        self.reader, self.root = reader, state
        self.characters: list[_Character] = []
        self.places: dict[int, dict[str, float]] = {}
        self.flows: list[PathFlow] = []
        self.fits: list[tuple[int, int, State]] = []

    def run(self) -> None:
        self._walk(self.root, None, False)
        self._trim()

    def _walk(self, state: State, flow: int | None, inside: bool) -> None:
        start = len(self.characters)
        content: list[Element | str] = list(state.element.children)
        if state.element.tag == "tref":
            target = self.reader.ids.get(local_target(state.element.get("href")) or "")
            content = [target.text()] if target is not None else []
        for child in content:
            if isinstance(child, str):
                self._add(child, state, flow)
            elif child.tag in SPANS and child.style.get("display") != "none":
                self._enter(State(child, state), flow, inside)
        self._place(state, start, len(self.characters))
        if parse_length(state.element.get("textLength")) is not None:
            self.fits.append((start, len(self.characters), state))

    def _enter(self, state: State, flow: int | None, inside: bool) -> None:
        if state.element.tag == "textPath":
            if inside or state.parent is not self.root:
                return
            found = self._flow(state)
            if found is None:
                return
            self.flows.append(found)
            flow = len(self.flows) - 1
        self._walk(state, flow, True)

    def _flow(self, state: State) -> PathFlow | None:
        target = self.reader.ids.get(local_target(state.element.get("href")) or "")
        if target is None or target.tag not in SHAPES:
            return None
        source = self.reader.state_of(target)
        path = outline_of_element(source).transformed(transform_of(source))
        if path.is_empty:
            return None
        length = parse_length(state.element.get("startOffset"))
        offset = 0.0
        if length is not None and length.unit == "%":
            from render.text.measure import PathRuler

            offset = PathRuler(path).length * length.number / 100
        elif length is not None:
            offset = state.resolve(length)
        return PathFlow(path=path, offset=offset)

    def _add(self, text: str, state: State, flow: int | None) -> None:
        preserve = state.get("xml:space") == "preserve" or (state.get("white-space") or "").startswith(("pre", "break"))
        text = text.replace("\r\n", " ").replace("\n", " ").replace("\t", " ").replace("\r", " ")
        for character in text:
            before = self.characters[-1] if self.characters else None
            if not preserve and character == " " and (before is None or before.text == " "):
                continue
            self.characters.append(_Character(character, state, flow))

    def _trim(self) -> None:
        while self.characters and self.characters[-1].text == " ":
            if self.characters[-1].state.get("xml:space") == "preserve":
                return
            self.characters.pop()

    def _place(self, state: State, start: int, end: int) -> None:
        """x, y, dx, dy and rotate; what an inner element said stays."""
        if state.element.tag == "textPath":
            return
        for name, axis in (("x", "x"), ("y", "y"), ("dx", "x"), ("dy", "y")):
            text = state.element.get(name)
            for offset, length in enumerate(parse_lengths(text) if text else ()):
                if start + offset < max(end, start + 1):
                    self.places.setdefault(start + offset, {}).setdefault(name, state.resolve(length, axis))  # type: ignore[arg-type]
        lengths = parse_lengths(state.element.get("rotate"))
        angles = [] if any(length.unit for length in lengths) else [length.number for length in lengths]
        for offset in range(end - start if angles else 0):
            angle = angles[min(offset, len(angles) - 1)]
            self.places.setdefault(start + offset, {}).setdefault("rotate", angle)


def read_text(reader: Reader, state: State, parent: str, in_clip: bool = False) -> None:
    """Add a text record; nothing when there is nothing to read."""
    collector = _Collector(reader, state)
    collector.run()
    fields: dict[str, Any] = node_fields(reader, state, in_clip=in_clip)
    if not collector.characters:
        return
    spans, fits = _spans(reader, collector, in_clip)
    places = tuple(
        CharPlace(index=index, **place) for index, place in sorted(collector.places.items())
        if index < len(collector.characters)
    )  # fmt: skip
    mode = state.get("writing-mode") or ""
    rtl = state.get("direction") == "rtl"
    reader.add(
        TextShape(
            id=reader.new_id(), parent=parent, mode="placed", spans=tuple(spans), places=places,
            flows=tuple(collector.flows), fits=tuple(fits), direction="rtl" if rtl else "ltr",
            override=state.own("unicode-bidi") == "bidi-override",
            writing="vertical" if mode in ("tb", "tb-rl", "vertical-rl", "vertical-lr") else "horizontal",
            smooth=state.get("text-rendering") != "optimizeSpeed", **fields,
        )
    )  # fmt: skip
    reader.report.keep("text")


def _spans(reader: Reader, collector: _Collector, in_clip: bool) -> tuple[list[SpanData], list[SetLength]]:
    fits: list[SetLength] = []
    fitted_at: dict[int, int] = {}
    for start, end, state in collector.fits:
        length = parse_length(state.element.get("textLength"))
        if length is None or length.number < 0:
            continue
        glyphs = state.element.get("lengthAdjust") == "spacingAndGlyphs"
        fits.append(SetLength(length=state.resolve(length, "x"), glyphs=glyphs))
        for index in range(start, end):
            fitted_at.setdefault(index, len(fits) - 1)
    spans: list[SpanData] = []
    start = 0
    characters = collector.characters
    for index in range(1, len(characters) + 1):
        if index < len(characters) and _same(characters, index, fitted_at):
            continue
        text = "".join(item.text for item in characters[start:index])
        spans.append(_span(reader, characters[start], text, fitted_at.get(start), in_clip))
        start = index
    return spans, fits


def _same(characters: list[_Character], index: int, fitted: dict[int, int]) -> bool:
    one, two = characters[index - 1], characters[index]
    return one.state is two.state and one.flow == two.flow and fitted.get(index - 1) == fitted.get(index)


def _span(reader: Reader, character: _Character, text: str, fitted: int | None, in_clip: bool) -> SpanData:
    state = character.state
    anchor = state.get("text-anchor")
    if in_clip:
        styles: tuple[Any, ...] = (FillStyle(paint=SolidPaint()),)
    else:
        styles = styles_of(reader, state)[0]
    return SpanData(
        text=text, style=text_style(state), styles=styles, flow=character.flow, fitted=fitted,
        anchor=anchor if anchor in ("start", "middle", "end") else "start",  # type: ignore[arg-type]
        visible=state.get("visibility") == "visible",
        decorations=() if in_clip else _decorations(reader, state),
    )  # fmt: skip


def _decorations(reader: Reader, state: State) -> tuple[Decoration, ...]:
    """Each kind with the paints of the nearest element that asks for it (CSS 2, 16.3.1)."""
    found: list[Decoration] = []
    for kind in KINDS:
        item: State | None = state
        while item is not None:
            if kind in (item.own("text-decoration") or "").split():
                found.append(Decoration(kind=kind, styles=styles_of(reader, item)[0]))  # type: ignore[arg-type]
                break
            item = item.parent
    return tuple(found)
