"""Real films in the clips of a template: place, length and trimming stay, linked sound follows."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from editor.commands.registry import run
from editor.document.project import Project
from editor.model.embed import Embed
from editor.model.vector import TextShape
from editor.model.video import Clip, MediaItem, MediaSource, Track, VideoDocument
from editor.workflows.templates.check import Filler
from editor.workflows.templates.fill import fill
from editor.workflows.templates.rows import Wish, chief_documents, make_rows, tasks_of
from editor.workflows.templates.sources import SourceFile
from tests.editor.workflows.templates import making


def film(path: Path, seconds: float, shade: int, sound: bool) -> Path:
    """A small film of one grey, with a tone if wanted."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        tone = out.add_stream("aac", rate=48000) if sound else None
        for _ in range(int(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), shade, np.uint8), "rgb24")
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
        if tone is not None:
            for number in range(int(seconds * 48000 / 1024)):
                wave = np.sin(np.arange(1024, dtype=np.float32) * 0.05)[None, :]
                heard = av.AudioFrame.from_ndarray(wave.repeat(tone.channels, 0), "fltp", tone.layout.name)
                heard.sample_rate, heard.pts = 48000, number * 1024
                out.mux(tone.encode(heard))
            out.mux(tone.encode(None))
    return path


@pytest.fixture
def made(tmp_path: Path) -> tuple[Project, dict[str, str]]:
    """A timeline with two seconds of a film with sound, trimmed by one, and a title that is a page of its own."""
    project = Project.in_memory()
    assert project.media is not None
    document = run(project, "video.new_document", name="Film", width=64, height=48, rate=Fraction(10))
    stock = film(tmp_path / "stock.mp4", 5, 40, sound=True)
    facts = SourceFile(stock).facts(project.media.add(stock))
    item = run(project, "video.import_media", document=document, facts=facts)
    tracks = [track.id for track in project.children(document, Track) if track.media == "video"]
    clip = run(project, "video.add_clip", track=tracks[0], item=item, start=0, source_start=1, duration=2)
    title = run(project, "vector.new_document", name="Title", width=64, height=48, background=None)
    page = project.index.children(title)[0]
    text = run(project, "vector.add_text", parent=page, text="Title", size=10)
    run(project, "video.add_embed", track=tracks[1], document=title, start=0, duration=1)
    making.slot(project, "Clip", (clip, "clip"))
    making.slot(project, "Title", (text, "text"))
    sound = next(one for one in project.index.of_type(Clip) if one != clip and project.find(one, Clip).link)
    return project, {"document": document, "clip": clip, "sound": sound, "text": text}


def item_of(project: Project, key: str) -> str:
    source = project.find(key, Clip).source
    assert isinstance(source, MediaSource)
    return project.find(source.item, MediaItem).name


def test_a_film_is_replaced_with_its_sound(made: tuple[Project, dict[str, str]], tmp_path: Path) -> None:
    project, keys = made
    before = project.find(keys["clip"], Clip)
    assert fill(project, {"Clip": film(tmp_path / "long.mp4", 6, 200, sound=True), "Title": "Zoé"}).places == 2
    after = project.find(keys["clip"], Clip)
    assert (after.start, after.duration, after.source_start) == (before.start, before.duration, Fraction(1))
    assert item_of(project, keys["clip"]) == item_of(project, keys["sound"]) == "long.mp4"
    assert project.find(keys["text"], TextShape).text == "Zoé"
    shown = making.pixels_of(project, keys["document"])
    assert shown[40, 32, 0] > 150


def test_a_silent_film_silences_the_sound_and_the_next_one_is_heard(
    made: tuple[Project, dict[str, str]], tmp_path: Path
) -> None:
    project, keys = made
    fill(project, {"Clip": film(tmp_path / "silent.mp4", 6, 90, sound=False)})
    assert not project.find(keys["sound"], Clip).enabled
    fill(project, {"Clip": film(tmp_path / "loud.mp4", 6, 90, sound=True)})
    assert project.find(keys["sound"], Clip).enabled and item_of(project, keys["sound"]) == "loud.mp4"


def test_a_short_film_is_trimmed_less(made: tuple[Project, dict[str, str]], tmp_path: Path) -> None:
    project, keys = made
    fill(project, {"Clip": film(tmp_path / "short.mp4", 2.5, 90, sound=False)})
    clip = project.find(keys["clip"], Clip)
    assert clip.duration == 2 and clip.source_start <= Fraction(1, 2) + Fraction(1, 10)


def test_a_film_that_is_too_short_is_said(made: tuple[Project, dict[str, str]], tmp_path: Path) -> None:
    project, keys = made
    filled = fill(project, {"Clip": film(tmp_path / "tiny.mp4", 1, 90, sound=False)})
    assert project.find(keys["clip"], Clip).duration == 2
    assert len(filled.notices) == 1 and "tiny.mp4" in filled.notices[0]


def test_a_linked_page_or_a_colour_gives_way_to_a_film(made: tuple[Project, dict[str, str]], tmp_path: Path) -> None:
    project, keys = made
    timeline = project.find(keys["document"], VideoDocument)
    track = [one.id for one in project.children(timeline.id, Track) if one.media == "video"][1]
    embed = next(one.id for one in project.children(track, Clip) if isinstance(one.source, Embed))
    color = run(project, "video.add_color", track=track, start=2, duration=1)
    making.slot(project, "Page", (embed, "picture"), fit="fit")
    making.slot(project, "Plain", (color, "clip"))
    before = project.content_hash()
    path = film(tmp_path / "new.mp4", 3, 120, sound=True)
    fill(project, {"Page": path, "Plain": making.picture(tmp_path / "p.png", 64, 48)})
    assert (item_of(project, embed), item_of(project, color)) == ("new.mp4", "p.png")
    assert project.find(color, Clip).duration == 1
    project.undo()
    assert project.content_hash() == before


def test_rows_become_films(made: tuple[Project, dict[str, str]], tmp_path: Path) -> None:
    project, _ = made
    out = tmp_path / "out"
    out.mkdir()
    clip = film(tmp_path / "long.mp4", 6, 200, sound=True)
    fillers = tuple(Filler(number, {"Title": f"T{number}", "Clip": clip}, {}) for number in (2, 3))
    wish = Wish(out, "{row}.mp4", chief_documents(project))
    assert [one.failure for one in make_rows(project, tasks_of(project, fillers, wish), wish)] == ["", ""]
    for path in out.glob("*.mp4"):
        with av.open(str(path)) as opened:
            assert opened.duration is not None and abs(opened.duration / 1e6 - 2) < 0.3
    assert len(list(out.glob("*.mp4"))) == 2
