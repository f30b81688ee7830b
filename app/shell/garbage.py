"""Rings of objects are cleared away in the window's thread alone.

Python clears them in whichever thread happens to make the next object. When a job's thread meets a ring that holds a
dialog, it would delete widgets outside the thread they belong to, and Qt ends the program with a crash.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 500
GROWN = 1.25


class GarbageInOneThread(QObject):
    """While it is on, Python does not clear by itself; a timer does it in the thread that made this object."""

    def __init__(self) -> None:
        super().__init__()
        self._old = 0
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self.clear)

    def begin(self) -> None:
        gc.disable()
        self._timer.start()

    def end(self) -> None:
        """Clear once more and let Python do it by itself again."""
        self._timer.stop()
        gc.collect()
        gc.enable()

    def clear(self) -> None:
        """Clear the generations that are due, by Python's own rule: what is old only when a quarter is new."""
        counts, limits = gc.get_count(), gc.get_threshold()
        if counts[2] > limits[2]:
            old = len(gc.get_objects(2))
            if old > self._old * GROWN:
                gc.collect()
                self._old = len(gc.get_objects(2))
                return
        for generation in (1, 0):
            if counts[generation] > limits[generation]:
                gc.collect(generation)
                return
