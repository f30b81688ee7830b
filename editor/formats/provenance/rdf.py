"""What a file says about its content, as elements of an RDF graph: the same for XMP packets and for drawings.

Sources: ISO 16684-1 (Dublin Core and rights in XMP), IPTC Photo Metadata Standard 2023.1 (DigitalSourceType,
ArtworkOrObject), Creative Commons' recommendation for XMP (cc:license, cc:attributionName, cc:attributionURL).
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import msgspec

from editor.formats.provenance.works import Work, sentence

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
DC = "http://purl.org/dc/elements/1.1/"
RIGHTS = "http://ns.adobe.com/xap/1.0/rights/"
CC = "http://creativecommons.org/ns#"
OURS = "https://atelier.invalid/ns/provenance/1.0/"
"""A name, not an address: no reader looks it up."""
SPACES = {"rdf": RDF, "Iptc4xmpExt": IPTC, "atelier": OURS}
SPACES_OF_WORKS = {"dc": DC, "xmpRights": RIGHTS, "cc": CC}
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Element:
    """An element by its qualified name; `children` are elements and text."""

    name: str
    children: "tuple[Element | str, ...]" = ()
    attributes: dict[str, str] = field(default_factory=dict)


def elements(notes: list[dict[str, Any]], source_type: str, works: Sequence[Work] = ()) -> list[Element]:
    """What there is to say; without a type where the packet says one already."""
    found = [Element("Iptc4xmpExt:DigitalSourceType", (SOURCE_TYPES + source_type,))] if source_type else []
    if notes:
        found.append(Element("atelier:Provenance", (json.dumps(notes, ensure_ascii=False, sort_keys=True),)))
    if works:
        found += _of_works(works)
    return found


def spaces_of(works: Sequence[Work]) -> dict[str, str]:
    return SPACES | (SPACES_OF_WORKS if works else {})


def to_xml(element: Element) -> str:
    attributes = "".join(f" {name}={quoteattr(CONTROL.sub('', value))}" for name, value in element.attributes.items())
    inside = "".join(
        to_xml(child) if isinstance(child, Element) else escape(CONTROL.sub("", child)) for child in element.children
    )
    return f"<{element.name}{attributes}>{inside}</{element.name}>"


def rights_of(works: Sequence[Work]) -> str:
    """All works in one text, a line each."""
    return "\n".join(" ".join(sentence(work).split()) for work in works)


def _of_works(works: Sequence[Work]) -> list[Element]:
    authors = tuple(dict.fromkeys(work.author for work in works if work.author))
    addresses = tuple(dict.fromkeys(work.licence_address for work in works))
    sources = tuple(dict.fromkeys(work.source for work in works if work.source))
    terms = dict.fromkeys(f"{work.licence} {work.licence_address}".strip() for work in works if work.licence)
    found = [Element("dc:creator", (_list("Seq", authors),))] if authors else []
    found.append(Element("dc:rights", (_in_any_language(rights_of(works)),)))
    if sources:
        found.append(Element("dc:source", ("; ".join(sources),)))
    if terms:
        found.append(Element("xmpRights:UsageTerms", (_in_any_language("; ".join(terms)),)))
    if len(addresses) == 1 and addresses[0]:
        found.append(Element("xmpRights:WebStatement", addresses))
        found.append(Element("cc:license", (), {"rdf:resource": addresses[0]}))
    if authors:
        found.append(Element("cc:attributionName", (", ".join(authors),)))
    if len(sources) == 1 and sources[0].startswith("http"):
        found.append(Element("cc:attributionURL", (), {"rdf:resource": sources[0]}))
    found.append(Element("Iptc4xmpExt:ArtworkOrObject", (Element("rdf:Bag", tuple(map(_artwork, works))),)))
    found.append(Element("atelier:Works", (msgspec.json.encode(list(works)).decode(),)))
    return found


def _artwork(work: Work) -> Element:
    """IPTC's structure for a work that is seen in a picture."""
    said = [Element("Iptc4xmpExt:AOTitle", (_in_any_language(work.title),))] if work.title else []
    if work.author:
        said.append(Element("Iptc4xmpExt:AOCreator", (_list("Seq", (work.author,)),)))
    if work.licence:
        text = f"{work.licence} {work.licence_address}".strip()
        said.append(Element("Iptc4xmpExt:AOCopyrightNotice", (text,)))
    if work.source:
        said.append(Element("Iptc4xmpExt:AOSource", (work.source,)))
    return Element("rdf:li", tuple(said), {"rdf:parseType": "Resource"})


def _list(kind: str, texts: Sequence[str]) -> Element:
    return Element(f"rdf:{kind}", tuple(Element("rdf:li", (text,)) for text in texts))


def _in_any_language(text: str) -> Element:
    return Element("rdf:Alt", (Element("rdf:li", (text,), {"xml:lang": "x-default"}),))
