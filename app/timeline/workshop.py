"""Thumbnails and waveforms, made on threads of their own and kept in bounded caches.

The painter asks for what it needs; what is not there yet is drawn later, the most recent wish first, and `ready` says
that painting again is worth it. While playing, the workshop rests: the picture matters more.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from fractions import Fraction
from threading import Condition, Thread
from typing import Any, Generic, TypeVar

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from editor.base.errors import Cancelled, ExpectedError
from editor.display.video.media import MediaPool, Unreadable, file_lookup
from editor.display.video.sound import to_samples
from editor.document.project import Project
from editor.model.video import MediaFacts
from render.audio.peaks import Peaks, measure
from render.video.errors import ExportCancelled, MediaError

THUMBNAILS_KEPT = 1500
WAVES_KEPT = 200
MOST_WAITING = 160
T = TypeVar("T")


class _Bench(Generic[T]):
    """One thread, a stack of wishes, a cache of results. None is a result too: it could not be made."""

    def __init__(self, name: str, kept: int, ready: Callable[[], None]) -> None:
        self._name, self._kept, self._ready = name, kept, ready
        self._made: OrderedDict[Hashable, T | None] = OrderedDict()
        self._wishes: OrderedDict[Hashable, Callable[[], T | None]] = OrderedDict()
        self._changed = Condition()
        self._thread: Thread | None = None
        self._making: Hashable = None
        self.resting = False
        self.stopped = False

    def get(self, key: Hashable, make: Callable[[], T | None]) -> T | None:
        """The result, or None and a wish for it."""
        with self._changed:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
            if not self.stopped and key != self._making:
                self._wishes.pop(key, None)
                self._wishes[key] = make
                while len(self._wishes) > MOST_WAITING:
                    self._wishes.popitem(last=False)
                if self._thread is None:
                    self._thread = Thread(target=self._work, name=self._name, daemon=True)
                    self._thread.start()
                self._changed.notify()
            return None

    def peek(self, key: Hashable) -> T | None:
        return self._made.get(key)

    def wake(self) -> None:
        with self._changed:
            self._changed.notify()

    def stop(self) -> None:
        with self._changed:
            self.stopped = True
            self._wishes.clear()
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(5.0)

    @property
    def is_busy(self) -> bool:
        return bool(self._wishes) or self._making is not None

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self.stopped and (self.resting or not self._wishes):
                    self._changed.wait()
                if self.stopped:
                    return
                key, make = self._wishes.popitem(last=True)
                self._making = key
            try:
                result = make()
            except (ExpectedError, Cancelled):  # no picture then: the project may be closing under our hands
                result = None
            with self._changed:
                self._making = None
                if self.stopped:
                    return
                self._made[key] = result
                while len(self._made) > self._kept:
                    self._made.popitem(last=False)
            self._ready()


class Workshop(QObject):
    """One for each panel; `close` it."""

    ready = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = MediaPool(file_lookup(project))
        self._thumbnails: _Bench[QImage] = _Bench("thumbnails", THUMBNAILS_KEPT, self._tell)
        self._waves: _Bench[Peaks] = _Bench("waveforms", WAVES_KEPT, self._tell)

    def thumbnail(self, facts: MediaFacts, time: Fraction, height: int) -> QImage | None:
        """A small picture of the file at a time, `height` pixels high; None until it is made."""
        width = max(1, round(height * facts.width / max(1, facts.height)))
        key = (facts.media, time, height)
        return self._thumbnails.get(key, lambda: self._film(facts.media, time, (width, height)))

    def drawn(self, key: Hashable, draw: Callable[[], np.ndarray]) -> QImage | None:
        """A small picture that `draw` makes, premultiplied RGBA."""
        return self._thumbnails.get(key, lambda: to_image(draw()))

    def peaks(self, facts: MediaFacts) -> Peaks | None:
        """The waveform of a file's sound; None until it is measured."""
        return self._waves.get(facts.media, lambda: self._measured(facts))

    def rest(self, resting: bool) -> None:
        for bench in (self._thumbnails, self._waves):
            bench.resting = resting
            bench.wake()

    def close(self) -> None:
        self._thumbnails.stop()
        self._waves.stop()
        self._pool.close()

    @property
    def is_busy(self) -> bool:
        return self._thumbnails.is_busy or self._waves.is_busy

    def _tell(self) -> None:
        self.ready.emit()

    def _film(self, media: str, time: Fraction, size: tuple[int, int]) -> QImage | None:
        try:
            return to_image(self._pool.picture(media).read(time, size))
        except (Unreadable, MediaError):
            return None

    def _measured(self, facts: MediaFacts) -> Peaks | None:
        try:
            reader = self._pool.sound(facts.media)
            return measure(reader, to_samples(facts.duration), cancelled=lambda: self._waves.stopped)
        except (Unreadable, MediaError, ExportCancelled):
            return None


def to_image(pixels: Any) -> QImage:
    """A copy that owns its bytes."""
    height, width = pixels.shape[:2]
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied).copy()
