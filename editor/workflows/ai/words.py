"""Keywords, summary, mood, names and places in text; chapters of captions."""

from typing import Annotated, Literal

import msgspec

from editor.workflows.ai.tool import Tool, add

USUAL_ADDRESS = "http://127.0.0.1:11434"
"""Where Ollama listens."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """With `use`, a language model is asked that runs behind `address`; `model` "" takes the first that is there.
    `allow_other_computers` is the consent to send the text to an address that is not on this computer."""

    use: bool = False
    address: Annotated[str, msgspec.Meta(max_length=300)] = USUAL_ADDRESS
    model: Annotated[str, msgspec.Meta(max_length=200)] = ""
    allow_other_computers: bool = False


class TextOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`text_from` says whose text is read."""

    text_from: Literal["document", "selection", "project"] = "document"
    language: Literal["automatic", "english", "french"] = "automatic"


class KeywordOptions(TextOptions, frozen=True, kw_only=True):
    """`count` keywords at most."""

    count: Annotated[int, msgspec.Meta(ge=1, le=100)] = 12
    language_server: Asked = Asked()


class SummaryOptions(TextOptions, frozen=True, kw_only=True):
    """`text_frame` also puts the summary on the page, or on a new page for documents that have none."""

    sentences: Annotated[int, msgspec.Meta(ge=1, le=40)] = 5
    text_frame: bool = False
    language_server: Asked = Asked()


class MoodOptions(TextOptions, frozen=True, kw_only=True):
    """Nothing else is asked."""

    language_server: Asked = Asked()


class NameOptions(TextOptions, frozen=True, kw_only=True):
    """`count` names at most, the most frequent first."""

    count: Annotated[int, msgspec.Meta(ge=1, le=500)] = 60
    language_server: Asked = Asked()


class ChapterOptions(msgspec.Struct, frozen=True, kw_only=True):
    """`chapters` 0 finds out how many there are."""

    chapters: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    language: Literal["automatic", "english", "french"] = "automatic"
    language_server: Asked = Asked()


WORK = "editor.workflows.ai.words_work"
STATISTICS = "Plain statistics, English and French"

add(Tool(
    name="keywords",
    label="Find keywords",
    summary="Says what the texts of a document are about, in single words and short phrases.",
    family="",
    work=f"{WORK}:keywords",
    built_in=STATISTICS,
    options=KeywordOptions,
    section="Text",
    makes="Keywords of the document, which exported pictures carry",
    preview="none",
))  # fmt: skip
add(Tool(
    name="summary",
    label="Sum up",
    summary="Picks the sentences that say most of a document's texts or captions; a language server writes its own.",
    family="",
    work=f"{WORK}:summary",
    built_in=STATISTICS,
    options=SummaryOptions,
    section="Text",
    makes="The document's description, or a text on its page",
    preview="none",
))  # fmt: skip
add(Tool(
    name="mood",
    label="Tell the mood",
    summary="Says how bright or dark the texts of a document feel, as a whole and along their course.",
    family="",
    work=f"{WORK}:mood",
    built_in=STATISTICS,
    options=MoodOptions,
    section="Text",
    makes="The document's mood",
    preview="none",
))  # fmt: skip
add(Tool(
    name="names_and_places",
    label="Find names and places",
    summary="Lists the people and the places that the texts of a document name, and how often. It goes by capitals "
    "and by the words around them, so it is sometimes wrong.",
    family="",
    work=f"{WORK}:names_and_places",
    built_in=STATISTICS,
    options=NameOptions,
    section="Text",
    makes="Names in the document's description",
    preview="none",
))  # fmt: skip
add(Tool(
    name="chapters",
    label="Chapters from captions",
    summary="Finds where the captions of a film change their subject, and sets a marker for each chapter.",
    family="video",
    work=f"{WORK}:chapters",
    built_in=STATISTICS,
    options=ChapterOptions,
    section="Text",
    makes="Markers with titles",
    preview="none",
    needs="captions",
))  # fmt: skip
