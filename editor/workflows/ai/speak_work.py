"""Speak a text: a sound file, a clip of it at the playhead, and captions if wished."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.commands.registry import run
from editor.display.timeline import items_on, tracks_of
from editor.model.video import Clip, VideoDocument
from editor.workflows.ai.captions_work import put_captions
from editor.workflows.ai.run import note
from editor.workflows.ai.sound_file import put_in_bin, write_sound
from editor.workflows.ai.tool import Outcome
from ml.speech.espeak import Espeak, Spoken
from ml.speech.lines import captions
from ml.speech.words import Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.workflows.ai.speech import SpeakOptions
    from editor.workflows.ai.tool import Request
    from ml.catalogue.store import InstalledModel
    from ml.runtime.runtime import Runtime

METHOD = "eSpeak NG"


def speak(request: Request, progress: Progress) -> Outcome:
    """A new clip on a sound track that is free there, from the playhead on."""
    project, options = request.project, request.options
    project.find(request.document, VideoDocument)
    if not options.text.strip():
        raise ExpectedError(tr("There is no text to speak."), tr("Write or paste a text first."))
    words: list[Word] = []
    with voice_of(options, request.model, request.runtime, progress) as pieces:
        first = next(pieces, None)
        if first is None:
            raise ExpectedError(tr("There is no text to speak."), tr("Write or paste a text first."))
        blocks = _blocks(first, pieces, words)
        path = write_sound(project, _title(options.text), first.rate, 1, blocks)
    try:
        item = put_in_bin(project, request.document, path)
        clip = _place(project, request.document, item, request.time)
        note(request, "speak", item, method=METHOD, generated=True, parameters=_parameters(options))
        note(request, "speak", clip, method=METHOD, generated=True, parameters=_parameters(options))
        if options.captions:
            track = put_captions(project, request.document, captions(words), request.time, tr("Spoken text"))
            note(request, "speak", track, method=METHOD, generated=True, parameters=_parameters(options))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    seconds = float(project.find(clip, Clip).duration)
    return Outcome(tr("The voice speaks for {seconds} s.", seconds=round(seconds, 1)), chosen=(clip,))


@contextmanager
def voice_of(
    options: SpeakOptions, model: InstalledModel | None, runtime: Runtime, progress: Progress
) -> Iterator[Iterator[Spoken]]:
    """The pieces of the text as eSpeak NG, or a model of the Piper family, speaks them."""
    if model is None:
        espeak = Espeak()
        try:
            yield espeak.speak(options.text, options.voice, options.pace, options.pitch, options.loudness, progress)
        finally:
            espeak.close()
        return
    from ml.speech.piper import Piper

    config = model.files.get("config", model.path.with_name(model.path.name + ".json"))
    piper = Piper(runtime, model.path, config, options.voice)
    try:
        yield piper.speak(options.text, options.pace, options.loudness, progress)
    finally:
        piper.close()


def _blocks(first: Spoken, pieces: Iterator[Spoken], words: list[Word]) -> Iterator[NDArray[np.float32]]:
    """The samples of all pieces; their words, later by what came before, are put into `words` on the way."""
    at = 0
    piece: Spoken | None = first
    while piece is not None:
        offset = at / piece.rate
        words.extend(Word(word.text, word.start + offset, word.end + offset) for word in piece.words)
        at += len(piece.samples)
        yield piece.samples[:, None]
        piece = next(pieces, None)


def _place(project: Project, document: str, item: str, time: Fraction) -> str:
    """The clip, on the first sound track with room for it, else on a new one: nothing is overwritten."""
    from editor.model.video import MediaItem

    end = time + project.find(item, MediaItem).facts.duration
    track = next(
        (
            track.id for track in tracks_of(project, document, "audio")
            if not track.locked and not track.muted
            and all(other.end <= time or other.start >= end for other in items_on(project, track.id))
        ),
        None,
    )
    if track is None:
        track = run(project, "video.add_track", document=document, media="audio", name=tr("Voice"))
    clip: str = run(project, "video.add_clip", track=track, item=item, start=time)
    return clip


def _title(text: str) -> str:
    return " ".join(text.split())[:40]


def _parameters(options: SpeakOptions) -> dict[str, object]:
    """The options, the text short: provenance is a note, not a copy."""
    import msgspec

    plain: dict[str, object] = msgspec.to_builtins(options)
    return plain | {"text": _title(options.text)}
