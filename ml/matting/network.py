"""Networks that give an alpha for a picture: how each wants it fed, and what its answer means.

Read off the model: a fixed side, several outputs, two classes, free sides. What cannot be seen in that is taken from
the installed model's settings (`mean`, `std`, `scale`, `bgr`, `output`, `class`, `multiple`, `reference`, `activation`)
or from metadata of the same names in the file; where both are silent, from the family that the signature fits.

| family | signature | fed | answers |
|---|---|---|---|
| U2-Net, silueta | 320, several maps or one | ImageNet mean and deviation | 0 to 1, stretched to the full range |
| IS-Net (DIS) | 1024, several maps | minus one half | 0 to 1, stretched |
| BiRefNet | 1024, one map of logits | ImageNet mean and deviation | sigmoid |
| MODNet | free sides, one map | -1 to 1, sides a multiple of 32, the shorter 512 | alpha |
| SINet | two classes | mean and deviation of its data, BGR | the second class |
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import Progress
from ml.runtime.images import ImageInput, feed, image_input, picture_of
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Port, Signature

Floats = NDArray[np.float32]

IMAGENET = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}
HALF = {"mean": (0.5,), "std": (1.0,)}
SIGNED = {"mean": (0.5,), "std": (0.5,)}
PORTRAIT = {
    "scale": 255.0, "bgr": True, "mean": (102.890434, 111.25247, 126.91212),
    "std": (62.93292 * 255, 62.82138 * 255, 66.355705 * 255),
}
"""The means of SINet's portraits; its makers divide by 255 once more after the deviation."""


@dataclass(frozen=True)
class Feeding:
    """How a picture becomes the input, and which output is the answer. `activation`: none, sigmoid, softmax, stretch,
    or "" to see from the values."""

    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)
    scale: float = 1.0
    bgr: bool = False
    multiple: int = 32
    reference: int = 512
    activation: str = ""
    class_index: int = 0
    output: str = ""


def network_alpha(model: InstalledModel, runtime: Runtime, rgb: Floats, progress: Progress) -> Floats:
    """The network's alpha at its own size, (h, w) from 0 to 1, of a (height, width, 3) sRGB picture from 0 to 1."""
    signature = runtime.signature(model.path)
    wanted = image_input(_picture_port(signature))
    feeding = feeding_of(signature, model.settings)
    width, height = _size(wanted, feeding, rgb.shape[1], rgb.shape[0])
    shrinks = width * height < rgb.shape[0] * rgb.shape[1]
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    values = feed(np.asarray(small, np.float32), wanted, feeding.mean, feeding.std, feeding.scale, feeding.bgr)
    outputs = runtime.run(model.path, {wanted.name: values}, progress)
    return _alpha(picture_of(outputs[feeding.output]), feeding)


def _picture_port(signature: Signature) -> Port:
    pictures = [port for port in signature.inputs if len(port.shape) == 4]
    if len(pictures) != 1:
        raise ModelError("This model does not cut out subjects: it does not take one picture.")
    return pictures[0]


def feeding_of(signature: Signature, settings: dict[str, Any]) -> Feeding:
    """What the settings say, else the file's metadata, else the family that the signature fits."""
    wanted = image_input(_picture_port(signature))
    answer = _answer(signature, wanted)
    values: dict[str, Any] = {"output": answer.name, **_family(signature, wanted, answer)}
    for name in Feeding.__dataclass_fields__:
        key = "class" if name == "class_index" else name
        if key in settings:
            values[name] = settings[key]
        elif key in signature.metadata:
            values[name] = _parsed(signature.metadata[key])
    for name in ("mean", "std"):
        given = values.get(name, getattr(Feeding, name))
        values[name] = tuple(float(item) for item in (given if isinstance(given, list | tuple) else [given]))
    return Feeding(**values)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _family(signature: Signature, wanted: ImageInput, answer: Port) -> dict[str, Any]:
    if _classes(answer) >= 2:
        return {**PORTRAIT, "class_index": 1, "activation": ""}
    if wanted.width is None or wanted.height is None:
        return {**SIGNED, "activation": ""}
    if wanted.width >= 512 and len(signature.outputs) > 1:
        return {**HALF, "activation": "stretch"}
    return {**IMAGENET, "activation": "" if wanted.width >= 512 else "stretch"}


def _answer(signature: Signature, wanted: ImageInput) -> Port:
    """The first output that is a map of the input's size; the largest where sizes are free."""
    maps = [port for port in signature.outputs if len(port.shape) in (3, 4)]
    few = [port for port in maps if _classes(port) <= 4]
    full = [port for port in few if port.shape[-1] == wanted.width and port.shape[-2] == wanted.height]
    if not few:
        raise ModelError("This model does not cut out subjects: it does not answer with a mask.")
    return (full or few)[0]


def _classes(port: Port) -> int:
    return (port.shape[1] or 1) if len(port.shape) == 4 else 1


def _size(wanted: ImageInput, feeding: Feeding, width: int, height: int) -> tuple[int, int]:
    if wanted.width is not None and wanted.height is not None:
        return wanted.width, wanted.height
    scale = feeding.reference / min(width, height)
    # A very long picture would become a very large input: its longer side is held too.
    scale = min(scale, 3 * feeding.reference / max(width, height))
    sides = [max(1, round(side * scale / feeding.multiple)) * feeding.multiple for side in (width, height)]
    return wanted.width or sides[0], wanted.height or sides[1]


def _alpha(values: Floats, feeding: Feeding) -> Floats:
    if not np.isfinite(values).all():
        raise ModelError("The model {name} gave no usable answer.", name=feeding.output)
    low, high = float(values.min()), float(values.max())
    is_share = low >= -1e-3 and high <= 1 + 1e-3
    if values.shape[2] >= 2:
        return _class_share(values, feeding, is_share)
    plane = values[..., 0]
    activation = feeding.activation or ("none" if is_share else "sigmoid")
    if activation == "sigmoid":
        plane = np.asarray(1 / (1 + np.exp(-np.clip(plane, -60, 60))), np.float32)
    elif activation == "stretch" and high - low > 1e-6:
        plane = (plane - low) / (high - low)
    return np.clip(plane, 0, 1).astype(np.float32)


def _class_share(values: Floats, feeding: Feeding, is_share: bool) -> Floats:
    index = min(feeding.class_index, values.shape[2] - 1)
    if not is_share or feeding.activation == "softmax":
        values = np.exp(values - values.max(axis=2, keepdims=True))
    return np.asarray(values[..., index] / np.maximum(values.sum(axis=2), 1e-9), np.float32)
