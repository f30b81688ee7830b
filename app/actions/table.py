"""The table of window actions: what the menus, the palette and the shortcut editor show beside the commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from editor.base.registry import Registry

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@dataclass(frozen=True)
class WindowAction:
    """`label` is English. `needs`: "" (always), "project", "document", or a family. `checked` makes it a switch."""

    name: str
    label: str
    perform: Callable[[MainWindow], object]
    shortcut: str = ""
    icon: str = ""
    needs: str = ""
    checked: Callable[[MainWindow], bool] | None = None


ACTIONS: Registry[WindowAction] = Registry("Window action")


def action(
    name: str, label: str, shortcut: str = "", icon: str = "", needs: str = "",
    checked: Callable[[MainWindow], bool] | None = None,
) -> Callable[[Callable[[MainWindow], object]], Callable[[MainWindow], object]]:
    """Register a function of the window as an action."""

    def register(function: Callable[[MainWindow], object]) -> Callable[[MainWindow], object]:
        ACTIONS.add(name, WindowAction(name, label, function, shortcut, icon, needs, checked))
        return function

    return register
