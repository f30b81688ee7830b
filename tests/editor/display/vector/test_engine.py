"""What is built again, what is damaged, and that edits show."""

import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.commands.registry import run
from editor.display.display import Damage, Display
from editor.display.engine import Request
from editor.display.vector.drawing import VectorDrawing
from editor.document.project import Project
from editor.model.vector import BlurEffect, Page, SolidPaint
from render.color import Color
from render.geometry import IntRect


@pytest.fixture
def project() -> Project:
    made = Project.in_memory()
    run(made, "vector.new_document", width=100.0, height=80.0)
    return made


def document_of(project: Project) -> str:
    return project.documents()[0].id


def nodes_of(display: Display, document: str) -> list[object]:
    drawing = display.drawing(document)
    assert isinstance(drawing, VectorDrawing)
    return list(drawing.nodes)


def test_only_the_changed_shape_is_built_again(project: Project) -> None:
    document = document_of(project)
    keys = [run(project, "vector.add_rectangle", parent=document, x=10.0 * n) for n in range(5)]
    display = Display(project)
    before = nodes_of(display, document)
    run(project, "vector.move", nodes=(keys[2],), dx=3.0)
    after = nodes_of(display, document)
    assert [one is two for one, two in zip(before, after, strict=True)] == [True, True, False, True, True]
    display.close()


def test_damage_is_where_the_shape_was_and_is(project: Project) -> None:
    document = document_of(project)
    key = run(project, "vector.add_rectangle", parent=document, x=10.0, y=10.0, width=10.0, height=10.0)
    display = Display(project)
    display.drawing(document)
    heard: list[Damage] = []
    display.damaged.connect(heard.append)
    run(project, "vector.move", nodes=(key,), dx=30.0)
    region = heard[-1].region
    assert region is not None
    assert region.x <= 10 and region.right >= 50 and region.bottom < 40
    display.close()


def test_a_resource_changes_what_uses_it(project: Project) -> None:
    from editor.formats.svg import import_svg

    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><clipPath id="c"><rect width="5" height="5"/>'
        '</clipPath><rect width="20" height="20" clip-path="url(#c)"/></svg>'
    )
    document, _ = import_svg(project, svg.encode())
    display = Display(project)
    before = display.render_whole(document)
    clip = next(item for item in project.records.values() if type(item).kind == "vector.clip")
    run(project, "vector.set_box", shape=project.children(clip.id)[0].id, x=0.0, y=0.0, width=15.0, height=15.0)
    after = display.render_whole(document)
    assert (before[..., 3] > 0).sum() == 25
    assert (after[..., 3] > 0).sum() == 225
    display.close()


def test_a_region_is_a_window_on_the_page(project: Project) -> None:
    document = document_of(project)
    key = run(project, "vector.add_ellipse", parent=document)
    run(project, "vector.set_effects", nodes=(key,), effects=(BlurEffect(radius=3.0),))
    run(project, "vector.add_text", parent=document, text="Text", x=20.0, y=20.0)
    display = Display(project)
    drawing = display.drawing(document)
    whole = drawing.draw(Request(IntRect(0, 0, 150, 120), 1.5))
    part = drawing.draw(Request(IntRect(31, 17, 50, 60), 1.5))
    assert np.abs(whole[17:77, 31:81].astype(int) - part.astype(int)).max() <= 8
    display.close()


def test_wider_pixels_hold_the_same(project: Project) -> None:
    document = document_of(project)
    run(project, "vector.add_rectangle", parent=document)
    display = Display(project)
    eight = display.render_whole(document)
    assert (display.render_whole(document, dtype="uint16") == eight.astype(np.uint16) * 257).all()
    assert np.allclose(display.render_whole(document, dtype="float32"), eight / 255)
    display.close()


def test_undo_draws_what_was_there(project: Project) -> None:
    document = document_of(project)
    key = run(project, "vector.add_rectangle", parent=document)
    display = Display(project)
    before = display.render_whole(document)
    run(project, "vector.set_fill", nodes=(key,), paint=SolidPaint(color=Color(1.0, 0.0, 0.0)))
    assert not np.array_equal(display.render_whole(document), before)
    project.undo()
    assert display.render_whole(document) is before
    display.close()


def test_pages_are_parts(project: Project) -> None:
    document = document_of(project)
    second = run(project, "vector.add_page", document=document, width=30.0, height=20.0)
    display = Display(project)
    assert display.parts(document)[1] == second
    assert display.size(document, second) == (30.0, 20.0)
    with pytest.raises(ExpectedError):
        display.drawing(document, "no page")
    assert isinstance(project.get(second), Page)
    display.close()
