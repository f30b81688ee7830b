"""`credits`: whose works a project shows, for the end of a film or a page of thanks."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.terminal import complain, say, say_json
from app.library.folder import library_folder
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.library.crediting import CreditForm

FORMS: dict[str, CreditForm] = {".md": "markdown", ".csv": "csv", ".json": "json"}


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    parser.add_argument("project", type=Path, metavar="PROJECT")
    forms = ("text", "markdown", "csv", "json")
    parser.add_argument("--format", choices=forms, help="by the name of --out if not said, else text")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write them there; a file that exists stays as it is")
    parser.add_argument("--strict", action="store_true", help="fail when a licence is not known")


def run(arguments: argparse.Namespace) -> int:
    from editor.library.library import Library
    from editor.workflows.library.crediting import credits_of_file, unknown_sentence, written

    folder = library_folder()
    library = Library(folder) if folder.is_dir() else None
    try:
        lines = credits_of_file(arguments.project, library)
    finally:
        if library is not None:
            library.close()
    form: CreditForm = arguments.format or FORMS.get(arguments.out.suffix.lower() if arguments.out else "", "text")
    _give(written(lines, form), form, arguments.out)
    if not lines and form == "text" and arguments.out is None:
        say(tr("Nothing in this project came from the library."))
    unknown = unknown_sentence(lines)
    if unknown:
        complain(unknown)
    return 1 if unknown and arguments.strict else 0


def _give(text: str, form: CreditForm, out: Path | None) -> None:
    if out is None:
        if form == "json":
            say_json(text.removesuffix("\n"))
        else:
            for line in text.split("\n")[:-1]:
                say(line)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ExpectedError(tr("{name} exists already.", name=out.name), tr("Choose another name.")) from error
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=out, reason=error.strerror or error)
        ) from error
