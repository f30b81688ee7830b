"""Keys of the timeline, as editors' hands know them."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.timeline.view import modifiers_of
from editor.tools.events import KeyEvent, Modifiers

if TYPE_CHECKING:
    from app.timeline.panel import TimelinePanel

Act = Callable[["TimelinePanel"], object]
Key = Qt.Key

PLAIN: dict[Key, Act] = {
    Key.Key_Space: lambda panel: panel.toggle_play(),
    Key.Key_J: lambda panel: panel.shuttle(-1),
    Key.Key_K: lambda panel: panel.shuttle(0),
    Key.Key_L: lambda panel: panel.shuttle(1),
    Key.Key_Left: lambda panel: panel.step(-1),
    Key.Key_Right: lambda panel: panel.step(1),
    Key.Key_Up: lambda panel: panel.to_edit(-1),
    Key.Key_Down: lambda panel: panel.to_edit(1),
    Key.Key_Home: lambda panel: panel.seek(Fraction(0)),
    Key.Key_End: lambda panel: panel.to_end(),
    Key.Key_Delete: lambda panel: panel.delete(),
    Key.Key_Backspace: lambda panel: panel.delete(),
    Key.Key_V: lambda panel: panel.choose_tool("select"),
    Key.Key_C: lambda panel: panel.choose_tool("razor"),
    Key.Key_N: lambda panel: panel.set_snapping(not panel.snapping),
    Key.Key_S: lambda panel: panel.split(),
    Key.Key_M: lambda panel: panel.set_marker(),
    Key.Key_I: lambda panel: panel.set_in(),
    Key.Key_O: lambda panel: panel.set_out(),
    Key.Key_Plus: lambda panel: panel.zoom_about_playhead(1.5),
    Key.Key_Equal: lambda panel: panel.zoom_about_playhead(1.5),
    Key.Key_Minus: lambda panel: panel.zoom_about_playhead(1 / 1.5),
}
SHIFT: dict[Key, Act] = {
    Key.Key_Left: lambda panel: panel.step(-round(panel.timeline.rate)),
    Key.Key_Right: lambda panel: panel.step(round(panel.timeline.rate)),
    Key.Key_Delete: lambda panel: panel.ripple_delete(),
    Key.Key_Backspace: lambda panel: panel.ripple_delete(),
    Key.Key_Z: lambda panel: panel.fit(),
    Key.Key_X: lambda panel: panel.clear_range(),
    Key.Key_Plus: lambda panel: panel.zoom_about_playhead(1.5),
}
CONTROL: dict[Key, Act] = {
    Key.Key_A: lambda panel: panel.select_all(),
    Key.Key_D: lambda panel: panel.dissolve(),
    Key.Key_B: lambda panel: panel.split(),
}


def press(panel: TimelinePanel, event: QKeyEvent) -> bool:
    """Do what a key means; False when it means nothing here."""
    held = modifiers_of(event.modifiers())
    if event.key() == Key.Key_Escape:
        used = panel.tool.key(KeyEvent(key="Escape"))
        panel.view.update()
        return used
    tables = {Modifiers.NONE: PLAIN, Modifiers.SHIFT: SHIFT, Modifiers.CONTROL: CONTROL}
    act = tables.get(held, {}).get(Key(event.key()))
    if act is None:
        return False
    act(panel)
    return True
