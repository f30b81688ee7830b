"""A short sound on the usual device: a voice, a work of a catalogue. Timelines have a player of their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QObject
from PySide6.QtMultimedia import QAudio, QAudioFormat, QAudioSink, QMediaDevices

from app.playback.sound import has_audio_device
from editor.base.errors import ExpectedError
from editor.base.translation import tr


class Loudspeaker(QObject):
    """One sound at a time. `ended` is called when it was heard to its end or could not be heard any further."""

    def __init__(self, parent: QObject | None = None, ended: Callable[[], object] = lambda: None) -> None:
        super().__init__(parent)
        self._ended = ended
        self._sink: QAudioSink | None = None
        self._sound: QBuffer | None = None

    def play(self, samples: NDArray[np.int16], rate: int) -> None:
        """(n,) or (n, channels) at `rate` a second. Raises ExpectedError on a machine without a device."""
        self.stop()
        if not has_audio_device():
            raise ExpectedError(tr("This machine has no loudspeaker that can be used."))
        wanted = QAudioFormat()
        wanted.setSampleRate(rate)
        wanted.setChannelCount(1 if samples.ndim == 1 else samples.shape[1])
        wanted.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sound = QBuffer(self)
        self._sound.setData(QByteArray(np.ascontiguousarray(samples, "<i2").tobytes()))
        self._sound.open(QBuffer.OpenModeFlag.ReadOnly)
        self._sink = QAudioSink(QMediaDevices.defaultAudioOutput(), wanted, self)
        self._sink.stateChanged.connect(self._follow)
        self._sink.start(self._sound)

    def stop(self) -> None:
        sink, self._sink = self._sink, None
        if sink is not None:
            sink.stop()
            sink.deleteLater()

    def _follow(self, state: QAudio.State) -> None:
        if self._sink is not None and state in (QAudio.State.IdleState, QAudio.State.StoppedState):
            self.stop()
            self._ended()
