"""What the runtime of models has to say, from whatever thread it runs on, to the person at the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session


class Notices(QObject):
    """Call it with an English sentence; it is shown in the window's thread."""

    _told = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._told.connect(self._show)

    def __call__(self, sentence: str) -> None:
        self._told.emit(sentence)

    def _show(self, sentence: str) -> None:
        self._session.say(tr(sentence))
