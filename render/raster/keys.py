"""Short names for content. A key of many parts becomes a number, equal parts the same number, in this process.

Keys of keys stay small this way: the key of a whole stack of layers costs as much to look up as that of one tile.
"""

from __future__ import annotations

from collections.abc import Hashable
from itertools import count

_LIMIT = 1 << 20
_numbers = count(1)
_known: dict[Hashable, int] = {}


def name_of(*parts: Hashable) -> int:
    """The number of these parts; the same for equal parts until a million others came between.

    >>> name_of("a", 1) == name_of("a", 1)
    True
    """
    found = _known.get(parts)
    if found is None:
        if len(_known) > _LIMIT:  # numbers are never used again, so forgetting only costs drawing again
            _known.clear()
        found = _known.setdefault(parts, next(_numbers))
    return found
