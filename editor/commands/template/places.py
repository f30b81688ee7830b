"""Which properties of a record a slot can fill."""

from collections.abc import Iterator

from editor.document.project import Project
from editor.model.raster import AdjustmentLayer, EmbedLayer, HueSaturation, PixelLayer
from editor.model.record import Record
from editor.model.scene import SceneDocument, SceneMaterial, SceneMesh, SceneNode
from editor.model.template import Property, Target
from editor.model.vector import (
    EmbedFrame,
    FillStyle,
    Group,
    LinearPaint,
    Node,
    Page,
    Painted,
    PictureFrame,
    RadialPaint,
    StrokeStyle,
    Style,
    SweepPaint,
    TextShape,
)  # fmt: skip
from editor.model.video import Caption, Clip, ColorSource, Track, VideoDocument

GRADIENTS = (LinearPaint, RadialPaint, SweepPaint)


def places_of(project: Project, key: str) -> tuple[Property, ...]:
    """The properties of a record that can be slots, what people mostly mean first."""
    item = project.get(key)
    return tuple(dict.fromkeys(_places(project, item))) if item is not None else ()


def targets_of(project: Project, key: str) -> tuple[Target, ...]:
    """One target for each property; those of a node of a scene lie on its materials."""
    item = project.get(key)
    found = [Target(record=key, property=name) for name in places_of(project, key)]
    if isinstance(item, SceneNode) and item.mesh is not None:
        mesh = project.get(item.mesh)
        used = {part.material for part in mesh.parts if part.material} if isinstance(mesh, SceneMesh) else set()
        found += [
            Target(record=material, property=name) for material in sorted(used) for name in places_of(project, material)
        ]
    return tuple(found)


def _places(project: Project, item: Record) -> Iterator[Property]:
    family = type(item).kind.partition(".")[0]
    if family == "vector":
        yield from _of_drawings(item)
    elif family == "raster":
        yield from _of_images(item)
    elif family == "video":
        yield from _of_films(project, item)
    elif family == "scene":
        yield from _of_scenes(item)
    if shown_field(item) is not None:
        yield "visible"


def shown_field(item: Record) -> tuple[str, bool] | None:
    """The field that hides a record, and the value that shows it; None for what cannot be hidden."""
    for name, shown in (("visible", True), ("enabled", True), ("hidden", False)):
        if isinstance(getattr(item, name, None), bool):
            return name, shown
    return None


def _of_drawings(item: Record) -> Iterator[Property]:
    if isinstance(item, TextShape):
        yield from ("text", "font")
    if isinstance(item, PictureFrame | EmbedFrame):
        yield "picture"
    if isinstance(item, Page):
        yield "background"
    styles = styles_of(item) if isinstance(item, Node) else ()
    if isinstance(item, Group | Painted) or any(isinstance(style, FillStyle) for style in styles):
        yield "fill"
    if isinstance(item, Group) or any(isinstance(style, StrokeStyle) for style in styles):
        yield "stroke"


def _of_images(item: Record) -> Iterator[Property]:
    if isinstance(item, PixelLayer | EmbedLayer):
        yield "picture"
    if isinstance(item, PixelLayer) or isinstance(item, AdjustmentLayer) and isinstance(item.adjustment, HueSaturation):
        yield "color"


def _of_films(project: Project, item: Record) -> Iterator[Property]:
    if isinstance(item, Caption):
        yield from ("text", "font", "color", "background")
    if isinstance(item, VideoDocument):
        yield "background"
    if isinstance(item, Clip):
        track = project.get(item.parent or "")
        if isinstance(item.source, ColorSource):
            yield "color"
        yield "clip"
        if isinstance(track, Track) and track.media == "video":
            yield "picture"
    if isinstance(item, Track):
        yield "visible"


def _of_scenes(item: Record) -> Iterator[Property]:
    if isinstance(item, SceneMaterial):
        yield from ("color", "picture")
    if isinstance(item, SceneNode) and item.lamp is not None:
        yield "color"
    if isinstance(item, SceneDocument):
        yield from ("background", "sun", "environment")


def styles_of(item: Record) -> tuple[Style, ...]:
    """The fills and strokes of a shape, or of a text's first span."""
    if isinstance(item, Painted):
        return item.styles
    return item.spans[0].styles if isinstance(item, TextShape) and item.spans else ()


def has_part(item: Record, target: Target) -> bool:
    """Whether the span or the stop that a target names is there; a word may come and go with what is written."""
    if target.word:
        return target.property == "text" and target.part is None
    if target.part is None:
        return True
    if target.property == "text":
        return isinstance(item, TextShape) and target.part < len(item.spans)
    cls = FillStyle if target.property == "fill" else StrokeStyle
    style = next((style for style in styles_of(item) if isinstance(style, cls)), None)
    stops = style.paint.stops if style is not None and isinstance(style.paint, GRADIENTS) else ()
    return target.property in ("fill", "stroke") and target.part < len(stops)
