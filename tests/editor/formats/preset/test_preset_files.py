"""Preset files: whatever is written comes back; what is hostile, newer or no preset is refused in a sentence."""

from __future__ import annotations

import base64
import json
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import editor.tools.raster  # noqa: F401  (they register)
from editor.base.errors import ExpectedError
from editor.commands.raster.tips import FoundBrush, Paper
from editor.document.journal import blob_name
from editor.formats.preset.brush_bytes import brush_bytes, brush_from
from editor.formats.preset.content import (
    AdjustmentsContent,
    AdjustmentStep,
    AppearanceContent,
    Blending,
    BrushTip,
    CaptionContent,
    ClipColors,
    ClipContent,
    ClipFades,
    ClipPicture,
    ClipSound,
    Content,
    ExportContent,
    Preset,
    ToolContent,
    Type,
    parts_of,
    subject_of,
    without,
)
from editor.formats.preset.file import SUFFIX, preset_bytes, read_preset, read_summary, write_preset
from editor.formats.preset.tools import tool_preset, tool_settings
from editor.model.lookup import ColorLookup
from editor.model.raster import Curves, GaussianBlur, HueSaturation, Levels
from editor.model.vector.effects import BlurEffect, ShadowEffect
from editor.model.vector.paints import FillStyle, LinearPaint, SolidPaint, StrokeStyle
from editor.model.video import CaptionStyle, OpacityKey, Placement
from editor.tools.raster.brush import BrushTool
from editor.tools.raster.held import HeldBrush
from editor.tools.tool import TOOLS
from render.color import Color
from render.raster.dynamics import Dynamics
from render.vector.values import Stop

UNITS = st.floats(0, 1)
COLORS = st.builds(Color, UNITS, UNITS, UNITS, UNITS)
ADJUSTMENTS = st.one_of(
    st.builds(Levels, black=UNITS, gamma=st.floats(0.1, 9)),
    st.builds(HueSaturation, hue=st.floats(-180, 180), colorize=st.booleans()),
    st.builds(GaussianBlur, sigma=st.floats(0, 1000)),
    st.builds(Curves, rgb=st.lists(st.tuples(UNITS, UNITS), max_size=5).map(tuple)),
)
STEPS = st.builds(AdjustmentStep, adjustment=ADJUSTMENTS, name=st.text(max_size=20), opacity=UNITS)
PAINTS = st.one_of(
    st.builds(SolidPaint, color=COLORS),
    st.builds(LinearPaint, stops=st.lists(st.builds(Stop, UNITS, COLORS), max_size=3).map(tuple)),
)
STYLES = st.one_of(st.builds(FillStyle, paint=PAINTS), st.builds(StrokeStyle, paint=PAINTS, width=st.floats(0, 1e4)))
TIMES = st.fractions(0, 100, max_denominator=10**6)
KEYS = st.lists(st.builds(OpacityKey, time=TIMES, value=UNITS), max_size=3).map(tuple)
CONTENTS = st.one_of(
    st.builds(AdjustmentsContent, steps=st.lists(STEPS, min_size=1, max_size=4).map(tuple)),
    st.builds(
        ClipContent,
        picture=st.builds(ClipPicture, opacity=UNITS, placement=st.builds(Placement, x=st.floats(-1e6, 1e6)),
                          opacity_keys=KEYS),
        fades=st.builds(ClipFades, fade_in=TIMES, fade_out=TIMES),
        sound=st.builds(ClipSound, volume=st.floats(0, 16), pan=st.floats(-1, 1)),
    ),
    st.builds(CaptionContent, style=st.builds(CaptionStyle, color=COLORS, margin=UNITS, bold=st.booleans())),
    st.builds(
        AppearanceContent, styles=st.none() | st.lists(STYLES, max_size=3).map(tuple),
        effects=st.none() | st.just((BlurEffect(), ShadowEffect())),
        blending=st.builds(Blending, opacity=UNITS), letters=st.none() | st.builds(Type, size=st.floats(0.1, 1e5)),
    ),
    st.builds(ExportContent, family=st.just("video"), extension=st.just("mp4"), width=st.none() | st.integers(1, 9999)),
    st.builds(ToolContent, tool=st.just("raster.brush"), options=st.dictionaries(st.text(max_size=9), UNITS)),
)  # fmt: skip


@given(name=st.text(max_size=200), content=CONTENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_written_comes_back(tmp_path: Path, name: str, content: Content) -> None:
    path = tmp_path / f"one{SUFFIX}"
    preset = Preset(name=name, content=content)
    write_preset(path, preset)
    assert read_preset(path) == preset
    assert read_summary(path) == (name, content)
    assert preset_bytes(read_preset(path)) == path.read_bytes()
    assert [item.name for item in tmp_path.iterdir()] == [path.name]


def with_table(data: bytes) -> Preset:
    lookup = ColorLookup(table=blob_name(data), name="Night")
    return Preset(name="Night", content=ClipContent(colors=ClipColors(lookup=lookup)), blobs={blob_name(data): data})


def test_bytes_beside_the_content_come_back_and_only_those_it_names(tmp_path: Path) -> None:
    path = tmp_path / f"night{SUFFIX}"
    preset = with_table(b"a table" * 1000)
    write_preset(path, preset)
    assert read_preset(path) == preset
    stored = json.loads(path.read_bytes())
    stored["blobs"][blob_name(b"more")] = base64.b64encode(zlib.compress(b"more")).decode()
    path.write_text(json.dumps(stored))
    assert read_preset(path) == preset


def blur(**more: Any) -> dict[str, Any]:
    plain = json.loads(preset_bytes(Preset(name="Blur", content=AdjustmentsContent(
        steps=(AdjustmentStep(adjustment=GaussianBlur()),)))))  # fmt: skip
    return {**plain, **more}


def steps(**step: Any) -> dict[str, Any]:
    return blur(content={"type": "adjustments", "steps": [{"adjustment": {"type": "gaussian_blur"}, **step}]})


STRANGE = {
    "nothing": b"", "no JSON": b"\x89PNG\r\n", "a list": b"[]", "no text": b'{"format": "\xff"}',
    "deep": b'{"format":"atelier-preset","version":1,"name":"","content":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "another format": json.dumps(blur(format="recipe")).encode(), "version 0": json.dumps(blur(version=0)).encode(),
    "a version of words": json.dumps(blur(version="1")).encode(),
    "no content": b'{"format":"atelier-preset","version":1}',
    "too strong": json.dumps(steps(opacity=7)).encode(),
    "infinite": json.dumps(steps(opacity=5e7)).replace("50000000.0", "1e999").encode(),
    "no such adjustment": json.dumps(steps(adjustment={"type": "explode"})).encode(),
    "no steps": json.dumps(blur(content={"type": "adjustments", "steps": []})).encode(),
    "a fraction that would be worked out": json.dumps(
        blur(content={"type": "clip", "fades": {"fade_in": "1e999999999"}})).encode(),
    "a zero below": json.dumps(blur(content={"type": "clip", "fades": {"fade_in": "1/0"}})).encode(),
    "a long name": json.dumps(blur(name="x" * 201)).encode(),
    "a table that is away": json.dumps(blur(content={"type": "clip", "colors": {"lookup": {
        "type": "color_lookup", "table": "blob:" + "0" * 40}}})).encode(),
}  # fmt: skip


@pytest.mark.parametrize("data", STRANGE.values(), ids=STRANGE.keys())
def test_what_is_no_preset_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / f"strange{SUFFIX}"
    path.write_bytes(data)
    with pytest.raises(ExpectedError, match="damaged"):
        read_preset(path)


@given(data=st.binary(max_size=300))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_refused_or_read(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / f"any{SUFFIX}"
    path.write_bytes(data)
    with pytest.raises(ExpectedError):
        read_preset(path)
    whole = json.dumps(blur()).encode()
    path.write_bytes(whole[: len(data)] + data + whole[2 * len(data) :])
    try:
        assert isinstance(read_preset(path), Preset)
    except ExpectedError as error:
        assert path.name in str(error)


def test_bytes_that_are_not_those_of_their_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / f"night{SUFFIX}"
    stored = json.loads(preset_bytes(with_table(b"a table")))
    (name,) = stored["blobs"]
    bomb = base64.b64encode(zlib.compress(bytes(200 << 20), 1)).decode()
    for swapped in (base64.b64encode(zlib.compress(b"other")).decode(), "no base64!", "AAAA", bomb):
        path.write_text(json.dumps({**stored, "blobs": {name: swapped}}))
        with pytest.raises(ExpectedError, match="damaged"):
            read_preset(path)


def test_newer_files_are_refused_as_such(tmp_path: Path) -> None:
    path = tmp_path / f"newer{SUFFIX}"
    for strange in ({"version": 2, "content": {"type": "dream"}, "name": 7}, {"version": 99}):
        path.write_text(json.dumps(blur(**strange)))
        for read in (read_preset, read_summary):
            with pytest.raises(ExpectedError, match="newer version") as caught:
                read(path)
            assert caught.value.remedy
    path.write_text(json.dumps(blur(content={"type": "dream", "depth": 3})))
    with pytest.raises(ExpectedError, match="does not have"):
        read_preset(path)


def test_a_file_that_is_away_or_too_large_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ExpectedError, match="cannot be read"):
        read_preset(tmp_path / f"away{SUFFIX}")
    path = tmp_path / f"large{SUFFIX}"
    path.write_text(json.dumps(blur()))
    monkeypatch.setattr("editor.formats.preset.file.MOST_BYTES", 20)
    with pytest.raises(ExpectedError, match="too large"):
        read_preset(path)
    with pytest.raises(ExpectedError, match="too large"):
        write_preset(path, Preset(name="x", content=ExportContent(family="raster", extension="png")))


def test_parts_can_be_left_out() -> None:
    whole = ClipContent(picture=ClipPicture(), fades=ClipFades(fade_in=Fraction(1)), sound=ClipSound())
    assert parts_of(whole) == ("picture", "fades", "sound")
    assert without(whole, ("picture", "sound")) == ClipContent(fades=ClipFades(fade_in=Fraction(1)))
    assert without(whole, ()) is whole


def test_what_a_preset_is_for() -> None:
    assert subject_of(ToolContent(tool="raster.brush", options={})) == "tool:raster.brush"
    assert subject_of(ExportContent(family="video", extension="mp4")) == "export:video"
    assert subject_of(CaptionContent(style=CaptionStyle())) == "caption"


# Tools


def test_the_options_of_a_tool_come_back_within_their_bounds() -> None:
    preset = tool_preset("Ink", BrushTool, {"size": 12.0, "pressure_size": True}, "#112233")
    assert isinstance(preset.content, ToolContent)
    assert preset.content.color == "#112233"
    found = tool_settings(preset)
    assert (found["size"], found["pressure_size"], found["hardness"], found["tip"]) == (12.0, True, 80.0, None)
    wild = Preset(name="Wild", content=ToolContent(
        tool="raster.brush", options={"size": 1e9, "opacity": -3, "of tomorrow": 4}))  # fmt: skip
    assert tool_settings(wild) == {"tip": None, "size": 2000.0, "opacity": 0.0}
    for options in ({"size": "large"}, {"pressure_size": 1}, {"size": True}):
        with pytest.raises(ExpectedError, match="cannot be"):
            tool_settings(Preset(name="Bad", content=ToolContent(tool="raster.brush", options=options)))


def test_a_tool_that_is_not_there_or_has_no_options_is_said() -> None:
    for name in ("raster.dream", "os.system", "../x"):
        with pytest.raises(ExpectedError, match="does not have"):
            tool_settings(Preset(name="Dream", content=ToolContent(tool=name, options={})))
    plain = next(tool for tool in TOOLS.values() if not tool.options)
    with pytest.raises(ExpectedError, match="no options"):
        tool_preset("Plain", plain, {})


def same(one: FoundBrush, two: FoundBrush) -> bool:
    return brush_bytes(one) == brush_bytes(two)


def test_a_brush_of_a_file_travels_with_its_pictures(tmp_path: Path) -> None:
    grey = np.arange(60, dtype=np.uint8).reshape(6, 10)
    coloured = np.arange(4 * 12, dtype=np.uint8).reshape(3, 4, 4)
    for pictures in ((grey,), (grey, grey[::-1].copy()), (coloured,), ()):
        brush = FoundBrush("Leaf", pictures, diameter=33.0, spacing=0.4, angle=12.0, roundness=0.5, hardness=0.3)
        held = HeldBrush("leaves.gih", (FoundBrush("Other"), brush), 1)
        preset = tool_preset("Leaves", BrushTool, {**held.settings, "flow": 40.0})
        write_preset(tmp_path / f"leaf{SUFFIX}", preset)
        found = tool_settings(read_preset(tmp_path / f"leaf{SUFFIX}"))
        assert isinstance(found["tip"], HeldBrush)
        assert same(found["tip"].brush, brush)
        assert found["tip"].packed == held.packed
        assert (found["size"], found["spacing"], found["angle"], found["flow"]) == (33.0, 40.0, 12.0, 40.0)


def test_what_drives_a_brush_its_paper_and_its_second_tip_travel_too() -> None:
    grey = np.arange(60, dtype=np.uint8).reshape(6, 10)
    brush = FoundBrush(
        "Chalk", (grey,), dynamics=Dynamics(), paper=Paper(4, 4, bytes(16)), second=FoundBrush("Grain", (grey.T,)),
        not_followed=("Its sound is not heard.",),
    )  # fmt: skip
    found = brush_from(brush_bytes(brush))
    assert same(found, brush)
    assert found.packed == brush.packed
    with pytest.raises(ValueError, match="brush"):
        brush_from(brush_bytes(FoundBrush("Endless", (grey,), second=brush)))


@given(data=st.binary(max_size=80))
@settings(max_examples=80, deadline=None)
def test_bytes_that_are_no_brush_are_refused(data: bytes) -> None:
    with pytest.raises((ValueError, ExpectedError)):
        brush_from(data)
    whole = bytearray(brush_bytes(FoundBrush("Dot", (np.full((4, 4), 9, np.uint8),))))
    place = data[0] % len(whole) if data else 0
    whole[place : place + len(data)] = data
    try:
        assert isinstance(brush_from(bytes(whole)), FoundBrush)
    except (ValueError, ExpectedError) as error:
        assert error is not None


STEEP = {"curves": [["size", "pressure", [[0.5, 1.0], [0.5, 2.0]], False, 1.0, False, True]]}
NO_BRUSHES = {
    "a curve that stands upright": {"dynamics": STEEP}, "a tip of one row": {"pictures": [[[5], b"12345"]]},
    "a tip without sides": {"pictures": [[[], b"1"]]}, "three parts": {"pictures": [[[1, 1, 3], b"123"]]},
    "four dimensions": {"pictures": [[[1, 1, 1, 4], b"1234"]]},
    "less than nothing": {"pictures": [[[-1, 5], b"12345"]]},
    "no pictures": {"pictures": [[[0, 5], b""]]}, "a paper that is too short": {"paper": [10, 10, b"123"]},
    "smooth without end": {"smoothing": float("inf")}, "a diameter that is no number": {"diameter": float("nan")},
}  # fmt: skip


@pytest.mark.parametrize("said", NO_BRUSHES.values(), ids=NO_BRUSHES.keys())
def test_a_tip_that_no_hand_could_take_is_a_damaged_preset(said: dict[str, Any]) -> None:
    plain = msgspec.msgpack.decode(brush_bytes(FoundBrush("Dot", (np.full((4, 4), 9, np.uint8),))))
    data = msgspec.msgpack.encode({**plain, **said})
    tip = BrushTip(name="Dot", brush=blob_name(data))
    content = ToolContent(tool="raster.brush", options={"size": 12.0}, tip=tip)
    with pytest.raises(ExpectedError, match="The preset Wild is damaged"):
        tool_settings(Preset(name="Wild", content=content, blobs={tip.brush: data}))
