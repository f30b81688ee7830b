"""AI tools on files as tasks. Models travel by their hashes: a worker uses the client's and never its own."""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.farm.contents import Content, content_of
from editor.workflows.farm.tasks import Check, Given, Task, Workplace, no_check

if TYPE_CHECKING:
    from app.commandline.ai_order import Order
    from ml.catalogue.store import InstalledModel, ModelStore

MODELS = "models/"
_one_at_a_time = threading.Lock()


class ToolWish(msgspec.Struct, frozen=True, kw_only=True):
    """What `ai run` was asked for. `suffix` is the format of the result, "" for the tool's own."""

    tool: str
    options: Any
    model: str | None
    seed: int
    time: Fraction
    consent: bool
    name: str
    suffix: str = ""


class Came(msgspec.Struct, frozen=True, array_like=True):
    """The file that was written, its name's ending, and what the tool said."""

    said: str
    data: bytes | None = None
    suffix: str = ""


def tool_done(given: Given, wish: ToolWish) -> bytes:
    """Run a tool on one file. Raises ExpectedError."""
    from app.commandline.ai import find_tool
    from app.commandline.ai_files import run_on_file
    from app.commandline.ai_order import Order, tell
    from editor.base.jobs import Progress

    tool, store = find_tool(wish.tool), store_of(given)
    source, said = given.inputs[0], io.StringIO()
    with tempfile.TemporaryDirectory(prefix="atelier-farm-") as folder, _one_at_a_time:
        output = Path(folder) / f"result{wish.suffix}" if wish.suffix else Path(folder)
        arguments = argparse.Namespace(
            output=output if tool.makes else None, sources=[source], seed=wish.seed, time=wish.time,
            consent=wish.consent, json=False, layer=[], document=None,
        )  # fmt: skip
        model = store.find(wish.model) if wish.model is not None else None
        order = Order(tool, wish.options, model, _runtime(given), store, arguments)
        outcome, written, report = run_on_file(order, source, Progress(lambda _share, _text: check(given)))
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            tell(order, source, outcome, None, report)
        came = Came(said.getvalue().replace(f"{source.name}:\n", ""))
        if written is not None:
            came = msgspec.structs.replace(came, data=written.read_bytes(), suffix=written.suffix)
    return msgspec.msgpack.encode(came)


def check(given: Given) -> None:
    """Progress is a good moment to ask whether anybody still wants the result."""
    given.check()


def run_tool_at(
    place: Workplace, order: Order, paths: list[Path], wanted: Check = no_check
) -> Iterator[tuple[Path, Came | None, str]]:
    """Each file with what came of it, or a failure in a sentence, in the order in which they end."""
    shared, files = contents_of_model(order.model) if order.model is not None else ((), {})
    output: Path | None = order.arguments.output
    single = output is not None and len(paths) == 1 and bool(output.suffix) and not output.is_dir()
    tasks: dict[str, Task] = {}
    waiting: dict[str, list[Path]] = {}
    for path in paths:
        try:
            content = content_of(path)
        except ExpectedError as error:
            yield path, None, str(error)
            continue
        files[content.digest] = path
        wish = ToolWish(
            tool=order.tool.name, options=order.options, model=order.model.name if order.model else None,
            seed=order.arguments.seed, time=order.arguments.time, consent=order.arguments.consent, name=path.name,
            suffix=output.suffix if single and output is not None else "",
        )  # fmt: skip
        task = Task(work="app.farm.tools:tool_done", wish=wish, inputs=(content,), shared=shared, name=path.name)
        tasks[task.key()] = task
        waiting.setdefault(task.key(), []).append(path)
    for done in place.run(list(tasks.values()), files, wanted):
        came = msgspec.msgpack.decode(done.data, type=Came) if done.data is not None else None
        for path in waiting[done.task.key()]:
            yield path, came, done.failure


def contents_of_model(model: InstalledModel) -> tuple[tuple[Content, ...], dict[str, Path]]:
    """A model's folder as contents: its record with licence and hashes, and every file of it."""
    from ml.catalogue.record import RECORD

    folder = model.path.parent
    while not (folder / RECORD).is_file():
        if folder == folder.parent:
            raise ExpectedError(tr("The model {name} has no record.", name=model.name))
        folder = folder.parent
    contents, files = [], {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content = content_of(path)
        name = f"{MODELS}{model.name}/{path.relative_to(folder).as_posix()}"
        contents.append(msgspec.structs.replace(content, name=name))
        files[content.digest] = path
    return tuple(contents), files


def store_of(given: Given) -> ModelStore:
    """The models that came with a task, laid out as a folder of installed ones; here, those of this person."""
    from app.commandline.ai import store_here
    from ml.catalogue.store import ModelStore

    if not given.on_worker:
        return store_here()
    came = [(content, path) for content, path in zip(given.contents, given.shared, strict=False)
            if content.name.startswith(MODELS)]  # fmt: skip
    name = hashlib.blake2b("".join(content.name + content.digest for content, _ in came).encode(), digest_size=12)
    root = given.inputs[0].parents[2] / "models" / name.hexdigest()
    for content, path in came:
        _link(path, root, content.name.removeprefix(MODELS))
    return ModelStore(root)


def _link(source: Path, root: Path, name: str) -> None:
    target = (root / name).absolute()
    if not target.resolve().is_relative_to(root.resolve()) and not target.is_symlink():
        raise ExpectedError(tr("A model names a file outside its folder: {name}", name=name))
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        os.link(source, partial)
    except OSError:
        shutil.copyfile(source, partial)
    os.replace(partial, target)


def _runtime(given: Given) -> Any:
    """One for many tasks: a model is loaded once."""
    from ml.runtime.runtime import Runtime

    return given.keep("runtime", lambda: Runtime(given.threads), lambda runtime: runtime.close())


