"""Files that come in: each becomes what fits the document on top, or a document of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.actions.files import Files


class Incoming:
    """Works for `Files`; told apart so that each stays short."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.session = files.session

    def bring_in(self, paths: list[Path]) -> None:
        for path in paths:
            self.session.attempt(lambda path=path: self._bring_in(path))

    def _bring_in(self, path: Path) -> None:
        raise ExpectedError(tr("{name} cannot be brought in yet.", name=path.name))

    def open_sample(self) -> None:
        raise ExpectedError(tr("The sample project is not part of this installation."))
