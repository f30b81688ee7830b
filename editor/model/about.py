"""What a document is about, found by tools or written by a person: keywords, a summary, the mood, names.

It is never drawn."""

from typing import Annotated, Literal

import msgspec

from editor.model.record import Record, record

Word = Annotated[str, msgspec.Meta(max_length=200)]
Mood = Literal["", "bright", "even", "dark"]


class FoundName(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody or some place that a text names, and how often."""

    text: Word
    kind: Literal["person", "place", "other"] = "other"
    count: Annotated[int, msgspec.Meta(ge=0, le=10**9)] = 1


@record("about.document")
class About(Record, frozen=True, kw_only=True):
    """A child of a document, at most one. `mood_value` runs from -1 (dark) to 1 (bright)."""

    keywords: tuple[Word, ...] = ()
    summary: Annotated[str, msgspec.Meta(max_length=50_000)] = ""
    mood: Mood = ""
    mood_value: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] = 0.0
    names: tuple[FoundName, ...] = ()
