"""Small films and sounds made on the spot, with content that tells its own time."""

from __future__ import annotations

import wave
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.frame import VideoFrame

from render.audio import SAMPLE_RATE
from render.video.encode import MovieSettings, MovieWriter

WIDTH, HEIGHT = 160, 96


def frame_number_picture(number: int, width: int = WIDTH, height: int = HEIGHT) -> np.ndarray:
    """Ten black or white squares: the frame number in binary, readable after any compression."""
    picture = np.zeros((height, width, 4), dtype=np.uint8)
    picture[..., 3] = 255
    for bit in range(10):
        if number >> bit & 1:
            picture[:, bit * width // 10 : (bit + 1) * width // 10, :3] = 255
    return picture


def read_frame_number(picture: np.ndarray) -> int:
    height, width = picture.shape[:2]
    columns = [int((bit + 0.5) * width / 10) for bit in range(10)]
    return sum((int(picture[height // 2, column, 1]) > 127) << bit for bit, column in enumerate(columns))


def tone(seconds: float, onset: float, frequency: float = 1000.0) -> np.ndarray:
    """(samples, 2) float32: silence, then a tone from `onset` on."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave_form = 0.5 * np.sin(2 * np.pi * frequency * (times - onset)) * (times >= onset)
    return np.repeat(wave_form[:, None], 2, axis=1).astype(np.float32)


def onset_of(samples: np.ndarray) -> float:
    """When the sound begins, in seconds."""
    return float(np.flatnonzero(np.abs(samples[:, 0]) > 0.1)[0]) / SAMPLE_RATE


def make_film(path: Path, frames: int = 50, rate: Fraction = Fraction(25), onset: float = 1.0) -> Path:
    settings = MovieSettings(width=WIDTH, height=HEIGHT, rate=rate, preset="ultrafast")
    with MovieWriter(path, settings) as writer:
        for number in range(frames):
            writer.write_frame(frame_number_picture(number))
        writer.write_sound(tone(float(frames / rate), onset))
        writer.finish()
    return path


def make_matroska(path: Path, stamps: list[int], codec: str = "mpeg4") -> Path:
    """Frames at millisecond stamps, so that spacing may vary; frame k shows the number k."""
    with av.open(str(path), "w", format="matroska") as container:
        stream = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 2_000_000
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, stamp in enumerate(stamps):
            frame = VideoFrame.from_ndarray(frame_number_picture(number), format="rgba").reformat(format="yuv420p")
            frame.pts, frame.time_base = stamp, Fraction(1, 1000)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def make_wave(path: Path, samples: np.ndarray, rate: int) -> Path:
    """`samples` is (count,) or (count, channels) of floats."""
    columns = samples[:, None] if samples.ndim == 1 else samples
    with wave.open(str(path), "wb") as file:
        file.setnchannels(columns.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((columns * 32767).astype("<i2").tobytes())
    return path
