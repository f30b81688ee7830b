"""Things that belong together: what overlaps is one unit, units that stand close are one block."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from editor.model.format_hold import Across, Down
from editor.workflows.templates.format_items import Hold, Item, Measure, Placed
from render.geometry import Rect

T = TypeVar("T")
MIDDLE = 0.08
"""Of the page: so much difference between the gaps on both sides still is the middle."""
TIGHT = 0.6
"""Of the smaller letters: so small a gap joins two lines of type."""
WIDE = 0.6
"""Of the page: lines so long and flush left tell nothing about the middle."""


@dataclass(frozen=True)
class Unit:
    """Things that keep their places to each other. `least` is the smallest factor at which its letters can be read."""

    items: tuple[Item, ...]
    box: Rect
    least: float
    weight: float

    @property
    def text(self) -> Item | None:
        """The text that this unit is, when it is nothing else: it may be broken anew."""
        return self.items[0] if len(self.items) == 1 and self.items[0].sort == "text" else None

    @property
    def hold(self) -> Hold:
        """What was said about any of its things."""
        across: Across = next((item.hold.across for item in self.items if item.hold.across != "auto"), "auto")
        down: Down = next((item.hold.down for item in self.items if item.hold.down != "auto"), "auto")
        return Hold(across, down, any(item.hold.keep for item in self.items))

    def size(self, factor: float) -> tuple[float, float]:
        used = max(factor, self.least)
        return self.box.width * used, self.box.height * used

    def placed(self, x: float, y: float, factor: float) -> list[Placed]:
        """All its things with its top left corner at (x, y)."""
        used = max(factor, self.least)
        return [
            Placed(
                item.key,
                Rect(
                    x + (item.box.x - self.box.x) * used, y + (item.box.y - self.box.y) * used,
                    item.box.width * used, item.box.height * used,
                ),
                used,
                None if item.wrap is None else item.wrap * used,
            )
            for item in self.items
        ]  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """A unit at a factor, broken at a width where it is a text: how large it is, and how it is placed."""

    unit: Unit
    factor: float
    width: float
    height: float
    wrap: float | None = None

    def placed(self, x: float, y: float) -> list[Placed]:
        text = self.unit.text
        if text is None:
            return self.unit.placed(x, y, self.factor)
        scale = max(self.factor, self.unit.least)
        return [Placed(text.key, Rect(x, y, self.width, self.height), scale, self.wrap)]


def set_unit(unit: Unit, factor: float, limit: float, measure: Measure) -> Setting:
    """A unit no wider than `limit` where it can be broken; its own proportions where not."""
    text = unit.text
    if text is None:
        return Setting(unit, factor, *unit.size(factor))
    scale = max(factor, unit.least)
    width, height = measure(text.key, scale, None)
    if width <= limit:
        return Setting(unit, factor, width, height, None)
    width, height = measure(text.key, scale, limit)
    return Setting(unit, factor, width, height, limit)


def units_of(items: Sequence[Item], smallest: float) -> list[Unit]:
    """Things whose boxes overlap become one unit. `smallest` is the least size of letters on the new page."""
    largest = max((item.letters for item in items), default=1.0) or 1.0
    groups = _grouped(list(items), lambda item: item.box, -1e-6)
    return blocks_of([_unit(group, smallest, largest) for group in _stanzas(groups)], -1e-6)


def _stanzas(groups: list[list[Item]]) -> list[list[Item]]:
    """Short texts right below each other, flush at the same edge, are read as one: a date and its place."""
    single = [group[0] for group in groups if len(group) == 1 and group[0].sort == "text" and group[0].wrap is None]
    joined: list[list[Item]] = []
    for item in sorted(single, key=lambda one: one.box.y):
        above = next((stanza for stanza in joined if _follows(stanza[-1], item)), None)
        if above is None:
            joined.append([item])
        else:
            above.append(item)
    alone = {item.key for item in single}
    return [group for group in groups if group[0].key not in alone] + joined


def _follows(upper: Item, lower: Item) -> bool:
    gap = lower.box.y - upper.box.bottom
    letters = min(upper.letters, lower.letters)
    return abs(upper.box.x - lower.box.x) < letters / 3 and -1e-6 <= gap < TIGHT * letters


def blocks_of(units: Sequence[Unit], gap: float) -> list[Unit]:
    """Units nearer to each other than `gap` become one, keeping their places; again, until the boxes around them stand
    apart as well."""
    blocks = list(units)
    while True:
        joined = [_joined(group) for group in _grouped(blocks, lambda unit: unit.box, gap)]
        if len(joined) == len(blocks):
            return joined
        blocks = joined


def _joined(group: list[Unit]) -> Unit:
    items = tuple(item for unit in group for item in unit.items)
    least, weight = max(unit.least for unit in group), max(unit.weight for unit in group)
    return Unit(items, _around([unit.box for unit in group]), least, weight)


def _unit(items: list[Item], smallest: float, largest: float) -> Unit:
    letters = [item.letters for item in items if item.letters > 0]
    least = smallest / min(letters) if letters else 0.0
    weight = max(_weight(item, largest) for item in items)
    return Unit(tuple(items), _around([item.box for item in items]), least, weight)


def _weight(item: Item, largest: float) -> float:
    """What is given up last: what a person wants kept, then headlines, logos and pictures, then small print, lines."""
    if item.hold.keep:
        return 2.0
    if item.sort == "text":
        return item.letters / largest
    return 0.1 if item.sort == "shape" else 0.7


def _grouped(things: list[T], box: Callable[[T], Rect], gap: float) -> list[list[T]]:
    """Things joined while any of one group is nearer to any of another than `gap`."""
    groups: list[list[T]] = []
    for thing in things:
        near = [group for group in groups if any(_gap(box(thing), box(other)) < gap for other in group)]
        groups = [group for group in groups if all(group is not other for other in near)]
        groups.append([*(other for group in near for other in group), thing])
    return groups


def _gap(one: Rect, other: Rect) -> float:
    """The larger of the distances across and down; negative where they overlap."""
    across = max(one.x, other.x) - min(one.right, other.right)
    down = max(one.y, other.y) - min(one.bottom, other.bottom)
    return max(across, down)


def _around(boxes: Sequence[Rect]) -> Rect:
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    return Rect(left, top, max(box.right for box in boxes) - left, max(box.bottom for box in boxes) - top)


def across_of(unit: Unit, page: Rect) -> Across:
    """The edge, or the middle, that a unit keeps to."""
    if unit.hold.across != "auto":
        return unit.hold.across
    left, right = unit.box.x - page.x, page.right - unit.box.right
    if abs(left - right) <= MIDDLE * page.width:
        wide = unit.box.width > WIDE * page.width
        return "left" if wide and all(item.align == "start" for item in unit.items) else "center"
    return "left" if left < right else "right"


def down_of(unit: Unit, page: Rect) -> Down:
    if unit.hold.down != "auto":
        return unit.hold.down
    top, bottom = unit.box.y - page.y, page.bottom - unit.box.bottom
    if abs(top - bottom) <= MIDDLE * page.height:
        return "center"
    return "top" if top < bottom else "bottom"


def rows_of(units: Sequence[Unit]) -> list[list[Unit]]:
    """Units in reading order: rows from the top, each from the left."""
    rows: list[list[Unit]] = []
    for unit in sorted(units, key=lambda item: (item.box.y, item.box.x)):
        row = rows[-1] if rows else None
        if row is not None and unit.box.y < min(item.box.center.y for item in row):
            row.append(unit)
        else:
            rows.append([unit])
    return [sorted(row, key=lambda item: item.box.x) for row in rows]
