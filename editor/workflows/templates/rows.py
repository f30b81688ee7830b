"""A table through a template: one file, or one for each document, for every row, in memory for one row at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr, tr_count
from editor.display.display import Display
from editor.document.invariants import embedded_documents
from editor.document.project import Project
from editor.formats.registry import export_document, exporter_for
from editor.model.record import DocumentRecord
from editor.workflows.convert import PLAIN, ConvertOptions, part_at
from editor.workflows.templates.check import Filler
from editor.workflows.templates.fields import fields_of, folded
from editor.workflows.templates.fill import apply, prepare
from editor.workflows.templates.ledger import Ledger, name_of_run
from editor.workflows.templates.naming import Names, file_name
from editor.workflows.templates.scratch import scratch_of
from editor.workflows.templates.sources import SourceFile
from render.vector.skia_values import to_path

HELD_BYTES = 256 << 20
"""How much of the pictures that rows share is kept between rows."""
NAMED = 5
OUTLINES = 1000
"""How many outlines that were drawn are kept between rows: those of a text are some 10 kB."""


@dataclass(frozen=True)
class Wish:
    """Where the files go and what they are called; `documents` are ids, `overwrite` lets go of what is there."""

    folder: Path
    pattern: str
    documents: tuple[str, ...]
    overwrite: bool = False
    options: ConvertOptions = PLAIN


@dataclass(frozen=True)
class Task:
    """One row, and the file for each document."""

    filler: Filler
    outputs: tuple[tuple[str, Path], ...]


@dataclass(frozen=True)
class Made:
    """`failure` is empty when the row's files were written; `skipped` when an earlier run had done so."""

    task: Task
    failure: str = ""
    skipped: bool = False
    notices: tuple[str, ...] = ()


def chief_documents(project: Project) -> tuple[str, ...]:
    """The documents that stand in no other one: those that a template is made for."""
    documents = [item.id for item in project.documents()]
    inside = {key for item in documents for key in embedded_documents(item, project.records, project.index)}
    return tuple(key for key in documents if key not in inside) or tuple(documents)


def make_folder(folder: Path) -> None:
    """Where the files go, with what is above it. Raises ExpectedError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=str(folder), reason=error.strerror or str(error))
        ) from error


def tasks_of(project: Project, fillers: tuple[Filler, ...], wish: Wish) -> list[Task]:
    """What is to be written, each file under a name of its own. Raises ExpectedError for a format that a document
    cannot be written as."""
    names, tasks = Names(), []
    several = len(wish.documents) > 1
    for document in wish.documents:
        family = project.find(document, DocumentRecord).family
        if exporter_for(Path(wish.pattern), family) is None:
            raise ExpectedError(
                tr("A document of this kind cannot be written as {suffix}.", suffix=Path(wish.pattern).suffix)
            )
    pattern = wish.pattern
    if several and "document" not in (folded(part) for part in pattern.replace("}", "{").split("{")):
        stem, _, extension = pattern.rpartition(".")
        pattern = f"{stem}-{{document}}.{extension}"
    width = len(str(max((filler.number for filler in fillers), default=0)))
    for filler in fillers:
        outputs = []
        for document in wish.documents:
            own = {"row": f"{filler.number:0{width}}", "document": project.find(document, DocumentRecord).name}
            words = {**filler.cells, **own}
            outputs.append((document, wish.folder / names.free(file_name(pattern, words))))
        tasks.append(Task(filler, tuple(outputs)))
    return tasks


def make_rows(
    project: Project, tasks: list[Task], wish: Wish, progress: Progress | None = None
) -> Iterator[Made]:
    """Fill and export row by row. The template is read only; a row that fails costs nothing but itself.

    Raises ExpectedError before the first row when files are there that the same run did not write, and Cancelled
    between rows when the work should stop: the next run of the same goes on there.
    """
    progress = progress or Progress()
    if not wish.folder.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(wish.folder)))
    run = name_of_run(project.content_hash(), [task.filler for task in tasks], (wish.pattern, wish.options))
    ledger = Ledger(wish.folder, run)
    _refuse_what_is_there(tasks, wish, ledger)
    held, failed = Held(), False
    for number, task in enumerate(tasks):
        progress(number / len(tasks), task.outputs[0][1].name)
        if task.filler.number in ledger.done and all(path.exists() for _, path in task.outputs):
            yield Made(task, skipped=True)
            continue
        ledger.begin(task.filler.number)
        made = _make(project, task, wish, held, progress.part(number / len(tasks), (number + 1) / len(tasks)))
        failed = failed or bool(made.failure)
        if not made.failure:
            ledger.note(task.filler.number)
        yield made
    if not failed:
        ledger.end()
    progress(1.0)


def _refuse_what_is_there(tasks: list[Task], wish: Wish, ledger: Ledger) -> None:
    if wish.overwrite:
        return
    waiting = (task for task in tasks if task.filler.number not in ledger.begun)
    there = [path.name for task in waiting for _, path in task.outputs if path.exists()]
    if there:
        names = ", ".join(there[:NAMED]) + (" …" if len(there) > NAMED else "")
        raise ExpectedError(
            tr_count(
                "1 file is there already: {names}.",
                "{count} files are there already: {names}.",
                count=len(there),
                names=names,
            ),
            tr("Choose another folder or other names, or let them be overwritten."),
        )


def _make(project: Project, task: Task, wish: Wish, held: "Held", progress: Progress) -> Made:
    scratch = scratch_of(project)
    resources = wish.options.resources()
    try:
        ready = prepare(fields_of(scratch), task.filler.values, held.source)
        with scratch.transaction("Fill template"):
            filled = apply(scratch, ready, resources=resources)
        display = Display(scratch, resources)
        try:
            for number, (document, path) in enumerate(task.outputs):
                part = part_at(display, document, wish.options.page)
                options = replace(wish.options.export(), part=part)
                share = progress.part(number / len(task.outputs), (number + 1) / len(task.outputs))
                export_document(display, document, path, options, share)
        finally:
            display.close()
    except ExpectedError as error:
        return Made(task, failure=str(error))
    finally:
        held.trim()
    return Made(task, notices=filled.notices)


class Held:
    """The files of the last rows: a logo that stands in every row is read once, a thousand photographs are let go."""

    def __init__(self) -> None:
        self._files: dict[Path, SourceFile] = {}

    def source(self, path: Path) -> SourceFile:
        found = self._files.pop(path, None) or SourceFile(path)
        self._files[path] = found
        return found

    def trim(self) -> None:
        """Let go of the oldest until the rest is small enough, and of outlines: no later row has the same letters in
        the same places."""
        if to_path.cache_info().currsize > OUTLINES:
            to_path.cache_clear()
        while self._files and sum(file.held_bytes for file in self._files.values()) > HELD_BYTES:
            del self._files[next(iter(self._files))]
        while len(self._files) > 64:
            del self._files[next(iter(self._files))]
