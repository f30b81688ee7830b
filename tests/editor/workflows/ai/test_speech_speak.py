"""Speak a text: a clip at the playhead on a track with room, captions in step, voices that are models."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.commands.registry import run
from editor.document.project import Project
from editor.model.video import MediaItem
from editor.storage import create_project
from editor.workflows.ai.timeline_sound import listening
from ml.catalogue.store import InstalledModel
from ml.runtime.runtime import Runtime
from tests.editor.workflows.ai.talking_films import Reel
from tests.ml.speech.tiny_piper import tiny_voice

TEXT = "Good morning to all of you. Today we look at the old town.\n\nIt was built long ago."


@pytest.fixture(scope="module")
def runtime() -> Iterator[Runtime]:
    with Runtime() as made:
        yield made


class Stage(Reel):
    """An empty timeline of a project on disk."""

    def __init__(self, folder: Path) -> None:
        self.opened = create_project(folder / "p.atelier")
        self.project: Project = self.opened.project
        self.document = run(self.project, "video.new_document", name="Film", rate=Fraction(25))
        self.folder = folder / "p.media"

    def level(self, start: float, end: float) -> float:
        with listening(self.project, self.document) as found:
            sound = found.mono()(0, found.count())
            first = float(found.start)
        return float(np.abs(sound[int((start - first) * 16_000) : int((end - first) * 16_000)]).max(initial=0.0))


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.opened.close()


def test_a_text_becomes_a_clip_at_the_playhead(stage: Stage, runtime: Runtime) -> None:
    outcome = stage.call("speak", runtime, time=2.0, text=TEXT)
    [clip] = stage.clips("audio")
    assert (float(clip.start), outcome.chosen) == (2.0, (clip.id,))
    assert 4.0 < float(clip.duration) < 12.0
    assert stage.level(2.0, 4.0) > 0.1
    [item] = stage.project.children(stage.document, MediaItem)
    assert item.name.startswith("Good morning to all of you")
    assert {(note.tool, note.model, note.generated) for note in stage.notes()} == {("speak", "eSpeak NG", True)}
    stage.project.undo()
    assert stage.clips("audio") == []


def test_captions_come_with_it_in_step(stage: Stage, runtime: Runtime) -> None:
    stage.call("speak", runtime, time=3.0, text=TEXT, captions=True)
    [clip] = stage.clips("audio")
    found = stage.captions()
    assert " ".join(text for _, _, text in found).split() == TEXT.split()
    assert all(3.0 <= start < end <= float(clip.end) + 1.0 for start, end, _ in found)
    assert all(stage.level(start, start + 0.4) > 0.05 for start, _, _ in found), "each begins where something is said"


def test_nothing_that_is_there_is_overwritten(stage: Stage, runtime: Runtime) -> None:
    for _ in range(3):
        stage.call("speak", runtime, time=1.0, text="One sentence.")
    clips = stage.clips("audio")
    assert len(clips) == 3
    assert len({clip.parent for clip in clips}) == 3


def test_pace_changes_the_length(stage: Stage, runtime: Runtime) -> None:
    lengths = []
    for pace in (0.6, 1.8):
        stage.call("speak", runtime, text=TEXT, pace=pace)
        lengths.append(float(stage.clips("audio")[-1].duration))
    assert lengths[0] > 1.7 * lengths[1]


@pytest.mark.parametrize("text", ["", " \n\t", "... !"])
def test_no_text_is_told(stage: Stage, runtime: Runtime, text: str) -> None:
    before = stage.project.content_hash()
    with pytest.raises(ExpectedError, match="no text"):
        stage.call("speak", runtime, text=text)
    assert stage.project.content_hash() == before
    assert not list(stage.folder.glob("*"))


def test_wrong_voices_and_stopping_leave_nothing(stage: Stage, runtime: Runtime) -> None:
    before = stage.project.content_hash()
    with pytest.raises(ExpectedError, match="no voice"):
        stage.call("speak", runtime, text=TEXT, voice="klingon-x")
    shares: list[float] = []
    with pytest.raises(Cancelled):
        stage.call(
            "speak", runtime, text="A sentence here. " * 200,
            progress=Progress(lambda share, text: shares.append(share), cancelled=lambda: len(shares) > 5),
        )
    assert stage.project.content_hash() == before
    assert not list(stage.folder.glob("*")), "no half-written file is left"


def test_a_voice_of_piper_s_kind_speaks(stage: Stage, runtime: Runtime, tmp_path: Path) -> None:
    model, config = tiny_voice(tmp_path)
    files: Any = {"model": model, "config": config}
    for given in (files, {"model": model}):
        voice = InstalledModel("tiny-voice", "speech", given, "cd" * 32)
        stage.call("speak", runtime, model=voice, text=TEXT, captions=True, voice="")
    assert len(stage.clips("audio")) == 2
    assert stage.level(0.0, 2.0) > 0.1
    assert {(note.model, note.model_sha256) for note in stage.notes()} == {("tiny-voice", "cd" * 32)}
    half = len(stage.captions()) // 2
    assert " ".join(text for _, _, text in stage.captions()[:half]).split() == TEXT.split()
