"""Buffers, views and accessors (glTF 2.0, sections 3.6.1 and 3.6.2): any layout in, packed numpy arrays out.

Nothing here trusts the file: every offset and count is checked against the bytes that are really there before memory
is asked for.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.gltf.container import OpenFile, broken, data_of

COMPONENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
TYPES = {5120: "i1", 5121: "u1", 5122: "i2", 5123: "u2", 5125: "u4", 5126: "f4"}
MESHOPT = "EXT_meshopt_compression"
MOST_VALUES = 1 << 28

Array = NDArray[Any]


def rows(document: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """A list of objects of the document; anything else in its place is damage."""
    found = document.get(name, [])
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise broken(tr("{name} is not a list of objects.", name=name))
    return found


def item(listed: list[dict[str, Any]], index: object, name: str) -> dict[str, Any]:
    """One object by its index; raises ExpectedError when there is none."""
    if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < len(listed):
        raise broken(tr("it points to {name} {index}, which is not there.", name=name, index=str(index)[:20]))
    return listed[index]


def whole(value: object, default: int = 0) -> int:
    """A count or offset: a whole number that is not negative."""
    if value is None:
        return default
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise broken(tr("{value} is no count.", value=str(value)[:20]))
    return value


class Accessors:
    """Reads arrays of one document; buffers are opened when first needed."""

    def __init__(self, document: dict[str, Any], binary: bytes | None, open_file: OpenFile) -> None:
        self._buffers = rows(document, "buffers")
        self._views = rows(document, "bufferViews")
        self._accessors = rows(document, "accessors")
        self._binary = binary
        self._open_file = open_file
        self._data: dict[int, bytes] = {}
        self._unpacked: dict[int, bytes] = {}
        self._arrays: dict[int, tuple[Array, bool]] = {}

    def __len__(self) -> int:
        return len(self._accessors)

    def array(self, index: object) -> tuple[Array, bool]:
        """(count, components) of an accessor and whether its integers are normalised."""
        accessor = item(self._accessors, index, "accessor")
        assert isinstance(index, int)
        if index not in self._arrays:
            self._arrays[index] = (self._read(accessor), accessor.get("normalized") is True)
        return self._arrays[index]

    def declared(self, index: object) -> tuple[int, int]:
        """Count and components that an accessor promises, for data that a compressed part brings."""
        accessor = item(self._accessors, index, "accessor")
        return whole(accessor.get("count")), COMPONENTS.get(str(accessor.get("type")), 0)

    def component_type(self, index: object) -> str:
        return TYPES.get(whole(item(self._accessors, index, "accessor").get("componentType")), "f4")

    def is_normalized(self, index: object) -> bool:
        return item(self._accessors, index, "accessor").get("normalized") is True

    def view(self, index: object) -> memoryview:
        """The bytes of a buffer view."""
        view = item(self._views, index, "bufferView")
        extensions = view.get("extensions")
        if isinstance(extensions, dict) and MESHOPT in extensions:
            return memoryview(self._meshopt(index, extensions[MESHOPT]))
        return self._slice(view.get("buffer"), whole(view.get("byteOffset")), whole(view.get("byteLength")))

    def _slice(self, buffer: object, start: int, length: int) -> memoryview:
        data = self._buffer(buffer)
        if start + length > len(data):
            raise broken(tr("a part reaches beyond the end of its data."))
        return memoryview(data)[start : start + length]

    def _buffer(self, index: object) -> bytes:
        buffer = item(self._buffers, index, "buffer")
        assert isinstance(index, int)
        if index not in self._data:
            uri = buffer.get("uri")
            if isinstance(uri, str):
                self._data[index] = data_of(uri, self._open_file)[0]
            elif self._binary is not None and index == 0:
                self._data[index] = self._binary
            else:
                raise broken(tr("the data that it needs is not there."))
        return self._data[index]

    def _meshopt(self, index: object, packed: object) -> bytes:
        from editor.formats.gltf.meshopt import decoded

        assert isinstance(index, int)
        if not isinstance(packed, dict):
            raise broken(tr("a part that it holds is not readable."))
        if index not in self._unpacked:
            start, length = whole(packed.get("byteOffset")), whole(packed.get("byteLength"))
            count, stride = whole(packed.get("count")), whole(packed.get("byteStride"))
            if count * max(stride, 1) > MOST_VALUES * 4:
                raise ExpectedError(tr("This glTF file describes more than can be read."))
            data = bytes(self._slice(packed.get("buffer"), start, length))
            mode, filtering = str(packed.get("mode")), str(packed.get("filter", "NONE"))
            self._unpacked[index] = decoded(data, count, stride, mode, filtering)
        return self._unpacked[index]

    def _read(self, accessor: dict[str, Any]) -> Array:
        kind = TYPES.get(whole(accessor.get("componentType")))
        components = COMPONENTS.get(str(accessor.get("type")))
        count = whole(accessor.get("count"))
        if kind is None or components is None:
            raise broken(tr("it holds numbers of an unknown kind."))
        if count * components > MOST_VALUES:
            raise ExpectedError(tr("This glTF file describes more than can be read."))
        if accessor.get("bufferView") is None:
            if accessor.get("sparse") is None and count > 1 << 24:
                raise ExpectedError(tr("This glTF file describes more than can be read."))
            values = np.zeros((count, components), "<" + kind)
        else:
            values = self._strided(accessor, kind, components, count, str(accessor.get("type")))
        sparse = accessor.get("sparse")
        return values if sparse is None else self._with_exceptions(values, sparse, kind, components)

    def _strided(self, accessor: dict[str, Any], kind: str, components: int, count: int, shape: str) -> Array:
        """Rows that may lie apart; columns of small matrices are padded to four bytes (section 3.6.2.4)."""
        index = accessor["bufferView"]
        data = self.view(index)
        start = whole(accessor.get("byteOffset"))
        size = np.dtype(kind).itemsize
        columns = {"MAT2": 2, "MAT3": 3, "MAT4": 4}.get(shape, 1)
        column = -(-(components // columns * size) // 4) * 4 if columns > 1 else components * size
        row = column * columns
        stride = whole(self._views[index].get("byteStride"), row) or row
        if count and start + (count - 1) * stride + row - (column - components // columns * size) > len(data):
            raise broken(tr("a part reaches beyond the end of its data."))
        if columns > 1 and column != components // columns * size:
            shaped = np.ndarray(
                (count, columns, components // columns), "<" + kind, data, start, (stride, column, size)
            )
            return np.ascontiguousarray(shaped.reshape(count, components))
        return np.ascontiguousarray(np.ndarray((count, components), "<" + kind, data, start, (stride, size)))

    def _with_exceptions(self, values: Array, sparse: object, kind: str, components: int) -> Array:
        """Sparse accessors: the base with some rows replaced (section 3.6.2.3)."""
        if not isinstance(sparse, dict):
            raise broken(tr("a part that it holds is not readable."))
        places, changed = sparse.get("indices"), sparse.get("values")
        if not isinstance(places, dict) or not isinstance(changed, dict):
            raise broken(tr("a part that it holds is not readable."))
        count = whole(sparse.get("count"))
        where = self._packed(places, TYPES.get(whole(places.get("componentType")), ""), count, 1).ravel()
        if count and (where.dtype.kind != "u" or int(where.max()) >= len(values)):
            raise broken(tr("a part reaches beyond the end of its data."))
        values = values.copy()
        values[where] = self._packed(changed, kind, count, components)
        return values

    def _packed(self, source: dict[str, Any], kind: str, count: int, components: int) -> Array:
        if not kind:
            raise broken(tr("it holds numbers of an unknown kind."))
        data = self.view(source.get("bufferView"))
        start = whole(source.get("byteOffset"))
        if start + count * components * np.dtype(kind).itemsize > len(data):
            raise broken(tr("a part reaches beyond the end of its data."))
        return np.frombuffer(data, "<" + kind, count * components, start).reshape(count, components)
