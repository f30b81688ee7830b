"""Thumbnails and waveforms, made on threads of their own and kept in bounded caches.

The painter asks for what it needs; what is not there yet is drawn later, the most recent wish first, and `ready` says
that painting again is worth it. While playing, the workshop rests: the picture matters more.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from fractions import Fraction
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.widgets.bench import Bench
from editor.display.lookups import Lookups
from editor.display.video.media import MediaPool, Unreadable, file_lookup
from editor.display.video.sound import to_samples
from editor.document.project import Project
from editor.model.video import Clip, MediaFacts
from render.audio.peaks import Peaks, measure
from render.video.errors import ExportCancelled, MediaError

THUMBNAILS_KEPT = 1500
WAVES_KEPT = 200


class Workshop(QObject):
    """One for each panel; `close` it."""

    ready = Signal()

    def __init__(self, project: Project, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = MediaPool(file_lookup(project))
        self._lookups = Lookups(project)
        self._thumbnails: Bench[QImage] = Bench("thumbnails", THUMBNAILS_KEPT, self._tell)
        self._waves: Bench[Peaks] = Bench("waveforms", WAVES_KEPT, self._tell)

    def thumbnail(self, clip: Clip, facts: MediaFacts, time: Fraction, height: int) -> QImage | None:
        """A small picture of the clip's file at a time, `height` pixels high, in the clip's colours; None until it is
        made."""
        width = max(1, round(height * facts.width / max(1, facts.height)))
        key = (facts.media, time, height, grade_of(clip))
        return self._thumbnails.get(key, lambda: self._film(clip, facts.media, time, (width, height)))

    def drawn(self, clip: Clip, key: Hashable, draw: Callable[[], np.ndarray]) -> QImage | None:
        """A small picture that `draw` makes, premultiplied RGBA, in the clip's colours."""
        return self._thumbnails.get((key, grade_of(clip)), lambda: to_image(self._graded(clip, draw())))

    def peaks(self, facts: MediaFacts) -> Peaks | None:
        """The waveform of a file's sound; None until it is measured."""
        return self._waves.get(facts.media, lambda: self._measured(facts))

    def rest(self, resting: bool) -> None:
        for bench in (self._thumbnails, self._waves):
            bench.rest(resting)

    def close(self) -> None:
        self._thumbnails.stop()
        self._waves.stop()
        self._pool.close()

    @property
    def is_busy(self) -> bool:
        return self._thumbnails.is_busy or self._waves.is_busy

    def _tell(self) -> None:
        self.ready.emit()

    def _graded(self, clip: Clip, pixels: Any) -> Any:
        """Through the clip's colour lookup, as the viewer shows it."""
        strength = clip.lookup_strength
        table = self._lookups.find(clip.lookup.table) if clip.lookup is not None and strength > 0 else None
        return pixels if table is None else table.apply(np.asarray(pixels), strength)

    def _film(self, clip: Clip, media: str, time: Fraction, size: tuple[int, int]) -> QImage | None:
        try:
            return to_image(self._graded(clip, self._pool.picture(media).read(time, size)))
        except (Unreadable, MediaError):
            return None

    def _measured(self, facts: MediaFacts) -> Peaks | None:
        try:
            reader = self._pool.sound(facts.media)
            return measure(reader, to_samples(facts.duration), cancelled=lambda: self._waves.stopped)
        except (Unreadable, MediaError, ExportCancelled):
            return None


def grade_of(clip: Clip) -> Hashable:
    """What tells the colours of two clips of one file apart; None for a clip without a lookup."""
    return (clip.lookup.table, clip.lookup_strength) if clip.lookup is not None and clip.lookup_strength > 0 else None


def to_image(pixels: Any) -> QImage:
    """A copy that owns its bytes."""
    height, width = pixels.shape[:2]
    packed = np.ascontiguousarray(pixels)
    return QImage(packed.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied).copy()
