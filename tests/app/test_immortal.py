"""Calls into Qt by the ten thousand leave Python's singletons alive."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.immortal import HELD, is_needed, keep_singletons

pytestmark = pytest.mark.app


class Sender(QObject):
    sent = Signal(object)


@pytest.mark.skipif(not is_needed(), reason="singletons are immortal from Python 3.12 on")
def test_references_given_away_by_qt_do_not_end_the_program(qapp) -> None:
    keep_singletons()
    sender = Sender()
    sender.sent.connect(lambda _: None)
    for _ in range(20_000):
        sender.sent.emit(None)
        QCoreApplication.processEvents()
    assert all(sys.getrefcount(held) > 1 << 30 for held in HELD)


def test_keeping_twice_adds_nothing() -> None:
    keep_singletons()
    before = sys.getrefcount(None)
    keep_singletons()
    assert abs(sys.getrefcount(None) - before) < 10_000
