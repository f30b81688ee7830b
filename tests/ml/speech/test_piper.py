"""Voices of the Piper family: phonemes to numbers, pace, speakers, descriptions that are missing or damaged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from onnx import helper

from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.speech.piper import Piper, read_voice
from tests.ml.small_models import save
from tests.ml.speech.tiny_piper import HUM, RATE, SYMBOLS, tiny_voice


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


def test_a_text_becomes_numbers_with_pads_between(runtime: Runtime, tmp_path: Path) -> None:
    piper = Piper(runtime, *tiny_voice(tmp_path))
    phonemes = piper.phonemes("Hello there, world!")
    assert phonemes.startswith("həlˈoʊ")
    assert phonemes.endswith("!")
    assert "," in phonemes
    numbers = piper.numbers("hə!")
    places = [SYMBOLS.index(letter) for letter in "^_h_ə_!_$"]
    assert numbers == places
    assert piper.numbers("h☃ə!") == places, "what the voice does not know is left out"
    piper.close()


def test_sentences_are_spoken_with_words_and_pace(runtime: Runtime, tmp_path: Path) -> None:
    piper = Piper(runtime, *tiny_voice(tmp_path))
    spoken = list(piper.speak("Good morning. How are you today?"))
    assert len(spoken) == 2
    for item in spoken:
        length = len(item.samples) / item.rate
        assert item.rate == RATE
        assert np.abs(item.samples).max() <= 1.0
        assert all(0 <= word.start < word.end <= length for word in item.words)
    assert [word.text for word in spoken[1].words] == ["How", "are", "you", "today?"]
    numbers = piper.numbers(piper.phonemes("Good morning."))
    assert len(spoken[0].samples) == len(numbers) * HUM + int(0.2 * RATE)
    [slow] = list(piper.speak("Good morning.", pace=0.5))
    assert len(slow.samples) > 1.8 * (len(spoken[0].samples) - 0.35 * RATE)
    piper.close()


def test_voices_of_letters_need_no_phonemes(runtime: Runtime, tmp_path: Path) -> None:
    piper = Piper(runtime, *tiny_voice(tmp_path, kind="text"))
    assert piper.espeak is None
    assert piper.phonemes("Été") == "e\u0301te\u0301"
    assert list(piper.speak("hello"))


def test_a_speaker_is_chosen_by_name(runtime: Runtime, tmp_path: Path) -> None:
    model, config = tiny_voice(tmp_path, speakers=3)
    piper = Piper(runtime, model, config, "person 2")
    assert piper.speaker == 2
    assert list(piper.speak("hello"))
    piper.close()
    other = Piper(runtime, model, config, "")
    assert other.speaker == 0
    other.close()


@pytest.mark.parametrize(
    "change",
    [
        {"audio": {}}, {"audio": {"sample_rate": 5}}, {"phoneme_id_map": {"a": [1]}}, {"phoneme_id_map": []},
        {"phoneme_id_map": None}, {"inference": []}, {"audio": {"sample_rate": "x"}}, {"speaker_id_map": 5},
    ],
)
def test_damaged_descriptions_are_sentences(tmp_path: Path, change: dict[str, object]) -> None:
    _, config = tiny_voice(tmp_path)
    config.write_text(json.dumps({**json.loads(config.read_text()), **change}))
    with pytest.raises(ModelError, match="damaged"):
        read_voice(config)


def test_files_that_are_missing_or_others_are_sentences(runtime: Runtime, tmp_path: Path) -> None:
    model, config = tiny_voice(tmp_path)
    with pytest.raises(ModelError, match="missing"):
        Piper(runtime, model, tmp_path / "none.json")
    config.write_bytes(b"\xff\xfe{")
    with pytest.raises(ModelError, match="damaged"):
        read_voice(config)
    _, config = tiny_voice(tmp_path)
    other = save(tmp_path / "other.onnx", [helper.make_node("Identity", ["x"], ["y"])], {"x": [1]}, {"y": [1]})
    with pytest.raises(ModelError, match="Piper"):
        Piper(runtime, other, config)
