"""How values travel to JSON and back: exact fractions, geometry, colours, blob names."""

import math
import re
from fractions import Fraction
from typing import Annotated, Any

import msgspec

BLOB_PATTERN = re.compile(r"blob:[0-9a-f]{40}")

Blob = Annotated[str, msgspec.Meta(pattern=r"^blob:[0-9a-f]{40}$", extra={"reference": "blob"})]
"""The name of immutable bytes; the command line accepts a file's path for a parameter of this type."""

RecordId = Annotated[str, msgspec.Meta(extra={"reference": "record"})]
"""The id of a record; the command line accepts an unambiguous document name as well."""

Unit = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
"""A number from 0 to 1, such as an opacity."""


def to_plain(value: Any) -> Any:
    """msgspec's `enc_hook`: a Fraction is written as "n/d"."""
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} cannot be stored")


def from_plain(kind: type, value: Any) -> Any:
    """msgspec's `dec_hook`: "n/d", a whole number or a decimal text becomes a Fraction; raises ValueError."""
    if kind is not Fraction:
        raise TypeError(f"{kind.__name__} cannot be read")
    try:
        if isinstance(value, float) and not math.isfinite(value):
            raise ValueError
        return Fraction(value)
    except (ValueError, ZeroDivisionError, TypeError):
        raise ValueError(f"{value!r} is no fraction: write 5, 0.04 or 1/25") from None


def is_finite(value: Any) -> bool:
    """Whether no float anywhere inside plain data is infinite or not a number: JSON cannot hold those."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, dict):
        return all(is_finite(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(is_finite(item) for item in value)
    return True
