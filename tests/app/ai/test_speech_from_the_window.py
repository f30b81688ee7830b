"""Captions and spoken texts as a person makes them: menu, dialog, the timeline afterwards, undo, a long one stopped."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtTest import QTest

from editor.commands.registry import run
from editor.display.timeline import items_on, tracks_of
from editor.formats.registry import ImportOptions, import_file
from editor.model.video import Caption, Clip
from editor.workflows.ai.tool import TOOLS, load_tools
from tests.app.ai.hands import LEFT, Hands, wait_until
from tests.editor.workflows.ai.talking_films import sound_file, talking_film
from tests.ml.sound.files import listened
from tests.ml.sound.sounds import talk

load_tools()
STOP_SECONDS = 5.0


@pytest.fixture
def hands(studio: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hands:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    return Hands(studio)


def film(hands: Hands, path: Path) -> str:
    """A new project on disk with a file on its timeline, on screen."""
    storage = hands.studio.window.files.create("Film")
    [document] = import_file(storage.project, path, ImportOptions(name="Film")).documents
    hands.studio.session.open(storage.project, storage)
    hands.studio.session.activate(document)
    QTest.qWait(50)
    return document


def run_tool(hands: Hands, name: str, **options: Any) -> None:
    def act(dialog: Any) -> None:
        dialog.activateWindow()
        wait_until(dialog.isActiveWindow, 5.0, "the dialog's focus")
        for option, value in options.items():
            hands.set_option(dialog, option, value)
        QTest.mouseClick(dialog.run_button, LEFT)

    hands.with_dialog(lambda: hands.choose_tool(TOOLS[name]), act)


def captions_of(hands: Hands, document: str) -> list[Caption]:
    tracks = tracks_of(hands.project, document, "caption")
    return [item for track in tracks for item in items_on(hands.project, track.id) if isinstance(item, Caption)]


def clips_of(hands: Hands, document: str) -> list[Clip]:
    tracks = tracks_of(hands.project, document, "audio")
    return [item for track in tracks for item in items_on(hands.project, track.id) if isinstance(item, Clip)]


def rows(hands: Hands) -> list[str]:
    return [row.name for row in hands.studio.window.findChildren(timeline_panel())[0].rows]


def timeline_panel() -> Any:
    from app.timeline.panel import TimelinePanel

    return TimelinePanel


@pytest.mark.conformance
def test_what_is_said_in_a_film_becomes_captions(hands: Hands, corpora: Path, tmp_path: Path) -> None:
    sound = listened(corpora / "audio/ggml-org+whisper.cpp/samples/jfk.mp3")
    document = film(hands, talking_film(tmp_path / "speech.mp4", sound))
    before = hands.project.content_hash()
    run_tool(hands, "captions", letters_per_line=30, lines_at_once=1)
    hands.wait_for_jobs()
    assert hands.errors == []
    found = captions_of(hands, document)
    told = " ".join(item.text for item in found).lower()
    assert "what your country can do for you" in told
    assert all(len(item.text) <= 30 and "\n" not in item.text for item in found)
    assert all(0 <= item.start < item.end <= 12 for item in found)
    wait_until(lambda: "Captions" in rows(hands), 5.0, "the track in the timeline")
    assert any("one word in twenty" in text for text in hands.told)
    hands.project.undo()
    assert hands.project.content_hash() == before


def test_a_text_is_spoken_at_the_playhead_with_captions(hands: Hands, tmp_path: Path) -> None:
    document = film(hands, sound_file(tmp_path / "talk.wav", talk(4.0, [(1.0, 2.0)])))
    hands.studio.window.findChildren(timeline_panel())[0].player.seek(Fraction(1))
    run_tool(hands, "speak", text="Good morning. It rains.", voice="en-gb+f2", captions=True)
    hands.wait_for_jobs()
    assert hands.errors == []
    spoken = clips_of(hands, document)[-1]
    assert spoken.start == 1
    assert spoken.id in hands.project.selection
    captions = captions_of(hands, document)
    assert " ".join(item.text for item in captions).split() == "Good morning. It rains.".split()
    assert captions[0].start >= 1
    wait_until(lambda: "Spoken text" in rows(hands), 5.0, "the track in the timeline")


def test_a_long_film_is_stopped_from_the_jobs_panel(hands: Hands, tmp_path: Path) -> None:
    document = film(hands, sound_file(tmp_path / "talk.wav", talk(60.0, [(1.0, 59.0)])))
    [clip] = clips_of(hands, document)
    for place in range(1, 20):
        run(
            hands.project,
            "video.add_clip",
            track=clip.parent,
            item=clip.source.item,
            start=Fraction(60 * place),
        )
    before = hands.project.content_hash()
    run_tool(hands, "captions")
    panel = hands.studio.window.parts.jobs
    hands.studio.window.parts.docks["jobs"].raise_()
    wait_until(lambda: any(row.stop.isVisible() for row in panel.rows.values()), 5.0, "the job")
    QTest.qWait(400)
    row = max(panel.rows.items())[1]
    QTest.mouseClick(row.stop, LEFT)
    wait_until(lambda: not hands.studio.session.has_jobs, STOP_SECONDS, "the end of the job")
    assert hands.project.content_hash() == before
    assert hands.errors == []
