"""Voice activity, speech denoise, beats and tempo."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add

Seconds = Annotated[float, msgspec.Meta(ge=0.0, le=60.0)]


class FindSpeechOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`result`: a marker over each stretch of speech, or the silences cut out of all tracks.

    `shortest_pause` is what counts as silence, in seconds; `padding` is kept around speech. `sensitivity` from 0 to 1.
    """

    result: Literal["markers", "cut_silences"] = "markers"
    shortest_pause: Seconds = 0.7
    padding: Annotated[float, msgspec.Meta(ge=0.0, le=2.0)] = 0.15
    sensitivity: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.5


class CleanSpeechOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`strength` from 0 to 1: how much of the noise goes. `even_loudness` brings speech to the usual loudness.

    `keep_high_band`: a model hears up to 8 kHz; what lies above is kept, lowered with the noise, instead of lost.
    """

    strength: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 0.8
    even_loudness: bool = False
    keep_high_band: bool = True


class BeatOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`slowest` and `fastest` are beats a minute; `mark` which beats get a marker: all, or the first of each bar."""

    slowest: Annotated[float, msgspec.Meta(ge=30.0, le=300.0)] = 60.0
    fastest: Annotated[float, msgspec.Meta(ge=30.0, le=300.0)] = 200.0
    mark: Literal["beats", "bars"] = "beats"
    beats_per_bar: Annotated[int, msgspec.Meta(ge=2, le=12)] = 4


add(
    Tool(
        name="find_speech",
        label="Find speech",
        summary="Mark where somebody speaks, or cut the silences out of the whole timeline.",
        family="video",
        work="editor.workflows.ai.find_speech_work:find_speech",
        tasks=("voice_activity",),
        built_in="Energy above the noise",
        options=FindSpeechOptions,
        icon="audio",
        section="Speech",
        makes="Markers, or a shorter timeline",
        preview="none",
        needs="clips",
    )
)
add(
    Tool(
        name="clean_speech",
        label="Clean speech",
        summary="Take noise out of a clip's sound. The clip plays the cleaned file; the original stays in the bin.",
        family="video",
        work="editor.workflows.ai.clean_speech_work:clean_speech",
        tasks=("speech_denoise",),
        built_in="Noise spectrum subtraction",
        options=CleanSpeechOptions,
        icon="audio",
        section="Speech",
        makes="A cleaned sound under the clip",
        preview="none",
        needs="clips",
    )
)
add(
    Tool(
        name="beats",
        label="Find beats",
        summary="Find the tempo of music and set a marker on each beat.",
        family="video",
        work="editor.workflows.ai.beats_work:find_beats",
        built_in="Onset strength and dynamic programming",
        options=BeatOptions,
        icon="marker",
        section="Music",
        makes="Markers",
        preview="none",
        needs="clips",
    )
)
