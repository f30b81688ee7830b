"""Words that were clear of art at an edge stay clear of it, in every format."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.vector import Page
from editor.model.video import Clip
from editor.workflows.templates.built_in import built_in, make
from editor.workflows.templates.format_clearing import nearness
from editor.workflows.templates.format_drawings import DrawnPage
from editor.workflows.templates.format_items import Item, part_of
from editor.workflows.templates.format_pages import relaid
from editor.workflows.templates.format_sizes import FORMATS
from editor.workflows.templates.formats import make_formats
from render.geometry import Rect

CARD = Rect(0, 0, 320, 208)


def measure(_key: str, scale: float, _wrap: float | None) -> tuple[float, float]:
    return 180.0 * scale, 32.0 * scale


def items(inner: float = 96.0) -> list[Item]:
    rings = [Item(f"ring{radius}", Rect(341 - radius, 242 - radius, 2 * radius, 2 * radius)) for radius in (146, inner)]
    return [*rings, Item("name", Rect(27, 114, 180, 32), "text", 29.0)]


@pytest.mark.parametrize("key", list(FORMATS))
def test_rings_make_room_for_a_name_and_stay_around_one_middle(key: str) -> None:
    drawn, new = items(), Rect(0, 0, *FORMATS[key].page())
    assert nearness(drawn[0].box, drawn[2].box) > 0.97
    plan = relaid(drawn, CARD, new, measure)
    outer, inner, name = (plan.of(item.key) for item in drawn)
    assert outer is not None and inner is not None and name is not None
    assert nearness(outer.box, name.box) > 1.0
    assert math.isclose(outer.box.center.x, inner.box.center.x) and math.isclose(outer.box.center.y, inner.box.center.y)
    assert outer.box.right > new.right and outer.box.bottom > new.bottom, "they still hang over the corner"
    assert math.isclose(outer.box.width, outer.box.height)


def test_words_that_stood_over_a_disc_stay_over_it() -> None:
    disc = Item("disc", Rect(100, -40, 300, 300))
    assert part_of(disc, CARD) == "bleed"
    name = Item("name", Rect(110, 90, 180, 32), "text", 29.0)
    new = Rect(0, 0, 1080, 1920)
    alone, both = relaid([disc], CARD, new, measure).of("disc"), relaid([disc, name], CARD, new, measure).of("disc")
    assert alone == both


@given(st.floats(-5, 5), st.floats(-5, 5), st.floats(0.1, 3), st.floats(0.1, 3))
def test_nearness_is_that_of_the_nearest_corner_or_side(x: float, y: float, width: float, height: float) -> None:
    words = Rect(x, y, width, height)
    points = [(x + width * a / 20, y + height * b / 20) for a in range(21) for b in range(21)]
    nearest = min(math.hypot(*point) for point in points)
    assert nearness(Rect(-1, -1, 2, 2), words) <= nearest + 1e-9


def test_the_logo_card_has_its_name_beside_the_rings_everywhere() -> None:
    project = Project.in_memory()
    document = make(project, built_in("vector-card"))
    made = make_formats(project, document, list(FORMATS.values()))
    for key in (document, *(one.document for one in made)):
        page = project.children(key, Page)[0].id
        shown = DrawnPage(project, page).items()
        rings = [item for item in shown if item.sort == "art" and item.box.right > project.find(page, Page).width]
        words = [item for item in shown if item.sort == "text"]
        assert rings and words
        for ring in rings:
            assert all(nearness(ring.box, item.box) >= 0.99 for item in words)


def test_a_films_headline_is_clear_of_the_discs_on_the_ground_below_it() -> None:
    project = Project.in_memory()
    document = make(project, built_in("video-title"))
    made = make_formats(project, document, list(FORMATS.values()))
    for one in made:
        clips = (project.records[key] for key in project.index.subtree(one.document))
        pages = [
            project.children(item.source.document, Page)[0].id for item in clips
            if isinstance(item, Clip) and isinstance(item.source, Embed)
        ]  # fmt: skip
        shown = [item for page in pages for item in DrawnPage(project, page).items()]
        discs = [item for item in shown if math.isclose(item.box.width, item.box.height, rel_tol=1e-3)]
        head = max((item for item in shown if item.sort == "text"), key=lambda item: item.letters)
        assert len(discs) == 3
        assert all(nearness(disc.box, head.box) >= 1.0 for disc in discs), one.format.key
