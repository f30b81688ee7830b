"""Whatever edits come in whatever order with whatever numbers: order holds, and undo leads back to the start."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.registry import COMMANDS, load_commands, run
from editor.display.timeline import items_on, tracks_of, transitions_on
from editor.model.video import MediaItem, Placement
from render.color import Color
from render.lookup import LookupTable
from tests.editor.commands.video.timelines import Timeline, check

TIMES = st.fractions(Fraction(-2), Fraction(30), max_denominator=40) | st.sampled_from(
    [Fraction(10**9), Fraction(0), Fraction(360000), Fraction(-(10**9)), Fraction(1, 10**15)]
)
SHORT = st.fractions(Fraction(0), Fraction(5), max_denominator=40)
NAMES = st.sampled_from(
    [
        "add_clip", "add_color", "move_clips", "trim_clip", "split_clip", "split_at", "delete_clips", "ripple_delete",
        "close_gap", "add_dissolve", "set_dissolve", "add_caption", "edit_caption", "set_marker", "set_opacity",
        "set_placement", "set_volume", "set_fades", "set_opacity_key", "set_placement_key", "remove_keys",
        "enable_clips", "link_clips", "add_track", "remove_track", "set_track", "move_track", "remove_media",
        "set_size", "delete_marker", "add_embed", "import_media", "new_document", "build_timelines", "add_captions",
        "set_markers", "cut_spans", "replace_media", "set_lookup", "remove_lookup",
    ]
)


@st.composite
def edits(draw: st.DrawFn) -> list[tuple[str, dict[str, object]]]:
    return [(draw(NAMES), draw(PARAMETERS)) for _ in range(draw(st.integers(1, 12)))]


PARAMETERS = st.fixed_dictionaries(
    {
        "pick": st.integers(0, 1000), "other": st.integers(0, 1000), "time": TIMES, "length": SHORT,
        "offset": st.integers(-3, 3), "mode": st.sampled_from(["overwrite", "insert"]), "flag": st.booleans(),
        "edge": st.sampled_from(["head", "tail"]), "part": st.floats(0, 1),
        "stretches": st.lists(st.tuples(TIMES, SHORT), max_size=4),
    }
)


def command_parameters(line: Timeline, name: str, drawn: dict[str, object]) -> dict[str, object]:
    """Concrete parameters for a command, from abstract choices."""
    project, document = line.project, line.document
    tracks = [track.id for track in tracks_of(project, document)] or ["none"]
    items = [item.id for track in tracks for item in items_on(project, track)] or ["none"]
    transitions = [item.id for track in tracks for item in transitions_on(project, track)] or ["none"]
    bin_items = [item.id for item in project.children(document, MediaItem)] or ["none"]
    track = tracks[int(drawn["pick"]) % len(tracks)]
    clip, clip2 = items[int(drawn["pick"]) % len(items)], items[int(drawn["other"]) % len(items)]
    time, length, flag = drawn["time"], drawn["length"], drawn["flag"]
    stretches: list[tuple[Fraction, Fraction]] = drawn["stretches"]  # type: ignore[assignment]
    table: dict[str, dict[str, object]] = {
        "add_clip": {"track": track, "item": bin_items[0], "start": time, "mode": drawn["mode"], "duration": length},
        "add_color": {"track": track, "start": time, "duration": length, "color": Color(1, 0, 0)},
        "add_embed": {"track": track, "document": document, "start": time},
        "move_clips": {
            "clips": (clip, clip2), "delta": time, "track_offset": drawn["offset"], "mode": drawn["mode"],
            "linked": flag,
        },
        "trim_clip": {"clip": clip, "edge": drawn["edge"], "time": time, "ripple": flag},
        "split_clip": {"clip": clip, "time": time},
        "split_at": {"document": document, "time": time},
        "delete_clips": {"clips": (clip,), "linked": flag},
        "ripple_delete": {"clips": (clip, clip2), "linked": flag},
        "close_gap": {"track": track, "time": time},
        "add_dissolve": {"clip": clip, "edge": drawn["edge"], "duration": length},
        "set_dissolve": {"transition": transitions[0], "in_offset": length, "out_offset": time},
        "add_caption": {"document": document, "start": time, "duration": length, "text": "text"},
        "edit_caption": {"caption": clip, "text": "other"},
        "set_marker": {"document": document, "time": time, "duration": length},
        "delete_marker": {"marker": clip},
        "set_lookup": {
            "clips": (clip, clip2), "strength": drawn["part"],
            "table": line.project.blobs.put(LookupTable().to_bytes()) if flag else "blob:" + "0" * 40,
        },
        "remove_lookup": {"clips": (clip,)},
        "set_opacity": {"clips": (clip,), "opacity": drawn["part"]},
        "set_placement": {"clips": (clip,), "x": 5.0, "rotation": 1000.0 * float(drawn["part"])},
        "set_volume": {"clips": (clip,), "volume": 2.0},
        "set_fades": {"clips": (clip,), "fade_in": time, "fade_out": length},
        "set_opacity_key": {"clip": clip, "time": time, "value": drawn["part"], "hold": flag},
        "set_placement_key": {"clip": clip, "time": time, "value": Placement(x=3.0)},
        "remove_keys": {"clip": clip, "time": time if flag else None},
        "enable_clips": {"clips": (clip,), "enabled": flag},
        "link_clips": {"clips": (clip, clip2), "linked": flag},
        "add_track": {"document": document, "media": "caption" if flag else "video"},
        "remove_track": {"track": track},
        "set_track": {"track": track, "locked": flag, "muted": flag},
        "move_track": {"track": track, "after": tracks[0] if flag else None},
        "remove_media": {"item": bin_items[0]},
        "set_size": {"document": document, "width": 640, "height": 360},
        "add_captions": {
            "document": document,
            "captions": tuple({"start": start, "duration": long, "text": "said"} for start, long in stretches),
        },
        "set_markers": {
            "document": document, "comment": "beats" if flag else "",
            "markers": tuple({"time": start, "duration": long} for start, long in stretches),
        },
        "cut_spans": {
            "document": document, "spans": tuple({"start": start, "end": start + long} for start, long in stretches),
        },
        "replace_media": {
            "clips": (clip, clip2), "item": bin_items[int(drawn["other"]) % len(bin_items)], "offset": length,
        },
        "import_media": {"document": document, "facts": {"media": "m", "name": "n", "has_audio": True}},
        "new_document": {"rate": time},
        "build_timelines": {
            "records": (
                {"kind": "video.document", "fields": {"id": "1", "name": "built"}},
                {"kind": "video.track" if flag else "raster.group", "fields": {"id": "2", "parent": "1"}},
            )
        },
    }
    return table[name]


@settings(max_examples=60)
@given(plan=edits())
def test_order_holds_and_undo_leads_back(plan: list[tuple[str, dict[str, object]]]) -> None:
    line = Timeline()
    line.lay("V1", ("A", 0, 20), ("B", 20, 40), ("C", 50, 90), sound=True)
    line.lay("V2", ("D", 10, 30))
    line.run("add_dissolve", clip=items_on(line.project, line.tracks["V1"])[0].id)
    hashes, start = [line.project.content_hash()], line.project.history.head
    for name, drawn in plan:
        before, head = line.project.content_hash(), line.project.history.head
        try:
            run(line.project, f"video.{name}", **command_parameters(line, name, drawn))
        except ExpectedError:
            assert line.project.content_hash() == before
            continue
        check(line.project)
        if line.project.history.head != head:
            hashes.append(line.project.content_hash())
    for expected in reversed(hashes[:-1]):
        line.project.undo()
        assert line.project.content_hash() == expected
    assert line.project.history.head == start
    for expected in hashes[1:]:
        line.project.redo()
        assert line.project.content_hash() == expected


def test_every_command_of_the_family_is_in_the_plan() -> None:
    load_commands()
    names = {name.partition(".")[2] for name in COMMANDS if name.startswith("video.")}
    assert names == set(NAMES.elements)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["add_clip", "move_clips", "trim_clip", "split_clip", "add_caption", "set_marker"])
def test_nonsense_is_a_sentence(name: str) -> None:
    line = Timeline()
    with pytest.raises(ExpectedError):
        run(line.project, f"video.{name}", clip="?", clips=("?",), track=3, time="soon")
