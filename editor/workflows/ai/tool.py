"""What an AI tool is: a name, typed options, the tasks whose models it can use, and a function that does the work.

A tool gets a writable copy of the project (a snapshot), reads it, asks `ml`, and runs ordinary commands on the copy,
all in one transaction. The window then takes that one step over, as it does with an import. So the result is an edit
like any other: it can be undone, is in the history, and replays without any model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from editor.base.registry import Registry

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime


@dataclass(frozen=True)
class Request:
    """What a tool works on. `model` None means the tool's own method, which needs no download.

    `selection` are the selected records; `time` and `part` as the window shows them. `options` is an instance of the
    tool's options. `consent` is the sentence that the person agreed to, "" where none is asked.
    """

    project: Project
    document: str
    selection: tuple[str, ...]
    options: Any
    runtime: Runtime
    store: ModelStore
    model: InstalledModel | None = None
    time: Fraction = Fraction(0)
    part: str | None = None
    seed: int = 0
    consent: str = ""


@dataclass(frozen=True)
class Outcome:
    """What to tell the person: one translated sentence, and rows of facts for tools that find out rather than edit.

    `chosen` are the ids that should be selected afterwards.
    """

    sentence: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    chosen: tuple[str, ...] = ()


Work = Callable[[Request, "Progress"], Outcome]
Preview = Literal["whole", "detail", "none"]
Needs = Literal["", "selection", "clips", "captions"]


class NoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """For tools that ask nothing."""


@dataclass(frozen=True)
class Tool:
    """`label`, `summary`, `built_in`, `consent`, `section` and `makes` are English and shown through `tr`.

    `family` is the document family that it works on, "" for any. `work` is "module:function", imported when the tool
    runs. `tasks` are names of `ml.catalogue.tasks`. `built_in` names the method that needs no download, "" when there
    is none. `options` is a frozen keyword struct whose fields the dialog shows. `consent`, where it is not "", is a
    statement that the person must agree to each time.

    `section` is where the menu shows it; `makes` says what the document has afterwards ("A layer mask"). `seeded`
    says that `Request.seed` changes the result. `preview` is what the dialog tries on a small copy while options
    change: the "whole" picture made small, a "detail" at its full size (noise, edges), or "none" for what takes long.
    `needs` is what must be there beside the document, for the menu to offer it: see `readiness`.
    """

    name: str
    label: str
    summary: str
    family: str
    work: str
    tasks: tuple[str, ...] = ()
    built_in: str = ""
    options: type[msgspec.Struct] = NoOptions
    consent: str = ""
    icon: str = ""
    section: str = ""
    makes: str = ""
    seeded: bool = False
    preview: Preview = "whole"
    needs: Needs = ""

    def function(self) -> Work:
        module, _, name = self.work.partition(":")
        found: Work = getattr(import_module(module), name)
        return found


TOOLS: Registry[Tool] = Registry("AI tool")
MODULES = (
    "cut_out", "select", "faces", "restore", "style", "enlarge", "generate", "speech", "sound", "words", "similar",
)
"""The modules beside this one that register tools. They hold options and `TOOLS.add`, and import nothing heavy."""


def add(tool: Tool) -> Tool:
    return TOOLS.add(tool.name, tool)


def load_tools() -> None:
    """Make `TOOLS` complete."""
    for name in MODULES:
        import_module(f"editor.workflows.ai.{name}")
