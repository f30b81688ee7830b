"""Actions of the View and Window menus: zoom, rotation, tabs, panels, theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions.table import action

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow


@action("view.zoom_in", "Zoom in", "Ctrl++", "zoom", "document")
def zoom_in(window: MainWindow) -> None:
    window.parts.zoom_by(1)


@action("view.zoom_out", "Zoom out", "Ctrl+-", "", "document")
def zoom_out(window: MainWindow) -> None:
    window.parts.zoom_by(-1)


@action("view.fit", "Fit in window", "Ctrl+0", "fit", "document")
def fit(window: MainWindow) -> None:
    window.parts.zoom_fit()


@action("view.actual", "Actual size", "Ctrl+1", "actual", "document")
def actual(window: MainWindow) -> None:
    window.parts.zoom_to(1.0)


@action("view.upright", "Turn view upright", "Ctrl+Alt+0", "rotate", "document")
def upright(window: MainWindow) -> None:
    window.parts.turn_upright()


def _pixel_grid(window: MainWindow) -> bool:
    return window.parts.canvas_option("pixel_grid")


@action("view.pixel_grid", "Pixel grid", "Ctrl+'", "", "document", _pixel_grid)
def pixel_grid(window: MainWindow) -> None:
    window.parts.toggle_canvas_option("pixel_grid")


def _values_only(window: MainWindow) -> bool:
    return window.parts.canvas_option("values_only")


@action("view.values_only", "View without colour", "Ctrl+Alt+Y", "", "document", _values_only)
def values_only(window: MainWindow) -> None:
    """Shows lightness only, to judge values. The document is not touched."""
    window.parts.toggle_canvas_option("values_only")


@action("view.next_document", "Next document", "Ctrl+Tab", "", "document")
def next_document(window: MainWindow) -> None:
    window.parts.tabs.step(1)


@action("view.previous_document", "Previous document", "Ctrl+Shift+Tab", "", "document")
def previous_document(window: MainWindow) -> None:
    window.parts.tabs.step(-1)


@action("view.panels", "Show or hide panels", "Ctrl+\\", "", "document")
def panels(window: MainWindow) -> None:
    window.parts.toggle_panels()


@action("view.reset_panels", "Reset panels", "", "", "document")
def reset_panels(window: MainWindow) -> None:
    window.parts.reset_docks()


def _is_full(window: MainWindow) -> bool:
    return window.isFullScreen()


@action("view.full_screen", "Full screen", "F11", "", "", _is_full)
def full_screen(window: MainWindow) -> None:
    if window.isFullScreen():
        window.showNormal()
    else:
        window.showFullScreen()


def _is_light(window: MainWindow) -> bool:
    return window.session.preferences.theme == "light"


@action("view.light_theme", "Light theme", "", "", "", _is_light)
def light_theme(window: MainWindow) -> None:
    preferences = window.session.preferences
    preferences.theme = "dark" if preferences.theme == "light" else "light"
    preferences.save()
    window.rebuild_wanted.emit()
