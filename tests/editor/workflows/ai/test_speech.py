"""Captions from speech: at the right place after trims and offsets, bounded, stoppable, in languages that are there."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.workflows.ai import captions_work
from ml.catalogue.store import InstalledModel
from ml.runtime.runtime import Runtime
from ml.sound.rates import LISTENING_RATE, Samples
from ml.speech.words import Word
from tests.editor.workflows.ai.talking_films import Reel, sound_file, talking_film
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import talk
from tests.ml.speech.ggml_file import tiny_whisper

GENEROUS_SECONDS = 10.0
PHRASES = [(1.0, 2.0), (4.0, 5.5), (8.0, 9.0)]


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talking_film(tmp_path_factory.mktemp("film") / "talk.mp4", talk(10.0, PHRASES))


class Pitch:
    """Hears one word an utterance, told by how long it is."""

    longest = 12.0
    pause = 0.6
    language = "xx"

    def words(self, samples: Samples, progress: Any) -> list[Word]:
        loud = np.flatnonzero(np.abs(samples) > 0.05) / LISTENING_RATE
        return [Word(f"lasts{loud[-1] - loud[0]:.1f}", float(loud[0]), float(loud[-1]))]

    def close(self) -> None:
        pass


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def recogniser(request: Any) -> Iterator[Pitch]:
        yield Pitch()

    monkeypatch.setattr(captions_work, "recogniser", recogniser)


def starts(reel: Reel) -> list[float]:
    return [start for start, _, _ in reel.captions()]


def near(found: list[float], wanted: list[float]) -> bool:
    return len(found) == len(wanted) and all(abs(one - other) < 0.15 for one, other in zip(found, wanted))


def test_captions_lie_where_it_is_said_after_trims_and_offsets(film: Path, runtime: Runtime, engine: None) -> None:
    reel = Reel(film)
    reel.lay(0.0, 3.0)
    reel.lay(20.0, 7.0, skip=3.0)
    outcome = reel.call("captions", runtime)
    assert near(starts(reel), [1.0, 21.0, 25.0])
    assert [text for _, _, text in reel.captions()] == ["lasts1.0", "lasts1.5", "lasts1.0"]
    assert "Captions written: 3." in outcome.sentence
    [note] = reel.notes()
    assert (note.tool, note.generated) == ("captions", False)


def test_only_the_selected_clips_are_heard(film: Path, runtime: Runtime, engine: None) -> None:
    reel = Reel(film)
    reel.lay(0.0, 3.0)
    chosen = reel.lay(10.0, 3.0, skip=3.0)
    picture = reel.clips("video")[1].id
    reel.call("captions", runtime, (chosen,))
    assert near(starts(reel), [11.0])
    reel.call("captions", runtime, (picture,))
    assert near(sorted(starts(reel)), [11.0, 11.0]), "of a picture its sound is heard"


def test_a_timeline_without_sound_or_speech_is_told(film: Path, tmp_path: Path, runtime: Runtime, engine: None) -> None:
    reel = Reel(film)
    with pytest.raises(ExpectedError, match="no sound"):
        reel.call("captions", runtime)
    noise = np.random.default_rng(0).normal(size=48_000).astype(np.float32) * np.float32(0.01)
    quiet = Reel(sound_file(tmp_path / "noise.wav", noise))
    quiet.lay(0.0)
    before = quiet.project.content_hash()
    assert quiet.call("captions", runtime).sentence == "No speech was found."
    assert quiet.project.content_hash() == before


def test_the_recogniser_that_comes_along_hears_english_only(film: Path, runtime: Runtime) -> None:
    reel = Reel(film)
    reel.lay(0.0)
    with pytest.raises(ExpectedError, match="English only"):
        reel.call("captions", runtime, language="french")


def test_a_whisper_model_is_asked_for_its_language(
    tmp_path: Path, runtime: Runtime, film: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml.speech import whisper

    asked: list[tuple[Path, str]] = []

    class Recorded(Pitch):
        def __init__(self, path: Path, language: str) -> None:
            asked.append((path, language))
            self.language = language

    monkeypatch.setattr(whisper, "Whisper", Recorded)
    model = InstalledModel("whisper-tiny", "speech_recognition", {"model": tmp_path / "ggml.bin"}, "ab" * 32)
    reel = Reel(film)
    reel.lay(0.0)
    outcome = reel.call("captions", runtime, model=model, language="french")
    assert asked == [(tmp_path / "ggml.bin", "fr")]
    assert "Language: French." in outcome.sentence
    assert "one word in twenty" not in outcome.sentence
    assert reel.notes()[0].model == "whisper-tiny"


@pytest.mark.parametrize("real", [False, True])
def test_it_stops_within_a_second_and_leaves_nothing(
    film: Path, tmp_path: Path, runtime: Runtime, real: bool
) -> None:
    model = None
    if real:
        path = tiny_whisper(tmp_path / "ggml-random.bin")
        model = InstalledModel("random", "speech_recognition", {"model": path}, "ab" * 32)
    reel = Reel(film)
    for place in range(20):
        reel.lay(10.0 * place)
    before = reel.project.content_hash()
    told = threading.Event()
    threading.Timer(0.5, told.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        reel.call("captions", runtime, model=model, progress=Progress(cancelled=told.is_set))
    assert time.monotonic() - began < GENEROUS_SECONDS
    assert reel.project.content_hash() == before


@pytest.mark.conformance
def test_a_film_of_kennedy_s_words(corpora: Path, tmp_path: Path, runtime: Runtime) -> None:
    sound = listened(corpora / "audio/ggml-org+whisper.cpp/samples/jfk.mp3")
    reel = Reel(talking_film(tmp_path / "speech.mp4", sound))
    reel.lay(2.0, 4.5, skip=0.0)
    reel.lay(30.0, 5.7, skip=5.2)
    reel.call("captions", runtime)
    first, *others = reel.captions()
    assert 2.0 <= first[0] < 2.8
    assert re.search("fellow.american", first[2].lower())
    told = " ".join(text for _, _, text in others).lower().replace("\n", " ")
    assert "what your country can do for you" in told
    assert "what you can do for your country" in told
    assert all(start >= 2.0 and end <= 36.0 for start, end, _ in reel.captions())
    assert any(30.0 <= start < 31.0 for start, _, _ in others)
    assert reel.captions()[-1][1] > 35.0


@pytest.mark.conformance
@pytest.mark.parametrize("name", ["noise/noise2", "noise/noise3", "noise/noise5", "RIRs/rir1", "RIRs/rir4"])
def test_noise_and_an_echo_get_no_caption(corpora: Path, tmp_path: Path, runtime: Runtime, name: str) -> None:
    sound = listened(corpora / f"audio/speechbrain+speechbrain/tests/samples/{name}.wav")
    reel = Reel(sound_file(tmp_path / "noise.wav", sound))
    reel.lay(0.0)
    assert reel.call("captions", runtime).sentence == "No speech was found."
    assert reel.captions() == []
