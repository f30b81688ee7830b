"""What the window of models shows: tools with what does them offline, tasks, and for each the models there are."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from app.ai.missing import size_of
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.workflows.ai.tool import Tool
    from ml.catalogue.catalogue import CatalogueModel
    from ml.catalogue.store import InstalledModel, ModelStore

State = Literal["built_in", "installed", "available", "paused", "file", "damaged"]
ORDER: dict[State, int] = {"built_in": 0, "installed": 1, "damaged": 1, "paused": 2, "available": 3, "file": 3}


@dataclass(frozen=True)
class ToolLine:
    """One tool and its "offline ready" mark. `note` says what does the work, or what is missing."""

    label: str
    section: str
    is_ready: bool
    note: str
    task: str


@dataclass(frozen=True)
class TaskLine:
    """`built_in` is what the tools of this task do without any model, "" where they need one."""

    task: str
    label: str
    built_in: str
    tools: str
    installed: int
    offered: int

    @property
    def is_ready(self) -> bool:
        return bool(self.built_in) or self.installed > 0

    @property
    def note(self) -> str:
        if self.installed > 1:
            return tr_count("1 model installed", "{count} models installed", count=self.installed)
        if self.installed:
            return tr("1 model installed")
        return tr("Works without a model") if self.built_in else tr("Needs a model")


@dataclass(frozen=True)
class Entry:
    """One model: of the catalogue, installed, or both. `held` bytes of it came before a download was interrupted;
    `wrong` are the files that are not what was installed."""

    name: str
    title: str
    task: str
    about: str
    licence: str
    size: int
    state: State
    listed: CatalogueModel | None = None
    held: int = 0
    wrong: tuple[str, ...] = ()


def tool_lines(store: ModelStore) -> list[ToolLine]:
    """Every tool, by section, in the order of the menu."""
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    installed = store.installed()
    lines = [_tool_line(tool, tuple(item for item in installed if item.task in tool.tasks)) for tool in TOOLS.values()]
    sections = list(dict.fromkeys(line.section for line in lines))
    return sorted(lines, key=lambda line: sections.index(line.section))


def _tool_line(tool: Tool, models: tuple[InstalledModel, ...]) -> ToolLine:
    names = ", ".join(model.title for model in models)
    if tool.built_in and names:
        note = tr("{method}, or {models}", method=tr(tool.built_in), models=names)
    elif tool.built_in:
        note = tr(tool.built_in)
    else:
        note = names or _needed(tool)
    ready, section = bool(tool.built_in or names), tr(tool.section or "More tools")
    return ToolLine(tr(tool.label), section, ready, note, tool.tasks[0] if tool.tasks else "")


def _needed(tool: Tool) -> str:
    from ml.catalogue.catalogue import shipped

    models = [model for task in tool.tasks for model in shipped().for_task(task)]
    if not models:
        return tr("Needs a model, from a file that you have")
    smallest = min(models, key=lambda model: model.size or model.rough_size or sys.maxsize)
    return tr("Needs a model: the smallest is {size}", size=size_of(smallest))


def task_lines(store: ModelStore) -> list[TaskLine]:
    """Every task that a tool or a model is for, in the catalogue's order."""
    from editor.workflows.ai.tool import TOOLS, load_tools
    from ml.catalogue.catalogue import shipped
    from ml.catalogue.tasks import TASKS

    load_tools()
    lines = []
    for task, label in TASKS.items():
        tools = [tool for tool in TOOLS.values() if task in tool.tasks]
        methods = dict.fromkeys(tr(tool.built_in) for tool in tools if tool.built_in)
        installed, offered = len(store.for_task(task)), len(shipped().for_task(task))
        if tools or installed or offered:
            names = ", ".join(tr(tool.label) for tool in tools)
            lines.append(TaskLine(task, tr(label), "; ".join(methods), names, installed, offered))
    return lines


def entries(store: ModelStore, task: str) -> list[Entry]:
    """The models of a task: what is installed first, then what can be. The task "" means all that is installed."""
    from ml.catalogue.catalogue import shipped

    listed = shipped().models
    known = {model.name: model for model in listed}
    present = {item.name: _installed(item, known.get(item.name)) for item in store.installed()}
    for broken in store.damaged():
        model = known.get(broken.name)
        present[broken.name] = Entry(
            broken.name, model.title if model else broken.title, model.task if model else broken.task, "",
            model.licence if model else "", model.size if model else 0, "damaged", model, wrong=broken.files,
        )
    others = [_offered(store, model) for model in listed if model.name not in present]
    if task:
        own = [Entry(item.name, item.title, item.task, "", item.licence, item.size, "built_in")
               for item in shipped().built_in]
        found = [entry for entry in (*own, *present.values(), *others) if entry.task == task]
    else:
        found = [*present.values(), *(entry for entry in others if entry.state == "paused")]
    return sorted(found, key=lambda entry: ORDER[entry.state])


def _installed(item: InstalledModel, model: CatalogueModel | None) -> Entry:
    about = tr(model.about) if model is not None else tr("Brought in from {file}.", file=item.origin)
    return Entry(item.name, item.title, item.task, about, item.licence, item.size, "installed", model)


def _offered(store: ModelStore, model: CatalogueModel) -> Entry:
    from ml.catalogue.install import held_bytes

    held = held_bytes(store, model)
    state: State = "paused" if held else "available" if model.can_be_fetched else "file"
    return Entry(model.name, model.title, model.task, tr(model.about), model.licence, model.size, state, model, held)
