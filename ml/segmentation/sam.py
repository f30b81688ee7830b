"""SAM-type models: an encoder that is run once for a picture, a decoder that is run for each click.

What the encoder answers is handed to the decoder by name; the rest of the decoder's inputs are told by their names and
shapes, so exports that call them otherwise work too. Families differ in how the picture lies in the encoder's input:

| family | told by | fed | points in | answers |
|---|---|---|---|---|
| SAM, MobileSAM (Kirillov, 2023) | `orig_im_size` | fitted into 1024, then zeros | that square | full size |
| the same by transformers | `input_labels` | the same | that square; no boxes | 256, the square |
| SAM 2 (Ravi, 2024) | `high_res_feats` | stretched to 1024 | that square | 256 or 1024, the square |
| EfficientSAM (Xiong, 2023) | `batched_images` | as it is, 0 to 1 | the picture | the picture's size |
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.progress import Progress
from ml.runtime.images import feed, image_input
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Port, Signature
from ml.segmentation.prompts import Prompts

Floats = NDArray[np.float32]
Arrays = dict[str, NDArray[Any]]

SIDE = 1024
MEAN, STD = (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)
KEPT = 4
NEVER = -30.0


@dataclass(frozen=True)
class Fit:
    """Where the picture lies in the encoder's input: `side` is all of that, `content` what the picture fills of it
    from the top left corner, both (width, height); `told` is what the decoder hears of the picture's (rows, columns).
    """

    side: tuple[int, int]
    content: tuple[int, int]
    told: tuple[int, int]


@dataclass(frozen=True)
class Embedding:
    """What the encoder made of a picture."""

    values: Arrays
    fit: Fit


class Embeddings:
    """The last few, by model and picture: a second click on a picture runs the decoder only. For any thread."""

    def __init__(self, kept: int = KEPT) -> None:
        self.kept = kept
        self._held: OrderedDict[tuple[str, bytes], Embedding] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, model: InstalledModel, runtime: Runtime, rgb: Floats, progress: Progress) -> Embedding:
        """The embedding of a (height, width, 3) sRGB picture from 0 to 1."""
        picture = np.ascontiguousarray(rgb)
        content = hashlib.blake2b(picture.tobytes(), digest_size=16, key=str(picture.shape).encode()).digest()
        key = f"{model.sha256}:{model.files['encoder']}", content
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = encode(model, runtime, picture, progress)
        with self._lock:
            self._held[key] = found
            while len(self._held) > self.kept:
                self._held.popitem(last=False)
        return found


EMBEDDINGS = Embeddings()


def object_logits(model: InstalledModel, runtime: Runtime, rgb: Floats, prompts: Prompts, progress: Progress) -> Floats:
    """How surely each pixel of a (height, width, 3) sRGB picture is of the object: (height, width) logits."""
    if not {"encoder", "decoder"} <= set(model.files):
        raise ModelError("The model {name} lacks its encoder or its decoder.", name=model.name)
    embedding = EMBEDDINGS.of(model, runtime, rgb, progress.part(0.0, 0.85))
    path = model.files["decoder"]
    signature = runtime.signature(path, progress)
    feeds = _decoder_feeds(signature, embedding, prompts, rgb.shape[:2])
    outputs = runtime.run(path, feeds, progress.part(0.85, 1.0))
    logits = _best(outputs, embedding.fit, rgb.shape[:2])
    if prompts.box is not None and not _knows_boxes(signature):
        logits = _within(logits, prompts.box)
    return logits


def encode(model: InstalledModel, runtime: Runtime, rgb: Floats, progress: Progress) -> Embedding:
    """Of a (height, width, 3) sRGB picture from 0 to 1."""
    path = model.files["encoder"]
    signature = runtime.signature(path, progress)
    port = next((item for item in signature.inputs if len(item.shape) in (3, 4)), None)
    if port is None:
        raise ModelError("This model does not take pictures: its input {name} has another shape.", name=path.name)
    fit = _fit(signature, port, path, rgb.shape[:2], bool(model.settings.get("stretch")))
    shrinks = fit.content[0] < rgb.shape[1]
    small = cv2.resize(rgb, fit.content, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    values = _encoder_feed(np.asarray(small, np.float32), port, fit.side, model.settings)
    return Embedding(dict(runtime.run(path, {port.name: values}, progress)), fit)


def _fit(signature: Signature, port: Port, path: Path, shape: tuple[int, ...], stretch: bool) -> Fit:
    height, width = shape
    fixed = [side for side in port.shape if side is not None and side > 4]
    if len(fixed) not in (0, 2):
        raise ModelError("This model does not take pictures: its input {name} has another shape.", name=path.name)
    side = (fixed[1], fixed[0]) if fixed else (SIDE, SIDE)
    if _is_plain(port):
        size = side if fixed else (width, height)
        return Fit(size, size, (size[1], size[0]))
    if stretch or any("high_res" in item.name for item in signature.outputs):
        return Fit(side, side, (height, width))
    scale = min(side[0] / width, side[1] / height)
    return Fit(side, (max(1, round(width * scale)), max(1, round(height * scale))), (height, width))


def _is_plain(port: Port) -> bool:
    """Whether the model scales and normalises by itself."""
    return port.name.startswith("batched")


def _encoder_feed(small: Floats, port: Port, side: tuple[int, int], settings: dict[str, Any]) -> NDArray[Any]:
    usual = (0.0, 1.0, 1.0) if _is_plain(port) else (MEAN, STD, 255.0)
    mean, std, scale = (settings.get(name, value) for name, value in zip(("mean", "std", "scale"), usual, strict=True))
    if len(port.shape) == 3:  # the export normalises and fills up by itself: rows, columns, 0 to 255
        rows, columns = (side[1], side[0]) if port.shape[0] else small.shape[:2]
        plain = np.zeros((rows, columns, 3), np.float32)
        plain[: small.shape[0], : small.shape[1]] = np.clip(small * 255, 0, 255)
        return np.ascontiguousarray(plain.astype(port.dtype))
    ready = np.zeros((side[1], side[0], 3), np.float32)
    ready[: small.shape[0], : small.shape[1]] = (small * np.float32(scale) - np.float32(mean)) / np.float32(std)
    return feed(ready, image_input(port))


def _decoder_feeds(signature: Signature, embedding: Embedding, prompts: Prompts, shape: tuple[int, ...]) -> Arrays:
    points, labels = _points(prompts, embedding.fit, shape, _knows_boxes(signature))
    feeds: Arrays = {}
    for port in signature.inputs:
        name = port.name.lower()
        if port.name in embedding.values:
            value = embedding.values[port.name]
        elif "label" in name:
            value = _shaped(labels, port, 2)
        elif "coord" in name or "point" in name:
            value = _shaped(points, port, 3)
        elif "has_mask" in name:
            value = np.zeros([side or 1 for side in port.shape] or [1])
        elif "mask" in name:
            value = np.zeros([side or (1 if place < 2 else 256) for place, side in enumerate(port.shape)])
        elif "size" in name:
            value = np.asarray(embedding.fit.told)
        elif "embed" in name and embedding.values:
            value = next(iter(embedding.values.values()))
        else:
            raise ModelError("The decoder wants {name}, which its encoder does not give.", name=port.name)
        feeds[port.name] = np.ascontiguousarray(value, port.dtype)
    return feeds


def _knows_boxes(signature: Signature) -> bool:
    """Exports by transformers take the corners of boxes for nothing."""
    return all(port.name != "input_labels" for port in signature.inputs)


def _shaped(values: NDArray[Any], port: Port, usual: int) -> NDArray[Any]:
    """With as many leading ones as the decoder wants."""
    missing = max(len(port.shape), usual) - values.ndim
    return values.reshape((1,) * missing + values.shape)


def _points(
    prompts: Prompts, fit: Fit, shape: tuple[int, ...], knows_boxes: bool
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Places and labels: 1 on the object, 0 beside it, 2 and 3 the corners of a box, -1 for "no box follows"."""
    found = [(x, y, 1) for x, y in prompts.inside] + [(x, y, 0) for x, y in prompts.outside]
    if prompts.box is not None:
        left, top, right, bottom = prompts.box
        corners = [(left, top, 2), (right, bottom, 3)]
        found += corners if knows_boxes else [((left + right) / 2, (top + bottom) / 2, 1)]
    elif knows_boxes:
        found.append((0.0, 0.0, -1))
    across, down = fit.content[0] / shape[1], fit.content[1] / shape[0]
    places = np.asarray([(x * across, y * down) for x, y, _ in found], np.float32).reshape(-1, 2)
    return places, np.asarray([label for _, _, label in found], np.float32)


def _within(logits: Floats, box: tuple[float, float, float, float]) -> Floats:
    """Nothing outside a box."""
    left, top, right, bottom = (max(0, round(side)) for side in box)
    result = np.full_like(logits, NEVER)
    result[top:bottom, left:right] = logits[top:bottom, left:right]
    return result


def _best(outputs: Arrays, fit: Fit, shape: tuple[int, ...]) -> Floats:
    """The mask that the model itself likes best, at the picture's size."""
    masks = [(name, value) for name, value in outputs.items() if value.ndim >= 3 and min(value.shape[-2:]) > 4]
    if not masks:
        raise ModelError("The decoder does not answer with a mask.")
    full = [item for item in masks if item[1].shape[-2:] == tuple(shape[:2])]
    name, value = (full or masks)[0]
    planes = np.asarray(value, np.float32).reshape(-1, *value.shape[-2:])
    scores = [np.asarray(item).ravel() for other, item in outputs.items() if other != name and item.size == len(planes)]
    plane: Floats = planes[int(np.argmax(scores[0])) if scores and len(planes) > 1 else 0]
    if plane.shape == tuple(shape[:2]):
        return plane
    # A small mask of the whole square: only what the picture filled of it counts.
    across = plane.shape[1] * fit.content[0] / fit.side[0] / shape[1]
    down = plane.shape[0] * fit.content[1] / fit.side[1] / shape[0]
    place = np.array([[across, 0, across / 2 - 0.5], [0, down, down / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = shape[1], shape[0]
    return np.asarray(cv2.warpAffine(plane, place, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)
