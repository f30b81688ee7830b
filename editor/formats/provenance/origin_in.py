"""What of a packet we wrote, and what tells a place: the stretches of it that can be cut out.

Another program that writes a packet anew puts all it says into one element, ours and a person's own side by side, as
attributes where they are short. So an element is ours by its name and by what it says, never by where it stands.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from editor.formats.provenance.graph import Attribute, Graph, Name, Node
from editor.formats.provenance.rdf import (
    CONTROL,
    IPTC,
    OURS,
    RDF,
    SOURCE_TYPES,
    SPACES,
    SPACES_OF_WORKS,
    Element,
    elements,
)
from editor.formats.provenance.works import Work, rights_in_any_language

SOURCE_TYPE = (IPTC, "DigitalSourceType")
RIGHTS = (SPACES_OF_WORKS["dc"], "rights")
STRENGTH = (
    "algorithmicallyEnhanced", "compositeSynthetic", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia",
)  # fmt: skip
"""The source types that we give, weakest first."""
Stretch = tuple[int, int]
Said = frozenset[str]
_PLACE = ("gps", "latitude", "longitude")
_CONTAINERS = ((RDF, "Bag"), (RDF, "Seq"), (RDF, "Alt"))
_ITEM = (RDF, "li")
_RESOURCE = (RDF, "resource")


def is_of_place(name: Name) -> bool:
    """Whether a name tells where a picture was taken, whoever made it up: exif:GPSLatitude or drone-dji:GpsLatitude."""
    return name[0] != "xmlns" and any(word in name[1].lower() for word in _PLACE)


def texts_of(graph: Graph, name: Name) -> Iterator[str]:
    """What stands under a name, as an element or as an attribute."""
    for about in graph.about():
        yield from (item.value for item in about.attributes if item.name == name)
        yield from (graph.text(child) for child in about.children if child.name == name)


def stretches_named(graph: Graph, wanted: Callable[[Name], bool]) -> Iterator[Stretch]:
    """Each element and attribute of such a name, at any depth."""
    for node in graph.nodes:
        if wanted(node.name):
            yield graph.line_of(node)
        for item in node.attributes:
            if wanted(item.name):
                yield item.start, item.end


def stretches_of_ours(graph: Graph, notes: list[dict[str, Any]], works: Sequence[Work]) -> Iterator[Stretch]:
    """Our own properties, and what follows from the works that are named; an element that held nothing else whole."""
    said = _said(notes, works)
    for about in graph.about():
        names = [*(item.name for item in about.own), *(item.name for item in about.children)]
        if not any(space == OURS for space, _ in names):
            continue
        left, found = 0, list[Stretch]()
        for item in about.own:
            ours = _is_ours(item.name, frozenset([_plain(item.value)]), said)
            left += not ours
            if ours:
                found.append((item.start, item.end))
        for child in about.children:
            cut = _cut(graph, child, said)
            left += cut != [graph.line_of(child)]
            found += cut
        yield from found if left else [graph.line_of(about)]


def _cut(graph: Graph, node: Node, said: dict[Name, set[Said]]) -> list[Stretch]:
    """All of a property, of a list those of its items that are ours, or nothing."""
    whole = [graph.line_of(node)]
    if _is_ours(node.name, _values(graph, node), said):
        return whole
    lists = [child for child in node.children if child.name in _CONTAINERS]
    items = [item for found in lists for item in found.children if item.name == _ITEM]
    ours = [item for item in items if _is_ours(node.name, _values(graph, item), said)]
    return whole if items and len(ours) == len(items) else [graph.line_of(item) for item in ours]


def _is_ours(name: Name, values: Said, said: dict[Name, set[Said]]) -> bool:
    if name == SOURCE_TYPE:
        return all(value.removeprefix(SOURCE_TYPES) in STRENGTH for value in values)
    return name[0] == OURS or values in said.get(name, ())


def _said(notes: list[dict[str, Any]], works: Sequence[Work]) -> dict[Name, set[Said]]:
    """By name, what we say under it for these works: of a list each of its items."""
    spaces, found = SPACES | SPACES_OF_WORKS, dict[Name, set[Said]]()
    for element in elements(notes, "", works):
        prefix, _, name = element.name.partition(":")
        inner = element.children[0] if element.children else None
        items = inner.children if isinstance(inner, Element) else (element,)
        found[spaces[prefix], name] = {frozenset(_leaves(item)) - {""} for item in items}
    if works:
        found[RIGHTS] = {frozenset([_plain(text)]) for text in rights_in_any_language(works)}
    return found


def _leaves(item: Element | str) -> Iterator[str]:
    if isinstance(item, str):
        yield _plain(item)
        return
    yield from (_plain(value) for name, value in item.attributes.items() if name == "rdf:resource")
    for child in item.children:
        yield from _leaves(child)


def _values(graph: Graph, node: Node) -> Said:
    """What an element says, without order and structure: its texts, and attributes that are a short form of such."""
    found, place = set[str](), [node]
    while place:
        here = place.pop()
        named: list[Attribute] = [item for item in here.attributes if item.name == _RESOURCE]
        found.update(_plain(item.value) for item in (*here.own, *named))
        if here.children:
            place += here.children
        else:
            found.add(_plain(graph.text(here)))
    return frozenset(found - {""})


def _plain(text: str) -> str:
    return " ".join(CONTROL.sub("", text).split())
