"""Which file is which foreign format, and who turns it into ONNX."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

LARGEST = 512 << 20
"""No foreign file is larger: they are read as a whole."""


@dataclass(frozen=True)
class Converted:
    """`task`, `adapter` and `settings` where the format makes them certain, "" and {} where not."""

    task: str = ""
    adapter: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


Convert = Callable[[Path, Path], Converted]


@dataclass(frozen=True)
class Format:
    """`suffix` ends the name of the file that leads; `partners` finds the others that belong to it; `fits` looks into
    a file whose name says too little."""

    suffix: str
    convert: str
    partners: Callable[[Path], tuple[Path, ...]] = lambda path: ()
    fits: Callable[[Path], bool] = lambda path: True

    def function(self) -> Convert:
        """(leading file, ONNX file to write) -> what it is."""
        module, _, name = self.convert.partition(":")
        found: Convert = getattr(import_module(module), name)
        return found


def ncnn_weights(path: Path) -> tuple[Path, ...]:
    return (path.with_suffix(".bin"),)


def shards(manifest: Path) -> tuple[Path, ...]:
    """The shard files that a tfjs manifest names; those outside its folder are refused when it is read."""
    from ml.catalogue.foreign.tfjs import shard_paths

    found: tuple[Path, ...] = shard_paths(manifest)
    return found


def layer_shards(path: Path) -> tuple[Path, ...]:
    from ml.catalogue.foreign import keras

    found: tuple[Path, ...] = keras.shards(path)
    return found


def has_layers(path: Path) -> bool:
    from ml.catalogue.foreign import keras

    return bool(keras.is_layers_model(path))


FORMATS = (
    Format(".pb", "ml.catalogue.foreign.tensorflow:convert"),
    Format(".param", "ml.catalogue.foreign.ncnn:convert", ncnn_weights),
    Format("-weights_manifest.json", "ml.catalogue.foreign.faceapi:convert", shards),
    Format("model.json", "ml.catalogue.foreign.keras:convert", layer_shards, has_layers),
)


def format_of(path: Path) -> Format | None:
    """The format that a file leads, by the end of its name."""
    return next((item for item in FORMATS if path.name.endswith(item.suffix) and item.fits(path)), None)
