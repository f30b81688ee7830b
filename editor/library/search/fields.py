"""What fields of a query mean in SQL: a condition on the table `asset` each, with its values apart."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.colors import cells_near, lab_of_hex
from editor.library.kinds import KINDS
from editor.library.licences import is_one_licence
from editor.library.search.amounts import SPAN, length_seconds, moments, plain_number, size_bytes
from editor.library.search.language import Field, Word
from editor.library.tags import tag_key

SIGNS = {":": "=", "=": "=", ">": ">", "<": "<", ">=": ">=", "<=": "<="}
TEXTS = ("name", "title", "notes", "author", "source", "licence", "license")
ENOUGH = 0.08
"""The share of a picture from which a colour counts."""
LETTERS = re.compile(r"\w", re.UNICODE)
WHOLE_PATH = re.compile(r"^(?:[/\\]|[A-Za-z]:[/\\])")


@dataclass(frozen=True)
class Question:
    """`sql` gives one column `id` of assets, each any number of times, with a question mark for each of `values`;
    `negated`: those that it does not give are meant."""

    sql: str
    values: tuple[object, ...] = ()
    negated: bool = False


BEYOND = frozenset({"like"})
"""Fields that SQL cannot answer: `Finder.beyond` does, where somebody taught it."""


def _where(condition: str, values: tuple[object, ...]) -> Question:
    return Question(f"SELECT id FROM asset WHERE {condition}", values)


def word_question(words: tuple[Word, ...]) -> str:
    """What to ask the word index so that all words must be there; "" when none of them says anything."""
    terms = [f'"{word.text.replace(chr(34), " ")}"' + ("" if word.phrase else "*") for word in words if _says(word)]
    return " AND ".join(terms)


def _says(word: Word) -> bool:
    return LETTERS.search(word.text) is not None


def question_of(field: Field) -> Question:
    """Raises ExpectedError for a field or a value that means nothing."""
    maker = FIELDS.get(field.name)
    if maker is None:
        names = ", ".join(sorted({*FIELDS, *BEYOND}))
        raise ExpectedError(tr("There is no field {name}.", name=field.name), tr("Fields are {names}.", names=names))
    return maker(field)


def _text(field: Field) -> Question:
    column = {"license": "licence"}.get(field.name, field.name)
    if field.sign == "=":
        return _where(f"{column} = ? COLLATE NOCASE", (field.value,))
    pattern = re.sub(r"([%_\\])", r"\\\1", field.value).replace("*", "%")
    return _where(f"{column} LIKE ? ESCAPE '\\'", (f"%{pattern}%",))


def _tag(field: Field) -> Question:
    """The tag and all under it; a star at the end takes every tag that begins so."""
    key = tag_key(field.value)
    starts = key.endswith("*")
    first = "SELECT id FROM tag WHERE " + ("substr(key, 1, length(?1)) = ?1" if starts else "key = ?1")
    return Question(
        f"WITH RECURSIVE below(id) AS ({first} UNION SELECT tag_parent.tag FROM tag_parent JOIN below"
        " ON tag_parent.parent = below.id) SELECT asset AS id FROM asset_tag WHERE tag IN (SELECT id FROM below)",
        (key.removesuffix("*"),),
    )


def _kind(field: Field) -> Question:
    wanted = [kind for kind in KINDS if kind.startswith(field.value.lower().rstrip("s"))]
    if not wanted:
        raise ExpectedError(
            tr("There is no kind {name}.", name=field.value), tr("Kinds are {names}.", names=", ".join(KINDS))
        )
    return _where(f"kind IN ({','.join('?' * len(wanted))})", tuple(wanted))


def _extension(field: Field) -> Question:
    return _where("extension = ?", (field.value.lower().removeprefix("."),))


def _measured(column: str, read: Callable[[str], float]) -> Callable[[Field], Question]:
    """A field that holds a number: rating>=3, width:1000..2000."""

    def question(field: Field) -> Question:
        span = SPAN.match(field.value)
        if span and field.sign == ":":
            return _where(f"{column} BETWEEN ? AND ?", (read(span[1]), read(span[2])))
        return _where(f"{column} {SIGNS[field.sign]} ?", (read(field.value),))

    return question


def _time(column: str) -> Callable[[Field], Question]:
    """A field that holds a moment: added:today, modified>=2026-03, added:7d (the last seven days)."""

    def question(field: Field) -> Question:
        first, end = moments(field.value)
        if field.sign in (":", "="):
            return _where(f"{column} >= ? AND {column} < ?", (first, end))
        if field.sign in (">", "<="):
            return _where(f"{column} {'>=' if field.sign == '>' else '<'} ?", (end,))
        return _where(f"{column} {field.sign} ?", (first,))

    return question


def _collection(field: Field) -> Question:
    """The collections of this name and those inside them."""
    return Question(
        "WITH RECURSIVE inside(id) AS (SELECT id FROM collection WHERE lower(name) = lower(?) UNION"
        " SELECT collection.id FROM collection JOIN inside ON collection.parent = inside.id)"
        " SELECT asset AS id FROM collection_item WHERE collection IN (SELECT id FROM inside)",
        (field.value,),
    )


def _folder(field: Field) -> Question:
    """Files that lie below a folder: a whole path, or folders of this name anywhere. Either separator will do."""
    plain = field.value.replace("\\", "/").rstrip("/")
    if WHOLE_PATH.match(field.value):
        begins = (f"{plain}/", plain.replace("/", "\\") + "\\")
        ranges = " OR ".join(["(path >= ? AND path < ?)"] * 2)
        values = tuple(end for begin in begins for end in (begin, begin[:-1] + chr(ord(begin[-1]) + 1)))
        return Question(f"SELECT asset AS id FROM place WHERE {ranges}", values)
    pattern = re.sub(r"([%_^])", r"^\1", plain.strip("/")).replace("*", "%")
    return Question(
        "SELECT asset AS id FROM place WHERE path LIKE ? ESCAPE '^' OR path LIKE ? ESCAPE '^'",
        (f"%/{pattern}/%", "%\\" + pattern.replace("/", "\\") + "\\%"),
    )


def _licence(field: Field) -> Question:
    """A licence of SPDX, alone or as a part of "A OR B"; of anything else, whatever has it in its name."""
    if field.sign == "=" or not is_one_licence(field.value):
        return _text(field)
    pattern = re.sub(r"([%_^])", r"^\1", field.value.strip())
    alone = "' ' || replace(replace(licence, '(', ' '), ')', ' ') || ' '"
    found = f"licence > '' COLLATE NOCASE AND licence LIKE ? ESCAPE '^' AND {alone} LIKE ? ESCAPE '^'"
    return _where(found, (f"%{pattern}%", f"% {pattern} %"))


def _color(field: Field) -> Question:
    cells = cells_near(lab_of_hex(field.value))
    marks = ",".join("?" * len(cells))
    return Question(f"SELECT asset AS id FROM color WHERE cell IN ({marks}) AND share >= {ENOUGH}", tuple(cells))


def _used_where(condition: str = "") -> str:
    """Assets that are shown as they are, or as they were before their file was edited."""
    return (
        f"SELECT asset.id AS id FROM usage JOIN asset ON asset.hash = usage.hash{condition}"
        f" UNION ALL SELECT past.asset FROM past JOIN usage ON usage.hash = past.hash"
        f" AND NOT EXISTS (SELECT 1 FROM asset WHERE asset.hash = past.hash){condition}"
    )


def _used(field: Field) -> Question:
    if field.value.lower() in ("yes", "no"):
        return Question(_used_where(), negated=field.value.lower() == "no")
    return Question(_used_where(" WHERE usage.project LIKE ?1"), (f"%{field.value}%",))


STATES = {
    "missing": Question(
        "SELECT id FROM asset WHERE stored UNION ALL SELECT asset FROM place WHERE missing IS NULL", negated=True
    ),
    "stored": Question("SELECT id FROM asset WHERE stored"),
    "untagged": Question("SELECT asset AS id FROM asset_tag", negated=True),
    "unrated": Question("SELECT id FROM asset WHERE rating > 0", negated=True),
    "unused": Question(_used_where(), negated=True),
    "unlicensed": Question("SELECT id FROM asset WHERE licence > '' COLLATE NOCASE", negated=True),
    "broken": Question("SELECT id FROM asset WHERE problem <> ''"),
    "portrait": Question("SELECT id FROM asset WHERE height > width"),
    "landscape": Question("SELECT id FROM asset WHERE width > height"),
    "square": Question("SELECT id FROM asset WHERE width = height"),
}


def _state(field: Field) -> Question:
    found = STATES.get(field.value.lower())
    if found is None:
        names = ", ".join(STATES)
        raise ExpectedError(
            tr("is:{name} means nothing.", name=field.value), tr("There is is: with {names}.", names=names)
        )
    return found


FIELDS: dict[str, Callable[[Field], Question]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(("licence", "license"), _licence),
    **dict.fromkeys(("folder", "path"), _folder),
    "tag": _tag,
    "kind": _kind,
    "type": _kind,
    "ext": _extension,
    "in": _collection,
    "color": _color,
    "colour": _color,
    "used": _used,
    "is": _state,
    "rating": _measured("rating", plain_number),
    "width": _measured("width", plain_number),
    "height": _measured("height", plain_number),
    "seconds": _measured("seconds", length_seconds),
    "length": _measured("seconds", length_seconds),
    "size": _measured("size", size_bytes),
    "added": _time("added"),
    "modified": _time("modified"),
}
