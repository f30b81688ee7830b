"""Face points: what was found on each face, corrected by hand. Retouches and swaps follow at once."""

from __future__ import annotations

from typing import Literal

from editor.base.translation import tr
from editor.commands.registry import run, run_live
from editor.document.gesture import Gesture
from editor.model.faces import Face
from editor.tools.events import KeyEvent, Modifiers, PointerEvent
from editor.tools.overlay import Handle, Label, OverlayItem, Polyline
from editor.tools.raster.base import CLICK_SLOP, RasterTool, distance
from editor.tools.tool import GestureState, State, register_tool
from render.geometry import Point

REACH = 8.0
"""How near, in pixels of the screen, the pointer takes a point."""
ROOM = 220.0
"""A face at least this wide on the screen shows all its points as handles; a smaller one those at the pointer."""
STEPS = {"Left": (-1.0, 0.0), "Right": (1.0, 0.0), "Up": (0.0, -1.0), "Down": (0.0, 1.0)}
LINES: tuple[tuple[str, tuple[int, ...], bool], ...] = (
    ("Jaw", tuple(range(17)), False), ("Left brow", tuple(range(17, 22)), False),
    ("Right brow", tuple(range(22, 27)), False), ("Nose", tuple(range(27, 31)), False),
    ("Nose", tuple(range(31, 36)), False), ("Left eye", tuple(range(36, 42)), True),
    ("Right eye", tuple(range(42, 48)), True), ("Mouth", tuple(range(48, 60)), True),
    ("Mouth", tuple(range(60, 68)), True),
)  # fmt: skip
"""Left and right are the picture's."""
Spot = tuple[str, int]
"""A face's id and the number of one of its points."""


def part_of(number: int) -> tuple[str, tuple[int, ...]]:
    """The name of the part that a point belongs to, in English, and all points of it."""
    name = next(name for name, numbers, _ in LINES if number in numbers)
    return name, tuple(number for other, numbers, _ in LINES if other == name for number in numbers)


def part_label(name: str) -> str:
    """The part's name for people."""
    names = {
        "Jaw": tr("Jaw"), "Left brow": tr("Left brow"), "Right brow": tr("Right brow"), "Nose": tr("Nose"),
        "Left eye": tr("Left eye"), "Right eye": tr("Right eye"), "Mouth": tr("Mouth"),
    }
    return names[name]


@register_tool
class FacePointsTool(RasterTool):
    """Works on all faces of the image. `chosen` is the point that the arrow keys move."""

    name, label, icon = "raster.face_points", "Face points", "face"
    hint = "Drag a point to correct it; Shift moves its whole part, Alt the whole face. Arrows nudge."

    chosen: Spot | None = None
    near: Spot | None = None
    scale: float = 1.0

    def idle(self) -> State:
        return Idle(self)

    def faces(self) -> tuple[Face, ...]:
        """The faces of the image that have points."""
        found = self.context.project.children(self.context.document, Face)
        return tuple(face for face in found if face.points)

    def spot_under(self, event: PointerEvent) -> Spot | None:
        """The nearest point within reach."""
        self.scale = event.scale
        spots = [
            (Point(point.x - event.x, point.y - event.y).length * event.scale, face.id, number)
            for face in self.faces() for number, point in enumerate(face.points)
        ]
        away, key, number = min(spots, default=(REACH + 1, "", 0))
        return (key, number) if away <= REACH else None

    def point_at(self, spot: Spot | None) -> Point | None:
        face = self.context.project.get(spot[0]) if spot else None
        if not isinstance(face, Face) or spot is None or spot[1] >= len(face.points):
            return None
        return face.points[spot[1]]

    def items(self, busy: bool = False) -> tuple[OverlayItem, ...]:
        """The lines of every face, the points that can be taken, and the name of the one under the pointer."""
        result: list[OverlayItem] = []
        for face in self.faces():
            result.extend(self._drawn(face))
        place = self.point_at(self.near)
        if place is not None and self.near is not None and not busy:
            face = self.context.project.find(self.near[0], Face)
            if len(face.points) == 68:
                result.append(Label(place, part_label(part_of(self.near[1])[0])))
        return tuple(result)

    def _drawn(self, face: Face) -> list[OverlayItem]:
        style: Literal["accent", "muted"] = "accent" if face.id in self.context.project.selection else "muted"
        result: list[OverlayItem] = []
        shown = set(range(len(face.points)))
        if len(face.points) == 68:
            for _, numbers, closed in LINES:
                result.append(Polyline(tuple(face.points[number] for number in numbers), closed, style))
            if face.box.width * self.scale < ROOM:
                mine = {spot[1] for spot in (self.near, self.chosen) if spot is not None and spot[0] == face.id}
                shown = {number for one in mine for number in part_of(one)[1]}
        for number in sorted(shown):
            filled = (face.id, number) in (self.chosen, self.near)
            result.append(Handle(face.points[number], f"{face.id}-{number}", "circle", filled))
        return result


class Idle(State):
    def __init__(self, tool: FacePointsTool) -> None:
        self.tool = tool

    def pressed(self, event: PointerEvent) -> State:
        tool, project = self.tool, self.tool.context.project
        spot = tool.spot_under(event)
        tool.chosen = tool.near = spot
        if spot is None:
            inside = [face.id for face in tool.faces() if face.box.contains(Point(event.x, event.y))]
            project.select(tuple(inside[:1]))
            return self
        if spot[0] not in project.selection:
            project.select((spot[0],))
        return Pointing(tool, event, spot)

    def moved(self, event: PointerEvent) -> State:
        self.tool.near = self.tool.spot_under(event)
        return self

    def key(self, event: KeyEvent) -> State | None:
        tool = self.tool
        if tool.chosen is None or tool.point_at(tool.chosen) is None:
            return None
        if event.key == "Escape":
            tool.chosen = None
            return self
        if event.key not in STEPS:
            return None
        factor = 10.0 if Modifiers.SHIFT in event.modifiers else 1.0
        dx, dy = STEPS[event.key]
        face, number = tool.chosen
        run(
            tool.context.project, "raster.move_face_points", face=face, points=(number,), dx=dx * factor,
            dy=dy * factor,
        )  # fmt: skip
        return self

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()

    def cursor(self) -> str | None:
        return "move" if self.tool.near is not None else None


class Pointing(State):
    """Pressed on a point, not yet moved far enough to be a drag."""

    def __init__(self, tool: FacePointsTool, start: PointerEvent, spot: Spot) -> None:
        self.tool, self.start, self.spot = tool, start, spot

    def moved(self, event: PointerEvent) -> State:
        if distance(event, self.start) < CLICK_SLOP:
            return self
        gesture = self.tool.context.project.gesture("Move face points")
        return Dragging(self.tool, self.start, self.spot, gesture).moved(event)

    def released(self, event: PointerEvent) -> State:
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items()


class Dragging(GestureState):
    """Moves one point, its part with Shift, or the whole face with Alt."""

    def __init__(self, tool: FacePointsTool, start: PointerEvent, spot: Spot, gesture: Gesture) -> None:
        super().__init__(gesture)
        self.tool, self.start, self.spot = tool, start, spot
        self.points = self._taken(start)

    def _taken(self, event: PointerEvent) -> tuple[int, ...]:
        count = len(self.tool.context.project.find(self.spot[0], Face).points)
        if Modifiers.ALT in event.modifiers:
            return tuple(range(count))
        if Modifiers.SHIFT in event.modifiers and count == 68:
            return part_of(self.spot[1])[1]
        return (self.spot[1],)

    def moved(self, event: PointerEvent) -> State:
        run_live(
            self.tool.context.project, self.gesture, "raster.move_face_points", face=self.spot[0],
            points=self.points, dx=event.x - self.start.x, dy=event.y - self.start.y,
        )  # fmt: skip
        return self

    def released(self, event: PointerEvent) -> State:
        self.finish()
        return self.tool.idle()

    def overlay(self) -> tuple[OverlayItem, ...]:
        return self.tool.items(busy=True)
