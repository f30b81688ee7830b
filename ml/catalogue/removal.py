"""Takes a model's folder off the disk and nothing else: what somebody else put there is moved aside, never deleted."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from ml.catalogue.record import RECORD, SPOILT, stated_record
from ml.errors import ModelError

REMOVED = ".gone-"
"""How the folder of a removed model begins while its files are being deleted; all of them are ours."""


def is_models_folder(folder: Path) -> bool:
    """Whether there is a folder with a record in it, one that makes sense or a damaged one."""
    return folder.is_dir() and os.path.lexists(folder / RECORD)


def check_place(folder: Path) -> None:
    """Raises ModelError where something lies that no model is: it is not ours to replace or to delete."""
    if os.path.lexists(folder) and not is_models_folder(folder):
        raise ModelError(
            "{name} in the folder for models is not a model's folder, so it is left as it is.",
            "Use another name, or move it elsewhere.", name=folder.name,
        )


def remove_folder(folder: Path) -> Path | None:
    """Delete the files that the record names, and the record. Returns where the others are now, if there were any;
    where the record makes no sense they are all that is there. Raises ModelError, and OSError when nothing was done."""
    check_place(folder)
    if folder.is_symlink():
        folder.unlink()  # the link is what lies among the models
        return None
    record = stated_record(folder)
    named = {item.path for item in record.files.values()} if record is not None else set()
    own = {*named, RECORD, SPOILT} if record is not None else named
    mark = secrets.token_hex(4)
    if set(_files(folder)) <= own:
        gone = folder.with_name(f"{REMOVED}{folder.name}-{mark}")
        os.replace(folder, gone)
        shutil.rmtree(gone, ignore_errors=True)
        return None
    # No model can have this name: it is neither listed nor swept.
    kept = folder.with_name(f"{folder.name} (kept {mark})")
    os.replace(folder, kept)
    _clear(kept, own)
    return kept


def _files(folder: Path) -> Iterator[str]:
    """Everything that is no plain folder, by paths in the folder. Links are not followed."""
    for place, folders, files in os.walk(folder):
        for name in (*files, *(item for item in folders if os.path.islink(os.path.join(place, item)))):
            yield Path(place, name).relative_to(folder).as_posix()


def _clear(folder: Path, own: set[str]) -> None:
    """Delete these files where they really lie in the folder, and folders that are empty then."""
    for name in own:
        path = folder / name
        between = [parent for parent in path.parents if parent.is_relative_to(folder) and parent != folder]
        if any(parent.is_symlink() for parent in between):
            continue
        with suppress(OSError):  # what cannot be deleted is kept too
            path.unlink(missing_ok=True)
        for parent in between:
            with suppress(OSError):
                parent.rmdir()
