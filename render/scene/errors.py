"""What can go wrong while drawing a scene, each with one English sentence for the person."""


class SceneRenderError(Exception):
    """The scene cannot be drawn; the text is fit for the person."""


class NoOpenGLError(SceneRenderError):
    """This machine offers no OpenGL 3.3."""
