"""What numbers, sizes and moments look like to people who read English and French."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.typed_numbers import calculate
from editor.base.numbers import at_text, number_text, percent_text, size_text
from editor.base.translation import speaking, tr, tr_count


@pytest.mark.parametrize(
    ("language", "number", "whole", "share", "size", "day"),
    [("en", "1,234,567.9", "9999.5", "40.2\u00a0%", "4.2 MB", "2026-03-14 22:05"),
     ("fr", "1\u202f234\u202f567,9", "9999,5", "40,2\u00a0%", "4,2\u00a0Mo", "14/03/2026\u00a022:05")],
)  # fmt: skip
def test_marks_are_those_of_the_language(
    language: str, number: str, whole: str, share: str, size: str, day: str
) -> None:
    with speaking(language):
        assert number_text(1234567.89, 1) == number
        assert number_text(9999.5, 1) == whole
        assert percent_text(0.4021, 1) == share
        assert size_text(4_200_000).replace(" ", "\u00a0") == size.replace(" ", "\u00a0")
        assert at_text(datetime(2026, 3, 14, 22, 5, tzinfo=UTC)) == day


def test_texts_are_filled_in_with_the_marks_of_their_language() -> None:
    with speaking("fr"):
        assert tr("The voice speaks for {seconds} s.", seconds=2.5).endswith("2,5 s.")
        assert tr_count("1 asset", "{count} assets", count=100_000) == "100\u202f000 éléments"


def test_small_numbers_have_no_minus_and_no_needless_zeros() -> None:
    assert [number_text(value, 1) for value in (-0.04, 100.0, -2.5)] == ["0", "100", "-2.5"]
    assert number_text(2.0, 2, keep_zeros=True, signed=True) == "+2.00"


@given(st.floats(-1e9, 1e9), st.integers(0, 4), st.sampled_from(["en", "fr"]))
def test_what_a_field_shows_can_be_typed_again(value: float, digits: int, language: str) -> None:
    with speaking(language):
        shown = number_text(value, digits, grouped=False)
    assert calculate(shown) == pytest.approx(value, abs=0.51 * 10**-digits)


@given(st.floats(1e4, 1e12), st.integers(0, 2))
def test_french_thousands_can_be_typed_again(value: float, digits: int) -> None:
    with speaking("fr"):
        shown = number_text(value, digits)
    assert "." not in shown and calculate(shown) == pytest.approx(value, abs=0.51)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("050", 50), ("012,5", 12.5), ("1 250,5", 1250.5), ("1 000 000", 1e6), ("1.234,5", 1234.5), ("1,234.5", 1234.5),
     ("1.234.567", 1234567), ("1,234,567.5", 1234567.5), ("\u22125", -5), ("\u22121\u2009250 + 50", -1200),
     ("3\u00d74", 12), (",5", 0.5), ("12,", 12), ("1e3", 1000), ("1,234", 1.234), ("(08 + 2) / 4", 2.5)],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed: str, value: float) -> None:
    assert calculate(typed) == pytest.approx(value)


@pytest.mark.parametrize(
    "typed",
    ["", "1 25", "1 0000", "12,34.5", "1,23,456", "1..2", "1.2,3.4", "50%", "True", "0x10", "1_000", "5j", "2**3",
     "1/0", "9" * 5000, "1e999", "\x00", "1\n2", "abc", "1,2,", "()", "(" * 300],
)  # fmt: skip
def test_what_is_no_number_is_none(typed: str) -> None:
    assert calculate(typed) is None


@given(st.text(alphabet="0123456789.,-+*/() e\u2212\u202f%", max_size=20))
def test_whatever_is_typed_is_a_number_or_none(typed: str) -> None:
    value = calculate(typed, "%")
    assert value is None or abs(value) < float("inf")


def test_a_unit_may_be_typed_or_left_away() -> None:
    assert [calculate(typed, "\u00a0px") for typed in ("10", "10px", "10 PX + 5 px", "5 mm")] == [10, 10, 15, None]
    assert calculate("50 %", "\u00a0%") == 50
