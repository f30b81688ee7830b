"""Edit the nodes of paths: move, handles, insert by double click, delete, kinds by keys 1 to 3."""

import math
from typing import Literal

from editor.base.translation import tr
from editor.commands.registry import run, run_live
from editor.document.gesture import Gesture
from editor.model.vector import EllipseShape, NodeKind, PathShape, RectangleShape
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Box, Handle, OverlayItem, Polyline
from editor.tools.tool import GestureState, State, register_tool
from editor.tools.vector.base import CLICK_SLOP, REACH, VectorTool, at, distance, spanned, units
from editor.tools.vector.flatten import flat, nearest_on, pairs
from render.geometry import Affine, Point

Spot = tuple[int, int]
KINDS: dict[str, NodeKind] = {"1": "cusp", "2": "smooth", "3": "symmetric"}
STEPS = {"Left": (-1.0, 0.0), "Right": (1.0, 0.0), "Up": (0.0, -1.0), "Down": (0.0, 1.0)}


@register_tool
class NodeTool(VectorTool):
    """Works on the nodes of the selected path. `chosen` are the selected nodes."""

    name, label, icon, shortcut = "vector.nodes", "Edit nodes", "node", "A"
    hint = "Drag nodes and handles. Double click a line to add a node; 1, 2, 3 make it a corner, smooth, symmetric."

    chosen: tuple[Spot, ...] = ()
    chosen_of: str = ""

    def idle(self) -> State:
        return Idle(self)

    def path(self) -> PathShape | None:
        """The one selected path."""
        keys = self.selected()
        item = self.context.project.get(keys[0]) if len(keys) == 1 else None
        if not isinstance(item, PathShape):
            return None
        if self.chosen_of != item.id:
            self.chosen, self.chosen_of = (), item.id
        self.chosen = tuple(spot for spot in self.chosen if _exists(item, spot))
        return item

    def space(self, path: PathShape) -> Affine:
        """From the path's own space to the page."""
        return path.transform.then(self.measure.space(path.parent))

    def handle_under(self, path: PathShape, event: PointerEvent) -> tuple[Spot, str] | None:
        """The node ("node") or handle ("before", "after") under the pointer; handles show for chosen nodes only."""
        space, reach = self.space(path), units(event, REACH + 1)
        for spot in self.chosen:
            node = path.contours[spot[0]].nodes[spot[1]]
            for side, place in (("before", node.before), ("after", node.after)):
                if place is not None and _near(space.apply(Point(*place)), event, reach):
                    return spot, side
        for index, contour in enumerate(path.contours):
            for place_, node in enumerate(contour.nodes):
                if _near(space.apply(Point(node.x, node.y)), event, reach):
                    return (index, place_), "node"
        return None

    def segment_under(self, path: PathShape, event: PointerEvent) -> tuple[Spot, float] | None:
        """The segment under the pointer and where on it."""
        space = self.space(path)
        if abs(space.determinant) < 1e-12:
            return None
        point = space.inverse().apply(at(event))
        reach = units(event) / max(space.mean_scale, 1e-9)
        best: tuple[float, tuple[Spot, float]] | None = None
        for index, contour in enumerate(path.contours):
            for start_index, start, end in pairs(contour):
                squared, t = nearest_on(start, end, point)
                if squared <= reach * reach and (best is None or squared < best[0]):
                    best = (squared, ((index, start_index), t))
        return best[1] if best else None

    def items(self) -> tuple[OverlayItem, ...]:
        """The outline, the nodes, and the handles of chosen nodes."""
        path = self.path()
        if path is None:
            return self.outlines(self.selected())
        space = self.space(path)
        result: list[OverlayItem] = []
        for index, contour in enumerate(path.contours):
            result.append(Polyline(flat(contour, space), contour.closed, "accent"))
            for place, node in enumerate(contour.nodes):
                spot = space.apply(Point(node.x, node.y))
                if (index, place) in self.chosen:
                    for side, handle in (("before", node.before), ("after", node.after)):
                        if handle is not None:
                            end = space.apply(Point(*handle))
                            result.append(Polyline((spot, end), False, "muted"))
                            result.append(Handle(end, f"{side}-{index}-{place}", "circle"))
                shape: Literal["square", "diamond"] = "square" if node.kind == "cusp" else "diamond"
                result.append(Handle(spot, f"node-{index}-{place}", shape, (index, place) in self.chosen))
        return tuple(result)


def _exists(path: PathShape, spot: Spot) -> bool:
    return spot[0] < len(path.contours) and spot[1] < len(path.contours[spot[0]].nodes)


def _near(point: Point, event: PointerEvent, reach: float) -> bool:
    return math.hypot(point.x - event.x, point.y - event.y) <= reach


class Idle(State):
    def __init__(self, tool: NodeTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        tool = self.tool
        path = tool.path()
        if path is not None:
            found = tool.handle_under(path, event)
            if found is not None:
                return Pointing(tool, path, event, *found)
            segment = tool.segment_under(path, event)
            if segment is not None and event.clicks >= 2:
                run(tool.context.project, "vector.insert_node", path=path.id, segment=segment[0], at=segment[1])
                tool.chosen = ((segment[0][0], segment[0][1] + 1),)
                return self
            if segment is not None:
                return self
        picked = tool.measure.hit(tool.page.id, at(event), units(event))
        if picked is not None and (path is None or picked != path.id):
            self._take(picked)
            return self
        return Marquee(tool, event)

    def _take(self, key: str) -> None:
        """Take up another shape; rectangles and ellipses become paths when double clicked with another tool first."""
        project = self.tool.context.project
        project.select((key,))
        self.tool.chosen = ()

    def key(self, event: KeyEvent) -> State | None:
        tool, project = self.tool, self.tool.context.project
        path = tool.path()
        if path is None:
            return self._convert(event)
        if event.key in ("Delete", "Backspace") and tool.chosen:
            run(project, "vector.delete_nodes", path=path.id, nodes=tool.chosen)
            tool.chosen = ()
        elif event.key in KINDS and tool.chosen:
            run(project, "vector.set_node_kind", path=path.id, nodes=tool.chosen, kind=KINDS[event.key])
        elif event.key in STEPS and tool.chosen:
            factor = 10.0 if Modifiers.SHIFT in event.modifiers else 1.0
            dx, dy = STEPS[event.key]
            run(project, "vector.move_nodes", path=path.id, nodes=tool.chosen, dx=dx * factor, dy=dy * factor)
        elif event.key == "Escape" and tool.chosen:
            tool.chosen = ()
        else:
            return None
        return self

    def _convert(self, event: KeyEvent) -> State | None:
        """Return makes a path of a selected rectangle or ellipse."""
        project = self.tool.context.project
        keys = tuple(
            key for key in self.tool.selected() if isinstance(project.get(key), RectangleShape | EllipseShape)
        )
        if event.key not in ("Return", "Enter") or not keys:
            return None
        run(project, "vector.convert_to_path", shapes=keys)
        return self

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()


class Pointing(State):
    """Pressed on a node or a handle."""

    def __init__(self, tool: NodeTool, path: PathShape, start: PointerEvent, spot: Spot, part: str) -> None:
        self.tool, self.path, self.start, self.spot, self.part = tool, path, start, spot, part
        if part == "node":
            if Modifiers.SHIFT in start.modifiers:
                others = tuple(one for one in tool.chosen if one != spot)
                tool.chosen = others if spot in tool.chosen else (*others, spot)
            elif spot not in tool.chosen:
                tool.chosen = (spot,)

    def moved(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            return self
        gesture = self.tool.context.project.gesture(tr("Move nodes"))
        return Dragging(self.tool, self.path, self.start, self.spot, self.part, gesture).moved(event)

    def released(self, event: PointerEvent) -> State:
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()


class Dragging(GestureState):
    def __init__(
        self, tool: NodeTool, path: PathShape, start: PointerEvent, spot: Spot, part: str, gesture: Gesture
    ) -> None:
        super().__init__(gesture)
        self.tool, self.path, self.start, self.spot, self.part = tool, path, start, spot, part
        self.inverse = tool.space(path).inverse()
        self.nodes = tool.chosen or (spot,)

    def moved(self, event: PointerEvent) -> State:
        project = self.tool.context.project
        here, there = self.inverse.apply(at(event)), self.inverse.apply(at(self.start))
        if self.part == "node":
            run_live(
                project, self.gesture, "vector.move_nodes", path=self.path.id, nodes=self.nodes, dx=here.x - there.x,
                dy=here.y - there.y,
            )  # fmt: skip
        else:
            run_live(
                project, self.gesture, "vector.move_handle", path=self.path.id, node=self.spot, side=self.part,
                x=here.x, y=here.y,
            )  # fmt: skip
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()


class Marquee(State):
    """A frame that chooses nodes."""

    def __init__(self, tool: NodeTool, start: PointerEvent) -> None:
        self.tool, self.start, self.end = tool, start, at(start)
        self.before = tool.chosen if Modifiers.SHIFT in start.modifiers else ()

    def moved(self, event: PointerEvent) -> State:
        self.end = at(event)
        path = self.tool.path()
        if path is None:
            return self
        area, space = spanned(at(self.start), self.end), self.tool.space(path)
        found = [
            (index, place)
            for index, contour in enumerate(path.contours)
            for place, node in enumerate(contour.nodes)
            if area.contains(space.apply(Point(node.x, node.y)))
        ]
        self.tool.chosen = tuple(dict.fromkeys((*self.before, *found)))
        return self

    def released(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            self.tool.chosen = ()
            self.tool.context.project.select(())
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return (*self.tool.items(), Box(spanned(at(self.start), self.end), "marching"))
