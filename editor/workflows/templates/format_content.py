"""Where the content of a page, or of a side of one, goes on a page of other proportions.

Five arrangements are tried, each with the largest factor at which everything fits:

    keep     blocks stay at their edges and corners
    column   units below each other, in reading order
    row      units beside each other: banners
    banner   headlines beside each other, and columns of what is smaller beside them: very flat pages
    split    the largest unit on one side, the others in a column beside it

The page keeps its arrangement unless another one shows its content clearly larger. Where nothing fits at letters that
can be read, the least important unit is left out.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from editor.workflows.templates.format_items import Item, Measure, Placed, margin_of
from editor.workflows.templates.format_settings import Setting, set_unit, stacked
from editor.workflows.templates.format_units import (
    Unit,
    across_of,
    around,
    blocks_of,
    down_of,
    lightened,
    rows_of,
    taken_apart,
    units_of,
)
from render.geometry import Rect

STEP = 0.95
NEAR = 0.07
"""Of the shorter side: units so close are one block."""
CRAMPED = 0.42
"""Of the factor that the page's size alone would give: below it the least important unit is given up."""
FLAT = 0.26
"""The same where a page became very flat: there the height is what is short, and the sizes tell little."""
PATIENT = 0.62
"""Of that factor: above it no row is taken apart."""
SLIGHT = 0.1
"""Lines and figures weigh less."""
HEAVY = 0.65
"""Headlines, logos and pictures weigh so much; they are never given up before what weighs less."""
COLUMN = 0.3
"""Of a flat page: so wide may a column of small things be before its texts are broken."""
STRANGE = 3.0
"""So many times wider or higher: the old arrangement means nothing there."""
EPSILON = 1e-6


@dataclass(frozen=True)
class Field:
    """The part of the old page that content stood in, and the part of the new one that it goes to."""

    old: Rect
    new: Rect
    measure: Measure

    edge: float = 0.0
    """How far from the edges of the whole new page things stand, at the sides."""

    @property
    def safe(self) -> Rect:
        across = max(margin_of(self.new), min(self.edge, 0.11 * self.new.width))
        down = margin_of(self.new)
        return Rect(self.new.x + across, self.new.y + down, self.new.width - 2 * across, self.new.height - 2 * down)

    @property
    def turn(self) -> float:
        """So many times wider than before."""
        return (self.new.width / self.new.height) / (self.old.width / self.old.height)

    @property
    def fair(self) -> float:
        """The factor that the two sizes alone suggest."""
        return float((self.new.width * self.new.height / (self.old.width * self.old.height)) ** 0.5)

    @property
    def cramped(self) -> float:
        """The factor below which the least important thing is given up."""
        return (FLAT if self.turn > STRANGE else CRAMPED) * self.fair


Found = tuple[float, list[Placed]]
Arrangement = Callable[[Field, Sequence[Unit], float], list[Placed] | None]


def arrange(field: Field, items: Sequence[Item], smallest: float) -> tuple[list[Placed], list[str]]:
    """Places for content, and the keys of what was left out."""
    units = units_of(items, smallest)
    left_out: list[str] = []
    while units:
        found = _best(field, units)
        ranked = _worth if field.turn > STRANGE else _importance
        droppable = sorted((unit for unit in units if unit.weight < HEAVY), key=ranked)
        if found is not None and (found[0] >= field.cramped or not droppable or len(units) < 3):
            return found[1], left_out
        light = _lighter(units, smallest) if found is None and not droppable else None
        if light is not None:
            left_out += {item.key for unit in units for item in unit.items} - {
                item.key for unit in light for item in unit.items
            }
            units = light
            continue
        if found is None and len(units) == 1:
            return _last(field, units[0], left_out)
        gone = droppable[0] if droppable else min(units, key=_importance)
        units = [unit for unit in units if unit is not gone]
        left_out += [item.key for item in gone.items]
    return [], left_out


def _importance(unit: Unit) -> tuple[float, float]:
    """Of two that weigh the same, what is read later goes first."""
    return unit.weight, -unit.box.y - unit.box.x / 10


def _worth(unit: Unit) -> tuple[bool, float]:
    """On a very flat page lines and figures go first, then what takes the most room for its letters: an address or a
    date stays where a paragraph does not."""
    letters = max((item.letters for item in unit.items), default=0.0) or 1.0
    room = unit.box.width * unit.box.height / letters**2
    return unit.weight > SLIGHT, unit.weight / max(1.0, room) ** 0.5


def _lighter(units: list[Unit], smallest: float) -> list[Unit] | None:
    """The least important unit of several things with only the most important of them."""
    for unit in sorted(units, key=lambda one: one.weight):
        less = lightened(unit, smallest)
        if less is not None:
            return [less if one is unit else one for one in units]
    return None


def _last(field: Field, unit: Unit, left_out: list[str]) -> tuple[list[Placed], list[str]]:
    """The only thing there is: it is made as small as it must be, unless its letters could not be read then."""
    if unit.least > 0:
        return [], [*left_out, *(item.key for item in unit.items)]
    factor = min(field.safe.width / unit.box.width, field.safe.height / unit.box.height)
    width, height = unit.size(factor)
    center = field.safe.center
    return unit.placed(center.x - width / 2, center.y - height / 2, factor), left_out


def _best(field: Field, units: Sequence[Unit]) -> Found | None:
    """The arrangement that shows content largest; the one that keeps the page as it is wins when it is near to that."""
    kept = _largest(field, units, _keep)
    turn = field.turn
    row = 1.1 if turn > STRANGE else 0.9 if turn > 1 else 0.6
    tied = any((unit.hold.across, unit.hold.down) != ("auto", "auto") for unit in units)
    tries = [(1.0, _column), (0.95, _split)] if tied else [(1.0, _column), (row, _row), (0.95, _split)]
    if turn > STRANGE:
        tries.append((1.0, _banner))
    if len(units) == 1 and kept is not None:
        return kept
    others = [found for favour, one in tries if (found := _largest(field, units, one, favour)) is not None]
    best = max(others, key=lambda found: found[0], default=None)
    patience = 0.72 if 1 / STRANGE < turn < STRANGE else 1.0
    if kept is not None and (best is None or kept[0] >= patience * best[0]):
        return kept
    return best


def _largest(field: Field, units: Sequence[Unit], arrangement: Arrangement, favour: float = 1.0) -> Found | None:
    """The largest factor at which everything fits, times `favour`."""
    for factor in _factors(field, 2.0 if arrangement is _row and field.turn > STRANGE else 1.0):
        placed = arrangement(field, units, factor)
        if placed is not None:
            return factor * favour, placed
    return None


def _factors(field: Field, most: float) -> Iterator[float]:
    """From what the sizes suggest downwards; a row begins higher, since a banner is mostly empty ground."""
    least = min(field.new.width / field.old.width, field.new.height / field.old.height)
    factor, end = field.fair * most, least * 0.3
    while factor > end:
        yield factor
        factor *= STEP


def _keep(field: Field, units: Sequence[Unit], factor: float) -> list[Placed] | None:
    safe = field.safe
    if any(unit.spans for unit in units):
        return None
    near = NEAR * min(field.old.width, field.old.height)
    apart = near * factor * 0.45
    boxes: list[Rect] = []
    placed: list[Placed] = []
    for block in blocks_of(units, near):
        width, height = block.size(factor)
        if width > safe.width + EPSILON or height > safe.height + EPSILON:
            return None
        box = Rect(
            _tied(across_of(block, field.old), _along_x(block.box), _along_x(field.old), _along_x(field.new),
                  _along_x(safe), width, factor, block.hold.across != "auto"),
            _tied(down_of(block, field.old), _along_y(block.box), _along_y(field.old), _along_y(field.new),
                  _along_y(safe), height, factor, block.hold.down != "auto"),
            width, height,
        )  # fmt: skip
        if any(not box.expanded(apart).intersection(other).is_empty for other in boxes):
            return None
        boxes.append(box)
        placed += block.placed(box.x, box.y, factor)
    return placed


Span = tuple[float, float]
"""Where something begins, and how long it is."""


def _along_x(box: Rect) -> Span:
    return box.x, box.width


def _along_y(box: Rect) -> Span:
    return box.y, box.height


def _tied(
    edge: str, box: Span, old: Span, new: Span, safe: Span, size: float, factor: float, firm: bool
) -> float:
    """Where a block begins along one axis, given the edge that it keeps to and its new size there. A firm tie keeps its
    length, at the new size."""
    before = box[0] - old[0]
    after = old[0] + old[1] - box[0] - box[1]
    if edge == "center":
        off = (before - after) / 2 * (new[1] - size) / max(old[1] - box[1], EPSILON)
        begin = new[0] + (new[1] - size) / 2 + off
    elif edge in ("left", "top"):
        begin = new[0] + (before * factor if firm else _gap(before, old[1], new[1], factor))
    else:
        begin = new[0] + new[1] - (after * factor if firm else _gap(after, old[1], new[1], factor)) - size
    return min(max(begin, safe[0]), safe[0] + safe[1] - size)


def _gap(gap: float, old: float, new: float, factor: float) -> float:
    """A margin grows with the content; what is more than a margin grows with the page."""
    margin = min(gap, 0.12 * old)
    return margin * factor + (gap - margin) * new / old


def _column(field: Field, units: Sequence[Unit], factor: float) -> list[Placed] | None:
    return _stack(field, _margins(field, units), units, factor)


def _margins(field: Field, units: Sequence[Unit]) -> Rect:
    """The new page within margins like the old one's, between what is safe and a twelfth of the shorter side."""
    boxes = [unit.box for unit in units]
    gaps = (
        min(box.x for box in boxes) - field.old.x, field.old.right - max(box.right for box in boxes),
    )  # fmt: skip
    short = min(field.new.width, field.new.height)
    wanted = min(gaps) / min(field.old.width, field.old.height) * short
    least = margin_of(field.new)
    return field.new.expanded(-min(max(wanted, least), max(least, 0.085 * short))).intersection(field.safe)


def _stack(field: Field, area: Rect, units: Sequence[Unit], factor: float) -> list[Placed] | None:
    """Rows below each other; a row that became too wide is stacked as well."""
    rows: list[list[Setting]] = []
    whole = around([unit.box for unit in units])
    patience = PATIENT if field.turn > 0.6 else 0.85
    for row in rows_of(units):
        settings = [set_unit(unit, factor, _limit(unit, factor, area, row, whole), field.measure) for unit in row]
        gap = NEAR * min(area.width, area.height) / 2
        together = sum(setting.width for setting in settings) + gap * (len(settings) - 1)
        torn = together > area.width and len(settings) > 1
        if (torn or any(setting.stacked for setting in settings)) and factor > patience * field.fair:
            return None  # what stood beside each other goes on doing so while it can be made a little smaller
        alone = [replace(set_unit(unit, factor, area.width, field.measure), torn=True) for unit in row]
        rows += [[setting] for setting in alone] if torn else [settings]
    if any(setting.width > area.width + EPSILON for row in rows for setting in row):
        return None
    heights = [max(setting.height for setting in row) for row in rows]
    gaps = _gaps_down(field, rows, factor)
    free = area.height - sum(heights)
    spread = _spread(gaps, free)
    if spread is None:
        return None
    placed: list[Placed] = []
    y = area.y + spread[0]
    for line, height, gap in zip(rows, heights, spread[1:], strict=True):
        placed += _across(field, area, line, y, height, whole)
        y += height + gap
    return placed


def _limit(unit: Unit, factor: float, area: Rect, row: Sequence[Unit], whole: Rect) -> float:
    """How wide a unit may be: a text that is broken beside something else goes on being broken there."""
    text = unit.text
    if len(row) == 1 or text is None or text.wrap is None:
        return area.width
    return min(area.width, text.wrap * max(factor, unit.least, area.width / whole.width))


def _gaps_down(field: Field, rows: list[list[Setting]], factor: float) -> list[float]:
    """What lay above the first row, between rows and below the last one, at the new size."""
    tops = [min(setting.unit.box.y for setting in row) for row in rows]
    bottoms = [max(setting.unit.box.bottom for setting in row) for row in rows]
    least = 0.02 * min(field.old.width, field.old.height)
    letters = [max((item.letters for setting in row for item in setting.unit.items), default=0.0) for row in rows]
    between = [
        low - high if low > high else max(least, 0.7 * min(pair))
        for high, low, pair in zip(bottoms, tops[1:], zip(letters, letters[1:], strict=False), strict=False)
    ]
    between = [max(least, gap) for gap in between]
    margin = 0.6 * least
    ends = [max(0.0, tops[0] - field.old.y - margin), max(0.0, field.old.bottom - bottoms[-1] - margin)]
    return [gap * factor for gap in (ends[0], *between, ends[1])]


def _spread(gaps: list[float], free: float) -> list[float] | None:
    """Gaps that fill the free length: grown evenly, or drawn in to a third where there is little."""
    wanted = sum(gaps)
    inner = sum(gaps[1:-1])
    if free >= wanted:
        grown = free / wanted if wanted > 0 else 0.0
        return [gap * grown for gap in gaps] if wanted > 0 else [free / 2, *gaps[1:-1], free / 2]
    if free < inner / 3:
        return None
    if free >= inner:
        ends = (free - inner) / max(gaps[0] + gaps[-1], EPSILON)
        return [gaps[0] * ends, *gaps[1:-1], gaps[-1] * ends]
    return [0.0, *(gap * free / inner for gap in gaps[1:-1]), 0.0]


def _across(field: Field, area: Rect, row: list[Setting], y: float, height: float, whole: Rect) -> list[Placed]:
    """One row: a single unit keeps its edge; several begin at the same parts of the width as before, or are spread
    from the left edge to the right one."""
    if len(row) == 1:
        setting = row[0]
        room = area.width - setting.width
        edge = across_of(setting.unit, field.old)
        edge = "left" if setting.torn and setting.unit.hold.across == "auto" else edge
        return setting.placed(area.x + room * {"left": 0.0, "center": 0.5, "right": 1.0}[edge], y)
    lefts = _in_parts(area, row, whole)
    if lefts is None:
        gap = (area.width - sum(setting.width for setting in row)) / (len(row) - 1)
        lefts = [area.x + sum(setting.width + gap for setting in row[:number]) for number in range(len(row))]
    placed = list[Placed]()
    tops = [setting.unit.box.y for setting in row]
    level = max(tops) - min(tops) < 0.3 * max(setting.unit.box.height for setting in row)
    for setting, x in zip(row, lefts, strict=True):
        texts = all(item.sort != "picture" for item in setting.unit.items)
        down = (setting.unit.box.y - min(tops)) * setting.scale if level and texts else (height - setting.height) / 2
        placed += setting.placed(x, y + min(down, height - setting.height))
    return placed


def _in_parts(area: Rect, row: list[Setting], whole: Rect) -> list[float] | None:
    """Where the units of a row begin, in the same parts of the width as before; None where they would meet."""
    lefts = list[float]()
    for setting in row:
        box = setting.unit.box
        x = area.x + (box.x - whole.x) / whole.width * area.width
        if box.right >= whole.right - 0.02 * whole.width:
            x = area.right - setting.width
        lefts.append(x)
    ends = [x + setting.width for x, setting in zip(lefts, row, strict=True)]
    gap = 0.02 * area.width
    apart = all(left >= end + gap for left, end in zip(lefts[1:], ends, strict=False))
    return lefts if apart and ends[-1] <= area.right + EPSILON else None


def _row(field: Field, units: Sequence[Unit], factor: float) -> list[Placed] | None:
    """Beside each other, in the middle of the height. Texts are broken as narrow as the height allows."""
    area = field.safe
    banner = field.turn > STRANGE
    settings = [_narrow(unit, factor, area, field.measure, banner) for row in rows_of(units) for unit in row]
    if any(setting.height > area.height + EPSILON for setting in settings):
        return None
    gap = min(0.35 * area.height, 0.06 * area.width)
    room = area.width - sum(setting.width for setting in settings) - gap * (len(settings) - 1)
    if room < -EPSILON:
        return None
    room = max(room, 0.0)
    placed, x = list[Placed](), area.x + (room / 2 if len(settings) < 3 else 0.0)
    for number, setting in enumerate(settings):
        if number == len(settings) - 1 and len(settings) > 2:
            x += room
        placed += setting.placed(x, area.y + (area.height - setting.height) / 2)
        x += setting.width + gap
    return placed


def _banner(field: Field, units: Sequence[Unit], factor: float) -> list[Placed] | None:
    """What weighs most beside each other; what is smaller goes below each other in columns, as high as the page."""
    area = field.safe
    columns: list[list[Setting]] = []
    for group in (group for row in rows_of(units) for unit in row for group in taken_apart(unit)):
        for number, unit in enumerate(group):
            if unit.weight >= HEAVY:
                columns.append([_narrow(unit, factor, area, field.measure, True)])
                continue
            low = _low(unit, factor, COLUMN * area.width, field.measure)
            last = columns[-1] if columns and columns[-1][0].unit.weight < HEAVY else None
            is_column = number == 0 and len(group) > 1
            if last is not None and not is_column and _height([*last, low], factor) <= area.height + EPSILON:
                last.append(low)
            else:
                columns.append([low])
    if any(_height(column, factor) > area.height + EPSILON for column in columns):
        return None
    widths = [max(setting.width for setting in column) for column in columns]
    gap = min(0.35 * area.height, 0.06 * area.width)
    room = area.width - sum(widths) - gap * (len(columns) - 1)
    if room < -EPSILON:
        return None
    grown = min(gap, max(room, 0.0) / max(1, len(columns) - 1))
    x = area.x + (max(room, 0.0) - grown * (len(columns) - 1)) / 2 * (across_of(units[0], field.old) == "center")
    placed = list[Placed]()
    for column, width in zip(columns, widths, strict=True):
        y = area.y + (area.height - _height(column, factor)) / 2
        for setting in column:
            placed += setting.placed(x, y)
            y += setting.height + _between(setting, factor)
        x += width + gap + grown
    return placed


def _low(unit: Unit, factor: float, limit: float, measure: Measure) -> Setting:
    """Broken at a width, or at its longest word: an address is never cut."""
    unit = replace(unit, spans=False)
    found = set_unit(unit, factor, limit, measure)
    return set_unit(unit, factor, 1.001 * found.width, measure) if found.width > limit + EPSILON else found


def _height(column: Sequence[Setting], factor: float) -> float:
    return sum(setting.height + _between(setting, factor) for setting in column) - _between(column[-1], factor)


def _between(setting: Setting, factor: float) -> float:
    """The room below a thing that stands in a column: a part of its letters."""
    letters = max((item.letters for item in setting.unit.items), default=0.0)
    return 0.35 * letters * max(factor, setting.unit.least)


def _narrow(unit: Unit, factor: float, area: Rect, measure: Measure, banner: bool) -> Setting:
    """In one line, or in two or three where they fit below each other and make the whole narrower."""
    unit = replace(unit, spans=False)
    best = set_unit(unit, factor, area.width, measure)
    text = unit.text
    if text is None:
        below = stacked(unit, factor) if unit.cells and banner else best
        return below if below.height <= area.height else best
    scale = max(factor, unit.least)
    whole = measure(text.key, scale, None)[0]
    for lines in (2, 3):
        limit = whole / lines * 1.12
        width, height = measure(text.key, scale, limit)
        if height <= area.height and width <= limit and width < 0.8 * best.width:
            best = Setting(unit, factor, width, height, limit)
    return best


def _split(field: Field, units: Sequence[Unit], factor: float) -> list[Placed] | None:
    """The largest picture on one side, everything else in a column on the other; for pages that became wide."""
    if field.new.width < 1.2 * field.new.height or len(units) < 2:
        return None
    pictures = [unit for unit in units if unit.text is None]
    if not pictures:
        return None
    large = max(pictures, key=lambda unit: unit.box.width * unit.box.height)
    if large.box.width * large.box.height < 0.1 * field.old.width * field.old.height:
        return None
    area = field.safe
    gap = NEAR * min(area.width, area.height)
    wide, high = large.size(factor)
    if high > area.height + EPSILON or wide > 0.6 * area.width:
        return None
    first = large.box.center.y <= field.old.center.y
    gap = max(gap, (_margins(field, units).x - field.new.x) * 1.2)
    beside = Rect(area.x + (wide + gap if first else 0.0), area.y, area.width - wide - gap, area.height)
    placed = _stack(field, beside, [unit for unit in units if unit is not large], factor)
    if placed is None:
        return None
    x = area.x if first else area.right - wide
    return [*large.placed(x, area.y + (area.height - high) / 2, factor), *placed]


