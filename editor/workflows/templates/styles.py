"""Colours and visibility of what a template shows."""

import colorsys
from typing import Any

import msgspec

from editor.commands.registry import run
from editor.commands.template.places import shown_field, styles_of
from editor.model.raster import AdjustmentLayer, PixelLayer
from editor.model.scene import SceneDocument, SceneMaterial, SceneNode
from editor.model.vector import FillStyle, Page, SolidPaint, StrokeStyle
from editor.model.vector.paints import GRADIENTS
from editor.model.video import Caption
from editor.workflows.templates.fill import Filling
from render.color import Color
from render.vector.values import Stop


def put_visible(filling: Filling, shown: bool) -> None:
    """Show a record, or hide it, by the field that its kind has for that."""
    field = shown_field(filling.item)
    if field is not None:
        name, shows = field
        _set(filling, name, shows if shown else not shows)


def put_color(filling: Filling, color: Color) -> None:
    """Opaque colours keep the opacity that the place was drawn with."""
    project, item, target = filling.project, filling.item, filling.target
    if target.property in ("fill", "stroke"):
        _paint(filling, color)
    elif isinstance(item, PixelLayer):
        run(project, "raster.recolor", layer=item.id, color=color.to_hex())
    elif isinstance(item, AdjustmentLayer):
        _set(filling, "adjustment", _tint(color))
    elif isinstance(item, Caption):
        name = "background" if target.property == "background" else "color"
        kept = color.with_alpha(item.style.background.alpha) if name == "background" and color.alpha == 1 else color
        run(project, "video.edit_caption", caption=item.id, style=msgspec.structs.replace(item.style, **{name: kept}))
    elif isinstance(item, SceneMaterial):
        run(project, "scene.set_material", material=item.id, values={"base_color": color})
    elif isinstance(item, SceneDocument) and target.property == "sun":
        run(project, "scene.set_sun", document=item.id, sun=msgspec.structs.replace(item.sun, color=color))
    elif isinstance(item, SceneDocument):
        run(project, "scene.set_background", document=item.id, background=color)
    elif isinstance(item, Page):
        run(project, "vector.set_page", page=item.id, background=color.to_hex())
    elif isinstance(item, SceneNode) and item.lamp is not None:
        _set(filling, "lamp", msgspec.structs.replace(item.lamp, color=color))
    elif target.property == "background":
        _set(filling, "background", color)
    else:
        _set(filling, "source", {"type": "color", "color": color})


def _tint(color: Color) -> dict[str, Any]:
    """The adjustment that gives everything below the hue of a colour."""
    parts = (min(1.0, max(0.0, part)) for part in (color.red, color.green, color.blue))
    hue, _, saturation = colorsys.rgb_to_hls(*parts)
    return {"type": "hue_saturation", "hue": (hue * 360 + 180) % 360 - 180, "saturation": saturation, "colorize": True}


def _paint(filling: Filling, color: Color) -> None:
    """A plain paint, or one stop of the gradient that is there; a gradient without a stop named becomes plain."""
    project, target = filling.project, filling.target
    cls = FillStyle if target.property == "fill" else StrokeStyle
    style = next((style for style in styles_of(filling.item) if isinstance(style, cls)), None)
    paint: Any = SolidPaint(color=color)
    if style is not None and target.part is not None and isinstance(style.paint, GRADIENTS):
        stops = list(style.paint.stops)
        stops[target.part] = Stop(stops[target.part].offset, color)
        paint = msgspec.structs.replace(style.paint, stops=tuple(stops))
    run(project, f"vector.set_{target.property}", nodes=(target.record,), paint=paint)


def _set(filling: Filling, field: str, value: Any) -> None:
    run(filling.project, "project.set_fields", records=(filling.item.id,), values={field: value})
