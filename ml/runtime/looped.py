"""A model with a memory, run over many steps at once.

Models that hear a stream take a piece and what they remember, and give a result and what to remember. Asking a process
for each of a hundred pieces a second costs more than the model does. So the model is put, unchanged, into the body of
ONNX's Scan operator: a new model whose inputs are all the pieces and the first memory, and whose outputs are all the
results and the last memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ml.errors import ModelError

FIRST, LAST, ALL = "first:", "last:", "all:"
"""What the names of the new model's inputs and outputs begin with, before the old name."""


def looped(model: Path, target: Path, memory: Mapping[str, str], constant: Iterable[str] = ()) -> Path:
    """Write the looped form of `model` to `target`.

    `memory` maps each output that is remembered to the input that it becomes in the next step; `constant` are inputs
    that stay the same. The new model takes "all:NAME" (steps, ...) for every other input, "first:NAME" for each
    remembered one and constants by their name; it gives "all:NAME" for every other output and "last:NAME" for the
    remembered ones. Raises ModelError for a file that is no such model.
    """
    import onnx
    from onnx import helper

    try:
        old = onnx.load_model(str(model), load_external_data=False)
    except Exception as error:
        raise ModelError("The model file is damaged or cut off.", "Get it again.") from error
    body, fixed = old.graph, set(constant)
    inputs = {item.name: item for item in body.input if item.name not in {it.name for it in body.initializer}}
    outputs = {item.name: item for item in body.output}
    stepped = [name for name in inputs if name not in set(memory.values()) | fixed]
    told = [name for name in outputs if name not in memory]
    if not set(memory) <= set(outputs) or not set(memory.values()) | fixed <= set(inputs) or not (stepped and told):
        raise ModelError("This model has other inputs than one that hears a stream.", "Use another model.")
    given = [_widened(inputs[name], FIRST, None) for name in memory.values()]
    given += [_widened(inputs[name], ALL, "steps") for name in stepped]
    given += [inputs[name] for name in inputs if name in fixed]
    results = [_widened(outputs[name], LAST, None) for name in memory]
    results += [_widened(outputs[name], ALL, "steps") for name in told]
    outer = helper.make_graph([], "looped", given, results)
    remembered, kept = (*memory.values(), *stepped), (*memory, *told)
    _reorder(body, [inputs[name] for name in remembered], [outputs[name] for name in kept])
    outer.node.append(
        helper.make_node(
            "Scan", [item.name for item in outer.input if item.name not in fixed], [item.name for item in outer.output],
            body=body, num_scan_inputs=len(stepped),
        )
    )
    made = helper.make_model(outer, opset_imports=old.opset_import, ir_version=old.ir_version)
    made.functions.extend(old.functions)
    target.write_bytes(made.SerializeToString())
    return target


def _widened(port: Any, prefix: str, axis: str | None) -> Any:
    """A port under its new name, with one more axis in front when `axis` names it; its sides may be anything."""
    from onnx import helper

    kind = port.type.tensor_type
    sides: list[int | str | None] = [None] * len(kind.shape.dim)
    return helper.make_tensor_value_info(prefix + port.name, kind.elem_type, ([axis] if axis else []) + sides)


def _reorder(body: Any, inputs: list[Any], outputs: list[Any]) -> None:
    """The body's ports as Scan wants them: what is remembered first."""
    for field, wanted in (("input", inputs), ("output", outputs)):
        kept = [type(item).FromString(item.SerializeToString()) for item in wanted]
        ports = getattr(body, field)
        del ports[:]
        ports.extend(kept)
