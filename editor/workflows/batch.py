"""A folder of files into another format: thousands in one run, and no file can stop the others.

The files are converted in a few child processes that live on from file to file. One that crashes in a codec, or takes
too long, costs its one file: the process is replaced and the rest go on.
"""

import contextlib
import multiprocessing
import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import language, set_language, tr
from editor.formats.registry import FORMATS, exporter_for, extension_of, load_formats
from editor.formats.report import Report
from editor.workflows.convert import ConvertOptions, convert_file

WORKERS = 2
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


@dataclass
class _Worker:
    process: BaseProcess
    connection: Connection
    task: Task | None = None
    started: float = field(default_factory=time.monotonic)


Convert = Callable[[Path, Path, ConvertOptions], Report]
Recruit = Callable[[], _Worker]


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
    waiting = deque(tasks)
    recruit = partial(_start, options, convert)
    crew = [recruit() for _ in range(min(workers, len(tasks)))]
    try:
        while waiting or any(worker.task is not None for worker in crew):
            for index, worker in enumerate(crew):
                if worker.task is None and waiting:
                    crew[index] = _give(worker, waiting.popleft(), recruit)
            yield from _collect(crew, recruit, seconds)
    finally:
        for worker in crew:
            _stop(worker)


def _start(options: ConvertOptions, convert: Convert) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, options, convert, language()), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _give(worker: _Worker, task: Task, recruit: Recruit) -> _Worker:
    """Hand a task to a worker; one that died while idle is replaced first."""
    try:
        worker.connection.send(task)
    except OSError:
        worker = recruit()
        worker.connection.send(task)
    worker.task, worker.started = task, time.monotonic()
    return worker


def _collect(crew: list[_Worker], recruit: Recruit, seconds: float) -> Iterator[Outcome]:
    """What is done now, and what has failed by crash or time; the workers concerned are replaced."""
    busy = [worker for worker in crew if worker.task is not None]
    first = min(worker.started for worker in busy) + seconds
    ready = wait([worker.connection for worker in busy], timeout=max(0.0, first - time.monotonic()))
    for index, worker in enumerate(crew):
        if worker.task is None:
            continue
        task = worker.task
        if worker.connection in ready:
            try:
                outcome: Outcome = worker.connection.recv()
                worker.task = None
                yield outcome
                continue
            except (EOFError, OSError):
                failure = tr("A decoder crashed on this file.")
        elif time.monotonic() - worker.started >= seconds:
            failure = tr("It took longer than {seconds} seconds.", seconds=round(seconds))
        else:
            continue
        _stop(worker)
        task.target.with_name(f".{task.target.stem}.{worker.process.pid}{task.target.suffix}").unlink(missing_ok=True)
        crew[index] = recruit()
        yield Outcome(task, failure)


def _stop(worker: _Worker) -> None:
    worker.connection.close()
    if worker.task is None:
        worker.process.join(1.0)
    if worker.process.is_alive():
        worker.process.kill()
    worker.process.join()


def _work(connection: Connection, options: ConvertOptions, convert: Convert, spoken: str) -> None:
    """A child: converts what it is given until the other end closes. Codecs' own chatter goes nowhere."""
    set_language(spoken)
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        try:
            task: Task = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(_outcome(task, options, convert))


def _outcome(task: Task, options: ConvertOptions, convert: Convert) -> Outcome:
    try:
        report = convert(task.source, task.target, options)
    except ExpectedError as error:
        return Outcome(task, str(error))
    except Exception as error:  # noqa: BLE001 - one bad file must not end the batch; the fault is named
        return Outcome(task, tr("A fault of the program: {fault}.", fault=f"{type(error).__name__}: {error}"))
    return Outcome(task, notices=(*report.converted, *report.dropped))
