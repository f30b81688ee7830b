"""CLIP-type models: pictures and words as vectors that point the same way when they mean the same.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021). Two files (`image` and
`text`, or `visual` and `textual`) or one with both kinds of input; which input is which is read off the model.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.generation.byte_pairs import BytePairs, read_byte_pairs
from ml.progress import SILENT, Progress
from ml.runtime.images import feed, image_input
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Port, Signature

if TYPE_CHECKING:
    from ml.catalogue.store import InstalledModel

Floats = NDArray[np.float32]
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
"""OpenAI's, of its training pictures; a model's settings `mean` and `std` replace them."""
USUAL_SIDE = 224
IMAGE_ROLES, TEXT_ROLES = ("image", "visual", "vision", "model"), ("text", "textual", "model")


class Embedder:
    """One installed model. Raises ModelError when it is no such model."""

    def __init__(self, model: InstalledModel, runtime: Runtime) -> None:
        self.model, self.runtime = model, runtime
        pictures = self._side(IMAGE_ROLES, lambda port: len(port.shape) == 4)
        if pictures is None:
            raise ModelError("The model {model} takes no pictures.", model=model.name)
        self.image_file, self.image_port = pictures
        mean, deviation = model.settings.get("mean", MEAN), model.settings.get("std", DEVIATION)
        self.mean, self.deviation = tuple(mean), tuple(deviation)
        self._tokens: BytePairs | None = None

    @property
    def name(self) -> str:
        """Under which its vectors are kept: another file of the same name is another model."""
        return f"{self.model.name}:{self.model.sha256[:16]}"

    def _side(self, roles: tuple[str, ...], fits: Any) -> tuple[Path, Port] | None:
        for role in roles:
            path = self.model.files.get(role)
            if path is None:
                continue
            port = next((port for port in self.runtime.signature(path).inputs if fits(port)), None)
            if port is not None:
                return path, port
        return None

    def of_picture(self, picture: NDArray[np.uint8], progress: Progress = SILENT) -> Floats:
        """(n,) of length 1 from (height, width, 3) uint8 sRGB: the middle square, as the model was trained."""
        wanted = image_input(self.image_port)
        width, height = wanted.width or USUAL_SIDE, wanted.height or USUAL_SIDE
        square = middle(picture, width, height).astype(np.float32) / np.float32(255.0)
        feeds = {self.image_port.name: feed(square, wanted, self.mean, self.deviation)}
        return self._run(self.image_file, feeds, "image", progress)

    def of_words(self, text: str, progress: Progress = SILENT) -> Floats:
        """(n,) of length 1."""
        side = self._side(TEXT_ROLES, _takes_numbers)
        if side is None:
            raise ModelError("The model {model} takes no words.", model=self.model.name)
        path, port = side
        length = port.shape[-1] or 77
        numbers = self._tokenizer().encode(text, length)[None]
        feeds: dict[str, NDArray[Any]] = {port.name: numbers.astype(port.dtype)}
        for other in self.runtime.signature(path).inputs:
            if other.name == "attention_mask":
                end = int(np.argmax(numbers[0] == self._tokenizer().end))
                feeds[other.name] = (np.arange(length) <= end)[None].astype(other.dtype)
        return self._run(path, feeds, "text", progress)

    def _run(self, path: Path, feeds: dict[str, NDArray[Any]], kind: str, progress: Progress) -> Floats:
        signature = self.runtime.signature(path)
        for port in signature.inputs:  # one file for both: what is not asked about is filled with nothing
            if port.name not in feeds:
                feeds[port.name] = _nothing(port)
        found = self.runtime.run(path, feeds, progress)
        vector = np.asarray(found[embedding_name(signature, found, kind)], np.float32).reshape(-1)
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise ModelError("The model {model} gave no usable numbers.", model=self.model.name)
        return vector / np.float32(length)

    def _tokenizer(self) -> BytePairs:
        if self._tokens is None:
            self._tokens = read_byte_pairs(self._file("vocab.json"), self._file("merges.txt"))
        return self._tokens

    def _file(self, name: str) -> Path:
        stem = name.rpartition(".")[0]
        named = next((self.model.files[role] for role in (name, stem) if role in self.model.files), None)
        named = named or next((path for path in self.model.files.values() if path.name == name), None)
        beside = [path.parent / name for path in self.model.files.values()]
        found = next((path for path in [named, *beside] if path is not None and path.is_file()), None)
        if found is None:
            raise ModelError(
                "The model {model} came without {name}, so words cannot be searched with it.",
                "Install it again together with this file.", model=self.model.name, name=name,
            )
        return found


def _takes_numbers(port: Port) -> bool:
    return len(port.shape) == 2 and port.dtype.startswith("int") and "mask" not in port.name


def _nothing(port: Port) -> NDArray[Any]:
    shape = [side or 1 for side in port.shape]
    if len(shape) == 4:
        shape = [port.shape[0] or 1, port.shape[1] or 3, port.shape[2] or USUAL_SIDE, port.shape[3] or USUAL_SIDE]
    elif len(shape) == 2:
        shape = [port.shape[0] or 1, port.shape[1] or 77]
    return np.ones(shape, port.dtype) if "mask" in port.name else np.zeros(shape, port.dtype)


def embedding_name(signature: Signature, found: dict[str, NDArray[Any]], kind: str) -> str:
    """The output with the vector: by its usual name, or the only one of two dimensions."""
    usual = (f"{kind}_embeds", f"{kind}_embedding", f"{kind}_features", "embeds", "output", "pooler_output")
    for name in usual:
        if name in found and found[name].ndim == 2:
            return name
    flat = [port.name for port in signature.outputs if found[port.name].ndim == 2]
    if not flat:
        raise ModelError("This model gives no vectors for pictures or words.")
    return flat[0]


def middle(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    """The largest part in the middle with the wanted shape, at the wanted size (bicubic)."""
    rows, columns = picture.shape[:2]
    scale = max(width / columns, height / rows)
    size = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    way = cv2.INTER_AREA if scale < 0.5 else cv2.INTER_CUBIC
    grown = cv2.resize(picture, size, interpolation=way)
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return np.asarray(grown[top : top + height, left : left + width], np.uint8)
