"""The networks of a model folder as functions on arrays: each says by its inputs what it wants to be given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.errors import ModelError
from ml.generation.folder import ModelFolder
from ml.progress import Progress
from ml.runtime.runtime import Runtime
from ml.runtime.signature import Port

Floats = NDArray[np.float32]


class Network:
    """One ONNX file: `run` gives each input in the type that it asks for and gives back float32 by name."""

    def __init__(self, runtime: Runtime, path: Path) -> None:
        self.runtime, self.path = runtime, path
        signature = runtime.signature(path)
        self.inputs = {port.name: port for port in signature.inputs}
        self.outputs = tuple(port.name for port in signature.outputs)

    def port(self, *names: str) -> Port:
        """The first of these inputs that the network has."""
        for name in names:
            if name in self.inputs:
                return self.inputs[name]
        raise ModelError(
            "{file} is not a network of this kind: it has no input {name}.", file=self.path.parent.name,
            name=names[0],
        )

    def run(self, feeds: dict[str, NDArray[Any]], progress: Progress) -> dict[str, Floats]:
        """Inputs that the network does not have are left out."""
        typed = {
            name: np.ascontiguousarray(_shaped(value, self.inputs[name]).astype(self.inputs[name].dtype))
            for name, value in feeds.items()
            if name in self.inputs
        }
        found = self.runtime.run(self.path, typed, progress)
        return {name: np.asarray(found[name], np.float32) for name in self.outputs}


def _shaped(value: NDArray[Any], port: Port) -> NDArray[Any]:
    """A single number as the network wants it: without a dimension, or with one."""
    if value.size == 1 and len(port.shape) != value.ndim and len(port.shape) <= 1:
        return value.reshape((1,) * len(port.shape))
    return value


class TextSide:
    """Words to what the UNet is told: (batch, 77, width), and for two encoders (SDXL) a sum of all, (batch, width)."""

    def __init__(self, folder: ModelFolder, runtime: Runtime) -> None:
        names = [name for name in ("text_encoder", "text_encoder_2") if name in folder.networks]
        self.encoders = [Network(runtime, folder.networks[name]) for name in names]
        self.tokenizers = folder.tokenizers

    def encode(self, text: str, progress: Progress) -> tuple[Floats, Floats | None]:
        """(1, length, width) and, with two encoders, (1, width) of the whole text."""
        parts: list[Floats] = []
        whole: Floats | None = None
        for place, encoder in enumerate(self.encoders):
            port = encoder.port("input_ids")
            length = port.shape[-1] or 77
            numbers = self.tokenizers[min(place, len(self.tokenizers) - 1)].encode(text, length)
            found = encoder.run({port.name: numbers[None]}, progress)
            parts.append(self._states(found, encoder.outputs))
            whole = next((value for name, value in found.items() if name == "text_embeds"), whole)
            if whole is None and len(self.encoders) > 1:
                whole = next((value for value in found.values() if value.ndim == 2), None)
        return np.concatenate(parts, axis=-1), whole if len(self.encoders) > 1 else None

    def _states(self, found: dict[str, Floats], names: tuple[str, ...]) -> Floats:
        """One encoder: its last states. Two encoders were trained on the states before the last layer."""
        if len(self.encoders) > 1:
            layers = [name for name in names if name.startswith("hidden_states")]
            if len(layers) > 1:
                layers.sort(key=lambda name: int("".join(sign for sign in name if sign.isdigit()) or 0))
                return found[layers[-2]]
        states = [name for name in names if name == "last_hidden_state"]
        states += [name for name in names if found[name].ndim == 3]
        if not states:
            raise ModelError("The text encoder of this model gives no states of words.")
        return found[states[0]]


class PictureSide:
    """Pictures to latents and back. A picture: (height, width, 3) float32, 0 to 1, sRGB."""

    def __init__(self, folder: ModelFolder, runtime: Runtime) -> None:
        self.folder, self.runtime = folder, runtime
        self.factor = 8

    def encode(self, picture: Floats, progress: Progress) -> Floats:
        """(1, channels, height / 8, width / 8). The mean of what the encoder says: no chance is in it."""
        if "vae_encoder" not in self.folder.networks:
            raise ModelError(
                "This model cannot begin with a picture: its part vae_encoder is missing.",
                "Use it to generate from words alone, or install a complete one.",
            )
        encoder = Network(self.runtime, self.folder.networks["vae_encoder"])
        port = encoder.port("sample", "input")
        found = encoder.run({port.name: picture.transpose(2, 0, 1)[None] * 2.0 - 1.0}, progress)
        name = next((name for name in ("latent_parameters", "latent_sample") if name in found), encoder.outputs[0])
        latents = found[name]
        if name == "latent_parameters":
            latents = latents[:, : latents.shape[1] // 2]
        return (latents - np.float32(self.folder.latent_shift)) * np.float32(self.folder.latent_scale)

    def decode(self, latents: Floats, progress: Progress) -> Floats:
        """One picture from (1, channels, height / 8, width / 8)."""
        decoder = Network(self.runtime, self.folder.networks["vae_decoder"])
        port = decoder.port("latent_sample", "latent", "sample")
        scaled = latents / np.float32(self.folder.latent_scale) + np.float32(self.folder.latent_shift)
        found = decoder.run({port.name: scaled}, progress)
        values = found["sample"] if "sample" in found else found[decoder.outputs[0]]
        picture = values[0].transpose(1, 2, 0)
        if not np.isfinite(picture).all():
            raise ModelError(
                "The model gave no picture but numbers without meaning.",
                "Half precision often does this on a processor: use a model in full precision.",
            )
        return np.ascontiguousarray(np.clip(picture * 0.5 + 0.5, 0.0, 1.0), np.float32)
