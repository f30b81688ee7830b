"""A page at another size: a pure function from the geometry of what stands on it to its geometry there."""

from collections.abc import Sequence

from editor.workflows.templates.format_clearing import cleared
from editor.workflows.templates.format_content import STRANGE, Field, arrange
from editor.workflows.templates.format_items import (
    Item,
    Measure,
    Part,
    Placed,
    Plan,
    Side,
    edges_touched,
    free_side,
    margin_of,
    part_of,
)
from editor.workflows.templates.format_scaled import scaled
from render.geometry import Rect

TURNED: dict[Side, Side] = {"top": "left", "bottom": "right", "left": "top", "right": "bottom"}
NARROWED = (1.0, 0.75, 0.55)
"""Parts of its share that a panel is given, until nothing is left out or it is the last."""
FLIP = 1.6
"""So many times wider or higher, and a panel goes to another side."""


def relaid(items: Sequence[Item], old: Rect, new: Rect, measure: Measure, smallest: float = 0.0) -> Plan:
    """Places on `new` for what stands on `old`, both with their corner at any point. `smallest`: the least size of
    letters. The same items always give the same plan."""
    parts = {item.key: part_of(item, old) for item in items}
    order = {item.key: number for number, item in enumerate(items)}
    same = scaled(items, parts, old, new, smallest, _filling)
    if same is not None:
        return Plan(tuple(sorted(same, key=lambda one: order[one.key])))
    plans = (_laid(items, parts, old, new, measure, smallest, share) for share in _shares(old, new))
    found = min(plans, key=lambda plan: len(plan.left_out))
    return Plan(tuple(sorted(found.placed, key=lambda one: order[one.key])), found.left_out)


def _shares(old: Rect, new: Rect) -> tuple[float, ...]:
    """How much of its part of the page a panel may keep: on a very flat page words need the room more."""
    return NARROWED if new.width / new.height > STRANGE * old.width / old.height else NARROWED[:1]


def _laid(
    items: Sequence[Item], parts: dict[str, Part], old: Rect, new: Rect, measure: Measure, smallest: float,
    share: float,
) -> Plan:
    thick = [item for item in items if parts[item.key] in ("panel", "stripe")]
    sides = [item for item in thick if len(edges_touched(item.box, old)) == 3]
    fields = _fields(sides, parts, old, new, measure, share)
    placed = [_place(item, parts[item.key], old, new, fields) for item in items if parts[item.key] != "content"]
    content = [item for item in items if parts[item.key] == "content"]
    left_out: list[str] = []
    for field in fields.values():
        inside = [item for item in content if _holds(field.old, item.box)]
        content = [item for item in content if not _holds(field.old, item.box)]
        found, gone = arrange(field, inside, smallest)
        placed += found
        left_out += gone
    fair = (new.width * new.height / (old.width * old.height)) ** 0.5
    placed = cleared(items, parts, placed, old, lambda item, factor: _hanging(item, old, new, fair * factor))
    return Plan(tuple(placed), tuple(left_out))


def _fields(
    panels: Sequence[Item], parts: dict[str, Part], old: Rect, new: Rect, measure: Measure, share_kept: float
) -> dict[str, Field]:
    """The panels and edge stripes by key, then under "" what they leave free: each holds content of its own."""
    fields: dict[str, Field] = {}
    fair = (new.width * new.height / (old.width * old.height)) ** 0.5
    rest_old, rest_new = old, new
    for panel in panels:
        touched = edges_touched(panel.box, rest_old)
        if len(touched) != 3:
            continue  # it lies in what another panel has taken
        side = free_side(touched)
        share = panel.box.intersection(rest_old)
        part = share.width / rest_old.width if side in ("left", "right") else share.height / rest_old.height
        thin = parts[panel.key] == "stripe"
        target = side if thin else _turned(side, old, new)
        taken_old, rest_old = _cut(rest_old, side, part)
        if thin:
            long = rest_new.width if side in ("left", "right") else rest_new.height
            depth = share.width if side in ("left", "right") else share.height
            part = min(0.25, depth * fair / long)
        elif target != side:
            part *= share_kept
        taken_new, rest_new = _cut(rest_new, target, part)
        fields[panel.key] = Field(taken_old, taken_new, measure, margin_of(new))
    fields[""] = Field(rest_old, rest_new, measure, margin_of(new))
    return fields


def _turned(side: Side, old: Rect, new: Rect) -> Side:
    """A panel above becomes one at the left where the page became wide, and the other way about."""
    before, after = old.width / old.height, new.width / new.height
    wide = after > FLIP * before and after > 1.2
    high = before > FLIP * after and after < 0.85
    if (side in ("top", "bottom") and wide) or (side in ("left", "right") and high):
        return TURNED[side]
    return side


def _cut(area: Rect, side: Side, part: float) -> tuple[Rect, Rect]:
    """What a side takes of an area, and the rest."""
    wide, high = area.width * part, area.height * part
    if side == "left":
        return Rect(area.x, area.y, wide, area.height), Rect(area.x + wide, area.y, area.width - wide, area.height)
    if side == "right":
        rest = Rect(area.x, area.y, area.width - wide, area.height)
        return Rect(area.right - wide, area.y, wide, area.height), rest
    if side == "top":
        return Rect(area.x, area.y, area.width, high), Rect(area.x, area.y + high, area.width, area.height - high)
    return Rect(area.x, area.bottom - high, area.width, high), Rect(area.x, area.y, area.width, area.height - high)


def _holds(area: Rect, box: Rect) -> bool:
    center = box.center
    return area.x <= center.x <= area.right and area.y <= center.y <= area.bottom


def _place(item: Item, part: Part, old: Rect, new: Rect, fields: dict[str, Field]) -> Placed:
    fair = (new.width * new.height / (old.width * old.height)) ** 0.5
    if item.key in fields:
        box = fields[item.key].new
        return _filling(item, box, fair)
    if part in ("ground", "panel"):
        return _filling(item, _spilling(item.box, old, new, fair), fair)
    if part == "veil":
        return Placed(item.key, _veiling(item.box, old, new), fair)
    if part == "frame":
        gap = fair * (item.box.x - old.x + item.box.y - old.y) / 2
        gap = min(gap, 0.12 * min(new.width, new.height))
        return Placed(item.key, new.expanded(-gap), fair)
    if part == "stripe":
        return Placed(item.key, _stretched(item.box, old, new, fair), fair)
    return _hanging(item, old, new, fair)


def _filling(item: Item, box: Rect, fair: float) -> Placed:
    """A shape is stretched, a picture is cropped; art covers the box in its own proportions."""
    if item.sort != "art":
        return Placed(item.key, box, fair)
    factor = max(box.width / item.box.width, box.height / item.box.height)
    wide, high = item.box.width * factor, item.box.height * factor
    center = box.center
    return Placed(item.key, Rect(center.x - wide / 2, center.y - high / 2, wide, high), factor)


def _veiling(box: Rect, old: Rect, new: Rect) -> Rect:
    """The same part of the page, so that it darkens what it darkened; all of it where words go elsewhere."""
    across, down = new.width / old.width, new.height / old.height
    if max(across / down, down / across) > STRANGE:
        return new
    return Rect(new.x + (box.x - old.x) * across, new.y + (box.y - old.y) * down, box.width * across, box.height * down)


def _spilling(box: Rect, old: Rect, new: Rect, fair: float) -> Rect:
    """As far over each edge as before, at the new size; never short of it."""
    left, top = max(0.0, old.x - box.x) * fair, max(0.0, old.y - box.y) * fair
    right, bottom = max(0.0, box.right - old.right) * fair, max(0.0, box.bottom - old.bottom) * fair
    return Rect(new.x - left, new.y - top, new.width + left + right, new.height + top + bottom)


def _stretched(box: Rect, old: Rect, new: Rect, fair: float) -> Rect:
    """From edge to edge along the axis that it spanned, as thick as the size asks across it."""
    if box.width / old.width >= box.height / old.height:
        high = box.height * fair
        return Rect(new.x, _kept(box.y - old.y, box.height, old.height, new.y, new.height, high, fair), new.width, high)
    wide = box.width * fair
    return Rect(_kept(box.x - old.x, box.width, old.width, new.x, new.width, wide, fair), new.y, wide, new.height)


def _kept(before: float, size: float, old: float, start: float, new: float, grown: float, fair: float) -> float:
    """Where something begins that keeps its distance to the nearer end, or its place where it is near neither."""
    after = old - before - size
    if before <= 0.25 * old and before <= after:
        return start + before * fair
    if after <= 0.25 * old:
        return start + new - after * fair - grown
    return start + (before + size / 2) / old * new - grown / 2


def _hanging(item: Item, old: Rect, new: Rect, fair: float) -> Placed:
    """In its own proportions, at the same edges, cut off as much as before."""
    box = item.box
    wide, high = box.width * fair, box.height * fair
    x = _kept(box.x - old.x, box.width, old.width, new.x, new.width, wide, fair)
    y = _kept(box.y - old.y, box.height, old.height, new.y, new.height, high, fair)
    return Placed(item.key, Rect(x, y, wide, high), fair, None if item.wrap is None else item.wrap * fair)


