"""The way in: show the window first, then import what is heavy."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLocale, Qt, QTimer
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtWidgets import QApplication

from app.library.folder import name_fonts_folder
from app.preferences import Preferences, load_preferences
from app.session import Session
from app.shell.garbage import GarbageInOneThread
from app.shell.main_window import MainWindow
from app.shell.reports import Watch, install_hooks, reports_folder
from app.theme import apply_theme
from editor.base.translation import language, languages, set_language, tr

JOBS_WAIT_MS = 400


def start(paths: Sequence[str | Path] = ()) -> int:
    """Open the window and work until it is closed. `paths` are opened once it is on screen. Returns an exit code."""
    name_fonts_folder()
    preferences = load_preferences()
    application = prepare_application(preferences)
    watch = Watch(reports_folder())
    crash = watch.begin()
    studio = Studio(application, preferences, watch)
    install_hooks(lambda error: studio.session.show_error(error))
    garbage = GarbageInOneThread()
    garbage.begin()
    studio.window.start_page.offer_crash(crash)
    studio.window.show()
    QTimer.singleShot(0, lambda: studio.window.open_paths([Path(path) for path in paths], crash))
    code = application.exec()
    garbage.end()
    watch.end()
    return code


def prepare_application(preferences: Preferences) -> QApplication:
    """The QApplication with language, scale, OpenGL version and theme; the one that runs already is used again."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        application = running
    else:
        if preferences.scale != 100:
            os.environ.setdefault("QT_SCALE_FACTOR", f"{preferences.scale / 100:g}")
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents, True)
        QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts, True)
        QSurfaceFormat.setDefaultFormat(surface_format())
        application = QApplication(sys.argv[:1])
    application.setApplicationName("Atelier")
    application.setDesktopFileName("atelier")
    speak(preferences.language or system_language())
    apply_theme(application, preferences.theme)
    return application


def surface_format() -> QSurfaceFormat:
    """OpenGL 3.3 core without a needless back buffer depth; Qt falls back by itself, the canvas says so."""
    wanted = QSurfaceFormat()
    wanted.setVersion(3, 3)
    wanted.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    wanted.setDepthBufferSize(24)
    wanted.setStencilBufferSize(8)
    wanted.setSwapInterval(1)
    return wanted


def speak(code: str) -> None:
    """Texts and numbers in this language, those of Qt's own fields and dialogs too."""
    set_language(code)
    QLocale.setDefault(QLocale(language()))


def system_language() -> str:
    code = QLocale.system().name().partition("_")[0]
    return code if code in languages() else "en"


class Studio:
    """The session and its window. A new language or theme makes both anew, around the same project."""

    def __init__(self, application: QApplication, preferences: Preferences, watch: Watch | None = None) -> None:
        self.application = application
        self.watch = watch
        self.session = Session(preferences)
        self.started = time.monotonic()
        self.window = self._make_window()

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.session)
        self.session.project_opened.connect(self._note)
        self.session.project_closed.connect(self._note)
        window.rebuild_wanted.connect(lambda: QTimer.singleShot(0, self.rebuild))
        return window

    def _note(self) -> None:
        """Remember which project is open, in case this start ends badly."""
        if self.watch is not None:
            self.watch.note(self.window.files.place_text())

    def rebuild(self) -> None:
        """Apply theme and language from the preferences: a new window takes the place of the old one."""
        if self.session.has_jobs:  # what they end with belongs to the window that began them
            self.session.say(tr("Theme and language change when the running jobs have ended."))
            QTimer.singleShot(JOBS_WAIT_MS, self.rebuild)
            return
        preferences = self.session.preferences
        speak(preferences.language or system_language())
        apply_theme(self.application, preferences.theme)
        old = self.window
        state = old.take_state()
        old.retire()
        session = Session(preferences)
        session.take_over(self.session)
        self.session = session
        self.window = self._make_window()
        self.window.restore_state(state)
        self.window.show()
        self.window.show_project()
        old.hide()
        old.deleteLater()
