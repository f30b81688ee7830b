"""The OpenGL widget under the viewport: one Renderer in Qt's context, pictures of a plan, picking."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QSurfaceFormat
from PySide6.QtOpenGLWidgets import QOpenGLWidget

from editor.base.errors import ExpectedError
from render.scene.errors import SceneRenderError
from render.scene.framing import Lens
from render.scene.renderer import Picked, Renderer
from render.scene.values import OverlayShape, Scene, View

SLOW_FRAME = 0.045
REFINE_MS = 180


def core_format() -> QSurfaceFormat:
    """What the renderer needs of a context."""
    found = QSurfaceFormat()
    found.setVersion(3, 3)
    found.setProfile(QSurfaceFormat.OpenGLContextProfile.CoreProfile)
    found.setDepthBufferSize(0)
    return found


class SceneSurface(QOpenGLWidget):
    """Draws `scene` as `view_of` says. While things move and frames are slow, edges are left rough until it rests."""

    failed = Signal(object)
    drawn = Signal()

    def __init__(self, view_of: Callable[[int, int], View | None]) -> None:
        super().__init__()
        self.setFormat(core_format())
        self._view_of = view_of
        self.scene = Scene()
        self.light_scene: Scene | None = None  # a stand-in while things move on a slow card
        self.renderer: Renderer | None = None
        self.lens: Lens | None = None
        self.frame_seconds = 0.0
        self.frames = 0
        self._rough = False
        self._told = False
        self._refine = QTimer(self)
        self._refine.setSingleShot(True)
        self._refine.setInterval(REFINE_MS)
        self._refine.timeout.connect(self._draw_smooth)

    def show_moving(self) -> None:
        """Draw again because something moves; smooth edges follow when it rests."""
        self._rough = self.is_slow
        if self._rough:
            self._refine.start()
        self.update()

    def show_scene(self, scene: Scene) -> None:
        """Another scene, or the same one after an edit."""
        self.scene, self.light_scene = scene, None
        self.show_moving()

    @property
    def is_slow(self) -> bool:
        return self.frame_seconds > SLOW_FRAME

    def pick(self, x: float, y: float) -> Picked:
        """What is under a logical pixel."""
        view = self._view_of(*self._pixels())
        if self.renderer is None or view is None:
            return Picked(0, None)
        ratio = self.devicePixelRatioF()
        self.makeCurrent()
        try:
            return self.renderer.pick(self.scene, view, x * ratio, y * ratio)
        except SceneRenderError as error:
            self._fail(error)
            return Picked(0, None)
        finally:
            self.doneCurrent()

    def initializeGL(self) -> None:
        self.renderer = None
        try:
            self.renderer = Renderer()
        except SceneRenderError as error:
            self._fail(error)
            return
        self.context().aboutToBeDestroyed.connect(self.release)

    def paintGL(self) -> None:
        width, height = self._pixels()
        view = self._view_of(width, height)
        if self.renderer is None or view is None:
            return
        if self._rough:
            view = replace(view, samples=1)
        start = time.perf_counter()
        try:
            scene = self.light_scene if self._rough and self.light_scene is not None else self.scene
            self.lens = self.renderer.draw(scene, self._with_ratio(view), self.defaultFramebufferObject())
        except SceneRenderError as error:
            self._fail(error)
        self.frames += 1
        # Half old, half new: one slow frame (a shader compiled) does not switch smooth edges off.
        self.frame_seconds = 0.5 * self.frame_seconds + 0.5 * (time.perf_counter() - start)
        self.drawn.emit()

    def release(self) -> None:
        """Free everything on the card; the widget may get a new context afterwards."""
        if self.renderer is not None:
            self.makeCurrent()
            self.renderer.release()
            self.renderer = None
            self.doneCurrent()

    def _pixels(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def _with_ratio(self, view: View) -> View:
        """Overlays come in logical pixels."""
        ratio = self.devicePixelRatioF()
        if ratio == 1.0:
            return view
        scaled = tuple(OverlayShape(shape.triangles * ratio, shape.color) for shape in view.overlay)
        return replace(view, overlay=scaled)

    def _draw_smooth(self) -> None:
        self._rough = False
        self.update()

    def _fail(self, error: SceneRenderError) -> None:
        if not self._told:
            self._told = True
            sentence = str(error)
            QTimer.singleShot(0, lambda: self.failed.emit(ExpectedError(sentence)))
