"""A result in the place of the layer that it was made from: what it wears, and whether both can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from editor.commands.notes import notes_below
from editor.commands.registry import run
from editor.formats.provenance.credits import credits_of
from editor.model.embed import embeds_of
from editor.model.provenance import Provenance
from editor.model.raster import Layer, Mask, PixelLayer, Tile
from editor.workflows.ai.pictures import Picture, put_layer, read_layer

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.ai.tool import Request

PLAIN = {"visible": True, "opacity": 1.0, "blend": "normal", "clipped": False}
MASK_FIELDS = ("enabled", "density", "inverted", "linked")


def read_bare(project: Project, layer: Layer, progress: Progress) -> Picture:
    """What a layer holds without what it wears: a result that wears it too would else wear it twice."""
    if isinstance(layer, PixelLayer):
        return read_layer(project, layer, progress)
    copy = project.snapshot(read_only=False)
    with copy.transaction("bare"):
        for key in (layer.id, *copy.index.ancestors(layer.id)):
            if isinstance(item := copy.get(key), Layer):
                copy.put(msgspec.structs.replace(item, **PLAIN))
                for mask in copy.children(key, Mask):
                    copy.delete(mask.id)
    return read_layer(copy, copy.find(layer.id, Layer), progress)


def may_lie_over(project: Project, layer: Layer, picture: Picture, *, whole: bool) -> bool:
    """Whether a layer of the same shape right above this one looks as it would alone.

    Not where the lower one shines through; and where the upper one is not `whole`, not where others are clipped.
    """
    if layer.opacity < 1 or layer.blend != "normal" or any(mask.enabled for mask in project.children(layer.id, Mask)):
        return False
    if not whole and is_clipped_to(project, layer):
        return False
    return not ((picture.alpha > 0) & (picture.alpha < 1)).any()


def is_clipped_to(project: Project, layer: Layer) -> bool:
    """Whether the layer right above is clipped to this one."""
    siblings = project.children(layer.parent, Layer)
    above = siblings[[item.id for item in siblings].index(layer.id) + 1 :]
    return not layer.clipped and bool(above) and above[0].clipped


def put_over(
    request: Request, layer: Layer, made: Picture, name: str, progress: Progress, *, hide_original: bool
) -> str:
    """A layer right above the given one that wears what it wears and is noted to come from it; returns its id."""
    project = request.project
    key = put_layer(project, request.document, made, name, layer.id, progress)
    values = {"opacity": layer.opacity, "blend": layer.blend, "clipped": layer.clipped}
    run(project, "project.set_fields", records=(key,), values=values)
    for mask in project.children(layer.id, Mask)[:1]:
        _copy_mask(project, mask, key)
    for note in _notes_of(project, layer):
        plain = msgspec.structs.asdict(note)
        told = {field: plain[field] for field in plain if field not in ("id", "parent", "order")}
        run(project, "project.note_provenance", record=key, **told)
    if hide_original:
        run(project, "project.set_fields", records=(layer.id,), values={"visible": False})
    return key


def _copy_mask(project: Project, mask: Mask, layer: str) -> None:
    tiles = tuple((tile.x, tile.y, tile.pixels) for tile in project.children(mask.id, Tile))
    key = run(project, "raster.place_mask", layer=layer, tiles=tiles, x=mask.x, y=mask.y, outside=mask.outside)
    values = {name: getattr(mask, name) for name in MASK_FIELDS}
    run(project, "project.set_fields", records=(key,), values=values)


def _notes_of(project: Project, layer: Layer) -> list[Provenance]:
    """How a layer was made, what it links to included: where it is hidden, exports would leave that out.

    What was generated comes last: of two notes of one tool the later stays.
    """
    notes = notes_below(project, project.index.children(layer.id))
    for key in project.index.subtree(layer.id):
        item = project.get(key)
        for embed in embeds_of(item) if item is not None else ():
            found = credits_of(project, embed.document, embed.part)
            notes += found.notes if found else ()
    return sorted(notes, key=lambda note: note.generated)
