"""Sound out: a thread mixes ahead into a ring, the audio device pulls from it and thereby tells the time.

Samples are counted from the moment playing began and never stop counting: when the mixer is late, the device gets
silence for those samples and the late ones are thrown away, so that sound and picture stay in step.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Condition, Thread

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QIODevice, QObject
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QMediaDevices, QtAudio

Samples = NDArray[np.float32]
Mix = Callable[[int, int], Samples]
RATE = 48_000
BLOCK = 2_400
AHEAD = 24_000
FRAME_BYTES = 8
DEVICE_BUFFER = RATE // 10


class SoundFeeder:
    """Mixes blocks ahead of the reader on a thread of its own. `mix(first, count)` gets sample numbers since play."""

    def __init__(self, mix: Mix) -> None:
        self._mix = mix
        self._blocks: dict[int, Samples] = {}
        self._next = 0
        self._read = 0
        self._running = True
        self._changed = Condition()
        self.late = 0
        self._thread = Thread(target=self._work, name="sound", daemon=True)
        self._thread.start()

    def replace(self, mix: Mix) -> None:
        """Use another mix from now on: after an edit while playing."""
        with self._changed:
            self._mix = mix
            self._blocks.clear()
            self._next = self._read // BLOCK
            self._changed.notify()

    def take(self, count: int) -> Samples:
        """The next samples; silence for those that are not mixed yet. Never waits."""
        result = np.zeros((count, 2), dtype=np.float32)
        with self._changed:
            done = 0
            while done < count:
                number, offset = divmod(self._read, BLOCK)
                length = min(count - done, BLOCK - offset)
                block = self._blocks.get(number)
                if block is not None:
                    result[done : done + length] = block[offset : offset + length]
                else:
                    self.late += length
                done += length
                self._read += length
            for number in [key for key in self._blocks if (key + 1) * BLOCK <= self._read]:
                del self._blocks[number]
            self._changed.notify()
        return result

    def wait_until_ready(self, seconds: float = 0.3) -> None:
        """Give the mixer a moment for the first blocks."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while len(self._blocks) < 3 and self._running and time.monotonic() < deadline:
                self._changed.wait(0.02)

    def stop(self) -> None:
        with self._changed:
            self._running = False
            self._changed.notify_all()
        self._thread.join(2.0)

    def _work(self) -> None:
        while True:
            with self._changed:
                while self._running and self._next * BLOCK - self._read > AHEAD:
                    self._changed.wait(0.1)
                if not self._running:
                    return
                self._next = max(self._next, self._read // BLOCK)
                number, mix = self._next, self._mix
            block = np.clip(mix(number * BLOCK, BLOCK), -1.0, 1.0)
            with self._changed:
                if mix is self._mix and number == self._next:
                    self._blocks[number] = block
                    self._next = number + 1
                self._changed.notify_all()


class _Device(QIODevice):
    """What the audio device pulls from."""

    def __init__(self, feeder: SoundFeeder, whole_numbers: bool) -> None:
        super().__init__()
        self._feeder = feeder
        self._whole_numbers = whole_numbers
        self.open(QIODevice.OpenModeFlag.ReadOnly)

    def readData(self, size: int) -> bytes:
        frame = FRAME_BYTES // 2 if self._whole_numbers else FRAME_BYTES
        samples = self._feeder.take(min(size // frame, 4 * BLOCK))
        if self._whole_numbers:
            return (samples * 32767).astype("<i2").tobytes()
        return samples.tobytes()

    def writeData(self, data: bytes | bytearray | memoryview, size: int) -> int:
        return -1

    def bytesAvailable(self) -> int:
        return 1 << 20

    def isSequential(self) -> bool:
        return True


class AudioClock(QObject):
    """Plays a feeder on the default device; `seconds` is how much of it was heard."""

    def __init__(self, feeder: SoundFeeder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        device = QMediaDevices.defaultAudioOutput()
        audio_format, whole_numbers = _format_for(device)
        self._device = _Device(feeder, whole_numbers)
        self._sink = QAudioSink(device, audio_format, self)
        self._sink.setBufferSize(DEVICE_BUFFER * audio_format.bytesPerFrame())
        self._sink.start(self._device)
        self._heard = 0.0
        self._seen_at = time.monotonic()

    @property
    def works(self) -> bool:
        return self._sink.error() in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError)

    def seconds(self) -> float:
        """The device tells its time in steps; between steps the computer's clock runs on, at most 100 ms."""
        now = time.monotonic()
        heard = self._sink.processedUSecs() / 1e6
        if heard > self._heard:
            self._heard, self._seen_at = heard, now
        return self._heard + min(0.1, now - self._seen_at if self._heard > 0 else 0.0)

    def stop(self) -> None:
        self._sink.stop()
        self._device.close()


def has_audio_device() -> bool:
    return not QMediaDevices.defaultAudioOutput().isNull()


def _format_for(device: object) -> tuple[QAudioFormat, bool]:
    """48 kHz stereo as floats, or as 16-bit numbers for a device that takes nothing else."""
    wanted = QAudioFormat()
    wanted.setSampleRate(RATE)
    wanted.setChannelCount(2)
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Float)
    if device.isFormatSupported(wanted):  # type: ignore[attr-defined]
        return wanted, False
    wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return wanted, True
