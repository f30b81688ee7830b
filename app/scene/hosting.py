"""The viewport inside the window: errors and hints go to the session."""

from __future__ import annotations

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
    viewport.hint.connect(session.hint)
    return viewport
