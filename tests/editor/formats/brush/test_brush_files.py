"""Brush files of other programs: what is taken, and a sentence for what is damaged or cannot be."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editor.base.errors import ExpectedError
from editor.commands.raster.tips import FoundBrush, unpack_tips
from editor.formats.brush.reading import read_brushes
from render.raster.tips import Rank
from tests.editor.formats.brush.brush_bytes import RAMP, gbr, gih, kpp, new_abr, old_abr, png

FILES: dict[str, Callable[[], bytes]] = {
    "a.gbr": gbr, "a.gih": gih, "one.abr": old_abr, "two.abr": lambda: old_abr(2), "six.abr": new_abr,
    "deep.abr": lambda: new_abr(2, np.uint16), "a.kpp": kpp, "a.png": lambda: png(RAMP),
}  # fmt: skip


def read(tmp_path: Path, name: str, data: bytes) -> list[FoundBrush]:
    path = tmp_path / name
    path.write_bytes(data)
    return read_brushes(path)


def test_a_grey_brush_of_gimp(tmp_path: Path) -> None:
    (brush,) = read(tmp_path, "x.gbr", gbr())
    assert (brush.name, brush.diameter, brush.spacing) == ("Ramp", 6.0, 0.4)
    assert (brush.pictures[0] == RAMP).all()


def test_the_oldest_brush_of_gimp_has_its_files_name_where_it_has_none(tmp_path: Path) -> None:
    (brush,) = read(tmp_path, "x.gbr", gbr(version=1, name=""))
    assert (brush.name, brush.spacing) == ("x", 0.25)


def test_a_coloured_brush_of_gimp(tmp_path: Path) -> None:
    pixels = np.dstack([RAMP, RAMP, 255 - RAMP, 255 - RAMP])
    (brush,) = read(tmp_path, "x.gbr", gbr(pixels))
    assert (brush.pictures[0] == pixels).all()
    assert unpack_tips(brush.packed).coloured


def test_a_pipe_is_one_brush_with_its_order(tmp_path: Path) -> None:
    (brush,) = read(tmp_path, "x.gih", gih())
    assert brush.name == "Pipe"
    assert [(picture == wanted).all() for picture, wanted in zip(brush.pictures, (RAMP, 255 - RAMP), strict=True)]
    assert brush.ranks == (Rank(2, "random"),)


@pytest.mark.parametrize("order", ["2", "2 dim:1 rank0:9 sel0:random", "2 dim:x", "2 dim:2 rank0:0 rank1:2"])
def test_a_pipe_whose_order_makes_no_sense_goes_in_turn(tmp_path: Path, order: str) -> None:
    (brush,) = read(tmp_path, "x.gih", gih(order))
    assert brush.ranks == (Rank(2, "incremental"),)


@pytest.mark.parametrize("version", [1, 2])
def test_old_brushes_of_photoshop(tmp_path: Path, version: int) -> None:
    ramp, reckoned = read(tmp_path, "x.abr", old_abr(version))
    assert (ramp.pictures[0] == RAMP).all()
    assert (ramp.spacing, ramp.name) == (0.3, "Ramp" if version == 2 else "x")
    assert not reckoned.pictures
    assert (reckoned.diameter, reckoned.roundness, reckoned.angle, reckoned.hardness) == (50, 0.8, -30, 0.6)


@pytest.mark.parametrize("minor", [1, 2])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_new_brushes_of_photoshop(tmp_path: Path, minor: int, depth: type) -> None:
    soft, leaf, unnamed = read(tmp_path, "x.abr", new_abr(minor, depth))
    assert (soft.name, soft.diameter, soft.hardness, soft.pictures) == ("Soft", 33.0, 0.2, ())
    assert (leaf.name, leaf.diameter, leaf.spacing, leaf.angle, leaf.roundness) == ("Leaf", 12.0, 0.7, -30.0, 0.5)
    assert (leaf.pictures[0] == RAMP).all()
    assert unnamed.name == "x 3"
    assert (unnamed.pictures[0] == 255 - RAMP).all()


def test_pictures_that_nobody_describes_are_read_all_the_same(tmp_path: Path) -> None:
    assert len(read(tmp_path, "x.abr", new_abr(packed=True, speaks=False))) == 2


def test_a_preset_of_krita_that_carries_its_tip(tmp_path: Path) -> None:
    (brush,) = read(tmp_path, "x.kpp", kpp())
    assert (brush.name, brush.diameter, brush.spacing) == ("Bristle", 12.0, 0.3)
    assert (brush.pictures[0] == RAMP).all()


@pytest.mark.parametrize("data", [kpp(carried=False), kpp("other.gbr")])
def test_a_preset_of_krita_without_its_tip_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ExpectedError, match="is another file") as refusal:
        read(tmp_path, "x.kpp", data)
    assert "Krita" in refusal.value.remedy


def test_dark_paints_and_colours_stay(tmp_path: Path) -> None:
    (grey,) = read(tmp_path, "x.png", png(RAMP))
    assert (grey.pictures[0] == 255 - RAMP).all()
    (coloured,) = read(tmp_path, "y.png", png(np.full((4, 4, 4), (200, 30, 30, 120), np.uint8)))
    assert coloured.pictures[0].shape == (4, 4, 4)
    shape = np.full((4, 4, 4), 255, np.uint8)
    shape[..., 3] = RAMP[:, :4]
    (white,) = read(tmp_path, "z.png", png(shape))
    assert (white.pictures[0] == RAMP[:, :4]).all()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("giant.gbr", struct.pack(">5I4sI", 28, 2, 1 << 31, 1 << 31, 4, b"GIMP", 10)),
        ("none.gbr", struct.pack(">5I4sI", 28, 2, 0, 4, 1, b"GIMP", 10)),
        ("strange.gbr", struct.pack(">5I4sI", 28, 2, 4, 4, 18, b"GIMP", 10) + bytes(600)),
        ("many.gih", b"x\n999999999 dim:1\n" + gbr()),
        ("endless.gih", b"x" * 9000),
        ("new.abr", struct.pack(">HH", 99, 1) + bytes(40)),
        ("giant.png", png(np.zeros((1, 6000), np.uint8))),
        ("empty.abr", b""),
        ("laughs.kpp", png(np.zeros((2, 2), np.uint8), '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')),
        ("brush.myb", b"{}"),
    ],
)
def test_what_cannot_be_is_said(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(ExpectedError) as refusal:
        read(tmp_path, name, data)
    assert name in refusal.value.sentence


def test_damage_behind_the_first_brush_leaves_it(tmp_path: Path) -> None:
    assert len(read(tmp_path, "x.abr", old_abr()[:-3])) == 1


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FILES)), data=st.data())
def test_damaged_bytes_are_read_or_said(tmp_path: Path, name: str, data: st.DataObject) -> None:
    changed = bytearray(FILES[name]())
    for place in data.draw(st.lists(st.integers(0, len(changed) - 1), max_size=6)):
        changed[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(changed)))
    try:
        found = read(tmp_path, name, bytes(changed[: cut or None]))
    except ExpectedError as error:
        assert error.sentence
        return
    for brush in found:
        assert 1 <= brush.diameter <= 5000
        assert 0.01 <= brush.spacing <= 10
        assert 0 < brush.roundness <= 1
        if brush.pictures:
            assert len(unpack_tips(brush.packed).pictures) == len(brush.pictures)


@given(st.binary(max_size=200))
def test_a_blob_that_is_no_tip_is_said(data: bytes) -> None:
    with pytest.raises(ExpectedError, match="damaged"):
        unpack_tips(data)
