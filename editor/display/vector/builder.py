"""Records of a vector document as scene values, kept per record.

A record is built again only when it, a child, or a resource that it refers to is another object than last time: records
are frozen, so identity is enough. Building an unchanged document of 10,000 shapes is a walk with comparisons.
"""

from collections.abc import Callable

import msgspec

from editor.display.vector import resources
from editor.display.vector.built import EMPTY_RECT, Built, hull
from editor.display.vector.marking import marker_nodes
from editor.display.vector.styles import Context, resolve_styles
from editor.display.vector.texts import build_text
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.record import Record
from editor.model.vector import (
    EmbedFrame,
    FilterEffect,
    Group,
    Node,
    Page,
    Painted,
    PatternPaint,
    PictureFrame,
    TextShape,
)  # fmt: skip
from editor.model.vector.outlines import outline_of
from render.geometry import IDENTITY, Affine, Rect
from render.text.fonts import FontDatabase
from render.vector import values
from render.vector.path import rectangle
from render.vector.photographs import LARGE_FILE
from render.vector.skia_values import stroke_reach, tight_bounds

EmbedMaker = Callable[[Embed, Rect], tuple[values.Node, object]]
MAX_DEPTH = 150


class Builder:
    """One a document. `embed` gives the node for a live link and a token that changes with its content."""

    def __init__(self, project: Project, fonts: Callable[[], FontDatabase], embed: EmbedMaker) -> None:
        self.project = project
        self.fonts = fonts
        self.embed = embed
        self._cache: dict[str, tuple[Record, tuple[object, ...], Built | None]] = {}
        self._plain: dict[str, tuple[Record, Built | None]] = {}
        self._resources: dict[str, tuple[object, ...]] = {}
        self._tokens: dict[str, tuple[Record | None, tuple[object, ...], object]] = {}
        self._active: set[str] = set()
        self._depth = 0

    def page(self, page: Page) -> list[Built]:
        """What stands on a page, the lowest first."""
        self._resources.clear()
        return self.children(page.id)

    def forget(self, key: str) -> None:
        self._cache.pop(key, None)
        self._plain.pop(key, None)

    def children(self, parent: str, context: Context | None = None) -> list[Built]:
        """What stands in a holder, the lowest first."""
        found: list[Built] = []
        plain = self._plain
        for item in self.project.children(parent, Node):
            known = plain.get(item.id) if context is None else None
            built = known[1] if known is not None and known[0] is item else self.node(item, context)
            if built is not None:
                found.append(built)
        return found

    def node(self, record: Node, context: Context | None = None) -> Built | None:
        """None for what cannot be seen. Inside a marker (`context`) nothing is kept: its colours are its user's."""
        if self._depth > MAX_DEPTH or (not record.visible and isinstance(record, Group)):
            return None
        self._depth += 1
        if context is not None and context.into is not None:
            context = _into(context, record.transform)
        try:
            if context is not None:
                return self._build(record, self._parts(record, context), context)
            return self._kept(record)
        finally:
            self._depth -= 1

    def _given(self, group: Group, children: tuple[object, ...]) -> Context:
        """What context paints inside a group mean: its own styles, on the box of all that it holds."""
        box = group_of([child for child in children if isinstance(child, Built)]).box
        outer = Context(box=box, pattern=self.pattern)
        return Context(box=None, pattern=self.pattern, outer=outer, styles=group.context, into=IDENTITY)

    def _kept(self, record: Node) -> Built | None:
        parts = self._parts(record, None)
        known = self._cache.get(record.id)
        if known is not None and known[0] is record and _same(known[1], parts):
            return known[2]
        built = self._build(record, parts, None)
        self._cache[record.id] = (record, parts, built)
        if not parts and not isinstance(record, Group):
            self._plain[record.id] = (record, built)
        return built

    def _parts(self, record: Node, context: Context | None) -> tuple[object, ...]:
        """Everything beside the record itself that its drawing is made of."""
        if isinstance(record, Group):
            own: tuple[object, ...] = tuple(self.children(record.id, context))
            if record.context and context is None:
                own = tuple(self.children(record.id, self._given(record, own)))
        elif isinstance(record, EmbedFrame):
            own = self.embed(record.embed, Rect(record.x, record.y, record.width, record.height))[1:]
        else:
            own = ()
        return own + tuple(self.token(key) for key in references(record))

    def token(self, key: str) -> object:
        """An object that stays the same while a resource and all below it are the same."""
        found = self._resources.get(key)
        if found is None:
            record = self.project.get(key)
            parts: tuple[object, ...] = ()
            if record is not None and key not in self._active:
                self._active.add(key)
                inner = tuple(self.token(child) for child in self.project.index.children(key))
                linked = tuple(self.token(reference) for reference in references(record))
                parts = inner + linked
                self._active.discard(key)
            known = self._tokens.get(key)
            if known is None or known[0] is not record or not _same(known[1], parts):
                known = (record, parts, object())
                self._tokens[key] = known
            found = self._resources[key] = (known[2],)
        return found[0]

    # Building one node

    def _build(self, record: Node, parts: tuple[object, ...], context: Context | None) -> Built | None:
        inner = self._content(record, parts, context)
        if inner is None:
            return None
        if not record.visible or record.opacity <= 0:
            return Built(values.Group(), _moved(record, inner.box), EMPTY_RECT)
        return self._dressed(record, inner, context)

    def _content(self, record: Node, parts: tuple[object, ...], context: Context | None) -> Built | None:
        if isinstance(record, Group):
            return group_of([part for part in parts if isinstance(part, Built)], record.crop)
        if isinstance(record, Painted):
            return self._shape(record, context)
        if isinstance(record, TextShape):
            return build_text(record, self.fonts(), lambda box: self.context(box, context))
        if isinstance(record, PictureFrame):
            return self._picture(record)
        if isinstance(record, EmbedFrame):
            rect = Rect(record.x, record.y, record.width, record.height)
            return None if rect.is_empty else Built(self.embed(record.embed, rect)[0], rect, rect, scalable=False)
        return None

    def context(self, box: Rect | None, outer: Context | None) -> Context:
        if outer is None:
            return Context(box=box, pattern=self.pattern)
        return msgspec.structs.replace(outer, box=box)

    def pattern(self, key: str, box: Rect | None) -> values.Paint | None:
        return resources.pattern_paint(self, key, box)

    def _shape(self, record: Painted, outer: Context | None) -> Built | None:
        path = outline_of(record)
        box = tight_bounds(path)
        if box is None:
            return None
        context = self.context(box, outer)
        paints = resolve_styles(record.styles, context)
        margin = max((stroke_reach(paint) for paint in paints if isinstance(paint, values.Stroke)), default=0.0)
        reach = box.expanded(margin + 0.01)
        shape = values.Shape(path=path, paints=paints, smooth=record.smooth, bounds=reach)
        scalable = not any(isinstance(paint.paint, values.PatternPaint) for paint in paints)
        marks = marker_nodes(self, record, path, context) if record.markers else []
        if not marks:
            return Built(shape, box, reach, scalable)
        children = _among(shape, [mark.node for mark in marks], record)
        for mark in marks:
            reach = hull(reach, mark.reach) or reach
        return Built(values.Group(children=children, bounds=reach), box, reach, False)

    def _picture(self, record: PictureFrame) -> Built | None:
        rect = Rect(record.x, record.y, record.width, record.height)
        if rect.is_empty:
            return None
        encoded = self.project.blobs.get(record.blob)
        image = values.Image(rect=rect, encoded=encoded, quality=record.quality)
        return Built(image, rect, rect, scalable=len(encoded) < LARGE_FILE)

    # Opacity, clip, mask, effects, place

    def _dressed(self, record: Node, inner: Built, context: Context | None) -> Built | None:
        plain = record.opacity >= 1 and record.blend == "normal" and not record.isolate
        if plain and record.transform == IDENTITY and not (record.clip or record.mask or record.effects):
            return inner
        clip = resources.clip_value(self, record.clip, inner.box) if record.clip else None
        mask = resources.mask_value(self, record.mask, inner.box) if record.mask else None
        if (record.clip and clip is None) or (record.mask and mask is None):
            return None
        filters = resources.filter_graphs(self, record, inner)
        if filters is None:
            return None
        reach = inner.reach
        if filters:
            reach = EMPTY_RECT
            for graph in filters:
                reach = reach.union(graph.region)
        group = values.Group(
            children=(inner.node,), transform=record.transform, opacity=record.opacity, blend=record.blend,
            isolate=record.isolate, clips=(clip,) if clip else (), mask=mask, filters=filters, bounds=reach,
        )  # fmt: skip
        box = _moved(record, inner.box)
        scalable = inner.scalable and not filters and mask is None and clip is None
        return Built(group, box, record.transform.bounds(reach), scalable)


def _among(shape: values.Shape, marks: list[values.Node], record: Painted) -> tuple[values.Node, ...]:
    """Markers between the shape's paints, where `paint-order` wants them."""
    after = record.markers.after if record.markers is not None else None
    if after is None or after >= len(record.styles):
        return (shape, *marks)
    hidden = sum(1 for style in record.styles[:after] if not style.visible)
    below = msgspec.structs.replace(shape, paints=shape.paints[: after - hidden])
    return (below, *marks, msgspec.structs.replace(shape, paints=shape.paints[after - hidden :]))


def group_of(children: list[Built], crop: Rect | None = None) -> Built:
    """Children as one; an empty group is still something that a filter can fill."""
    box: Rect | None = None
    reach: Rect | None = None
    for child in children:
        box, reach = hull(box, child.box), hull(reach, child.reach)
    bounds = reach or EMPTY_RECT
    clips: tuple[values.Clip, ...] = ()
    if crop is not None:
        path = rectangle(crop.x, crop.y, crop.width, crop.height) if not crop.is_empty else rectangle(0, 0, 0, 0)
        clips = (values.Clip(content=values.Group(), path=path),)
        bounds = bounds.intersection(crop)
        if bounds.is_empty:
            bounds = EMPTY_RECT
    nodes = tuple(child.node for child in children)
    node = values.Group(children=nodes, clips=clips, bounds=bounds if children else None)
    return Built(node, box, bounds, all(child.scalable for child in children))


def references(record: Record) -> list[str]:
    """The resources that a record names."""
    found: list[str] = [key for name in ("clip", "mask") if (key := getattr(record, name, None))]
    found += [effect.filter for effect in getattr(record, "effects", ()) if isinstance(effect, FilterEffect)]
    markers = getattr(record, "markers", None)
    if markers is not None:
        found += [key for key in (markers.start, markers.mid, markers.end) if key]
    spans = getattr(record, "spans", ())
    lists = [getattr(record, "styles", ()), *(span.styles for span in spans)]
    lists += [decoration.styles for span in spans for decoration in span.decorations]
    found += [style.paint.pattern for styles in lists for style in styles if isinstance(style.paint, PatternPaint)]
    return found


def _into(context: Context, transform: Affine) -> Context:
    """The context seen from inside a node: paints of the user are brought into its space."""
    if context.into is None or transform == IDENTITY or abs(transform.determinant) < 1e-18:
        return context
    return msgspec.structs.replace(context, into=context.into.then(transform.inverse()))


def _moved(record: Node, box: Rect | None) -> Rect | None:
    return None if box is None else record.transform.bounds(box)


def _same(first: tuple[object, ...], second: tuple[object, ...]) -> bool:
    return len(first) == len(second) and all(map(_is_same, first, second))


def _is_same(first: object, second: object) -> bool:
    return first is second or (isinstance(first, str) and first == second)


