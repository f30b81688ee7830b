"""Textures and live links are read beside the window: the plan goes to a thread, the finished scene comes back."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from editor.display.scene.pictures import PictureStore
from editor.display.scene.plan import ScenePlan
from render.scene.values import Scene


class SceneLoader(QObject):
    """One plan at a time; while one is read, only the newest of those that follow waits."""

    done = Signal(object, object)  # ScenePlan, Scene
    failed = Signal(object)
    _arrived = Signal(object, object, object)

    def __init__(self, store: PictureStore) -> None:
        super().__init__()
        self._store = store
        self._thread: threading.Thread | None = None
        self._next: ScenePlan | None = None
        self._closed = False
        self._arrived.connect(self._take)

    @property
    def is_busy(self) -> bool:
        return self._thread is not None

    def load(self, plan: ScenePlan) -> Scene | None:
        """The scene at once where all its pictures are in memory; else None, and `done` follows."""
        if self._thread is None and self._is_ready(plan):
            return plan.scene(self._store)
        self._next = plan
        self._start()
        return None

    def close(self) -> None:
        self._closed = True
        self._next = None
        if self._thread is not None:
            self._thread.join()

    def _is_ready(self, plan: ScenePlan) -> bool:
        return all(
            self._store.holds(picture)
            for instance in plan.instances
            for picture in instance.material.pictures.values()
        )

    def _start(self) -> None:
        if self._thread is None and self._next is not None and not self._closed:
            plan, self._next = self._next, None
            self._thread = threading.Thread(target=self._read, args=(plan,), name="scene-textures", daemon=True)
            self._thread.start()

    def _read(self, plan: ScenePlan) -> None:
        scene: Scene | None = None
        failure: Exception | None = None
        try:
            scene = plan.scene(self._store)
        except Exception as error:  # noqa: BLE001 - it belongs to the window's thread, which shows it
            failure = error
        if not self._closed:
            self._arrived.emit(plan, scene, failure)

    def _take(self, plan: ScenePlan, scene: Scene | None, failure: Exception | None) -> None:
        self._thread = None
        if failure is not None:
            self.failed.emit(failure)
        elif scene is not None:
            self.done.emit(plan, scene)
        self._start()
