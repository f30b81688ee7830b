"""What is read as one: lines of type right below each other, and columns of a table."""

from collections.abc import Sequence

from editor.workflows.templates.format_items import Item

TIGHT = 0.6
"""Of the smaller letters: so small a gap joins two lines of type."""
UNBROKEN = 0.8
"""Of the width at which a text breaks: one that needs less is not broken there."""


def is_rule(item: Item) -> bool:
    """A line: much wider than high."""
    return item.sort == "shape" and item.box.height * 10 < item.box.width


def stanzas_of(groups: Sequence[list[Item]]) -> list[list[Item]]:
    """Short texts right below each other, flush at the same edge, are read as one: a line, a date and its place."""
    single = [group[0] for group in groups if len(group) == 1 and _may_join(group[0])]
    joined: list[list[Item]] = []
    for item in sorted(single, key=lambda one: one.box.y):
        above = next((stanza for stanza in joined if _follows(stanza[-1], item)), None)
        if above is None:
            joined.append([item])
        else:
            above.append(item)
    alone = {item.key for item in single}
    return [group for group in groups if group[0].key not in alone] + joined


def _may_join(item: Item) -> bool:
    if item.sort == "text":
        return item.wrap is None or item.box.width <= UNBROKEN * item.wrap
    return is_rule(item)


def _follows(upper: Item, lower: Item) -> bool:
    gap = lower.box.y - upper.box.bottom
    if lower.sort != "text" or abs(upper.box.x - lower.box.x) > lower.letters / 3:
        return False
    if is_rule(upper):
        return -1e-6 <= gap < lower.letters and upper.box.width < 20 * lower.letters
    return -1e-6 <= gap < TIGHT * min(upper.letters, lower.letters)


def tables_of(units: Sequence[tuple[Item, ...]]) -> list[list[int]]:
    """Rows of columns of one shape, each column by its number, from the left: as many things of the same sorts and
    letters in each, beginning at one height."""
    rows: list[list[int]] = []
    for number in sorted(range(len(units)), key=lambda one: min(item.box.x for item in units[one])):
        if len(units[number]) < 2:
            continue
        row = next((row for row in rows if _alike(units[row[-1]], units[number])), None)
        if row is None:
            rows.append([number])
        else:
            row.append(number)
    return [row for row in rows if len(row) > 1]


def _alike(one: Sequence[Item], other: Sequence[Item]) -> bool:
    if len(one) != len(other) or max(item.box.right for item in one) > min(item.box.x for item in other):
        return False
    slack = max(item.letters for item in one) / 3
    return all(
        first.sort == second.sort and first.letters == second.letters and abs(first.box.y - second.box.y) <= slack
        for first, second in zip(one, other, strict=True)
    )
