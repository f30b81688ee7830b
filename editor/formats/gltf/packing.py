"""The binary side of an exported GLB: arrays and images become buffer views, each once."""

from collections.abc import Callable
from typing import Any

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.gltf.accessors import TYPES
from editor.model.scene import ArrayData

TYPE_NUMBERS = {name: number for number, name in TYPES.items()}
SHAPES = {1: "SCALAR", 2: "VEC2", 3: "VEC3", 4: "VEC4", 9: "MAT3", 16: "MAT4"}
VERTICES, ELEMENTS = 34962, 34963
Fetch = Callable[[str], bytes]


class Packer:
    """Collects `bufferViews` and `accessors`; `data` is the binary chunk."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._pieces: list[bytes] = []
        self._size = 0
        self._known: dict[tuple[object, ...], int] = {}
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []

    @property
    def data(self) -> bytes:
        return b"".join(self._pieces)

    def accessor(self, array: ArrayData, target: int = 0, bounds: bool = False) -> int:
        """The accessor of an array; `bounds` writes min and max, which positions and key times need."""
        key = (array.blob, array.type, array.components, array.count, array.normalized, target, bounds)
        if key not in self._known:
            self._known[key] = len(self.accessors)
            self.accessors.append(self._described(array, target, bounds))
        return self._known[key]

    def image(self, blob: str) -> int:
        """The buffer view of an image file's bytes."""
        key = ("image", blob)
        if key not in self._known:
            self._known[key] = self._view(self._bytes(blob), {})
        return self._known[key]

    def image_bytes(self, data: bytes) -> int:
        return self._view(data, {})

    def _described(self, array: ArrayData, target: int, bounds: bool) -> dict[str, Any]:
        values = self._values(array)
        found: dict[str, Any] = {
            "componentType": TYPE_NUMBERS[array.type],
            "count": array.count,
            "type": SHAPES.get(array.components, "SCALAR"),
        }
        if array.count:
            found["bufferView"] = self._array_view(values, target)
        if array.normalized:
            found["normalized"] = True
        if bounds and array.count:
            found["min"], found["max"] = values.min(axis=0).tolist(), values.max(axis=0).tolist()
        return found

    def _values(self, array: ArrayData) -> Any:
        data = self._bytes(array.blob)
        kind = np.dtype("<" + array.type)
        if len(data) < array.count * array.components * kind.itemsize or array.components not in SHAPES:
            raise ExpectedError(tr("A mesh of this scene is damaged and cannot be exported."))
        return np.frombuffer(data, kind, array.count * array.components).reshape(array.count, array.components)

    def _array_view(self, values: Any, target: int) -> int:
        """Rows of vertices begin at multiples of four bytes (glTF 2.0, section 3.6.2.4)."""
        row = values.shape[1] * values.itemsize
        settings: dict[str, Any] = {"target": target} if target else {}
        data = values.tobytes()
        if target == VERTICES and row % 4:
            wide = np.zeros((len(values), row + -row % 4), np.uint8)
            wide[:, :row] = np.frombuffer(data, np.uint8).reshape(len(values), row)
            data, row = wide.tobytes(), wide.shape[1]
            settings["byteStride"] = row
        return self._view(data, settings)

    def _view(self, data: bytes, settings: dict[str, Any]) -> int:
        self.views.append({"buffer": 0, "byteOffset": self._size, "byteLength": len(data), **settings})
        padding = bytes(-len(data) % 4)
        self._pieces += [data, padding]
        self._size += len(data) + len(padding)
        return len(self.views) - 1

    def _bytes(self, blob: str) -> bytes:
        try:
            return self._fetch(blob)
        except KeyError:
            raise ExpectedError(tr("A part of this scene is missing from the project.")) from None


__all__ = ["ELEMENTS", "VERTICES", "Packer"]
