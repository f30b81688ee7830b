"""How large nodes are and what lies under a point: for commands, tools and panels."""

from editor.display.engine import Resources
from editor.display.vector.builder import Builder
from editor.display.vector.fonts import font_database
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.vector import Group, Node, StrokeStyle
from editor.model.vector.nodes import Painted
from editor.model.vector.outlines import outline_of
from render.geometry import IDENTITY, Affine, Point, Rect
from render.vector import values
from render.vector.skia_values import hits_fill, hits_outline


def _no_embed(embed: Embed, rect: Rect) -> tuple[values.Node, object]:
    return values.Group(), ""


class Measure:
    """Boxes and hits on a project as it is now. A display's own builder may be given, to share what it built."""

    def __init__(self, project: Project, builder: Builder | None = None, resources: Resources = Resources()) -> None:
        self.project = project
        self.builder = builder or Builder(project, lambda: font_database(resources), _no_embed)

    def space(self, key: str | None) -> Affine:
        """From the space of a holder's children to the page."""
        result = IDENTITY
        item = self.project.get(key) if key else None
        while isinstance(item, Node):
            result = result.then(item.transform)
            item = self.project.get(item.parent) if item.parent else None
        return result

    def box(self, key: str) -> Rect | None:
        """The object's box on the page, without its strokes; None for what has no extent."""
        item = self.project.get(key)
        if not isinstance(item, Node):
            return None
        built = self.builder.node(item)
        if built is None or built.box is None:
            return None
        space = self.space(item.parent)
        return built.box if space == IDENTITY else space.bounds(built.box)

    def hit(self, holder: str, point: Point, tolerance: float) -> str | None:
        """The topmost visible, unlocked node among the children of a holder under a point of the page."""
        space = self.space(holder)
        if abs(space.determinant) < 1e-12:
            return None
        inside = space.inverse().apply(point)
        near = tolerance / max(space.mean_scale, 1e-9)
        for item in reversed(self.project.children(holder, Node)):
            if item.visible and not item.locked and self._hits(item, inside, near):
                return item.id
        return None

    def _hits(self, item: Node, point: Point, near: float) -> bool:
        built = self.builder.node(item)
        if built is None or not _holds(built.reach.expanded(near), point):
            return False
        if abs(item.transform.determinant) < 1e-12:
            return False
        local = item.transform.inverse().apply(point)
        near = near / max(item.transform.mean_scale, 1e-9)
        if isinstance(item, Group):
            return any(
                child.visible and self._hits(child, local, near) for child in self.project.children(item.id, Node)
            )
        if isinstance(item, Painted):
            return _hits_shape(item, local, near)
        return built.box is not None and _holds(built.box.expanded(near), point)

    def inside(self, holder: str, area: Rect) -> list[str]:
        """Nodes wholly inside a rectangle of the page, the lowest first."""
        found = []
        for item in self.project.children(holder, Node):
            box = self.box(item.id) if item.visible and not item.locked else None
            if box is not None and _within(box, area):
                found.append(item.id)
        return found


def _holds(rect: Rect, point: Point) -> bool:
    return rect.x <= point.x <= rect.right and rect.y <= point.y <= rect.bottom


def _within(box: Rect, area: Rect) -> bool:
    across = box.x >= area.x and box.right <= area.right
    return across and box.y >= area.y and box.bottom <= area.bottom


def _hits_shape(item: Painted, point: Point, near: float) -> bool:
    """On a fill, or within tolerance of the outline or its stroke."""
    path = outline_of(item)
    if not path.verbs:
        return False
    for style in item.styles:
        if isinstance(style, StrokeStyle) and style.visible:
            if hits_outline(path, point, near + style.width / 2):
                return True
        elif style.visible and hits_fill(path, getattr(style, "rule", "nonzero"), point):
            return True
    return hits_outline(path, point, near)

