"""Where a text changes its subject."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ml.words.chapters import chapters_of

GARDEN = [
    "We plant roses in the garden bed.", "The soil of the bed needs water every evening.",
    "Roses like a soil with some sand.", "In spring the garden smells of roses.",
    "Cut the old branches of the roses before winter.", "Then the bed rests under leaves until spring.",
]  # fmt: skip
ROCKET = [
    "The rocket stands on its launch pad.", "Its engine burns oxygen and kerosene.",
    "The engine lifts the rocket through the clouds.", "After two minutes the first stage of the rocket falls.",
    "The second engine brings the capsule into its orbit.", "From the orbit the crew sees the launch pad no more.",
]  # fmt: skip
SOUP = [
    "Cut the onions and the carrots for the soup.", "Warm the butter in a large pot.",
    "The onions turn yellow in the butter.", "Then the carrots go into the pot with salt.",
    "Let the soup cook for half an hour.", "Serve the soup with bread and butter.",
]  # fmt: skip


def test_three_subjects_are_three_chapters() -> None:
    found = chapters_of([*GARDEN * 2, *ROCKET * 2, *SOUP * 2])
    assert [chapter.first for chapter in found] == [0, 12, 24]
    assert [any(word in chapter.title.lower() for word in words) for chapter, words in zip(found, (
        ("roses", "garden", "bed", "soil"), ("rocket", "engine", "orbit"), ("soup", "butter", "onions", "pot")))
    ] == [True, True, True]


def test_the_wanted_number_comes() -> None:
    assert [chapter.first for chapter in chapters_of([*GARDEN * 2, *ROCKET * 2, *SOUP * 2], 2)][0] == 0
    assert len(chapters_of([*GARDEN * 2, *ROCKET * 2, *SOUP * 2], 2)) == 2


def test_one_subject_is_one_chapter() -> None:
    assert len(chapters_of(GARDEN)) == 1
    assert chapters_of(["...", "!"]) == []


@settings(max_examples=25)
@given(st.lists(st.text(max_size=60), max_size=12), st.integers(0, 5))
def test_any_pieces_are_endured(pieces: list[str], count: int) -> None:
    found = chapters_of(pieces, count)
    assert [chapter.first for chapter in found] == sorted({chapter.first for chapter in found})
