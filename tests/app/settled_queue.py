"""Waiting until all that a queue's window asked for has come back."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QCoreApplication


def settle(queue: Any) -> None:
    deadline = time.monotonic() + 20.0
    while queue.desk.is_busy:
        assert time.monotonic() < deadline
        QCoreApplication.processEvents()
        time.sleep(0.002)
