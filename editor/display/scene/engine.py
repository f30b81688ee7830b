"""The scene family's engine: stills of a scene, seen by one of its cameras."""

import weakref
from dataclasses import dataclass, field
from fractions import Fraction
from threading import Lock

import numpy as np

from editor.base.errors import ExpectedError
from editor.display.engine import ENGINES, DrawContext, Drawing, Pixels, Request
from editor.display.scene.pictures import PictureStore
from editor.display.scene.placement import nodes_of
from editor.display.scene.plan import Planner, ScenePlan
from editor.document.change import Change
from editor.model.scene import SceneDocument
from render.geometry import IntRect, Rect
from render.scene.errors import SceneRenderError
from render.scene.offscreen import OffscreenRenderer
from render.scene.values import View

WHOLE_PIXELS = 24_000_000
LARGEST_PIECE = 4096


class SceneEngine:
    """One a Display: keeps the planner, the decoded textures and the context that draws."""

    def __init__(self, context: DrawContext) -> None:
        self._context = context
        self._studio = Studio()
        self.planner = Planner(context)
        weakref.finalize(self, self._studio.renderer.close)

    @property
    def store(self) -> PictureStore:
        return self._studio.store

    def prepare(self, document: str, part: str | None, time: Fraction | None) -> Drawing:
        return SceneDrawing(self.planner.plan(document, time), part, self._studio)

    def parts(self, document: str) -> tuple[str, ...]:
        return tuple(node.id for node in nodes_of(self._context.project, document) if node.camera is not None)

    def damage(self, document: str, change: Change) -> Rect | None:
        return None


class Studio:
    """What drawings of one Display share: the renderer and the decoded textures."""

    def __init__(self) -> None:
        self.renderer = OffscreenRenderer()
        self.store = PictureStore()


@dataclass(frozen=True, eq=False)
class SceneDrawing:
    """Implements `Drawing`. A scene is drawn whole and cut up, unless it is very large."""

    plan: ScenePlan
    part: str | None
    studio: Studio
    _lock: Lock = field(default_factory=Lock)
    _whole: dict[tuple[int, int], Pixels] = field(default_factory=dict)

    @property
    def key(self) -> str:
        camera = self.plan.camera(self.part, self.size[0] / self.size[1])
        lens = (camera.kind, camera.field_of_view_y, camera.half_height, camera.near, camera.far)
        return f"scene {self.plan.key} {self.size} {camera.world.tolist()} {lens}"

    @property
    def size(self) -> tuple[float, float]:
        document: SceneDocument = self.plan.document
        return (float(document.width), float(document.height))

    def draw(self, request: Request) -> Pixels:
        width = max(1, round(self.size[0] * request.scale))
        height = max(1, round(self.size[1] * request.scale))
        region = request.region
        result = np.zeros((max(0, region.height), max(0, region.width), 4), np.uint8)
        inside = region.intersection(IntRect(0, 0, width, height))
        if not inside.is_empty:
            try:
                pixels = self._pixels(inside, width, height)
            except SceneRenderError as error:
                raise ExpectedError(str(error)) from error
            rows = slice(inside.y - region.y, inside.bottom - region.y)
            result[rows, inside.x - region.x : inside.right - region.x] = pixels
        return _converted(result, request.dtype)

    def _pixels(self, inside: IntRect, width: int, height: int) -> Pixels:
        if width * height <= WHOLE_PIXELS and max(width, height) <= LARGEST_PIECE * 2:
            with self._lock:
                if (width, height) not in self._whole:
                    self._whole.clear()
                    self._whole[width, height] = self._piece(IntRect(0, 0, width, height), width, height)
                whole = self._whole[width, height]
            return whole[inside.y : inside.bottom, inside.x : inside.right]
        result = np.zeros((inside.height, inside.width, 4), np.uint8)
        for top in range(0, inside.height, LARGEST_PIECE):
            for left in range(0, inside.width, LARGEST_PIECE):
                piece = IntRect(inside.x + left, inside.y + top, LARGEST_PIECE, LARGEST_PIECE).intersection(inside)
                drawn = self._piece(piece, width, height)
                result[top : top + piece.height, left : left + piece.width] = drawn
        return result

    def _piece(self, piece: IntRect, width: int, height: int) -> Pixels:
        """Part of the picture at a size. Live links are drawn here, before the renderer's thread is entered: a link
        may lead to another scene, which needs that thread."""
        scene = self.plan.scene(self.studio.store)
        document = self.plan.document
        back = document.background
        view = View(
            self.plan.camera(self.part, width / height),
            piece.width,
            piece.height,
            background=(back.red, back.green, back.blue, back.alpha),
            show_environment=document.environment.visible,
            exposure=2.0**document.exposure,
            tone_mapping=document.tone_mapping,
            crop=(piece.x / width, piece.y / height, piece.width / width, piece.height / height),
        )
        return self.studio.renderer.read(scene, view)


def _converted(pixels: Pixels, dtype: str) -> Pixels:
    if dtype == "uint8":
        return pixels
    if dtype == "uint16":
        return pixels.astype(np.uint16) * np.uint16(257)
    return (pixels.astype(np.float32) / 255).astype(dtype)


ENGINES.add("scene", SceneEngine)

__all__ = ["SceneDrawing", "SceneEngine"]
