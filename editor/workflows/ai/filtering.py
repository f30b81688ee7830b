"""What the filters of restoring and style have in common: the layer they read, the selection, the layer they make."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from editor.base.errors import ExpectedError
from editor.base.jobs import Needs
from editor.base.translation import tr
from editor.commands.raster.selection import coverage
from editor.workflows.ai.layering import may_lie_over, put_over, read_bare
from editor.workflows.ai.pictures import Picture, chosen_layer
from render.geometry import IntRect
from render.raster.depth import to_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.model.raster import Layer
    from editor.workflows.ai.tool import Request


@dataclass(frozen=True)
class Source:
    """A layer, what it holds, and how much of each pixel is selected (None: all)."""

    layer: Layer
    picture: Picture
    selected: NDArray[np.float32] | None

    @property
    def visible(self) -> bool:
        return bool(self.picture.alpha.any())


def read_source(request: Request, progress: Progress, bytes_a_pixel: int) -> Source:
    """The chosen layer. Raises ExpectedError when there is none, or nothing in it or in the selection, or too little
    memory: `bytes_a_pixel` is what the work takes at its peak."""
    layer = chosen_layer(request.project, request.document, request.selection)
    picture = read_bare(request.project, layer, progress)
    if not picture.alpha.any():
        raise ExpectedError(tr("The layer {name} is empty.", name=layer.name))
    need_memory(picture, bytes_a_pixel)
    selected = selected_part(request.project, request.document, picture)
    if selected is not None and not selected.any():
        raise ExpectedError(tr("The selection does not touch this layer."))
    return Source(layer, picture, selected)


def need_memory(picture: Picture, bytes_a_pixel: int) -> None:
    """Raise ExpectedError when less is free than this many bytes for each pixel of the picture."""
    Needs(memory=picture.alpha.size * bytes_a_pixel).check()


def selected_part(project: Project, document: str, picture: Picture) -> NDArray[np.float32] | None:
    """(height, width) coverage of the selection over a picture, or None when nothing is selected."""
    height, width = picture.alpha.shape
    found = coverage(project, document, IntRect(picture.x, picture.y, width, height))
    return None if found is None else to_unit(found)


def put_result(
    request: Request, source: Source, rgb: NDArray[np.float32], name: str, progress: Progress, *,
    hide_original: bool = False,
) -> str:
    """A layer right above the original with new colours, seen where the selection is; returns its id.

    It wears what the original wears: mask, opacity, blend mode, clipping. With `hide_original`, and wherever the
    original would show through it, it holds the unselected parts too, and the original below stays, hidden.
    """
    whole = source.selected is None
    hide_original = hide_original or not may_lie_over(request.project, source.layer, source.picture, whole=whole)
    alpha = source.picture.alpha
    if source.selected is not None:
        share = source.selected[..., None]
        if hide_original:
            rgb = share * rgb + (1 - share) * source.picture.rgb
        else:
            alpha = alpha * source.selected
    progress.check()
    made = replace(source.picture, rgba=np.dstack([rgb, alpha]))
    return put_over(request, source.layer, made, name, progress, hide_original=hide_original)


def telling(progress: Progress) -> Callable[[float], None]:
    """For engines that tell a share and know no progress; they may call it from any thread, and it may raise."""
    return lambda share: progress(min(1.0, max(0.0, share)))
