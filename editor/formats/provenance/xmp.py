"""XMP packets: our own element beside whatever a picture carries already.

Sources: ISO 16684-1 (packets and RDF). What a packet holds is kept as text, byte for byte: of what was parsed only the
places count, so nothing foreign can be lost or run.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape

import msgspec

from editor.formats.provenance.graph import read
from editor.formats.provenance.origin_in import (
    SOURCE_TYPE,
    STRENGTH,
    is_of_place,
    stretches_named,
    stretches_of_ours,
    texts_of,
)
from editor.formats.provenance.rdf import CONTROL, OURS, RDF, SOURCE_TYPES, SPACES, elements, spaces_of, to_xml
from editor.formats.provenance.works import LONGEST, Work, plain_work

__all__ = ["CONTROL", "END_OF_GRAPH", "OURS", "PACKET", "RDF", "SPACES"]
PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">{content}\n'
    '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)
_FOREIGN_TYPE = re.compile(re.escape(SOURCE_TYPES) + r"(\w+)")
END_OF_GRAPH = re.compile(r"</(?:\w+:)?RDF\s*>")


def merged(
    existing: bytes | None, notes: list[dict[str, Any]], source_type: str, works: Sequence[Work] = ()
) -> bytes:
    """A packet with the notes and works, after those that an earlier packet of ours holds, and all else in it."""
    text = _text(existing)
    earlier, shown = notes_in(text), works_in(text)
    notes = [*earlier, *(note for note in notes if note not in earlier)]
    works = [*shown, *(work for work in works if work not in shown)]
    text, types = _without_ours(text), _FOREIGN_TYPE.findall(text)
    source_type = strongest([source_type, *types]) if earlier or types else source_type
    has_type = _FOREIGN_TYPE.search(text) is not None
    if source_type:
        text = _FOREIGN_TYPE.sub(SOURCE_TYPES + source_type, text)
    text = _with_creators(text, works)
    return _inserted(text, block(notes, "" if has_type else source_type, works, text))


def without(existing: bytes | None, *, made: bool, works: bool, place: bool) -> bytes | None:
    """A packet without what is not to be said: how it was made, whose works it shows, where it was taken."""
    if existing is None or made and works and place:
        return existing
    text = _text(existing)
    if not place:
        text = _without_place(text)
    if not text:
        return None
    if made and works:
        return text.encode()
    notes, shown = notes_in(text) if made else [], works_in(text) if works else []
    kind = next(iter(_FOREIGN_TYPE.findall(text)), "") if made else ""
    text = _without_ours(text)
    if not made:
        text = _without_types(text)
    if not notes and not shown and not kind:
        return text.encode()
    has_type = _FOREIGN_TYPE.search(text) is not None
    return _inserted(text, block(notes, "" if has_type else kind, shown, text))


def _text(packet: bytes | None) -> str:
    """As it can be added to; "" for what no program can read, ours neither: a packet joined to it would be lost too."""
    text = (packet or b"").decode("utf-8", "replace").strip("\x00")
    return text if text and read(text) is not None else ""


def _inserted(text: str, ours: str) -> bytes:
    end = next(reversed(list(END_OF_GRAPH.finditer(text))), None)
    if end is None:
        return PACKET.format(rdf=RDF, content=ours).encode()
    return f"{text[: end.start()].rstrip()}{ours}\n{text[end.start() :]}".encode()


def strongest(types: list[str]) -> str:
    """One type for a picture that several are true of: something real beside something generated is a composite.

    "" where none of them is a type that we give.
    """
    known = [name for name in types if name in STRENGTH]
    if "trainedAlgorithmicMedia" in known and set(types) - {""} != {"trainedAlgorithmicMedia"}:
        return "compositeWithTrainedAlgorithmicMedia"
    return max(known, key=STRENGTH.index, default="")


def block(notes: list[dict[str, Any]], source_type: str, works: Sequence[Work] = (), beside: str = "") -> str:
    """Our element of the graph, without what `beside` says already: XMP says nothing twice."""
    said = [item for item in elements(notes, source_type, works) if not _is_said(item.name, beside)]
    if not said:
        return ""
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in spaces_of(works).items())
    return f'\n<rdf:Description {spaces} rdf:about="">{"".join(map(to_xml, said))}</rdf:Description>'


def _is_said(name: str, text: str) -> bool:
    return name != "Iptc4xmpExt:DigitalSourceType" and re.search(rf"<{name}\b|\s{name}=", text) is not None


def _with_creators(text: str, works: Sequence[Work]) -> str:
    """A picture's own creators stay first, and those of the works join them."""
    authors = dict.fromkeys(escape(CONTROL.sub("", work.author)) for work in works if work.author)
    return with_items(text, "dc:creator", "Seq", authors) or text


def with_items(text: str, name: str, kind: str, items: Iterable[str]) -> str | None:
    """A packet whose list of that name has these items as well; None when it has no such list."""
    opened = re.search(rf"<{name}>\s{{0,99}}<rdf:{kind}>", text)
    end = text.find(f"</rdf:{kind}>", opened.end()) if opened else -1
    if opened is None or end < 0:
        return None
    present = text[opened.end() : end]
    missing = "".join(f"<rdf:li>{item}</rdf:li>" for item in items if f">{item}<" not in present)
    return text[:end] + missing + text[end:]


def _without_ours(text: str) -> str:
    graph = read(text)
    return text if graph is None else graph.without(stretches_of_ours(graph, notes_in(text), works_in(text)))


def _without_place(text: str) -> str:
    graph = read(text)
    return text if graph is None else graph.without(stretches_named(graph, is_of_place))


def _without_types(text: str) -> str:
    graph = read(text)
    return text if graph is None else graph.without(stretches_named(graph, lambda name: name == SOURCE_TYPE))


def notes_in(packet: str) -> list[dict[str, Any]]:
    """The notes that a packet of ours holds; none for one that is not ours or is damaged."""
    return [note for note in _listed("Provenance", packet) if isinstance(note, dict)]


def works_in(packet: str) -> list[Work]:
    """The works that a packet of ours names."""
    found = []
    for item in _listed("Works", packet):
        try:
            work = plain_work(msgspec.convert(item, Work))
        except msgspec.ValidationError:
            continue
        if max(map(len, msgspec.structs.astuple(work))) <= LONGEST:
            found.append(work)
    return found


def types_in(packet: str) -> list[str]:
    """The names of IPTC's source types that a packet says, whoever wrote it."""
    return _FOREIGN_TYPE.findall(packet)


def without_ours(packet: bytes) -> bytes:
    """What others wrote of it."""
    return _without_ours(_text(packet)).encode()


def is_broken(packet: bytes) -> bool:
    """Whether no program could read it: it is no XML, or declares what it should not."""
    return bool(packet.strip(b"\0 \r\n\t")) and not _text(packet)


def says_place(packet: bytes) -> bool:
    """Whether it tells where a picture was taken."""
    graph = read(_text(packet))
    return graph is not None and any(stretches_named(graph, is_of_place))


def is_ours_alone(packet: bytes) -> bool:
    """Whether nothing stands in a packet but what we wrote of origin."""
    rest = read(_without_ours(_text(packet)))
    return (rest is None or not any(rest.about())) and b"atelier:" in packet


def _listed(name: str, packet: str) -> list[Any]:
    """What stands under a name of ours, as an element or as an attribute: other programs make either of the other."""
    graph = read(packet) if "atelier" in packet or OURS in packet else None
    found = list[Any]()
    for said in texts_of(graph, (OURS, name)) if graph is not None else ():
        try:
            listed = json.loads(said)
        except (ValueError, RecursionError):
            continue
        found += listed if isinstance(listed, list) else []
    return found
