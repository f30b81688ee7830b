"""Things that belong together: what overlaps is one unit, units that stand close are one block."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from editor.model.format_hold import Across, Down
from editor.workflows.templates.format_groups import is_rule, stanzas_of, tables_of
from editor.workflows.templates.format_items import Hold, Item, Placed
from render.geometry import Rect

T = TypeVar("T")
MIDDLE = 0.08
"""Of the page: so much difference between the gaps on both sides still is the middle."""
WIDE = 0.6
"""Of the page: lines so long and flush left tell nothing about the middle."""


@dataclass(frozen=True)
class Unit:
    """Things that keep their places to each other. `least` is the smallest factor at which its letters can be read;
    `cells` are columns of one table, which may go below each other; what `spans` reaches from margin to margin."""

    items: tuple[Item, ...]
    box: Rect
    least: float
    weight: float
    cells: tuple["Unit", ...] = ()
    spans: bool = False

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


def units_of(items: Sequence[Item], smallest: float) -> list[Unit]:
    """Things whose boxes overlap become one unit. `smallest` is the least size of letters on the new page."""
    plain = [item.letters for item in items if not _is_figure(item)] or [item.letters for item in items]
    largest = max(plain, default=1.0) or 1.0
    stanzas = stanzas_of(_grouped(list(items), lambda item: item.box, -1e-6, _apart))
    units = blocks_of([_unit(group, smallest, largest) for group in stanzas], -1e-6)
    joined = [_table([units[number] for number in row]) for row in tables_of([unit.items for unit in units])]
    inside = {item.key for table in joined for item in table.items}
    units = [unit for unit in units if unit.items[0].key not in inside] + joined
    return [_spanning(unit, units) for unit in units]


def _table(cells: list[Unit]) -> Unit:
    """Columns of one shape: they are kept together, and given up together, later than other small print."""
    row = _joined(cells)
    return replace(row, cells=tuple(cells), weight=min(1.0, 1.5 * row.weight))


def _spanning(unit: Unit, units: Sequence[Unit]) -> Unit:
    """A line, or a table with lines, that reaches from one margin of the content to the other."""
    whole = around([other.box for other in units])
    lines = is_rule(unit.items[0]) and (len(unit.items) == 1 or bool(unit.cells))
    wide = unit.box.width >= 0.85 * whole.width and unit.box.x <= whole.x + 0.05 * whole.width
    return replace(unit, spans=True) if lines and wide and len(units) > 1 else unit


def lightened(unit: Unit, smallest: float) -> Unit | None:
    """A unit's most important thing alone; None where it is one thing."""
    if len(unit.items) == 1:
        return None
    largest = max((item.letters for item in unit.items), default=1.0) or 1.0
    return _unit([max(unit.items, key=lambda item: _weight(item, largest))], smallest, largest)


def taken_apart(unit: Unit) -> list[list[Unit]]:
    """A unit's texts each for itself, column by column of a table; what holds a picture or a shape stays whole."""
    if unit.cells:
        columns = [taken_apart(cell) for cell in unit.cells]
        return [[part for group in column for part in group] for column in columns]
    if len(unit.items) == 1 or any(item.sort != "text" for item in unit.items):
        return [[unit]]
    largest = max(item.letters for item in unit.items) or 1.0
    smallest = unit.least * min(item.letters for item in unit.items if item.letters > 0) if unit.least else 0.0
    single = [_alone(item, smallest, unit.weight * item.letters / largest) for item in unit.items]
    return [[part for row in rows_of(single) for part in row]]


def _alone(item: Item, smallest: float, weight: float) -> Unit:
    return Unit((item,), item.box, smallest / item.letters if item.letters > 0 else 0.0, weight)


def _apart(one: Item, other: Item) -> bool:
    """Lines of type whose boxes overlap a little, since letters have empty room above them, stand below each other."""
    if one.sort != "text" or other.sort != "text":
        return False
    depth = min(one.box.bottom, other.box.bottom) - max(one.box.y, other.box.y)
    return depth < 0.5 * min(one.box.height, other.box.height)


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
    if len(group) == 1:
        return group[0]
    items = tuple(item for unit in group for item in unit.items)
    least, weight = max(unit.least for unit in group), max(unit.weight for unit in group)
    return Unit(items, around([unit.box for unit in group]), least, weight)


def _unit(items: list[Item], smallest: float, largest: float) -> Unit:
    letters = [item.letters for item in items if item.letters > 0]
    least = smallest / min(letters) if letters else 0.0
    weight = max(_weight(item, largest) for item in items)
    return Unit(tuple(items), around([item.box for item in items]), least, weight)


def _weight(item: Item, largest: float) -> float:
    """What is given up last: what a person wants kept, then headlines, logos and pictures, then small print, lines."""
    if item.hold.keep:
        return 2.0
    if _is_figure(item):
        return 0.06
    if item.sort == "text":
        return min(1.0, item.letters / largest)
    return 0.05 if item.sort == "shape" else 0.7


def _is_figure(item: Item) -> bool:
    """A page number, or a large figure beside a heading: two or three letters that nobody would miss."""
    return item.sort == "text" and item.box.width < 1.2 * item.letters


def _grouped(
    things: list[T], box: Callable[[T], Rect], gap: float, apart: Callable[[T, T], bool] = lambda one, other: False
) -> list[list[T]]:
    """Things joined while any of one group is nearer to any of another than `gap`, and not known to be apart."""
    groups: list[list[T]] = []
    for thing in things:
        near = [group for group in groups if any(
            _gap(box(thing), box(other)) < gap and not apart(thing, other) for other in group
        )]
        groups = [group for group in groups if all(group is not other for other in near)]
        groups.append([*(other for group in near for other in group), thing])
    return groups


def _gap(one: Rect, other: Rect) -> float:
    """The larger of the distances across and down; negative where they overlap."""
    across = max(one.x, other.x) - min(one.right, other.right)
    down = max(one.y, other.y) - min(one.bottom, other.bottom)
    return max(across, down)


def around(boxes: Sequence[Rect]) -> Rect:
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
