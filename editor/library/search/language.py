"""What a person types: words, "phrases", field:value, AND OR NOT, minus and brackets.

It is read as it is typed, so what is not finished counts for nothing: an open bracket is closed at the end, an operator
with nothing behind it and a field without a value are left out. Words that stand side by side must all be there. A
quote inside the quotes of a value is written twice.
"""

import re
from dataclasses import dataclass

from editor.base.errors import ExpectedError
from editor.base.translation import tr

DEEPEST = 50
LONGEST = 2000
TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<minus>-(?=[\w("#]))"""
    r"""|(?P<field>[A-Za-z_]+)(?P<sign>:|>=|<=|>|<|=)(?P<value>"(?P<quoted>(?:[^"]|"")*)"?|[^\s()]*)"""
    r"""|"(?P<phrase>[^"]*)"?|(?P<word>[^\s()"]+))""",
    re.VERBOSE,
)
OPERATORS = {"AND": "and", "ET": "and", "&": "and", "OR": "or", "OU": "or", "|": "or", "NOT": "not", "SAUF": "not"}
"""In capitals, so that the words themselves can be looked for."""


@dataclass(frozen=True)
class Word:
    """Anything that begins with `text`; a phrase has its words one after the other."""

    text: str
    phrase: bool = False


@dataclass(frozen=True)
class Field:
    """`sign` is one of : = > < >= <=."""

    name: str
    sign: str
    value: str


@dataclass(frozen=True)
class Not:
    item: "Query"


@dataclass(frozen=True)
class And:
    """All of them; of none, everything."""

    items: tuple["Query", ...] = ()


@dataclass(frozen=True)
class Or:
    items: tuple["Query", ...]


Query = Word | Field | Not | And | Or


@dataclass(frozen=True)
class _Token:
    kind: str
    query: Query | None = None


def parse(text: str) -> Query:
    """The query that a text means. Raises ExpectedError when it is too long or nested too deep, for nothing else."""
    if len(text) > LONGEST:
        raise ExpectedError(tr("A search has at most {most} characters.", most=LONGEST))
    return _Reader(_tokens(text)).read_all()


def quoted(value: str) -> str:
    """A value as it stands behind a field, whatever letters are in it.

    >>> quoted('5" disk')
    '"5"" disk"'
    """
    return '"' + value.replace('"', '""') + '"'


def _tokens(text: str) -> list[_Token]:
    found, place = [], 0
    while match := TOKEN.match(text, place):
        if match.end() == place:
            break
        place = match.end()
        token = _token(match)
        if token is not None:
            found.append(token)
    return found


def _token(match: re.Match[str]) -> _Token | None:
    for kind in ("open", "close"):
        if match[kind]:
            return _Token(kind)
    if match["minus"]:
        return _Token("not")
    if match["field"]:
        quoted = match["quoted"]
        value = (match["value"].strip('"') if quoted is None else quoted.replace('""', '"')).strip()
        return _Token("item", Field(match["field"].lower(), match["sign"], value)) if value else None
    if match["phrase"] is not None:
        return _Token("item", Word(match["phrase"], phrase=True)) if match["phrase"].strip() else None
    operator = OPERATORS.get(match["word"])
    return _Token(operator) if operator else _Token("item", Word(match["word"]))


class _Reader:
    """Recursive descent: or → and → not → item."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._at = 0

    def read_all(self) -> Query:
        parts = []
        while self._kind():
            parts.append(self._either(0))
            if self._kind() == "close":  # a closing bracket that nothing opened
                self._at += 1
        return _all_of(parts)

    def _kind(self) -> str:
        return self._tokens[self._at].kind if self._at < len(self._tokens) else ""

    def _either(self, depth: int) -> Query:
        if depth > DEEPEST:
            raise ExpectedError(tr("This search has too many brackets."))
        parts = [self._together(depth)]
        while self._kind() == "or":
            self._at += 1
            parts.append(self._together(depth))
        parts = [part for part in parts if part != And()]
        return parts[0] if len(parts) == 1 else Or(tuple(parts)) if parts else And()

    def _together(self, depth: int) -> Query:
        parts = []
        while self._kind() in ("and", "item", "not", "open"):
            if self._kind() == "and":
                self._at += 1
                continue
            parts.append(self._one(depth))
        return _all_of(parts)

    def _one(self, depth: int) -> Query:
        negated = False
        while self._kind() == "not":
            negated, self._at = not negated, self._at + 1
        item = self._item(depth)
        return Not(item) if negated and item != And() else item

    def _item(self, depth: int) -> Query:
        kind = self._kind()
        if kind == "item":
            query = self._tokens[self._at].query
            self._at += 1
            return query or And()
        if kind == "open":
            self._at += 1
            inside = self._either(depth + 1)
            if self._kind() == "close":
                self._at += 1
            return inside
        return And()


def _all_of(parts: list[Query]) -> Query:
    parts = [part for part in parts if part != And()]
    return parts[0] if len(parts) == 1 else And(tuple(parts))
