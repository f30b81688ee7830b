"""What the window of models shows: the tasks with what does them offline, and for each the models there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from editor.base.translation import tr

if TYPE_CHECKING:
    from ml.catalogue.catalogue import CatalogueModel
    from ml.catalogue.store import InstalledModel, ModelStore

State = Literal["installed", "available", "interrupted", "file"]


@dataclass(frozen=True)
class TaskLine:
    """`built_in` is what the tools of this task do without any model, "" where they need one."""

    task: str
    label: str
    built_in: str
    installed: int

    @property
    def is_ready(self) -> bool:
        return bool(self.built_in) or self.installed > 0

    @property
    def note(self) -> str:
        """The "offline ready" mark in words."""
        if self.installed:
            count = self.installed
            return tr("Offline ready: 1 model") if count == 1 else tr("Offline ready: {count} models", count=count)
        return tr("Offline ready") if self.built_in else tr("Needs a model")


@dataclass(frozen=True)
class Entry:
    """One model: of the catalogue, installed, or both. `held` bytes of it came before a download was interrupted."""

    name: str
    title: str
    about: str
    licence: str
    size: int
    state: State
    listed: CatalogueModel | None
    installed: InstalledModel | None
    held: int = 0


def task_lines(store: ModelStore) -> list[TaskLine]:
    """Every task, in the catalogue's order."""
    from editor.workflows.ai.tool import TOOLS, load_tools
    from ml.catalogue.tasks import TASKS

    load_tools()
    counts: dict[str, int] = {}
    for model in store.installed():
        counts[model.task] = counts.get(model.task, 0) + 1
    lines = []
    for task, label in TASKS.items():
        methods = [tr(tool.built_in) for tool in TOOLS.values() if task in tool.tasks and tool.built_in]
        lines.append(TaskLine(task, tr(label), "; ".join(dict.fromkeys(methods)), counts.get(task, 0)))
    return lines


def entries(store: ModelStore, task: str) -> list[Entry]:
    """The models of a task: what is installed first, then what can be."""
    from ml.catalogue.catalogue import shipped

    installed = {item.name: item for item in store.for_task(task)}
    found = [_listed(store, model, installed.pop(model.name, None)) for model in shipped().for_task(task)]
    own = [Entry(item.name, item.title, "", item.licence, item.size, "installed", None, item)
           for item in installed.values()]
    return sorted([*own, *found], key=lambda entry: entry.state != "installed")


def _listed(store: ModelStore, model: CatalogueModel, installed: InstalledModel | None) -> Entry:
    from ml.catalogue.install import held_bytes

    held = 0 if installed is not None else held_bytes(store, model)
    state: State = "installed" if installed is not None else "interrupted" if held else (
        "available" if model.can_be_fetched else "file"
    )
    size = installed.size if installed is not None else model.size
    return Entry(model.name, model.title, model.about, model.licence, size, state, model, installed, held)
