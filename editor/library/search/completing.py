"""What could come next in a search that is being typed: names of fields, and the values that a field has."""

import re

import msgspec

from editor.base.translation import tr, tr_count
from editor.library.catalogue import Catalogue
from editor.library.colors import NAMES
from editor.library.kinds import KINDS, LABELS
from editor.library.search.fields import STATES
from editor.library.search.language import quoted

PURPOSES = {
    "tag": "carries a tag, or one below it", "kind": "is of a kind", "rating": "has so many stars",
    "color": "shows a colour", "is": "is in a state", "in": "lies in a collection", "author": "who made it",
    "licence": "on what terms", "source": "where it came from", "name": "the file's name", "title": "the title",
    "notes": "the notes", "ext": "ends in", "width": "pixels across", "height": "pixels down", "seconds": "how long",
    "size": "how large the file is", "added": "when it came in", "modified": "when it was edited last",
    "used": "shown by a project",
}  # fmt: skip
"""English, shown through `tr`; the order is that of the list."""
EXAMPLES = {
    "rating": (">=3", "=5", ":0"), "width": (">=1920", ":1000..2000"), "height": (">=1080", ":500..1000"),
    "seconds": ("<10", ">=60"), "size": (">10mb", "<200kb"), "added": (":today", ":7d", ">=2026"),
    "modified": (":today", ":7d", ">=2026"), "used": (":yes", ":no"),
}  # fmt: skip
LISTED = {
    "tag": "SELECT name, (SELECT count(*) FROM asset_tag WHERE tag = tag.id) FROM tag WHERE instr(key, lower(?)) > 0"
    " ORDER BY instr(key, lower(?1)), key LIMIT 40",
    "in": "SELECT name, (SELECT count(*) FROM collection_item WHERE collection = collection.id) FROM collection"
    " WHERE instr(lower(name), lower(?)) > 0 ORDER BY name COLLATE NOCASE LIMIT 40",
    **{
        name: f"SELECT {column}, count(*) FROM asset WHERE trashed IS NULL AND {column} <> ''"
        f" AND instr(lower({column}), lower(?)) > 0 GROUP BY {column} ORDER BY count(*) DESC LIMIT 40"
        for name, column in (("author", "author"), ("licence", "licence"), ("ext", "extension"))
    },
}
TOKEN = re.compile(r'(?:^|(?<=[\s(]))-?([A-Za-z_]*)(?:(:|>=|<=|>|<|=)("[^"]*|[^\s()"]*))?$')


class Completion(msgspec.Struct, frozen=True):
    """`text` replaces what is typed from `start` on; `note` says what it means, translated."""

    text: str
    note: str
    start: int


def completions(catalogue: Catalogue, typed: str) -> list[Completion]:
    """For a text with the cursor at its end; none inside a word that could be anything."""
    match = TOKEN.search(typed)
    if match is None:
        return []
    name, sign, value = match[1].lower(), match[2], match[3]
    if sign is None:
        fitting = [field for field in PURPOSES if field.startswith(name)] if name or not typed.strip() else []
        start = match.start(1)
        return [
            Completion(field if field in EXAMPLES else f"{field}:", tr(PURPOSES[field]), start)
            for field in fitting
            if field != name or field not in EXAMPLES
        ] or _examples(name, match.end(1))
    if sign == ":":
        return _values(catalogue, name, value.strip('"'), match.start(3))
    return []


def _examples(name: str, start: int) -> list[Completion]:
    return [Completion(example, tr(PURPOSES[name]), start) for example in EXAMPLES.get(name, ())]


def _values(catalogue: Catalogue, name: str, typed: str, start: int) -> list[Completion]:
    found: list[tuple[str, str]] = []
    if name in LISTED:
        rows = catalogue.rows(LISTED[name], (typed,))
        found = [(str(text), tr_count("1 asset", "{count} assets", count=int(str(count)))) for text, count in rows]
    elif name in ("kind", "type"):
        found = [(kind, tr(LABELS[kind])) for kind in KINDS if kind.startswith(typed.lower())]
    elif name == "is":
        found = [(state, "") for state in STATES if state.startswith(typed.lower())]
    elif name in ("color", "colour"):
        found = [(color, f"#{NAMES[color]}") for color in NAMES if color.startswith(typed.lower()) and color != "grey"]
    elif name in EXAMPLES and not typed:
        found = [(example[1:], "") for example in EXAMPLES[name] if example.startswith(":")]
    return [Completion(_quoted(text), note, start) for text, note in found if text.casefold() != typed.casefold()]


def _quoted(text: str) -> str:
    return quoted(text) if re.search(r'[\s()"]', text) else text
