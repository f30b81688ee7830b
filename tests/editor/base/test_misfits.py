"""What a reader of JSON or TOML says of a file becomes a sentence in the person's language, with the place."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.base import translation
from editor.base.misfits import misfit
from editor.workflows.kits.kit import Kit
from editor.workflows.queue.recipes import Recipe
from sync.packs.manifest import Manifest

ENGLISH = ("Expected", "regex", "Invalid", "Object", "malformed", "`", "$", "truncated", "codec", "column")


@pytest.fixture(params=["en", "fr"], autouse=True)
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    translation.set_language(request.param)
    yield request.param
    translation.set_language("en")


def said(plain: Any, kind: Any = Kit) -> str:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(plain, kind)
    return misfit(caught.value, kind)


INK = {"name": "Ink", "color": "#112233"}
CASES = [
    ({"name": "K", "colors": [INK, {**INK, "color": "#fff"}]}, "colors 2, color: It is not written as it should be."),
    ({"name": "K", "colors": [{**INK, "role": "x"}]},
     "colors 1, role: It must be one of these: accent, background, primary, secondary, text."),
    ({"name": "K", "fonts": [{"use": "body", "family": "X", "weight": 9999}]},
     "fonts 1, weight: It must be 1000 or less."),
    ({"name": "K", "colors": [{**INK, "tints": [4.0]}]}, "colors 1, tints 1: It must be less than 1."),
    ({"name": "K", "fonts": [{"use": "body", "family": "X", "file": 3}]},
     "fonts 1, file: It must be a group of fields or nothing."),
    ({"name": ""}, "name: It must not be empty."),
    ({"name": "K" * 121}, "name: It is too long: 120 is the most."),
    ({"name": "K", "size": 1}, "The field size is not known."),
    ({"colors": []}, "The field name is missing."),
    (3, "It must be a group of fields."),
]  # fmt: skip


@pytest.mark.parametrize(("plain", "sentence"), CASES)
def test_the_place_and_what_is_wanted(plain: Any, sentence: str, language: str) -> None:
    found = said(plain)
    assert not any(word in found for word in ENGLISH)
    assert (found == sentence) is (language == "en")


def test_values_of_other_files(language: str) -> None:
    pack = {"name": "a", "version": "1.0.0", "licence": "MIT", "author": {"name": "x", "key": "a" * 64}}
    found = said({**pack, "dependencies": {"A b": "1.0.0"}}, Manifest)
    assert found.startswith("dependencies")
    assert not any(word in found for word in ENGLISH)
    assert said({"name": "R", "steps": "convert"}, Recipe).startswith("steps")


def _decode(data: bytes) -> Any:
    return msgspec.json.decode(data, type=Kit)


def _plain_json(data: bytes) -> Any:
    return json.loads(data)


def _toml(data: bytes) -> Any:
    return tomllib.loads(data.decode())


BROKEN: list[tuple[Callable[[bytes], Any], bytes, str]] = [
    (_decode, b"{a", "It is no JSON."), (_plain_json, b"{a", "It is no JSON."), (_decode, b"", "It breaks off."),
    (_decode, b'{"name": "\xff"}', "It is no text in UTF-8."), (_toml, b"[x]\nb == 3\n", "Line 2 cannot be read."),
    (_toml, b"a = 1\na = 2", "Its last line cannot be read."),
]  # fmt: skip


@pytest.mark.parametrize(("read", "data", "sentence"), BROKEN)
def test_files_that_are_broken(read: Callable[[bytes], Any], data: bytes, sentence: str, language: str) -> None:
    with pytest.raises(ValueError) as caught:
        read(data)
    found = misfit(caught.value)
    assert not any(word in found for word in ENGLISH)
    assert (found == sentence) is (language == "en")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["text", "é", ""]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["name", "colors", "color", "role", "fonts", "use"]), inner, max_size=4),
    max_leaves=8,
)


@given(JSON)
def test_whatever_is_wrong_is_said_without_the_readers_words(plain: Any) -> None:
    try:
        msgspec.convert(plain, Kit)
    except msgspec.ValidationError as error:
        assert not any(word in misfit(error, Kit) for word in ENGLISH)
