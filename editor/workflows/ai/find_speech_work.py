"""Find speech: markers over what is said, or the silences cut out of the timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.base.translation import tr, tr_count
from editor.commands.registry import run
from editor.workflows.ai.captions_work import exact
from editor.workflows.ai.run import note
from editor.workflows.ai.timeline_sound import Heard, listening
from editor.workflows.ai.tool import Outcome
from ml.sound.activity import Shape, Span, silences, speech_by_energy
from render.color import Color

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.workflows.ai.sound import FindSpeechOptions
    from editor.workflows.ai.tool import Request

COMMENT = "Speech"
GREEN = Color(0.35, 0.75, 0.45)
GENTLE, STRICT = 5.0, 14.0
"""Decibels above the noise where speech begins, at sensitivity 1 and 0."""


def find_speech(request: Request, progress: Progress) -> Outcome:
    """Markers or cuts for the selected clips, or for the whole timeline."""
    options: FindSpeechOptions = request.options
    with listening(request.project, request.document, request.selection) as heard:
        found = spans_of(request, heard, progress.part(0.0, 0.95))
    length = float(heard.duration)
    spoken = sum(span.end - span.start for span in found)
    if options.result == "markers":
        _mark(request, heard, found)
        if not found:
            return Outcome(tr("No speech was found."))
        return Outcome(
            tr(
                "Stretches of speech marked: {count}, {spoken} s of {length} s.", count=len(found),
                spoken=round(spoken, 1), length=round(length, 1),
            )
        )
    if not found:
        return Outcome(tr("No speech was found."))
    quiet = [span for span in silences(found, length) if span.end - span.start >= max(options.shortest_pause, 0.04)]
    spans = tuple({"start": heard.start + exact(span.start), "end": heard.start + exact(span.end)} for span in quiet)
    run(request.project, "video.cut_spans", document=request.document, spans=spans)
    note(request, "find_speech", request.document, method="energy")
    gone = sum(span.end - span.start for span in quiet)
    return Outcome(
        tr_count(
            "1 silence was cut out: {seconds} s less.",
            "{count} silences were cut out: {seconds} s less.",
            count=len(quiet),
            seconds=round(gone, 1),
        )
    )


def spans_of(request: Request, heard: Heard, progress: Progress) -> list[Span]:
    """Speech, by the request's model or by energy, in seconds of what is heard."""
    options: FindSpeechOptions = request.options
    shape = Shape(pause=max(options.shortest_pause, 0.05), burst=0.15, padding=options.padding)
    if request.model is not None:
        from ml.sound.silero import speech_by_model

        threshold = 0.85 - 0.7 * options.sensitivity
        return speech_by_model(
            request.runtime, request.model.path, heard.mono(), heard.count(), threshold, shape, progress
        )
    rise = STRICT + (GENTLE - STRICT) * options.sensitivity
    return speech_by_energy(heard.mono(), heard.count(), rise, shape, progress)


def _mark(request: Request, heard: Heard, found: list[Span]) -> None:
    markers = tuple(
        {
            "time": heard.start + exact(span.start), "duration": exact(span.end - span.start),
            "name": tr("Speech"), "color": GREEN,
        }
        for span in found
    )
    run(request.project, "video.set_markers", document=request.document, markers=markers, comment=COMMENT)
    note(request, "find_speech", request.document, method="energy")
