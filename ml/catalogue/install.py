"""From the catalogue into the store: agreed to, fetched, checked, converted where needed, then visible at once."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ml.catalogue.catalogue import CatalogueModel
from ml.catalogue.download import Wanted, download
from ml.catalogue.foreign.formats import format_of
from ml.catalogue.importing import convert_all, sort
from ml.catalogue.lock import held
from ml.catalogue.record import ModelRecord, describe, safe_path
from ml.errors import ModelError
from ml.progress import SILENT, Progress

if TYPE_CHECKING:
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime

UNFINISHED = ".download-"
AGREED = ".agreed.json"
"""In the folder of a download: what was agreed to, so that going on with it need not ask again."""
FETCHING = 0.9
"""The share of the progress that fetching takes."""


@dataclass(frozen=True)
class Offer:
    """What a person must agree to before anything is fetched."""

    model: CatalogueModel
    size: int
    held: int
    licence: str
    addresses: tuple[str, ...]


def offer(store: ModelStore, model: CatalogueModel) -> Offer:
    """Fetches nothing. `held` are bytes that an interrupted download left. Raises ModelError when it cannot be had."""
    if not model.can_be_fetched:
        raise ModelError(
            "There is no checksum for {name}, so it is not fetched.", "Get it from {page} and install it from a file.",
            name=model.title, page=model.page,
        )
    _check_name(store, model)
    addresses = tuple(item.addresses[0] for item in model.file)
    return Offer(model, model.size, held_bytes(store, model), model.licence, addresses)


def _check_name(store: ModelStore, model: CatalogueModel) -> None:
    if store.has(model.name):
        raise ModelError(
            "A model named {name} is installed already.", "Remove it first, or use another name.", name=model.name
        )
    store.check_free(model.name)


def held_bytes(store: ModelStore, model: CatalogueModel) -> int:
    """What an interrupted download of it left on the disk."""
    folder = download_folder(store, model.name)
    try:
        found = [path for path in folder.rglob("*") if path.is_file() and not _is_note(path)]
        return sum(path.stat().st_size for path in found)
    except OSError:
        return 0


def _is_note(path: Path) -> bool:
    return path.name == AGREED or path.name.endswith(".part.json")


def is_agreed(store: ModelStore, made: Offer) -> bool:
    """Whether exactly this was agreed to when its download, interrupted since, was begun."""
    try:
        return (download_folder(store, made.model.name) / AGREED).read_bytes() == _terms(made)
    except OSError:
        return False


def _terms(made: Offer) -> bytes:
    files = [(item.path, item.size, item.sha256, item.addresses) for item in made.model.file]
    return msgspec.json.encode({"licence": made.licence, "size": made.size, "files": files})


def discard(store: ModelStore, model: CatalogueModel) -> None:
    """Throw away what an interrupted download left; one that goes on in another process is let be."""
    with suppress(OSError), held(lock_file(store, model.name)) as is_ours:
        if is_ours:
            _discard(store, model)


def _discard(store: ModelStore, model: CatalogueModel) -> None:
    shutil.rmtree(download_folder(store, model.name), ignore_errors=True)


def download_folder(store: ModelStore, name: str) -> Path:
    return store.root / f"{UNFINISHED}{name}"


def lock_file(store: ModelStore, name: str) -> Path:
    """Held by whoever fetches the model. Not in the download's folder, which goes earlier."""
    return store.root / f"{UNFINISHED}{name}.lock"


@contextmanager
def _alone(store: ModelStore, model: CatalogueModel) -> Iterator[None]:
    with ExitStack() as stack:
        try:
            store.root.mkdir(parents=True, exist_ok=True)
            is_ours = stack.enter_context(held(lock_file(store, model.name)))
        except OSError as error:
            raise _not_writable(error) from error
        if not is_ours:
            raise ModelError(
                "{name} is being fetched already, in another window or by another program.",
                "Wait until it is there.", name=model.title,
            )
        yield


def install(
    store: ModelStore, agreed: Offer, runtime: Runtime | None = None, progress: Progress = SILENT
) -> InstalledModel:
    """Fetch and install what was agreed to. Raises ModelError, and what `progress` raises; both keep what has come.

    Only one at a time, in all processes, fetches a model: for the second one this is a ModelError.
    """
    with _alone(store, agreed.model):
        _check_name(store, agreed.model)  # somebody else may have been first since it was agreed to
        return _install(store, agreed, runtime, progress)


def _install(store: ModelStore, agreed: Offer, runtime: Runtime | None, progress: Progress) -> InstalledModel:
    model = agreed.model
    folder = download_folder(store, model.name)
    _write_terms(folder, agreed)
    done = 0
    for item in model.file:
        target = folder / safe_path(item.path)
        end = (done + item.size) / max(model.size, 1)
        part = progress.part(done / max(model.size, 1) * FETCHING, end * FETCHING)
        if not (target.is_file() and target.stat().st_size == item.size):  # checked when it was put there
            download(Wanted(item.addresses, item.size, item.sha256, target), part)
        done += item.size
    installed = _put_together(store, model, folder, runtime, progress.part(FETCHING, 1.0))
    _discard(store, model)
    return installed


def _write_terms(folder: Path, agreed: Offer) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / AGREED).write_bytes(_terms(agreed))
    except OSError as error:
        raise _not_writable(error) from error


def _not_writable(error: OSError) -> ModelError:
    return ModelError(
        "The folder for models cannot be written: {reason}.", "Choose another folder in the preferences.",
        reason=error.strerror or error,
    )


def _put_together(
    store: ModelStore, model: CatalogueModel, folder: Path, runtime: Runtime | None, progress: Progress
) -> InstalledModel:
    with store.building(model.name) as place:
        foreign = [item for item in model.file if format_of(Path(item.path)) is not None]
        settings, adapter = dict(model.settings), model.adapter
        if foreign:
            leading = [folder / safe_path(item.path) for item in foreign]
            found = convert_all(sort(leading), place, model.task, runtime, progress.part(0.0, 0.8))
            files, settings = found.files, {**found.settings, **settings}
            adapter = adapter or found.adapter
        else:
            files = {item.role: item.path for item in model.file}
            for item in model.file:
                target = place / safe_path(item.path)
                target.parent.mkdir(parents=True, exist_ok=True)
                os.replace(folder / safe_path(item.path), target)
        record = ModelRecord(
            name=model.name, task=model.task, files=describe(place, files, progress.part(0.8, 1.0)), title=model.title,
            licence=model.licence, adapter=adapter, settings=settings, origin=model.file[0].addresses[0],
        )
        _check_hashes(model, record)
        return store.finish(place, record)


def _check_hashes(model: CatalogueModel, record: ModelRecord) -> None:
    """What was fetched in an earlier run may have been changed on the disk since."""
    fetched = {item.path: item.sha256 for item in model.file}
    for item in record.files.values():
        if fetched.get(item.path, item.sha256) != item.sha256:
            raise ModelError("{name} was changed on the disk while it was being installed.", "Install it again.",
                             name=item.path)
