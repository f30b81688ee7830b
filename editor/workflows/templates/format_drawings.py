"""Pages of a drawing at another size: what stands on them is measured, planned anew, and put there by commands."""

from collections.abc import Iterator, Sequence

import msgspec

from editor.base.translation import tr
from editor.commands.registry import run
from editor.commands.vector.pictures import frame_of
from editor.display.vector.built import hull
from editor.display.vector.fonts import font_database
from editor.display.vector.measure import Measure as Boxes
from editor.display.vector.texts import text_layout
from editor.document.project import Project
from editor.model.format_hold import FormatHold
from editor.model.template import Slot
from editor.model.vector import (
    EmbedFrame,
    FillStyle,
    Group,
    Node,
    Page,
    Painted,
    PictureFrame,
    RectangleShape,
    SolidPaint,
    TextShape,
)
from editor.workflows.templates.format_covering import Focus, covering, focus_of
from editor.workflows.templates.format_items import Hold, Item, Placed, Sort, edges_touched
from editor.workflows.templates.format_pages import relaid
from editor.workflows.templates.format_scaling import scaled_effects, scaled_span, scaled_styles
from render.geometry import IDENTITY, Affine, Rect
from render.text.fonts import FontDatabase


def resize_page(project: Project, page: str, width: float, height: float, smallest: float) -> tuple[str, ...]:
    """Lay a page out anew at another size; returns the names of what found no place and was hidden."""
    return resize_pages(project, (page,), width, height, smallest)


def resize_pages(
    project: Project, pages: Sequence[str], width: float, height: float, smallest: float, before: Rect | None = None,
    after: Rect | None = None,
) -> tuple[str, ...]:
    """Pages that are seen over each other, all of one size, laid out as one: what stands on one makes room for what
    stands on another. `before` and `after`: the parts of the old and the new page that all of it stands in. Returns
    the names of what found no place and was hidden."""
    sheet = project.find(pages[0], Page)
    drawn = [DrawnPage(project, page) for page in pages]
    of_key = {item.key: (one, item) for one in drawn for item in one.items()}
    old = before or Rect(0.0, 0.0, sheet.width, sheet.height)
    new = after or Rect(0.0, 0.0, width, height)

    def measure(key: str, scale: float, wrap: float | None) -> tuple[float, float]:
        return of_key[key][0].measure(key, scale, wrap)

    plan = relaid([item for _, item in of_key.values()], old, new, measure, smallest)
    for page in pages:
        run(project, "vector.set_page", page=page, width=width, height=height)
    for key, (one, item) in of_key.items():
        place = plan.of(key)
        if place is not None:
            one.put(item, place)
    names = tuple(_told(project.find(key, Node)) for key in plan.left_out)
    if plan.left_out:
        run(project, "vector.set_visible", nodes=plan.left_out, visible=False)
    return names


def _told(node: Node) -> str:
    """A name, and for a text how it begins: names of texts say what they are for, not what they say."""
    if not isinstance(node, TextShape):
        return node.name
    said = " ".join(node.text.split())
    return tr("{name} “{text}”", name=node.name, text=said if len(said) <= 32 else f"{said[:30].rstrip()}…")


class DrawnPage:
    """One page of a project as geometry, and the way back."""

    def __init__(self, project: Project, page: str, fonts: FontDatabase | None = None) -> None:
        from editor.display.engine import Resources

        self.project, self.page = project, page
        self.sheet = project.find(page, Page)
        self.boxes = Boxes(project)
        self.fonts = fonts or font_database(Resources())
        self._measured: dict[tuple[str, float | None], tuple[float, float]] = {}

    # What stands there

    def items(self) -> list[Item]:
        """What can be seen, the lowest first. Groups that only keep order are looked into."""
        found = (self._item(node) for node in self._nodes(self.page))
        return [item for item in found if item is not None]

    def _nodes(self, holder: str) -> Iterator[Node]:
        whole = self.sheet.width * self.sheet.height
        for node in self.project.children(holder, Node):
            if not node.visible:
                continue
            box = self.boxes.box(node.id)
            spread = box is not None and box.width * box.height >= 0.6 * whole
            if isinstance(node, Group) and spread and _only_keeps_order(node):
                yield from self._nodes(node.id)
            else:
                yield node

    def _item(self, node: Node) -> Item | None:
        box = self.boxes.box(node.id)
        if box is None or (box.width <= 0 and box.height <= 0):
            return None
        box = Rect(box.x, box.y, max(box.width, 1e-3), max(box.height, 1e-3))
        hold = self._hold(node)
        if isinstance(node, TextShape) and self._breaks(node):
            size = min(span.style.size for span in node.spans)
            align = "" if node.align == "justify" else node.align
            return Item(node.id, box, "text", size, node.width, align, hold)
        return Item(node.id, box, self._sort(node, box), self._letters(node), hold=hold)

    def _hold(self, node: Node) -> Hold:
        said = next(iter(self.project.children(node.id, FormatHold)), None)
        return Hold() if said is None else Hold(said.across, said.down, said.keep)

    def _breaks(self, node: TextShape) -> bool:
        """Whether the lines of a text can be broken anew; turned and placed text stays as it was drawn."""
        place = node.transform
        return bool(
            node.spans and node.mode == "paragraph" and self.boxes.space(node.parent) == IDENTITY
            and (place.a, place.b, place.c, place.d) == (1.0, 0.0, 0.0, 1.0)
        )  # fmt: skip

    def _sort(self, node: Node, box: Rect) -> Sort:
        upright = abs(node.transform.b) < 1e-9 and abs(node.transform.c) < 1e-9
        framed = isinstance(node, Group) and node.crop is not None
        if upright and (isinstance(node, PictureFrame | EmbedFrame) or framed):
            return "picture"
        page = Rect(0.0, 0.0, self.sheet.width, self.sheet.height)
        if upright and isinstance(node, RectangleShape):
            return "veil" if _shines_through(node) and len(edges_touched(box, page)) >= 3 else "shape"
        if isinstance(node, Painted) and len(edges_touched(box, page)) >= 3:
            return "shape"
        return "art"

    def _letters(self, node: Node) -> float:
        """The smallest letters inside a group, as they are seen."""
        sizes = [
            span.style.size * self.boxes.space(text.parent).then(text.transform).mean_scale
            for key in self.project.index.subtree(node.id)
            if isinstance(text := self.project.records[key], TextShape) and text.visible
            for span in text.spans
        ]
        return min(sizes, default=0.0)

    def measure(self, key: str, scale: float, wrap: float | None) -> tuple[float, float]:
        """How large a text is with its letters scaled. A word that is longer than the line makes the text that wide:
        words are never cut."""
        if wrap is None:
            width, height = self._set(key, None)
        else:
            width, height = self._set(key, round(wrap / scale, 3))
            width = max(width, self._set(key, 0.0)[0])
        return width * scale, height * scale

    def _set(self, key: str, wrap: float | None) -> tuple[float, float]:
        """How large a text is in its own letters: in one piece, broken at a width, or with 0 every word alone."""
        found = self._measured.get((key, wrap))
        if found is None:
            text = self.project.find(key, TextShape)
            if wrap == 0.0:
                apart = tuple(
                    msgspec.structs.replace(span, text="\n".join(span.text.split())) for span in text.spans
                )
                text = msgspec.structs.replace(text, spans=apart)
            found = self._measured[key, wrap] = self._extent(msgspec.structs.replace(text, width=wrap or None))
        return found

    def _extent(self, text: TextShape) -> tuple[float, float]:
        box: Rect | None = None
        for part in text_layout(text, self.fonts).boxes:
            box = hull(box, None if part.is_empty else part)
        return (0.0, 0.0) if box is None else (box.width, box.height)

    # The way back

    def put(self, item: Item, place: Placed) -> None:
        """Bring a thing to its place."""
        node = self.project.find(item.key, Node)
        if isinstance(node, TextShape) and item.sort == "text":
            self._put_text(node, item, place)
        elif item.sort == "picture":
            self._put_picture(node, item, place)
        else:
            self._put_shape(node, item, place)

    def _put_text(self, node: TextShape, item: Item, place: Placed) -> None:
        spans = tuple(scaled_span(span, place.scale) for span in node.spans)
        run(self.project, "vector.set_spans", shape=node.id, spans=spans)
        width = None if place.wrap is None else place.wrap + 0.01  # a line that just fits stays one
        run(self.project, "project.set_fields", records=(node.id,), values={"width": width})
        self._put_effects(node, place.scale)
        self._move(node.id, place.box)

    def _move(self, key: str, box: Rect) -> None:
        present = self.boxes.box(key)
        if present is not None:
            run(self.project, "vector.move", nodes=(key,), dx=box.x - present.x, dy=box.y - present.y)

    def _put_shape(self, node: Node, item: Item, place: Placed) -> None:
        _map(self.project, node.id, item.box, place.box)
        changed = self.project.find(node.id, Node)
        if not isinstance(changed, Painted) or changed.transform != node.transform:
            return  # what its map scales needs no other numbers
        styles = scaled_styles(changed.styles, place.scale)
        if styles != changed.styles:
            run(self.project, "vector.set_styles", nodes=(node.id,), styles=styles)
        if isinstance(changed, RectangleShape) and any(any(corner) for corner in changed.corners):
            corners = tuple((x * place.scale, y * place.scale) for x, y in changed.corners)
            run(self.project, "vector.set_corners", shape=node.id, corners=corners)
        self._put_effects(changed, place.scale)

    def _put_effects(self, node: Node, scale: float) -> None:
        effects = scaled_effects(node.effects, scale)
        if effects != node.effects:
            run(self.project, "vector.set_effects", nodes=(node.id,), effects=effects)

    def _put_picture(self, node: Node, item: Item, place: Placed) -> None:
        """In its own proportions; where the place has others it is cropped, and what mattered stays in sight."""
        even = abs(place.box.width / item.box.width - place.box.height / item.box.height)
        if even < 1e-6 * max(1.0, place.box.width / item.box.width):
            _map(self.project, node.id, item.box, place.box)
            return
        frame, inner = self._framed(node)
        crop = self.project.find(frame, Group).crop or item.box
        shown = self.boxes.box(inner) or item.box
        page = Rect(0.0, 0.0, self.sheet.width, self.sheet.height)
        seen = self.boxes.space(frame).bounds(crop).intersection(page)
        target = covering(shown, place.box, self._focus(inner, shown, seen))
        back = self.boxes.space(frame).inverse()
        _map(self.project, inner, shown, target)
        run(self.project, "project.set_fields", records=(frame,), values={"crop": list(_plain(back.bounds(place.box)))})

    def _framed(self, node: Node) -> tuple[str, str]:
        """The group that crops a picture, made if there is none, and what it crops."""
        if isinstance(node, PictureFrame):
            frame = frame_of(self.project, node)
            key = frame.id if frame is not None else run(self.project, "vector.frame_picture", picture=node.id)
            return key, node.id
        children = self.project.children(node.id, Node) if isinstance(node, Group) else []
        if isinstance(node, Group) and len(children) == 1:
            return node.id, children[0].id
        group: str = run(self.project, "vector.group", nodes=(node.id,), name=node.name)
        return group, node.id

    def _focus(self, inner: str, shown: Rect, seen: Rect) -> Focus:
        for slot in self.project.children(self.project.index.root(inner), Slot):
            if any(target.record == inner for target in slot.targets) and (slot.focus_x, slot.focus_y) != (0.5, 0.5):
                return slot.focus_x, slot.focus_y
        return focus_of(shown, seen)


def _shines_through(node: RectangleShape) -> bool:
    """A gradient that ends in nothing, or a fill that is half clear: it darkens a picture for the words on it."""
    fills = [style for style in node.styles if isinstance(style, FillStyle) and style.visible]
    clear = [
        any(stop.color.alpha < 0.95 for stop in getattr(fill.paint, "stops", ())) or fill.opacity < 0.95
        or (isinstance(fill.paint, SolidPaint) and fill.paint.color.alpha < 0.95)
        for fill in fills
    ]  # fmt: skip
    return node.opacity < 0.95 or (bool(clear) and all(clear))


def _only_keeps_order(group: Group) -> bool:
    plain = group.opacity == 1.0 and group.blend == "normal" and not group.isolate and group.crop is None
    return plain and not (group.clip or group.mask or group.effects) and group.transform == IDENTITY


def _map(project: Project, key: str, old: Rect, new: Rect) -> None:
    """Bring what fills one box into another."""
    across, down = new.width / old.width, new.height / old.height
    matrix = Affine(across, 0.0, 0.0, down, new.x - old.x * across, new.y - old.y * down)
    run(project, "vector.transform", nodes=(key,), matrix=matrix)


def _plain(box: Rect) -> tuple[float, float, float, float]:
    return box.x, box.y, box.width, box.height
