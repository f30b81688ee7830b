"""Sends work of the window into the queue: exports and AI tools, on a copy of the project as it is now. The person goes
on working, or closes the window. Recipes of exports and of history are made here, too."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commandline.export_notes import note_words
from app.queue.place import queue_path, snapshots_folder
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.queue.orders import OrderLane, Wish

if TYPE_CHECKING:
    from app.ai.service import Wishes
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from editor.formats.registry import ExportOptions
    from editor.workflows.ai.tool import Tool
    from editor.workflows.queue.recipes import Recipe


def send_export(window: MainWindow, path: Path, document: str, options: ExportOptions) -> None:
    """An order that writes the document as it is now; what is edited from here on is not in it."""
    if not path.parent.is_dir():
        raise ExpectedError(tr("There is no folder {name}.", name=str(path.parent)))
    call = (*export_words(window, options), *farm_words(path))
    target = path.absolute()

    def wish(copy: Path) -> Wish:
        words = ("export", str(copy), str(target), "--document", document, *call)
        label = tr("Export {name}", name=path.name)
        return Wish(arguments=words, folder=str(target.parent), label=label, tell="always", result=str(target),
                    snapshot=str(copy))  # fmt: skip

    _send(window, _snapshot_path(), wish)


def send_tool(window: MainWindow, tool: Tool, wishes: Wishes) -> None:
    """An order that runs an AI tool on a copy of the project; the copy is the result, beside the project."""
    from app.actions.files import free_path

    place = window.files.place
    if place is None:
        raise ExpectedError(tr("Open or make a project first."))
    session = window.session
    target = free_path(place.parent, f"{place.stem} – {tr(tool.label)}")
    words = tool_words(session.document, session.required_project().selection, session.time, tool, wishes)

    def wish(copy: Path) -> Wish:
        lane: OrderLane = "gpu" if wishes.model is not None else "compute"
        return Wish(
            arguments=("ai", "run", tool.name, str(copy), *words), folder=str(target.parent), lane=lane,
            label=target.stem, tell="always", result=str(copy), most_attempts=2,
        )  # fmt: skip

    _send(window, target, wish)


def export_words(window: MainWindow, options: ExportOptions) -> tuple[str, ...]:
    """The options of an export as the command line has them."""
    words: list[str] = ["--quality", str(options.quality)]
    display = window.session.display
    parts = tuple(display.parts(window.session.document)) if display is not None else ()
    if options.part in parts:
        words += ["--page", str(parts.index(options.part) + 1)]
    for name, value in (
        ("--width", options.width), ("--time", options.time), ("--depth", options.depth),
        ("--background", options.background),
    ):  # fmt: skip
        if value is not None:
            words += [name, str(value)]
    if options.scale != 1.0:
        words += ["--scale", str(options.scale)]
    words += ["--lossless"] if options.lossless else []
    words += note_words(options.notes)
    words += [word for key, value in options.settings.items() for word in ("--set", f"{key}={value}")]
    return tuple(words)


def farm_words(path: Path) -> tuple[str, ...]:
    """For films that the person lets a farm draw."""
    from app.farm.choice import load_choice
    from app.farm.films import is_film

    return ("--farm",) if is_film(path) and load_choice().kind != "none" else ()


def tool_words(document: str, selection: tuple[str, ...], time_: Any, tool: Tool, wishes: Wishes) -> tuple[str, ...]:
    import msgspec

    from editor.model.values import to_plain

    words = ["--document", document, "--seed", str(wishes.seed), "--time", str(time_)]
    words += [word for key in selection for word in ("--layer", key)]
    words += ["--model", wishes.model.name if wishes.model is not None else "built-in"]
    for name, value in msgspec.to_builtins(wishes.options, enc_hook=to_plain).items():
        words += ["--set", f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"]
    return (*words, "--consent") if wishes.consent else tuple(words)


def _snapshot_path() -> Path:
    folder = snapshots_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{time.strftime('%Y%m%d-%H%M%S')}-{time.monotonic_ns() % 1_000_000:06}.atelier"


def _send(window: MainWindow, copy: Path, wish: Callable[[Path], Wish]) -> None:
    """Copy the project beside the window, then put the order into the queue."""
    storage = window.session.storage
    if storage is None or window.files.place is None:
        raise ExpectedError(tr("Open or make a project first."))

    def work(progress: Progress) -> int:
        from editor.workflows.queue.store import QueueStore

        storage.save_copy(copy, progress)
        store = QueueStore(queue_path())
        try:
            return store.add(wish(copy))
        finally:
            store.close()

    def tell(_key: int) -> None:
        window.session.say(tr("It is in the queue."), tr("You may go on working, or close the window."))
        window.follower.look()

    window.session.start_job(tr("Copy the project for the queue"), work, tell)


# Recipes


def recipe_of_export(name: str, extension: str, words: tuple[str, ...]) -> Recipe:
    """A recipe that does with any file what an export does with this document."""
    from editor.workflows.queue.recipes import Recipe

    kept = list(words)
    for option in ("--page", "--time"):  # those belong to this document
        if option in kept:
            at = kept.index(option)
            del kept[at : at + 2]
    step = ("convert", "{input}", f"{{output}}/{{stem}}.{extension}", *kept)
    return Recipe(name=name, about=tr("An export as {kind}.", kind=extension.upper()), steps=(step,))


def recipe_of_history(window: MainWindow) -> tuple[Recipe, str]:
    """A recipe that does the steps of the document on top again on any picture, and a sentence about what is left out.
    Raises ExpectedError when nothing can be repeated."""
    from editor.workflows.queue.edits import edits_of, edits_text
    from editor.workflows.queue.recipes import Recipe

    session = window.session
    if session.family != "raster":
        raise ExpectedError(tr("Only the steps of a picture can be done again on others."))
    edits = edits_of(session.required_project(), session.document)
    if not edits.steps:
        raise ExpectedError(tr("No step of this history can be done again on another picture."))
    project = "{work}/p.atelier"
    steps = (
        ("new", project), ("import", project, "{input}"), ("repeat", project, edits_text(edits)),
        ("export", project, "{output}/{stem}.png"),
    )  # fmt: skip
    labels = ", ".join(dict.fromkeys(tr(step.label) for step in edits.steps))
    left = tr("Left out: {steps}", steps="; ".join(edits.left_out)) if edits.left_out else ""
    record = session.record
    name = record.name if record is not None else tr("Picture")
    return Recipe(name=name, about=labels[:200], files=("png", "jpg", "jpeg", "tif", "webp"), steps=steps), left
