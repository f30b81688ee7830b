"""A folder of files into another format: thousands in one run, and no file can stop the others.

A file that crashes a codec, or takes too long, costs itself only (see children.py).
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.registry import FORMATS, exporter_for, extension_of, load_formats
from editor.formats.report import Report
from editor.workflows.children import WORKERS, in_children
from editor.workflows.convert import ConvertOptions, convert_file

SECONDS_A_FILE = 120.0


@dataclass(frozen=True)
class Task:
    source: Path
    target: Path


@dataclass(frozen=True)
class Outcome:
    """`failure` is empty when the file was written; `notices` say what was converted or dropped."""

    task: Task
    failure: str = ""
    notices: tuple[str, ...] = ()


Convert = Callable[[Path, Path, ConvertOptions], Report]


def find_tasks(
    folder: Path, out: Path, to: str, only: tuple[str, ...] = (), keep_extension: bool = False
) -> list[Task]:
    """What there is to do: every importable file below `folder`, the tree kept, NAME.to or NAME.ext.to.

    Where two files would get one name, those that are `to` already are left alone, and others keep their extension.
    Raises ExpectedError when there is no such folder.
    """
    if not folder.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(folder)))
    able = convertible_extensions(to)
    if not able:
        raise ExpectedError(tr("Nothing can be written as {suffix}.", suffix=f".{to}"))
    known = set(only) or able
    sources = [path for path in _files(folder, out) if extension_of(path) in known]
    plain = Counter(path.with_suffix("") for path in sources if extension_of(path) != to)
    tasks = []
    for path in sources:
        others = plain[path.with_suffix("")]
        if extension_of(path) == to and others and not keep_extension:
            continue
        name = path.name if keep_extension or others > 1 else path.stem
        tasks.append(Task(path, out / path.parent.relative_to(folder) / f"{name}.{to}"))
    return tasks


def convertible_extensions(to: str) -> set[str]:
    """Extensions of files whose documents can be written as `to`."""
    load_formats()
    target = Path(f"x.{to}")
    return {
        extension
        for entry in FORMATS.values()
        if entry.importer and exporter_for(target, entry.family) is not None
        for extension in entry.extensions
    }


def _files(folder: Path, out: Path) -> Iterator[Path]:
    """Files in order of their names; not what an earlier run wrote below the same folder."""
    inside = out.resolve().is_relative_to(folder.resolve()) and out.resolve() != folder.resolve()
    for place, folders, names in os.walk(folder):
        folders.sort()
        if inside:
            folders[:] = [name for name in folders if (Path(place) / name).resolve() != out.resolve()]
        yield from (Path(place) / name for name in sorted(names))


def convert_all(
    tasks: list[Task], options: ConvertOptions, workers: int = WORKERS, seconds: float = SECONDS_A_FILE,
    convert: Convert = convert_file,
) -> Iterator[Outcome]:
    """Convert in child processes; outcomes come as files are done, in no order. `convert` must be importable there."""
    for folder in {task.target.parent for task in tasks}:
        folder.mkdir(parents=True, exist_ok=True)
    for done in in_children(tasks, partial(_convert, options, convert), workers=workers, seconds=seconds):
        target = done.piece.target
        if done.result is None:
            target.with_name(f".{target.stem}.{done.process}{target.suffix}").unlink(missing_ok=True)
        yield Outcome(done.piece, done.failure, done.result or ())


def _convert(options: ConvertOptions, convert: Convert, task: Task) -> tuple[str, ...]:
    report = convert(task.source, task.target, options)
    return (*report.converted, *report.dropped)
