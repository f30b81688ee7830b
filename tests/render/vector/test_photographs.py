"""Large pictures of drawings: the same pixels as Skia's own, decoded elsewhere, and never where there is no time."""

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
import skia
from PIL import Image as Pillow

from render.geometry import Rect
from render.vector.painter import Painter
from render.vector.photographs import LARGE, NotAtOnce, Photographs, at_once
from render.vector.values import Image

SIZE = (1100, 1000)


@cache
def photograph(fmt: str, mode: str, **said: Any) -> bytes:
    width, height = SIZE
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = np.stack([127 + 120 * np.sin(x / (30 + 9 * k) + k) * np.cos(y / 40) for k in range(4)], -1)
    stream = io.BytesIO()
    Pillow.fromarray(waves.astype(np.uint8)).convert(mode).save(stream, fmt, **said)
    return stream.getvalue()


def drawn(encoded: bytes, width: int, height: int, *, recorded: bool) -> "np.ndarray[Any, np.dtype[np.int64]]":
    surface = skia.Surface(width, height)
    image = Image(rect=Rect(3.3, 2.2, width - 10, height - 9.5), encoded=encoded)
    with surface as canvas:
        canvas.clear(0)
        Painter(canvas, is_recorded=recorded).draw(image)
    return np.asarray(surface.toarray(), np.int64)


@pytest.mark.parametrize(("fmt", "mode"), [("PNG", "RGB"), ("JPEG", "RGB"), ("PNG", "P"), ("WEBP", "RGB")])
@pytest.mark.parametrize("share", [1.1, 0.4, 0.15])
def test_it_is_drawn_as_skia_draws_it(fmt: str, mode: str, share: float) -> None:
    """What is recorded is decoded by Skia, since nobody knows how large it will be."""
    encoded = photograph(fmt, mode)
    size = (int(SIZE[0] * share), int(SIZE[1] * share))
    ours, theirs = (drawn(encoded, *size, recorded=recorded) for recorded in (False, True))
    assert np.abs(ours - theirs).mean() < 1.0 and np.abs(ours - theirs).max() < 24


def test_a_camera_that_was_held_upright() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    encoded = photograph("JPEG", "RGB", exif=exif.tobytes())
    ours, theirs = (drawn(encoded, 600, 700, recorded=recorded) for recorded in (False, True))
    assert np.abs(ours - theirs).mean() < 1.0


def test_alpha_is_kept() -> None:
    encoded = photograph("PNG", "RGBA")
    ours, theirs = (drawn(encoded, 500, 430, recorded=recorded)[..., 3] for recorded in (False, True))
    assert np.abs(ours - theirs).max() < 12


def test_where_there_is_no_time_nothing_large_is_decoded() -> None:
    encoded = photograph("PNG", "RGB", compress_level=2)
    assert SIZE[0] * SIZE[1] > LARGE
    with at_once(), pytest.raises(NotAtOnce):
        drawn(encoded, 400, 300, recorded=False)
    once = drawn(encoded, 400, 300, recorded=False)
    with at_once():
        assert np.array_equal(drawn(encoded, 400, 300, recorded=False), once)


def test_damaged_and_strange_pictures_are_left_to_skia() -> None:
    whole = photograph("JPEG", "RGB")
    for encoded in (whole[: len(whole) // 2], photograph("JPEG", "CMYK"), photograph("GIF", "P")):
        ours, theirs = (drawn(encoded, 300, 260, recorded=recorded) for recorded in (False, True))
        assert np.abs(ours - theirs).mean() < 2.0


def test_what_was_drawn_long_ago_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("render.vector.photographs.KEPT_BYTES", 9 << 20)
    kept = Photographs()
    files = [photograph("PNG", "RGB", compress_level=level) for level in (1, 3, 4)]
    for encoded in files:
        kept.drawn_at(encoded, 1.0, skia.Image.MakeFromEncoded(skia.Data(encoded)))
    assert sum(one.held_bytes for one in kept._known.values() if one is not None) <= 9 << 20
