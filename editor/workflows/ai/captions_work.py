"""Captions from speech: the timeline or a clip is heard, and a caption track is written."""

from __future__ import annotations

from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.workflows.ai.run import note
from editor.workflows.ai.timeline_sound import listening
from editor.workflows.ai.tool import Outcome
from ml.speech.lines import CaptionText, Reading, captions
from ml.speech.utterances import hear

if TYPE_CHECKING:
    from collections.abc import Iterator

    from editor.base.jobs import Progress
    from editor.workflows.ai.speech import CaptionOptions
    from editor.workflows.ai.tool import Request
    from ml.speech.words import Recogniser

METHOD = "Moonshine tiny"
CODES = {
    "auto": "auto", "english": "en", "french": "fr", "german": "de", "spanish": "es", "italian": "it",
    "portuguese": "pt", "dutch": "nl", "polish": "pl", "russian": "ru", "ukrainian": "uk", "turkish": "tr",
    "arabic": "ar", "hindi": "hi", "japanese": "ja", "korean": "ko", "chinese": "zh",
}
"""What recognisers call the languages."""
FINEST = 1000


def write_captions(request: Request, progress: Progress) -> Outcome:
    """A new caption track for what is said in the selected clips, or on the whole timeline."""
    options: CaptionOptions = request.options
    with listening(request.project, request.document, request.selection) as heard, recogniser(request) as engine:
        words = hear(heard.mono(), heard.count(), engine, progress=progress.part(0.0, 0.97))
        language = getattr(engine, "language", "en")
        start, length = heard.start, float(heard.duration)
    if not words:
        return Outcome(tr("No speech was found."))
    reading = Reading(letters=options.letters_per_line, lines=options.lines_at_once, pace=options.letters_per_second)
    found = captions(words, reading, length)
    track = put_captions(request.project, request.document, found, start, tr("Captions"))
    note(request, "captions", track, method=METHOD)
    progress(1.0)
    sentence = tr("Captions written: {count}. Language: {language}.", count=len(found), language=_name(language))
    if request.model is None:
        sentence += " " + tr("Check them: about one word in twenty is wrong even in clear English speech.")
    return Outcome(sentence, chosen=())


def _name(code: str) -> str:
    """A language for people."""
    name = next((name for name, known in CODES.items() if known == code), code)
    return tr(name.capitalize())


def put_captions(project: Any, document: str, found: list[CaptionText], start: Fraction, name: str) -> str:
    """Captions whose second 0 is `start` on the timeline, on a new track; returns its id."""
    timed = tuple(
        {
            "start": start + exact(item.start), "text": item.text,
            "duration": max(exact(item.end) - exact(item.start), Fraction(1, FINEST)),
        }
        for item in found
    )
    track: str = run(project, "video.add_captions", document=document, captions=timed, name=name)
    return track


def exact(seconds: float) -> Fraction:
    """Whole milliseconds: no sound is placed finer, and the history stays short."""
    return Fraction(round(seconds * FINEST), FINEST)


@contextmanager
def recogniser(request: Request) -> Iterator[Recogniser]:
    """The model of the request, or the one that comes along. Raises ExpectedError for a language that it lacks."""
    from ml.speech.moonshine import Moonshine, bundled_files

    model = request.model
    language = CODES[request.options.language]
    if model is None or {"encoder", "decoder", "tokens"} <= set(model.files):
        if language not in ("auto", "en"):
            raise ExpectedError(
                tr("This recogniser hears English only."), tr("Install a model for other languages: AI > Models.")
            )
        engine: Recogniser = Moonshine(request.runtime, bundled_files() if model is None else model.files)
    else:
        from ml.speech.whisper import Whisper

        engine = Whisper(model.path, language)
    try:
        yield engine
    finally:
        engine.close()
