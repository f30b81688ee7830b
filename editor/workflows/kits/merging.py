"""Two changes of one kit, made at the same time in two places, become one kit."""

from typing import Any

import msgspec

from editor.workflows.kits.kit import Kit

KEYS = {"colors": "name", "fonts": "use", "logos": "variant", "voices": "name"}


def merged(before: Kit, mine: Kit, theirs: Kit) -> Kit:
    """What both changed since `before`. Where both changed the same thing, `mine` stands."""
    if theirs == before:
        return mine
    values: dict[str, Any] = {
        name: getattr(mine if getattr(mine, name) != getattr(before, name) else theirs, name)
        for name in ("name", "notes")
    }
    for part, key in KEYS.items():
        values[part] = _items(getattr(before, part), getattr(mine, part), getattr(theirs, part), key)
    return msgspec.structs.replace(mine, **values)


def _items(before: tuple[Any, ...], mine: tuple[Any, ...], theirs: tuple[Any, ...], key: str) -> tuple[Any, ...]:
    """Mine without what they took away, and with what they added or changed and I did not."""
    taken = [item for item in before if item not in theirs]
    kept = [item for item in mine if item not in taken]
    changed = {getattr(item, key) for item in mine if item not in before}
    removed = {getattr(item, key) for item in before} - {getattr(item, key) for item in mine}
    new_items = [
        item for item in theirs
        if item not in before and item not in kept and getattr(item, key) not in changed | removed
    ]
    return (*kept, *new_items)
