"""Captions from speech, and speech from text."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add

Language = Literal[
    "auto", "english", "french", "german", "spanish", "italian", "portuguese", "dutch", "polish", "russian",
    "ukrainian", "turkish", "arabic", "hindi", "japanese", "korean", "chinese",
]
Letters = Annotated[int, msgspec.Meta(ge=12, le=80)]
Pace = Annotated[float, msgspec.Meta(ge=8.0, le=40.0)]


class CaptionOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`language` is what is spoken; models of many languages find out by themselves with "auto".

    `letters_per_line` and `letters_per_second` keep captions readable; `lines_at_once` is how many stand there.
    """

    language: Language = "auto"
    letters_per_line: Letters = 42
    lines_at_once: Annotated[int, msgspec.Meta(ge=1, le=3)] = 2
    letters_per_second: Pace = 17.0


class SpeakOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`text` is spoken sentence by sentence. `voice` is a language such as "fr" or "en-gb", with a variant after a
    plus ("fr+f2"); `pace` and `loudness` are factors, `pitch` runs from 0 to 100."""

    text: Annotated[str, msgspec.Meta(max_length=400_000)] = ""
    voice: Annotated[str, msgspec.Meta(max_length=60)] = "en"
    pace: Annotated[float, msgspec.Meta(ge=0.4, le=3.0)] = 1.0
    pitch: Annotated[int, msgspec.Meta(ge=0, le=100)] = 50
    loudness: Annotated[float, msgspec.Meta(ge=0.0, le=2.0)] = 1.0
    captions: bool = False


add(
    Tool(
        name="captions",
        label="Captions from speech",
        summary="Write down what is said, as editable captions on a track of their own. The built-in recogniser "
        "(by Moonshine AI, MIT licence) hears English and gets about one word in twenty wrong in clear speech; other "
        "languages need a model.",
        family="video",
        work="editor.workflows.ai.captions_work:write_captions",
        tasks=("speech_recognition",),
        built_in="Moonshine tiny (English)",
        options=CaptionOptions,
        icon="caption",
        section="Speech",
        makes="A caption track",
        preview="none",
        needs="clips",
    )
)
add(
    Tool(
        name="speak",
        label="Speak a text",
        summary="Read a text aloud in one of a hundred languages, as a clip on a sound track at the playhead.",
        family="video",
        work="editor.workflows.ai.speak_work:speak",
        tasks=("speech",),
        built_in="eSpeak NG",
        options=SpeakOptions,
        icon="audio",
        section="Speech",
        makes="A sound clip",
        preview="none",
    )
)
