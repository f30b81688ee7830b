"""Every format that is written: write, read back, compare pixels, depth and metadata."""

from __future__ import annotations

from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from render.image_io import exif, profiles
from render.image_io.prepared import WriteOptions
from render.image_io.read import read
from render.image_io.values import ImageData, ImageError, Metadata, peak
from render.image_io.write import FORMATS, write

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
LOSSY = {"jpeg": 12, "avif": 12, "jpeg2000": 30, "gif": 90, "psd": 2, "heif": 2}
EXTENSIONS = {"jpeg": "jpg", "heif": "heic", "pnm": "ppm", "jpeg2000": "jp2"}


def camera_block(orientation: int = 1) -> bytes:
    block = Image.Exif()
    block[0x010F] = "Atelier Test Camera"
    block[0x0112] = orientation
    block.get_ifd(0x8769)[0x829D] = 2.8
    return exif.bare(block.tobytes()) or b""


def picture(dtype: str, alpha: bool = True, icc: bytes | None = None) -> ImageData:
    """Smooth colour, so that lossy formats stay close, with alpha from half to full."""
    rows, columns = np.mgrid[0:48, 0:64].astype(np.float64)
    channels = [columns / 63, rows / 47, 0.5 + 0.3 * np.sin(columns / 9), np.where(alpha, 0.5 + rows / 94, 1.0)]
    values = np.stack(channels, axis=-1)
    top = peak(np.dtype(dtype))
    pixels = (np.rint(values * top) if top > 1 else values).astype(dtype)
    return ImageData(pixels, "test", Metadata(icc, camera_block(), XMP, (300.0, 300.0)), has_alpha=alpha)


CASES = [(name, depth) for name, abilities in FORMATS.items() for depth in abilities.depths]


@pytest.mark.parametrize(("name", "depth"), CASES)
def test_written_pixels_come_back(tmp_path: Path, name: str, depth: str) -> None:
    abilities = FORMATS[name]
    source = picture(depth, alpha=abilities.alpha and name != "gif")
    path = tmp_path / f"picture.{EXTENSIONS.get(name, name)}"
    write(path, source, WriteOptions(lossless=name not in ("jpeg", "avif", "gif", "jpeg2000")))
    back = read(path)
    assert back.pixels.dtype.name == depth
    assert back.pixels.shape == source.pixels.shape
    expected, found = source.pixels.astype(np.float64), back.pixels.astype(np.float64)
    if abilities.linear:
        assert back.linear
        expected[..., :3] = np.where(
            expected[..., :3] <= 0.04045, expected[..., :3] / 12.92, ((expected[..., :3] + 0.055) / 1.055) ** 2.4
        )
        assert np.abs(found - expected).max() < (0.01 if name == "hdr" else 0.002)
    else:
        step = 65535 / (2**abilities.deepest_bits - 1) if depth == "uint16" and abilities.deepest_bits < 16 else 0
        assert np.abs(found - expected).max() <= LOSSY.get(name, 0) + step


@pytest.mark.parametrize(("name", "depth"), CASES)
def test_metadata_comes_back(tmp_path: Path, name: str, depth: str) -> None:
    abilities = FORMATS[name]
    wide = imagecodecs.cms_profile("adobergb")
    path = tmp_path / f"picture.{EXTENSIONS.get(name, name)}"
    notices = write(path, picture(depth, alpha=abilities.alpha, icc=wide))
    back = read(path).metadata
    if abilities.icc:
        assert back.icc is not None
        assert back.icc == wide or (name == "jxl" and profiles.same_space(back.icc, wide))
    if abilities.exif:
        assert b"Atelier Test Camera" in (back.exif or b"")
    else:
        assert any("EXIF" in sentence for sentence in notices)
    if abilities.xmp:
        assert b"adobe:ns:meta" in (back.xmp or b"")
    else:
        assert any("XMP" in sentence for sentence in notices)
    if abilities.resolution:
        assert back.resolution == pytest.approx((300.0, 300.0), rel=0.01)


@pytest.mark.parametrize(("name", "depth"), CASES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (7, 1)])
@pytest.mark.parametrize("model", ["rgb", "grey"])
def test_thin_pictures(tmp_path: Path, name: str, depth: str, shape: tuple[int, int], model: str) -> None:
    pixels = np.full((*shape, 4), peak(np.dtype(depth)), depth)
    path = tmp_path / f"picture.{EXTENSIONS.get(name, name)}"
    write(path, ImageData(pixels, "test", Metadata(icc=imagecodecs.cms_profile("adobergb")), color_model=model))
    assert read(path).pixels.shape == (*shape, 4)


@pytest.mark.parametrize("name", [name for name, abilities in FORMATS.items() if abilities.grey])
def test_grey_with_transparency(tmp_path: Path, name: str) -> None:
    pixels = np.full((8, 9, 4), 120, np.uint8)
    pixels[2:5, 3:6, 3] = 60
    path = tmp_path / f"picture.{EXTENSIONS.get(name, name)}"
    write(path, ImageData(pixels, "test", color_model="grey"), WriteOptions(lossless=True))
    assert read(path).pixels.shape == (8, 9, 4)


def test_tiff_keeps_the_camera_directory(tmp_path: Path) -> None:
    path = tmp_path / "picture.tif"
    write(path, picture("uint16"))
    with Image.open(path) as image:
        assert float(image.getexif().get_ifd(0x8769)[0x829D]) == pytest.approx(2.8)


def test_wide_colour_becomes_srgb_where_no_profile_can_be_stored(tmp_path: Path) -> None:
    wide = imagecodecs.cms_profile("adobergb")
    pixels = np.full((4, 4, 4), 255, np.uint8)
    pixels[..., :3] = (100, 150, 100)
    write(tmp_path / "a.bmp", ImageData(pixels, "test", Metadata(icc=wide)))
    found = read(tmp_path / "a.bmp").pixels[0, 0, :3]
    assert tuple(found) == tuple(profiles.convert(pixels, wide)[0, 0, :3])
    assert abs(int(found[0]) - 100) > 10


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(tmp_path: Path, orientation: int) -> None:
    upright = np.zeros((20, 30, 3), np.uint8)
    upright[:10, :10] = (255, 0, 0)
    turned = {1: upright, 2: upright[:, ::-1], 3: upright[::-1, ::-1], 4: upright[::-1], 5: upright.swapaxes(0, 1),
              6: upright[:, ::-1].swapaxes(0, 1)[::1], 7: upright[::-1, ::-1].swapaxes(0, 1),
              8: upright[::-1].swapaxes(0, 1)}  # fmt: skip
    stored = {6: np.rot90(upright, 1), 8: np.rot90(upright, -1)}.get(orientation, turned[orientation])
    path = tmp_path / "a.png"
    Image.fromarray(np.ascontiguousarray(stored)).save(path, exif=b"Exif\0\0" + camera_block(orientation))
    image = read(path)
    assert np.array_equal(image.pixels[..., :3], upright)
    assert exif.orientation_of(image.metadata.exif) == 1
    write(tmp_path / "b.png", image)
    assert np.array_equal(read(tmp_path / "b.png").pixels, image.pixels)


def test_bright_values_are_cut_with_a_notice(tmp_path: Path) -> None:
    bright = ImageData(np.full((2, 2, 4), 2.0, np.float32), "test", linear=True)
    assert any("brighter" in sentence for sentence in write(tmp_path / "a.png", bright))


def test_a_forced_depth_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot hold uint16"):
        write(tmp_path / "a.jpg", picture("uint8"), WriteOptions(depth="uint16"))


def test_nothing_is_left_behind_when_writing_fails(tmp_path: Path) -> None:
    big = ImageData(np.zeros((2, 300, 4), np.uint8), "test")
    with pytest.raises(ImageError, match="256"):
        write(tmp_path / "a.ico", big)
    assert list(tmp_path.iterdir()) == []


def test_equal_pictures_are_equal_files(tmp_path: Path) -> None:
    for name in ("a.png", "a.tif", "a.jpg", "a.webp"):
        write(tmp_path / name, picture("uint8", alpha=False))
        first = (tmp_path / name).read_bytes()
        write(tmp_path / name, picture("uint8", alpha=False))
        assert (tmp_path / name).read_bytes() == first
