"""A voice of a kit is heard, and taken into the speaking tool."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from app.playback.loudspeaker import Loudspeaker
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.ai.service import AI
    from editor.workflows.kits.kit import KitVoice
    from ml.catalogue.store import InstalledModel

Play = Callable[["NDArray[np.float32]", int], object]


class Listening(QObject):
    """One voice at a time. `play` gives samples to the machine's loudspeaker, or wherever a test wants them."""

    def __init__(self, ai: AI, say: Callable[[str], object], parent: QObject, play: Play | None = None) -> None:
        super().__init__(parent)
        self.ai, self.say = ai, say
        self._loudspeaker = Loudspeaker(self)
        self._play = play or self.play
        self._job: Any = None

    def models(self) -> tuple[InstalledModel, ...]:
        from editor.workflows.kits.speaking import TASK

        return self.ai.store.for_task(TASK)

    def hear(self, voice: KitVoice) -> None:
        """Its notes say what it speaks, else a sentence of ours."""
        from editor.workflows.kits.speaking import spoken

        self.stop()
        text = tr("This is how {name} sounds.", name=voice.name)
        models, runtime = self.models(), self.ai.runtime
        self._job = self.ai.session.start_job(
            tr("Listen to a voice"), lambda progress: spoken(voice, text, models, runtime, progress),
            lambda heard: self._play(*heard), lane="compute",
        )

    def play(self, samples: NDArray[np.float32], rate: int) -> None:
        """(samples,) float32 from -1 to 1 at `rate`, on the usual device."""
        try:
            self._loudspeaker.play((np.clip(samples, -1, 1) * 32767).astype(np.int16), rate)
        except ExpectedError as error:
            self.say(str(error))

    def stop(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._loudspeaker.stop()

    def take(self, voice: KitVoice) -> None:
        """The speaking tool has this voice the next time it opens."""
        from app.ai.memory import Remembered, recall, remember
        from editor.workflows.ai.tool import TOOLS
        from editor.workflows.kits.speaking import model_of, options_for

        tool, preferences = TOOLS["speak"], self.ai.session.preferences
        before = recall(preferences, tool).options
        try:
            model = model_of(voice, self.models())
        except ExpectedError as error:
            self.say(f"{error.sentence} {error.remedy}")
            return
        chosen = msgspec.to_builtins(options_for(voice, str(before.get("text", ""))))
        options = {**before, **{name: chosen[name] for name in ("voice", "pace", "pitch")}}
        remember(preferences, tool, Remembered(options, model.name if model is not None else ""))
        self.say(tr("“Speak a text” has the voice {name} now.", name=voice.name))
