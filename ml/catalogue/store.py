"""The folder of installed models: one folder a model, with its files and `model.json`.

A model is put together in a folder whose name begins with a dot and is renamed when it is whole; so what is seen is
complete, and what was interrupted is not seen.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ml.catalogue.record import (
    RECORD,
    SPOILT,
    ModelRecord,
    cut_files,
    hash_of,
    is_name,
    read_record,
    safe_path,
    spoilt_files,
    stated_record,
    write_record,
)
from ml.catalogue.removal import REMOVED, check_place, is_models_folder, remove_folder
from ml.errors import ModelError, ModelMissing
from ml.progress import SILENT, Progress

if TYPE_CHECKING:
    from ml.runtime.runtime import Runtime

ABANDONED_SECONDS = 24 * 3600.0
UNFINISHED = ".new-"


@dataclass(frozen=True)
class InstalledModel:
    """`files` by role ("model", or "encoder" and "decoder"...); `sha256` is the main file's.

    `adapter` names how the task's code feeds it ("" lets the task find out from the model's inputs); `settings` are
    the adapter's numbers (mean, scale, labels...) as the catalogue or the importer gave them. `size` is in bytes, all
    files together; `origin` is the address or the file that it came from.
    """

    name: str
    task: str
    files: dict[str, Path]
    sha256: str
    licence: str = ""
    adapter: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    size: int = 0
    origin: str = ""

    @property
    def path(self) -> Path:
        """The main file."""
        return self.files["model"] if "model" in self.files else next(iter(self.files.values()))


@dataclass(frozen=True)
class DamagedModel:
    """What is known of one that cannot be used; `files` are the wrong ones, `task` may be ""."""

    name: str
    title: str
    task: str
    files: tuple[str, ...]


class ModelStore:
    """What is installed under `root`. Nothing here reaches the network."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def installed(self) -> tuple[InstalledModel, ...]:
        """Every model that is complete, by name."""
        records = ((folder, read_record(folder)) for folder in self._folders())
        return tuple(_installed(folder, record) for folder, record in records if record is not None)

    def _folders(self) -> list[Path]:
        try:
            return sorted(item for item in self.root.iterdir() if is_name(item.name) and item.is_dir())
        except OSError:
            return []

    def for_task(self, task: str) -> tuple[InstalledModel, ...]:
        return tuple(item for item in self.installed() if item.task == task)

    def has(self, name: str) -> bool:
        return is_name(name) and read_record(self.root / name) is not None

    def find(self, name: str) -> InstalledModel:
        """Raises ModelMissing."""
        record = read_record(self.root / name) if is_name(name) else None
        if record is None:
            raise ModelMissing(
                "The model {name} is not installed.", "AI > Models shows what there is.", name=name[:200]
            )
        return _installed(self.root / name, record)

    def damaged(self) -> tuple[DamagedModel, ...]:
        """Folders of models that cannot be used: files missing, cut off or changed, or a record that makes no sense."""
        found = []
        for folder in self._folders():
            if is_models_folder(folder) and read_record(folder) is None:
                record = stated_record(folder)
                wrong = (*cut_files(folder, record), *spoilt_files(folder)) if record is not None else (RECORD,)
                title, task = (record.title, record.task) if record is not None else ("", "")
                found.append(DamagedModel(folder.name, title or folder.name, task, tuple(dict.fromkeys(wrong))))
        return tuple(found)

    def verify(self, name: str, progress: Progress = SILENT) -> tuple[str, ...]:
        """The files of a model that are not what was installed, by their paths in its folder; () when all are.

        One with such files counts as damaged until a later check finds it whole. Raises ModelMissing.
        """
        folder = self.root / name
        record = stated_record(folder) if is_name(name) else None
        if record is None and is_name(name):
            check_place(folder)
            if folder.is_dir():
                return (RECORD,)
        if record is None:
            raise ModelMissing(
                "The model {name} is not installed.", "AI > Models shows what there is.", name=name[:200]
            )
        wrong, total = list(cut_files(folder, record)), max(sum(item.size for item in record.files.values()), 1)
        done = 0
        for item in record.files.values():
            part = progress.part(done / total, (done + item.size) / total)
            if item.path not in wrong and hash_of(folder / safe_path(item.path), part) != item.sha256:
                wrong.append(item.path)
            done += item.size
        with suppress(OSError):  # a disk that only reads: the answer is right all the same
            if wrong:
                (folder / SPOILT).write_bytes(msgspec.json.encode(wrong))
            else:
                (folder / SPOILT).unlink(missing_ok=True)
        return tuple(wrong)

    def check_free(self, name: str) -> None:
        """Raises ModelError where a folder that is not a model's has this name. A damaged model is no hindrance."""
        if is_name(name):
            check_place(self.root / name)

    def remove(self, name: str) -> Path | None:
        """Take a model off the disk; a damaged one too. Files that were not installed with it are not deleted: the
        folder that they are in from then on is returned. Raises ModelMissing when there is no such folder, and
        ModelError for one that is not a model's."""
        folder = self.root / name
        if not is_name(name) or not os.path.lexists(folder):
            raise ModelMissing(
                "The model {name} is not installed.", "AI > Models shows what there is.", name=name[:200]
            )
        try:
            return remove_folder(folder)
        except OSError as error:
            raise ModelError(
                "The model {name} could not be removed: {reason}.", "Close what is using it and try again.",
                name=name, reason=error.strerror or error,
            ) from error

    def import_file(
        self, path: Path, task: str | None = None, name: str | None = None, runtime: Runtime | None = None,
        progress: Progress = SILENT,
    ) -> InstalledModel:
        """Bring in one file; what belongs to it and lies beside it comes along. See `import_files`."""
        return self.import_files((path,), task, name, runtime, progress)

    def import_files(
        self, paths: Sequence[Path], task: str | None = None, name: str | None = None,
        runtime: Runtime | None = None, progress: Progress = SILENT,
    ) -> InstalledModel:
        """Bring in weights that a person has: ONNX, or a format of `ml.catalogue.foreign`, made into ONNX.

        The task, where it is not given, is guessed from the model's inputs and outputs; raises ModelError where they
        fit several, and for files that are no model.
        """
        from ml.catalogue.importing import import_files

        return import_files(self, paths, task, name, runtime, progress)

    @contextmanager
    def building(self, name: str) -> Iterator[Path]:
        """A folder to put a model together in; it is gone afterwards unless `finish` took it."""
        self._sweep()
        folder = self.root / f"{UNFINISHED}{name}-{os.getpid()}-{secrets.token_hex(4)}"
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise ModelError(
                "The folder for models cannot be written: {reason}.", "Choose another folder in the preferences.",
                reason=error.strerror or error,
            ) from error
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def finish(self, folder: Path, record: ModelRecord) -> InstalledModel:
        """Make what was built visible under its name, in one step. A damaged model of that name makes room, what is
        no model does not. Raises ModelError when the name is taken."""
        if not is_name(record.name):
            raise ModelError(
                "{name} cannot be a model's name.", "Use letters, digits, points and hyphens.", name=record.name[:200]
            )
        self.check_free(record.name)
        write_record(folder, record)
        for path in folder.rglob("*"):
            if path.is_file():
                _to_disk(path)
        target = self.root / record.name
        if target.exists() and read_record(target) is None:
            self.remove(record.name)  # a new one is its repair
        try:
            os.rename(folder, target)
        except OSError as error:
            if not target.exists():
                raise
            raise ModelError(
                "A model named {name} is installed already.", "Remove it first, or use another name.", name=record.name
            ) from error
        return self.find(record.name)

    def _sweep(self) -> None:
        """Delete what a crash left behind, once it is old enough to be nobody's."""
        with suppress(OSError):
            for item in self.root.iterdir():
                old = time.time() - item.stat().st_mtime > ABANDONED_SECONDS
                if item.name.startswith(REMOVED) or (item.name.startswith(UNFINISHED) and old):
                    shutil.rmtree(item, ignore_errors=True)


def _installed(folder: Path, record: ModelRecord) -> InstalledModel:
    files = {role: folder / safe_path(item.path) for role, item in record.files.items()}
    main = record.files["model"] if "model" in record.files else next(iter(record.files.values()))
    return InstalledModel(
        record.name, record.task, files, main.sha256, record.licence, record.adapter, dict(record.settings),
        record.title or record.name, sum(item.size for item in record.files.values()), record.origin,
    )


def _to_disk(path: Path) -> None:
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())
