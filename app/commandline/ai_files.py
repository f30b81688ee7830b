"""`ai run` on plain files: each through a project of its own, and its result beside no other file's loss."""

from __future__ import annotations

import argparse
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.commandline.ai_order import Order, perform, tell
from app.commandline.terminal import ProgressLine, complain
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.report import Report

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.formats.registry import Imported
    from editor.workflows.ai.tool import Outcome, Tool

Kind = Literal["picture", "sound", "captions", "facts"]
"""What a tool makes of a plain file: a file of that kind, or only something to read."""
KINDS: dict[str, Kind] = {
    "captions": "captions", "clean_speech": "sound", "find_speech": "facts", "beats": "facts", "chapters": "facts",
    "find_faces": "facts", "keywords": "facts", "summary": "facts", "mood": "facts", "names_and_places": "facts",
}  # fmt: skip
SUFFIXES: dict[Kind, str] = {"picture": ".png", "sound": ".flac", "captions": ".srt"}
"""PNG holds what a tool cut out; a JPEG would not."""
CUT_OUTS = ("remove_background", "select_object")
TEXTS = (".txt", ".md")


# Before the work


def kind_of(tool: Tool) -> Kind:
    return KINDS.get(tool.name, "picture")


def check_files(tool: Tool, options: Any, arguments: argparse.Namespace) -> None:
    """Raise ExpectedError, before anything takes its time, for results that could not be written."""
    kind, output, result = kind_of(tool), arguments.output, getattr(options, "result", "")
    if tool.family == "video" and (tool.name not in KINDS or result == "cut_silences"):
        raise needs_project()
    if tool.name in CUT_OUTS and result == "selection":
        raise ExpectedError(
            tr("A selection needs a project to stand in."),
            tr("Choose result=mask or result=new_layer to get a picture of what is cut out."),
        )
    if kind == "facts":
        if output is not None:
            raise ExpectedError(tr("This tool prints what it finds and writes no file."), tr("Leave --output out."))
        return
    if output is None and tool.makes:
        raise needs_folder()
    if output is not None:
        check_output(kind, output, len(arguments.sources))


def check_single_sound(project: Project) -> None:
    """Raise ExpectedError for a timeline of many files: one cleaned file could not stand for it."""
    from editor.model.video import MediaItem

    if len(list(project.index.of_type(MediaItem))) > 1:
        raise needs_project()


def needs_project() -> ExpectedError:
    return ExpectedError(
        tr("What this tool makes needs a project to stand in."), tr("Import the file into a project first.")
    )


def needs_folder() -> ExpectedError:
    return ExpectedError(tr("The results of files need a folder."), tr("Name it with --output."))


def check_output(kind: Kind, output: Path, sources: int) -> None:
    """Raise ExpectedError for a format that the result cannot have, and for a file where a folder must be."""
    from editor.formats.registry import exporter_for, usual_extensions

    if not names_a_file(output, sources):
        if output.exists() and not output.is_dir():
            raise ExpectedError(tr("There is no folder {name}.", name=str(output)))
        return
    suffix = output.suffix.lower()
    fits = exporter_for(output, "raster") is not None if kind == "picture" else suffix == SUFFIXES[kind]
    if not fits:
        possible = usual_extensions("raster") if kind == "picture" else (SUFFIXES[kind].removeprefix("."),)
        raise ExpectedError(
            tr("What this tool makes cannot be written as {suffix}.", suffix=suffix),
            tr("Possible are: {extensions}.", extensions=", ".join(possible)),
        )


def names_a_file(output: Path, sources: int) -> bool:
    return bool(output.suffix) and not output.is_dir() and sources == 1


# The work


def run_on_files(order: Order, paths: list[Path]) -> int:
    """Each file through a project of its own; one that fails is said and the rest go on."""
    from editor.base.jobs import Progress

    failed = 0
    with ProgressLine(tr(order.tool.label)) as line:
        progress = Progress(line)
        for place, path in enumerate(paths):
            part = progress.part(place / len(paths), (place + 1) / len(paths))
            try:
                outcome, written, report = run_on_file(order, path, part)
            except ExpectedError as error:
                failed += 1
                line.close()
                sentence = str(error)
                complain(sentence if sentence.startswith(path.name) else f"{path.name}: {sentence}")
                continue
            line.close()
            tell(order, path, outcome, written, report)
    return 1 if failed else 0


def run_on_file(order: Order, path: Path, progress: Progress) -> tuple[Outcome, Path | None, Report]:
    """The outcome, the file that was written (None where the tool only found out something), and what was lost."""
    from editor.document.project import Project

    project = Project.in_memory()
    imported = bring_in(order.tool, project, path)
    document = imported.documents[0]
    if kind_of(order.tool) == "sound":
        check_single_sound(project)
    progress(0.05)
    before = project.history.head
    outcome = perform(order, project, document, project.selection, progress.part(0.05, 0.9))
    kind = kind_of(order.tool)
    if kind == "facts":
        return told_in_rows(project, document, outcome), None, imported.report
    if project.history.head == before:
        return outcome, None, imported.report
    target = free_target(order, path, SUFFIXES[kind])
    if kind == "sound":
        copy_sound(project, target)
        return replace(outcome, sentence=""), target, imported.report
    if kind == "captions":
        write_captions(project, document, target)
        return outcome, target, imported.report
    made = next((project.index.root(key) for key in outcome.chosen if project.get(key) is not None), document)
    report = write_picture(only_cut_out(order, project, outcome), made, target)
    progress(1.0)
    return outcome, target, together(imported.report, report)


def bring_in(tool: Tool, project: Project, path: Path) -> Imported:
    """A file as a document; a plain text as a page for the tools that read texts."""
    from editor.formats.registry import Imported, import_file

    if tool.family or path.suffix.lower() not in TEXTS:
        return import_file(project, path)
    from app.commandline.ai_texts import document_of_text

    document, report = document_of_text(project, path)
    return Imported((document,), report)


def together(first: Report, second: Report) -> Report:
    """Both reports as one; what both say is said once."""
    both = {title: tuple(dict.fromkeys((*said, *getattr(second, title)))) for title, said in vars(first).items()}
    return Report(**both)


def told_in_rows(project: Project, document: str, outcome: Outcome) -> Outcome:
    """Faces and markers as rows: without a document nobody would see them."""
    from editor.model.faces import Face
    from editor.model.video import Marker

    faces = (item for key in project.index.subtree(document) if isinstance(item := project.get(key), Face))
    boxes = tuple(
        (face.name or tr("Face"), f"{face.box.x:.0f}, {face.box.y:.0f}, {face.box.width:.0f} x {face.box.height:.0f}")
        for face in faces
    )
    if boxes:
        return replace(outcome, rows=boxes)
    marks = sorted(project.children(document, Marker), key=lambda mark: mark.time)
    if outcome.rows or not marks:
        return outcome
    rows = [
        (f"{float(mark.time):.3f} - {float(mark.time + mark.duration):.3f}" if mark.duration
         else f"{float(mark.time):.3f}", mark.name)
        for mark in marks
    ]
    return replace(outcome, rows=tuple(rows))


# The result


def free_target(order: Order, source: Path, suffix: str) -> Path:
    """Where a result goes: a name that no file has yet. Another than the plain one is said."""
    output: Path | None = order.arguments.output
    if output is None:
        raise needs_folder()
    single = names_a_file(output, len(order.arguments.sources))
    wanted = output if single else output / f"{source.stem}{suffix}"
    try:
        wanted.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError(tr("There is no folder {name}.", name=str(wanted.parent))) from error
    free, number = wanted, 1
    while os.path.lexists(free):
        number += 1
        free = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
    if free != wanted:
        complain(tr("{name} is there already and stays; the result is {other}.", name=wanted.name, other=free.name))
    return free


def only_cut_out(order: Order, project: Project, outcome: Outcome) -> Project:
    """A project whose image holds only the new layer, where that was asked for: above its picture nobody sees it."""
    from editor.model.raster import Layer
    from editor.workflows.ai.pictures import alone

    if order.tool.name not in CUT_OUTS or order.options.result != "new_layer":
        return project
    layer = next((item for key in outcome.chosen if isinstance(item := project.get(key), Layer)), None)
    return project if layer is None else alone(project, layer)


def write_picture(project: Project, document: str, path: Path) -> Report:
    """A document as a file with its provenance. Raises ExpectedError."""
    from editor.display.display import Display
    from editor.formats.registry import export_document

    if project.document_of(document).family != "raster":
        raise needs_project()
    display = Display(project)
    try:
        return export_document(display, document, path)
    finally:
        display.close()


def copy_sound(project: Project, target: Path) -> None:
    """The sound that a tool made for a project without a folder, to where it is wanted; whole or not at all."""
    assert project.media is not None
    [made] = sorted(project.media.folder.glob("*.flac"))
    draft = target.with_name(f".{target.stem}.{os.getpid()}{target.suffix}")
    try:
        shutil.copyfile(made, draft)
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=target.name, reason=error.strerror or str(error))
        ) from error


def write_captions(project: Project, document: str, target: Path) -> None:
    from editor.formats.doors import save_bytes
    from editor.formats.subtitles import srt_of
    from editor.model.video import Caption

    found = [item for track in project.index.children(document) for item in project.children(track, Caption)]
    save_bytes(target, srt_of(found).encode("utf-8"))
