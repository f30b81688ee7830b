"""What a document is about, as keywords and a description in XMP (Dublin Core: `dc:subject`, `dc:description`)."""

import re
from xml.sax.saxutils import escape

from editor.commands.project.about import about
from editor.document.project import Project
from editor.formats.provenance.xmp import CONTROL, END_OF_GRAPH, PACKET, RDF, with_items

DC = "http://purl.org/dc/elements/1.1/"
_ANY_SUBJECT = re.compile(r"<dc:subject\b")
_DESCRIPTION = re.compile(r"<dc:description\b")


def with_subject(project: Project, document: str, packet: bytes | None) -> bytes | None:
    """A packet that also has the document's keywords and summary; the same packet where nothing is known.

    Keywords that a picture brought stay, and so does its own description.
    """
    found = about(project, document)
    if found is None or not (found.keywords or found.summary):
        return packet
    text = (packet or b"").decode("utf-8", "replace").strip("\x00")
    words = [escape(CONTROL.sub("", word)) for word in found.keywords]
    inside = ""
    joined = with_items(text, "dc:subject", "Bag", words)
    if joined is not None:
        text = joined
    elif words and not _ANY_SUBJECT.search(text):
        inside = f"<dc:subject><rdf:Bag>{_items(words)}</rdf:Bag></dc:subject>"
    if found.summary and not _DESCRIPTION.search(text):
        summary = escape(CONTROL.sub("", found.summary))
        inside += f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{summary}</rdf:li></rdf:Alt></dc:description>'
    if not inside:
        return text.encode()
    block = f'\n<rdf:Description xmlns:rdf="{RDF}" xmlns:dc="{DC}" rdf:about="">{inside}</rdf:Description>'
    end = next(reversed(list(END_OF_GRAPH.finditer(text))), None)
    if end is None:
        return PACKET.format(rdf=RDF, content=block).encode()
    return f"{text[: end.start()].rstrip()}{block}\n{text[end.start() :]}".encode()


def _items(words: list[str]) -> str:
    return "".join(f"<rdf:li>{word}</rdf:li>" for word in words)
