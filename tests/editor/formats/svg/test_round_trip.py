"""What is drawn is written so that reading it draws the same."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.svg import import_svg
from editor.formats.svg.writing import write_svg
from editor.model.vector import (
    BlurEffect,
    ColorEffect,
    Contour,
    FillStyle,
    LinearPaint,
    PathNode,
    RadialPaint,
    ShadowEffect,
    SolidPaint,
    StrokeStyle,
    SweepPaint,
)  # fmt: skip
from render.color import Color
from render.geometry import Affine
from render.vector.values import Stop

unit = st.floats(0.0, 1.0)
colors = st.builds(Color, unit, unit, unit, st.floats(0.2, 1.0))
# A hand places things on thousandths: SVG is written with six digits, and shapes that are flat by less than that turn
# into others when they are cut (an inside stroke of a contour 1e-245 high).
place = st.integers(-20_000, 120_000).map(lambda value: value / 1000)
size = st.integers(4_000, 90_000).map(lambda value: value / 1000)
stops = st.tuples(st.builds(Stop, st.just(0.1), colors), st.builds(Stop, st.just(0.9), colors))
paints = st.one_of(
    st.builds(SolidPaint, color=colors),
    st.builds(
        LinearPaint, x1=unit, y1=unit, x2=st.just(1.5), y2=unit, stops=stops, spread=st.sampled_from(["pad", "reflect"])
    ),
    st.builds(RadialPaint, stops=stops, r=st.floats(0.2, 1.0)),
)
rules = st.sampled_from(["nonzero", "evenodd"])
fills = st.builds(FillStyle, paint=paints, opacity=st.floats(0.3, 1.0), rule=rules)
strokes = st.builds(
    StrokeStyle, paint=paints, width=st.floats(0.5, 12.0), cap=st.sampled_from(["butt", "round", "square"]),
    join=st.sampled_from(["miter", "round", "bevel"]), dashes=st.sampled_from([(), (6.0, 3.0), (5.0, 2.0, 1.0)]),
    align=st.sampled_from(["center", "inside", "outside"]),
)  # fmt: skip
styles = st.lists(st.one_of(fills, strokes), min_size=1, max_size=3).map(tuple)
points = st.tuples(place, place)
nodes = st.builds(PathNode, place, place, st.none() | points, st.none() | points)
contour = st.builds(Contour, st.lists(nodes, min_size=2, max_size=5).map(tuple), st.booleans())
contours = st.lists(contour, min_size=1, max_size=2)
effects = st.lists(
    st.one_of(
        st.builds(BlurEffect, radius=st.floats(0.5, 4.0)),
        st.builds(ShadowEffect, color=st.just(Color(0.0, 0.0, 0.0))),
        st.builds(ColorEffect, function=st.sampled_from(["grayscale", "sepia", "invert", "hue-rotate"]), amount=unit),
    ),
    max_size=2,
).map(tuple)


def _draw_shape(data: st.DataObject, project: Project, page: str) -> str:
    kind = data.draw(st.sampled_from(["rectangle", "ellipse", "path"]))
    look: dict[str, Any] = {"parent": page, "styles": data.draw(styles)}
    if kind == "rectangle":
        values = {"x": data.draw(place), "y": data.draw(place), "width": data.draw(size), "height": data.draw(size)}
        radius = data.draw(st.sampled_from([0.0, 5.0]))
        return str(run(project, "vector.add_rectangle", radius=radius, **values, **look))
    if kind == "ellipse":
        values = {"cx": data.draw(place), "cy": data.draw(place), "rx": data.draw(size), "ry": data.draw(size)}
        return str(run(project, "vector.add_ellipse", **values, **look))
    return str(run(project, "vector.add_path", contours=tuple(data.draw(contours)), **look))


def _pixels(project: Project, document: str) -> np.ndarray:
    display = Display(project)
    try:
        return np.asarray(display.render_whole(document, 2.0)).astype(int)
    finally:
        display.close()


def _outside(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How far each pixel is outside what the other picture has within one pixel: edges may round differently."""
    import cv2

    plain = other.astype(np.float32)
    low, high = cv2.erode(plain, np.ones((3, 3))), cv2.dilate(plain, np.ones((3, 3)))
    return np.asarray(np.maximum(np.maximum(low - one, one - high), 0).max(axis=2))


def assert_same_look(project: Project, document: str) -> None:
    display = Display(project)
    data, _ = write_svg(display, document)
    display.close()
    again = Project.in_memory()
    copy, report = import_svg(again, data)
    assert not report.dropped
    first, second = _pixels(project, document), _pixels(again, copy)
    assert first.shape == second.shape
    different = np.maximum(_outside(first, second), _outside(second, first)) > 48
    assert different.mean() < 0.006, re.sub(r"base64,[^\"]*", "", data.decode())


# Shrinking a failure would draw pictures for minutes.
@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
@given(st.data())
def test_random_drawings_look_the_same_after_export_and_import(data: st.DataObject) -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", width=100.0, height=80.0)
    keys = [_draw_shape(data, project, document) for _ in range(data.draw(st.integers(1, 4)))]
    if data.draw(st.booleans()):
        turn = Affine.rotation(data.draw(st.floats(0.0, 6.0)))
        run(project, "vector.transform", nodes=(keys[0],), matrix=turn)
    if data.draw(st.booleans()):
        run(project, "vector.set_effects", nodes=(keys[-1],), effects=data.draw(effects))
    if len(keys) > 1 and data.draw(st.booleans()):
        group = run(project, "vector.group", nodes=tuple(keys[:2]))
        run(project, "vector.set_opacity", nodes=(group,), opacity=0.5)
        blend = data.draw(st.sampled_from(["multiply", "screen", "normal"]))
        run(project, "vector.set_blend", nodes=(group,), blend=blend)
    assert_same_look(project, document)


@pytest.mark.parametrize("align", ["start", "middle", "end", "justify"])
def test_paragraphs_look_the_same_after_export_and_import(align: str) -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", width=200.0, height=120.0)
    text = run(
        project, "vector.add_text", parent=document, text="Words that wrap, twice & <more>\nand a new line", x=10.0,
        y=5.0, width=150.0, size=18.0,
    )  # fmt: skip
    run(project, "vector.set_type", shapes=(text,), align=align, letter_spacing=0.5)
    if align != "justify":  # SVG has no justified text: gaps are written as they would stand without it
        assert_same_look(project, document)


def test_the_report_names_what_svg_cannot_say() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", pages=2)
    sweep = FillStyle(paint=SweepPaint(stops=(Stop(0.0, Color()), Stop(1.0, Color(1.0, 1.0, 1.0)))))
    run(project, "vector.add_ellipse", parent=document, styles=(sweep, StrokeStyle(align="inside")))
    display = Display(project)
    _, report = write_svg(display, document)
    display.close()
    assert report.converted["sweep gradient"] == 1
    assert report.converted["stroke on one side"] == 1
    assert report.dropped["page"] == 1


def test_foreign_attributes_survive() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:ink="http://ink" width="9" height="9" ink:version="7">'
        '<rect width="5" height="5" ink:label="mine &amp; yours"/></svg>'
    )
    project = Project.in_memory()
    document, _ = import_svg(project, svg.encode())
    display = Display(project)
    data, _ = write_svg(display, document)
    display.close()
    assert b'label="mine &amp; yours"' in data
    assert b'version="7"' in data
    assert b"http://ink" in data
