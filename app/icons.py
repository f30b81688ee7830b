"""Our own icons: SVG of one stroke, in the colour that the theme wants."""

import tempfile
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap, QScreen

from app.theme import colors_of, current_theme

ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"
SIZES = (16, 18, 20, 24)


def icon(name: str, color: str = "text") -> QIcon:
    """An icon in a colour of the theme; one that we do not have is a question mark."""
    return _icon(name, color, current_theme())


def pixmap(name: str, size: int, color: str = "text", ratio: float = 1.0) -> QPixmap:
    """One picture of an icon, `size` logical pixels wide."""
    return _draw(name, size, colors_of(current_theme())[color], ratio)


def arrow_images(theme: str) -> Path:
    """A folder with the few images that a style sheet can only take from files, in the colours of `theme`."""
    folder = Path(tempfile.gettempdir()) / f"atelier-theme-{_user()}" / theme
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    colors = colors_of(theme)
    for name, role in (("chevron-down", "muted"), ("chevron-right", "muted"), ("check", "on_accent")):
        path = folder / f"{name}.png"
        if not path.exists():
            _draw(name, 14, colors[role], 2.0).save(str(path))
    return folder


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "me"


@cache
def _icon(name: str, color: str, theme: str) -> QIcon:
    colors = colors_of(theme)
    result = QIcon()
    ratio = _ratio()
    for size in SIZES:
        result.addPixmap(_draw(name, size, colors[color], ratio))
    result.addPixmap(_draw(name, 20, colors["faint"], ratio), QIcon.Mode.Disabled)
    return result


def _ratio() -> float:
    screen: QScreen | None = QGuiApplication.primaryScreen()  # there is none without a display
    return screen.devicePixelRatio() if screen is not None else 1.0


@cache
def _source(name: str) -> str:
    path = ICONS / f"{name}.svg"
    return (path if path.exists() else ICONS / "unknown.svg").read_text(encoding="utf-8")


def _draw(name: str, size: int, color: str, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    side = round(size * ratio)
    picture = QPixmap(side, side)
    picture.fill(Qt.GlobalColor.transparent)
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", color).encode()))
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer.render(painter, QRectF(0, 0, side, side))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
