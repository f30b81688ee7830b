"""How long work tells its share and learns that it should stop. `editor.base.jobs.Progress` fits it."""

from typing import Protocol


class Progress(Protocol):
    """Calling it tells a share from 0 to 1; `check` raises when the work should stop. What they raise passes on."""

    def __call__(self, share: float, text: str = "") -> None: ...

    def check(self) -> None: ...


class Silent:
    """Tells nobody and never stops."""

    def __call__(self, share: float, text: str = "") -> None:
        pass

    def check(self) -> None:
        pass


SILENT = Silent()
