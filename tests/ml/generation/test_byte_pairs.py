"""CLIP's byte pairs: cut as the scheme says, whatever the text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.errors import ModelError
from ml.generation.byte_pairs import BytePairs, byte_letters, read_byte_pairs, words_of
from tests.ml.generation.tiny_folder import tiny_tokens

VOCABULARY, MERGES = tiny_tokens()
TOKENS = BytePairs(VOCABULARY, [(line.split()[0], line.split()[1]) for line in MERGES])


def test_learned_words_are_one_number_and_others_are_letters() -> None:
    assert TOKENS.numbers("Red  TEAL") == [VOCABULARY["red</w>"], VOCABULARY["teal</w>"]]
    assert TOKENS.numbers("ox") == [VOCABULARY["o"], VOCABULARY["x</w>"]]
    assert TOKENS.numbers("reds") == [VOCABULARY[piece] for piece in ("re", "d", "s</w>")]


def test_words_are_cut_as_clip_does() -> None:
    assert list(words_of("it's 42 -- café!!")) == ["it", "'s", "4", "2", "--", "café", "!!"]


def test_marks_and_filling() -> None:
    numbers = TOKENS.encode("red", 6).tolist()
    end = VOCABULARY["<|endoftext|>"]
    assert numbers == [VOCABULARY["<|startoftext|>"], VOCABULARY["red</w>"], end, end, end, end]
    assert BytePairs(VOCABULARY, [], "!").encode("", 4).tolist()[2:] == [VOCABULARY["!"]] * 2


@given(st.text(max_size=300))
def test_any_text_has_the_length_that_encoders_take(text: str) -> None:
    numbers = TOKENS.encode(text)
    assert numbers.shape == (77,) and numbers.max() < len(VOCABULARY)
    assert TOKENS.end in numbers


@given(st.text(max_size=100))
def test_no_byte_is_lost(text: str) -> None:
    clean = " ".join(text.split())
    assert "".join(words_of(clean)) == "".join(clean.split())


def test_bytes_have_a_letter_each() -> None:
    assert len(set(byte_letters().values())) == 256


def test_a_broken_tokenizer_is_said(tmp_path: Path) -> None:
    (tmp_path / "vocab.json").write_text("{", encoding="utf-8")
    (tmp_path / "merges.txt").write_text("", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        read_byte_pairs(tmp_path / "vocab.json", tmp_path / "merges.txt")
    (tmp_path / "vocab.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match="lacks the sign"):
        read_byte_pairs(tmp_path / "vocab.json", tmp_path / "merges.txt")
