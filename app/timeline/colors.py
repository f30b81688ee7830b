"""Colours of the timeline: those of the theme, and one family of clip colours for each kind."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

from app.theme import color, current_theme
from editor.model.embed import Embed
from editor.model.video import Caption, ColorSource, TrackItem


@dataclass(frozen=True)
class ClipColors:
    """`body` fills, `bar` carries the name, `ink` draws waves, `text` writes."""

    body: QColor
    bar: QColor
    ink: QColor
    text: QColor


def _set(body: str, bar: str, ink: str, text: str = "#f2f4f8") -> ClipColors:
    return ClipColors(QColor(body), QColor(bar), QColor(ink), QColor(text))


DARK = {
    "film": _set("#24344f", "#3a5c94", "#9dc0f5"),
    "document": _set("#35294f", "#66509a", "#c7b0ff"),
    "color": _set("#2d3036", "#565c68", "#c8ccd4"),
    "sound": _set("#123f38", "#1f7264", "#6fe0c0"),
    "caption": _set("#4a3a16", "#8d6c22", "#ffd98a"),
}
LIGHT = {
    "film": _set("#c9dbf7", "#5585cf", "#2c5596", "#ffffff"),
    "document": _set("#ddd2f5", "#8a6bc9", "#533a8c", "#ffffff"),
    "color": _set("#dcdee3", "#868d9a", "#494f5a", "#ffffff"),
    "sound": _set("#c4ebe1", "#2f9580", "#14604f", "#ffffff"),
    "caption": _set("#f6e3b4", "#b98a2a", "#6d4f0e", "#ffffff"),
}


def colors_for(item: TrackItem, media: str) -> ClipColors:
    """By what the item shows and on which kind of track it lies."""
    table = LIGHT if current_theme() == "light" else DARK
    if isinstance(item, Caption):
        return table["caption"]
    if media == "audio":
        return table["sound"]
    if isinstance(item.source, Embed):
        return table["document"]
    if isinstance(item.source, ColorSource):
        return table["color"]
    return table["film"]


def themed(name: str, alpha: int = 255) -> QColor:
    made = QColor(color(name))
    made.setAlpha(alpha)
    return made
