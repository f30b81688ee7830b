"""Dark and light: colours by name from `resources/theme`, one style sheet for both, a matching Qt palette."""

import json
from functools import cache
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

THEMES = Path(__file__).resolve().parents[1] / "resources" / "theme"
FONTS = THEMES.parent / "fonts"
FONT_FAMILIES = ("Inter", "Segoe UI Variable Text", "Segoe UI", "SF Pro Text", "Cantarell", "Noto Sans", "DejaVu Sans")


@cache
def colors_of(theme: str) -> dict[str, str]:
    """Colours by name as #rrggbb; a theme that we do not have is the dark one."""
    path = THEMES / f"{theme}.json"
    colors: dict[str, str] = json.loads((path if path.exists() else THEMES / "dark.json").read_text(encoding="utf-8"))
    return colors


def current_theme() -> str:
    """The theme that `apply_theme` set last; it lives in the QApplication, which there is one of."""
    application = QApplication.instance()
    name = application.property("atelierTheme") if application is not None else None
    return name if isinstance(name, str) else "dark"


def color(name: str) -> QColor:
    """A colour of the theme in use."""
    return QColor(colors_of(current_theme())[name])


def apply_theme(application: QApplication, theme: str) -> None:
    """Set palette, font and style sheet; widgets made before and after follow alike.

    A theme that is on stays as it is: Qt would look at every widget there is once more, for another language too.
    """
    from app.icons import arrow_images

    colors = colors_of(theme)
    sheet = Template((THEMES / "atelier.qss").read_text(encoding="utf-8"))
    wanted = sheet.substitute(colors, icons=arrow_images(theme).as_posix())
    if application.property("atelierTheme") == theme and application.styleSheet() == wanted:
        return
    application.setProperty("atelierTheme", theme)
    application.setStyle("Fusion")
    application.setPalette(_palette(colors))
    application.setFont(_font())
    application.setStyleSheet(wanted)


def _font() -> QFont:
    """Inter, which comes along, so that every machine shows the same window; the system's own font without it."""
    for name in ("Inter-Regular.otf", "Inter-Bold.otf"):
        QFontDatabase.addApplicationFont(str(FONTS / name))
    font = QFont()
    present = set(QFontDatabase.families())
    font.setFamilies([name for name in FONT_FAMILIES if name in present] or [font.family()])
    font.setPixelSize(12)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def _palette(colors: dict[str, str]) -> QPalette:
    palette = QPalette()
    roles = QPalette.ColorRole
    pairs = {
        roles.Window: "window", roles.WindowText: "text", roles.Base: "field", roles.AlternateBase: "panel",
        roles.Text: "text", roles.Button: "raised", roles.ButtonText: "text", roles.BrightText: "error",
        roles.Highlight: "accent", roles.HighlightedText: "on_accent", roles.ToolTipBase: "raised",
        roles.ToolTipText: "text", roles.PlaceholderText: "faint", roles.Link: "accent", roles.Mid: "border",
        roles.Light: "hover", roles.Dark: "line",
    }  # fmt: skip
    for role, name in pairs.items():
        palette.setColor(role, QColor(colors[name]))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors["faint"]))
    return palette
