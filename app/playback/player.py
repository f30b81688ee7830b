"""The player of one timeline: position, transport, frames and sound.

While playing, the audio device is the clock (the computer's clock where there is none, or at other speeds than 1).
Each tick shows the newest frame that is ready for the time reached; frames that come too late are never shown.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.playback.clock import Span, SystemClock
from app.playback.frames import FramePump
from app.playback.sound import AudioClock, Samples, SoundFeeder, has_audio_device
from editor.base.errors import ExpectedError
from editor.display.display import Damage, Display
from editor.display.timeline import end_of
from editor.display.video.engine import VideoEngine
from editor.display.video.sound import SoundPlan, sound_plan, to_samples
from editor.document.project import Project
from editor.model.video import ZERO, VideoDocument

TICK_MS = 6
FRAMES_AHEAD = 6
SPEEDS = (Fraction(1), Fraction(2), Fraction(4), Fraction(8))


class Player(QObject):
    """`position_changed(Fraction)`, `frame_shown(numpy array, Fraction)`, `playing_changed(bool)`."""

    position_changed = Signal(object)
    frame_shown = Signal(object, object)
    playing_changed = Signal(bool)
    range_changed = Signal()

    def __init__(
        self, project: Project, document: str, display: Display, parent: QObject | None = None, sound: bool = True
    ) -> None:
        super().__init__(parent)
        self.project, self.document, self.display = project, document, display
        self.position = ZERO
        self.loop = False
        self.range: tuple[Fraction, Fraction] | None = None
        self.scale = 0.5
        self.dropped = 0
        self.speed = ZERO
        self._sound = sound
        self._pump = FramePump(display, document)
        self._span: Span | None = None
        self._clock: AudioClock | SystemClock | None = None
        self._feeder: SoundFeeder | None = None
        self._shown = -1
        self._wanted: int | None = None
        self._closed = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._disconnect = display.damaged.connect(self._on_damage)

    # State

    @property
    def timeline(self) -> VideoDocument:
        return self.project.find(self.document, VideoDocument)

    @property
    def playing(self) -> bool:
        return self._span is not None

    @property
    def end(self) -> Fraction:
        return end_of(self.project, self.document)

    def bounds(self) -> tuple[Fraction, Fraction]:
        """The stretch that playing stays in: the in and out points, or everything."""
        return self.range if self.range is not None else (ZERO, max(self.end, self.timeline.frame))

    # Transport

    def play(self, speed: Fraction = Fraction(1)) -> None:
        """Play from here; at the end it begins anew."""
        self._halt()
        low, high = self.bounds()
        start = self.position
        if speed > 0 and not low <= start < high:
            start = low
        if speed < 0 and start <= low:
            start = high
        self.speed = speed
        self._span = Span(start, low, high, speed, self.loop)
        self._start_clock()
        self._shown = -1
        self._timer.start()
        self.playing_changed.emit(True)

    def pause(self) -> None:
        was = self.playing
        self._halt()
        self._wanted = self._frame_number(self.position)
        self._timer.start()
        if was:
            self.playing_changed.emit(False)

    def toggle(self) -> None:
        if self.playing:
            self.pause()
        else:
            self.play()

    def shuttle(self, direction: int) -> None:
        """J (-1), K (0), L (1): faster with each press in the same direction, up to eightfold."""
        if direction == 0:
            self.pause()
            return
        current = self.speed if self.playing else ZERO
        faster = next((speed for speed in SPEEDS if speed > abs(current)), SPEEDS[-1])
        same = current * direction > 0
        self.play((faster if same else SPEEDS[0]) * direction)

    def seek(self, time: Fraction) -> None:
        """Go to a time; the frame shows as soon as it is drawn, and dragging on only ever draws the last one wanted."""
        time = max(ZERO, self.timeline.snap(time))
        if self.playing:
            speed = self.speed
            self._set_position(time)
            self.play(speed)
            return
        self._set_position(time)
        self._wanted = self._frame_number(time)
        self._timer.start()

    def step(self, frames: int) -> None:
        if self.playing:
            self.pause()
        self.seek(self.position + frames * self.timeline.frame)

    def set_range(self, low: Fraction | None, high: Fraction | None) -> None:
        """In and out points; None for both is everything."""
        if low is None and high is None:
            self.range = None
        else:
            begin = self.timeline.snap(low or ZERO)
            finish = self.timeline.snap(high if high is not None else max(self.end, begin))
            self.range = (begin, max(finish, begin + self.timeline.frame))
        self.range_changed.emit()

    def set_loop(self, loop: bool) -> None:
        self.loop = loop
        if self.playing:
            self.play(self.speed)

    def set_scale(self, scale: float) -> None:
        """Draw frames at this factor of the timeline's size from now on."""
        scale = min(1.0, max(0.05, scale))
        if abs(scale - self.scale) > 0.004:
            self.scale = scale
            self.refresh()

    def refresh(self) -> None:
        """Draw the present frame again."""
        self._pump.clear()
        self._shown = -1
        if not self.playing:
            self._wanted = self._frame_number(self.position)
            self._timer.start()

    @property
    def is_closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """Stop, and let go of threads and device. The player is of no use afterwards."""
        self._closed = True
        self._halt()
        self._timer.stop()
        self._disconnect()
        self._pump.close()

    # The tick

    def _tick(self) -> None:
        if self._closed:  # a view that settles late may have asked for a frame
            self._timer.stop()
            return
        try:
            if self._span is None:
                self._tick_still()
            else:
                self._tick_playing(self._span)
        except ExpectedError:
            self._halt()
            self._timer.stop()
            self.playing_changed.emit(False)

    def _tick_still(self) -> None:
        if self._wanted is None:
            self._timer.stop()
            return
        number, rate = self._wanted, self.timeline.rate
        self._pump.forget(lambda key: key != number)
        found = self._pump.newest_ready(number, number - 1)
        if found is not None:
            self._wanted = None
            self._show(*found)
        elif self._pump.pending < 2:
            self._pump.request(number, rate, self.scale)

    def _tick_playing(self, span: Span) -> None:
        assert self._clock is not None
        elapsed = Fraction(self._clock.seconds()).limit_denominator(1_000_000)
        if isinstance(self._clock, AudioClock) and not self._clock.works:
            self._set_position(span.at(elapsed))
            self._sound = False
            self.play(self.speed)
            return
        time = span.at(elapsed)
        if span.is_over(elapsed):
            self._set_position(self.timeline.snap(time))
            self.pause()
            return
        number = self._frame_number(time)
        self._set_position(number / self.timeline.rate)
        self._draw_ahead(span, elapsed)
        forward = span.speed > 0
        wrapped = self._shown > number if forward else 0 <= self._shown < number
        after = (-1 if forward else 1 << 60) if self._shown < 0 or wrapped else self._shown
        found = self._pump.newest_ready(number, after, forward)
        if found is not None:
            self._show(*found)

    def _draw_ahead(self, span: Span, elapsed: Fraction) -> None:
        """Ask for the frames of the next moments; when drawing is slow, the nearest ones are skipped."""
        rate = self.timeline.rate
        step = 1 / rate
        first = 0 if self._pump.seconds_a_frame < float(step) else int(self._pump.seconds_a_frame / float(step))
        wanted = []
        for ahead in range(first, first + FRAMES_AHEAD):
            number = self._frame_number(span.at(elapsed + ahead * step))
            if number not in wanted:
                wanted.append(number)
        present = self._frame_number(span.at(elapsed))
        keep = {present, *wanted}
        self.dropped += self._pump.forget(lambda key: key not in keep and self._is_past(key, present, span))
        for number in wanted:
            if self._pump.pending >= FRAMES_AHEAD:
                break
            if number != self._shown:
                self._pump.request(number, rate, self.scale)

    def _is_past(self, number: int, present: int, span: Span) -> bool:
        return number < present if span.speed > 0 else number > present

    def _show(self, number: int, pixels: np.ndarray) -> None:
        self._shown = number
        self.frame_shown.emit(pixels, number / self.timeline.rate)

    def _set_position(self, time: Fraction) -> None:
        if time != self.position:
            self.position = time
            self.position_changed.emit(time)

    def _frame_number(self, time: Fraction) -> int:
        return int((time * self.timeline.rate).__floor__())

    # Sound and clock

    def _start_clock(self) -> None:
        span = self._span
        assert span is not None
        if self._sound and span.speed == 1 and has_audio_device():
            self._feeder = SoundFeeder(self._mixer(span))
            self._feeder.wait_until_ready()
            self._clock = AudioClock(self._feeder, self)
        else:
            self._clock = SystemClock()

    def _mixer(self, span: Span) -> Any:
        engine = self.display.engine(self.document)
        assert isinstance(engine, VideoEngine)
        return _LoopingMix(sound_plan(engine, self.document), span).read

    def _halt(self) -> None:
        self._span = None
        self.speed = ZERO
        if self._clock is not None:
            self._clock.stop()
            self._clock = None
        if self._feeder is not None:
            self._feeder.stop()
            self._feeder = None
        self._pump.clear()

    def _on_damage(self, damage: Damage) -> None:
        if damage.document != self.document:
            return
        if not isinstance(self.project.get(self.document), VideoDocument):
            self._halt()
            self._timer.stop()
            return
        self.refresh()
        if self._feeder is not None and self._span is not None:
            self._feeder.replace(self._mixer(self._span))


class _LoopingMix:
    """Sample numbers since play began, to samples of the timeline."""

    def __init__(self, plan: SoundPlan, span: Span) -> None:
        self._plan = plan
        self._start, self._low, self._high = (to_samples(time) for time in (span.start, span.low, span.high))
        self._loop = span.loop and self._high > self._low

    def read(self, first: int, count: int) -> Samples:
        place = self._start + first
        if not self._loop:
            block = self._plan.read(place, count)
            if place + count > self._high:
                block[max(0, self._high - place) :] = 0
            return block
        parts = []
        while count > 0:
            inside = self._low <= place < self._high
            at = place if inside else self._low + (place - self._low) % (self._high - self._low)
            length = min(count, self._high - at)
            parts.append(self._plan.read(at, length))
            place, count = place + length, count - length
        return np.concatenate(parts)
