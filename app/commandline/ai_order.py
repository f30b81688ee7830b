"""One order to an AI tool on the command line: carried out on a project, and what came of it told."""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline import projects
from app.commandline.terminal import say, say_json, say_text
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.report import Report

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.ai.tool import Outcome, Tool
    from ml.catalogue.store import InstalledModel, ModelStore
    from ml.runtime.runtime import Runtime

SUFFIX = ".atelier"


@dataclass(frozen=True)
class Order:
    """What was asked for, checked."""

    tool: Tool
    options: Any
    model: InstalledModel | None
    runtime: Runtime
    store: ModelStore
    arguments: argparse.Namespace


def perform(order: Order, project: Project, document: str, selection: tuple[str, ...], progress: Progress) -> Outcome:
    from editor.workflows.ai.run import run_tool
    from editor.workflows.ai.tool import Request

    arguments, tool = order.arguments, order.tool
    if tool.family and project.document_of(document).family != tool.family:
        raise ExpectedError(tr("{tool} does not work on a document of this kind.", tool=tr(tool.label)))
    request = Request(
        project=project, document=document, selection=selection, options=order.options, runtime=order.runtime,
        store=order.store, model=order.model, time=arguments.time, seed=arguments.seed,
        consent=tool.consent if arguments.consent else "",
    )
    return run_tool(tool, request, progress)


def tell(order: Order, source: Path, outcome: Outcome, written: Path | None, report: Report | None = None) -> None:
    """What came out of one source, for people or as a line of JSON; `report` is what was lost on the way."""
    report = report or Report()
    if order.arguments.json:
        found = {"source": str(source), "written": str(written) if written is not None else None,
                 "sentence": outcome.sentence, "rows": [list(row) for row in outcome.rows],
                 "report": {title: list(said) for title, said in vars(report).items() if said}}
        say_json(json.dumps(found, ensure_ascii=False))
        return
    if written is not None:
        say(f"wrote {written}")
    elif source.suffix.lower() != SUFFIX:
        say(f"{source.name}:")
    if outcome.sentence:
        say_text(outcome.sentence)
    elif written is None and not outcome.rows:
        say(tr("{tool}: it is done.", tool=tr(order.tool.label)))
    for name, value in outcome.rows:
        say_text(f"{name}: {value}")
    projects.tell(report)
