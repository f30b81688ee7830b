"""What a catalogue found, for the library's own grid: works instead of assets, with previews that come when seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QMimeData, QTimer, Signal

from app.library.grid import Grid
from app.library.shelf import NOTHING, Pixels, Shelf
from editor.base.jobs import Progress
from editor.library.asset import Asset
from editor.library.kinds import AssetKind

if TYPE_CHECKING:
    from editor.library.library import Library
    from editor.workflows.catalogues.catalogues import Catalogues
    from editor.workflows.catalogues.source import Found, Kind, Source

HANDS = 4
"""Previews that are asked for at once: most of the time goes with waiting."""
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 120
"""Seconds until what a server refused is asked for again."""
KINDS: dict[Kind, AssetKind] = {"hdri": "image"}


class CatalogueShelf(Shelf):
    """Ids are numbers of this window, below nought so that they are nobody's in the library."""

    _asked_to_wait = Signal(int, int)

    def __init__(self, library: Library, catalogues: Catalogues) -> None:
        super().__init__(library, "catalogue-previews", HANDS)
        self.catalogues = catalogues
        self._late: set[int] = set()
        self._asked_to_wait.connect(self._wait)
        self._works: dict[int, tuple[Source, Found]] = {}
        self._next = -1

    def _wait(self, asset: int, seconds: int) -> None:
        """A server wants a pause: previews that it refused are asked for again after it, in one go."""
        if not self._late:
            QTimer.singleShot(min(max(seconds, SHORTEST_PAUSE), LONGEST_PAUSE) * 1000, self, self._ask_again)
        self._late.add(asset)

    def _ask_again(self) -> None:
        late, self._late = self._late, set()
        self._pictures.forget(lambda key: isinstance(key, tuple) and key[0] in late)
        self.ready.emit()

    def show_works(self, source: Source, works: list[Found], more: bool = False) -> None:
        """These instead of those before, or after them."""
        before = self.ids.tolist() if more else []
        if not more:
            self._works.clear()
        for found in works:
            self._works[self._next] = (source, found)
            before.append(self._next)
            self._next -= 1
        self.show_ids(np.array(before, np.int64) if before else NOTHING)

    def work(self, key: int) -> Found | None:
        known = self._works.get(key)
        return known[1] if known else None

    def asset(self, row: int) -> Asset | None:
        """A work as a row of the grid."""
        known = self._works.get(int(self.ids[row])) if 0 <= row < len(self.ids) else None
        if known is None:
            return None
        source, found = known
        kind: Any = KINDS.get(found.kind, found.kind)
        name = " · ".join(part for part in (found.author, found.licence) if part)
        return Asset(
            id=int(self.ids[row]), hash=f"{source.key} {found.id}", kind=kind, extension="", name=name, size=0,
            stored=False, added=0.0, modified=0.0, title=found.title, looked=1,
        )  # fmt: skip

    def is_missing(self, row: int) -> bool:
        return False

    def carried(self, keys: list[int], linked: bool) -> QMimeData | None:
        """What is not here yet cannot be dragged."""
        return None

    def _read(self, asset: int) -> Pixels | None:
        """On the thread of the previews."""
        from editor.workflows.catalogues.asking import TooOften
        from editor.workflows.catalogues.previews import preview_of

        known = self._works.get(asset)
        if known is None:
            return None
        try:
            data = self.catalogues.picture(*known, Progress(cancelled=lambda: self._pictures.stopped))
        except TooOften as told:
            self._asked_to_wait.emit(asset, told.wait)
            return None
        return preview_of(data, known[1].title)


class CatalogueGrid(Grid):
    """One work at a time is chosen."""

    def choose_all(self) -> None:
        """No: fetching asks for each."""
