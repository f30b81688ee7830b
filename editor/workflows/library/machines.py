"""AI models: a card with what the file says of itself. No weight is read and nothing in the file is run."""

import json
import struct
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.numbers import number_text, size_text
from editor.base.translation import tr
from editor.library.kinds import extension_of
from editor.library.looks import Look
from editor.workflows.library.cards import card
from editor.workflows.library.pictured import as_webp

MOST_HEADER = 64 << 20
MOST_ONNX = 1 << 30
VIOLET = 0xFF9B7BE8


def look_at_ai_model(path: Path) -> Look:
    """Raises ExpectedError when the file is not what its name says."""
    extension = extension_of(path)
    try:
        lines = READERS[extension](path) if extension in READERS else []
    except (ValueError, KeyError, TypeError, AttributeError, struct.error, UnicodeDecodeError) as error:
        raise ExpectedError(tr("The model {name} is damaged.", name=path.name)) from error
    return Look(thumbnail=as_webp(card(extension.upper(), [*lines, size_text(path.stat().st_size)], VIOLET)))


def _onnx(path: Path) -> list[str]:
    """Its inputs and outputs; a file too large to be parsed says nothing but its size."""
    import onnx

    if path.stat().st_size > MOST_ONNX:
        return []
    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf's, which has no types
        raise ValueError(path.name) from error
    if not model.graph.node:
        raise ValueError(path.name)
    constants = {one.name for one in model.graph.initializer}
    inputs = [one for one in model.graph.input if one.name not in constants]
    return [_shape(one) for one in inputs[:2]] + ["→ " + _shape(one) for one in list(model.graph.output)[:1]]


def _shape(port: object) -> str:
    shape = getattr(port, "type").tensor_type.shape  # noqa: B009 - protobuf knows its fields at run time only
    sizes = [str(one.dim_value) if one.dim_value else "?" for one in shape.dim]
    return " × ".join(sizes) or str(getattr(port, "name", ""))


def _safetensors(path: Path) -> list[str]:
    """How many numbers it holds, from the list at its beginning."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > MOST_HEADER:
            raise ValueError(length)
        header = json.loads(file.read(length))
    count = 0
    for name, tensor in header.items():
        if name != "__metadata__":
            product = 1
            for side in tensor["shape"]:
                product *= int(side)
            count += product
    return [f"{number_text(count / 1e6, 1)} M" if count < 1e9 else f"{number_text(count / 1e9, 1)} B"]


def _gguf(path: Path) -> list[str]:
    """The name that its makers gave it."""
    with open(path, "rb") as file:
        magic, version, _tensors, count = struct.unpack("<4sIQQ", file.read(24))
        if magic != b"GGUF":
            raise ValueError(magic)
        for _ in range(min(count, 16)):
            key = _gguf_text(file.read(8), file)
            (kind,) = struct.unpack("<I", file.read(4))
            if kind == 8:
                value = _gguf_text(file.read(8), file)
                if key in ("general.name", "general.basename"):
                    return [value[:60]]
            elif kind in GGUF_BYTES:
                file.read(GGUF_BYTES[kind])
            else:
                break
    return [f"v{version}"]


def _gguf_text(length: bytes, file: object) -> str:
    (count,) = struct.unpack("<Q", length)
    if count > 1 << 16:
        raise ValueError(count)
    return bytes(getattr(file, "read")(count)).decode("utf-8", "replace")  # noqa: B009 - any open file


GGUF_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
READERS = {"onnx": _onnx, "safetensors": _safetensors, "gguf": _gguf}
