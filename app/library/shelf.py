"""What a grid shows: ids in order, rows and pictures only for what is on screen. `PictureShelf` is what a grid needs of
any collection of pictures, `Shelf` holds assets of the library."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from app.library.dragging import mime_of
from app.widgets.bench import Bench
from editor.library.asset import Asset
from editor.library.library import Library
from editor.library.looks import thumbnails_of
from editor.library.search.results import Ids, assets_by_id
from editor.library.summary import missing_among

PAGE = 64
PAGES_KEPT = 80
PICTURES_KEPT = 700
Pixels = NDArray[np.uint8]
NOTHING: Ids = np.zeros(0, np.int64)


class PictureShelf(QObject):
    """`changed`: other items, or others in the same order. `ready`: some pictures are there now. `linked` says of
    assets how the open project shows them; with `noted` every item has a second line."""

    changed = Signal()
    ready = Signal()
    noted = False

    def __init__(self, name: str, hands: int = 1) -> None:
        """`name` is that of the thread that decodes, `hands` is how many there are."""
        super().__init__()
        self.ids: Ids = NOTHING
        self.linked: dict[int, str] = {}
        self._pictures: Bench[QImage] = Bench(name, PICTURES_KEPT, self.ready.emit, hands=hands)
        self._rests = False
        self._kept = PICTURES_KEPT
        self._pixmaps: OrderedDict[tuple[int, int, str, int], QPixmap] = OrderedDict()

    # What those that follow say of their items

    def asset(self, row: int) -> Asset | None:
        """An item as a row of a catalogue; None when it was taken away a moment ago."""
        raise NotImplementedError

    def is_missing(self, row: int) -> bool:
        """Whether the file was not found where it was."""
        return False

    def note(self, row: int) -> str:
        """The second line of an item."""
        return ""

    def carried(self, keys: list[int], linked: bool) -> QMimeData | None:
        """What is dragged away; None where nothing can be."""
        return None

    def _read(self, asset: int) -> Pixels | None:
        """(height, width, 4) RGBA; on the thread of the pictures."""
        raise NotImplementedError

    # What is the same for all

    def show_ids(self, ids: Ids) -> None:
        self.ids = ids
        self.forget()

    def forget(self) -> None:
        """Read rows again: something was edited. Pictures stay, they are known by what they show."""
        self.changed.emit()

    def count(self) -> int:
        return len(self.ids)

    def row_of(self, asset: int) -> int | None:
        found = np.flatnonzero(self.ids == asset)
        return int(found[0]) if len(found) else None

    def picture(self, asset: Asset, most: int = 0) -> QPixmap | None:
        """The thumbnail, decoded when it is first asked for; None until then, and where there is none. With `most`
        pixels on its longer side it is shrunk beside the decoding: that costs more than painting it."""
        if not asset.looked or asset.problem:
            return None
        key = (asset.id, asset.looked, asset.hash, most)
        found = self._pixmaps.get(key)
        if found is not None:
            self._pixmaps.move_to_end(key)
            return found
        if self._rests:
            return None
        image = self._pictures.get(key, lambda: _image(self._read(asset.id), most))
        if image is None or image.isNull():
            return None
        self._pixmaps[key] = QPixmap.fromImage(image)
        while len(self._pixmaps) > self._kept:
            self._pixmaps.popitem(last=False)
        return self._pixmaps[key]

    def keep_pictures(self, count: int) -> None:
        """At least so many, where a large screen shows more than usual."""
        self._kept = max(PICTURES_KEPT, count)
        self._pictures.kept = self._kept

    def rest(self, resting: bool) -> None:
        """Decode nothing that is asked for until told to go on; it must be asked for again."""
        self._rests = resting

    @property
    def is_busy(self) -> bool:
        return self._pictures.is_busy

    def close(self) -> None:
        self._pictures.stop()


class Shelf(PictureShelf):
    """Assets of the library."""

    def __init__(self, library: Library, name: str = "library-thumbnails", hands: int = 1) -> None:
        super().__init__(name, hands)
        self.library = library
        self._pages: OrderedDict[int, dict[int, Asset]] = OrderedDict()
        self._missing: dict[int, set[int]] = {}

    def forget(self) -> None:
        self._pages.clear()
        self._missing.clear()
        super().forget()

    def asset(self, row: int) -> Asset | None:
        if not 0 <= row < len(self.ids):
            return None
        page = row // PAGE
        if page not in self._pages:
            keys = self.ids[page * PAGE : (page + 1) * PAGE]
            self._pages[page] = assets_by_id(self.library.catalogue, keys)
            self._missing[page] = missing_among(self.library.catalogue, keys)
            while len(self._pages) > PAGES_KEPT:
                self._missing.pop(self._pages.popitem(last=False)[0], None)
        return self._pages[page].get(int(self.ids[row]))

    def is_missing(self, row: int) -> bool:
        """As of when its row was read."""
        return int(self.ids[row]) in self._missing.get(row // PAGE, ())

    def carried(self, keys: list[int], linked: bool) -> QMimeData | None:
        return mime_of(self.library, keys, linked)

    def _read(self, asset: int) -> Pixels | None:
        data = thumbnails_of(self.library.catalogue, [asset]).get(asset)
        return decoded(data) if data else None


# OpenCV decodes and shrinks without the interpreter's lock, so that the window paints meanwhile; Qt would keep it.


def decoded(data: bytes) -> Pixels | None:
    """(height, width, 4) RGBA of an encoded file; None for a damaged one."""
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error:
        return None
    if pixels is None or pixels.ndim != 3:
        return None
    return cv2.cvtColor(pixels, cv2.COLOR_BGRA2RGBA if pixels.shape[2] == 4 else cv2.COLOR_BGR2RGBA)  # type: ignore[return-value]


def _image(pixels: Pixels | None, most: int) -> QImage | None:
    """As the screen wants it, no longer than `most` pixels (0: as it is)."""
    if pixels is None:
        return None
    height, width = pixels.shape[:2]
    made: Any = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGBA2mRGBA)
    if most and max(width, height) > most:
        share = most / max(width, height)
        width, height = max(1, round(width * share)), max(1, round(height * share))
        made = cv2.resize(made, (width, height), interpolation=cv2.INTER_AREA)
    is_opaque = made[..., 3].min() == 255
    kind = QImage.Format.Format_RGB32 if is_opaque else QImage.Format.Format_ARGB32_Premultiplied
    return QImage(cv2.cvtColor(made, cv2.COLOR_RGBA2BGRA).data, width, height, 4 * width, kind).copy()
