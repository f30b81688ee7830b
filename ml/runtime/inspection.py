"""What an ONNX file refers to and weighs, read off the file before any library loads it."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ml.errors import ModelError
from ml.runtime.wire import Buffer, damaged, fields, messages, text

DEPTH = 16
"""Graphs inside graphs (loops, branches) go no deeper."""
# Fields of ModelProto, GraphProto, NodeProto, FunctionProto, AttributeProto, TensorProto in onnx.proto.
MODEL_GRAPH, MODEL_FUNCTIONS, GRAPH_NODE, GRAPH_INITIALIZER, GRAPH_SPARSE = 7, 25, 1, 5, 15
NODE_OP_TYPE, NODE_ATTRIBUTE, NODE_DOMAIN = 4, 5, 7
FUNCTION_NAME, FUNCTION_NODE, FUNCTION_DOMAIN = 1, 7, 10
ATTRIBUTE_TENSOR, ATTRIBUTE_GRAPH, ATTRIBUTE_TENSORS, ATTRIBUTE_GRAPHS = 5, 6, 10, 11
TENSOR_EXTERNAL, PAIR_KEY, PAIR_VALUE = 13, 1, 2
ORT_MARK = slice(4, 8), b"ORTM"
"""How onnxruntime's own format begins: one graph with its weights inside, whose bounds onnxruntime checks."""
KNOWN_DOMAINS = {"", "ai.onnx", "ai.onnx.ml", "ai.onnx.training", "com.microsoft", "com.microsoft.nchwc"}
Operations = set[tuple[str, str]]
"""By domain and name."""


@dataclass(frozen=True)
class Inspection:
    """`external` are the other files that hold weights, relative to the model's folder; `size` is all together;
    `unknown` are the domains of operations that are neither onnxruntime's nor defined in the file as functions."""

    external: tuple[str, ...]
    size: int
    unknown: tuple[str, ...]


def inspect(path: Path) -> Inspection:
    """Raises ModelError for a file that is no ONNX model, or that names files outside its folder."""
    external: set[str] = set()
    operations: Operations = set()
    defined: Operations = set()
    try:
        with path.open("rb") as stream:
            # Not closed by hand: an error's traceback may still look into it. It goes with the last view.
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        if mapped[ORT_MARK[0]] != ORT_MARK[1]:
            _walk_model(memoryview(mapped), external, operations, defined)
        size = path.stat().st_size + sum(inside(path.parent, name).stat().st_size for name in external)
    except FileNotFoundError as error:
        raise ModelError(
            "The model's file {name} is missing.", "Install the model again.", name=Path(error.filename).name
        ) from error
    except (OSError, ValueError) as error:
        raise damaged() from error
    unknown = {domain for domain, _name in operations - defined} - KNOWN_DOMAINS
    return Inspection(tuple(sorted(external)), size, tuple(sorted(unknown)))


def inside(folder: Path, name: str) -> Path:
    """A file that a model names, in its own folder. Raises ModelError for one that lies elsewhere."""
    path = folder / name
    if Path(name).is_absolute() or not path.resolve().is_relative_to(folder.resolve()):
        raise ModelError("The model names a file outside its folder: {name}.", name=name[:200])
    return path


def _walk_model(view: Buffer, external: set[str], operations: Operations, defined: Operations) -> None:
    graphs = 0
    for number, value in fields(view):
        if isinstance(value, int):
            continue
        if number == MODEL_GRAPH:
            graphs += 1
            _walk_graph(value, external, operations, 0)
        elif number == MODEL_FUNCTIONS:
            defined.add((_word(value, FUNCTION_DOMAIN), _word(value, FUNCTION_NAME)))
            for node in messages(value, FUNCTION_NODE):
                _walk_node(node, external, operations, 1)
    if not graphs:
        raise ModelError("This file is not an ONNX model.", "Export the model to ONNX first.")


def _walk_graph(graph: Buffer, external: set[str], operations: Operations, depth: int) -> None:
    if depth > DEPTH:
        raise damaged()
    for number, value in fields(graph):
        if isinstance(value, int):
            continue
        if number == GRAPH_NODE:
            _walk_node(value, external, operations, depth)
        elif number == GRAPH_INITIALIZER:
            external.update(_external(value))
        elif number == GRAPH_SPARSE:
            for part in (*messages(value, 1), *messages(value, 2)):
                external.update(_external(part))


def _walk_node(node: Buffer, external: set[str], operations: Operations, depth: int) -> None:
    operations.add((_word(node, NODE_DOMAIN), _word(node, NODE_OP_TYPE)))
    for number, value in fields(node):
        if number == NODE_ATTRIBUTE and not isinstance(value, int):
            for inner, part in fields(value):
                if isinstance(part, int):
                    continue
                if inner in (ATTRIBUTE_GRAPH, ATTRIBUTE_GRAPHS):
                    _walk_graph(part, external, operations, depth + 1)
                elif inner in (ATTRIBUTE_TENSOR, ATTRIBUTE_TENSORS):
                    external.update(_external(part))


def _word(message: Buffer, number: int) -> str:
    """A text field's last value, as protobuf reads it; "" where there is none."""
    return next((text(value) for value in reversed([*messages(message, number)])), "")


def _external(tensor: Buffer) -> Iterator[str]:
    """The file names among a tensor's external data."""
    for pair in messages(tensor, TENSOR_EXTERNAL):
        entry = dict(fields(pair))
        if PAIR_KEY in entry and text(entry[PAIR_KEY]) == "location":
            yield text(entry.get(PAIR_VALUE, memoryview(b"")))
