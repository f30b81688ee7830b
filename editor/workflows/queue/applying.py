"""A recipe applied to one file: steps in order, results put where they belong, a report of what was done.

Steps write into a hidden folder on the disk of the results, so that nobody who looks at those (a game engine, a web
server) ever sees half a file. Names are stable: the same file gives the same result, which is replaced when it changed
and left alone when it did not; what lies beside it (.meta, .import) is not touched. Two files whose results would have
one name do not overwrite each other.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.walk import is_text
from editor.workflows.queue.placing import FileRefused, Placed, away, check_name, check_stage, put_in_place, stage_in
from editor.workflows.queue.recipes import Recipe, filled
from editor.workflows.queue.store import QueueStore

Call = Callable[[list[str]], tuple[int, str]]
"""Runs a call of the command line: its code and what it complained about."""
CheckCall = Callable[[Sequence[str], Sequence[Path]], None]
"""Raises ExpectedError for a call that would write outside the folders."""
REPORT = ".report.json"
HIDDEN_REPORTS = ".atelier-reports"


class StepDone(msgspec.Struct, frozen=True):
    call: tuple[str, ...]
    code: int
    seconds: float


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """The report, as it lies beside the results. `unchanged` were the same as before and were left alone; `notes` say
    what got another name."""

    recipe: str
    file: str
    done: bool
    code: int
    sentence: str = ""
    steps: tuple[StepDone, ...] = ()
    results: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def apply_recipe(
    store: QueueStore, recipe: Recipe, source: Path, output: Path, call: Call, below: Path = Path(),
    check: CheckCall = lambda _call, _folders: None,
) -> Applied:  # fmt: skip
    """Do the steps for one file. `below` is where results go inside `output`: the file's own place in the folder it was
    dropped into; `check` looks at every call before it is done. Raises ExpectedError when there is no such file,
    OutputAway when results cannot be written there, FileRefused when they never can for its name."""
    if not source.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=str(source)))
    if not is_text(source):
        raise FileRefused(tr("Its name is not Unicode text: give it another one."))
    check_report(output, below, source.name)
    before, placed = _facts(source), Placed()
    with (
        stage_in(output, output / below) as stage,
        tempfile.TemporaryDirectory(prefix="atelier-recipe-", ignore_cleanup_errors=True) as work,
    ):
        calls = filled(recipe, source, stage, Path(work))
        steps, sentence = _run(calls, call, lambda one: check(one, (stage, Path(work))))
        code = steps[-1].code if steps else 0
        if code:
            check_stage(output, stage)
        elif _facts(source) != before:
            code, sentence = 1, tr("{name} was changed while it was being worked on.", name=source.name)
        else:
            placed = put_in_place(store, source, stage, output, below)
    applied = Applied(
        recipe=recipe.name, file=str(source), done=not code, code=code, sentence=sentence, steps=tuple(steps),
        results=placed.results, unchanged=placed.unchanged, notes=placed.notes,
    )  # fmt: skip
    try:
        write_report(output, below, source.name, applied)
    except OSError as error:
        raise away(output, error) from error
    return applied


def _facts(source: Path) -> tuple[int, int] | None:
    """Size and time; None when it is gone."""
    try:
        status = source.stat()
        return status.st_size, status.st_mtime_ns
    except OSError:
        return None


def _run(
    calls: list[tuple[str, ...]], call: Call, check: Callable[[tuple[str, ...]], None]
) -> tuple[list[StepDone], str]:
    """The steps until one fails, and the sentence of that."""
    steps = []
    for one in calls:
        began = time.monotonic()
        try:
            check(one)
            code, sentence = call(list(one))
        except ExpectedError as error:
            code, sentence = 1, str(error)
        steps.append(StepDone(one, code, round(time.monotonic() - began, 3)))
        if code:
            return steps, sentence
    return steps, ""


def write_report(output: Path, below: Path, name: str, applied: Applied) -> Path:
    folder = reports_folder(output) / below
    folder.mkdir(parents=True, exist_ok=True)
    target, number = folder / f"{name}{REPORT}", 2
    while target.exists() and _reported(target) != applied.file:
        target, number = folder / f"{name}-{number}{REPORT}", number + 1
    text = json.dumps(msgspec.to_builtins(applied), ensure_ascii=False, indent=1)
    fresh = _fresh_report(folder, target.name.removesuffix(REPORT))
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, target)
    return target


def check_report(output: Path, below: Path, name: str) -> None:
    """Raise FileRefused when the report of a file could not be written for its name: sooner than after the work."""
    check_name(_fresh_report(reports_folder(output) / below, name))


def _fresh_report(folder: Path, name: str) -> Path:
    """Where a report is written before it gets its name."""
    return folder / f".{name}{REPORT}.{os.getpid()}"


def _reported(report: Path) -> str:
    """The file that a report is about; "" for what is none."""
    try:
        return msgspec.json.decode(report.read_bytes(), type=Applied).file
    except (OSError, msgspec.DecodeError):
        return ""


def reports_folder(output: Path) -> Path:
    """Beside the results; in a project of Unity or Godot in a hidden folder, which neither of them imports."""
    for folder in (output, *output.parents):
        is_unity = (folder / "Assets").is_dir() and (folder / "ProjectSettings").is_dir()
        if is_unity or (folder / "project.godot").is_file():
            return output / HIDDEN_REPORTS
    return output
