"""Captions that can be read: apart, in order, no word lost, lines that fit; and texts cut into sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.speech.lines import Reading, captions
from ml.speech.sentences import LONGEST, sentences
from ml.speech.words import Word, run_together


def said(text: str, at: float = 0.0, each: float = 0.3, pause: float = 0.05) -> list[Word]:
    """Words one after the other."""
    words = []
    for word in text.split():
        words.append(Word(word, at, at + each))
        at += each + pause
    return words


@st.composite
def speech(draw: st.DrawFn) -> list[Word]:
    words, at = [], 0.0
    for _ in range(draw(st.integers(0, 60))):
        at += draw(st.sampled_from([0.0, 0.02, 0.1, 0.5, 2.0]))
        end = at + draw(st.floats(0.02, 1.5))
        words.append(Word(draw(st.text("abcé,.", min_size=1, max_size=14)), at, end))
        at = end
    return words


@given(speech(), st.integers(12, 60), st.integers(1, 3), st.floats(8, 30))
def test_captions_are_in_order_and_hold_every_word(words: list[Word], letters: int, lines: int, pace: float) -> None:
    length = words[-1].end + 1.0 if words else 1.0
    found = captions(words, Reading(letters, lines, pace), length)
    assert [word for item in found for word in item.text.split()] == [word.text for word in words]
    for item, following in zip(found, found[1:]):
        assert item.start < item.end <= following.start + 1e-9
    assert all(0 <= item.start < item.end <= length + 0.05 for item in found)
    longest = max((len(word.text) for word in words), default=0)
    for item in found:
        assert all(len(line) <= max(letters, longest) for line in item.text.split("\n"))
        assert len(item.text.split("\n")) <= lines


def test_a_caption_ends_where_a_sentence_does() -> None:
    words = said("We came home late because of all that snow. Nobody was there when we opened the door of the house.")
    assert captions(words)[0].text.replace("\n", " ") == "We came home late because of all that snow."


def test_nothing_is_read_across_a_pause() -> None:
    words = [*said("Wait here"), *said("for me please", at=5.0)]
    first, second = captions(words)
    assert (first.text, second.text) == ("Wait here", "for me please")
    assert first.end < 2.5, "it goes away when it was read"


def test_two_lines_break_before_a_little_word_s_noun() -> None:
    found = captions(said("She said that everything would be ready before the guests arrive", each=0.2))
    assert "\n" in found[0].text
    assert not found[0].text.split("\n")[0].lower().endswith((" the", " that", " be"))


def test_chinese_is_written_without_spaces() -> None:
    words = [Word(letter, place / 5, place / 5 + 0.2) for place, letter in enumerate("今天的天气非常好我们去公园")]
    assert captions(words, Reading(letters=16))[0].text == "今天的天气非常好我们去公园"
    assert run_together(["GPT", "很", "好", "ok"]) == "GPT 很好 ok"


@given(st.text("ab .,!\n\u00e9Dr", max_size=900))
def test_sentences_lose_nothing_that_can_be_said(text: str) -> None:
    found = list(sentences(text))
    assert "".join("".join(item.text for item in found).split()).count("a") == text.count("a")
    assert all(0 < len(item.text) <= LONGEST for item in found)
    assert [item.start for item in found] == sorted(item.start for item in found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It is late. Dr. Watson left at 5 p.m. with J. Smith. Why?", 3), ("One\nline.\n\nAnother paragraph", 2),
        ("…", 0), ("", 0), ("Il dit : « Viens ! » Puis il partit.", 2), ("word " * 300, 4),
    ],
)
def test_sentences_end_where_a_reader_would_stop(text: str, count: int) -> None:
    assert len(list(sentences(text))) == count
