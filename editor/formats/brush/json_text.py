"""JSON that others wrote: bounded before it is read, and numbers that are numbers."""

import json
import math
from typing import Any

from editor.formats.brush.found import DamagedBrush

MOST_TEXT = 4 << 20
DEEPEST = 40


def parsed(data: bytes) -> Any:
    """Raises DamagedBrush for what is no JSON, too long or too deep."""
    if len(data) > MOST_TEXT:
        raise DamagedBrush("long")
    depth = 0
    for byte in data.translate(None, _OTHERS):
        depth += 1 if byte in b"[{" else -1
        if depth > DEEPEST:
            raise DamagedBrush("deep")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise DamagedBrush("json") from error


def number(value: Any) -> float | None:
    """What can be reckoned with; None for anything else, NaN and infinity too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


_OTHERS = bytes(byte for byte in range(256) if byte not in b"[]{}")
