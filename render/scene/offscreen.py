"""A context without a window, in a thread of its own, for pictures that are asked for from anywhere.

The context is EGL's (surfaceless or a pixel buffer) on Linux, WGL's and CGL's elsewhere, made by the glcontext
library; it never meets Qt's. Calls from any thread are answered in turn.
"""

import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from render.scene.errors import NoOpenGLError, SceneRenderError
from render.scene.values import Scene, View

if TYPE_CHECKING:
    from render.scene.renderer import Renderer

Result = TypeVar("Result")
_Task = tuple["Future[Any]", Callable[["Renderer"], Any]]
NO_OPENGL = (
    "3D scenes cannot be drawn here: no OpenGL 3.3 was found. Install a graphics driver (on Debian: "
    "apt-get install libegl1 libgl1-mesa-dri)."
)


class OffscreenRenderer:
    """Starts its thread on first use; `close` ends it and frees the context."""

    def __init__(self, budget: int | None = None) -> None:
        self._budget = budget
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def read(self, scene: Scene, view: View) -> NDArray[np.uint8]:
        """The picture, (height, width, 4) uint8, sRGB-encoded, premultiplied; raises SceneRenderError."""
        return self.run(lambda renderer: renderer.read(scene, view))

    def run(self, work: Callable[["Renderer"], Result]) -> Result:
        """Does `work` in the context's thread and waits for its answer."""
        future: Future[Result] = Future()
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="scene-renderer", daemon=True)
                self._thread.start()
            self._tasks.put((future, work))
        return future.result()

    def close(self) -> None:
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._tasks.put(None)
        if thread is not None:
            thread.join()

    def _serve(self) -> None:
        try:
            context = new_context()
            with context:
                from render.scene.renderer import DEFAULT_BUDGET, Renderer

                renderer = Renderer(DEFAULT_BUDGET if self._budget is None else self._budget)
                self._work(renderer)
                renderer.release()
            context.release()
        except Exception as error:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            self._refuse(error)

    def _work(self, renderer: "Renderer") -> None:
        while (task := self._tasks.get()) is not None:
            future, work = task
            try:
                future.set_result(work(renderer))
            except Exception as error:  # noqa: BLE001 - the error belongs to the caller, not to this thread
                future.set_exception(error)

    def _refuse(self, error: Exception) -> None:
        """Answers everything that waits, and what still comes, with why there is no context."""
        while (task := self._tasks.get()) is not None:
            task[0].set_exception(error)


def new_context() -> Any:
    """A new OpenGL 3.3 core context, a context manager from glcontext; raises NoOpenGLError."""
    try:
        import glcontext

        linux = sys.platform.startswith("linux")
        backend = glcontext.get_backend_by_name("egl") if linux else glcontext.default_backend()
        return backend(mode="standalone", glversion=330)
    except Exception as error:  # glcontext raises bare Exception for every reason
        raise NoOpenGLError(NO_OPENGL) from error


__all__ = ["NO_OPENGL", "OffscreenRenderer", "SceneRenderError", "new_context"]
