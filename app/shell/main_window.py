"""The window: start page or work space in the middle, bars and docks around it. It only wires parts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QShowEvent
from PySide6.QtOpenGLWidgets import QOpenGLWidget
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from app.actions.files import Files
from app.ai.service import AI
from app.canvas.opengl import has_opengl
from app.library.dragging import local_paths, wants_link, welcome
from app.queue.follow import QueueFollower
from app.queue.service import QueueService
from app.session import Session
from app.shell.bindings import Bindings
from app.shell.messages import MessageBar
from app.shell.reports import Crash
from app.start.page import StartPage
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.ai.tool import Outcome, Tool
    from editor.workflows.queue.notes import Note


@dataclass
class WindowState:
    """What a new window takes over from the one before it."""

    geometry: QByteArray
    docks: QByteArray
    maximized: bool

QUEUE_AFTER_MS = 2000


class MainWindow(QMainWindow):
    """See the module's text. `rebuild_wanted` asks for a new window in another theme or language."""

    rebuild_wanted = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("mainWindow")
        self.setAcceptDrops(True)
        options = QMainWindow.DockOption
        self.setDockOptions(
            options.AnimatedDocks | options.AllowNestedDocks | options.AllowTabbedDocks | options.GroupedDragging
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, self.tab_position())
        room = self.screen().availableGeometry()
        self.resize(min(1440, room.width()), min(900, room.height()))
        self._make_ready_for_opengl()
        self.workspace: QWidget | None = None
        self.has_parts = False
        self._retired = False
        self.messages = MessageBar()
        self.files = Files(self)
        self.ai = AI(session, self._show_results)
        self.queue = QueueService()
        self.follower = QueueFollower(self.queue, self, self._places)
        self.follower.told.connect(self._tell_note)
        QTimer.singleShot(QUEUE_AFTER_MS, self._start_queue)
        self.start_page = StartPage(self)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start_page)
        self.setCentralWidget(self._middle())
        self.bindings = Bindings(self)
        self.bindings.make_menus()
        session.project_opened.connect(self.show_project)
        session.project_closed.connect(self.show_project)
        session.document_activated.connect(lambda _key: self.update_title())
        session.message.connect(self.messages.show_message)
        self.update_title()
        self._restore_geometry()

    def _make_ready_for_opengl(self) -> None:
        """Qt makes a window anew when its first OpenGL widget comes: it would flicker and lose the focus.

        A hidden one from the beginning costs about 0.05 s of the start.
        """
        if has_opengl():
            self._opengl = QOpenGLWidget(self)
            self._opengl.hide()

    def _middle(self) -> QWidget:
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.pages, 1)
        return middle

    @staticmethod
    def tab_position() -> QTabWidget.TabPosition:
        return QTabWidget.TabPosition.North

    def _start_queue(self) -> None:
        """Go on with unattended work, if there is any and the person has not forbidden it here."""
        if not self._retired and self.isVisible():
            self.follower.start()

    def _places(self) -> list[tuple[str, Path]]:
        from app.queue.rooms import places

        return list(places(self.session.preferences))

    def _tell_note(self, note: Note) -> None:
        """A reminder, or what became of queued work."""
        level = {"done": "info", "missed": "info"}.get(note.kind, "warning")
        self.session.message.emit("error" if note.kind == "failed" else level, note.title, note.text)

    # What is shown

    def show_project(self) -> None:
        """Show the work space when a project is open, the start page when none is."""
        if self._retired:
            return
        is_open = self.session.project is not None
        if is_open:
            self._make_workspace()
        if self.workspace is not None:
            self.pages.setCurrentWidget(self.workspace if is_open else self.start_page)
            self.parts.set_visible(is_open)
        if not is_open:
            self.start_page.refresh()
        self.bindings.refresh()
        self.update_title()

    def show_start(self) -> None:
        """The start page above an open project; its tabs stay."""
        self.start_page.refresh()
        self.pages.setCurrentWidget(self.start_page)
        if self.has_parts:
            self.parts.set_visible(False)

    def show_work(self) -> None:
        if self.session.project is not None:
            self.show_project()

    def _make_workspace(self) -> None:
        """Bars, docks and canvas are made when the first project opens: until then nobody needs them."""
        if self.has_parts:
            return
        from app.shell.parts import Parts

        self.parts = Parts(self)
        self.has_parts = True
        self.workspace = self.parts.workspace
        self.pages.addWidget(self.workspace)
        self.parts.begin()
        self.bindings.make_command_actions()
        if self.session.preferences.docks:
            self.restoreState(QByteArray.fromBase64(self.session.preferences.docks.encode()))

    def update_title(self) -> None:
        record = self.session.record
        place = self.files.place
        names = [record.name if record is not None else "", place.stem if place is not None else ""]
        shown = " - ".join(name for name in names if name)
        self.setWindowTitle(f"{shown} - Atelier" if shown else "Atelier")

    def open_paths(self, paths: list[Path], crash: Crash | None = None) -> None:
        """Open what the command line named; never the project that was open in a crash without being asked."""
        for path in paths:
            if crash is not None and crash.project and Path(crash.project) == path.absolute():
                sentence = tr("This project was open when the program ended badly.")
                self.session.say(sentence, tr("Open it from the list."))
                continue
            self.files.open_path(path)

    def _show_results(self, tool: Tool, outcome: Outcome) -> None:
        from app.ai.results import ResultsDialog

        ResultsDialog(self, tool, outcome).show()

    # Life

    def take_state(self) -> WindowState:
        return WindowState(self.saveGeometry(), self.saveState(), self.isMaximized())

    def restore_state(self, state: WindowState) -> None:
        self.restoreGeometry(state.geometry)
        if self.session.project is not None:
            self._make_workspace()
            self.restoreState(state.docks)

    def retire(self) -> None:
        """Make room for the window that takes this one's place."""
        self._retired = True
        self.ai.close()
        self.follower.close()
        self.queue.close()
        if self.has_parts:
            self.parts.host.put_away()
            self.parts.close()

    def _restore_geometry(self) -> None:
        stored = self.session.preferences.window
        if stored:
            self.restoreGeometry(QByteArray.fromBase64(stored.encode()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self.start_page.refresh)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close without a question: everything is on disk. Only work that still runs would be lost."""
        if self._retired:
            return
        if event.spontaneous() and not self.may_stop_jobs():
            event.ignore()
            return
        preferences = self.session.preferences
        preferences.window = bytes(self.saveGeometry().toBase64().data()).decode()
        if self.has_parts:
            preferences.docks = bytes(self.saveState().toBase64().data()).decode()
            self.parts.close()
        preferences.save()
        self.files.close_project()
        self.session.end_jobs()
        self.ai.close()
        self.follower.close()
        self.queue.close()
        super().closeEvent(event)

    def may_stop_jobs(self) -> bool:
        """Whether nothing runs, or the person says that what runs may be stopped."""
        from app.dialogs.running import ask_about_jobs

        names = [status.name for status in self.session.jobs.active()] if self.session.has_jobs else []
        return not names or ask_about_jobs(self, names)

    # Drag and drop from the file manager

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        welcome(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self.session.hint.emit(welcome(event))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.session.hint.emit("")

    def dropEvent(self, event: QDropEvent) -> None:
        linked = wants_link(event)
        self.session.hint.emit("")
        if welcome(event):
            spot = self.parts.canvas_spot(self, event.position()) if self.has_parts else None
            self.files.drop(local_paths(event.mimeData()), linked, spot)
