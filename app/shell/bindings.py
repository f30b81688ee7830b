"""QActions from the table of actions, the commands of the editor and the tools; menus and keys from one place."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from app.actions import (  # noqa: F401  (they register)
    ai_models,
    ai_repeat,
    edit,
    farm,
    file,
    finding,
    help,
    kits,
    library,
    lookups,
    packs,
    presets,
    queue,
    templates,
    training,
    view,
)
from app.actions.table import ACTIONS, WindowAction
from app.ai import menu as ai_menu
from app.icons import icon
from app.shell.menus import COMMAND_SHORTCUTS, MENUS
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.commands.registry import Command


class Bindings:
    """`actions` holds every QAction by name: window actions, commands, and "tool:NAME"."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.actions: dict[str, QAction] = {}
        self.menus: list[tuple[str, QMenu]] = []
        for entry in ACTIONS.values():
            self._add_window_action(entry)

    def _add_window_action(self, entry: WindowAction) -> None:
        made = QAction(tr(entry.label), self.window)
        if entry.icon:
            made.setIcon(icon(entry.icon, "muted"))
            made.setIconVisibleInMenu(False)
        made.setCheckable(entry.checked is not None)
        made.triggered.connect(lambda _on=False: self.window.session.attempt(lambda: entry.perform(self.window)))
        made.setShortcut(QKeySequence(self.shortcut(entry.name)))
        made.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.actions[entry.name] = made
        self.window.addAction(made)

    # Keys

    def shortcut(self, name: str) -> str:
        """The key of an action: the person's own, or the one it comes with."""
        own = self.window.session.preferences.shortcuts.get(name)
        return own if own is not None else self.default_shortcut(name)

    def default_shortcut(self, name: str) -> str:
        if name.startswith("tool:"):
            from editor.tools.tool import TOOLS

            return TOOLS[name[5:]].shortcut
        if name in ACTIONS:
            return ACTIONS[name].shortcut
        return COMMAND_SHORTCUTS.get(name, "")

    def set_shortcut(self, name: str, key: str | None) -> None:
        """Give an action another key; None takes back its default. Kept for every later start."""
        shortcuts = self.window.session.preferences.shortcuts
        if key is None or key == self.default_shortcut(name):
            shortcuts.pop(name, None)
        else:
            shortcuts[name] = key
        self.window.session.preferences.save()
        if name in self.actions:
            self.actions[name].setShortcut(QKeySequence(self.shortcut(name)))
        self.refresh()

    # Menus

    def make_menus(self) -> None:
        bar = self.window.menuBar()
        for menu in MENUS:
            made = bar.addMenu(tr(menu.label))
            made.setToolTipsVisible(True)
            made.aboutToShow.connect(partial(self._fill, made, menu.entries))
            if "ai_tools" in menu.entries:
                made.aboutToShow.connect(self._show_readiness)
                made.aboutToHide.connect(lambda: QTimer.singleShot(0, self.refresh_actions))
            self.menus.append((menu.family, made))
            self._fill(made, menu.entries)
        self.refresh()

    def _fill(self, menu: QMenu, entries: tuple[str, ...]) -> None:
        menu.clear()
        for entry in entries:
            self._fill_entry(menu, entry)
        self.refresh_actions()

    def _show_readiness(self) -> None:
        """What the AI tools could work on now; when the menu is gone, their keys answer and say what is missing."""
        from app.ai.repeat import repeat_label

        ai_menu.show_readiness(self.actions, self.window.session)
        self.actions["ai.repeat"].setText(repeat_label(self.window.session))

    def _fill_entry(self, menu: QMenu, entry: str) -> None:
        if entry == "-":
            menu.addSeparator()
        elif entry == "recent":
            self._fill_recent(menu.addMenu(tr("Open recent")))
        elif entry == "ai_tools":
            ai_menu.fill(menu, self.actions, self.window.session.family)
        elif entry == "panels":
            for made in self.window.parts.panel_actions() if self.window.has_parts else ():
                menu.addAction(made)
        else:
            known = self.actions.get(entry.removeprefix("@"))
            if known is not None:
                menu.addAction(known)

    def _fill_recent(self, menu: QMenu) -> None:
        recent = [Path(text) for text in self.window.session.preferences.recent[:12]]
        for path in recent:
            menu.addAction(path.stem, partial(self.window.files.open_path, path)).setToolTip(str(path))
        menu.setEnabled(bool(recent))

    # Commands and tools

    def make_command_actions(self) -> None:
        """One QAction a command and an AI tool; called when the first project opens."""
        from editor.commands.registry import COMMANDS, load_commands

        load_commands()
        for command in COMMANDS.values():
            if command.name not in self.actions and not _is_inner(command):
                self._add_command(command)
        for name, made in ai_menu.tool_actions(self.window).items():
            self.actions[name] = made
            made.setShortcut(QKeySequence(self.shortcut(name)))
            self.window.addAction(made)

    def _add_command(self, command: Command) -> None:
        from app.shell.context import known_values, missing

        asks = bool(missing(command, known_values(self.window.session, command)))
        label = tr(command.label)
        made = QAction(f"{label}..." if asks and _asks_values(command) else label, self.window)
        made.setStatusTip(tr(command.purpose))
        made.triggered.connect(lambda _on=False: self.window.session.attempt(lambda: self.run_command(command.name)))
        made.setShortcut(QKeySequence(self.shortcut(command.name)))
        self.actions[command.name] = made
        self.window.addAction(made)

    def run_command(self, name: str) -> None:
        """Run a command with what the window knows; ask for the rest."""
        from app.dialogs.ask import ask_parameters
        from app.shell.context import known_values, missing
        from editor.commands.registry import find_command

        session = self.window.session
        found = find_command(name)
        values = known_values(session, found)
        if missing(found, values):
            asked = ask_parameters(self.window, found, values)
            if asked is None:
                return
            values.update(asked)
        session.run(name, **values)

    def bind_tools(self, names: list[str]) -> None:
        """The tools of the family on top answer to their keys; those of others do not."""
        for name in [key for key in self.actions if key.startswith("tool:")]:
            old = self.actions.pop(name)
            self.window.removeAction(old)
            old.deleteLater()
        from editor.tools.tool import TOOLS

        for name in names:
            made = QAction(tr(TOOLS[name].label), self.window)
            made.setIcon(icon(TOOLS[name].icon))
            made.setCheckable(True)
            made.triggered.connect(lambda _on=False, tool=name: self.window.session.choose_tool(tool))
            self.actions[f"tool:{name}"] = made
            made.setShortcut(QKeySequence(self.shortcut(f"tool:{name}")))
            self.window.addAction(made)

    # State

    def refresh(self) -> None:
        """Show what is possible now."""
        family = self.window.session.family
        for wanted, menu in self.menus:
            menu.menuAction().setVisible(not wanted or wanted == family)
        self.refresh_actions()

    def refresh_actions(self) -> None:
        session = self.window.session
        family = session.family
        selected = bool(session.project is not None and session.project.selection)
        for name, made in self.actions.items():
            entry = ACTIONS.get(name)
            if entry is not None:
                made.setEnabled(_is_possible(entry.needs, session.project is not None, family))
                if entry.checked is not None and made.isEnabled() and (not entry.needs or self.window.has_parts):
                    made.setChecked(entry.checked(self.window))
            elif name.startswith(ai_menu.PREFIX):
                made.setEnabled(ai_menu.fits(name, family))
            elif not name.startswith("tool:"):
                made.setEnabled(self._command_is_possible(name, family, selected))

    def _command_is_possible(self, name: str, family: str, selected: bool) -> bool:
        from app.shell.context import needs_selection
        from editor.commands.registry import COMMANDS

        of = name.partition(".")[0]
        if of not in (family, "project") and not name.endswith(".new_document"):
            return False
        return selected or not needs_selection(COMMANDS[name])


def _is_possible(needs: str, is_open: bool, family: str) -> bool:
    if needs == "project":
        return is_open
    if needs == "document":
        return bool(family)
    return not needs or needs == family


def _asks_values(command: Command) -> bool:
    from app.shell.context import askable

    return any(item.required for item in askable(command))


def _is_inner(command: Command) -> bool:
    """Commands that only make sense with data from a tool or a file: they cannot be asked for in a dialog."""
    from app.shell.context import askable
    from app.widgets.editors import can_edit

    return any(item.required and not can_edit(item.type) for item in askable(command))
