"""Models that are folders or files of their own kind and are not run by onnxruntime's door alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ml.errors import ModelError

MOST_FILES = 500
WHISPER_MAGIC = b"lmgg"
DIFFUSION_PARTS = ("text_encoder", "unet", "vae_decoder")


@dataclass(frozen=True)
class Bundle:
    """`files` from where they are to where they go; `roles` of the files that have one."""

    task: str
    adapter: str
    files: dict[Path, str]
    roles: dict[str, str]


def bundle_of(paths: Sequence[Path]) -> Bundle | None:
    """What is known by its layout: a Stable Diffusion folder, a Whisper file."""
    if len(paths) == 1 and paths[0].is_dir():
        folder = paths[0]
        if (folder / "model_index.json").is_file():
            return _diffusion(folder)
        if (folder / "model.bin").is_file() and (folder / "config.json").is_file():
            raise ModelError(
                "Speech models in CTranslate2's format are not run here.",
                "Get the file of the same model whose name begins ggml.",
            )
    if len(paths) == 1 and paths[0].is_file() and _begins(paths[0], WHISPER_MAGIC):
        name = paths[0].name
        return Bundle("speech_recognition", "whisper_ggml", {paths[0]: name}, {name: "model"})
    return None


def _begins(path: Path, magic: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(magic)) == magic


def _diffusion(folder: Path) -> Bundle:
    missing = [part for part in DIFFUSION_PARTS if not (folder / part / "model.onnx").is_file()]
    if missing:
        raise ModelError(
            "This folder lacks parts of an image generator: {parts}.", "Choose a folder in the ONNX layout.",
            parts=", ".join(missing),
        )
    return _whole(folder, "generate", "stable_diffusion", "unet/model.onnx")


def _whole(folder: Path, task: str, adapter: str, main: str) -> Bundle:
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or any(part.startswith(".") for part in name.split("/")):
            continue
        if not path.resolve().is_relative_to(folder.resolve()):
            raise ModelError("The model names a file outside its folder: {name}.", name=name)
        files[path] = name
        if len(files) > MOST_FILES:
            raise ModelError("This folder holds too many files to be a model.")
    return Bundle(task, adapter, files, {name: "model" if name == main else name for name in files.values()})
