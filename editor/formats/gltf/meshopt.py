"""EXT_meshopt_compression: decoding of vertices, triangles and index sequences.

Written from the bitstream description in the extension's text (Khronos glTF repository, extensions/2.0/Vendor/
EXT_meshopt_compression), appendix A (bitstream) and B (filters). No Python package of the index serves it.
"""

import numpy as np
from numpy.typing import NDArray

from editor.base.translation import tr
from editor.formats.gltf.container import broken

ByteArray = NDArray[np.uint8]
GROUP = 16
MOST_BLOCK = 8192
MOST_ROWS = 256
VERTEX_HEADER, TRIANGLE_HEADER, SEQUENCE_HEADER = 0xA0, 0xE1, 0xD1
TAIL = 16


def decoded(data: bytes, count: int, stride: int, mode: str, filtering: str) -> bytes:
    """The plain bytes of a compressed view: `count` rows of `stride` bytes. Raises ExpectedError."""
    try:
        if mode == "ATTRIBUTES":
            return _filtered(_vertices(data, count, stride), filtering).tobytes()
        if mode not in ("TRIANGLES", "INDICES") or stride not in (2, 4):
            raise ValueError
        numbers = _triangles(data, count) if mode == "TRIANGLES" else _sequence(data, count)
        return numbers.astype("<u2" if stride == 2 else "<u4").tobytes()
    except (IndexError, ValueError) as error:
        raise broken(tr("a part compressed with meshopt is not readable.")) from error


# ---------------------------------------------------------------------------------------------------- attributes


def _vertices(data: bytes, count: int, stride: int) -> ByteArray:
    """Blocks of vertices, byte by byte as differences to the vertex before."""
    if not data or data[0] != VERTEX_HEADER or stride % 4 or not 0 < stride <= 256:
        raise ValueError
    raw = np.frombuffer(data, np.uint8)
    tail = max(stride, 32)
    last = raw[len(raw) - tail :][-stride:].copy()
    block = min((MOST_BLOCK // stride) & ~(GROUP - 1), MOST_ROWS)
    result = np.empty((count, stride), np.uint8)
    place = 1
    for start in range(0, count, block):
        rows = min(block, count - start)
        for byte in range(stride):
            differences, place = _byte_stream(raw, place, rows)
            zigzag = (differences >> 1) ^ (0 - (differences & 1)).astype(np.uint8)
            result[start : start + rows, byte] = last[byte] + np.cumsum(zigzag, dtype=np.uint8)
        last = result[start + rows - 1]
    return result


def _byte_stream(raw: ByteArray, place: int, count: int) -> tuple[ByteArray, int]:
    """Groups of 16 bytes with 0, 2, 4 or 8 bits each; values that do not fit follow the group."""
    groups = -(-count // GROUP)
    header = raw[place : place + -(-groups // 4)]
    if len(header) < -(-groups // 4):
        raise ValueError
    place += len(header)
    found = np.zeros(groups * GROUP, np.uint8)
    for group in range(groups):
        bits = (int(header[group // 4]) >> (group % 4 * 2)) & 3
        target = found[group * GROUP : (group + 1) * GROUP]
        if bits == 3:
            target[:] = raw[place : place + GROUP]
            place += GROUP
        elif bits:
            place = _packed_group(raw, place, 2 * bits, target)
    return found[:count], place


def _packed_group(raw: ByteArray, place: int, width: int, target: ByteArray) -> int:
    """Values of 2 or 4 bits, the first in the highest bits; all ones means: the byte stands behind the group."""
    size = GROUP * width // 8
    packed = raw[place : place + size]
    if len(packed) < size:
        raise ValueError
    shifts = np.arange(8 - width, -1, -width, dtype=np.uint8)
    values = ((packed[:, None] >> shifts) & ((1 << width) - 1)).ravel().astype(np.uint8)
    escaped = np.flatnonzero(values == (1 << width) - 1)
    values[escaped] = raw[place + size : place + size + len(escaped)]
    target[:] = values
    return place + size + len(escaped)


def _filtered(values: ByteArray, filtering: str) -> NDArray[np.generic]:
    count, stride = values.shape
    if filtering == "NONE":
        return values
    if filtering == "OCTAHEDRAL" and stride in (4, 8):
        return _octahedral(values.view("<i1" if stride == 4 else "<i2").reshape(count, 4))
    if filtering == "QUATERNION" and stride == 8:
        return _quaternion(values.view("<i2").reshape(count, 4))
    if filtering == "EXPONENTIAL":
        whole = values.view("<i4").reshape(count, -1)
        return ((whole << 8) >> 8).astype(np.float32) * np.exp2((whole >> 24).astype(np.float32))
    raise ValueError


def _octahedral(packed: NDArray[np.signedinteger]) -> NDArray[np.generic]:
    """Unit vectors folded into an octahedron; the third number holds the scale."""
    peak = float(np.iinfo(packed.dtype).max)
    x, y, one = (packed[:, i].astype(np.float64) for i in range(3))
    one = np.where(one > 0, one, 1.0)
    x, y = x / one, y / one
    z = 1 - np.abs(x) - np.abs(y)
    fold = np.maximum(-z, 0)
    x, y = x - np.copysign(fold, x), y - np.copysign(fold, y)
    length = np.sqrt(x * x + y * y + z * z)
    unit = np.stack([x, y, z], axis=1) / np.where(length > 0, length, 1)[:, None]
    whole = np.floor(np.abs(unit) * peak + 0.5) * np.sign(unit)
    return np.concatenate([whole.astype(packed.dtype), packed[:, 3:]], axis=1)


def _quaternion(packed: NDArray[np.signedinteger]) -> NDArray[np.generic]:
    """Three components; the fourth number holds the scale and which component was left out."""
    scale = np.sqrt(0.5) / (packed[:, 3].astype(np.int32) | 3)
    x, y, z = (packed[:, i] * scale for i in range(3))
    w = np.sqrt(np.maximum(0.0, 1 - x * x - y * y - z * z))
    left_out = packed[:, 3].astype(np.int32) & 3
    result = np.zeros(packed.shape, np.int16)
    rows = np.arange(len(packed))
    for step, part in enumerate((x, y, z, w)):
        result[rows, (left_out + step + 1) % 4] = np.floor(np.abs(part) * 32767 + 0.5) * np.sign(part)
    return result


# ---------------------------------------------------------------------------------------------------- indices


class _Reader:
    """Bytes in turn; raises IndexError at the end."""

    def __init__(self, data: bytes, place: int) -> None:
        self.data = data
        self.place = place

    def byte(self) -> int:
        self.place += 1
        return self.data[self.place - 1]

    def number(self) -> int:
        """Seven bits a byte, the lowest first."""
        value, shift = 0, 0
        while True:
            byte = self.byte()
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
            if shift > 35:
                raise ValueError

    def step(self) -> int:
        """A signed difference."""
        value = self.number()
        return (value >> 1) ^ -(value & 1)


def _sequence(data: bytes, count: int) -> NDArray[np.int64]:
    """Differences to one of two running values."""
    if not data or data[0] != SEQUENCE_HEADER:
        raise ValueError
    reader = _Reader(data, 1)
    last = [0, 0]
    result = np.empty(count, np.int64)
    for i in range(count):
        value = reader.number()
        which, value = value & 1, value >> 1
        last[which] += (value >> 1) ^ -(value & 1)
        result[i] = last[which] & 0xFFFFFFFF
    return result


class _Triangles:
    """The state of the triangle codec: the last edges and vertices, the next new vertex, the last free one."""

    def __init__(self, data: bytes, count: int) -> None:
        codes = count // 3
        self.codes = data[1 : 1 + codes]
        self.table = data[len(data) - TAIL :]
        self.reader = _Reader(data, 1 + codes)
        self.edges: list[tuple[int, int]] = [(0, 0)] * 16
        self.vertices = [0] * 16
        self.next = 0
        self.last = 0

    def fresh(self) -> int:
        self.next += 1
        return self.next - 1

    def free(self) -> int:
        self.last = (self.last + self.reader.step()) & 0xFFFFFFFF
        return self.last

    def remember_edge(self, a: int, b: int) -> None:
        self.edges = [(a, b), *self.edges[:15]]

    def remember(self, vertex: int) -> None:
        self.vertices = [vertex, *self.vertices[:15]]

    def along_edge(self, code: int) -> tuple[int, int, int]:
        """Codes below 0xF0: a known edge and a third vertex."""
        a, b = self.edges[code >> 4]
        low = code & 15
        if low == 0:
            c = self.fresh()
            self.remember(c)
        elif low < 13:
            c = self.vertices[low]
        else:
            if low == 15:
                c = self.free()
            else:
                c = self.last = self.last + (-1 if low == 13 else 1)
            self.remember(c)
        self.remember_edge(c, b)
        self.remember_edge(a, c)
        return a, b, c

    def from_scratch(self, code: int) -> tuple[int, int, int]:
        """Codes from 0xF0: three vertices, each new, known or free."""
        if code < 0xFE:
            low = self.table[code & 15]
            a = self.fresh()
        else:
            low = self.reader.byte()
            if low == 0:
                self.next = 0
            a = self.fresh() if code == 0xFE else -1
        high, rest = low >> 4, low & 15
        b = self.fresh() if high == 0 else (self.vertices[high - 1] if high < 15 or code < 0xFE else -1)
        c = self.fresh() if rest == 0 else (self.vertices[rest - 1] if rest < 15 or code < 0xFE else -1)
        a = self.free() if a < 0 else a
        b = self.free() if b < 0 else b
        c = self.free() if c < 0 else c
        self.remember(a)
        if high == 0 or (high == 15 and code >= 0xFE):
            self.remember(b)
        if rest == 0 or (rest == 15 and code >= 0xFE):
            self.remember(c)
        for edge in ((b, a), (c, b), (a, c)):
            self.remember_edge(*edge)
        return a, b, c


def _triangles(data: bytes, count: int) -> NDArray[np.int64]:
    if len(data) < 1 + count // 3 + TAIL or data[0] != TRIANGLE_HEADER or count % 3:
        raise ValueError
    state = _Triangles(data, count)
    result = np.empty(count, np.int64)
    for i, code in enumerate(state.codes):
        result[3 * i : 3 * i + 3] = state.along_edge(code) if code < 0xF0 else state.from_scratch(code)
    return result
