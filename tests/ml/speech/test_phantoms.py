"""What recognisers write for noise is dropped; the same words said by somebody stay."""

from __future__ import annotations

import numpy as np
import pytest

from ml.progress import Progress
from ml.sound.activity import Span
from ml.sound.rates import Samples, reader_of
from ml.speech.phantoms import is_phantom
from ml.speech.utterances import hear
from ml.speech.words import Word
from tests.ml.sound.sounds import talk


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("You", 2.0), ("You you you", 6.0), ("Thank you.", 3.0), ("Thank you for watching!", 4.0),
        ("\u266a\u266a", 1.0), ("", 1.0), ("Subtitles by the Amara.org community", 1.0),
        ("Uh? \u00a9 transcript Emily Beynon", 2.0), ("You're the one who's not here. " * 5 + "You're the one", 9.0),
    ],
)
def test_what_nobody_said(text: str, seconds: float) -> None:
    assert is_phantom(text.split(), seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("You", 0.5), ("Thank you.", 0.8), ("No, no, no, no!", 1.5), ("Thank you for coming to us today.", 2.0),
        ("Do you hear?", 3.0), ("Row, row, row your boat", 9.0), ("\u3053\u3093\u306b\u3061\u306f", 1.0), ("42", 1.0),
        ("The subtitles by my sister were the best of all that I have read", 5.0),
    ],
)
def test_what_somebody_may_have_said(text: str, seconds: float) -> None:
    assert not is_phantom(text.split(), seconds)


def test_an_utterance_of_nothing_gives_no_words() -> None:
    class Grateful:
        longest, pause = 20.0, 1.0

        def words(self, samples: Samples, progress: Progress) -> list[Word]:
            return [Word("Thank", 0.1, 0.3), Word("you.", 0.3, 0.5)]

        def close(self) -> None:
            pass

    sound = talk(6.0, [(1.0, 5.0)])
    assert hear(reader_of(sound), len(sound), Grateful()) == []
    assert len(hear(reader_of(sound), len(sound), Grateful(), [Span(1.0, 1.7)])) == 2
    assert hear(reader_of(np.zeros(16_000, np.float32)), 16_000, Grateful()) == []
