"""What a model folder holds: its networks, its tokenizer, its settings, found by where they lie or by their role."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.errors import ModelError
from ml.generation.byte_pairs import BytePairs, read_byte_pairs

if TYPE_CHECKING:
    from ml.catalogue.store import InstalledModel

NETWORKS = ("text_encoder", "text_encoder_2", "unet", "vae_encoder", "vae_decoder")
NEEDED = ("text_encoder", "unet", "vae_decoder")


@dataclass(frozen=True)
class ModelFolder:
    """`networks` by name, each an ONNX file; `settings` by file name without ending ("scheduler_config")."""

    networks: dict[str, Path]
    tokenizers: tuple[BytePairs, ...]
    scheduler: dict[str, Any]
    decoder: dict[str, Any]
    unet: dict[str, Any]

    @property
    def latent_scale(self) -> float:
        """By what the decoder's numbers were multiplied in training; Stable Diffusion's where the folder says none."""
        usual = 0.13025 if "text_encoder_2" in self.networks else 0.18215
        return float(self.decoder.get("scaling_factor", usual))

    @property
    def latent_shift(self) -> float:
        return float(self.decoder.get("shift_factor") or 0.0)

    @property
    def weights(self) -> dict[str, int]:
        """Bytes of each network on the disk, with the files of weights beside it."""
        return {name: weight_of(path) for name, path in self.networks.items()}


def weight_of(path: Path) -> int:
    """Bytes of an ONNX file and of what lies beside it as its weights (`model.onnx_data`, `weights.pb`)."""
    beside = [other for other in path.parent.iterdir() if other.is_file() and other.suffix in (".pb", ".onnx_data")]
    beside += [other for other in path.parent.glob(path.name + "?data") if other not in beside]
    return path.stat().st_size + sum(other.stat().st_size for other in beside if other != path)


def open_folder(model: InstalledModel) -> ModelFolder:
    """Raises ModelError when something needed is missing, by name."""
    places = Places(model)
    networks = {name: path for name in NETWORKS if (path := places.find(name, "model.onnx")) is not None}
    missing = [name for name in NEEDED if name not in networks]
    tokenizers = [read for name in ("tokenizer", "tokenizer_2") if (read := _tokenizer(places, name)) is not None]
    if not tokenizers:
        missing.append("tokenizer")
    if missing:
        raise ModelError(
            "The model {model} is not complete: {parts} is missing.",
            "It must be a folder as optimum or diffusers export it to ONNX.",
            model=model.name, parts=", ".join(missing),
        )
    return ModelFolder(
        networks, tuple(tokenizers), places.settings("scheduler", "scheduler_config.json"),
        places.settings("vae_decoder", "config.json"), places.settings("unet", "config.json"),
    )


def _tokenizer(places: Places, name: str) -> BytePairs | None:
    vocabulary, merges = places.find(name, "vocab.json"), places.find(name, "merges.txt")
    if vocabulary is None or merges is None:
        return None
    return read_byte_pairs(vocabulary, merges, places.find(name, "tokenizer_config.json"))


class Places:
    """Where the files of a model lie: under folders of the usual names, or under roles such as "unet"."""

    def __init__(self, model: InstalledModel) -> None:
        self.roles = model.files
        paths = list(model.files.values())
        roots = [parent for path in paths for parent in (path.parent, path.parent.parent)]
        self.roots = list(dict.fromkeys(root for root in roots if (root / "unet").is_dir()))

    def find(self, part: str, name: str) -> Path | None:
        """The file `name` of a part: "unet/model.onnx", or the role "unet", "unet/model.onnx" or "unet/model"."""
        stem = name.rpartition(".")[0]
        for role in (f"{part}/{name}", f"{part}/{stem}", f"{part}_{stem}", *((part,) if name == "model.onnx" else ())):
            if role in self.roles and self.roles[role].is_file():
                return self.roles[role]
        found = (root / part / name for root in self.roots)
        return next((path for path in found if path.is_file()), None)

    def settings(self, part: str, name: str) -> dict[str, Any]:
        path = self.find(part, name)
        if path is None:
            return {}
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(
                "The settings {name} of this model cannot be read: {reason}", name=name, reason=str(error)
            ) from error
        return plain if isinstance(plain, dict) else {}
