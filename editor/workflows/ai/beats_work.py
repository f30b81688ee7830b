"""Find beats: markers where the music beats, and its tempo."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count
from editor.commands.registry import run
from editor.workflows.ai.captions_work import exact
from editor.workflows.ai.run import note
from editor.workflows.ai.timeline_sound import listening
from editor.workflows.ai.tool import Outcome
from ml.sound.beats import Beats
from ml.sound.beats import find_beats as beats_of
from ml.sound.onsets import RATE
from render.color import Color

if TYPE_CHECKING:
    from editor.base.jobs import Progress
    from editor.workflows.ai.sound import BeatOptions
    from editor.workflows.ai.tool import Request

COMMENT = "Beat"
FIRST, OTHER = Color(0.85, 0.3, 0.55), Color(0.95, 0.75, 0.35)


def find_beats(request: Request, progress: Progress) -> Outcome:
    """A marker on each beat of the selected clips or the whole timeline; those of the last time go."""
    options: BeatOptions = request.options
    if options.fastest <= options.slowest:
        raise ExpectedError(tr("The fastest tempo must be above the slowest."))
    with listening(request.project, request.document, request.selection) as heard:
        found = beats_of(
            heard.mono(RATE), heard.count(RATE), options.slowest, options.fastest, options.beats_per_bar,
            progress.part(0.0, 0.95),
        )
        start = heard.start
    if not len(found.times):
        raise ExpectedError(tr("No steady beat was found."), tr("Choose a clip with music."))
    run(
        request.project, "video.set_markers", document=request.document, comment=COMMENT,
        markers=tuple(_markers(found, start, options)),
    )
    note(request, "beats", request.document, method="dynamic programming")
    sentence = tr_count("1 beat was found; the tempo is {tempo} beats a minute.",
        "{count} beats were found; the tempo is {tempo} beats a minute.", count=len(found.times),
        tempo=number_text(found.tempo, 1),
    )
    return Outcome(sentence)


def _markers(found: Beats, start: Fraction, options: BeatOptions) -> list[dict[str, object]]:
    """Named by bar and beat, as musicians count."""
    bar = options.beats_per_bar
    markers: list[dict[str, object]] = []
    for place, time in enumerate(found.times):
        number = (place - found.first) % bar
        if options.mark == "bars" and number:
            continue
        count = (place - found.first) // bar + (2 if found.first else 1)
        markers.append(
            {
                "time": start + exact(max(0.0, float(time))), "name": f"{count}.{number + 1}",
                "color": FIRST if number == 0 else OTHER,
            }
        )
    return markers
