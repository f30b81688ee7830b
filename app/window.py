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

from app.preferences import Preferences, load_preferences
from app.session import Session
from app.shell.main_window import MainWindow
from app.shell.reports import Watch, install_hooks, reports_folder
from app.theme import apply_theme
from editor.base.translation import languages, set_language


def start(paths: Sequence[str | Path] = ()) -> int:
    """Open the window and work until it is closed. `paths` are opened once it is on screen. Returns an exit code."""
    preferences = load_preferences()
    application = prepare_application(preferences)
    watch = Watch(reports_folder())
    crash = watch.begin()
    studio = Studio(application, preferences)
    install_hooks(studio.session.show_error)
    studio.session.project_opened.connect(lambda: watch.note(studio.window.files.place_text()))
    studio.session.project_closed.connect(lambda: watch.note(""))
    studio.window.start_page.offer_crash(crash)
    studio.window.show()
    QTimer.singleShot(0, lambda: studio.window.open_paths([Path(path) for path in paths], crash))
    code = application.exec()
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
    set_language(preferences.language or system_language())
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


def system_language() -> str:
    code = QLocale.system().name().partition("_")[0]
    return code if code in languages() else "en"


class Studio:
    """The session and its window. A new language or theme makes a new window around the same session."""

    def __init__(self, application: QApplication, preferences: Preferences) -> None:
        self.application = application
        self.session = Session(preferences)
        self.started = time.monotonic()
        self.window = self._make_window()

    def _make_window(self) -> MainWindow:
        window = MainWindow(self.session)
        window.rebuild_wanted.connect(lambda: QTimer.singleShot(0, self.rebuild))
        return window

    def rebuild(self) -> None:
        """Apply theme and language from the preferences: a new window takes the place of the old one."""
        preferences = self.session.preferences
        set_language(preferences.language or system_language())
        apply_theme(self.application, preferences.theme)
        old = self.window
        state = old.take_state()
        self.window = self._make_window()
        self.window.restore_state(state)
        self.window.show()
        self.window.show_project()
        old.retire()
