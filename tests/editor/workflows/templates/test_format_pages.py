"""Pages at other sizes: what holds for any page, and what a person expects of some."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.workflows.templates.format_groups import is_rule
from editor.workflows.templates.format_items import SAFE, Hold, Item, inset, part_of
from editor.workflows.templates.format_pages import relaid
from editor.workflows.templates.format_sizes import FORMATS
from render.geometry import Rect

A4 = Rect(0, 0, 794, 1123)
SMALLEST = 9.0


def measure(key: str, scale: float, wrap: float | None) -> tuple[float, float]:
    """Type as of a typewriter: the key says how many letters, in words of seven, and how large they are."""
    _, letters, size = key.split(":")
    count, letter = int(letters), float(size) * scale * 0.6
    if wrap is None:
        return count * letter, float(size) * scale * 1.2
    in_line = max(7, int(wrap / letter))
    lines = math.ceil(count / in_line)
    return min(count, in_line) * letter, lines * float(size) * scale * 1.2


def text(name: str, letters: int, size: float, x: float, y: float, wrap: float | None = None) -> Item:
    key = f"{name}:{letters}:{size}"
    width, height = measure(key, 1.0, wrap)
    return Item(key, Rect(x, y, width, height), "text", size, wrap)


@st.composite
def pages(draw: st.DrawFn) -> tuple[Rect, list[Item]]:
    page = Rect(0, 0, draw(st.floats(100, 3000)), draw(st.floats(100, 3000)))
    items = []
    for number in range(draw(st.integers(1, 7))):
        x, y = draw(st.floats(0.05, 0.8)) * page.width, draw(st.floats(0.05, 0.8)) * page.height
        if draw(st.booleans()):
            size = draw(st.floats(4, 60))
            made = text(f"t{number}", draw(st.integers(1, 120)), size, x, y, draw(st.sampled_from([None, 200.0])))
        else:
            box = Rect(x, y, draw(st.floats(0.02, 0.9)) * page.width, draw(st.floats(0.02, 0.9)) * page.height)
            made = Item(f"a{number}:1:1", box, draw(st.sampled_from(["art", "picture", "shape"])))
        items.append(made)
    return page, items


sizes = st.sampled_from([Rect(0, 0, *item.page()) for item in FORMATS.values()])


@settings(max_examples=60, deadline=None)
@given(pages(), sizes)
def test_what_stood_inside_stands_inside_and_can_be_read(drawn: tuple[Rect, list[Item]], new: Rect) -> None:
    page, items = drawn
    plan = relaid(items, page, new, measure, SMALLEST)
    by_key = {item.key: item for item in items}
    assert {one.key for one in plan.placed} | set(plan.left_out) == set(by_key)
    is_enlarged = math.isclose(new.width / page.width, new.height / page.height, rel_tol=1e-9)
    safe = inset(new).expanded(1e-3) if not is_enlarged else new.expanded(1e-3)  # then margins are what they were
    for placed in plan.placed:
        item = by_key[placed.key]
        if part_of(item, page) != "content":
            continue
        assert safe.x <= placed.box.x and safe.y <= placed.box.y
        assert placed.box.right <= safe.right and placed.box.bottom <= safe.bottom
        if item.letters:
            assert item.letters * placed.scale >= SMALLEST - 1e-6
        elif is_rule(item):
            assert math.isclose(placed.box.height, item.box.height * placed.scale, rel_tol=1e-6), "as thick as before"
        else:
            assert math.isclose(
                placed.box.width / placed.box.height, item.box.width / item.box.height, rel_tol=1e-6
            ), "art keeps its proportions"


@settings(max_examples=40, deadline=None)
@given(pages(), sizes)
def test_what_lay_apart_lies_apart(drawn: tuple[Rect, list[Item]], new: Rect) -> None:
    page, items = drawn
    plan = relaid(items, page, new, measure, SMALLEST)
    content = [item for item in items if part_of(item, page) == "content" and plan.of(item.key)]
    for number, one in enumerate(content):
        for other in content[number + 1 :]:
            if one.box.intersection(other.box).is_empty:
                first, second = plan.of(one.key), plan.of(other.key)
                assert first is not None and second is not None
                assert first.box.expanded(-1e-3).intersection(second.box.expanded(-1e-3)).is_empty


@settings(max_examples=30, deadline=None)
@given(pages())
def test_the_same_size_changes_nothing(drawn: tuple[Rect, list[Item]]) -> None:
    page, items = drawn
    inside = [item for item in items if part_of(item, page) == "content" and _is_within(item.box, inset(page))]
    apart = [item for item in inside if all(
        item is other or item.box.intersection(other.box).is_empty for other in inside
    )]
    for placed in relaid(apart, page, page, measure).placed:
        item = next(item for item in apart if item.key == placed.key)
        assert abs(placed.box.x - item.box.x) < 1e-6 and abs(placed.box.y - item.box.y) < 1e-6


def _is_within(box: Rect, area: Rect) -> bool:
    return area.x <= box.x and area.y <= box.y and box.right <= area.right and box.bottom <= area.bottom


def test_the_parts_of_a_page() -> None:
    assert part_of(Item("a", A4, "picture"), A4) == "ground"
    assert part_of(Item("a", Rect(0, 0, 794, 400), "picture"), A4) == "panel"
    assert part_of(Item("a", Rect(0, 0, 794, 20), "shape"), A4) == "stripe"
    assert part_of(Item("a", Rect(40, 40, 714, 1043), "shape"), A4) == "frame"
    assert part_of(Item("a", Rect(-80, 900, 300, 300), "art"), A4) == "bleed"
    assert part_of(Item("a", Rect(100, 100, 300, 300), "art"), A4) == "content"


def test_a_panel_above_stands_beside_on_a_wide_page() -> None:
    wide = Rect(0, 0, 1280, 720)
    plan = relaid([Item("photo", Rect(0, 0, 794, 561.5), "picture")], A4, wide, measure)
    placed = plan.of("photo")
    assert placed is not None and placed.box == Rect(0, 0, 640, 720)


def test_a_stripe_at_an_edge_keeps_its_words_and_nothing_else_lies_on_it() -> None:
    foot = Item("foot", Rect(0, 1023, 794, 100), "shape")
    site, body = text("site", 20, 16, 40, 1060), text("body", 300, 24, 60, 700, 674.0)
    for size in ((1280, 720), (300, 250), (1080, 1920)):
        plan = relaid([foot, site, body], A4, Rect(0, 0, *size), measure, 9.0)
        stripe, words, other = (plan.of(item.key) for item in (foot, site, body))
        assert stripe is not None and words is not None
        assert stripe.box.y <= words.box.y and words.box.bottom <= stripe.box.bottom
        assert other is None or other.box.bottom <= stripe.box.y + 1e-6


def test_corners_and_edges_hold_what_stands_at_them() -> None:
    logo = Item("logo", Rect(650, 1020, 90, 50), "art")
    square = Rect(0, 0, 1080, 1080)
    placed = relaid([logo, text("head", 12, 80, 60, 80)], A4, square, measure).of("logo")
    assert placed is not None and placed.box.right > 940 and placed.box.bottom > 980
    wide = Rect(0, 0, 2000, 800)
    free = Item("seal", Rect(250, 500, 200, 200), "art")
    tied = Item("seal", free.box, "art", hold=Hold("right", "bottom"))
    left, right = (relaid([item], A4, wide, measure).of("seal") for item in (free, tied))
    assert left is not None and right is not None and right.box.x > left.box.x


def test_a_banner_keeps_what_matters_and_stands_in_a_row() -> None:
    items = [
        Item("logo", Rect(60, 60, 120, 60), "art"), text("head", 18, 80, 60, 300, 674.0),
        text("small", 600, 12, 60, 700, 674.0), Item("button", Rect(60, 1000, 200, 60), "art"),
    ]  # fmt: skip
    plan = relaid(items, A4, Rect(0, 0, 728, 90), measure, 11.0)
    assert plan.left_out == ("small:600:12",)
    boxes = [plan.of(key) for key in ("logo", "head:18:80", "button")]
    assert all(box is not None for box in boxes)
    lefts = [box.box.x for box in boxes if box is not None]
    assert lefts == sorted(lefts)
    assert min(box.box.height for box in boxes if box is not None) > 90 * 0.25


@pytest.mark.parametrize("width", [728, 970])
def test_a_very_flat_page_gives_up_a_paragraph_before_an_address(width: int) -> None:
    """Headline, date and address stay, a panel that became one at the side gives them room, and no word is cut."""
    items = [
        Item("panel", Rect(0, 0, 794, 560), "picture"), text("head", 16, 60, 60, 640, 400.0),
        text("date", 10, 24, 60, 830), Item("rule", Rect(60, 880, 674, 2), "shape"),
        text("body", 400, 18, 60, 895, 674.0), text("site", 22, 18, 60, 1075),
    ]  # fmt: skip
    plan = relaid(items, A4, Rect(0, 0, width, 90), measure, 11.0)
    assert not {"head:16:60", "date:10:24", "site:22:18", "panel"} & set(plan.left_out)
    for key in ("head:16:60", "date:10:24", "site:22:18"):
        place = plan.of(key)
        assert place is not None and place.scale * float(key.split(":")[2]) >= 11.0 - 1e-6
    assert "body:400:18" in plan.left_out


def test_headline_and_subline_that_touch_stand_beside_each_other_on_a_flat_page() -> None:
    items = [text("head", 9, 110, 60, 60, 300.0), text("sub", 26, 16, 60, 150)]
    plan = relaid(items, A4, Rect(0, 0, 970, 90), measure, 11.0)
    head, sub = plan.of("head:9:110"), plan.of("sub:26:16")
    assert head is not None and sub is not None and not plan.left_out
    assert head.box.intersection(sub.box).is_empty and sub.box.x > head.box.x


def test_what_must_be_kept_is_left_out_last() -> None:
    terms = text("terms", 600, 12, 60, 700, 674.0)
    kept = Item(terms.key, terms.box, "text", 12.0, 674.0, hold=Hold(keep=True))
    items = [text("head", 18, 80, 60, 300, 674.0), kept]
    plan = relaid(items, A4, Rect(0, 0, 160, 600), measure, 8.0)
    assert terms.key not in plan.left_out


def test_a_frame_keeps_its_gap() -> None:
    placed = relaid([Item("line", Rect(40, 40, 714, 1043), "shape")], A4, Rect(0, 0, 1588, 2246), measure).of("line")
    assert placed is not None and math.isclose(placed.box.x, 80) and math.isclose(placed.scale, 2)
    assert SAFE < 0.1


def test_nearly_the_same_proportions_are_only_scaled() -> None:
    a5, letter = Rect(0, 0, 559.37, 793.7), Rect(0, 0, 816, 1056)
    foot = Item("foot", Rect(0, 716, 559.37, 77.7), "shape")
    items = [text("head", 10, 60, 40, 380), text("body", 200, 14, 40, 480, 470.0), foot, text("site", 20, 16, 40, 744)]
    for new in (A4, letter):
        plan = relaid(items, a5, new, measure, SMALLEST)
        scales = {place.scale for place in plan.placed}
        assert len(scales) == 1 and math.isclose(scales.pop(), min(new.width / 559.37, new.height / 793.7))
        stripe = plan.of("foot")
        assert stripe is not None and math.isclose(stripe.box.width, new.width)
        lefts = {round(place.box.x, 6) for place in plan.placed if place.key != "foot"}
        assert len(lefts) == 1, "what was flush is flush"


def test_columns_of_a_table_go_together() -> None:
    columns = [
        [
            Item(f"line{n}", Rect(x, 600, 200, 3), "shape"), text(f"day{n}", 8 + n, 22, x, 615),
            text(f"time{n}", 13, 18, x, 648),
        ] for n, x in enumerate((60.0, 295.0, 530.0))
    ]  # fmt: skip
    items = [text("head", 14, 90, 60, 300), *(item for column in columns for item in column)]
    for item in FORMATS.values():
        plan = relaid(items, A4, Rect(0, 0, *item.page()), measure, item.least_letters())
        keys = {key for key in plan.left_out if not key.startswith("head")}
        assert len(keys) in (0, 9), f"{item.key}: all of the table or nothing"
        assert plan.of("head:14:90") is not None, "the headline is given up last"
        if keys:
            continue
        for column in columns:
            places = [plan.of(one.key) for one in column]
            assert all(place is not None for place in places)
            boxes = [place.box for place in places if place is not None]
            assert max(box.x for box in boxes) - min(box.x for box in boxes) < 1e-6, f"{item.key}: flush"
            assert boxes[0].y < boxes[1].y < boxes[2].y


def test_a_headline_outlives_what_stands_close_to_it() -> None:
    """The empty room above large letters overlaps the line before: they are two things all the same."""
    number, head = text("number", 9, 14, 42, 144), text("head", 10, 104, 38, 156)
    plan = relaid([number, head, text("claim", 25, 19, 42, 712)], A4, Rect(0, 0, 728, 90), measure, 11.0)
    assert plan.of(head.key) is not None
    items = [text("page", 1, 150, 60, 100), text("title", 20, 38, 60, 300)]
    plan = relaid(items, A4, Rect(0, 0, 160, 90), measure, 16.0)
    assert plan.of("title:20:38") is not None, "a figure is given up before a title"


def test_a_line_between_the_margins_stays_between_them() -> None:
    line = Item("line", Rect(56, 1040, 682, 2), "shape")
    items = [text("head", 10, 80, 56, 600), line, text("site", 20, 17, 56, 1058), text("entry", 10, 17, 430, 1058)]
    plan = relaid(items, A4, Rect(0, 0, 1080, 1080), measure, 16.0)
    placed = plan.of("line")
    assert placed is not None and placed.box.x + placed.box.right == 1080
    assert placed.box.width > 850
    site, entry = plan.of("site:20:17"), plan.of("entry:10:17")
    assert site is not None and entry is not None and site.box.x == placed.box.x and entry.box.x > 520


def test_a_veil_stays_over_what_it_darkens() -> None:
    veil = Item("veil", Rect(0, 466, 794, 657), "veil")
    quote = text("quote", 40, 60, 60, 700, 600.0)
    wide = relaid([veil, quote], A4, Rect(0, 0, 1280, 720), measure, 16.0).of("veil")
    assert wide is not None and wide.box.x == 0 and wide.box.width == 1280 and wide.box.bottom == 720
    banner = relaid([veil, quote], A4, Rect(0, 0, 728, 90), measure, 9.0).of("veil")
    assert banner is not None and banner.box == Rect(0, 0, 728, 90)
