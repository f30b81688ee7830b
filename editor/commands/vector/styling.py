"""Fills, strokes, gradients, opacity, blending, effects, visibility."""

from collections.abc import Callable
from typing import Annotated, Literal

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import command
from editor.commands.vector.targets import nodes_of, put
from editor.document.project import Project
from editor.model.values import RecordId, Unit
from editor.model.vector import (
    Effect,
    FillStyle,
    FilterEffect,
    FilterResource,
    Group,
    Node,
    Paint,
    Painted,
    PatternPaint,
    PatternResource,
    SolidPaint,
    StrokeStyle,
    Style,
    TextShape,
)  # fmt: skip
from render.color import Color
from render.vector.values import Blend, Cap, FillRule, Join

Restyle = Callable[[tuple[Style, ...]], tuple[Style, ...]]


def painted(project: Project, keys: tuple[str, ...]) -> list[Painted | TextShape]:
    """The shapes and texts among nodes, those inside groups included. Raises ExpectedError when there are none."""
    found: list[Painted | TextShape] = []
    for item in nodes_of(project, keys):
        below = (project.get(key) for key in project.index.subtree(item.id)) if isinstance(item, Group) else (item,)
        found += [one for one in below if isinstance(one, Painted | TextShape)]
    if not found:
        raise ExpectedError(tr("Nothing here has a fill or a stroke."))
    return found


def restyle(project: Project, keys: tuple[str, ...], change: Restyle) -> None:
    for item in painted(project, keys):
        if isinstance(item, TextShape):
            spans = tuple(msgspec.structs.replace(span, styles=change(span.styles)) for span in item.spans)
            put(project, msgspec.structs.replace(item, spans=spans))
        else:
            put(project, msgspec.structs.replace(item, styles=change(item.styles)))


def _check(project: Project, paint: Paint | None) -> None:
    if isinstance(paint, PatternPaint):
        project.find(paint.pattern, PatternResource)


@command("vector.set_fill", label="Set fill")
def set_fill(
    project: Project, *, nodes: tuple[RecordId, ...], paint: Paint | None = SolidPaint(), opacity: Unit | None = None,
    rule: FillRule | None = None,
) -> None:
    """Set the fill of shapes and texts, gradients and patterns included; none takes the fills away."""
    _check(project, paint)

    def change(styles: tuple[Style, ...]) -> tuple[Style, ...]:
        if paint is None:
            return tuple(style for style in styles if not isinstance(style, FillStyle))
        first = next((style for style in styles if isinstance(style, FillStyle)), None)
        base = first or FillStyle()
        made = msgspec.structs.replace(
            base, paint=paint, visible=True, opacity=base.opacity if opacity is None else opacity,
            rule=base.rule if rule is None else rule,
        )  # fmt: skip
        if first is None:
            return (made, *styles)
        return tuple(made if style is first else style for style in styles)

    restyle(project, nodes, change)


@command("vector.set_stroke", label="Set stroke")
def set_stroke(
    project: Project, *, nodes: tuple[RecordId, ...], paint: Paint | None = None,
    width: Annotated[float, msgspec.Meta(ge=0)] | None = None, opacity: Unit | None = None, cap: Cap | None = None,
    join: Join | None = None, miter_limit: Annotated[float, msgspec.Meta(ge=1)] | None = None,
    dashes: tuple[Annotated[float, msgspec.Meta(ge=0)], ...] | None = None, dash_offset: float | None = None,
    align: Literal["center", "inside", "outside"] | None = None,
) -> None:
    """Change what is given of the stroke, and add one where there is none."""
    _check(project, paint)
    said = {
        "paint": paint, "width": width, "opacity": opacity, "cap": cap, "join": join, "miter_limit": miter_limit,
        "dashes": dashes, "dash_offset": dash_offset, "align": align,
    }  # fmt: skip
    given = {name: value for name, value in said.items() if value is not None}

    def change(styles: tuple[Style, ...]) -> tuple[Style, ...]:
        first = next((style for style in styles if isinstance(style, StrokeStyle)), None)
        if first is None:
            return (*styles, msgspec.structs.replace(StrokeStyle(), **given))
        made = msgspec.structs.replace(first, visible=True, **given)
        return tuple(made if style is first else style for style in styles)

    restyle(project, nodes, change)


@command("vector.remove_stroke", label="Remove stroke")
def remove_stroke(project: Project, *, nodes: tuple[RecordId, ...]) -> None:
    """Take all strokes away."""
    restyle(project, nodes, lambda styles: tuple(style for style in styles if not isinstance(style, StrokeStyle)))


@command("vector.set_styles", label="Set fills and strokes")
def set_styles(project: Project, *, nodes: tuple[RecordId, ...], styles: tuple[Style, ...]) -> None:
    """The whole list of fills and strokes, the lowest first."""
    for style in styles:
        _check(project, style.paint)
    restyle(project, nodes, lambda _: styles)


@command("vector.set_color", label="Set colour")
def set_color(
    project: Project, *, nodes: tuple[RecordId, ...], color: str, where: Literal["fill", "stroke"] = "fill"
) -> None:
    """A plain colour, #rrggbb or #rrggbbaa, as fill or stroke."""
    try:
        paint = SolidPaint(color=Color.from_hex(color))
    except ValueError as error:
        raise ExpectedError(tr("{text} is no colour.", text=color), tr("Write #rrggbb or #rrggbbaa.")) from error
    if where == "fill":
        set_fill(project, nodes=nodes, paint=paint)
    else:
        set_stroke(project, nodes=nodes, paint=paint)


@command("vector.set_opacity", label="Set opacity")
def set_opacity(project: Project, *, nodes: tuple[RecordId, ...], opacity: Unit) -> None:
    """Opacity of whole objects, from 0 to 1."""
    for item in nodes_of(project, nodes):
        project.put(msgspec.structs.replace(item, opacity=opacity))


@command("vector.set_blend", label="Set blend mode")
def set_blend(project: Project, *, nodes: tuple[RecordId, ...], blend: Blend) -> None:
    """How objects mix with what lies below."""
    for item in nodes_of(project, nodes):
        project.put(msgspec.structs.replace(item, blend=blend))


@command("vector.set_effects", label="Set effects")
def set_effects(project: Project, *, nodes: tuple[RecordId, ...], effects: tuple[Effect, ...]) -> None:
    """Live blurs, shadows, colour changes and filters, the first applied first."""
    for effect in effects:
        if isinstance(effect, FilterEffect):
            project.find(effect.filter, FilterResource)
    for item in nodes_of(project, nodes):
        put(project, msgspec.structs.replace(item, effects=effects))


@command("vector.set_visible", label="Show or hide")
def set_visible(project: Project, *, nodes: tuple[RecordId, ...], visible: bool) -> None:
    """Show or hide objects."""
    _flags(project, nodes, "visible", visible)


@command("vector.set_locked", label="Lock or unlock")
def set_locked(project: Project, *, nodes: tuple[RecordId, ...], locked: bool) -> None:
    """Locked objects cannot be picked on the canvas."""
    _flags(project, nodes, "locked", locked)


def _flags(project: Project, keys: tuple[str, ...], field: str, value: bool) -> None:
    for key in dict.fromkeys(keys):
        project.put(msgspec.structs.replace(project.find(key, Node), **{field: value}))
