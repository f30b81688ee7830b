"""What was found, for the library's own grid: pictures of folders and of the open project instead of assets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QMimeData

from app.library.dragging import mime_of_paths
from app.library.shelf import NOTHING, PictureShelf, Pixels, decoded
from editor.base.translation import tr
from editor.library.asset import Asset

if TYPE_CHECKING:
    from editor.workflows.ai.similar_work import Found

SIDE = 150
"""Of the pictures, where the library's usual ones are smaller."""


class FoundShelf(PictureShelf):
    """Ids are numbers of this window, below nought so that they are nobody's in the library. What was found before
    keeps its number, and so stays chosen."""

    noted = True

    def __init__(self) -> None:
        super().__init__("found-pictures")
        self.found: list[Found] = []
        self._numbers: dict[tuple[str, str, bytes], int] = {}
        self._known: dict[int, Found] = {}

    def show_found(self, found: Sequence[Found]) -> None:
        self.found = list(found)
        for one in found:
            self._numbers.setdefault((one.place, one.record, one.thumbnail), -1 - len(self._numbers))
        keys = [self._numbers[one.place, one.record, one.thumbnail] for one in found]
        self._known = dict(zip(keys, found, strict=True))
        self.show_ids(np.array(keys, np.int64) if keys else NOTHING)

    def works(self, keys: Iterable[int]) -> list[Found]:
        return [self._known[key] for key in keys if key in self._known]

    def asset(self, row: int) -> Asset | None:
        """A picture as a row of the grid."""
        if not 0 <= row < len(self.found):
            return None
        one = self.found[row]
        return Asset(
            id=int(self.ids[row]), hash="", kind="image", extension="", name=one.place, size=0, stored=False, added=0.0,
            modified=0.0, title=one.name, width=one.width, height=one.height, looked=1,
        )  # fmt: skip

    def note(self, row: int) -> str:
        return facts(self.found[row])

    def carried(self, keys: list[int], linked: bool) -> QMimeData | None:
        """Files; what is in the project already is not dragged into it."""
        paths = [Path(one.place) for one in self.works(keys) if not one.record]
        return mime_of_paths(paths, linked) if paths else None

    def _read(self, asset: int) -> Pixels | None:
        one = self._known.get(asset)
        return decoded(one.thumbnail) if one is not None else None


def facts(found: Found) -> str:
    """Its size, and that it is a copy of what was asked for, or where it is when not on the disk."""
    size = f"{found.width} × {found.height}"
    if found.is_copy:
        return tr("{size}, same picture", size=size)
    return tr("{size}, in the project", size=size) if found.record else size
