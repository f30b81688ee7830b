"""The one door to PyOpenGL.

PyOpenGL picks a way to find the current context when it is first imported, from PYOPENGL_PLATFORM. The functions
themselves come from the system's dispatching libGL, which serves whatever context (GLX, EGL) the calling thread has
made current, so Qt's contexts and our own live side by side (resources/docs/decisions/0030-opengl-contexts.md). What
must be avoided are PyOpenGL's conveniences that look up *its* current context: client-side arrays and stored
pointers; the raw functions below have none.
"""

import os
import sys

from render.scene.errors import NoOpenGLError, SceneRenderError


def _prepare() -> None:
    """Settings that count only before the first import of OpenGL anywhere in the process."""
    if "OpenGL" in sys.modules:
        return
    if sys.platform.startswith("linux") and "PYOPENGL_PLATFORM" not in os.environ:
        from ctypes.util import find_library

        if not find_library("GL") and find_library("EGL"):
            os.environ["PYOPENGL_PLATFORM"] = "egl"
    import OpenGL

    # A query after each call doubles the price of a frame; `check` asks once per step instead.
    OpenGL.ERROR_CHECKING = False


_prepare()

try:
    from OpenGL import GL as gl  # noqa: N811 - the short name every OpenGL text uses
    from OpenGL.raw.GL.VERSION import GL_2_0, GL_3_0
except (ImportError, AttributeError, OSError) as error:
    raise NoOpenGLError("No OpenGL library was found on this machine, so 3D scenes cannot be drawn.") from error

attribute_pointer = GL_2_0.glVertexAttribPointer
integer_attribute_pointer = GL_3_0.glVertexAttribIPointer
MINIMUM = (3, 3)


def require_version() -> None:
    """Raises NoOpenGLError where the current context is older than OpenGL 3.3."""
    version = (int(gl.glGetIntegerv(gl.GL_MAJOR_VERSION)), int(gl.glGetIntegerv(gl.GL_MINOR_VERSION)))
    if version < MINIMUM:
        found = ".".join(map(str, version))
        raise NoOpenGLError(f"3D scenes need OpenGL 3.3; this machine's graphics driver offers {found}.")


def check(step: str) -> None:
    """Raises SceneRenderError when a call since the last check went wrong."""
    code = gl.glGetError()
    if code == gl.GL_NO_ERROR:
        return
    for _ in range(16):  # a lost context reports errors for ever
        if gl.glGetError() == gl.GL_NO_ERROR:
            break
    if code == gl.GL_OUT_OF_MEMORY:
        raise SceneRenderError("The graphics card has too little memory for this scene at this size.")
    raise SceneRenderError(f"The graphics driver refused a step of drawing the scene ({step}, error {code:#x}).")


__all__ = ["attribute_pointer", "check", "gl", "integer_attribute_pointer", "require_version"]
