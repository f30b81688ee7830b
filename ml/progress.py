"""How long work tells its share and learns that it should stop. `editor.base.jobs.Progress` fits it."""

from typing import Protocol


class Progress(Protocol):
    """Calling it tells a share from 0 to 1; `check` raises when the work should stop; `part` is a piece of it.

    What `check` and a call raise belongs to the caller and must pass through untouched.
    """

    def __call__(self, share: float, text: str = "") -> None: ...

    def check(self) -> None: ...

    def part(self, start: float, end: float) -> "Progress": ...


class Silent:
    """Tells nobody and never stops."""

    def __call__(self, share: float, text: str = "") -> None:
        pass

    def check(self) -> None:
        pass

    def part(self, start: float, end: float) -> "Silent":
        return self


SILENT = Silent()
