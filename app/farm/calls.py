"""A recipe as a task: its calls are done on a worker for one file, and the files that come out travel back."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.doors import save_bytes
from editor.workflows.farm.contents import Content, content_of
from editor.workflows.farm.tasks import Check, Given, Task, Workplace, no_check
from editor.workflows.queue.applying import Applied, check_report, write_report
from editor.workflows.queue.placing import FileRefused, OutputAway, Placed, put_in_place, stage_in
from editor.workflows.queue.recipes import Recipe, filled
from editor.workflows.queue.store import QueueStore

_one_at_a_time = threading.Lock()


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is the file's, which decides the names of results."""

    recipe: Recipe
    name: str


class Came(msgspec.Struct, frozen=True, array_like=True):
    """Files by their place below the folder for results, and what the calls said."""

    files: dict[str, bytes]
    said: str = ""


def recipe_done(given: Given, wish: Called) -> bytes:
    """Run the steps in this process. Raises ExpectedError with what the step that failed said."""
    from app.commandline.main import main
    from app.commandline.recipe_calls import check_call

    said = io.StringIO()
    with tempfile.TemporaryDirectory(prefix="atelier-farm-") as folder, _one_at_a_time:
        output, work = Path(folder) / "output", Path(folder) / "work"
        output.mkdir()
        work.mkdir()
        for call in filled(wish.recipe, given.inputs[0], output, work):
            given.check()
            check_call(call, (output, work))
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), _models_of(given):
                code = _code_of(main, call)
            if code:
                last = said.getvalue().strip().rpartition("\n")[2].removeprefix("atelier: ")
                last = last or tr("It ended with code {code}.", code=code)
                raise ExpectedError(tr("{step} failed: {reason}", step=call[0], reason=last))
        files = {
            path.relative_to(output).as_posix(): path.read_bytes()
            for path in sorted(output.rglob("*")) if path.is_file()
        }  # fmt: skip
    return msgspec.msgpack.encode(Came(files, said.getvalue()))


def apply_recipe(
    place: Workplace, store: QueueStore, recipe: Recipe, sources: Sequence[tuple[Path, Path]], output: Path,
    check: Check = no_check,
) -> Iterator[Applied]:
    """A recipe for many files, each with its place below `output`. Results get the names that `jobs apply` gives them,
    and a report lies beside them. Raises OutputAway."""
    tasks: dict[str, Task] = {}
    waiting: dict[str, list[Path]] = {}
    files: dict[str, Path] = {}
    belows = dict(sources)
    models, model_files = models_of(recipe)
    for source in belows:
        content = content_of(source)
        files[content.digest] = source
        wish = Called(recipe=recipe, name=source.name)
        task = Task(work="app.farm.calls:recipe_done", wish=wish, inputs=(content,), shared=models, name=source.name)
        tasks[task.key()] = task
        waiting.setdefault(task.key(), []).append(source)
    for done in place.run(list(tasks.values()), files | model_files, check):
        for source in waiting[done.task.key()]:
            yield _taken(store, recipe, source, output, belows[source], done.data, done.failure)


def _taken(
    store: QueueStore, recipe: Recipe, source: Path, output: Path, below: Path, data: bytes | None, failure: str
) -> Applied:
    """What came for one file, put where it belongs, and the report of it."""
    placed = Placed()
    try:
        check_report(output, below, source.name)
        with stage_in(output, output / below) as stage:
            if data is not None:
                for name, content in msgspec.msgpack.decode(data, type=Came).files.items():
                    write_staged(stage, name, content)
                placed = put_in_place(store, source, stage, output, below)
    except OutputAway:
        raise
    except FileRefused as error:  # no report of such a name either
        return Applied(recipe=recipe.name, file=str(source), done=False, code=1, sentence=str(error))
    except ExpectedError as error:
        failure = str(error)
    applied = Applied(
        recipe=recipe.name, file=str(source), done=not failure, code=int(bool(failure)), sentence=failure,
        results=placed.results, unchanged=placed.unchanged, notes=placed.notes,
    )  # fmt: skip
    write_report(output, below, source.name, applied)
    return applied


def write_staged(stage: Path, name: str, data: bytes) -> None:
    """A worker cannot name a place outside the folder. Raises ExpectedError."""
    target = (stage / name).resolve()
    if not target.is_relative_to(stage.resolve()):
        raise ExpectedError(tr("A worker named a file outside the folder for results: {name}", name=name))
    target.parent.mkdir(parents=True, exist_ok=True)
    save_bytes(target, data)


def models_of(recipe: Recipe) -> tuple[tuple[Content, ...], dict[str, Path]]:
    """The models that the AI steps of a recipe use here, so that workers use the same ones."""
    from app.farm.tools import contents_of_model

    found: list[Content] = []
    files: dict[str, Path] = {}
    for step in recipe.steps:
        if step[:2] == ("ai", "run") and len(step) > 2:
            from app.commandline.ai import find_tool, model_of, store_here

            named = step[step.index("--model") + 1] if "--model" in step[:-1] else None
            model = model_of(find_tool(step[2]), store_here(), named)
            if model is not None:
                contents, places = contents_of_model(model)
                found += [content for content in contents if content not in found]
                files |= places
    return tuple(found), files


@contextlib.contextmanager
def _models_of(given: Given) -> Iterator[None]:
    """On a worker the models are those that came with the task, and no others."""
    from app.ai.folder import VARIABLE
    from app.farm.tools import store_of

    if not given.on_worker:
        yield
        return
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(store_of(given).root)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _code_of(main: object, call: tuple[str, ...]) -> int:
    try:
        return int(main(list(call)))  # type: ignore[operator]
    except SystemExit as end:
        return int(end.code or 0)
