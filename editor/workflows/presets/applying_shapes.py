"""Presets of the look of shapes and texts."""

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.display import Display
from editor.display.vector.engine import VectorEngine
from editor.display.vector.measure import Measure
from editor.document.project import Project
from editor.formats.preset.content import AppearanceContent, Type
from editor.model.vector import Node, Painted, TextShape
from editor.workflows.library.placing import Spot
from editor.workflows.presets.taking import chosen_records
from render.geometry import Point

REACH = 4.0
"""Units of a page within which a thin line counts as hit."""


def put_on_nodes(project: Project, content: AppearanceContent, host: str, spot: Spot) -> tuple[str, ...]:
    """Raises ExpectedError where there is nothing to put it on."""
    nodes = _nodes_meant(project, host, spot)
    below = [project.get(key) for node in nodes for key in project.index.subtree(node)]
    done = False
    if content.styles is not None and any(isinstance(item, Painted | TextShape) for item in below):
        run(project, "vector.set_styles", nodes=nodes, styles=content.styles)
        done = True
    texts = tuple(dict.fromkeys(item.id for item in below if isinstance(item, TextShape)))
    if content.letters is not None and texts:
        _set_type(project, content.letters, texts)
        done = True
    if content.effects is not None:
        run(project, "vector.set_effects", nodes=nodes, effects=content.effects)
        done = True
    if content.blending is not None:
        run(project, "vector.set_opacity", nodes=nodes, opacity=content.blending.opacity)
        run(project, "vector.set_blend", nodes=nodes, blend=content.blending.blend)
        done = True
    if not done:
        raise ExpectedError(
            tr("Nothing here has a fill or a stroke.") if content.styles is not None
            else tr("This preset is for texts."),
            tr("Choose another shape or text."),
        )  # fmt: skip
    return nodes


def _nodes_meant(project: Project, host: str, spot: Spot) -> tuple[str, ...]:
    """What lies where the preset fell; else what is chosen."""
    if spot.node:
        found = [item.id for item in chosen_records(project, host, (spot.node,)) if isinstance(item, Node)]
    elif spot.at is not None:
        under = _under(project, host, spot)
        found = [] if under is None else [under]
    else:
        found = [item.id for item in chosen_records(project, host) if isinstance(item, Node)]
    if not found:
        raise ExpectedError(
            tr("There is no shape or text for this preset here."), tr("Choose some, or drop it on one.")
        )
    return tuple(found)


def _under(project: Project, host: str, spot: Spot) -> str | None:
    display = Display(project)
    try:
        engine = display.engine(host)
        assert isinstance(engine, VectorEngine)
        page = engine.page(host, spot.part)
        measure = Measure(project, engine.builder(host))
        assert spot.at is not None
        return measure.hit(page.id, Point(spot.at[0], spot.at[1]), REACH)
    finally:
        display.close()


def _set_type(project: Project, said: Type, texts: tuple[str, ...]) -> None:
    run(
        project, "vector.set_type", shapes=texts, family=said.family, size=said.size, weight=said.weight,
        slant=said.slant, letter_spacing=said.letter_spacing, word_spacing=said.word_spacing, align=said.align,
        line_height=said.line_height,
    )  # fmt: skip
