"""A page of nearly the same proportions: everything keeps its place, larger or smaller. Nothing is laid out anew."""

from collections.abc import Callable, Sequence

from editor.workflows.templates.format_items import Item, Part, Placed, inset
from editor.workflows.templates.format_units import Unit, units_of
from render.geometry import Rect

NEARLY = 0.1
"""So much may the proportions differ: A4 and US Letter do by nine parts in a hundred."""
Filling = Callable[[Item, Rect, float], Placed]


def scaled(
    items: Sequence[Item], parts: dict[str, Part], old: Rect, new: Rect, smallest: float, filling: Filling
) -> list[Placed] | None:
    """Places for everything; None where the proportions are others, or letters would become too small."""
    across, down = new.width / old.width, new.height / old.height
    if abs(across / down - 1) > NEARLY and abs(down / across - 1) > NEARLY:
        return None
    factor = min(across, down)
    units = units_of([item for item in items if parts[item.key] == "content"], smallest)
    placed = list[Placed]()
    boxes = list[Rect]()
    for unit in units:
        box = _box(unit, old, new, factor)
        safe = inset(new).expanded(1e-6)
        outside = safe.union(box) != safe and abs(across - down) > 1e-9
        if unit.least > factor or outside or any(_meet(box, other) for other in boxes):
            return None
        boxes.append(box)
        placed += unit.placed(box.x, box.y, factor)
    for item in items:
        if parts[item.key] != "content":
            box = item.box
            stretched = Rect(
                new.x + (box.x - old.x) * across, new.y + (box.y - old.y) * down, box.width * across, box.height * down
            )
            placed.append(filling(item, stretched, factor))
    return placed


def _box(unit: Unit, old: Rect, new: Rect, factor: float) -> Rect:
    """Even margins are added at the sides; heights are shared out between what stands below each other."""
    width, height = unit.box.width * factor, unit.box.height * factor
    x = new.center.x + (unit.box.x - old.center.x) * factor
    y = new.y + (unit.box.center.y - old.y) * new.height / old.height - height / 2
    return Rect(x, y, width, height)


def _meet(one: Rect, other: Rect) -> bool:
    return not one.expanded(-1e-3).intersection(other.expanded(-1e-3)).is_empty
