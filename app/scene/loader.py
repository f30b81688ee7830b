"""Textures and live links are read beside the window: the plan goes to a thread, the finished scene comes back."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from editor.display.scene.pictures import PictureStore
from editor.display.scene.plan import ScenePlan
from render.scene.lighter import lighter_scene
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


class Lightener(QObject):
    """Makes the stand-in of a heavy scene in a thread of its own; the newest asked for is the one that comes."""

    done = Signal(object, object)  # the scene, its stand-in

    def __init__(self) -> None:
        super().__init__()
        self._thread: threading.Thread | None = None
        self._closed = False

    def make(self, scene: Scene) -> None:
        """Does nothing while another one is made: the caller asks again when it shows the next scene."""
        if (self._thread is None or not self._thread.is_alive()) and not self._closed:
            self._thread = threading.Thread(target=self._work, args=(scene,), name="scene-stand-in", daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._closed = True
        if self._thread is not None:
            self._thread.join()

    def _work(self, scene: Scene) -> None:
        light = lighter_scene(scene)
        if not self._closed:
            self.done.emit(scene, light)
