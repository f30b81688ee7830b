"""Shaping, bidirectional order, SVG layout and paragraphs, with the font that the studio brings along."""

from pathlib import Path

import pytest

from render.geometry import Point, Rect
from render.text import bidi
from render.text.fonts import FontDatabase, FontError
from render.text.layout import lay_out
from render.text.paragraph import set_paragraphs
from render.text.style import CharPlace, PathFlow, SetLength, TextSpan, TextStyle
from render.vector.path import PathBuilder

FONTS = Path(__file__).resolve().parents[3] / "resources" / "fonts"
STYLE = TextStyle(families=("Inter",), size=20.0)


@pytest.fixture(scope="module")
def fonts() -> FontDatabase:
    database = FontDatabase(generic={"sans-serif": "Inter"})
    assert database.add_folder(FONTS) == []
    return database


def span(text: str, **fields: object) -> TextSpan:
    return TextSpan(text=text, style=STYLE, **fields)  # type: ignore[arg-type]


def test_faces_are_matched_by_weight_and_slant(fonts: FontDatabase) -> None:
    bold = fonts.match(("Nowhere", "Inter"), weight=600)
    assert bold is not None
    assert (bold.weight, bold.slant) == (700, "normal")
    italic = fonts.match(("sans-serif",), slant="italic")
    assert italic is not None
    assert (italic.weight, italic.slant) == (400, "italic")
    assert fonts.match(("Nowhere",)) is None


def test_damaged_fonts_are_refused(fonts: FontDatabase) -> None:
    with pytest.raises(FontError):
        FontDatabase().add_bytes(b"no font")
    with pytest.raises(FontError):
        FontDatabase().add_bytes((FONTS / "Inter-Regular.otf").read_bytes()[:2000])


def test_kerning_crosses_the_ends_of_spans(fonts: FontDatabase) -> None:
    whole = lay_out((span("AVA"),), fonts)
    parts = lay_out((span("A"), span("V"), span("A")), fonts)
    assert [item.place.e for item in whole.placed] == pytest.approx([item.place.e for item in parts.placed])


def test_anchors_and_places(fonts: FontDatabase) -> None:
    start = lay_out((span("Hello"),), fonts, (CharPlace(index=0, x=100.0, y=50.0),))
    end = lay_out((span("Hello", anchor="end"),), fonts, (CharPlace(index=0, x=100.0, y=50.0),))
    assert start.placed[0].place.apply(Point(0.0, 0.0)) == Point(100.0, 50.0)
    assert end.box.right == pytest.approx(100.0)
    split = lay_out((span("ab"),), fonts, (CharPlace(index=1, x=7.0, y=9.0),))
    assert split.placed[1].place.apply(Point(0.0, 0.0)) == Point(7.0, 9.0)


def test_a_set_length_is_kept(fonts: FontDatabase) -> None:
    for glyphs in (False, True):
        fitted = lay_out((span("stretch", fitted=SetLength(length=300.0, glyphs=glyphs)),), fonts)
        assert fitted.end.x == pytest.approx(300.0)


def test_text_follows_a_path_and_ends_with_it(fonts: FontDatabase) -> None:
    path = PathBuilder().move_to(0.0, 0.0).line_to(0.0, 60.0).build()
    laid = lay_out((span("downwards and far too long", flow=PathFlow(path=path)),), fonts)
    assert 2 < len(laid.placed) < 12
    assert all(abs(item.place.e) < 1e-3 for item in laid.placed)
    assert laid.placed[0].place.b == pytest.approx(1.0)


def test_paragraphs_break_and_align(fonts: FontDatabase) -> None:
    text = "some words that do not fit on one line\nnew"
    made = set_paragraphs((span(text),), fonts, width=150.0, align="end")
    assert len(made.lines) > 3
    assert all(line.width <= 150.0 for line in made.lines)
    assert all(line.x + line.width == pytest.approx(150.0) for line in made.lines)
    assert text[made.lines[-1].start :] == "new"
    spread = set_paragraphs((span(text),), fonts, width=150.0, align="justify")
    first = max(item.place.e + item.cluster.advance for item in spread.layout.placed if item.place.f < 25)
    assert first == pytest.approx(150.0, abs=1e-6)


def test_an_empty_text_is_nothing(fonts: FontDatabase) -> None:
    assert lay_out((), fonts).placed == ()
    assert lay_out((span(""),), fonts).box == Rect(0, 0, 0, 0)
    assert set_paragraphs((), fonts).lines[0].width == 0


@pytest.mark.parametrize(
    ("text", "base", "expected"),
    [
        ("abc", "ltr", [0, 0, 0]),
        ("a\u05d0\u05d1 c", "ltr", [0, 1, 1, 0, 0]),
        ("\u05d0 12", "auto", [1, 1, 2, 2]),
        ("\u0627 1", "ltr", [1, 1, 2]),
        ("a (\u05d0)", "rtl", [2, 1, 1, 1, 1]),
    ],
)
def test_levels(text: str, base: bidi.Base, expected: list[int]) -> None:
    assert bidi.levels(text, base) == expected
