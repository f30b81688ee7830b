"""A complete model folder of a few kilobytes, made with the onnx package: every part does what its like would do.

The UNet is the exact denoiser of a world with one picture for each prompt: a plain colour. The text encoder gives it
the prompt's words as colours, so what comes out can be foreseen exactly, with any sampler.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ml.catalogue.store import InstalledModel
from ml.generation.byte_pairs import byte_letters

WORDS = {"red": (0.8, -0.6, -0.6), "teal": (-0.6, 0.8, 0.4), "blue": (-0.6, -0.6, 0.8), "gray": (0.0, 0.0, 0.0)}
WIDTH = 4
SCALE = 0.5
TYPES = {"float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


@dataclass(frozen=True)
class Kind:
    """What sort of folder to make. `shown` is how many channels the UNet sees; 9 is one for filling. What is not
    `exact` leaves a trace of the noise in the picture."""

    prediction: str = "epsilon"
    shown: int = 4
    dtype: str = "float32"
    scheduler: str = "DDIMScheduler"
    two_encoders: bool = False
    with_encoder: bool = True
    size: int | None = None
    batch: int | str = "batch"
    time_rank: int = 1
    parameters: bool = False
    exact: bool = True


def settings(kind: Kind) -> dict[str, Any]:
    return {
        "_class_name": kind.scheduler, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
        "num_train_timesteps": 1000, "prediction_type": kind.prediction, "steps_offset": 1,
        "timestep_spacing": "leading", "set_alpha_to_one": kind.exact,
    }  # fmt: skip


def make_folder(folder: Path, kind: Kind | None = None) -> InstalledModel:
    """Write a folder as exporters do, and say where its files are."""
    kind = kind or Kind()
    vocabulary, merges = tiny_tokens()
    encoders = ("text_encoder", "text_encoder_2") if kind.two_encoders else ("text_encoder",)
    for place, name in enumerate(encoders):
        _write(folder / name / "model.onnx", text_encoder(kind, vocabulary, place))
        tokens = folder / ("tokenizer" if place == 0 else "tokenizer_2")
        tokens.mkdir(parents=True)
        (tokens / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")
        (tokens / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
        (tokens / "tokenizer_config.json").write_text(json.dumps({"pad_token": "<|endoftext|>"}), encoding="utf-8")
    _write(folder / "unet" / "model.onnx", unet(kind))
    _write(folder / "vae_decoder" / "model.onnx", decoder(kind))
    if kind.with_encoder:
        _write(folder / "vae_encoder" / "model.onnx", encoder(kind))
    (folder / "vae_decoder" / "config.json").write_text(json.dumps({"scaling_factor": SCALE}), encoding="utf-8")
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(settings(kind)), encoding="utf-8")
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "StableDiffusion"}), encoding="utf-8")
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return InstalledModel("tiny", "generate", files, "0" * 64)


def tiny_tokens() -> tuple[dict[str, int], list[str]]:
    """Every byte, and merges that make each of WORDS one token."""
    letters = list(byte_letters().values())
    pieces = [*letters, *(letter + "</w>" for letter in letters)]
    merges: list[str] = []
    for word in WORDS:
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            pair = f"{parts[0]} {parts[1]}"
            merges += [pair] if pair not in merges else []
            parts = [parts[0] + parts[1], *parts[2:]]
            pieces += [parts[0]] if parts[0] not in pieces else []
    pieces += ["<|startoftext|>", "<|endoftext|>"]
    return {piece: number for number, piece in enumerate(pieces)}, merges


def _write(path: Path, model: onnx.ModelProto) -> None:
    path.parent.mkdir(parents=True)
    onnx.save(model, str(path))


def _model(nodes: list[Any], inputs: list[Any], outputs: list[Any], constants: dict[str, Any]) -> onnx.ModelProto:
    weights = [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model


def _port(name: str, dtype: int, shape: list[Any]) -> Any:
    return helper.make_tensor_value_info(name, dtype, shape)


def text_encoder(kind: Kind, vocabulary: dict[str, int], place: int) -> onnx.ModelProto:
    """States: at each word's place its colour times 77, so that their mean over 77 places is the sum of the colours."""
    table = np.zeros((len(vocabulary), WIDTH), kind.dtype)
    if place == 0:
        for word, colour in WORDS.items():
            table[vocabulary[word + "</w>"], :3] = 77.0 * np.asarray(colour)
    real = TYPES[kind.dtype]
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"]),
        helper.make_node("ReduceMean", ["last_hidden_state"], ["text_embeds"], axes=[1], keepdims=0),
    ]
    outputs = [_port("text_embeds", real, ["batch", WIDTH]), _port("last_hidden_state", real, ["batch", 77, WIDTH])]
    if kind.two_encoders:  # the states before the last layer are right, the last ones are not
        nodes.append(helper.make_node("Identity", ["last_hidden_state"], ["hidden_states.0"]))
        nodes.append(helper.make_node("Neg", ["last_hidden_state"], ["hidden_states.1"]))
        outputs += [_port(f"hidden_states.{layer}", real, ["batch", 77, WIDTH]) for layer in (0, 1)]
    return _model(nodes, [_port("input_ids", TensorProto.INT64, ["batch", 77])], outputs, {"table": table})


def sigma_table(kind: Kind) -> np.ndarray:
    plain = settings(kind)
    betas = np.linspace(plain["beta_start"] ** 0.5, plain["beta_end"] ** 0.5, 1000) ** 2
    alphas = np.cumprod(1 - betas)
    return np.sqrt((1 - alphas) / alphas)


def unet(kind: Kind) -> onnx.ModelProto:
    """noise = (x * sqrt(sigma^2 + 1) - target) / sigma; the target is the mean of the states, or what is around."""
    real, sigmas = TYPES[kind.dtype], sigma_table(kind)
    width = WIDTH * (2 if kind.two_encoders else 1)
    project = np.zeros((width, 4), np.float32)
    project[:4] = np.eye(4) * SCALE
    constants = {
        "sigmas": sigmas.astype(np.float32), "one": np.float32(1), "flat": np.array([-1, 1, 1, 1]), "project": project,
        "last": np.array([2, 3]), "from": np.array([0]), "to": np.array([4]), "channel": np.array([1]),
        "around": np.array([5]), "end": np.array([9]),
    }  # fmt: skip
    nodes = [
        helper.make_node("Cast", ["sample"], ["sample32"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["encoder_hidden_states"], ["states32"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["timestep"], ["time"], to=TensorProto.INT64),
        helper.make_node("Gather", ["sigmas", "time"], ["level"]),
        helper.make_node("Reshape", ["level", "flat"], ["sigma"]),
        helper.make_node("Slice", ["sample32", "from", "to", "channel"], ["noisy"]),
        helper.make_node("ReduceMean", ["states32"], ["mean"], axes=[1], keepdims=0),
        helper.make_node("MatMul", ["mean", "project"], ["colour"]),
        helper.make_node("Unsqueeze", ["colour", "last"], ["wanted"]),
        *_seen_around(kind),
        helper.make_node("Mul", ["sigma", "sigma"], ["squared"]),
        helper.make_node("Add", ["squared", "one"], ["grown"]),
        helper.make_node("Sqrt", ["grown"], ["length"]),
        helper.make_node("Mul", ["noisy", "length"], ["state"]),
        helper.make_node("Sub", ["state", "target"], ["difference"]),
        helper.make_node("Div", ["difference", "sigma"], ["noise"]),
        *_as_predicted(kind),
        helper.make_node("Cast", ["said"], ["out_sample"], to=real),
    ]
    side: Any = kind.size // 8 if kind.size else None
    inputs = [
        _port("sample", real, [kind.batch, kind.shown, side or "height", side or "width"]),
        _port("timestep", TensorProto.INT64 if kind.time_rank else TensorProto.FLOAT, ["steps"] * kind.time_rank),
        _port("encoder_hidden_states", real, [kind.batch, 77, width]),
    ]
    if kind.two_encoders:
        inputs += [_port("text_embeds", real, ["batch", WIDTH]), _port("time_ids", real, ["batch", 6])]
    outputs = [_port("out_sample", real, [kind.batch, 4, side or "height", side or "width"])]
    return _model(nodes, inputs, outputs, constants)


def _seen_around(kind: Kind) -> list[Any]:
    if kind.shown == 4:
        return [helper.make_node("Identity", ["wanted"], ["target"])]
    return [
        helper.make_node("Slice", ["sample32", "to", "around", "channel"], ["mask"]),
        helper.make_node("Slice", ["sample32", "around", "end", "channel"], ["outside"]),
        helper.make_node("Mul", ["mask", "wanted"], ["inside"]),
        helper.make_node("Sub", ["one", "mask"], ["rest"]),
        helper.make_node("Mul", ["rest", "outside"], ["kept"]),
        helper.make_node("Add", ["inside", "kept"], ["target"]),
    ]


def _as_predicted(kind: Kind) -> list[Any]:
    if kind.prediction == "epsilon":
        return [helper.make_node("Identity", ["noise"], ["said"])]
    return [  # v = (noise - sigma * clean) / sqrt(sigma^2 + 1)
        helper.make_node("Mul", ["sigma", "target"], ["pulled"]),
        helper.make_node("Sub", ["noise", "pulled"], ["turned"]),
        helper.make_node("Div", ["turned", "length"], ["said"]),
    ]


def encoder(kind: Kind) -> onnx.ModelProto:
    """Mean colours of 8 x 8 pixels, and a fourth channel of zeros; with `parameters`, variances follow the means."""
    channels = 8 if kind.parameters else 4
    weights = np.zeros((channels, 3, 1, 1), kind.dtype)
    weights[:3, :, 0, 0] = np.eye(3)
    nodes = [
        helper.make_node("AveragePool", ["sample"], ["small"], kernel_shape=[8, 8], strides=[8, 8]),
        helper.make_node("Conv", ["small", "weights"], ["latents"]),
    ]
    name = "latent_parameters" if kind.parameters else "latent_sample"
    nodes[-1].output[0] = name
    real = TYPES[kind.dtype]
    return _model(
        nodes, [_port("sample", real, ["batch", 3, "height", "width"])],
        [_port(name, real, ["batch", channels, "h", "w"])], {"weights": weights},
    )


def decoder(kind: Kind) -> onnx.ModelProto:
    weights = np.zeros((3, 4, 1, 1), kind.dtype)
    weights[:, :3, 0, 0] = np.eye(3)
    nodes = [
        helper.make_node("Conv", ["latent_sample", "weights"], ["small"]),
        helper.make_node(
            "Resize", ["small", "", "scales"], ["sample"], mode="nearest", coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        ),
    ]
    real = TYPES[kind.dtype]
    return _model(
        nodes, [_port("latent_sample", real, ["batch", 4, "h", "w"])],
        [_port("sample", real, ["batch", 3, "height", "width"])],
        {"weights": weights, "scales": np.array([1, 1, 8, 8], np.float32)},
    )


def colour_of(prompt: str) -> np.ndarray:
    """What the world's picture for a prompt is, 0 to 1."""
    return sum((np.asarray(WORDS[word]) for word in prompt.split()), np.zeros(3)) / 2 + 0.5
