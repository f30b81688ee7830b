"""What listening to a timeline writes into it: captions, markers, cuts, another file under a clip."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.display.timeline import items_on, markers_of, tracks_of
from editor.model.video import Clip, Marker
from tests.editor.commands.video.timelines import Timeline


def tenths(*numbers: float) -> tuple[Fraction, ...]:
    return tuple(Fraction(str(number)) / 10 for number in numbers)


def captions_of(timeline: Timeline, track: str) -> list[tuple[int, int, str]]:
    return [(int(item.start * 10), int(item.end * 10), item.text) for item in items_on(timeline.project, track)]


def said(start: float, end: float, text: str) -> dict[str, object]:
    begin, until = tenths(start, end)
    return {"start": begin, "duration": until - begin, "text": text}


def test_captions_come_on_a_track_of_their_own_on_frames_and_apart() -> None:
    timeline = Timeline()
    spoken = (said(10.4, 20.6, "one"), said(18, 30, "two"), said(50, 50.1, "blink"))
    track = timeline.run("add_captions", document=timeline.document, captions=spoken, name="Speech")
    assert captions_of(timeline, track) == [(10, 18, "one"), (18, 30, "two"), (50, 51, "blink")]
    assert [item.name for item in tracks_of(timeline.project, timeline.document, "caption")] == ["Speech"]


def test_captions_on_one_frame_follow_each_other() -> None:
    timeline = Timeline()
    spoken = (said(10, 12, "a"), said(10, 12, "b"), said(10, 12, "c"))
    track = timeline.run("add_captions", document=timeline.document, captions=spoken)
    assert captions_of(timeline, track) == [(10, 11, "a"), (11, 12, "b"), (12, 13, "c")]


def test_markers_replace_those_of_the_same_comment_and_spare_others() -> None:
    timeline = Timeline()
    timeline.run("set_marker", document=timeline.document, time=Fraction(1), name="mine")
    mark = [{"time": time} for time in tenths(5, 10, 15)]
    timeline.run("set_markers", document=timeline.document, markers=mark, comment="beats")
    timeline.run("set_markers", document=timeline.document, markers=mark[:2], comment="beats")
    assert [(marker.time, marker.name) for marker in markers_of(timeline.project, timeline.document)] == [
        (Fraction(1, 2), ""), (Fraction(1), "mine"),
    ]


def cut(timeline: Timeline, *spans: tuple[int, int]) -> None:
    wanted = [{"start": Fraction(start, 10), "end": Fraction(end, 10)} for start, end in spans]
    timeline.run("cut_spans", document=timeline.document, spans=wanted)


def test_stretches_go_from_all_tracks_and_the_holes_close() -> None:
    timeline = Timeline()
    timeline.lay("V1", ("A", 0, 10), ("B", 12, 20), sound=True)
    cut(timeline, (3, 5), (8, 14))
    assert timeline.drawn("V1") == "AAAAAABBBBBB"
    assert timeline.drawn("A1") == "f" * 12
    assert timeline.source_frames("V1") == [50, 55, 52]
    pieces = [items_on(timeline.project, timeline.tracks[name]) for name in ("V1", "A1")]
    assert [item.link for item in pieces[0]] == [item.link for item in pieces[1]]
    assert len({item.link for item in pieces[0] if isinstance(item, Clip)}) == 3


def test_locked_tracks_stay_and_markers_move() -> None:
    timeline = Timeline()
    timeline.lay("V1", ("A", 0, 20))
    timeline.run("set_track", track=timeline.tracks["V1"], locked=True)
    for time in tenths(2, 6, 12):
        timeline.run("set_marker", document=timeline.document, time=time)
    cut(timeline, (5, 10))
    assert timeline.drawn("V1") == "A" * 20
    assert [marker.time for marker in timeline.project.children(timeline.document, Marker)] == [*tenths(2, 5, 7)]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_what_is_left_is_what_was_not_cut(spans: list[tuple[int, int]]) -> None:
    timeline = Timeline()
    timeline.lay("V1", ("A", 0, 17), ("B", 17, 25), ("C", 31, 55))
    before = timeline.drawn("V1").ljust(60, ".")
    cut(timeline, *spans)
    gone = {frame for start, end in spans for frame in range(start, end)}
    expected = "".join(letter for frame, letter in enumerate(before) if frame not in gone)
    assert timeline.drawn("V1").rstrip(".") == expected.rstrip(".")


def test_another_file_under_a_clip_shows_the_same_moment() -> None:
    timeline = Timeline()
    (clip,) = timeline.lay("A1", ("A", 0, 10))
    clean = timeline.imported("clean", seconds=8, sound=True, picture=False)
    timeline.run("replace_media", clips=(clip,), item=clean, offset=Fraction(4))
    assert timeline.source_frames("A1") == [10]
    with pytest.raises(ExpectedError, match="begins after"):
        timeline.run("replace_media", clips=(clip,), item=clean, offset=Fraction(4))
