"""Models that come with the program: what the catalogue says of them, and their files held to it."""

from __future__ import annotations

from functools import cache

from ml.catalogue.catalogue import BUILT_IN_FOLDER, BuiltInModel, shipped
from ml.catalogue.record import hash_of
from ml.catalogue.store import InstalledModel
from ml.errors import ModelError


@cache
def built_in_models(task: str) -> tuple[InstalledModel, ...]:
    """Those of a task, in the catalogue's order. Raises ModelError for a file that is missing or was changed."""
    return tuple(_held_to_its_hash(model) for model in shipped().built_in if model.task == task)


def _held_to_its_hash(model: BuiltInModel) -> InstalledModel:
    path = BUILT_IN_FOLDER / model.path
    if not path.is_file():
        raise ModelError("The model {name}, a part of Atelier, is missing.", "Install Atelier again.", name=model.name)
    if hash_of(path) != model.sha256:
        raise ModelError("The model {name}, a part of Atelier, is damaged.", "Install Atelier again.", name=model.name)
    return InstalledModel(
        model.name, model.task, {"model": path}, model.sha256, model.licence, model.adapter, dict(model.settings),
        model.title, model.size, "built in",
    )
