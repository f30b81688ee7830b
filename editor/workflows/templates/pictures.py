"""Pictures in the places that a template drew for them: cut to fill, whole inside, or stretched."""

from typing import TYPE_CHECKING, Any

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.raster.tiles import bounds_of, depth_of, read_pixels
from editor.commands.registry import run
from editor.commands.vector.pictures import Shown, frame_of, shown_picture
from editor.display.display import Display
from editor.model.embed import embeds_of
from editor.model.raster import EmbedLayer, PixelLayer, RasterDocument
from editor.model.record import Record
from editor.model.scene import PictureData, SceneDocument, SceneMaterial, SceneTexture
from editor.model.template import Slot
from editor.model.vector import EmbedFrame, PictureFrame
from editor.model.video import Clip
from editor.workflows.templates.fill import Filling
from editor.workflows.templates.sources import SourceFile
from editor.workflows.templates.texts import noted
from render.geometry import Affine, IntRect, Rect

if TYPE_CHECKING:
    from editor.display.engine import Pixels

SIZES_KEPT = 4


def put_picture(filling: Filling, source: SourceFile) -> str:
    """By what the slot's target is; a sentence about what a person should know. Raises ExpectedError for a file that
    is no picture."""
    item = filling.item
    if isinstance(item, Clip):
        from editor.workflows.templates.clips import put_clip

        return put_clip(filling, source)
    if not source.is_picture:
        raise ExpectedError(tr("{name} is no picture.", name=source.path.name))
    if isinstance(item, PictureFrame | EmbedFrame):
        _into_frame(filling, item, source)
    elif isinstance(item, PixelLayer):
        _into_layer(filling, item, source)
    elif isinstance(item, EmbedLayer):
        _into_link(filling, item, source)
    elif isinstance(item, SceneMaterial):
        _onto_material(filling, item, source)
    elif isinstance(item, SceneDocument):
        blob = filling.project.blobs.put(source.encoded.data)
        around = msgspec.structs.replace(item.environment, light="picture", picture=blob)
        run(filling.project, "scene.set_environment", document=item.id, environment=around)
    return ""


def placed(slot: Slot, place: Rect, width: float, height: float) -> Rect:
    """Where a picture of a size comes to lie for its place; what is larger than the place is to be cut."""
    if slot.fit == "stretch":
        return place
    shares = (place.width / width, place.height / height)
    share = max(shares) if slot.fit == "fill" else min(shares)
    wide, high = width * share, height * share
    focus = (slot.focus_x, slot.focus_y) if slot.fit == "fill" else (0.5, 0.5)
    return Rect(
        place.x + _start(place.width, wide, focus[0]), place.y + _start(place.height, high, focus[1]), wide, high
    )


def _start(room: float, length: float, focus: float) -> float:
    """Where a length begins so that its point of interest comes as near to the middle of the room as it can."""
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - focus * length))


def _into_frame(filling: Filling, item: Shown, source: SourceFile) -> None:
    project = filling.project
    encoded = source.encoded
    frame = frame_of(project, item)
    if frame is None and filling.slot.fit != "stretch":
        run(project, "vector.frame_picture", picture=item.id)
        item = shown_picture(project, item.id)
        frame = frame_of(project, item)
    place = frame.crop if frame is not None and frame.crop is not None else None
    place = place or Rect(item.x, item.y, item.width, item.height)
    rect = placed(filling.slot, place, encoded.width, encoded.height)
    blob = project.blobs.put(encoded.data)
    run(
        project, "vector.set_picture", picture=item.id, blob=blob, x=rect.x, y=rect.y, width=rect.width,
        height=rect.height,
    )


# Images


def _into_layer(filling: Filling, item: PixelLayer, source: SourceFile) -> None:
    place = _drawn_place(filling, item)
    pixels, x, y = _fitted(filling.slot, source, place, depth_of(filling.project, item.id))
    tiles = _tiles(filling, pixels)
    run(filling.project, "raster.replace_picture", layer=item.id, tiles=tiles, x=x, y=y)
    noted(filling, _numbers(place), _numbers(content_of(filling.project, item.id)))


def _numbers(place: IntRect) -> tuple[float, ...]:
    return (float(place.x), float(place.y), float(place.width), float(place.height))


def _drawn_place(filling: Filling, item: PixelLayer) -> IntRect:
    """The rectangle of the image that the layer filled when it was drawn; the whole image for an empty layer."""
    now, target = content_of(filling.project, item.id), filling.target
    if len(target.designed) == 4 and target.filled == _numbers(now):
        x, y, width, height = (int(part) for part in target.designed)
        return IntRect(x, y, width, height)
    if not now.is_empty:
        return now
    sheet = filling.project.find(filling.project.index.root(item.id), RasterDocument)
    return IntRect(0, 0, sheet.width, sheet.height)


def content_of(project: Any, layer: str) -> IntRect:
    """The smallest rectangle of the image that holds every pixel of a layer that is not clear."""
    import numpy as np

    item = project.find(layer, PixelLayer)
    area = bounds_of(project, item)
    if area.is_empty:
        return IntRect(0, 0, 0, 0)
    alpha = read_pixels(project, item, area)[..., 3] > 0
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if len(rows) == 0:
        return IntRect(0, 0, 0, 0)
    left, top = int(columns[0]), int(rows[0])
    return IntRect(
        item.x + area.x + left, item.y + area.y + top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1
    )


def _fitted(slot: Slot, source: SourceFile, place: IntRect, depth: str) -> "tuple[Pixels, int, int]":
    """Straight pixels in the size of their place, and where their first one lies in the image."""
    key = (slot.fit, slot.focus_x, slot.focus_y, place, depth)
    if key not in source.fitted:
        if len(source.fitted) >= SIZES_KEPT:
            source.fitted.clear()
        source.fitted[key] = _cut_and_sized(slot, source, place, depth)
    return source.fitted[key]


def _cut_and_sized(slot: Slot, source: SourceFile, place: IntRect, depth: str) -> "tuple[Pixels, int, int]":
    import numpy as np

    from render.image_io.values import to_depth
    from render.kernels.convert import premultiply, unpremultiply
    from render.kernels.resample import resize

    image = source.image
    rect = placed(slot, place.to_rect(), image.width, image.height)
    # Cut first, in the picture's own pixels: a photograph of 40 megapixels is not resized for what nobody sees.
    across, down = rect.width / image.width, rect.height / image.height
    left, top = max(0.0, place.x - rect.x) / across, max(0.0, place.y - rect.y) / down
    wide, high = min(rect.width, place.width) / across, min(rect.height, place.height) / down
    part = image.pixels[
        round(top) : max(round(top) + 1, round(top + high)), round(left) : max(round(left) + 1, round(left + wide))
    ]
    width, height = max(1, round(min(rect.width, place.width))), max(1, round(min(rect.height, place.height)))
    sized = unpremultiply(resize(premultiply(np.ascontiguousarray(to_depth(part, depth))), width, height))
    return sized, round(max(rect.x, place.x)), round(max(rect.y, place.y))


def _tiles(filling: Filling, pixels: "Pixels") -> tuple[tuple[int, int, str], ...]:
    from editor.formats.image import put_tiles

    return put_tiles(filling.project, pixels)


def _into_link(filling: Filling, item: EmbedLayer, source: SourceFile) -> None:
    """The linked picture becomes another one. A linked image that stands nowhere else is filled itself; for anything
    else a new image takes the link, and what was linked stays in the project."""
    project, linked = filling.project, item.source.document
    layers = [one for one in project.children(linked, Record) if type(one).kind.startswith("raster.")]
    uses = sum(1 for one in project.records.values() for link in embeds_of(one) if link.document == linked)
    if uses == 1 and len(layers) == 1 and isinstance(layers[0], PixelLayer):
        sheet = project.find(linked, RasterDocument)
        place = IntRect(0, 0, sheet.width, sheet.height)
        pixels, x, y = _fitted(filling.slot, source, place, sheet.depth)
        run(project, "raster.replace_picture", layer=layers[0].id, tiles=_tiles(filling, pixels), x=x, y=y)
        return
    display = Display(project)
    try:
        width, height = display.size(linked, item.source.part)
    finally:
        display.close()
    place = IntRect(0, 0, max(1, round(width)), max(1, round(height)))
    selection = project.selection
    document: str = run(
        project, "raster.new_document", name=source.path.stem, width=place.width, height=place.height, background=None
    )
    pixels, x, y = _fitted(filling.slot, source, place, "uint8")
    layer = next(one.id for one in project.children(document, PixelLayer))
    run(project, "raster.replace_picture", layer=layer, tiles=_tiles(filling, pixels), x=x, y=y)
    scale = Affine.scaling(width / place.width, height / place.height)
    values = {"source": {"type": "embed", "document": document}, "transform": scale.then(item.transform)}
    run(project, "project.set_fields", records=(item.id,), values=values)
    project.select(selection)


def _onto_material(filling: Filling, item: SceneMaterial, source: SourceFile) -> None:
    """Into the texture that the material has, when no other material shows it too; else as a texture of its own."""
    project, encoded = filling.project, source.encoded
    blob = project.blobs.put(encoded.data)
    key = item.base_texture.texture if item.base_texture is not None else None
    shared = sum(
        1 for other in project.index.of_type(SceneMaterial)
        for name in item.__struct_fields__ if name.endswith("_texture")
        if (use := getattr(project.records[other], name)) is not None and use.texture == key
    )
    if key is not None and shared == 1 and isinstance(project.get(key), SceneTexture):
        held = PictureData(blob=blob, media_type=encoded.media_type)
        run(project, "project.set_fields", records=(key,), values={"source": held, "name": source.path.stem})
        return
    run(
        project, "scene.set_texture", material=item.id, source=blob, media_type=encoded.media_type,
        name=source.path.stem,
    )
