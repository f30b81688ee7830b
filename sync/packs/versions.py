"""Versions as in Semantic Versioning 2.0.0 (semver.org), and their order."""

import re
from collections.abc import Iterable
from typing import Any

_NUMBER = r"(?:0|[1-9]\d{0,8})"
_LABEL = rf"(?:{_NUMBER}|\d*[A-Za-z-][0-9A-Za-z-]*)"
PATTERN = rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})(?:-({_LABEL}(?:\.{_LABEL})*))?"
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
    return (*numbers, 0, tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in found[4].split(".")))


def best(versions: Iterable[str], least: str) -> str | None:
    """The newest that is at least so new; one that is not finished only where no finished one will do.

    >>> best(["1.10.0", "1.9.0", "2.0.0-beta"], "1.0.0"), best(["2.0.0-beta"], "1.0.0"), best(["1.0.0"], "2.0.0")
    ('1.10.0', '2.0.0-beta', None)
    """
    fit = (version for version in versions if order_of(version) >= order_of(least))
    return max(fit, key=lambda version: ("-" not in version, order_of(version)), default=None)
