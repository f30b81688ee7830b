"""Brushes that their programs reckon while painting: what is taken of them, what is told, and what is refused."""

import base64
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.base.errors import Cancelled, ExpectedError
from editor.commands.raster.tips import FoundBrush, Paper, unpack_tips
from editor.formats.brush.curves import heights, read_points
from editor.formats.brush.reading import read_brushes
from render.raster.dynamics import Dynamics
from tests.editor.formats.brush.brush_bytes import png
from tests.editor.formats.brush.driven_bytes import RISING, bundle, krita, mypaint, reckoned

INSTALLED = tuple(Path(os.environ.get("ATELIER_BRUSHES", "/usr/share")) / name for name in ("krita", "mypaint-data"))


def read(folder: Path, name: str, data: bytes) -> list[FoundBrush]:
    path = folder / name
    path.write_bytes(data)
    return read_brushes(path)


def curve_of(brush: FoundBrush, aim: str) -> Any:
    assert brush.dynamics is not None
    (found,) = [curve for curve in brush.dynamics.curves if curve.aim == aim]
    return found


def test_a_tip_that_krita_reckons(tmp_path: Path) -> None:
    (brush,) = read(tmp_path, "x.kpp", krita())
    assert (brush.name, brush.diameter, brush.spacing, brush.roundness) == ("Made", 40.0, 0.2, 1.0)
    tip = brush.pictures[0]
    middle = tip.shape[0] // 2
    assert tip[middle, middle] == 255 and tip[0, 0] == 0
    at = round(middle * 1.75)
    assert tip[middle, at] == pytest.approx(255 * (1 - 0.75**2) / (1 - 0.5**2), abs=6), "even over the square"


@pytest.mark.parametrize("shape", ["circle", "rect"])
@pytest.mark.parametrize("kind", ["default", "soft", "gauss"])
def test_every_kind_of_tip_falls_from_its_middle(tmp_path: Path, shape: str, kind: str) -> None:
    (brush,) = read(tmp_path, "x.kpp", krita(brush_definition=reckoned(shape=shape, kind=kind)))
    tip = brush.pictures[0].astype(int)
    half = tip.shape[0] // 2
    row = tip[half, half:]
    assert row[0] >= 250 and row[-1] < 30 and (np.diff(row) <= 1).all()
    np.testing.assert_allclose(tip, tip[::-1, ::-1], atol=1)


def test_squeezed_starred_and_grainy_tips(tmp_path: Path) -> None:
    (flat,) = read(tmp_path, "a.kpp", krita(brush_definition=reckoned(ratio=0.25)))
    assert flat.roundness == 0.25
    (star,) = read(tmp_path, "b.kpp", krita(brush_definition=reckoned(ratio=0.2, spikes=5)))
    side = star.pictures[0].shape[0]
    y, x = np.mgrid[0:side, 0:side] - (side - 1) / 2
    ring = np.abs(np.hypot(x, y) - side * 0.3) < 1.5
    angles = np.degrees(np.arctan2(y, x))[ring & (star.pictures[0] > 60)] % 72
    assert star.roundness == 1.0 and (np.minimum(angles, 72 - angles) < 30).all(), "five arms"
    (spray,) = read(tmp_path, "c.kpp", krita(brush_definition=reckoned(density=0.3)))
    assert len(spray.pictures) > 2 and spray.ranks[0].choice == "random"
    inner = spray.pictures[0][15:25, 15:25]
    assert 0.1 < (inner > 0).mean() < 0.55


def test_what_a_preset_of_krita_follows(tmp_path: Path) -> None:
    turning = '<!DOCTYPE params><params id="drawingangle"/>'
    data = krita(
        PressureSize="true", SizeSensor=RISING, SizeValue="0.5", PressureRotation="true", RotationSensor=turning,
        OpacityValue="0.25", PressureOpacity="false", PressureScatter="true", ScatterValue="2",
        ScatterSensor=RISING, Scattering__AxisX="true", Scattering__AxisY="false",
    )  # fmt: skip
    (brush,) = read(tmp_path, "x.kpp", data)
    assert brush.dynamics is not None
    assert brush.dynamics.bases == {"size": 0.5, "opacity": 0.25, "scatter_along": 2.0}
    assert curve_of(brush, "size").multiplies and curve_of(brush, "size").source == "pressure"
    assert curve_of(brush, "angle").source == "way" and curve_of(brush, "angle").at(90.0) == 90.0
    assert brush.not_followed == ()


def test_what_a_preset_of_krita_asks_for_beside_is_told(tmp_path: Path) -> None:
    wheel = '<!DOCTYPE params><params id="tangentialpressure"/>'
    data = krita(PressureSize="true", SizeSensor=wheel, PressureSharpness="true", CompositeOp="multiply")
    (brush,) = read(tmp_path, "x.kpp", data)
    told = " ".join(brush.not_followed)
    assert "tangentialpressure" in told and "Sharpness" in told and "multiply" in told


def test_an_eraser_erases_and_a_smudge_smudges(tmp_path: Path) -> None:
    (eraser,) = read(tmp_path, "a.kpp", krita(CompositeOp="erase"))
    assert eraser.erases
    (smudge,) = read(tmp_path, "b.kpp", krita("colorsmudge", SmudgeRateValue="0.6"))
    assert smudge.dynamics is not None and smudge.dynamics.inks
    with pytest.raises(ExpectedError, match="does not paint with a tip") as refusal:
        read(tmp_path, "c.kpp", krita("hairybrush"))
    assert "hairybrush" in refusal.value.remedy


def test_a_masking_brush_is_the_second_tip(tmp_path: Path) -> None:
    data = krita(
        MaskingBrush__Enabled="true", MaskingBrush__MaskingCompositeOp="subtract", MaskingBrush__UseMasterSize="true",
        MaskingBrush__MasterSizeCoeff="0.5", MaskingBrush__Preset__brush_definition=reckoned(),
    )  # fmt: skip
    (brush,) = read(tmp_path, "x.kpp", data)
    assert brush.second is not None and brush.joined == "subtract" and brush.second.diameter == 20.0
    tips = unpack_tips(brush.packed)
    assert tips.second is not None and tips.second.share == 0.5


def test_a_bundle_gives_its_presets_with_the_tips_beside_them(tmp_path: Path) -> None:
    others = {"c.kpp": krita("spraybrush"), "d.kpp": b"bad", "e.myb": mypaint()}
    files = {f"paintoppresets/{name}": data for name, data in others.items()}
    brushes = read(tmp_path, "x.bundle", bundle(**files))
    assert [brush.diameter for brush in brushes[:2]] == [40.0, 12.0] and len(brushes) == 3


def test_a_brush_of_mypaint(tmp_path: Path) -> None:
    falling = {"pressure": [[0, 0.5], [1, -0.5]]}
    data = mypaint(
        radius_logarithmic=(2.0, falling), hardness=0.3, opaque=0.7, dabs_per_actual_radius=1.5,
        dabs_per_basic_radius=0.5, elliptical_dab_ratio=2.0, elliptical_dab_angle=30.0, anti_aliasing=0.0,
        opaque_linearize=0.0,
    )  # fmt: skip
    (brush,) = read(tmp_path, "x.myb", data)
    assert brush.diameter == pytest.approx(2 * math.exp(2)) and (brush.hardness, brush.angle) == (0.3, 30.0)
    assert brush.spacing == 0.25, "two dabs a radius"
    assert brush.dynamics is not None and brush.dynamics.oval and brush.dynamics.basic_share == 0.25
    assert curve_of(brush, "size_log").at(0.25) == 0.25
    assert brush.dynamics.base("ratio") == 2.0 and brush.not_followed == () and not brush.erases


def test_what_a_brush_of_mypaint_asks_for_beside_is_told(tmp_path: Path) -> None:
    zoomed = {"viewzoom": [[0, 0], [1, 1]]}
    (brush,) = read(tmp_path, "x.myb", mypaint(tracking_noise=1.0, eraser=1.0, opaque=(1.0, zoomed)))
    assert brush.erases
    told = " ".join(brush.not_followed)
    assert "tracking noise" in told and "viewzoom" in told


NAN = b'{"version": 3, "settings": {"radius_logarithmic": {"base_value": NaN}, "opaque": {"base_value": 1e999}}}'
HUGE = mypaint(**dict.fromkeys(("radius_logarithmic", "opaque", "dabs_per_actual_radius", "slow_tracking"), 1e300))
LONG = mypaint(opaque=(1, {"pressure": [[0, 0]] * 500, "random": "x"}))


NARROW = mypaint(opaque=(1, {"pressure": [[0, 0], [1e-320, 1], [1e-300, 2]]}))


@pytest.mark.parametrize("data", [NAN, HUGE, LONG, NARROW, mypaint()])
def test_numbers_that_cannot_be_are_bounded(tmp_path: Path, data: bytes) -> None:
    (brush,) = read(tmp_path, "x.myb", data)
    assert 0 < brush.diameter <= 5000 and 0 < brush.spacing <= 10 and 0 <= brush.hardness <= 1
    unpack_tips(brush.packed)


def test_points_at_the_far_end_are_read_and_paint(tmp_path: Path) -> None:
    far = {"pressure": [[1e6, 0], [1e6, 1], [1e6, 2]]}
    (brush,) = read(tmp_path, "x.myb", mypaint(opaque=(1.0, far)))
    assert unpack_tips(brush.packed).dynamics == brush.dynamics


def test_a_texture_that_is_too_wide_is_left_out_and_told(tmp_path: Path) -> None:
    for width, is_used in ((4096, True), (4097, False)):
        pattern = base64.b64encode(png(np.zeros((1, width, 3), np.uint8))).decode()
        data = krita(Texture__Pattern__Enabled="true", Texture__Pattern__Pattern=pattern)
        (brush,) = read(tmp_path, "x.kpp", data)
        assert (brush.paper is not None) == is_used
        assert ("Its texture is not used." in brush.not_followed) != is_used
        unpack_tips(brush.packed)


def test_what_no_project_could_keep_is_refused_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from editor.formats.brush import reading

    wild, tame = FoundBrush("Wild", paper=Paper(5000, 1, bytes(5000))), FoundBrush("Tame", dynamics=Dynamics())
    monkeypatch.setitem(reading.READERS, "myb", lambda _data: iter((wild, tame, wild)))
    assert [one.name for one in read(tmp_path, "x.myb", b"")] == ["Tame"]
    monkeypatch.setitem(reading.READERS, "myb", lambda _data: iter((wild,)))
    with pytest.raises(ExpectedError, match="damaged"):
        read(tmp_path, "x.myb", b"")


DEEP = "<a>" * 5000 + "</a>" * 5000


@pytest.mark.parametrize("name, data", [
    ("x.myb", b"[" * 100_000), ("x.myb", b"{}"), ("x.myb", mypaint(version=2)), ("x.myb", b"\xff\xfe\x00"),
    ("x.myb", b'{"version": 3, "settings": 4}'), ("x.kpp", krita(brush_definition=DEEP)),
    ("x.kpp", krita(PressureSize="true", SizeSensor=DEEP)), ("x.kpp", krita(brush_definition=reckoned(shape="x"))),
    ("x.kpp", krita(brush_definition="<Brush type='auto_brush'/>")),
    ("x.kpp", krita(brush_definition='<!DOCTYPE a [<!ENTITY b "c">]><Brush type="auto_brush">&b;</Brush>')),
    ("x.bundle", b"PK\x03\x04 no zip"), ("x.bundle", bundle()[:-40]),
])  # fmt: skip
def test_what_cannot_be_is_said_in_a_sentence(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(ExpectedError, match="damaged|holds no"):
        read(tmp_path, name, data)


def test_a_bomb_in_a_bundle_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from editor.formats.brush import krita_bundle

    monkeypatch.setattr(krita_bundle, "MOST_BYTES", 1 << 16)
    brushes = read(tmp_path, "x.bundle", bundle(**{"paintoppresets/0.kpp": b"\0" * (1 << 20)}))
    assert len(brushes) == 2, "those that are small enough"


def test_many_small_bombs_in_a_bundle_end_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from editor.formats.brush import krita_bundle

    monkeypatch.setattr(krita_bundle, "MOST_IN_ALL", 1 << 20)
    zeros = {f"paintoppresets/{place}.kpp": bytes(1 << 16) for place in range(40)}
    with pytest.raises(ExpectedError, match="too large"):
        read(tmp_path, "x.bundle", bundle(**zeros))
    asked: list[None] = []

    def stop() -> None:
        asked.append(None)
        if len(asked) == 3:
            raise Cancelled

    path = tmp_path / "y.bundle"
    path.write_bytes(bundle(**zeros))
    with pytest.raises(Cancelled):
        read_brushes(path, stop)
    assert len(asked) == 3, "no file is unpacked behind that"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_bytes_are_read_or_said(tmp_path: Path, data: st.DataObject) -> None:
    whole_files = {"x.kpp": krita(), "x.myb": mypaint(opaque=0.5), "x.bundle": bundle()}
    name, whole = data.draw(st.sampled_from(sorted(whole_files.items())))
    broken = bytearray(whole[: data.draw(st.integers(1, len(whole)))])
    for place in data.draw(st.lists(st.integers(0, len(broken) - 1), max_size=4)):
        broken[place] = data.draw(st.integers(0, 255))
    try:
        for brush in read(tmp_path, name, bytes(broken)):
            unpack_tips(brush.packed)
    except ExpectedError:
        pass


def test_curves_are_smooth_through_their_points() -> None:
    text = "0,0;0.25,0.6;1,1;"
    found = heights(text, 5)
    assert found[0] == 0.0 and found[1] == pytest.approx(0.6) and found[4] == 1.0
    assert 0.6 < found[2] <= 1.0
    assert read_points("nonsense;nan,nan;") == ((0.0, 0.0), (1.0, 1.0))


@pytest.mark.parametrize("folder", INSTALLED, ids=lambda folder: folder.name)
def test_brushes_that_are_installed(folder: Path) -> None:
    """Every brush of Krita and MyPaint on this machine is read, or refused with a sentence; most are read."""
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in (".kpp", ".myb", ".bundle")][:60]
    if not paths:
        pytest.skip(f"no brushes are installed in {folder}")
    count = 0
    for path in paths:
        try:
            count += len(read_brushes(path))
        except ExpectedError:
            continue
    assert count >= len(paths) / 2
