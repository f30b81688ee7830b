"""eSpeak NG: sound with the time of each word, many languages, wrong voices, long texts, stopping."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ml.errors import ModelError
from ml.progress import SILENT, Silent
from ml.speech.espeak import Espeak, timed
from ml.speech.words import Word


@pytest.fixture(scope="module")
def espeak() -> Iterator[Espeak]:
    engine = Espeak()
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("voice", "text", "words"),
    [
        ("en", "The quick brown fox jumps over the lazy dog.", 9), ("fr+f2", "Bonjour à tous, c’est l’été !", 6),
        ("de", "Guten Morgen, Herr Müller.", 4), ("en-us", "In 1969 there were 3 men aboard.", 7),
    ],
)
def test_words_have_their_times(espeak: Espeak, voice: str, text: str, words: int) -> None:
    [spoken] = list(espeak.speak(text, voice))
    length = len(spoken.samples) / spoken.rate
    assert 0.5 < length < 6.0
    assert 0.05 < np.abs(spoken.samples).max() <= 1.0
    assert " ".join(word.text for word in spoken.words).split() == text.split()
    assert len(" ".join(word.text for word in spoken.words).split()) == words or voice.startswith("fr")
    edges = [edge for word in spoken.words for edge in (word.start, word.end)]
    assert all(following > edge - 1e-9 for edge, following in zip(edges, edges[1:]))
    assert edges[-1] <= length
    inside = np.abs(spoken.samples[int(edges[0] * spoken.rate) : int(edges[-1] * spoken.rate)])
    assert inside.mean() > 0.01


def test_sentences_come_one_by_one_and_pace_is_kept(espeak: Espeak) -> None:
    text = "This is the first. This is the second.\n\nAnd this begins a paragraph."
    slow, fast = ([len(item.samples) for item in espeak.speak(text, "en", pace)] for pace in (0.7, 1.6))
    assert len(slow) == len(fast) == 3
    assert sum(slow) > 1.5 * sum(fast)
    quiet = next(espeak.speak(text, "en", loudness=0.2))
    loud = next(espeak.speak(text, "en", loudness=1.0))
    assert np.abs(quiet.samples).max() < 0.5 * np.abs(loud.samples).max()


def test_a_hundred_languages_and_phonemes(espeak: Espeak) -> None:
    languages = {language for language, _, _ in espeak.voices()}
    assert len(languages) > 100
    assert {"fr-fr", "de", "es", "cmn"} <= languages
    for language in ("en-gb", "en-GB", "fr-be", "pt-br+f3", "gmw/de", ""):
        assert list(espeak.speak("One two.", language)), language
    assert "".join(espeak.phonemes("Hello world", "en-us")).replace("ː", "").startswith("həl")


def test_wrong_voices_and_nothing_are_told(espeak: Espeak) -> None:
    with pytest.raises(ModelError, match="no voice"):
        list(espeak.speak("Hello.", "klingon-x"))
    assert list(espeak.speak(" \n ... \n", "en")) == []
    assert list(espeak.speak("Again.", "en")), "a refusal does not end it"


ODD = ("<speak>&lt;", "[[h@l'oU]]", "\x00 a \x07", "🙂 ok 🙂", "a" * 5000, "שלום", "-" * 300 + " yes")


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_spoken_or_left_out(espeak: Espeak, text: str) -> None:
    for spoken in espeak.speak(text, "en"):
        assert all(0 <= word.start <= word.end for word in spoken.words)


def test_it_stops_between_sentences(espeak: Espeak) -> None:
    class Stop(Exception):
        pass

    class StopsAtOnce(Silent):
        def __call__(self, share: float, text: str = "") -> None:
            if share > 0.1:
                raise Stop

    with pytest.raises(Stop):
        list(espeak.speak("A sentence is here. " * 100, "en", progress=StopsAtOnce()))
    assert list(espeak.speak("Still there.", "en", progress=SILENT))


@settings(max_examples=60)
@given(
    st.text("ab 1.-", max_size=40),
    st.lists(st.tuples(st.integers(1, 45), st.integers(1, 5), st.integers(0, 3000)), max_size=8),
)
def test_whatever_events_come_every_word_gets_a_time(text: str, events: list[tuple[int, int, int]]) -> None:
    samples = np.ones(66_150, np.float32)
    events = [(at, long, time) for (at, long, _), time in zip(events, sorted(item[2] for item in events))]
    words: tuple[Word, ...] = timed(text, events, samples, 22_050)
    assert " ".join(word.text for word in words).split() == text.split()
    assert all(word.start < word.end for word in words)
