"""The work space and everything around it, made when the first project opens: bars, tabs, canvas, docks, status."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QStackedWidget, QVBoxLayout, QWidget

from app.ai.canvas import begin_on_canvas
from app.canvas.canvas import Canvas
from app.canvas.tool_host import ToolHost
from app.library.panel import LibraryPanel
from app.panels.color import ColorPanel
from app.panels.history import HistoryPanel
from app.panels.jobs import JobsPanel
from app.panels.layers import LayersPanel
from app.panels.properties import PropertiesPanel
from app.shell.empty import EmptyProject
from app.shell.special_views import SpecialViews
from app.shell.status import Status
from app.shell.tabs import DocumentTabs
from app.shell.tool_bar import ToolBar
from app.shell.tool_options import ToolOptions
from app.templates.panel import TemplatePanel
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.workflows.library.placing import Spot

RIGHT_WIDTH = 292
LIBRARY_HEIGHT = 320


class Parts:
    """Owned by the window; actions reach views and panels through it."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = session = window.session
        self.host = ToolHost(session, partial(begin_on_canvas, window.ai))
        self.tabs = DocumentTabs(session)
        self.options = ToolOptions(session)
        self.canvas = Canvas(session, self.host)
        self.empty = EmptyProject(window)
        self.views = QStackedWidget()
        self.views.addWidget(self.empty)
        self.views.addWidget(self.canvas)
        self.special = SpecialViews(self)
        self.workspace = self._workspace()
        self.tools = ToolBar(session, window.bindings)
        window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tools)
        self.docks: dict[str, QDockWidget] = {}
        self._make_docks()
        self.status = Status(window, self)
        self.status.job.list_wanted.connect(self.show_jobs)
        window.setStatusBar(self.status)
        self._hidden_docks: list[QDockWidget] = []
        session.document_activated.connect(lambda _key: self.show_document())
        session.documents_changed.connect(window.update_title)
        session.documents_changed.connect(window.bindings.refresh)
        session.selection_changed.connect(window.bindings.refresh_actions)
        session.project_closed.connect(self.close_document)
        self.reset_docks()

    def begin(self) -> None:
        """Show the document on top; the window knows its parts by now."""
        self.layers.show_document()
        if self.template.fields():
            self.docks["template"].show()
        if self.session.document:
            self.host.take_for_family()
            self.tools.refresh()
            self.show_document()

    def _workspace(self) -> QWidget:
        space = QWidget()
        column = QVBoxLayout(space)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.options)
        column.addWidget(self.tabs)
        column.addWidget(self.views, 1)
        return space

    # Docks

    def _make_docks(self) -> None:
        session = self.session
        right = Qt.DockWidgetArea.RightDockWidgetArea
        self.layers = LayersPanel(session)
        self.color = ColorPanel(session)
        self.properties = PropertiesPanel(session)
        self.history = HistoryPanel(session)
        self.jobs = JobsPanel(session)
        for name, label, panel, area in (
            ("color", tr("Colour"), self.color, right),
            ("properties", tr("Properties"), self.properties, right),
            ("layers", tr("Layers"), self.layers, right),
            ("history", tr("History"), self.history, right),
            ("jobs", tr("Jobs"), self.jobs, right),
        ):
            self.add_dock(name, label, panel, area)
        self.library = LibraryPanel(session, self.window.files)
        dock = self.add_dock("library", tr("Library"), self.library, Qt.DockWidgetArea.BottomDockWidgetArea)
        dock.hide()
        self.template = TemplatePanel(session)
        self.add_dock("template", tr("Template"), self.template, right).hide()

    def show_template(self) -> None:
        """Bring the form of the slots up, or put it away when it is in front already."""
        dock = self.docks["template"]
        if dock.isVisible() and self.template.isVisible():
            dock.hide()
            return
        dock.show()
        dock.raise_()

    def show_library(self) -> None:
        """Bring the library up, or put it away when it is in front already."""
        dock = self.docks["library"]
        if dock.isVisible() and self.library.isVisible():
            dock.hide()
            return
        dock.show()
        dock.raise_()
        if dock.height() < LIBRARY_HEIGHT // 2:
            self.window.resizeDocks([dock], [LIBRARY_HEIGHT], Qt.Orientation.Vertical)
        self.library.field.setFocus()

    def add_dock(self, name: str, label: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(label, self.window)
        dock.setObjectName(f"dock-{name}")
        panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        dock.setWidget(panel)
        dock.setTitleBarWidget(QWidget(dock))  # its tab carries the name; dragging the tab moves it
        self.window.addDockWidget(area, dock)
        self.docks[name] = dock
        return dock

    def reset_docks(self) -> None:
        """Panels where a new window has them. All are taken out first: Qt leaves the bar of two tabs on screen where a
        third that stood elsewhere joins them."""
        window, docks, right = self.window, self.docks, Qt.DockWidgetArea.RightDockWidgetArea
        shown = ("color", "properties", "layers", "history", "jobs")
        for name in (*shown, "template"):
            docks[name].setFloating(False)
            window.removeDockWidget(docks[name])
        for name in ("color", "layers"):
            window.addDockWidget(right, docks[name])
        window.splitDockWidget(docks["color"], docks["layers"], Qt.Orientation.Vertical)
        window.tabifyDockWidget(docks["color"], docks["properties"])
        window.tabifyDockWidget(docks["properties"], docks["template"])
        window.tabifyDockWidget(docks["layers"], docks["history"])
        window.tabifyDockWidget(docks["history"], docks["jobs"])
        for name in shown:
            docks[name].show()
        docks["properties"].raise_()
        docks["layers"].raise_()
        window.resizeDocks([docks["color"], docks["layers"]], [RIGHT_WIDTH, RIGHT_WIDTH], Qt.Orientation.Horizontal)
        window.resizeDocks([docks["color"], docks["layers"]], [430, 430], Qt.Orientation.Vertical)

    def panel_actions(self) -> list[QAction]:
        return [dock.toggleViewAction() for dock in self.docks.values()]

    def toggle_panels(self) -> None:
        """Only the picture, or everything again."""
        shown = [dock for dock in self.docks.values() if dock.isVisible() and not dock.isFloating()]
        if shown:
            self._hidden_docks = shown
            for dock in shown:
                dock.hide()
            self.tools.hide()
        else:
            for dock in self._hidden_docks or list(self.docks.values()):
                dock.show()
            self.tools.show()

    def show_jobs(self) -> None:
        """Bring the list of jobs up."""
        self.docks["jobs"].show()
        self.docks["jobs"].raise_()

    def set_visible(self, visible: bool) -> None:
        """Bars and docks belong to an open project; the start page has the window for itself."""
        self.tools.setVisible(visible)
        self.status.setVisible(visible)
        if visible:
            for dock in self._hidden_docks:
                dock.show()
            self._hidden_docks = []
        else:
            self._hidden_docks = [dock for dock in self.docks.values() if not dock.isHidden()]
            for dock in self._hidden_docks:
                dock.hide()

    # Documents

    def show_document(self) -> None:
        """Bring up the view that the document on top needs."""
        family = self.session.family
        view = self.special.view_for(family) if family else self.empty
        if view is None:
            view = self.canvas
            self.canvas.show_document()
        self.views.setCurrentWidget(view)
        with_tools = bool(self.session.tool)
        if not with_tools:
            self.session.hint.emit("")
        self.tools.setVisible(with_tools)
        self.options.setVisible(with_tools)
        self.window.bindings.refresh()
        self.window.update_title()
        self.status.refresh()
        (self.special.timeline or view).setFocus()  # a timeline plays with Space

    def close_document(self) -> None:
        self.canvas.close_document()
        self.special.close_document()

    def close(self) -> None:
        """End the threads and free the graphics card before the window goes."""
        self.close_document()
        self.library.close_library()

    # What actions ask for

    def canvas_spot(self, window: QWidget, place: QPointF) -> Spot | None:
        """Where a place of the window is on the canvas; None beside it."""
        from editor.workflows.library.placing import Spot

        on_canvas = self.canvas.mapFrom(window, place)
        if self.views.currentWidget() is not self.canvas or not self.canvas.rect().contains(on_canvas.toPoint()):
            return None
        point = self.canvas.view.to_document(on_canvas.x(), on_canvas.y())
        return Spot(at=(point.x, point.y), part=self.session.part)

    def stop_tool(self) -> None:
        self.host.cancel()

    def delete_selected(self) -> None:
        """The tool may have its own idea of what Delete means, such as removing a path's node."""
        from editor.tools.events import KeyEvent

        if self.host.key(KeyEvent(key="Delete")):
            return
        session = self.session
        project = session.project
        if project is None or not project.selection:
            return
        family = {"video": "video.delete_clips", "scene": "scene.delete"}.get(session.family, "")
        from app.shell.context import known_values
        from editor.commands.registry import COMMANDS

        if family in COMMANDS:
            session.run(family, **known_values(session, COMMANDS[family]))
        else:
            session.run("project.delete", records=project.selection)

    def _on_canvas(self, act: Callable[[Canvas], object]) -> None:
        if self.views.currentWidget() is self.canvas:
            act(self.canvas)

    def zoom_by(self, direction: int) -> None:
        if not self.special.zoom_by(direction):
            self._on_canvas(lambda canvas: canvas.zoom_step(direction))

    def zoom_fit(self) -> None:
        if not self.special.fit():
            self._on_canvas(lambda canvas: canvas.fit())

    def zoom_to(self, zoom: float) -> None:
        self._on_canvas(lambda canvas: canvas.zoom_to(zoom))

    def turn_upright(self) -> None:
        self._on_canvas(lambda canvas: canvas.turn_upright())

    def canvas_option(self, name: str) -> bool:
        return self.canvas.option(name)

    def toggle_canvas_option(self, name: str) -> None:
        self.canvas.set_option(name, not self.canvas.option(name))
