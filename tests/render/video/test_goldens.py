"""Other people's clips against pictures that other decoders made of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from render.audio.reader import AudioReader
from render.video.errors import MediaError
from render.video.probe import probe
from render.video.reader import VideoReader

pytestmark = pytest.mark.conformance
MEDIA = "video/androidx+media/media"
GOLDENS = "video/androidx+media/test-generated-goldens"


def mean_difference(ours: np.ndarray, golden: Path) -> float:
    theirs = np.asarray(Image.open(golden).convert("RGB")).astype(int)
    assert theirs.shape[:2] == ours.shape[:2]
    return float(np.abs(ours[..., :3].astype(int) - theirs).mean())


@pytest.mark.parametrize("number", [29, 0, 15, 14, 16])
def test_numbered_frames(corpora: Path, number: int) -> None:
    folder = corpora / MEDIA / "mp4"
    with VideoReader(folder / "testvid_1022ms.mp4") as reader:
        ours = reader.read(number / reader.stream.rate)
    assert mean_difference(ours, folder / f"testvid_1022ms_{number:03}.png") < 0.5


@pytest.mark.parametrize(
    "golden", ["FrameExtractorTest/sample_0.000.png", "sample_mp4_first_frame/electrical_colors/original.png"]
)
def test_first_frame(corpora: Path, golden: str) -> None:
    with VideoReader(corpora / MEDIA / "mp4/sample.mp4") as reader:
        assert mean_difference(reader.read(Fraction(0)), corpora / GOLDENS / golden) < 2


def test_a_turned_phone_clip_stands_upright(corpora: Path) -> None:
    with VideoReader(corpora / MEDIA / "mp4/dolbyVision-hdr.MOV") as reader:
        picture = reader.read(Fraction(0))
    assert picture.shape == (1280, 720, 4)
    sky, roof = picture[100:400, :, :3].mean(), picture[1000:1250, :, :3].mean()
    assert sky > roof + 20


def test_exact_rates_and_tags(corpora: Path) -> None:
    folder = corpora / MEDIA / "mp4"
    assert probe(folder / "sample.mp4").video[0].rate == Fraction(30000, 1001)
    assert probe(folder / "sample_android_slow_motion.mp4").video[0].variable_rate
    assert probe(folder / "hdr10-av1.mp4").video[0].color.transfer == 16
    assert probe(folder / "bt601.mp4").video[0].color.matrix == 6
    assert len(probe(folder / "sample_with_chapters.mp4").chapters) == 3


def test_every_clip_gives_pictures_or_sound_or_a_sentence(corpora: Path) -> None:
    suffixes = {".mp4", ".mov", ".mkv", ".webm", ".avi", ".mp3", ".wav", ".opus", ".ogg", ".mka"}
    files = [path for path in sorted((corpora / "video").rglob("*")) if path.suffix.lower() in suffixes]
    assert files
    for path in files:
        try:
            info = probe(path)
        except MediaError as error:
            assert str(error).endswith(".")
            continue
        if info.video:
            with VideoReader(path, info) as reader:
                assert reader.read(info.duration / 2, (64, 36)).shape == (36, 64, 4)
        if info.audio:
            with AudioReader(path, info) as sound:
                assert sound.read(0, 4800).shape == (4800, 2)
