"""A brush of a file as bytes, whatever it is made of: its pictures, its second tip, its dynamics. As MessagePack.

Written from the fields that `FoundBrush` has, so that what a later version adds goes with it; what this version does
not know is left out when it is read. Its pictures are checked by who paints with them.
"""

import dataclasses
import typing
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from editor.commands.raster.tips import FoundBrush, unpack_tips
from editor.formats.brush.found import checked_size

BOUNDS = {
    "diameter": (0.0, 1e5), "spacing": (0.0, 100.0), "roundness": (0.001, 1.0), "hardness": (0.0, 1.0),
    "angle": (-1e6, 1e6), "opacity": (0.0, 1.0), "flow": (0.0, 1.0), "smoothing": (0.0, 1.0),
}  # fmt: skip
MOST_SECONDS = 1
"""A brush may have a second tip, which has no third."""


class Picture(msgspec.Struct, frozen=True, array_like=True):
    """Rows from above, a byte a part."""

    shape: tuple[int, ...]
    data: bytes


def brush_bytes(brush: FoundBrush) -> bytes:
    """Raises TypeError for a brush that holds what cannot be written."""
    return msgspec.msgpack.encode(_plain(brush))


def brush_from(data: bytes) -> FoundBrush:
    """Raises ValueError or ExpectedError for bytes that are no brush."""
    try:
        brush = _brush(msgspec.msgpack.decode(data), MOST_SECONDS)
        packed = brush.packed
    except (msgspec.DecodeError, TypeError, OverflowError, RecursionError) as error:
        raise ValueError("brush") from error
    if packed:
        unpack_tips(packed)
    return brush


def _plain(value: Any) -> Any:
    if isinstance(value, FoundBrush):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, np.ndarray):
        return Picture(value.shape, np.ascontiguousarray(value, np.uint8).tobytes())
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return msgspec.to_builtins(value, builtin_types=(bytes,))


def _brush(plain: Any, seconds: int) -> FoundBrush:
    """`seconds` are how many brushes may stand inside one another."""
    if not isinstance(plain, dict):
        raise ValueError("brush")
    hints = typing.get_type_hints(FoundBrush, localns={"np": np, "NDArray": NDArray})
    values = {
        item.name: _value(plain[item.name], hints[item.name], seconds)
        for item in dataclasses.fields(FoundBrush) if item.name in plain
    }  # fmt: skip
    for name, (low, high) in BOUNDS.items():
        if values.get(name) is not None and not low <= values[name] <= high:
            raise ValueError(name)
    return FoundBrush(**values)


def _value(plain: Any, hint: Any, seconds: int) -> Any:
    if hint == tuple[NDArray[np.uint8], ...]:
        return tuple(_picture(msgspec.convert(one, Picture)) for one in plain)
    if FoundBrush in typing.get_args(hint):
        if plain is not None and not seconds:
            raise ValueError("brush")
        return None if plain is None else _brush(plain, seconds - 1)
    return msgspec.convert(plain, hint)


def _picture(stored: Picture) -> NDArray[np.uint8]:
    """Coverage (h, w) or straight RGBA (h, w, 4); what else numpy could make of the bytes is no tip."""
    if len(stored.shape) not in (2, 3) or stored.shape[2:] not in ((), (4,)):
        raise ValueError("shape")
    checked_size(stored.shape[1], stored.shape[0])
    return np.frombuffer(stored.data, np.uint8).reshape(stored.shape)
