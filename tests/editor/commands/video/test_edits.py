"""Each edit does what the drawing in its docstring says."""

from __future__ import annotations

from fractions import Fraction

import pytest

from editor.base.errors import ExpectedError
from editor.display.timeline import items_on, partners_of, transitions_on
from editor.model.video import Caption, Clip, Marker, Placement, Transition
from tests.editor.commands.video.timelines import Timeline, check


@pytest.fixture
def line() -> Timeline:
    return Timeline()


def tenths(number: int) -> Fraction:
    return Fraction(number, 10)


def test_adding_overwrites(line: Timeline) -> None:
    line.lay("V1", ("A", 0, 6), ("B", 6, 10))
    line.lay("V1", ("n", 4, 8))
    assert line.drawn("V1") == "AAAAnnnnBB"
    assert line.source_frames("V1") == [50, 50, 52]


def test_adding_inserts(line: Timeline) -> None:
    line.lay("V1", ("A", 0, 6), ("B", 6, 8))
    line.run(
        "add_clip", track=line.tracks["V1"], item=line.film, start=tenths(4), duration=tenths(3), mode="insert",
        with_sound=False,
    )
    assert line.drawn("V1") == "AAAAfffAABB"
    assert line.source_frames("V1") == [50, 0, 54, 50]


def test_sound_comes_along_linked_and_moves_along(line: Timeline) -> None:
    (key,) = line.lay("V1", ("A", 0, 6), sound=True)
    assert line.drawn("A1") == "ffffff"
    line.run("move_clips", clips=(key,), delta=tenths(3))
    assert (line.drawn("V1"), line.drawn("A1")) == ("...AAAAAA", "...ffffff")
    line.run("split_clip", clip=key, time=tenths(5))
    assert line.drawn("V1") == "...AAAAAA"
    assert len(items_on(line.project, line.tracks["A1"])) == 2
    left, right = items_on(line.project, line.tracks["V1"])
    assert [len(partners_of(line.project, item)) for item in (left, right)] == [1, 1]
    line.run("delete_clips", clips=(right.id,))
    assert (line.drawn("V1"), line.drawn("A1")) == ("...AA", "...ff")


def test_moving_overwrites_and_stops_at_zero(line: Timeline) -> None:
    a, _, _ = line.lay("V1", ("A", 0, 2), ("B", 2, 6), ("C", 6, 8))
    line.run("move_clips", clips=(a,), delta=tenths(3))
    assert line.drawn("V1") == "..BAABCC"
    line.run("move_clips", clips=(a,), delta=tenths(-50))
    assert line.drawn("V1") == "AAB..BCC"


def test_moving_inserts(line: Timeline) -> None:
    _, _, c = line.lay("V1", ("A", 0, 2), ("B", 2, 6), ("C", 6, 8))
    line.run("move_clips", clips=(c,), delta=tenths(-6), mode="insert")
    assert line.drawn("V1") == "CCAABBBB"


def test_moving_to_another_track(line: Timeline) -> None:
    a, b = line.lay("V1", ("A", 0, 2), ("B", 2, 6))
    line.run("move_clips", clips=(a, b), delta=tenths(1), track_offset=7)
    assert (line.drawn("V1"), line.drawn("V2")) == ("", ".AABBBB")


def test_times_between_frames_are_snapped(line: Timeline) -> None:
    (a,) = line.lay("V1", ("A", 0, 2))
    line.run("move_clips", clips=(a,), delta=Fraction(34, 100))
    assert line.drawn("V1") == "...AA"


@pytest.mark.parametrize(
    ("edge", "time", "ripple", "drawn", "sources"),
    [
        ("tail", 2, False, "AA....BBB", [50, 50]),
        ("tail", 50, False, "AAAAAABBB", [50, 50]),
        ("head", 1, False, ".AAA..BBB", [51, 50]),
        ("head", 9, False, "...A..BBB", [53, 50]),
        ("tail", 2, True, "AA..BBB", [50, 50]),
        ("tail", 6, True, "AAAAAA..BBB", [50, 50]),
        ("head", 1, True, "AAA..BBB", [51, 50]),
    ],
)
def test_trimming(line: Timeline, edge: str, time: int, ripple: bool, drawn: str, sources: list[int]) -> None:
    a, _ = line.lay("V1", ("A", 0, 4), ("B", 6, 9))
    line.run("trim_clip", clip=a, edge=edge, time=tenths(time), ripple=ripple)
    assert line.drawn("V1") == drawn
    assert line.source_frames("V1") == sources


def test_trimming_the_head_outwards_stops_at_the_source(line: Timeline) -> None:
    (b,) = line.lay("V1", ("B", 60, 63))
    line.run("trim_clip", clip=b, edge="head", time=tenths(0))
    assert line.drawn("V1") == "." * 10 + "B" * 53
    assert line.source_frames("V1") == [0]


def test_trimming_the_tail_stops_at_the_source(line: Timeline) -> None:
    short = line.imported("short", seconds=2)
    key = line.run("add_clip", track=line.tracks["V1"], item=short, start=Fraction(0), duration=Fraction(1))
    line.run("trim_clip", clip=key, edge="tail", time=Fraction(50))
    assert line.drawn("V1") == "s" * 20


def test_splitting_keeps_what_shows(line: Timeline) -> None:
    (a,) = line.lay("V1", ("A", 2, 8))
    line.run("split_clip", clip=a, time=tenths(5))
    assert line.drawn("V1") == "..AAAAAA"
    assert line.source_frames("V1") == [50, 53]
    with pytest.raises(ExpectedError):
        line.run("split_clip", clip=a, time=tenths(5))


def test_splitting_everything_at_the_playhead(line: Timeline) -> None:
    line.lay("V1", ("A", 0, 6), sound=True)
    line.lay("V2", ("B", 2, 8))
    right = line.run("split_at", document=line.document, time=tenths(4))
    assert len(right) == 3


def test_ripple_delete_closes_the_hole(line: Timeline) -> None:
    _, b, _ = line.lay("V1", ("A", 0, 2), ("B", 2, 6), ("C", 7, 9))
    line.run("ripple_delete", clips=(b,))
    assert line.drawn("V1") == "AA.CC"
    line.run("close_gap", track=line.tracks["V1"], time=tenths(2))
    assert line.drawn("V1") == "AACC"


def test_dissolve_lives_as_long_as_its_clips_meet(line: Timeline) -> None:
    a, b = line.lay("V1", ("A", 0, 20), ("B", 20, 40))
    key = line.run("add_dissolve", clip=a, duration=Fraction(1))
    transition = line.project.find(key, Transition)
    assert (transition.in_offset, transition.out_offset) == (tenths(5), tenths(5))
    line.run("split_clip", clip=a, time=tenths(10))
    assert line.project.find(key, Transition).before != a
    line.run("trim_clip", clip=b, edge="tail", time=tenths(23))
    assert line.project.find(key, Transition).out_offset == tenths(3)
    line.run("move_clips", clips=(b,), delta=tenths(4))
    assert transitions_on(line.project, line.tracks["V1"]) == []


def test_dissolve_needs_a_neighbour(line: Timeline) -> None:
    a, _ = line.lay("V1", ("A", 0, 20), ("B", 21, 40))
    with pytest.raises(ExpectedError, match="No other clip"):
        line.run("add_dissolve", clip=a)


def test_a_locked_track_refuses_and_its_partner_stays(line: Timeline) -> None:
    (key,) = line.lay("V1", ("A", 0, 6), sound=True)
    line.run("set_track", track=line.tracks["A1"], locked=True)
    line.run("move_clips", clips=(key,), delta=tenths(3))
    assert (line.drawn("V1"), line.drawn("A1")) == ("...AAAAAA", "ffffff")
    line.run("set_track", track=line.tracks["V1"], locked=True)
    for name, parameters in {
        "move_clips": {"clips": (key,), "delta": tenths(1)},
        "trim_clip": {"clip": key, "edge": "head", "time": tenths(4)},
        "split_clip": {"clip": key, "time": tenths(5)},
        "ripple_delete": {"clips": (key,)},
        "set_opacity": {"clips": (key,), "opacity": 0.5},
    }.items():
        with pytest.raises(ExpectedError, match="locked"):
            line.run(name, **parameters)


def test_look_and_sound(line: Timeline) -> None:
    (key,) = line.lay("V1", ("A", 0, 20))
    line.run("set_opacity", clips=(key,), opacity=0.25)
    line.run("set_placement", clips=(key,), x=12.0, scale=0.5, rotation=400.0)
    line.run("set_volume", clips=(key,), volume=0.5, pan=-1.0)
    line.run("set_fades", clips=(key,), fade_in=Fraction(1), fade_out=Fraction(9))
    clip = line.project.find(key, Clip)
    assert (clip.opacity, clip.placement) == (0.25, Placement(x=12.0, scale=0.5, rotation=40.0))
    assert (clip.volume, clip.pan, clip.fade_in, clip.fade_out) == (0.5, -1.0, Fraction(1), Fraction(1))


def test_keys_stay_in_place_when_the_clip_is_cut(line: Timeline) -> None:
    (key,) = line.lay("V1", ("A", 0, 20))
    line.run("set_opacity_key", clip=key, time=tenths(5), value=0.0)
    line.run("set_opacity_key", clip=key, time=tenths(15), value=1.0)
    right = line.run("split_clip", clip=key, time=tenths(10))
    times = [opacity_key.time for opacity_key in line.project.find(right, Clip).opacity_keys]
    assert times == [tenths(-5), tenths(5)]


def test_captions_and_markers(line: Timeline) -> None:
    first = line.run("add_caption", document=line.document, start=tenths(0), duration=tenths(10), text="One")
    line.run("add_caption", document=line.document, start=tenths(5), duration=tenths(10), text="Two")
    assert line.project.find(first, Caption).duration == tenths(5)
    line.run("edit_caption", caption=first, text="Uno")
    assert line.project.find(first, Caption).text == "Uno"
    marker = line.run("set_marker", document=line.document, time=tenths(4), name="here")
    assert line.run("set_marker", document=line.document, time=tenths(4), name="there") == marker
    assert line.project.find(marker, Marker).name == "there"
    line.run("move_clips", clips=(first,), delta=tenths(30))
    check(line.project)


def test_wrong_kinds_are_refused(line: Timeline) -> None:
    silent = line.imported("silent")
    sound = line.imported("sound", picture=False, sound=True)
    with pytest.raises(ExpectedError, match="no sound"):
        line.run("add_clip", track=line.tracks["A1"], item=silent, start=Fraction(0))
    with pytest.raises(ExpectedError, match="no picture"):
        line.run("add_clip", track=line.tracks["V1"], item=sound, start=Fraction(0))


def test_a_timeline_cannot_stand_inside_itself(line: Timeline) -> None:
    with pytest.raises(ExpectedError, match="inside itself"):
        line.run("add_embed", track=line.tracks["V1"], document=line.document, start=Fraction(0))
