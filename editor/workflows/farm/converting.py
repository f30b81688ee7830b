"""A folder of files into another format, each file a task."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.doors import save_bytes
from editor.workflows.batch import Outcome
from editor.workflows.batch import Task as Pair
from editor.workflows.convert import ConvertOptions, convert_file
from editor.workflows.farm.contents import content_of
from editor.workflows.farm.tasks import Check, Given, Task, Workplace, no_check


class Conversion(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is what the new file is called; its extension says the format."""

    name: str
    options: ConvertOptions


class Converted(msgspec.Struct, frozen=True, array_like=True):
    data: bytes
    notices: tuple[str, ...] = ()


def file_converted(given: Given, wish: Conversion) -> bytes:
    """A file as another format: the bytes of the new file, and what was converted or dropped."""
    with tempfile.TemporaryDirectory(prefix="atelier-farm-") as folder:
        made = Path(folder) / wish.name
        report = convert_file(given.inputs[0], made, wish.options, progress=lambda *_: given.check())
        return msgspec.msgpack.encode(Converted(made.read_bytes(), (*report.converted, *report.dropped)))


def convert_at(
    place: Workplace, pairs: list[Pair], options: ConvertOptions, seconds: float, check: Check = no_check
) -> Iterator[Outcome]:
    """As `convert_all` of batch.py, at a workplace; a file that fails costs itself only."""
    if options.fonts:
        raise ExpectedError(tr("A farm draws with the fonts of its workers."), tr("Leave --fonts out, or --farm."))
    waiting: dict[str, list[Pair]] = {}
    tasks, files = [], {}
    for pair in pairs:
        pair.target.parent.mkdir(parents=True, exist_ok=True)
        try:
            content = content_of(pair.source)
        except ExpectedError as error:
            yield Outcome(pair, str(error))
            continue
        files[content.digest] = pair.source
        wish = Conversion(name=pair.target.name, options=options)
        task = Task(
            work="editor.workflows.farm.converting:file_converted", wish=wish, inputs=(content,),
            name=pair.source.name, seconds=seconds,
        )  # fmt: skip
        if task.key() not in waiting:
            tasks.append(task)
        waiting.setdefault(task.key(), []).append(pair)
    for done in place.run(tasks, files, check):
        for pair in waiting.pop(done.task.key()):
            yield _written(pair, done.data, done.failure)


def _written(pair: Pair, data: bytes | None, failure: str) -> Outcome:
    if data is None:
        return Outcome(pair, failure)
    converted = msgspec.msgpack.decode(data, type=Converted)
    try:
        save_bytes(pair.target, converted.data)
    except ExpectedError as error:
        return Outcome(pair, str(error))
    return Outcome(pair, notices=converted.notices)
