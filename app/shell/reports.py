"""Reports of bugs and crashes: local files that a person may read, send or throw away. Nothing leaves the machine.

A file `running` exists while the window is up and names the project that is open. When it is found at the next start,
the last one ended badly: the start page offers the report, and that project is not opened by itself.
"""

import faulthandler
import json
import logging
import os
import platform
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from PySide6.QtCore import QStandardPaths, QtMsgType, qInstallMessageHandler, qVersion

KEPT = 20
log = logging.getLogger(__name__)
# WORKAROUND: Qt writes these about fonts, themes and pens on healthy machines; they are no bugs of ours.
HARMLESS = ("qt.qpa", "QFont", "propagateSizeHints", "This plugin does not support", "QXcbConnection", "libpng")


@dataclass(frozen=True)
class Crash:
    """What the last start left behind: the report, and the project that was open."""

    report: Path
    project: str


def reports_folder() -> Path:
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericStateLocation)
    return Path(os.environ.get("ATELIER_REPORTS", "") or Path(place) / "atelier" / "reports")


def write_report(error: BaseException, folder: Path | None = None) -> Path | None:
    """One file with the traceback and the versions; None when the disk refuses it."""
    text = "".join(traceback.format_exception(error))
    log.debug("%s", text)
    return _write("bug", text, folder or reports_folder())


def _write(kind: str, text: str, folder: Path) -> Path | None:
    head = f"Atelier on {platform.platform()}, Python {platform.python_version()}, Qt {qVersion()}\n"
    path = folder / f"{kind}-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"{head}\n{text}\n")
        for old in sorted(folder.glob("*.txt"), key=lambda item: item.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return None
    return path


class Watch:
    """Notices how this start ends. `begin` says how the last one did."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running = folder / "running"
        self._faults: IO[str] | None = None

    def begin(self) -> Crash | None:
        """Mark this start as running and give back what the last one left, if it ended badly."""
        crash = self._last()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._faults = (self.folder / "fault").open("w", encoding="utf-8")
            faulthandler.enable(self._faults)
            self.note("")
        except OSError:
            return crash
        return crash

    def note(self, project: str) -> None:
        """Remember which project is open now."""
        try:
            self.running.write_text(json.dumps({"process": os.getpid(), "project": project}), encoding="utf-8")
        except OSError as error:
            log.debug("cannot note what is running: %s", error)

    def end(self) -> None:
        """A clean end."""
        faulthandler.disable()
        if self._faults is not None:
            self._faults.close()
        self.running.unlink(missing_ok=True)
        (self.folder / "fault").unlink(missing_ok=True)

    def _last(self) -> Crash | None:
        try:
            plain = json.loads(self.running.read_text(encoding="utf-8"))
            process, project = int(plain["process"]), str(plain.get("project", ""))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if _alive(process):
            return None
        try:
            fault = (self.folder / "fault").read_text(encoding="utf-8", errors="replace")
        except OSError:
            fault = ""
        text = f"The program ended without closing its window.\nProject: {project or '-'}\n\n{fault}"
        path = _write("crash", text, self.folder)
        return None if path is None else Crash(path, project)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return True
    if sys.platform == "win32":
        return False
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def install_hooks(show: Callable[[BaseException], None]) -> None:
    """Send what nobody caught to the one place that shows errors, and Qt's complaints to the log."""

    def hook(kind: type[BaseException], error: BaseException, trace: object) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, error.__traceback__)
            return
        show(error)

    sys.excepthook = hook
    qInstallMessageHandler(_qt_message)


def _qt_message(kind: QtMsgType, context: object, text: str) -> None:
    if any(part in text for part in HARMLESS):
        return
    levels = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
    logging.getLogger("qt").log(levels.get(kind, logging.WARNING), "%s", text)
