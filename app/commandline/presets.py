"""`preset`: what a preset holds, keeping the settings of a project's things as one, and applying it."""

import argparse
import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.names import document_named
from app.commandline.terminal import say, say_json
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.document.project import Project
    from editor.library.asset import Asset

LIBRARY = "library:"


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, parser_class=type(parser))
    show = actions.add_parser("show", help="what a preset holds, as JSON")
    show.add_argument("preset", metavar="PRESET", help="a file, or library: and the name or number of an asset")
    apply = actions.add_parser("apply", help="put a preset on layers, shapes, clips or captions of a project")
    apply.add_argument("preset", metavar="PRESET", help="a file, or library: and the name or number of an asset")
    save = actions.add_parser("save", help="write the settings of layers, a shape, clips or a caption as a preset")
    for one in (apply, save):
        one.add_argument("project", type=Path, metavar="PROJECT")
        one.add_argument("--document", metavar="NAME", help="name or id; may be left out where there is one")
        one.add_argument(
            "--on", action="append", default=[], metavar="NAME",
            help="name or id of a layer, shape, clip or caption; repeat it for several",
        )  # fmt: skip
    apply.add_argument("--time", type=Fraction, default=Fraction(0), metavar="SECONDS", help="where on a timeline")
    save.add_argument("file", type=Path, metavar="FILE", help="a new .atelier-preset")
    save.add_argument("--name", default="", help="how it is called; the name of the file otherwise")


def run(arguments: argparse.Namespace) -> int:
    return {"show": show, "apply": apply, "save": save}[arguments.action](arguments)


def show(arguments: argparse.Namespace) -> int:
    from editor.formats.preset.content import KIND_LABELS
    from editor.formats.preset.file import preset_bytes, read_preset

    preset = read_preset(_found(arguments.preset)[0])
    plain = json.loads(preset_bytes(preset))
    plain["blobs"] = {name: len(data) for name, data in preset.blobs.items()}
    say(f"{preset.name}: {tr(KIND_LABELS[type(preset.content)])}")
    say_json(json.dumps(plain, ensure_ascii=False, indent=1))
    return 0


def apply(arguments: argparse.Namespace) -> int:
    """The ids of what was made or changed, as JSON."""
    from editor.formats.preset.file import read_preset
    from editor.storage import open_project
    from editor.workflows.library.placing import Spot
    from editor.workflows.presets.applying import OnDocuments, apply_preset

    path, asset = _found(arguments.preset)
    preset = read_preset(path)
    if not isinstance(preset.content, OnDocuments):
        raise ExpectedError(tr("The preset {name} is put on no document; the window uses it.", name=preset.name))
    with open_project(arguments.project) as opened:
        host = document_named(opened.project, arguments.document)
        opened.project.select(_records(opened.project, host, arguments.on))
        records = apply_preset(opened.project, preset, host, Spot(time=arguments.time), asset)
    say_json(json.dumps(records))
    return 0


def save(arguments: argparse.Namespace) -> int:
    from editor.formats.preset.file import SUFFIX, write_preset
    from editor.storage import open_project
    from editor.workflows.presets.taking import take_preset

    target: Path = arguments.file
    if target.suffix.lower() != SUFFIX:
        raise ExpectedError(tr("{name} must end in {suffix}.", name=target.name, suffix=SUFFIX))
    if target.exists():
        raise ExpectedError(tr("{name} is there already.", name=target.name), tr("Choose another name."))
    with open_project(arguments.project, read_only=True) as opened:
        host = document_named(opened.project, arguments.document)
        keys = _records(opened.project, host, arguments.on)
        write_preset(target, take_preset(opened.project, host, arguments.name or target.stem, keys))
    return 0


def _found(text: str) -> "tuple[Path, Asset | None]":
    """A file, and the asset that it is."""
    from app.library.origin import known_assets
    from app.templates.assets import assets

    path = Path(text)
    if text.startswith(LIBRARY):
        with assets() as find:
            path = find(text.removeprefix(LIBRARY))
    with known_assets() as known:
        return path, known(path)


def _records(project: "Project", host: str, names: list[str]) -> tuple[str, ...]:
    """Raises ExpectedError for a name that nothing has, or that several things have."""
    found = []
    below = list(project.index.subtree(host))
    for name in names:
        fitting = [key for key in below if key == name] or [
            key for key in below if getattr(project.get(key), "name", None) == name
        ]
        if not fitting:
            raise ExpectedError(tr("Nothing here is named {name}.", name=name))
        if len(fitting) > 1:
            raise ExpectedError(tr("Several things are named {name}.", name=name), tr("Give the id instead."))
        found.append(fitting[0])
    return tuple(found)
