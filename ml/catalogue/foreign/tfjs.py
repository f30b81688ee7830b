"""Weights that TensorFlow.js keeps in shards: a manifest of names, shapes and number types, and plain bytes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from ml.catalogue.foreign.formats import LARGEST
from ml.errors import ModelError
from ml.runtime.inspection import inside
from ml.runtime.wire import damaged

LARGEST_MANIFEST = 4 << 20
MOST_WEIGHTS = 5000
TYPES = {"float32": "<f4", "int32": "<i4", "uint8": "u1", "uint16": "<u2", "bool": "u1", "float16": "<f2"}
Side = Annotated[int, msgspec.Meta(ge=0, le=LARGEST)]


class Quantization(msgspec.Struct, frozen=True):
    """Stored as `dtype`; the value is `stored * scale + min`."""

    dtype: str
    scale: float = 1.0
    min: float = 0.0


class Entry(msgspec.Struct, frozen=True):
    name: str
    shape: list[Side]
    dtype: str = "float32"
    quantization: Quantization | None = None


class Group(msgspec.Struct, frozen=True):
    """Weights that lie one after another in the shards of `paths`, joined."""

    weights: list[Entry]
    paths: list[str]


def read_manifest(manifest: Path) -> list[Group]:
    """Raises ModelError for what is no manifest."""
    try:
        if manifest.stat().st_size > LARGEST_MANIFEST:
            raise damaged()
        return msgspec.json.decode(manifest.read_bytes(), type=list[Group])
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise damaged() from error


def shard_paths(manifest: Path) -> tuple[Path, ...]:
    """The files with the bytes. Raises ModelError for one outside the manifest's folder."""
    return tuple(inside(manifest.parent, name) for group in read_manifest(manifest) for name in group.paths)


def read_weights(manifest: Path) -> dict[str, NDArray[np.float32]]:
    """Every weight by name, as float32. Raises ModelError when the shards do not hold what the manifest says."""
    return read_groups(manifest, read_manifest(manifest))


def read_groups(manifest: Path, groups: list[Group]) -> dict[str, NDArray[np.float32]]:
    """The weights of groups whose shards lie beside `manifest`. Raises ModelError as `read_weights` does."""
    found: dict[str, NDArray[np.float32]] = {}
    for group in groups:
        data = _joined(manifest, group)
        at = 0
        for entry in group.weights:
            stored = entry.quantization.dtype if entry.quantization else entry.dtype
            if stored not in TYPES or len(found) >= MOST_WEIGHTS:
                raise damaged()
            kind, count = np.dtype(TYPES[stored]), math.prod(entry.shape)
            if at + count * kind.itemsize > len(data):
                raise damaged()
            values = np.frombuffer(data, kind, count, at).astype(np.float32)
            at += count * kind.itemsize
            if entry.quantization is not None:
                values = values * np.float32(entry.quantization.scale) + np.float32(entry.quantization.min)
            found[entry.name] = values.reshape(entry.shape)
        if at != len(data):
            raise damaged()
    return found


def _joined(manifest: Path, group: Group) -> bytes:
    paths = [inside(manifest.parent, name) for name in group.paths]
    for path in paths:
        if not path.is_file():
            raise ModelError("The file {name} belongs to this model and is missing.", name=path.name)
    if sum(path.stat().st_size for path in paths) > LARGEST:
        raise ModelError("The file {name} is too large to be converted.", name=manifest.name)
    return b"".join(path.read_bytes() for path in paths)
