"""A page as an SVG file."""

import base64
import re
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from editor.display.display import Display
from editor.display.engine import Request
from editor.display.vector.built import box_map
from editor.display.vector.fonts import font_database
from editor.formats.provenance.credits import Credits
from editor.formats.provenance.rdf import CONTROL, Element
from editor.formats.svg.reader import Report
from editor.formats.svg.writing.filters import effects_text, filter_tag
from editor.formats.svg.writing.markup import Tag, color_text, matrix, number, path_text, to_text, view_box
from editor.formats.svg.writing.styles import Attributes, Definitions, pair_attributes, split_styles
from editor.formats.svg.writing.texts import text_tag
from editor.model.vector import (
    ClipResource,
    EllipseShape,
    EmbedFrame,
    FillStyle,
    FilterResource,
    Group,
    LinearPaint,
    MarkerResource,
    MaskResource,
    Node,
    Page,
    Painted,
    PatternResource,
    PictureFrame,
    RadialPaint,
    RectangleShape,
    Resource,
    StrokeStyle,
    Style,
    SweepPaint,
    TextShape,
    VectorDocument,
)  # fmt: skip
from editor.model.vector.outlines import outline_of
from render.geometry import IntRect, Rect
from render.vector.skia_values import from_path, is_even_odd, stroke_outline, tight_bounds
from render.vector.values import Solid, Stroke

EMBED_SCALE = 2.0
NOTHING_INHERITED: Attributes = {
    "fill": "none", "fill-opacity": "1", "fill-rule": "nonzero", "stroke": "none", "stroke-width": "1",
    "stroke-opacity": "1", "stroke-linecap": "butt", "stroke-linejoin": "miter", "stroke-miterlimit": "4",
    "stroke-dasharray": "none", "stroke-dashoffset": "0", "paint-order": "normal",
}  # fmt: skip
LARGEST_EMBED = 4096
_NAME = re.compile(r"[A-Za-z_][\w.-]*")
_KINDS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"GIF8", "gif"), (b"RIFF", "webp"))


class _Writer:
    def __init__(self, display: Display, page: Page, told: Credits | None) -> None:
        self.told = told
        self.display, self.project, self.page = display, display.project, page
        self.report = Report()
        self.definitions = Definitions(self.report)
        self.fonts = font_database(display.resources)
        self.names: set[str] = set()
        self.spaces: dict[str, str] = {}

    def run(self, document: VectorDocument) -> str:
        for resource in self.project.children(document.id, Resource):
            self._resource(resource)
        content = self._children(self.page.id)
        if self.page.background is not None:
            rect: Attributes = {"width": "100%", "height": "100%", "fill": color_text(self.page.background)}
            if self.page.background.alpha < 1:
                rect["fill-opacity"] = number(self.page.background.alpha)
            content.insert(0, Tag(name="rect", attributes=rect))
        attributes: Attributes = {"xmlns": "http://www.w3.org/2000/svg"}
        attributes |= {f"xmlns:{prefix}": uri for uri, prefix in self.spaces.items()}
        attributes |= self._foreign(document.extra)
        attributes |= {f"xmlns:{prefix}": uri for uri, prefix in self.spaces.items()}
        size = Rect(0.0, 0.0, self.page.width, self.page.height)
        attributes |= {"width": number(size.width), "height": number(size.height), "viewBox": view_box(size)}
        children: list[Tag | str] = []
        told = self.told
        if told is not None:
            children.append(_metadata(told))
        if self.definitions.tags:
            children.append(Tag(name="defs", children=list(self.definitions.tags)))
        root = Tag(name="svg", attributes=attributes, children=[*children, *content])
        return '<?xml version="1.0" encoding="UTF-8"?>' + to_text(root) + "\n"

    def _children(self, parent: str, in_clip: bool = False) -> list[Tag | str]:
        return [tag for item in self.project.children(parent, Node) for tag in self._node(item, in_clip)]

    # Nodes

    def _node(self, item: Node, in_clip: bool = False) -> list[Tag]:
        if isinstance(item, Group) and in_clip:
            return self._flattened(item)
        if isinstance(item, Group):
            tag = self._group(item)
        elif isinstance(item, Painted):
            tag = self._painted(item, in_clip)
        elif isinstance(item, TextShape):
            tag = text_tag(item, self.fonts, self.definitions)
        elif isinstance(item, PictureFrame):
            data = self.project.blobs.get(item.blob)
            tag = self._image(data, Rect(item.x, item.y, item.width, item.height), item.quality == "crisp")
        elif isinstance(item, EmbedFrame):
            tag = self._embed(item)
        else:
            return []
        tag.attributes = self._shared(item) | tag.attributes
        self.report.keep(tag.name)
        return [tag]

    def _shared(self, item: Node) -> Attributes:
        styles = []
        if item.blend != "normal":
            styles.append(f"mix-blend-mode: {item.blend}")
        if item.isolate:
            styles.append("isolation: isolate")
        effects = effects_text(item.effects)
        return {
            "id": self._name(item),
            "transform": matrix(item.transform),
            "opacity": None if item.opacity >= 1 else number(item.opacity),
            "clip-path": f"url(#{item.clip})" if item.clip else None,
            "mask": f"url(#{item.mask})" if item.mask else None,
            "filter": effects,
            "visibility": None if item.visible or isinstance(item, Group) else "hidden",
            "display": "none" if not item.visible and isinstance(item, Group) else None,
            "style": "; ".join(styles) or None,
        } | self._foreign(item.extra)

    def _name(self, item: Node) -> str | None:
        """The object's own name as id, where it can be one and is not taken."""
        if not item.name or not _NAME.fullmatch(item.name) or item.name in self.names:
            return None
        self.names.add(item.name)
        return item.name

    def _foreign(self, extra: dict[str, str]) -> Attributes:
        """Attributes of other namespaces, with prefixes of ours."""
        result: Attributes = {}
        for key, value in extra.items():
            uri, _, local = key.rpartition("}")
            if uri and local:
                prefix = self.spaces.setdefault(uri, f"ns{len(self.spaces)}")
                result[f"{prefix}:{local}"] = value
        return result

    def _flattened(self, item: Group) -> list[Tag]:
        """A clip path holds no groups: their children carry the group's map and clip."""
        tags: list[Tag] = []
        for child in self.project.children(item.id, Node):
            moved = msgspec.structs.replace(
                child, transform=child.transform.then(item.transform), clip=child.clip or item.clip
            )
            tags += self._node(moved, True)
        return tags

    def _group(self, item: Group) -> Tag:
        children = self._children(item.id)
        if item.context:
            return self._used(item, children)
        if item.crop is None:
            return Tag(name="g", children=children)
        crop = item.crop
        inner = Tag(
            name="svg",
            attributes={
                "x": number(crop.x), "y": number(crop.y), "width": number(crop.width), "height": number(crop.height),
                "viewBox": view_box(crop), "preserveAspectRatio": "none",
            },
            children=children,
        )  # fmt: skip
        return Tag(name="g", children=[inner])

    def _used(self, item: Group, children: list[Tag | str]) -> Tag:
        """Context paints mean something inside a use only; nothing else may flow from it into the content."""
        name = self.definitions.new_name("used")
        self.definitions.tags.append(Tag(name="g", attributes={"id": name, **NOTHING_INHERITED}, children=children))
        return Tag(name="use", attributes={"href": f"#{name}", **pair_attributes(item.context, self.definitions)})

    def _painted(self, item: Painted, in_clip: bool) -> Tag:
        after = item.markers.after if item.markers else None
        passes = split_styles(item.styles)
        tags = [self._pass(item, styles, in_clip, after if len(passes) == 1 else None) for styles in passes]
        if item.markers is not None:
            for place in ("start", "mid", "end"):
                key = getattr(item.markers, place)
                tags[-1].attributes[f"marker-{place}"] = f"url(#{key})" if key else None
        if len(tags) == 1:
            return tags[0]
        self.report.convert("further fills and strokes")
        return Tag(name="g", children=list(tags))

    def _pass(self, item: Painted, styles: tuple[Style, ...], in_clip: bool, after: int | None) -> Tag:
        first = styles[0] if styles else None
        if isinstance(first, StrokeStyle) and first.align != "center":
            self.report.convert("stroke on one side")
            outline = stroke_outline(outline_of(item), _plain(first), 4.0)
            paint = pair_attributes((_as_fill(first, tight_bounds(outline_of(item))),), self.definitions)
            if is_even_odd(outline):
                paint["fill-rule"] = "evenodd"
            return Tag(name="path", attributes={"d": path_text(from_path(outline)), **paint, **_blend(first)})
        tag = self._geometry(item)
        tag.attributes |= pair_attributes(styles, self.definitions, after)
        if in_clip:
            tag.attributes["clip-rule"] = tag.attributes.get("fill-rule")
        if not item.smooth:
            tag.attributes["shape-rendering"] = "crispEdges"
        if first is not None:
            tag.attributes |= _blend(first)
        return tag

    def _geometry(self, item: Painted) -> Tag:
        if isinstance(item, RectangleShape) and all(corner == item.corners[0] for corner in item.corners):
            rx, ry = item.corners[0]
            attributes: Attributes = {name: number(getattr(item, name)) for name in ("x", "y", "width", "height")}
            return Tag(name="rect", attributes=attributes | ({"rx": number(rx), "ry": number(ry)} if rx and ry else {}))
        if isinstance(item, EllipseShape):
            places = ("cx", "cy", "rx", "ry")
            return Tag(name="ellipse", attributes={name: number(getattr(item, name)) for name in places})
        return Tag(name="path", attributes={"d": path_text(outline_of(item))})

    def _image(self, data: bytes, rect: Rect, crisp: bool) -> Tag:
        kind = next((name for head, name in _KINDS if data.startswith(head)), "png")
        text = base64.b64encode(data).decode("ascii")
        return Tag(
            name="image",
            attributes={
                "x": number(rect.x), "y": number(rect.y), "width": number(rect.width), "height": number(rect.height),
                "preserveAspectRatio": "none", "image-rendering": "optimizeSpeed" if crisp else None,
                "href": f"data:image/{kind};base64,{text}",
            },
        )  # fmt: skip

    def _embed(self, item: EmbedFrame) -> Tag:
        """Another document as the picture that it is now."""
        self.report.convert("live link")
        drawing = self.display.embedded(item.embed)
        width, height = drawing.size
        scale = max(item.width / max(width, 1e-6), item.height / max(height, 1e-6)) * EMBED_SCALE
        scale = min(scale, LARGEST_EMBED / max(width, height, 1.0))
        region = IntRect(0, 0, max(1, round(width * scale)), max(1, round(height * scale)))
        pixels = self.display.render(drawing, Request(region, scale))
        return self._image(_png(pixels), Rect(item.x, item.y, item.width, item.height), False)

    # Resources

    def _resource(self, item: Resource) -> None:
        if isinstance(item, FilterResource):
            self._filter(item)
            return
        writers: dict[type, Callable[[Any], tuple[str, Attributes]]] = {
            ClipResource: _clip, MaskResource: _mask, PatternResource: _pattern, MarkerResource: _marker
        }  # fmt: skip
        writer = writers.get(type(item))
        if writer is None:
            return
        name, attributes = writer(item)
        children = self._children(item.id, in_clip=isinstance(item, ClipResource))
        self.definitions.tags.append(Tag(name=name, attributes={"id": item.id, **attributes}, children=children))

    def _filter(self, item: FilterResource) -> None:
        pictures: list[str] = []
        for child in self.project.children(item.id, Node):
            tags = self._node(child)
            if isinstance(child, PictureFrame):
                pictures.append(tags[0].attributes["href"] or "")
            else:
                name = self.definitions.new_name("picture")
                self.definitions.tags.append(Tag(name="g", attributes={"id": name}, children=list(tags)))
                pictures.append(f"#{name}")
        self.definitions.tags.append(filter_tag(item, pictures))


def _blend(style: Style) -> Attributes:
    return {} if style.blend == "normal" else {"style": f"mix-blend-mode: {style.blend}"}


def _plain(style: StrokeStyle) -> Stroke:
    """The geometry of a stroke."""
    return Stroke(
        paint=Solid(), width=style.width, cap=style.cap, join=style.join, miter_limit=style.miter_limit,
        dashes=style.dashes, dash_offset=style.dash_offset, align=style.align,
    )  # fmt: skip


def _as_fill(style: StrokeStyle, box: Rect | None) -> Style:
    """The stroke's area has another box than the shape, so fractions of the shape's box become lengths."""
    paint = style.paint
    if isinstance(paint, LinearPaint | RadialPaint | SweepPaint) and paint.relative and box is not None:
        paint = msgspec.structs.replace(paint, relative=False, transform=paint.transform.then(box_map(box)))
    return FillStyle(paint=paint, opacity=style.opacity, visible=style.visible)


def _png(pixels: np.ndarray) -> bytes:
    import skia

    image = skia.Image.fromarray(np.ascontiguousarray(pixels), skia.kRGBA_8888_ColorType, skia.kPremul_AlphaType)
    return bytes(image.encodeToData(skia.kPNG, 100))


def _clip(item: ClipResource) -> tuple[str, Attributes]:
    return "clipPath", {
        "clipPathUnits": "objectBoundingBox" if item.units == "box" else None,
        "transform": matrix(item.transform),
        "clip-path": f"url(#{item.clip})" if item.clip else None,
    }


def _region(rect: Rect) -> Attributes:
    return {"x": number(rect.x), "y": number(rect.y), "width": number(rect.width), "height": number(rect.height)}


def _mask(item: MaskResource) -> tuple[str, Attributes]:
    return "mask", {
        "maskUnits": "objectBoundingBox" if item.units == "box" else "userSpaceOnUse",
        "maskContentUnits": "objectBoundingBox" if item.content_units == "box" else None,
        "mask-type": "alpha" if item.kind_of_mask == "alpha" else None,
        "color-interpolation": "linearRGB" if item.linear else None,
        "mask": f"url(#{item.mask})" if item.mask else None,
        **_region(item.region),
    }


def _pattern(item: PatternResource) -> tuple[str, Attributes]:
    return "pattern", {
        "patternUnits": "objectBoundingBox" if item.units == "box" else "userSpaceOnUse",
        "patternContentUnits": "objectBoundingBox" if item.content_units == "box" else None,
        "patternTransform": matrix(item.transform),
        "viewBox": view_box(item.view_box) if item.view_box else None,
        "preserveAspectRatio": item.aspect if item.view_box else None,
        **_region(item.tile),
    }


def _marker(item: MarkerResource) -> tuple[str, Attributes]:
    orient = number(item.angle) if item.angle is not None else "auto-start-reverse" if item.reverse_start else "auto"
    return "marker", {
        "refX": number(item.x), "refY": number(item.y), "markerWidth": number(item.width),
        "markerHeight": number(item.height), "markerUnits": None if item.in_strokes else "userSpaceOnUse",
        "orient": orient, "viewBox": view_box(item.view_box) if item.view_box else None,
        "preserveAspectRatio": item.aspect if item.view_box else None, "overflow": "visible" if item.overflow else None,
    }  # fmt: skip


def _metadata(told: Credits) -> Tag:
    """How the content was made and whose it is, as RDF, which SVG's metadata element holds."""
    said: list[Tag | str] = [_tag_of(element) for element in told.elements()]
    spaces: Attributes = {f"xmlns:{prefix}": name for prefix, name in told.spaces().items()}
    about = Tag(name="rdf:Description", attributes={"rdf:about": ""}, children=said)
    return Tag(name="metadata", children=[Tag(name="rdf:RDF", attributes=spaces, children=[about])])


def _tag_of(element: Element) -> Tag:
    inside: list[Tag | str] = [
        CONTROL.sub("", child) if isinstance(child, str) else _tag_of(child) for child in element.children
    ]
    return Tag(name=element.name, attributes=dict(element.attributes), children=inside)


def write_svg(
    display: Display, document: str, part: str | None = None, told: Credits | None = None
) -> tuple[bytes, Report]:
    """One page as SVG, with what is `told` of its origin, and what became of its parts.

    Raises ExpectedError for a page that is not there.
    """
    from editor.display.vector.engine import VectorEngine

    found = display.project.find(document, VectorDocument)
    engine = display.engine(document)
    assert isinstance(engine, VectorEngine)
    writer = _Writer(display, engine.page(document, part), told)
    text = writer.run(found)
    if part is None:
        for _ in range(len(engine.parts(document)) - 1):
            writer.report.drop("page")
    return text.encode("utf-8"), writer.report


