"""Timelines out to OpenTimelineIO and back, and other people's timelines."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest

from editor.base.errors import ExpectedError
from editor.display.timeline import items_on, markers_of, tracks_of, transitions_on
from editor.document.project import Project
from editor.formats.otio.exporting import export_otio, plain
from editor.formats.otio.importing import import_otio
from editor.model.video import Caption, Clip, MediaItem, VideoDocument
from render.color import Color
from tests.editor.commands.video.timelines import Timeline, check
from tests.render.video.clips import make_film


@pytest.fixture
def line() -> Timeline:
    made = Timeline()
    a, b = made.lay("V1", ("A", 0, 30), ("B", 30, 60), sound=True)
    made.run("add_dissolve", clip=a)
    made.run("set_opacity", clips=(a,), opacity=0.5)
    made.run("set_fades", clips=(b,), fade_out=Fraction(1))
    made.run("add_color", track=made.tracks["V2"], start=Fraction(1), duration=Fraction(2), color=Color(1, 0, 0))
    made.run("add_caption", document=made.document, start=Fraction(1), text="Hello")
    made.run("set_marker", document=made.document, time=Fraction(2), name="here", comment="look")
    return made


def described(project: Project, document: str) -> list[object]:
    """Everything on a timeline but ids, orders and links."""

    def bare(item: object) -> dict[str, object]:
        fields = plain(item)
        for name in ("id", "parent", "order", "link", "before", "after"):
            fields.pop(name, None)
        if isinstance(fields.get("source"), dict):
            fields["source"].pop("item", None)
        return fields

    found: list[object] = [bare(project.find(document, VideoDocument))]
    for track in tracks_of(project, document):
        found.append(bare(track))
        found.extend(bare(item) for item in items_on(project, track.id))
        found.extend(bare(item) for item in transitions_on(project, track.id))
    found.extend(bare(marker) for marker in markers_of(project, document))
    return found


def test_our_own_file_comes_back_without_loss(line: Timeline, tmp_path: Path) -> None:
    path = tmp_path / "cut.otio"
    export_otio(line.project, line.document, path)
    other = Project.in_memory()
    (document,), _ = import_otio(other, path)
    check(other)
    ours, theirs = described(line.project, line.document), described(other, document)
    by_kind = lambda rows: sorted(map(repr, rows))  # noqa: E731
    assert by_kind(ours) == by_kind(theirs)
    links = [item.link for track in tracks_of(other, document) for item in items_on(other, track.id)
             if isinstance(item, Clip) and item.link]
    assert len(links) == 4
    assert len(set(links)) == 2


def test_media_beside_the_file_are_found_again(tmp_path: Path) -> None:
    make_film(tmp_path / "film.mp4", frames=30)
    made = Timeline()
    key = made.project.media.add(tmp_path / "film.mp4")
    facts = {"media": key, "name": "film.mp4", "duration": Fraction(3), "has_video": True}
    item = made.run("import_media", document=made.document, facts=facts)
    made.run("add_clip", track=made.tracks["V1"], item=item, start=Fraction(0), duration=Fraction(1))
    export_otio(made.project, made.document, tmp_path / "cut.otio")
    other = Project.in_memory()
    (document,), report = import_otio(other, tmp_path / "cut.otio")
    (found,) = other.children(document, MediaItem)
    assert other.media.find(found.facts.media) == tmp_path / "film.mp4"
    assert not report.dropped


def test_others_understand_it(line: Timeline, tmp_path: Path) -> None:
    export_otio(line.project, line.document, tmp_path / "cut.otio")
    timeline = otio.adapters.read_from_file(str(tmp_path / "cut.otio"))
    first = next(track for track in timeline.video_tracks() if track.name == "V1")
    assert [type(item).__name__ for item in first] == ["Clip", "Transition", "Clip"]
    assert first.duration().to_seconds() == pytest.approx(6.0)
    assert [marker.name for marker in timeline.tracks.markers] == ["here"]


def test_an_edit_elsewhere_wins_over_our_metadata(line: Timeline, tmp_path: Path) -> None:
    path = tmp_path / "cut.otio"
    export_otio(line.project, line.document, path)
    timeline = otio.adapters.read_from_file(str(path))
    track = next(track for track in timeline.video_tracks() if track.name == "V2")
    track[0].source_range = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, 10), otio.opentime.RationalTime(5, 10)
    )
    otio.adapters.write_to_file(timeline, str(path))
    other = Project.in_memory()
    (document,), _ = import_otio(other, path)
    lane = next(track for track in tracks_of(other, document) if track.name == "V2")
    assert items_on(other, lane.id)[0].start == Fraction(1, 2)
    assert any(isinstance(item, Caption) for track in tracks_of(other, document) for item in items_on(other, track.id))


@pytest.mark.parametrize("text", ["", "hello", "{}", "[" * 500, '{"OTIO_SCHEMA": "Clip.1"}', '{"OTIO_SCHEMA": 3}'])
def test_what_is_no_timeline_is_a_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.otio"
    path.write_text(text)
    with pytest.raises(ExpectedError):
        import_otio(Project.in_memory(), path)


@pytest.mark.conformance
def test_other_peoples_timelines(corpora: Path) -> None:
    folders = [corpora / "timelines/OpenTimelineIO-head/tests/sample_data"]
    folders.append(corpora / "timelines/OpenTimelineIO-before-e10fdd28/tests/sample_data")
    suffixes = (".otio", ".edl", ".xml")
    files = [path for folder in folders for path in sorted(folder.iterdir()) if path.suffix in suffixes]
    read = 0
    for path in files:
        project = Project.in_memory()
        try:
            documents, _ = import_otio(project, path)
        except ExpectedError as error:
            print(path.name, error)
            continue
        read += 1
        assert documents
        check(project)
    assert read >= len(files) - 4


@pytest.mark.conformance
def test_a_known_cut(corpora: Path) -> None:
    project = Project.in_memory()
    path = corpora / "timelines/OpenTimelineIO-head/tests/sample_data/multitrack.otio"
    (document,), _ = import_otio(project, path)
    assert project.find(document, VideoDocument).rate == 24
    tracks = tracks_of(project, document)
    assert [track.name for track in tracks] == ["Sequence", "Sequence 2", "Sequence 3"]
    (clip,) = items_on(project, tracks[1].id)
    assert (clip.start, clip.duration) == (Fraction(482, 24), Fraction(480, 24))
