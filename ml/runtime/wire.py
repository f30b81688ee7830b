"""Reads protobuf messages without a schema: field numbers and raw values, never more than the file holds.

ONNX and TensorFlow files are such messages. Reading them here, field by field over a memory map, skips gigabytes of
weights in no time and can be bounded, which a generated parser cannot.
"""

from __future__ import annotations

from collections.abc import Iterator

from ml.errors import ModelError

Buffer = memoryview
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def damaged() -> ModelError:
    return ModelError("The model file is damaged or cut off.", "Get it again.")


def varint(data: Buffer, at: int) -> tuple[int, int]:
    """(value, place after it) of a variable-length number. Raises ModelError at the end of the data."""
    value = shift = 0
    while shift < 70:
        if at >= len(data):
            raise damaged()
        byte = data[at]
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return value, at
        shift += 7
    raise damaged()


def fields(data: Buffer) -> Iterator[tuple[int, int | Buffer]]:
    """(number, value) of each field: numbers as ints, everything else as a view of its bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == VARINT:
            number, at = varint(data, at)
            yield key >> 3, number
            continue
        if kind == BYTES:
            length, at = varint(data, at)
        elif kind in (FIXED32, FIXED64):
            length = 4 if kind == FIXED32 else 8
        else:
            raise damaged()
        if at + length > len(data):
            raise damaged()
        yield key >> 3, data[at : at + length]
        at += length


def messages(data: Buffer, number: int) -> Iterator[Buffer]:
    """The values of one field that are bytes: messages, texts, packed lists."""
    for found, value in fields(data):
        if found == number and not isinstance(value, int):
            yield value


def text(value: int | Buffer) -> str:
    """A text field. What is no UTF-8 is replaced."""
    if isinstance(value, int):
        raise damaged()
    return bytes(value).decode("utf-8", "replace")


def signed(value: int) -> int:
    """An int64 that came as an unsigned variable-length number."""
    return value - (1 << 64) if value >= 1 << 63 else value
