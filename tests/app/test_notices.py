"""A sentence of the runtime reaches the window from another thread."""

from __future__ import annotations

import threading
from typing import Any

from app.ai.notices import Notices
from ml.runtime.sessions import GPU_FAILED


def test_a_sentence_from_another_thread_is_shown_in_the_windows(studio: Any, qtbot: Any) -> None:
    shown: list[tuple[str, int]] = []
    studio.session.message.connect(lambda _level, text, _remedy: shown.append((text, threading.get_ident())))
    notices = Notices(studio.session)
    thread = threading.Thread(target=notices, args=(GPU_FAILED,))
    thread.start()
    thread.join()
    assert shown == []
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == [(GPU_FAILED, threading.get_ident())]
