"""`models`: what there is for the AI tools, and how it gets here. Nothing is fetched before it is agreed to."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.ai.folder import folder_of_this_person
from app.commandline.terminal import ProgressLine, complain, say, say_json
from editor.base.errors import ExpectedError
from editor.base.numbers import size_text
from editor.base.translation import tr
from editor.workflows.ai.run import expected
from ml.errors import ModelError
from ml.progress import Silent

if TYPE_CHECKING:
    from ml.catalogue.catalogue import BuiltInModel, CatalogueModel
    from ml.catalogue.store import DamagedModel, InstalledModel, ModelStore

VERBS = {
    "list": "the catalogue and what is installed",
    "info": "everything about one model",
    "install": "fetch a model of the catalogue, after asking",
    "import": "install weights from files: ONNX, or what can be made into it",
    "verify": "compare the files of models with their hashes",
    "remove": "take a model off the disk",
}


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parts = parser.add_subparsers(dest="part", metavar="WHAT", required=True, parser_class=type(parser))
    for name, text in VERBS.items():
        part = parts.add_parser(name, help=text, description=f"{text[:1].upper()}{text[1:]}.")
        if name in ("info", "install", "remove"):
            part.add_argument("name", metavar="NAME")
        if name == "verify":
            part.add_argument("name", metavar="NAME", nargs="?", help="all of them if not said")
        if name == "import":
            part.add_argument("files", type=Path, metavar="FILE", nargs="+", help="what belongs together")
            part.add_argument("--name", help="what it is called here; from the file's name if not said")
        if name in ("list", "import"):
            part.add_argument("--task", help="a task as list shows them")
        if name == "list":
            part.add_argument("--json", action="store_true", help="as JSON")
        if name == "install":
            part.add_argument("--yes", action="store_true", help="agree to size and licence beforehand")


def run(arguments: argparse.Namespace) -> int:
    from ml.catalogue.store import ModelStore

    store = ModelStore(folder_of_this_person())
    try:
        return PARTS[arguments.part](arguments, store)
    except ModelError as error:
        raise expected(error) from error


class Line(Silent):
    """A line of progress on the terminal, or a part of one."""

    def __init__(self, line: ProgressLine, start: float = 0.0, end: float = 1.0) -> None:
        self._line, self._start, self._end = line, start, end

    def __call__(self, share: float, text: str = "") -> None:
        self._line(self._start + (self._end - self._start) * share, text)

    def part(self, start: float, end: float) -> "Line":
        length = self._end - self._start
        return Line(self._line, self._start + length * start, self._start + length * end)


# list and info


def list_models(arguments: argparse.Namespace, store: "ModelStore") -> int:
    from ml.catalogue.tasks import TASKS

    if arguments.task is not None and arguments.task not in TASKS:
        raise ExpectedError(tr("There is no task {name}.", name=arguments.task), ", ".join(TASKS))
    rows = [row for row in all_rows(store) if arguments.task in (None, row["task"])]
    if arguments.json:
        say_json(json.dumps(rows, ensure_ascii=False, indent=2))
        return 0
    for task, label in TASKS.items():
        mine = [row for row in rows if row["task"] == task]
        if mine:
            say(f"{tr(label)}  ({task})")
        for row in mine:
            say_row(row)
    others = [row for row in rows if row["task"] not in TASKS]
    if others:
        say(tr("Task unknown"))
    for row in others:
        say_row(row)
    return 0


def say_row(row: dict[str, Any]) -> None:
    facts = f"{state_text(row['state']):22} {size_of(row):>9}  {row['licence'] or tr('unknown')}"
    say(f"  {row['name']:24} {facts}")


def all_rows(store: "ModelStore") -> list[dict[str, Any]]:
    """What comes along, the catalogue, then what is installed and not in it. `state`: built in, installed, damaged,
    available, file."""
    from ml.catalogue.catalogue import shipped

    installed = {item.name: item for item in store.installed()}
    rows = [catalogue_row(model, installed.pop(model.name, None)) for model in shipped().models]
    rows += [installed_row(model) for model in installed.values()]
    damaged = {item.name: item for item in store.damaged()}
    for row in rows:
        if damaged.pop(row["name"], None) is not None:
            row["state"] = "damaged"
    return [*map(built_in_row, shipped().built_in), *rows, *map(damaged_row, damaged.values())]


def damaged_row(model: "DamagedModel") -> dict[str, Any]:
    return {
        "name": model.name, "task": model.task, "title": model.title, "licence": "", "size": 0, "state": "damaged",
        "page": "", "addresses": [], "sha256": [],
    }


def built_in_row(model: "BuiltInModel") -> dict[str, Any]:
    return {
        "name": model.name, "task": model.task, "title": model.title, "licence": model.licence, "size": model.size,
        "state": "built in", "page": "", "addresses": [], "sha256": [model.sha256],
    }


def catalogue_row(model: "CatalogueModel", installed: "InstalledModel | None") -> dict[str, Any]:
    state = "installed" if installed is not None else "available" if model.can_be_fetched else "file"
    return {
        "name": model.name, "task": model.task, "title": model.title, "licence": model.licence, "size": model.size,
        "rough_size": model.rough_size, "state": state, "page": model.page,
        "addresses": [list(item.addresses) for item in model.file],
        "sha256": [item.sha256 for item in model.file],
    }


def installed_row(model: "InstalledModel") -> dict[str, Any]:
    return {
        "name": model.name, "task": model.task, "title": model.title, "licence": model.licence, "size": model.size,
        "state": "installed", "page": "", "addresses": [], "sha256": [model.sha256],
    }


def info(arguments: argparse.Namespace, store: "ModelStore") -> int:
    from ml.catalogue.catalogue import BUILT_IN_FOLDER, shipped

    own = next((model for model in shipped().built_in if model.name == arguments.name), None)
    if own is not None:
        for name in ("title", "task", "licence", "input", "output", "sha256"):
            say(f"{name:10} {getattr(own, name)}")
        say(f"{'file':10} {BUILT_IN_FOLDER / own.path}  {size_text(own.size)}  ({tr('built in')})")
        return 0
    listed = next((model for model in shipped().models if model.name == arguments.name), None)
    if listed is None and not store.has(arguments.name):
        shipped().find(arguments.name)
    if listed is not None:
        for name in ("title", "task", "about", "licence", "licence_address", "page", "input", "output"):
            if getattr(listed, name):
                say(f"{name:10} {getattr(listed, name)}")
        for item in listed.file:
            say(f"{'file':10} {item.path}  {size_text(item.size) if item.size else '-'}  {item.sha256 or '-'}")
            for address in item.addresses:
                say(f"{'':10}   {address}")
    if store.has(arguments.name):
        model = store.find(arguments.name)
        say(f"{'installed':10} {model.path.parent}  {size_text(model.size)}")
        say(f"{'sha256':10} {model.sha256}")
    else:
        say(tr("Not installed."))
    return 0


# Coming and going


def install_model(arguments: argparse.Namespace, store: "ModelStore") -> int:
    from ml.catalogue.catalogue import shipped
    from ml.catalogue.install import install, offer

    agreed = offer(store, shipped().find(arguments.name))
    say(f"{agreed.model.title}: {size_text(agreed.size)}, {agreed.licence}")
    if agreed.model.licence_address:
        say(f"  {agreed.model.licence_address}")
    for item in agreed.model.file:
        say(f"  {item.addresses[0]}")
        say(f"  SHA-256 {item.sha256}")
    if agreed.held:
        say(tr("{size} are here already from an earlier time.", size=size_text(agreed.held)))
    if not arguments.yes and not agree():
        complain(tr("Nothing was fetched."))
        return 1
    with ProgressLine(arguments.name) as line:
        model = install(store, agreed, progress=Line(line))
    say(tr("{name} is installed.", name=model.name))
    return 0


def agree() -> bool:
    """Ask at the terminal; whatever is no yes, or no terminal, is a no."""
    if not sys.stdin.isatty():
        complain(tr("There is nobody to ask: --yes agrees to size and licence."))
        return False
    return input(f"{tr('Fetch it under this licence?')} [y/N] ").strip().lower() in ("y", "yes", "o", "oui")


def import_model(arguments: argparse.Namespace, store: "ModelStore") -> int:
    with ProgressLine(arguments.files[0].name) as line:
        model = store.import_files(arguments.files, arguments.task, arguments.name, progress=Line(line))
    say(f"{tr('{name} is installed.', name=model.name)} ({model.task}, {size_text(model.size)})")
    return 0


def verify(arguments: argparse.Namespace, store: "ModelStore") -> int:
    """1 when a file is not what was installed."""
    here = sorted([*(model.name for model in store.installed()), *(model.name for model in store.damaged())])
    names = [arguments.name] if arguments.name else here
    damaged = 0
    for name in names:
        with ProgressLine(name) as line:
            wrong = store.verify(name, Line(line))
        damaged += bool(wrong)
        say(f"{name}: {tr('damaged: {files}', files=', '.join(wrong)) if wrong else tr('as installed')}")
    return 1 if damaged else 0


def remove(arguments: argparse.Namespace, store: "ModelStore") -> int:
    kept = store.remove(arguments.name)
    say(tr("{name} is removed.", name=arguments.name))
    if kept is not None:
        say(tr("What did not come with it is kept in {folder}.", folder=kept))
    return 0


PARTS = {
    "list": list_models, "info": info, "install": install_model, "import": import_model, "verify": verify,
    "remove": remove,
}


def size_of(row: dict[str, Any]) -> str:
    if row["size"]:
        return size_text(row["size"])
    return f"~{size_text(row['rough_size'])}" if row.get("rough_size") else "-"


def state_text(state: str) -> str:
    return {
        "built in": tr("built in"), "installed": tr("installed"), "damaged": tr("damaged"),
        "available": tr("can be installed"), "file": tr("from a file only"),
    }[state]
