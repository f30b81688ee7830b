"""An XMP packet read with where each of its elements and attributes stands, so that some can be cut out of it.

What is not cut stays as it is, byte for byte. Names are told by their namespace, never by their spelling: every program
writes packets in its own way (ISO 16684-1, 7.5). A packet that is no XML, declares a document type or is nested beyond
sense is not read at all.
"""

import re
from collections import ChainMap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from editor.formats.provenance.rdf import RDF, SPACES, SPACES_OF_WORKS

Name = tuple[str, str]
"""A namespace and a name in it."""
DEEPEST = 200
_SPACE = b" \t\r\n"
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_XML = {"xml": "http://www.w3.org/XML/1998/namespace"}


@dataclass(frozen=True)
class Attribute:
    """`start` to `end` are its bytes, with the space before it."""

    name: Name
    value: str
    start: int
    end: int


@dataclass
class Node:
    """An element: `start` to `end` are its bytes; `first` and `last` the texts in it."""

    name: Name
    attributes: list[Attribute]
    spaces: ChainMap[str, str]
    start: int
    end: int = 0
    first: int = 0
    last: int = 0
    children: "list[Node]" = field(default_factory=list)

    @property
    def own(self) -> list[Attribute]:
        """Its attributes that say something: neither namespaces nor RDF's and XML's own."""
        return [item for item in self.attributes if item.name[0] not in ("xmlns", RDF, _XML["xml"])]


class Graph:
    """A packet; raises ValueError for one that cannot be read."""

    def __init__(self, text: str) -> None:
        self.data = text.encode("utf-8", "replace")
        self.nodes: list[Node] = []
        self._texts: list[str] = []
        self._open: list[Node] = []
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._texts.append
        parser.StartDoctypeDeclHandler = self._refuse
        try:
            parser.Parse(self.data, True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from None
        finally:
            del self._parser

    def about(self) -> Iterator[Node]:
        """The elements whose children and attributes are what is said of the picture."""
        for node in self.nodes:
            if node.name == (RDF, "RDF"):
                yield from node.children

    def text(self, node: Node) -> str:
        return "".join(self._texts[node.first : node.last])

    def without(self, ranges: Iterable[tuple[int, int]]) -> str:
        """The packet without these stretches of bytes."""
        kept, place = list[bytes](), 0
        for start, end in sorted(ranges):
            if start >= place:
                kept.append(self.data[place:start])
            place = max(place, end)
        return b"".join([*kept, self.data[place:]]).decode("utf-8")

    def line_of(self, node: Node) -> tuple[int, int]:
        """Its stretch with the space before it."""
        start = node.start
        while start and self.data[start - 1] in _SPACE:
            start -= 1
        return start, node.end

    def _start(self, tag: str, values: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise ValueError("nested beyond sense")
        start = self._parser.CurrentByteIndex
        above = self._open[-1].spaces if self._open else ChainMap(_XML)
        attributes, end = list[tuple[str, str, int, int]](), start + 1 + len(tag.encode())
        while found := _ATTRIBUTE.match(self.data, end):
            name = found[1].decode("utf-8")
            attributes.append((name, values[name], found.start(), found.end()))
            end = found.end()
        named = {name.partition(":")[2]: value for name, value, _, _ in attributes if _is_space(name)}
        spaces = above.new_child(named) if named else above
        told = [Attribute(_name(item[0], spaces), *item[1:]) for item in attributes]
        node = Node(_name(tag, spaces, ""), told, spaces, start, first=len(self._texts))
        node.end = self.data.index(b">", end) + 1
        if self._open:
            self._open[-1].children.append(node)
        self.nodes.append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        node = self._open.pop()
        node.last = len(self._texts)
        if self.data[node.end - 2 : node.end] != b"/>":
            node.end = self.data.index(b">", self._parser.CurrentByteIndex) + 1

    def _refuse(self, *_declared: object) -> None:
        raise ValueError("declares a document type")


def read(text: str) -> Graph | None:
    """None for what cannot be read."""
    try:
        return Graph(text.strip("\x00\ufeff \r\n\t"))
    except ValueError:
        return None


def _is_space(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _name(qualified: str, spaces: ChainMap[str, str], default: str | None = None) -> Name:
    """A prefix that nobody declared means what it means to us: pieces of drawings lose what was declared above them."""
    if _is_space(qualified):
        return "xmlns", qualified.partition(":")[2]
    prefix, _, name = qualified.rpartition(":")
    if not prefix:
        return (spaces.get("", "") if default is not None else ""), name
    return spaces.get(prefix) or (SPACES | SPACES_OF_WORKS).get(prefix, prefix), name
