"""Brings weights that a person has into the store: copied or converted beside the others, tried, then made visible."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ml.catalogue import catalogue
from ml.catalogue.bundles import bundle_of
from ml.catalogue.catalogue import CatalogueModel
from ml.catalogue.foreign.formats import Converted, Format, format_of
from ml.catalogue.guess import Guess, guess
from ml.catalogue.record import ModelRecord, describe, hash_of, name_from
from ml.catalogue.tasks import TASKS
from ml.errors import ModelError
from ml.progress import Progress
from ml.runtime.inspection import inside, inspect
from ml.runtime.signature import Signature

if TYPE_CHECKING:
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime

MOST_FILES = 500
BLOCK = 8 << 20
RUNS_CODE = (".pth", ".pt", ".ckpt", ".pkl", ".pickle", ".bin.index.json", ".h5", ".keras")
"""How the names of files end that are code, or that list such files."""


@dataclass
class Sources:
    """What was chosen, sorted: ONNX models, foreign ones, and files that go with them."""

    onnx: list[Path] = field(default_factory=list)
    foreign: list[tuple[Path, Format]] = field(default_factory=list)
    others: list[Path] = field(default_factory=list)


def import_files(
    store: ModelStore, paths: Sequence[Path], task: str | None, name: str | None, runtime: Runtime | None,
    progress: Progress,
) -> InstalledModel:
    """See `ModelStore.import_files`."""
    if task is not None and task not in TASKS:
        raise ModelError("There is no task {name}.", "The tasks are: {tasks}.", name=task[:80], tasks=", ".join(TASKS))
    if not paths:
        raise ModelError("No file was chosen.")
    known = recognised(paths, task)
    if known is not None:
        task = _agreed(task, known.task, known.title)
    wanted = name or (known.name if known is not None else name_from(stem_of(paths[0])))
    store.check_free(wanted)
    with store.building("import") as folder:
        bundle = bundle_of(paths)
        if bundle is not None:
            task = _agreed(task, bundle.task, paths[0].name)
            copy_all(bundle.files, folder, progress.part(0.0, 0.8))
            found = Guess(bundle.task, {role: path for path, role in bundle.roles.items()}, bundle.adapter)
        else:
            found = convert_all(sort(paths), folder, task, runtime, progress)
        files = describe(folder, found.files, progress.part(0.9, 1.0))
        return store.finish(folder, ModelRecord(
            name=wanted, task=task or found.task, files=files, title=known.title if known is not None else wanted,
            licence=known.licence if known is not None else "",
            adapter=known.adapter or found.adapter if known is not None else found.adapter,
            settings={**found.settings, **(known.settings if known is not None else {})}, origin=paths[0].name,
        ))


def _agreed(asked: str | None, known: str, title: str) -> str:
    """The task of a model that is known for certain. Raises ModelError where another one was asked for."""
    if asked not in (None, known):
        raise ModelError(
            "{name} is a model for another task: {known}, not {asked}.", "Leave the task out: it is known.",
            name=title, known=known, asked=asked,
        )
    return known


def recognised(paths: Sequence[Path], task: str | None = None) -> CatalogueModel | None:
    """The catalogue's entry whose files these are, by size and hash: so licence and settings are known. One for the
    task goes before others of the same file."""
    files = [path for path in paths if path.is_file()]
    sizes = {path.stat().st_size for path in files}
    for model in sorted(catalogue.shipped().models, key=lambda item: item.task != task):
        leading = next((item for item in model.file if item.sha256), None)
        if leading is not None and leading.size in sizes:
            hashes = {hash_of(path) for path in files if path.stat().st_size == leading.size}
            if leading.sha256 in hashes:
                return model
    return None


def convert_all(
    sources: Sources, folder: Path, task: str | None, runtime: Runtime | None, progress: Progress
) -> Guess:
    """Copy, convert and try; the guess's files are roles to names in `folder`."""
    converted = Converted()
    made: list[str] = []
    for path, kind in sources.foreign:
        name = f"{stem_of(path)}.onnx"
        converted = kind.function()(path, folder / name)
        made.append(name)
    together = {path: path.name for path in sources.onnx}
    for path in sources.onnx:
        together.update({inside(path.parent, part): part for part in inspect(path).external})
    extras = {path: path.name for path in sources.others if path not in together}
    copy_all({**together, **extras}, folder, progress.part(0.0, 0.7))
    names = [*made, *(path.name for path in sources.onnx)]
    if not names:
        raise ModelError("There is no model in what was chosen.", "Choose an ONNX file.")
    signatures = signatures_of(folder, names, runtime, progress.part(0.7, 0.9))
    found = guess(signatures, task or converted.task or None)
    files = dict(found.files)
    for external in (name for path, name in together.items() if path not in sources.onnx):
        files[f"weights:{external}"] = external
    files.update({role_of(path): name for path, name in extras.items()})
    return Guess(found.task, files, converted.adapter or found.adapter, {**found.settings, **converted.settings})


def sort(paths: Sequence[Path]) -> Sources:
    """Folders opened, each file to its kind. Raises ModelError for what runs code when read, or is not there."""
    sources = Sources()
    taken: set[Path] = set()
    given = [item for path in paths for item in _opened(path)]
    for path in given:
        if not path.is_file():
            raise ModelError("There is no file {name}.", name=str(path))
        kind = format_of(path)
        if path.suffix.lower() == ".onnx":
            sources.onnx.append(path)
            beside = path.with_name(path.name + ".json")
            if beside.is_file() and beside not in given:
                sources.others.append(beside)
        elif kind is not None:
            sources.foreign.append((path, kind))
            taken.update(part.resolve() for part in kind.partners(path))
        elif path.name.lower().endswith(RUNS_CODE):
            raise ModelError(
                "{name} is in a format that can run code when it is read.", "Export the model to ONNX first.",
                name=path.name,
            )
        else:
            sources.others.append(path)
    sources.others = [path for path in sources.others if path.resolve() not in taken]
    return sources


def _opened(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(item for item in path.iterdir() if item.is_file() and not item.name.startswith("."))
    return found[:MOST_FILES]


def signatures_of(
    folder: Path, names: Sequence[str], runtime: Runtime | None, progress: Progress
) -> dict[str, Signature]:
    """Each model loaded once. Raises ModelError for one that cannot be."""
    from ml.runtime.runtime import Runtime

    found = {}
    with nullcontext(runtime) if runtime is not None else Runtime() as worker:
        for index, name in enumerate(names):
            progress(index / len(names))
            found[name] = worker.signature(folder / name, progress)
            worker.forget(folder / name)
    return found


def copy_all(files: dict[Path, str], folder: Path, progress: Progress) -> None:
    """Copy files to their places in a folder. Raises ModelError when the disk is full or a file cannot be read."""
    total = max(sum(path.stat().st_size for path in files), 1)
    if shutil.disk_usage(folder).free < total:
        raise ModelError(
            "This needs {needed} MB on the disk; {free} MB are free.", "Free some space, or choose another disk.",
            needed=-(-total >> 20), free=shutil.disk_usage(folder).free >> 20,
        )
    done = 0
    for path, name in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("rb") as source, target.open("xb") as copy:
                while block := source.read(BLOCK):
                    copy.write(block)
                    done += len(block)
                    progress(min(done / total, 1.0))
        except OSError as error:
            raise copy_error(error, path) from error


def copy_error(error: OSError, path: Path) -> ModelError:
    """A failed copy in plain words."""
    if error.errno == errno.ENOSPC:
        return ModelError("The disk is full.", "Free some space, or choose another disk.")
    return ModelError("{name} cannot be copied: {reason}.", name=path.name, reason=error.strerror or error)


def stem_of(path: Path) -> str:
    """A file's name without what says its format."""
    kind = format_of(path)
    if kind is not None:
        return path.name.removesuffix(kind.suffix)
    return os.path.splitext(path.name)[0] if path.suffix else path.name


def role_of(path: Path) -> str:
    """What a file beside a model is: its settings, or itself by name."""
    return "config" if path.name.endswith(".onnx.json") else path.name
