"""What models there are: `resources/models.toml`, read and checked. Reading it fetches nothing."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ml.catalogue.record import is_name
from ml.catalogue.tasks import TASKS
from ml.errors import ModelError

PATH = Path(__file__).resolve().parents[2] / "resources" / "models.toml"
BUILT_IN_FOLDER = PATH.parent / "models"
Address = Annotated[str, msgspec.Meta(pattern="^https?://")]


class CatalogueFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a model. `addresses` are tried in order; `sha256` "" means that it may not be fetched."""

    path: str
    role: str = "model"
    size: int = 0
    sha256: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    addresses: tuple[Address, ...] = ()


class CatalogueModel(msgspec.Struct, frozen=True, kw_only=True):
    """`licence` is an SPDX name, or words; `page` is where the model is described and its licence stands. `input` and
    `output` say in words what goes in and comes out; `rough_size` is about how many bytes there are, where the files'
    own sizes are not known."""

    name: str
    task: str
    title: str
    licence: str
    page: Address
    input: str
    output: str
    about: str = ""
    rough_size: int = 0
    licence_address: str = ""
    adapter: str = ""
    settings: dict[str, Any] = {}
    file: tuple[CatalogueFile, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files together, 0 where not known."""
        return sum(item.size for item in self.file)

    @property
    def can_be_fetched(self) -> bool:
        """Only when every file has an address, a size and a hash: else it comes in from a file."""
        return bool(self.file) and all(item.sha256 and item.size and item.addresses for item in self.file)


class BuiltInModel(msgspec.Struct, frozen=True, kw_only=True):
    """A model that comes with the program. `path` is in `resources/models`, with its card beside it (.md)."""

    name: str
    task: str
    title: str
    licence: str
    path: Annotated[str, msgspec.Meta(pattern="^[a-z0-9.-]+$")]
    size: int
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    input: str
    output: str
    adapter: str = ""
    settings: dict[str, Any] = {}


class _Document(msgspec.Struct, frozen=True):
    model: tuple[CatalogueModel, ...]
    built_in: tuple[BuiltInModel, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """`models` can be installed; those of `built_in` come with the program."""

    models: tuple[CatalogueModel, ...]
    built_in: tuple[BuiltInModel, ...] = ()

    def find(self, name: str) -> CatalogueModel:
        """Raises ModelError."""
        for model in self.models:
            if model.name == name:
                return model
        raise ModelError("There is no model {name} in the catalogue.", name=name[:200])

    def for_task(self, task: str) -> tuple[CatalogueModel, ...]:
        return tuple(model for model in self.models if model.task == task)


def read_catalogue(path: Path = PATH) -> Catalogue:
    """Raises ModelError for a file that does not hold together."""
    try:
        document = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _Document)
    except (OSError, ValueError) as error:
        raise ModelError("The catalogue of models cannot be read: {reason}", reason=error) from error
    both: tuple[CatalogueModel | BuiltInModel, ...] = (*document.model, *document.built_in)
    names = [model.name for model in both]
    if len(set(names)) < len(names) or not all(is_name(model.name) and model.task in TASKS for model in both):
        raise ModelError("The catalogue of models cannot be read: {reason}", reason="names or tasks")
    return Catalogue(document.model, document.built_in)


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue that comes with the program."""
    return read_catalogue()
