"""Small pictures of recent projects, kept in the user's cache. They may be missing; nothing else depends on them."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths

if TYPE_CHECKING:
    from editor.display.display import Display

SIDE = 320


def picture_path(project: Path) -> Path:
    """Where the picture of a project's file lies."""
    place = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericCacheLocation)
    digest = hashlib.blake2b(str(project.absolute()).encode(), digest_size=12).hexdigest()
    return Path(place) / "atelier" / "recent" / f"{digest}.png"


def keep_picture(display: "Display", document: str, project: Path) -> None:
    """Draw a document small and keep it for the start page."""
    from app.canvas.images import image_of

    try:
        width, height = display.size(document)
        scale = min(1.0, SIDE / max(width, height, 1.0))
        path = picture_path(project)
        path.parent.mkdir(parents=True, exist_ok=True)
        image_of(display.render_whole(document, scale)).save(str(path))
    except Exception:  # noqa: BLE001 - a missing small picture must never keep a project from closing
        return
