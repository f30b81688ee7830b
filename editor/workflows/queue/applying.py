"""A recipe applied to one file: steps in order, results put where they belong, a report of what was done.

Steps write into a hidden folder on the disk of the results, so that nobody who looks at those (a game engine, a web
server) ever sees half a file. Names are stable: the same file gives the same result, which is replaced when it changed
and left alone when it did not; what lies beside it (.meta, .import) is not touched. Two files whose results would have
one name do not overwrite each other.
"""

import filecmp
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.recipes import Recipe, filled
from editor.workflows.queue.store import QueueStore

Call = Callable[[list[str]], tuple[int, str]]
"""Runs a call of the command line: its code and what it complained about."""
STAGE = ".atelier-stage-"
HIDDEN_REPORTS = ".atelier-reports"
OLD_STAGE = 86_400.0


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
    store: QueueStore, recipe: Recipe, source: Path, output: Path, call: Call, below: Path = Path()
) -> Applied:
    """Do the steps for one file. `below` is where results go inside `output`: the file's own place in the folder it was
    dropped into. Raises ExpectedError when there is no such file."""
    if not source.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=str(source)))
    target = output / below
    target.mkdir(parents=True, exist_ok=True)
    _forget_old_stages(output)
    work, stage = Path(tempfile.mkdtemp(prefix="atelier-recipe-")), Path(tempfile.mkdtemp(prefix=STAGE, dir=output))
    try:
        steps, sentence = _run(filled(recipe, source, stage, work), call)
        code = steps[-1].code if steps else 0
        results, unchanged, notes = ([], [], []) if code else _take_over(store, source, stage, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        shutil.rmtree(stage, ignore_errors=True)
    applied = Applied(
        recipe=recipe.name, file=str(source), done=not code, code=code, sentence=sentence, steps=tuple(steps),
        results=tuple(results), unchanged=tuple(unchanged), notes=tuple(notes),
    )  # fmt: skip
    write_report(output, below, source.name, applied)
    return applied


def _forget_old_stages(output: Path) -> None:
    """What a process left that was killed in the middle."""
    for stage in output.glob(f"{STAGE}*"):
        with suppress(OSError):
            if time.time() - stage.stat().st_mtime > OLD_STAGE:
                shutil.rmtree(stage, ignore_errors=True)


def _run(calls: list[tuple[str, ...]], call: Call) -> tuple[list[StepDone], str]:
    """The steps until one fails, and the sentence of that."""
    steps = []
    for one in calls:
        began = time.monotonic()
        code, sentence = call(list(one))
        steps.append(StepDone(one, code, round(time.monotonic() - began, 3)))
        if code:
            return steps, sentence
    return steps, ""


def _take_over(store: QueueStore, source: Path, stage: Path, target: Path) -> tuple[list[str], list[str], list[str]]:
    """Move results to where they belong: all names, those that were the same already, and sentences about others."""
    results, unchanged, notes = [], [], []
    for made in sorted(path for path in stage.rglob("*") if path.is_file()):
        wanted = target / made.relative_to(stage)
        place = _own_place(store, source, wanted)
        if place != wanted:
            notes.append(tr("{name} is from another file; this one is {other}.", name=wanted.name, other=place.name))
        place.parent.mkdir(parents=True, exist_ok=True)
        name = place.relative_to(target).as_posix()
        results.append(name)
        if place.is_file() and filecmp.cmp(made, place, shallow=False):
            unchanged.append(name)
        else:
            os.replace(made, place)
    return results, unchanged, notes


def _own_place(store: QueueStore, source: Path, wanted: Path) -> Path:
    """The wanted path when it is free or this file's own, else one with the file's kind or a number in its name."""
    for place in _names(wanted, source.suffix.lower().removeprefix(".")):
        if store.own(str(place), str(source), free=not place.exists(), is_gone=lambda other: not Path(other).exists()):
            return place
    raise AssertionError("names do not end")


def _names(wanted: Path, kind: str) -> Iterator[Path]:
    yield wanted
    yield wanted.with_name(f"{wanted.stem}-{kind}{wanted.suffix}")
    number = 2
    while True:
        yield wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1


def write_report(output: Path, below: Path, name: str, applied: Applied) -> Path:
    folder = reports_folder(output) / below
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.report.json"
    text = json.dumps(msgspec.to_builtins(applied), ensure_ascii=False, indent=1)
    fresh = folder / f".{target.name}.{os.getpid()}"
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, target)
    return target


def reports_folder(output: Path) -> Path:
    """Beside the results; in a project of Unity or Godot in a hidden folder, which neither of them imports."""
    for folder in (output, *output.parents):
        is_unity = (folder / "Assets").is_dir() and (folder / "ProjectSettings").is_dir()
        if is_unity or (folder / "project.godot").is_file():
            return output / HIDDEN_REPORTS
    return output
