"""What a model is for, read off its inputs and outputs: names first, then shapes, then a hint in its file's name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ml.errors import ModelError
from ml.runtime.signature import Port, Signature

Signatures = Mapping[str, Signature]


@dataclass(frozen=True)
class Guess:
    """`files` are the roles of the ONNX files by name."""

    task: str
    files: dict[str, str]
    adapter: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


HINTS = {
    "matting": ("u2net", "isnet", "modnet", "birefnet", "rmbg", "sinet", "matting", "portrait", "silueta", "saliency"),
    "depth": ("midas", "depth", "dpt", "zoe"),
    "inpaint": ("lama", "inpaint", "migan", "mat_"),
    "denoise": ("dncnn", "nafnet", "denois", "scunet", "restormer", "drunet", "ffdnet"),
    "style": ("mosaic", "candy", "udnie", "princess", "pointilism", "style", "anime", "cartoon"),
    "upscale": ("esrgan", "fsrcnn", "espcn", "edsr", "srvgg", "upscayl", "superres", "super-res", "swinir", "upscale"),
    "face_landmarks": ("landmark", "pfld", "facemesh", "face_mesh"),
    "face_detection": ("yunet", "retinaface", "scrfd", "blazeface", "face_det", "ultraface"),
}
"""Parts of the names that such models go by."""


def guess(signatures: Signatures, task: str | None = None) -> Guess:
    """Raises ModelError when nothing or more than one task fits; give the task then."""
    for rule in RULES:
        found = rule(signatures)
        if found is not None and task in (None, found.task):
            return found
    roles = _roles(signatures)
    if task is not None:
        return Guess(task, roles)
    name = " ".join(signatures).lower()
    for hinted, words in HINTS.items():
        if any(word in name for word in words):
            return Guess(hinted, roles)
    raise ModelError("It cannot be told what this model is for.", "Say which task it does when you install it.")


def _roles(signatures: Signatures) -> dict[str, str]:
    names = list(signatures)
    return {"model": names[0], **{f"model_{index}": name for index, name in enumerate(names[1:], 2)}}


def _inputs(signature: Signature) -> set[str]:
    return {port.name for port in signature.inputs}


def _outputs(signature: Signature) -> set[str]:
    return {port.name for port in signature.outputs}


def _only(signatures: Signatures) -> tuple[str, Signature] | None:
    return next(iter(signatures.items())) if len(signatures) == 1 else None


def _sam(signatures: Signatures) -> Guess | None:
    decoders = [
        name for name, item in signatures.items()
        if any(f"{word}_labels" in _inputs(item) for word in ("point", "input", "batched_point"))
    ]
    encoders = [name for name in signatures if name not in decoders]
    if not decoders:
        return None
    if not encoders:
        raise ModelError(
            "This is only the decoder of a model that selects by clicks.", "Choose its encoder and decoder together."
        )
    return Guess("segmentation", {"encoder": encoders[0], "decoder": decoders[0]})


def _embedding(signatures: Signatures) -> Guess | None:
    pictures = [
        name for name, item in signatures.items()
        if "image_embeds" in _outputs(item) or ("pixel_values" in _inputs(item) and len(item.outputs) <= 2)
    ]
    texts = [name for name, item in signatures.items() if "text_embeds" in _outputs(item) or (
        len(signatures) > 1 and "input_ids" in _inputs(item))]
    if pictures and texts:
        return Guess("embedding", {"image": pictures[0], "text": texts[0]})
    return None


def _silero(signatures: Signatures) -> Guess | None:
    one = _only(signatures)
    if one and "sr" in _inputs(one[1]) and ("state" in _inputs(one[1]) or {"h", "c"} <= _inputs(one[1])):
        return Guess("voice_activity", {"model": one[0]}, "silero")
    return None


def _dtln(signatures: Signatures) -> Guess | None:
    """Two halves: one on spectra of 257 bins, one on 512 samples, each with a state of (1, layers, units, 2)."""
    halves: dict[int | None, str] = {}
    for name, item in signatures.items():
        shapes = [port.shape for port in item.inputs]
        if len(shapes) == 2 and any(len(shape) == 4 and shape[-1] == 2 for shape in shapes):
            frame = next((shape for shape in shapes if len(shape) == 3), None)
            if frame is not None:
                halves[frame[-1]] = name
    if set(halves) == {257, 512}:
        return Guess("speech_denoise", {"model": halves[257], "model_2": halves[512]}, "dtln")
    if halves:
        raise ModelError("This is one half of a model that cleans speech.", "Choose both of its files together.")
    return None


def _piper(signatures: Signatures) -> Guess | None:
    one = _only(signatures)
    if one and {"input", "input_lengths", "scales"} <= _inputs(one[1]):
        return Guess("speech", {"model": one[0]}, "piper")
    return None


def _face_detection(signatures: Signatures) -> Guess | None:
    one = _only(signatures)
    if one is None:
        return None
    names = _outputs(one[1])
    if {"cls_8", "obj_8", "bbox_8", "kps_8"} <= names:
        return Guess("face_detection", {"model": one[0]}, "yunet")
    last = {port.shape[-1] for port in one[1].outputs if len(port.shape) == 3}
    if _picture(one[1]) and names == {"scores", "boxes"} and last == {2, 4}:
        return Guess("face_detection", {"model": one[0]}, "ultra_light")
    return None


def _face_points(signatures: Signatures) -> Guess | None:
    one = _only(signatures)
    if one and _picture(one[1]) and len(one[1].inputs) == 1:
        counts = {port.shape[-1] for port in one[1].outputs if len(port.shape) == 2}
        if counts & {136, 196, 212}:
            return Guess("face_landmarks", {"model": one[0]})
    return None


def _with_mask(signatures: Signatures) -> Guess | None:
    one = _only(signatures)
    if one and len(one[1].inputs) == 2 and all(len(port.shape) == 4 for port in one[1].inputs):
        channels = sorted(port.shape[1] or 0 for port in one[1].inputs)
        if channels == [1, 3]:
            return Guess("inpaint", {"model": one[0]})
    return None


def _depth(signatures: Signatures) -> Guess | None:
    """A picture in and one plane without a channel axis out."""
    one = _only(signatures)
    if one and _picture(one[1]) and len(one[1].inputs) == len(one[1].outputs) == 1:
        shape = one[1].outputs[0].shape
        if len(shape) == 3 and shape[0] in (1, None) and (shape[1] is None or shape[1] > 32):
            return Guess("depth", {"model": one[0]})
    return None


def _larger(signatures: Signatures) -> Guess | None:
    """Fixed sizes say by themselves that the picture grows."""
    one = _only(signatures)
    if one is None or not _picture(one[1]):
        return None
    before, after = one[1].inputs[0].shape, one[1].outputs[0].shape
    if len(before) == len(after) == 4 and before[2] and after[2] and after[2] > before[2] and before[1] == after[1]:
        return Guess("upscale", {"model": one[0]}, settings={"scale": after[2] // before[2]})
    return None


def _picture(signature: Signature) -> Port | None:
    return next((port for port in signature.inputs if len(port.shape) == 4 and {1, 3, 4} & set(port.shape[1:])), None)


RULES: tuple[Callable[[Signatures], Guess | None], ...] = (
    _sam, _embedding, _silero, _dtln, _piper, _face_detection, _face_points, _with_mask, _depth, _larger,
)
