"""Text records as text, tspan and textPath."""

from editor.formats.svg.writing.markup import Tag, number, numbers, path_text
from editor.formats.svg.writing.styles import Definitions, pair_attributes, split_styles
from editor.model.vector import SpanData, TextShape
from render.text.fonts import FontDatabase
from render.text.paragraph import set_paragraphs
from render.text.style import CharPlace, TextSpan, TextStyle

Attributes = dict[str, str | None]
_STRETCHES = (
    "ultra-condensed", "extra-condensed", "condensed", "semi-condensed", None, "semi-expanded", "expanded",
    "extra-expanded", "ultra-expanded",
)  # fmt: skip
_BASELINES = {"before-edge": "text-before-edge", "after-edge": "text-after-edge", "baseline": None, "auto": None}


def text_tag(record: TextShape, fonts: FontDatabase, definitions: Definitions) -> Tag:
    """The element without the attributes that every node has."""
    spans, places = record.spans, record.places
    if record.mode == "paragraph":
        spans, places = _as_placed(record, fonts)
        definitions.report.convert("paragraph text")
    elif not places or places[0].index != 0:
        places = (CharPlace(index=0, x=record.x, y=record.y), *places)
    tag = Tag(
        name="text",
        attributes={
            "xml:space": "preserve",
            "direction": "rtl" if record.direction == "rtl" else None,
            "unicode-bidi": "bidi-override" if record.override else None,
            "writing-mode": "vertical-rl" if record.writing == "vertical" else None,
            "text-rendering": None if record.smooth else "optimizeSpeed",
        },
    )
    _add_spans(tag, record, spans, {place.index: place for place in places}, definitions)
    return tag


def _as_placed(record: TextShape, fonts: FontDatabase) -> tuple[tuple[SpanData, ...], tuple[CharPlace, ...]]:
    """Lines of a paragraph as spans with a place at the beginning of each."""
    made = set_paragraphs(
        tuple(TextSpan(text=span.text, style=span.style) for span in record.spans), fonts, width=record.width,
        align=record.align, line_height=record.line_height, direction=record.direction,
    )  # fmt: skip
    owners = [index for index, span in enumerate(record.spans) for _ in span.text]
    text = record.text
    spans: list[SpanData] = []
    places: list[CharPlace] = []
    at = 0
    for line in made.lines:
        if line.end > line.start:
            places.append(CharPlace(index=at, x=record.x + line.x, y=record.y + line.baseline))
        start = line.start
        for index in range(line.start + 1, line.end + 1):
            if index == line.end or owners[index] != owners[start]:
                source = record.spans[owners[start]]
                spans.append(SpanData(
                    text=text[start:index], style=source.style, styles=source.styles,
                    decorations=source.decorations, visible=source.visible,
                ))  # fmt: skip
                at += index - start
                start = index
    return tuple(spans), tuple(places)


def _add_spans(
    parent: Tag, record: TextShape, spans: tuple[SpanData, ...], places: dict[int, CharPlace], definitions: Definitions
) -> None:
    at = 0
    flow: int | None = None
    fitted: int | None = None
    flow_tag = fit_tag = parent
    for span in spans:
        if span.flow != flow or (span.flow is not None and flow_tag is parent):
            flow, fitted = span.flow, None
            flow_tag = parent if flow is None else _text_path(parent, record, flow, definitions)
            fit_tag = flow_tag
        if span.fitted != fitted:
            fitted = span.fitted
            fit_tag = flow_tag if fitted is None else _fitted(flow_tag, record, fitted)
        fit_tag.children.append(_span(span, at, places, definitions))
        at += len(span.text)


def _text_path(parent: Tag, record: TextShape, flow: int, definitions: Definitions) -> Tag:
    name = definitions.path(path_text(record.flows[flow].path))
    tag = Tag(name="textPath", attributes={"href": f"#{name}", "startOffset": number(record.flows[flow].offset)})
    parent.children.append(tag)
    return tag


def _fitted(parent: Tag, record: TextShape, fitted: int) -> Tag:
    fit = record.fits[fitted]
    adjust = "spacingAndGlyphs" if fit.glyphs else None
    tag = Tag(name="tspan", attributes={"textLength": number(fit.length), "lengthAdjust": adjust})
    parent.children.append(tag)
    return tag


def _span(span: SpanData, at: int, places: dict[int, CharPlace], definitions: Definitions) -> Tag:
    """A tspan, inside one more for each decoration and baseline shift."""
    passes = split_styles(span.styles)
    if len(passes) > 1:
        definitions.report.convert("further fills and strokes of text")
    attributes = type_attributes(span.style) | pair_attributes(passes[0], definitions)
    attributes["text-anchor"] = None if span.anchor == "start" else span.anchor
    attributes["visibility"] = None if span.visible else "hidden"
    tag = Tag(name="tspan", attributes=attributes | _places(span, at, places), children=[span.text])
    for shift in span.style.shifts:
        text = shift if isinstance(shift, str) else number(shift)
        shifted: Attributes = {"baseline-shift": text, "font-size": number(span.style.size)}
        tag = Tag(name="tspan", attributes=shifted, children=[tag])
    for decoration in span.decorations:
        paints = pair_attributes(split_styles(decoration.styles)[0], definitions)
        tag = Tag(name="tspan", attributes={"text-decoration": decoration.kind, **paints}, children=[tag])
    return tag


def _places(span: SpanData, at: int, places: dict[int, CharPlace]) -> Attributes:
    """Lists of x, y, dx, dy and rotate; x and y can only be said from the beginning on without a gap."""
    found = [places.get(index) for index in range(at, at + len(span.text))]
    attributes: Attributes = {}
    for name in ("x", "y"):
        values: list[float] = []
        for place in found:
            value = getattr(place, name) if place is not None else None
            if value is None:
                break
            values.append(value)
        if values:
            attributes[name] = numbers(values)
    for name in ("dx", "dy", "rotate"):
        values = [getattr(place, name) if place is not None else 0.0 for place in found]
        if any(values):
            attributes[name] = numbers(values)
    return attributes


def type_attributes(style: TextStyle) -> Attributes:
    variations = ", ".join(f'"{tag}" {number(value)}' for tag, value in style.variations)
    features = ", ".join(f'"{tag}" {value}' for tag, value in style.features)
    return {
        "font-family": ", ".join(_family(name) for name in style.families),
        "font-size": number(style.size),
        "font-weight": None if style.weight == 400 else str(style.weight),
        "font-style": None if style.slant == "normal" else style.slant,
        "font-stretch": _STRETCHES[style.stretch - 1],
        "font-variant": "small-caps" if style.small_caps else None,
        "letter-spacing": number(style.letter_spacing) if style.letter_spacing else None,
        "word-spacing": number(style.word_spacing) if style.word_spacing else None,
        "font-variation-settings": variations or None,
        "font-feature-settings": features or None,
        "font-optical-sizing": None if style.optical else "none",
        "dominant-baseline": _BASELINES.get(style.baseline, style.baseline),
        "xml:lang": style.language or None,
        "style": None if style.kerning else "font-kerning: none",
    }


def _family(name: str) -> str:
    plain = name in ("serif", "sans-serif", "monospace", "cursive", "fantasy")
    return name if plain else "'" + name.replace("'", "") + "'"
