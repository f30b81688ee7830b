"""Layers and groups: add, group, duplicate, move. Names and opacity are set by `project.set_field`."""

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.copying import copy_subtree
from editor.commands.notes import hand_down
from editor.commands.raster.documents import check_size, shift
from editor.commands.registry import command
from editor.display.lookups import read_table
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.lookup import ColorLookup
from editor.model.provenance import Provenance
from editor.model.raster import (
    Adjustment,
    AdjustmentLayer,
    EmbedLayer,
    Extent,
    Group,
    Layer,
    Mask,
    PixelLayer,
    RasterDocument,
    Tile,
    tile_id,
)
from editor.model.record import DocumentRecord
from editor.model.values import Blob, RecordId
from render.geometry import Affine


def place(project: Project, document: str, above: str | None) -> tuple[str, str]:
    """Parent and order key for a new layer: above the given one, or above the selected one, or on top of all."""
    project.find(document, RasterDocument)
    if above is None:
        above = next(
            (key for key in reversed(project.selection) if isinstance(project.get(key), Layer)
             and project.index.root(key) == document), None
        )
    if above is None:
        return document, project.order_at_end(document)[0]
    layer = project.find(above, Layer)
    if project.index.root(above) != document or layer.parent is None:
        raise ExpectedError(tr("This layer is in another image."))
    return layer.parent, project.order_after(layer.parent, above)


def next_name(project: Project, document: str, kind: type[Layer], pattern: str) -> str:
    """A fresh "Layer 3": one more than there are layers of that kind in the document."""
    count = sum(1 for key in project.index.of_type(kind) if project.index.root(key) == document)
    return tr(pattern, number=count + 1)


@command("raster.add_layer", label="New layer")
def add_layer(project: Project, *, document: RecordId, name: str = "", above: RecordId | None = None) -> str:
    """Add an empty pixel layer. Returns its id."""
    parent, order = place(project, document, above)
    key = project.new_id()
    name = name or next_name(project, document, PixelLayer, "Layer {number}")
    project.put(PixelLayer(id=key, parent=parent, order=order, name=name))
    project.select((key,))
    return key


@command("raster.add_group", label="New group")
def add_group(project: Project, *, document: RecordId, name: str = "", above: RecordId | None = None) -> str:
    """Add an empty group. Returns its id."""
    parent, order = place(project, document, above)
    key = project.new_id()
    name = name or next_name(project, document, Group, "Group {number}")
    project.put(Group(id=key, parent=parent, order=order, name=name, pass_through=True))
    project.select((key,))
    return key


@command("raster.group_layers", label="Group layers")
def group_layers(project: Project, *, layers: tuple[RecordId, ...], name: str = "") -> str:
    """Put layers of one image into a new group where the topmost of them was. Returns the group's id."""
    ordered = painting_order(project, layers)
    document = project.index.root(ordered[-1])
    key = add_group(project, document=document, name=name, above=ordered[-1])
    for layer, order in zip(ordered, project.order_at_end(key, len(ordered)), strict=True):
        project.put(msgspec.structs.replace(project.find(layer, Layer), parent=key, order=order))
    return key


@command("raster.ungroup", label="Ungroup")
def ungroup(project: Project, *, group: RecordId) -> None:
    """Put a group's layers where the group was, and remove the group."""
    item = project.find(group, Group)
    after: str = group
    children = project.children(group, Layer)
    for layer in children:
        project.put(
            msgspec.structs.replace(layer, parent=item.parent, order=project.order_after(item.parent, after))
        )
        after = layer.id
    for layer in children:
        hand_down(project, project.children(group, Provenance), layer.id)
    project.delete(group)
    project.select(tuple(layer.id for layer in children))


def painting_order(project: Project, layers: tuple[str, ...]) -> list[str]:
    """Layers of one image sorted from bottom to top; layers inside another given one are left to it."""
    if not layers:
        raise ExpectedError(tr("Select a layer first."))
    wanted = {project.find(key, Layer).id for key in layers}
    documents = {project.index.root(key) for key in wanted}
    if len(documents) > 1:
        raise ExpectedError(tr("This layer is in another image."))
    outer = {key for key in wanted if not wanted & set(project.index.ancestors(key))}
    return [key for key in project.index.subtree(documents.pop()) if key in outer]


@command("raster.duplicate_layers", label="Duplicate layers")
def duplicate_layers(project: Project, *, layers: tuple[RecordId, ...]) -> tuple[str, ...]:
    """Copy layers, masks and all, each right above its original. Pixels are shared until one is painted on."""
    copies = []
    for key in painting_order(project, layers):
        layer = project.find(key, Layer)
        order = project.order_after(layer.parent, key)
        copy = copy_subtree(project, key, parent=layer.parent, order=order, derive_id=derive_tile_id)
        project.put(msgspec.structs.replace(project.find(copy, Layer), name=tr("{name} copy", name=layer.name)))
        copies.append(copy)
    project.select(tuple(copies))
    return tuple(copies)


def derive_tile_id(item: object, parent: str) -> str | None:
    """The id of a copied record that is made of its parent's; None for a fresh one."""
    return tile_id(parent, item.x, item.y) if isinstance(item, Tile) else None


@command("raster.move_layers", label="Move layers")
def move_layers(project: Project, *, layers: tuple[RecordId, ...], dx: int, dy: int) -> None:
    """Move layers by whole pixels, with what is in them and the masks linked to them."""
    for key in painting_order(project, layers):
        for inner in list(project.index.subtree(key)):
            item = project.find(inner, type(project.records[inner]))
            if isinstance(item, Layer) and item.locked:
                raise ExpectedError(tr("The layer {name} is locked.", name=item.name))
            if not isinstance(item, Mask) or item.linked:
                shift(project, item, dx, dy)


@command("raster.add_adjustment", label="New adjustment layer")
def add_adjustment(
    project: Project, *, document: RecordId, adjustment: Adjustment, name: str = "", above: RecordId | None = None,
    clipped: bool = False,
) -> str:
    """Add a layer that changes what lies below it and stays editable. Returns its id."""
    parent, order = place(project, document, above)
    key = project.new_id()
    name = name or tr(ADJUSTMENT_LABELS[type(adjustment).__name__])
    project.put(
        AdjustmentLayer(id=key, parent=parent, order=order, name=name, adjustment=adjustment, clipped=clipped)
    )
    project.select((key,))
    return key


@command("raster.add_lookup", label="New color lookup layer")
def add_lookup(
    project: Project, *, document: RecordId, table: Blob, name: str = "", above: RecordId | None = None,
    clipped: bool = False,
) -> str:
    """Add a layer that leads colors through a lookup (a Cube or 3DL file) and stays editable. Returns its id."""
    read_table(project, table)
    lookup = ColorLookup(table=table, name=name)
    return add_adjustment(
        project, document=document, adjustment=lookup, name=name, above=above, clipped=clipped
    )


ADJUSTMENT_LABELS = {
    "Levels": "Levels",
    "Curves": "Curves",
    "Exposure": "Exposure",
    "HueSaturation": "Hue/Saturation",
    "ColorLookup": "Color lookup",
    "GaussianBlur": "Gaussian blur",
    "Beautify": "Beautify",
    "Reshape": "Reshape face",
}


@command("raster.add_embed", label="Place linked document")
def add_embed(
    project: Project, *, document: RecordId, source: Embed, transform: Affine | None = None, name: str = "",
    above: RecordId | None = None,
) -> str:
    """Add a live link to another document as a layer. Returns its id."""
    target = project.find(source.document, DocumentRecord)
    parent, order = place(project, document, above)
    key = project.new_id()
    project.put(
        EmbedLayer(
            id=key, parent=parent, order=order, name=name or target.name, source=source,
            transform=transform or Affine(),
        )
    )
    project.select((key,))
    return key


@command("raster.place_pixels", label="Place picture")
def place_pixels(
    project: Project, *, document: RecordId, tiles: tuple[tuple[int, int, Blob], ...], width: Extent, height: Extent,
    name: str = "", x: int = 0, y: int = 0, above: RecordId | None = None,
) -> str:
    """Add a layer from tiles that the caller put as blobs, each (column, row, pixels). Returns its id."""
    check_size(width, height)
    key = add_layer(project, document=document, name=name, above=above)
    project.put(msgspec.structs.replace(project.find(key, PixelLayer), x=x, y=y))
    put_tiles(project, key, tiles)
    return key


def put_tiles(project: Project, parent: str, tiles: tuple[tuple[int, int, str], ...]) -> None:
    """Store tiles whose pixels are blobs already. Raises ExpectedError for a missing blob or one of a wrong size."""
    import numpy as np

    from editor.commands.raster.tiles import depth_of, find_parent, shape_of

    expected = int(np.prod(shape_of(find_parent(project, parent)))) * np.dtype(depth_of(project, parent)).itemsize
    for column, row, pixels in tiles:
        if pixels not in project.blobs or len(project.blobs.get(pixels)) != expected:
            raise ExpectedError(tr("The pixels of this picture are not in the project."))
        project.put(Tile(id=tile_id(parent, column, row), parent=parent, x=column, y=row, pixels=pixels))
