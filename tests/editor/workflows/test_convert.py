"""Conversions: the short way for pictures, the way through documents for the rest, and sentences for what fails."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest

from editor.base.errors import ExpectedError
from editor.workflows.convert import PLAIN, convert_file
from render.image_io import profiles
from render.image_io.read import read
from render.image_io.values import ImageData, Metadata
from render.image_io.write import write

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="20" height="20" fill="#f00"/></svg>'


def picture(path: Path, icc: bytes | None = None, depth: str = "uint8") -> Path:
    pixels = np.zeros((20, 40, 4), depth)
    pixels[..., 3] = np.iinfo(depth).max
    pixels[:, :20, 0] = np.iinfo(depth).max
    write(path, ImageData(pixels, "test", Metadata(icc=icc)))
    return path


def test_picture_to_picture_keeps_depth(tmp_path: Path) -> None:
    convert_file(picture(tmp_path / "a.png", depth="uint16"), tmp_path / "b.tif")
    assert read(tmp_path / "b.tif").pixels.dtype == np.uint16


def test_width(tmp_path: Path) -> None:
    convert_file(picture(tmp_path / "a.png"), tmp_path / "b.png", replace(PLAIN, width=20))
    back = read(tmp_path / "b.png")
    assert back.pixels.shape == (10, 20, 4)
    assert tuple(back.pixels[5, 2]) == (255, 0, 0, 255)


def test_profile_to_srgb_or_kept(tmp_path: Path) -> None:
    wide = imagecodecs.cms_profile("adobergb")
    source = picture(tmp_path / "a.png", icc=wide)
    report = convert_file(source, tmp_path / "b.png")
    assert any("sRGB" in sentence for sentence in report.converted)
    assert read(tmp_path / "b.png").metadata.icc == profiles.srgb()
    convert_file(source, tmp_path / "c.png", replace(PLAIN, profile="keep"))
    assert read(tmp_path / "c.png").metadata.icc == wide
    assert np.array_equal(read(tmp_path / "c.png").pixels, read(source).pixels)


def test_drawing_to_picture_and_pages(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    convert_file(tmp_path / "a.svg", tmp_path / "a.png", replace(PLAIN, width=80))
    pixels = read(tmp_path / "a.png").pixels
    assert pixels.shape == (40, 80, 4)
    assert tuple(pixels[20, 10]) == (255, 0, 0, 255)
    assert pixels[20, 70, 3] == 0
    convert_file(tmp_path / "a.svg", tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_background_goes_behind(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    convert_file(tmp_path / "a.svg", tmp_path / "a.png", replace(PLAIN, background="#0000ff"))
    assert tuple(read(tmp_path / "a.png").pixels[10, 30]) == (0, 0, 255, 255)


def test_page_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "a.svg").write_text(SVG)
    with pytest.raises(ExpectedError, match="no page 3"):
        convert_file(tmp_path / "a.svg", tmp_path / "a.png", replace(PLAIN, page=3))


@pytest.mark.parametrize(
    ("source", "target", "sentence"),
    [
        ("missing.png", "b.png", "no file"),
        ("a.png", "nowhere/b.png", "no folder"),
        ("a.png", "b.nothing", "cannot be written as .nothing"),
        ("a.txt", "b.png", "cannot be imported"),
        ("broken.png", "b.png", "broken.png"),
    ],
)
def test_what_fails_is_said(tmp_path: Path, source: str, target: str, sentence: str) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "broken.png").write_bytes((tmp_path / "a.png").read_bytes()[:40])
    with pytest.raises(ExpectedError, match=sentence):
        convert_file(tmp_path / source, tmp_path / target)
    assert not (tmp_path / target).exists()
