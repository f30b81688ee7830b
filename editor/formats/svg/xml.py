"""SVG's XML as a small tree, from untrusted bytes.

Expat reads no external entity and bounds the growth of internal ones; size, depth and count are bounded here. Elements
of other namespaces keep their qualified name, so that nobody mistakes them for SVG's.
"""

import gzip
import io
import xml.parsers.expat
from collections.abc import Iterator

from editor.base.errors import ExpectedError
from editor.base.translation import tr

MAX_BYTES = 256 << 20
MAX_DEPTH = 1000
MAX_ELEMENTS = 1_000_000
SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"


class Element:
    """One element. `attributes` has plain names for SVG's own (and xlink:href as "href"), {uri}name for others.

    `style` is filled by the cascade: presentation attributes and everything that CSS says, by property name.
    """

    __slots__ = ("attributes", "children", "foreign", "parent", "style", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None") -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: list[Element | str] = []
        self.style: dict[str, str] = {}
        self.foreign: dict[str, str] = {}

    def get(self, name: str, default: str | None = None) -> str | None:
        return self.attributes.get(name, default)

    @property
    def id(self) -> str:
        return self.attributes.get("id", "")

    def elements(self) -> Iterator["Element"]:
        """Child elements only."""
        for child in self.children:
            if isinstance(child, Element):
                yield child

    def walk(self) -> Iterator["Element"]:
        """This element and everything below, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(list(element.elements())))

    def text(self) -> str:
        """All text below."""
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)

    def is_inside(self, other: "Element") -> bool:
        item: Element | None = self
        while item is not None:
            if item is other:
                return True
            item = item.parent
        return False


class _Reader:
    def __init__(self) -> None:
        self.root: Element | None = None
        self.current: Element | None = None
        self.sheets: list[str] = []
        self.depth = 0
        self.count = 0

    def start(self, name: str, pairs: list[str]) -> None:
        self.depth += 1
        self.count += 1
        if self.depth > MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise ExpectedError(tr("This SVG is nested too deeply or has too many elements."))
        uri, _, local = name.rpartition("}")
        tag = local if uri == SVG else name
        attributes: dict[str, str] = {}
        foreign: dict[str, str] = {}
        for key, value in zip(pairs[::2], pairs[1::2], strict=True):
            uri, _, local = key.rpartition("}")
            if not uri:
                attributes[local] = value
            elif uri == XLINK and local == "href":
                attributes.setdefault("href", value)
            elif uri == XML and local in ("space", "lang"):
                attributes[f"xml:{local}"] = value
            elif uri == SVG:
                attributes.setdefault(local, value)
            else:
                foreign[key] = value
        element = Element(tag, attributes, self.current)
        element.foreign = foreign
        if self.current is not None:
            self.current.children.append(element)
        elif self.root is None:
            self.root = element
        self.current = element

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.current is not None:
            self.current = self.current.parent

    def characters(self, data: str) -> None:
        if self.current is None:
            return
        children = self.current.children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)

    def instruction(self, target: str, data: str) -> None:
        if target == "xml-stylesheet":
            self.sheets.append(data)


def unpacked(data: bytes) -> bytes:
    """The plain bytes of an SVG that may be compressed (SVGZ), within bounds."""
    if data[:2] != b"\x1f\x8b":
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            plain = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError) as error:
        raise ExpectedError(tr("This compressed SVG is damaged.")) from error
    if len(plain) > MAX_BYTES:
        raise ExpectedError(tr("This SVG is too large."))
    return plain


def parse_xml(data: bytes) -> Element:
    """The root element. Raises ExpectedError for text that is no XML, or is out of bounds."""
    data = unpacked(data)
    if len(data) > MAX_BYTES:
        raise ExpectedError(tr("This SVG is too large."))
    reader = _Reader()
    parser = xml.parsers.expat.ParserCreate(namespace_separator="}")
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.SetParamEntityParsing(xml.parsers.expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    parser.ProcessingInstructionHandler = reader.instruction
    parser.ExternalEntityRefHandler = lambda *_: 1
    try:
        parser.Parse(data, True)
    except (xml.parsers.expat.ExpatError, ValueError, LookupError) as error:
        raise ExpectedError(tr("This file is no readable SVG: {reason}", reason=str(error))) from error
    if reader.root is None:
        raise ExpectedError(tr("This file is no readable SVG: {reason}", reason=tr("it is empty")))
    return reader.root
