"""The AI menu: the tools that fit the document on top, by section; the same entries stand in the palette."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from editor.base.translation import tr
from editor.workflows.ai.readiness import obstacle

if TYPE_CHECKING:
    from app.session import Session
    from app.shell.main_window import MainWindow
    from editor.workflows.ai.tool import Tool

PREFIX = "ai:"
FLAT = 7
"""Up to so many tools stand in the menu itself; more go into a menu a section."""


def tool_actions(window: MainWindow) -> dict[str, QAction]:
    """An action for every tool, by "ai:NAME"."""
    from editor.workflows.ai.tool import TOOLS, load_tools

    load_tools()
    return {f"{PREFIX}{tool.name}": _action(window, tool) for tool in TOOLS.values()}


def _action(window: MainWindow, tool: Tool) -> QAction:
    made = QAction(f"{tr(tool.label)}...", window)
    made.setToolTip(tr(tool.summary))
    made.setStatusTip(tr(tool.summary))
    made.triggered.connect(lambda _on=False: window.session.attempt(partial(ask_and_run, window, tool)))
    return made


def ask_and_run(window: MainWindow, tool: Tool) -> None:
    """Show the tool's dialog; it runs when the person says so."""
    from app.ai.dialog import ToolDialog

    session = window.session
    session.required_project().cancel_gesture()
    hindrance = obstacle(tool, session.required_project(), session.document)
    if hindrance is not None:
        raise hindrance
    dialog = ToolDialog(window, tool)
    dialog.exec()
    dialog.deleteLater()


def fits(name: str, family: str) -> bool:
    """Whether the tool of an action works on a document of this family."""
    from editor.workflows.ai.tool import TOOLS

    tool = TOOLS.get(name.removeprefix(PREFIX))
    return tool is not None and bool(family) and tool.family in ("", family)


def show_readiness(actions: dict[str, QAction], session: Session) -> None:
    """While the menu is open, grey out what has nothing to work on, and say why under the pointer."""
    from editor.workflows.ai.tool import TOOLS

    if session.project is None:
        return
    for name, made in actions.items():
        tool = TOOLS.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else None
        if tool is None or not fits(name, session.family):
            continue
        hindrance = obstacle(tool, session.project, session.document)
        made.setEnabled(hindrance is None)
        made.setToolTip(tr(tool.summary) if hindrance is None else str(hindrance))


def fill(menu: QMenu, actions: dict[str, QAction], family: str) -> None:
    """Put the tools for a family into the menu: with a line between sections, or a menu each where there are many."""
    sections: dict[str, list[QAction]] = {}
    for name, made in actions.items():
        if name.startswith(PREFIX) and fits(name, family):
            sections.setdefault(_section(name), []).append(made)
    is_flat = sum(len(entries) for entries in sections.values()) <= FLAT
    for section, entries in sections.items():
        if not is_flat and len(entries) > 1:
            inner = menu.addMenu(tr(section))
            inner.setToolTipsVisible(True)
            inner.addActions(entries)
        else:
            if is_flat and not menu.isEmpty():
                menu.addSeparator()
            menu.addActions(entries)


def _section(name: str) -> str:
    from editor.workflows.ai.tool import TOOLS

    return TOOLS[name.removeprefix(PREFIX)].section or "More tools"
