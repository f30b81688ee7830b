"""Whether this machine has the OpenGL that canvases want."""

from PySide6.QtGui import QOpenGLContext

WANTED = (3, 3)


def has_opengl() -> bool:
    """Asks by making a context; needs a QApplication."""
    context = QOpenGLContext()
    return context.create() and tuple(context.format().version()) >= WANTED
