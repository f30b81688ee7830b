"""Names of files made of a row's own words: safe on every system, each once."""

import re
import unicodedata
from pathlib import PurePosixPath

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.templates.fields import folded

PLACES = re.compile(r"\{([^{}]*)\}")
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
RESERVED = {"con", "prn", "aux", "nul", *(f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10))}
LONGEST = 120
OWN = ("row", "document")


def columns_in(pattern: str) -> list[str]:
    """The folded names that stand in a pattern's braces."""
    return [folded(name) for name in PLACES.findall(pattern)]


def check_pattern(pattern: str, known: list[str]) -> None:
    """Raise ExpectedError for a pattern that is no file name or that names what is not there."""
    if not PurePosixPath(pattern).suffix or "{" in PurePosixPath(pattern).suffix:
        raise ExpectedError(
            tr("{name} does not end in a format.", name=pattern),
            tr("Write it like {example}.", example="{name}-{row}.pdf"),
        )
    if "/" in pattern or "\\" in pattern:
        raise ExpectedError(tr("{name} is no file name: it holds a folder.", name=pattern))
    if PLACES.sub("", pattern).count("{") or PLACES.sub("", pattern).count("}"):
        raise ExpectedError(tr("{name} has a brace without its partner.", name=pattern))
    names = {folded(name) for name in (*known, *OWN)}
    for name in PLACES.findall(pattern):
        if folded(name) not in names:
            raise ExpectedError(
                tr("{name} is no column of the table.", name=f"{{{name}}}"),
                tr("It has: {names}.", names=", ".join((*known, *OWN))),
            )


def file_name(pattern: str, words: dict[str, str]) -> str:
    """The pattern with a row's words in it, by their folded names.

    >>> file_name("{name}-{row}.pdf", {"name": "A/B: C", "row": "7"})
    'A-B- C-7.pdf'
    """
    stem, _, extension = PLACES.sub(lambda found: _word(words.get(folded(found[1]), "")), pattern).rpartition(".")
    stem = " ".join(unicodedata.normalize("NFC", FORBIDDEN.sub("-", stem)).split())[:LONGEST].strip(" .")
    if not stem.strip("-_ ") or stem.split(".")[0].casefold() in RESERVED:
        stem = f"{stem}_{words.get('row', '')}".strip(" .")
    return f"{stem}.{extension}"


def _word(text: str) -> str:
    """One cell in a name: dots stay inside, so that "a.pdf" in a cell does not become a format."""
    return " ".join(text.split())[:LONGEST]


class Names:
    """Gives each name once: a second one like it, on a disk that does not tell A from a, gets a number."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str) -> str:
        stem, _, extension = name.rpartition(".")
        number, free = 1, name
        while unicodedata.normalize("NFC", free).casefold() in self._taken:
            number += 1
            free = f"{stem}-{number}.{extension}"
        self._taken.add(unicodedata.normalize("NFC", free).casefold())
        return free
