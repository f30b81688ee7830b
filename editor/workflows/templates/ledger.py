"""What a run has written so far, beside its files, so that the same run goes on after a stop or a crash.

The name says which run it is: the template, the table's rows, the files that they name, the names of what is written.
Another run finds no ledger of its own and begins at the beginning.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.templates.check import Filler

PREFIX = ".atelier-rows-"
BEGUN = "+"


class Ledger:
    """A line for every row that was begun, and one for every row that is done, written when its files are.

    The file of a row that was begun is this run's own, even if it was cut off before it could say that it is done.
    """

    def __init__(self, folder: Path, run: str) -> None:
        self.path = folder / f"{PREFIX}{run}.txt"
        self.done: set[int] = set()
        self.begun: set[int] = set()
        if self.path.is_file():
            lines = self.path.read_text(encoding="ascii", errors="ignore").split("\n")[:-1]
            self.done = {int(line) for line in lines if line.isdecimal()}
            self.begun = {int(line[1:]) for line in lines if line.startswith(BEGUN) and line[1:].isdecimal()}

    def begin(self, row: int) -> None:
        self._write(f"{BEGUN}{row}")
        self.begun.add(row)

    def note(self, row: int) -> None:
        self._write(str(row))
        self.done.add(row)

    def _write(self, line: str) -> None:
        """Raises ExpectedError when the folder takes nothing more."""
        try:
            with self.path.open("a", encoding="ascii") as file:
                file.write(f"{line}\n")
        except OSError as error:
            raise ExpectedError(
                tr("{name} cannot be written: {reason}.", name=str(self.path), reason=error.strerror or str(error))
            ) from error

    def end(self) -> None:
        """Everything is done: nothing is left to go on with."""
        self.path.unlink(missing_ok=True)


def name_of_run(template: str, fillers: Iterable[Filler], wishes: object) -> str:
    """The same for the same work. `template` is the hash of its content."""
    digest = hashlib.blake2b(f"{template}\n{wishes!r}\n".encode(), digest_size=8)
    for filler in fillers:
        said = {name: _said(value) for name, value in filler.values.items()}
        line = json.dumps([filler.number, said, filler.cells], sort_keys=True, default=repr)
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _said(value: object) -> object:
    """A file by its place and its last change."""
    if not isinstance(value, Path):
        return repr(value)
    try:
        status = value.stat()
    except OSError:
        return str(value)
    return [str(value.absolute()), status.st_size, status.st_mtime_ns]
