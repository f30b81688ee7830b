"""A note on the desktop by the system's own means; where there is none, nothing happens. No Qt here."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress


def notify(title: str, text: str) -> bool:
    """Show a note; whether a program for that was there. Never waits for it and never fails."""
    command = _command(title, text)
    if command is None:
        return False
    with suppress(OSError):
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=True
        )
        return True
    return False


def _command(title: str, text: str) -> list[str] | None:
    """Texts are arguments of their own, never part of a script."""
    if sys.platform == "darwin":
        script = "on run {t, m}\ndisplay notification m with title t\nend run"
        return ["osascript", "-e", script, title, text]
    if sys.platform == "win32":
        return ["msg", "*", "/TIME:10", f"{title}\n{text}"]
    found = shutil.which("notify-send")
    return [found, "--app-name=Atelier", "--", title, text] if found else None


class Seldom:
    """Shows a note only when the last is some seconds old: fifty failures in a row are one note on the desktop. All of
    them stand in the window of the queue."""

    def __init__(self, show: Callable[[str, str], bool], seconds: float = 3.0) -> None:
        self._show, self._seconds = show, seconds
        self._last = -seconds

    def __call__(self, title: str, text: str) -> bool:
        if time.monotonic() - self._last < self._seconds:
            return False
        self._last = time.monotonic()
        return self._show(title, text)
