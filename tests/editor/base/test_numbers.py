"""What numbers, sizes and moments look like to people who read English and French."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.widgets.number_field import calculate
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
