"""The viewport inside the window: errors go to the session, dropped files are imported where they fall."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.scene.viewport import SceneViewport, Tools

if TYPE_CHECKING:
    from app.session import Session


def new_viewport(session: Session, host: Tools) -> SceneViewport:
    """The viewport of the scene on top. Call its `close_document` before the project or the scene is left."""
    assert session.project is not None
    assert session.display is not None
    viewport = SceneViewport(session.project, session.document, session.display, host)
    viewport.failed.connect(session.show_error)
    viewport.files_dropped.connect(lambda paths, place: session.attempt(lambda: import_at(viewport, paths, place)))
    return viewport


def import_at(viewport: SceneViewport, paths: list[Path], place: tuple[float, float, float]) -> None:
    """Model files into the viewport's scene, standing at a place."""
    from editor.formats.mesh import import_model

    for path in paths:
        import_model(viewport.project, viewport.document, path, translation=place)
