"""How a unit is set: as it was drawn, broken at a width, stretched from margin to margin, or column below column."""

from dataclasses import dataclass, replace

from editor.workflows.templates.format_groups import is_rule
from editor.workflows.templates.format_items import Item, Measure, Placed
from editor.workflows.templates.format_units import Unit
from render.geometry import Rect


@dataclass(frozen=True)
class Setting:
    """A unit at a factor: how large it is, and how it is placed. `wrap` is where a text is broken; `stacked`: the
    columns of a table stand below each other; `torn`: it stood beside something that it stands below now."""

    unit: Unit
    factor: float
    width: float
    height: float
    wrap: float | None = None
    stacked: bool = False
    torn: bool = False

    @property
    def scale(self) -> float:
        return max(self.factor, self.unit.least)

    def placed(self, x: float, y: float) -> list[Placed]:
        unit = self.unit
        if unit.text is not None:
            return [Placed(unit.text.key, Rect(x, y, self.width, self.height), self.scale, self.wrap)]
        if self.stacked:
            return self._below(x, y)
        if unit.spans or unit.cells:
            return self._stretched(x, y)
        return unit.placed(x, y, self.factor)

    def _below(self, x: float, y: float) -> list[Placed]:
        placed = list[Placed]()
        for cell in self.unit.cells:
            placed += cell.placed(x, y, self.scale)
            y += cell.box.height * self.scale + _between(self.unit) * self.scale
        return placed

    def _stretched(self, x: float, y: float) -> list[Placed]:
        """Columns further apart and lines longer; letters keep their proportions."""
        used = {one.key: one for one in self.unit.placed(x, y, self.scale)}
        across = self.width / (self.unit.box.width * self.scale)
        return [self._wider(item, used[item.key], x, across) for item in self.unit.items]

    def _wider(self, item: Item, place: Placed, x: float, across: float) -> Placed:
        width = place.box.width * (across if is_rule(item) else 1.0)
        return replace(place, box=Rect(x + (place.box.x - x) * across, place.box.y, width, place.box.height))


def set_unit(unit: Unit, factor: float, limit: float, measure: Measure) -> Setting:
    """A unit no wider than `limit` where it can be broken; its own proportions where not."""
    text = unit.text
    scale = max(factor, unit.least)
    if text is not None:
        width, height = measure(text.key, scale, None)
        if width <= limit:
            return Setting(unit, factor, width, height, None)
        width, height = measure(text.key, scale, limit)
        return Setting(unit, factor, width, height, limit)
    wide, high = unit.size(factor)
    if unit.spans and (not unit.cells or wide <= limit):
        return Setting(unit, factor, limit, high)
    if unit.cells and wide > limit:
        return stacked(unit, factor) if _narrowest(unit) * scale > limit else Setting(unit, factor, limit, high)
    return Setting(unit, factor, wide, high)


def _narrowest(unit: Unit) -> float:
    """How near the columns of a table can come to each other, at the old size: their words must not meet."""
    words = [max((item.box.width for item in cell.items if not is_rule(item)), default=0.0) for cell in unit.cells]
    lefts = [cell.box.x for cell in unit.cells]
    pitches = [right - left for left, right in zip(lefts, lefts[1:], strict=False)]
    gap = _between(unit)
    shares = [(word + gap) / pitch for word, pitch in zip(words, pitches, strict=False)]
    return unit.box.width * max(*shares, words[-1] / unit.cells[-1].box.width)


def stacked(unit: Unit, factor: float) -> Setting:
    """The columns of a table below each other."""
    scale = max(factor, unit.least)
    high = sum(cell.box.height for cell in unit.cells) + _between(unit) * (len(unit.cells) - 1)
    return Setting(unit, factor, max(cell.box.width for cell in unit.cells) * scale, high * scale, stacked=True)


def _between(unit: Unit) -> float:
    """The gap between columns that stand below each other, at the old size."""
    return 0.8 * max(item.letters for item in unit.items)
