"""The voices of a kit: what there is to choose from, how one is heard, and how the speaking tool takes it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.workflows.ai.run import expected
from editor.workflows.ai.speak_work import voice_of
from editor.workflows.ai.speech import SpeakOptions
from editor.workflows.kits.kit import KitVoice
from ml.catalogue.store import InstalledModel
from ml.errors import ModelError
from ml.runtime.runtime import Runtime
from ml.speech.espeak import WORDS_A_MINUTE, Espeak

TASK = "speech"
MODEL = "model:"
"""Before the name of an installed voice; what else a kit says is a language of eSpeak NG."""


def voices(models: Sequence[InstalledModel]) -> list[tuple[str, str]]:
    """(what a kit says, what people call it): installed voices first, then the languages of eSpeak NG."""
    espeak = Espeak()
    try:
        spoken = {language: name for language, name, _ in espeak.voices()}
    except ModelError as error:
        raise expected(error) from error
    finally:
        espeak.close()
    return [(f"{MODEL}{item.name}", item.name) for item in models if item.task == TASK] + sorted(
        spoken.items(), key=lambda item: item[1].casefold()
    )


def model_of(voice: KitVoice, models: Sequence[InstalledModel]) -> InstalledModel | None:
    """The installed voice that a kit names, None for eSpeak NG. Raises ExpectedError for one that is not installed."""
    if not voice.voice.startswith(MODEL):
        return None
    name = voice.voice.removeprefix(MODEL)
    found = next((item for item in models if item.task == TASK and item.name == name), None)
    if found is None:
        raise ExpectedError(
            tr("The voice {name} is not installed.", name=name), tr("AI > Models shows what there is.")
        )
    return found


def options_for(voice: KitVoice, text: str) -> SpeakOptions:
    """The speaking tool's options for a voice of a kit."""
    pace = min(3.0, max(0.4, voice.speed / WORDS_A_MINUTE))
    language = "" if voice.voice.startswith(MODEL) else voice.voice
    return SpeakOptions(text=text, voice=language, pace=pace, pitch=voice.pitch)


def spoken(
    voice: KitVoice, text: str, models: Sequence[InstalledModel], runtime: Runtime, progress: Progress
) -> tuple[NDArray[np.float32], int]:
    """A text in a voice of a kit: (samples,) float32 from -1 to 1, and samples a second. Raises ExpectedError."""
    model = model_of(voice, models)
    try:
        with voice_of(options_for(voice, text), model, runtime, progress) as pieces:
            heard = list(pieces)
    except ModelError as error:
        raise expected(error) from error
    if not heard:
        raise ExpectedError(tr("There is no text to speak."), tr("Write or paste a text first."))
    return np.concatenate([piece.samples for piece in heard]), heard[0].rate
