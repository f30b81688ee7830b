"""A long sound is heard utterance by utterance: in order, at its place, silence costs nothing, memory is bounded."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml.progress import SILENT, Progress
from ml.sound.activity import BLOCK, Span
from ml.sound.rates import LISTENING_RATE, Samples, reader_of
from ml.speech.utterances import cut_up, hear, join, ordered, spread
from ml.speech.words import Word
from tests.ml.sound.sounds import talk


class Counting:
    """Says one word where the sound begins, and remembers how long each utterance was."""

    longest = 6.0
    pause = 0.6

    def __init__(self) -> None:
        self.heard: list[float] = []

    def words(self, samples: Samples, progress: Progress) -> list[Word]:
        self.heard.append(len(samples) / LISTENING_RATE)
        first = int(np.flatnonzero(np.abs(samples) > 0.05)[0]) / LISTENING_RATE
        return [Word("word", first, first + 0.2)]

    def close(self) -> None:
        pass


def test_words_lie_where_they_were_said() -> None:
    sound = talk(12.0, [(1.0, 2.0), (4.0, 5.0), (9.0, 10.0)])
    engine = Counting()
    words = hear(reader_of(sound), len(sound), engine)
    assert len(words) == 3
    for word, start in zip(words, (1.0, 4.0, 9.0), strict=True):
        assert abs(word.start - start) < 0.05


def test_long_speech_is_cut_at_its_quietest() -> None:
    sound = talk(20.0, [(0.5, 9.4), (9.6, 19.0)])
    spans = cut_up(reader_of(sound), [Span(0.5, 19.0)], 12.0)
    assert max(span.end - span.start for span in spans) <= 12.0
    assert abs(spans[0].end - 9.5) < 0.15


def test_an_hour_is_read_in_little_pieces() -> None:
    phrase = talk(60.0, [(10.0, 12.0)])
    asked: list[int] = []

    def read(first: int, count: int) -> Samples:
        asked.append(count)
        return phrase.take(np.arange(first, first + count), mode="wrap")

    engine = Counting()
    words = hear(read, 3600 * LISTENING_RATE, engine)
    assert len(words) == 60
    assert max(asked) <= BLOCK + LISTENING_RATE
    assert sum(engine.heard) < 200, "silence is not heard"


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 20)), max_size=20), st.floats(1, 12), st.floats(0, 3))
def test_joined_spans_stay_short_and_cover_the_same(
    raw: list[tuple[float, float]], longest: float, pause: float
) -> None:
    spans, at = [], 0.0
    for gap, length in raw:
        spans.append(Span(at + gap, at + gap + length))
        at += gap + length
    found = join(spans, longest, pause)
    assert [span.start for span in found] == sorted(span.start for span in found)
    for span in spans:
        assert any(item.start <= span.start and span.end <= item.end for item in found)
    alone = max((span.end - span.start for span in spans), default=0.0)
    assert all(item.end - item.start <= max(longest, alone) + 1e-9 for item in found)


@given(st.lists(st.tuples(st.sampled_from(["a", "", " b "]), st.floats(-5, 30), st.floats(-5, 30)), max_size=30))
def test_whatever_times_a_model_gives_they_run_forward(raw: list[tuple[str, float, float]]) -> None:
    found = ordered([Word(*item) for item in raw], 20.0)
    edges = [edge for word in found for edge in (word.start, word.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= 20.0 for edge in edges)
    assert all(word.text == word.text.strip() != "" for word in found)


def test_a_text_is_spread_over_where_there_is_sound() -> None:
    sound = talk(4.0, [(0.5, 1.5), (2.5, 3.5)])
    words = spread("hello there again friends", sound)
    assert [word.text for word in words] == ["hello", "there", "again", "friends"]
    assert words[1].end < 2.0 < words[2].start + 0.6
    assert all(0 <= word.start < word.end <= 4.0 for word in words)
    assert spread("", sound) == []
    assert hear(reader_of(np.zeros(16_000, np.float32)), 16_000, Counting(), progress=SILENT) == []
