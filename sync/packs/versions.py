"""Versions as in Semantic Versioning 2.0.0 (semver.org), and their order."""

import re
from typing import Any

PATTERN = (
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})"
    r"(?:-((?:0|[1-9]\d{0,8}|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d{0,8}|\d*[A-Za-z-][0-9A-Za-z-]*))*))?"
)
_VERSION = re.compile(PATTERN)


def is_version(text: str) -> bool:
    return len(text) <= 64 and _VERSION.fullmatch(text) is not None


def order_of(version: str) -> tuple[Any, ...]:
    """A key that sorts versions: 1.0.0-beta.2 before 1.0.0-beta.11 before 1.0.0 before 1.1.0.

    >>> sorted(["1.0.0", "1.0.0-beta.11", "1.1.0", "1.0.0-beta.2"], key=order_of)
    ['1.0.0-beta.2', '1.0.0-beta.11', '1.0.0', '1.1.0']
    """
    found = _VERSION.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is not a version")
    numbers = tuple(int(found[place]) for place in (1, 2, 3))
    if found[4] is None:
        return (*numbers, 1, ())
    parts = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in found[4].split("."))
    return (*numbers, 0, parts)
