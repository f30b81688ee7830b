"""Files that lie, stop in the middle or ask for too much: one sentence, never a crash, never a guess in silence."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render.image_io.read import read
from render.image_io.values import ImageData, ImageError, Limits
from render.image_io.write import write

EXTENSIONS = ("png", "jpg", "tif", "webp", "avif", "jxl", "exr", "hdr", "psd", "gif", "bmp", "tga", "qoi", "jp2")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    pixels = np.random.default_rng(2).integers(0, 256, (40, 50, 4), np.uint8)
    pixels[..., 3] = 255
    for extension in EXTENSIONS:
        write(folder / f"a.{extension}", ImageData(pixels, "test"))
    return folder


@pytest.mark.parametrize("extension", EXTENSIONS)
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_cut_off(written: Path, tmp_path: Path, extension: str, share: float) -> None:
    data = (written / f"a.{extension}").read_bytes()
    path = tmp_path / f"b.{extension}"
    path.write_bytes(data[: int(len(data) * share)])
    try:
        image = read(path)
    except ImageError as error:
        assert str(error).endswith(".")
        assert len(str(error)) > 10
    else:
        assert image.pixels.shape == (40, 50, 4)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_flipped_bytes(written: Path, tmp_path: Path, extension: str) -> None:
    generator = np.random.default_rng(3)
    data = bytearray((written / f"a.{extension}").read_bytes())
    for _ in range(5):
        for place in generator.integers(0, len(data), 4):
            data[place] ^= int(generator.integers(1, 256))
        path = tmp_path / f"b.{extension}"
        path.write_bytes(data)
        try:
            read(path, Limits(pixels=4_000_000))
        except ImageError as error:
            assert str(error).endswith(".")


def test_bomb_is_refused_before_decoding() -> None:
    data = b"\x89PNG\r\n\x1a\n"
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(b""))):
        data += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    with pytest.raises(ImageError, match="60000 x 60000|more pixels"):
        read(data)


def test_postscript_is_no_picture() -> None:
    with pytest.raises(ImageError, match="not a picture"):
        read(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")


def test_bytes_say_the_format_not_the_name(tmp_path: Path) -> None:
    target = BytesIO()
    Image.new("RGB", (3, 2), "red").save(target, "PNG")
    path = tmp_path / "a.exr"
    path.write_bytes(target.getvalue())
    assert read(path).format == "png"


@pytest.mark.parametrize("name", ["missing.png", "."])
def test_no_such_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ImageError, match="no such file|folder"):
        read(tmp_path / name)
