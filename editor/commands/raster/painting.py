"""Brush strokes. A live stroke and its replay from history go through the same painter and give the same pixels."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.documents import parse_color
from editor.commands.raster.fill import editable
from editor.commands.raster.selection import coverage
from editor.commands.raster.tiles import Grid, depth_of, put_tile, tile_array
from editor.commands.registry import command
from editor.display.engine import Pixels
from editor.document.project import Project
from editor.model.raster import TILE, BlendMode, Mask, PixelLayer, Tile, tile_id
from editor.model.values import Blob, RecordId
from render.color import Color
from render.geometry import IntRect
from render.raster.stroke import Brush, Sample

if TYPE_CHECKING:
    from render.raster.tips import Tips


class Stroke:
    """One stroke on one layer or mask, fed with samples in pixels of the document.

    Made inside the gesture or the transaction that it paints in: `extend` and `finish` put the tiles they changed.
    """

    def __init__(
        self, project: Project, layer: str, brush: Brush, color: str, erase: bool, blend: BlendMode = "normal",
        tips: "Tips | None" = None,
    ) -> None:
        from render.kernels.modes import BlendMode as Mode
        from render.raster.painting import Paint, StrokePainter

        self.project = project
        self.parent = editable(project, layer)
        self.depth = depth_of(project, layer)
        self._shown: dict[Grid, str] = {}
        self._fresh: set[str] = set()
        paint = Paint(
            self._paint_color(color, erase), Mode.from_label(blend),
            isinstance(self.parent, PixelLayer) and self.parent.lock_transparency,
        )
        self._painter = StrokePainter(
            brush, paint, self._original, self.depth, self._selection(), planes=isinstance(self.parent, Mask),
            tips=tips,
        )

    def extend(self, samples: Iterable[Sample]) -> None:
        """Go on with the stroke."""
        self._paint(lambda: self._painter.extend(self._local(sample) for sample in samples))

    def fits(self, samples: Sequence[Sample]) -> bool:
        """Whether the stroke may go on to these samples and end there."""
        return self._painter.fits([self._local(sample) for sample in samples])

    def refuse_too_large(self, samples: Sequence[Sample]) -> None:
        """Raise before anything is painted, where a whole stroke is certainly too large."""
        local = [self._local(sample) for sample in samples]
        with self._told():
            self._painter.refuse_too_large(local)

    def forget(self) -> None:
        """Let go of the pixels of a stroke that was cancelled; nothing names them any more."""
        for name in self._fresh:
            self.project.blobs.discard(name)

    def finish(self) -> None:
        """The end of the stroke, up to where the pen was last."""
        self._paint(self._painter.finish)

    def _paint(self, draw: Callable[[], dict[Grid, Pixels]]) -> None:
        with self._told():
            changed = draw()
        self._put(changed)

    @staticmethod
    @contextmanager
    def _told() -> Iterator[None]:
        """What the painter refuses, as a sentence."""
        from render.raster.painting import StrokeTooLarge

        try:
            yield
        except StrokeTooLarge as error:
            raise too_large(tr("This stroke is too large.")) from error

    def _paint_color(self, color: str, erase: bool) -> Color | None:
        paint = parse_color(color)
        if isinstance(self.parent, Mask):
            grey = 0.0 if erase else 0.2126 * paint.red + 0.7152 * paint.green + 0.0722 * paint.blue
            return Color(grey, grey, grey, paint.alpha)
        return None if erase else paint

    def _local(self, sample: Sample) -> Sample:
        return msgspec.structs.replace(sample, x=sample.x - self.parent.x, y=sample.y - self.parent.y)

    def _original(self, grid: Grid) -> Pixels | None:
        tile = tile_array(self.project, self.parent, grid, self.depth)
        if tile is None and isinstance(self.parent, Mask):
            import numpy as np

            from editor.commands.raster.tiles import outside_value

            return np.full((TILE, TILE), outside_value(self.parent, self.depth), self.depth)
        return tile

    def _selection(self) -> Callable[[Grid], Pixels | None] | None:
        """Coverage of the pixel selection on the layer's own grid, as the painter asks for it."""
        document = self.project.index.root(self.parent.id)
        if coverage(self.project, document, IntRect(0, 0, 1, 1)) is None:
            return None

        def find(grid: Grid) -> Pixels | None:
            place = IntRect(grid[0] * TILE + self.parent.x, grid[1] * TILE + self.parent.y, TILE, TILE)
            found = coverage(self.project, document, place)
            return found if found is not None and found.any() else None

        return find

    def _put(self, changed: dict[Grid, Pixels]) -> None:
        """Put the new tiles and forget the states that this stroke painted over: a minute of them fills the memory."""
        for grid, pixels in changed.items():
            fresh = put_tile(self.project, self.parent, grid, pixels, self.depth)
            if fresh is not None:
                self._fresh.add(fresh)
            tile = self.project.get(tile_id(self.parent.id, *grid))
            old = self._shown.pop(grid, None)
            if isinstance(tile, Tile):
                self._shown[grid] = tile.pixels
            if old in self._fresh and old not in self._shown.values():  # tiles that look alike share one blob
                self._fresh.discard(old)
                self.project.blobs.discard(old)


def too_large(sentence: str) -> ExpectedError:
    """With what helps."""
    return ExpectedError(sentence, tr("Paint with a smaller brush, or in several strokes."))


@command("raster.stroke", label="Brush stroke")
def stroke(
    project: Project, *, layer: RecordId, samples: tuple[Sample, ...], brush: Brush | None = None,
    color: str = "#000000", erase: bool = False, blend: BlendMode = "normal", tip: Blob | None = None,
) -> None:
    """Paint or erase along samples (x, y, pressure, tilt_x, tilt_y) in pixels of the image, where selected.

    `tip` is a blob with the pictures of a sampled brush; without one the brush is round.
    """
    tips = None
    if tip is not None:
        from editor.commands.raster.tips import tips_of

        tips = tips_of(project, tip)
    painted = Stroke(project, layer, brush or Brush(), color, erase, blend, tips)
    painted.refuse_too_large(samples)
    painted.extend(samples)
    painted.finish()
