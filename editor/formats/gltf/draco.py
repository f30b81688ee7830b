"""KHR_draco_mesh_compression, decoded with DracoPy; what comes out is stored plain."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.gltf.accessors import TYPES, Accessors, whole
from editor.formats.gltf.container import broken

EXTENSION = "KHR_draco_mesh_compression"
Array = NDArray[Any]


def unpacked(packed: object, primitive: dict[str, Any], accessors: Accessors) -> tuple[dict[str, Array], Array | None]:
    """The attributes that a compressed part brings, by glTF name, and its indices."""
    if not isinstance(packed, dict) or not isinstance(packed.get("attributes"), dict):
        raise broken(tr("a part that it holds is not readable."))
    import DracoPy

    try:
        mesh = DracoPy.decode(bytes(accessors.view(packed.get("bufferView"))))
    except ExpectedError:
        raise
    except Exception as error:  # DracoPy raises several kinds, all meaning the same
        raise broken(tr("a part compressed with Draco is not readable.")) from error
    found: dict[str, Array] = {}
    for name, number in packed["attributes"].items():
        values = _attribute(mesh, number)
        if values is None:
            raise broken(tr("a part compressed with Draco is not readable."))
        found[name] = _as_declared(values, name, primitive, accessors)
    faces = getattr(mesh, "faces", None)
    return found, None if faces is None else np.asarray(faces, np.uint32).reshape(-1, 1)


def _attribute(mesh: Any, number: object) -> Array | None:
    """An attribute by its unique id."""
    try:
        found = mesh.get_attribute_by_unique_id(whole(number))
    except (AttributeError, KeyError, IndexError, TypeError, ValueError):
        return None
    values = np.asarray(found["data"]) if found is not None else None
    return None if values is None else values.reshape(len(values), -1)


def _as_declared(values: Array, name: str, primitive: dict[str, Any], accessors: Accessors) -> Array:
    """The accessor of the same attribute says which numbers these are."""
    index = primitive.get("attributes", {}).get(name)
    kind = accessors.component_type(index) if index is not None else "f4"
    return values.astype("<" + kind if kind in TYPES.values() else "<f4")
