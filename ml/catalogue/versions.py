"""Which model does a task when nobody names one: the built-in, or a version that was promoted; and the way back.

Kept in `versions.json` in the folder of models, apart from the models: promoting changes no model, and a default whose
model has been removed counts as not there.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import msgspec

from ml.catalogue.store import InstalledModel, ModelStore
from ml.errors import ModelError

FILE = "versions.json"
BUILT_IN = ""
LONGEST = 50
"""So many earlier defaults are remembered for a task."""


class _Task(msgspec.Struct):
    """`default` is a model's name, `before` what was it earlier, the last one at the end."""

    default: str = BUILT_IN
    before: list[str] = []


def default_name(store: ModelStore, task: str) -> str:
    """The promoted model's name, or `BUILT_IN`."""
    found = _read(store.root).get(task, _Task()).default
    return found if found and store.has(found) and store.find(found).task == task else BUILT_IN


def default_model(store: ModelStore, task: str) -> InstalledModel | None:
    """The promoted model; None means the one that comes with the program."""
    name = default_name(store, task)
    return store.find(name) if name else None


def earlier(store: ModelStore, task: str) -> tuple[str, ...]:
    """What was the default before, the last one first."""
    return tuple(reversed(_read(store.root).get(task, _Task()).before))


def promote(store: ModelStore, name: str) -> None:
    """Make a model the default of its task. Raises ModelMissing when it is not installed."""
    model = store.find(name)
    all_tasks = _read(store.root)
    entry = all_tasks.get(model.task, _Task())
    if entry.default != name:
        all_tasks[model.task] = _Task(name, [*entry.before, entry.default][-LONGEST:])
        _write(store.root, all_tasks)


def roll_back(store: ModelStore, task: str) -> str:
    """Go back to the default before; returns its name, `BUILT_IN` for the one that comes with the program. One that
    has been removed since is passed over. Raises ModelError when nothing was promoted."""
    all_tasks = _read(store.root)
    entry = all_tasks.get(task, _Task())
    if not entry.before:
        raise ModelError("Nothing was promoted for this task, so there is nothing to go back to.")
    before = list(entry.before)
    name = before.pop()
    while name and not store.has(name) and before:
        name = before.pop()
    name = name if store.has(name) else BUILT_IN
    all_tasks[task] = _Task(name, before)
    _write(store.root, all_tasks)
    return name


def _read(root: Path) -> dict[str, _Task]:
    """A file that makes no sense counts as empty: then the built-in models are the defaults."""
    try:
        return msgspec.json.decode((root / FILE).read_bytes(), type=dict[str, _Task])
    except (OSError, msgspec.MsgspecError):
        return {}


def _write(root: Path, tasks: dict[str, _Task]) -> None:
    part = root / f".{FILE}-{secrets.token_hex(4)}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        part.write_bytes(msgspec.json.format(msgspec.json.encode(tasks), indent=1))
        os.replace(part, root / FILE)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise ModelError(
            "The folder for models cannot be written: {reason}.", "Choose another folder in the preferences.",
            reason=error.strerror or error,
        ) from error
