"""Whisper through whisper.cpp: what its tokens become, files that are no models, a process that can be stopped."""

from __future__ import annotations

import struct
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.catalogue.bundles import bundle_of
from ml.errors import ModelError
from ml.progress import SILENT, Silent
from ml.sound.rates import LISTENING_RATE
from ml.speech.whisper import Whisper, joined
from ml.speech.whisper_process import whole_letters
from tests.ml.speech.ggml_file import SAID, tiny_whisper

GENEROUS_SECONDS = 10.0


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tiny_whisper(tmp_path_factory.mktemp("whisper") / "ggml-tiny-random.bin")


def test_pieces_become_words_and_notes_go() -> None:
    pieces = [
        (" Hel", 0.0, 0.2), ("lo", 0.2, 0.4), (",", 0.4, 0.4), (" [", 0.5, 0.6), ("loud", 0.6, 0.7),
        (" music", 0.7, 0.8), ("]", 0.8, 0.9), (" you", 1.0, 1.2), (" (", 1.3, 1.4), (" there", 1.4, 1.6),
    ]
    found = [(word.text, word.start, word.end) for word in joined(pieces)]
    assert found == [("Hello,", 0.0, 0.4), ("you", 1.0, 1.2), ("(", 1.3, 1.4), ("there", 1.4, 1.6)]


def test_scripts_without_spaces_give_a_word_each() -> None:
    pieces = [("今日", 0.0, 0.3), ("は", 0.3, 0.4), ("晴れ", 0.4, 0.8)]
    assert [word.text for word in joined(pieces)] == ["今日", "は", "晴れ"]


@given(st.text(max_size=40), st.integers(1, 3))
def test_letters_are_whole_however_their_bytes_are_cut(text: str, size: int) -> None:
    data = text.encode()
    tokens = [(data[place : place + size], place / 10, place / 10 + 0.1) for place in range(0, len(data), size)]
    pieces = list(whole_letters(tokens))
    assert "".join(piece for piece, _, _ in pieces) == text
    assert [start for _, start, _ in pieces] == sorted(start for _, start, _ in pieces)


def test_broken_bytes_cost_a_letter_and_no_more() -> None:
    tokens = [(b" a", 0.0, 0.1), (b"\xff\xfe", 0.1, 0.2), (b" b", 0.2, 0.3)]
    assert [piece for piece, _, _ in whole_letters(tokens)] == [" a", " b"]


@pytest.mark.parametrize(
    "content", [b"", b"RIFF" + bytes(60), struct.pack("<12i", 0x67676D6C, *[2**30] * 11), b"lmgg" + bytes(44)]
)
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ModelError):
        Whisper(path)
    with pytest.raises(ModelError, match="missing"):
        Whisper(tmp_path / "nothing.bin")


def test_a_folder_in_ctranslate2_s_format_is_refused_when_it_comes_in(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json"):
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelError, match="CTranslate2"):
        bundle_of([tmp_path])


def test_a_file_that_is_cut_off_is_a_sentence(model: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.bin"
    path.write_bytes(model.read_bytes()[:-200_000])
    engine = Whisper(path, "en")
    with pytest.raises(ModelError):
        engine.words(np.zeros(LISTENING_RATE, np.float32), SILENT)
    engine.close()


def test_a_model_is_run_in_a_process_of_its_own(model: Path) -> None:
    engine = Whisper(model, "en")
    noise = np.random.default_rng(0).normal(size=LISTENING_RATE // 2).astype(np.float32) * np.float32(0.1)
    words = engine.words(noise, SILENT)
    engine.close()
    assert {word.text for word in words} == {f"w{SAID}"}
    assert all(0 <= word.start <= word.end for word in words)


def test_it_is_stopped_within_a_second(model: Path) -> None:
    class Stop(Exception):
        pass

    class StopsWhenTold(Silent):
        def check(self) -> None:
            if told.is_set():
                raise Stop

    told = threading.Event()
    engine = Whisper(model, "auto")
    threading.Timer(0.3, told.set).start()
    began = time.monotonic()
    with pytest.raises(Stop):
        for _ in range(1000):
            engine.words(np.ones(28 * LISTENING_RATE, np.float32), StopsWhenTold())
    assert time.monotonic() - began < GENEROUS_SECONDS
    engine.close()
