"""Sounds that are heard before they are fetched: from agreed hosts alone, short, and into no library."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.workflows.catalogues.asking import LARGEST_ANSWER
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.hearing import hear, host_to_agree
from editor.workflows.catalogues.source import Found, Source
from tests.editor.workflows.catalogues.speaking import SOUND, Speaking


@pytest.fixture
def source(catalogues: Catalogues) -> Source:
    found = catalogues.source("openverse")
    catalogues.agree(found)
    return found


@pytest.fixture
def brook(catalogues: Catalogues, source: Source) -> Found:
    return catalogues.details(source, f"audio/{SOUND}")


def test_a_sound_is_heard(catalogues: Catalogues, source: Source, brook: Found, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    heard = hear(catalogues, source, brook)
    assert heard.samples.shape == (heard.rate // 5, 2) and heard.samples.dtype == np.int16
    assert np.abs(heard.samples).max() > 8000
    assert sorted(tmp_path.rglob("*")) == before, "nothing of it is kept"


def test_another_host_is_named_and_not_asked_without_a_yes(
    catalogues: Catalogues, source: Source, brook: Found, speaking: Speaking
) -> None:
    elsewhere = msgspec.structs.replace(brook, sound=brook.sound.replace("127.0.0.1", "localhost"))
    host = host_to_agree(source, elsewhere)
    assert host.startswith("localhost") and host_to_agree(source, brook) == ""
    asked = len(speaking.server.asked)
    with pytest.raises(ExpectedError, match="was not agreed to"):
        hear(catalogues, source, elsewhere)
    assert len(speaking.server.asked) == asked
    assert catalogues.sound(source, elsewhere, frozenset((host,))) == speaking.server.files[f"/sounds/{SOUND}.wav"]


def test_nothing_is_asked_before_a_catalogue_was_agreed_to(catalogues: Catalogues, speaking: Speaking) -> None:
    source = catalogues.source("openverse")
    found = Found(id="audio/x", title="X", kind="sound", sound=f"{speaking.base}/sounds/{SOUND}.wav")
    with pytest.raises(ExpectedError, match="not yet agreed"):
        hear(catalogues, source, found)
    assert speaking.server.asked == []


def test_what_is_too_long_or_no_sound_is_said(
    catalogues: Catalogues, source: Source, brook: Found, speaking: Speaking
) -> None:
    speaking.server.files[f"/sounds/{SOUND}.wav"] = b"no sound" * 100
    with pytest.raises(ExpectedError, match="cannot be played"):
        hear(catalogues, source, brook)
    catalogues.memory.__init__()  # type: ignore[misc]
    speaking.server.files[f"/sounds/{SOUND}.wav"] = b"\0" * (LARGEST_ANSWER + 1)
    with pytest.raises(ExpectedError):
        hear(catalogues, source, brook)
    with pytest.raises(ExpectedError, match="nothing to hear"):
        hear(catalogues, source, msgspec.structs.replace(brook, sound=""))
