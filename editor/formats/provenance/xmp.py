"""XMP packets: our own element beside whatever a picture carries already.

Sources: ISO 16684-1 (packets and RDF). What a packet holds is kept as text, byte for byte: it is never parsed for that,
so nothing foreign can be lost or run.
"""

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import escape, unescape

import msgspec

from editor.formats.provenance.rdf import CONTROL, OURS, RDF, SOURCE_TYPES, SPACES, elements, spaces_of, to_xml
from editor.formats.provenance.works import LONGEST, Work

__all__ = ["CONTROL", "END_OF_GRAPH", "OURS", "PACKET", "RDF", "SPACES"]
PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">{content}\n'
    '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)
STRENGTH = (
    "algorithmicallyEnhanced", "compositeSynthetic", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia",
)  # fmt: skip
"""The types that we give, weakest first."""
_FOREIGN_TYPE = re.compile(re.escape(SOURCE_TYPES) + r"(\w+)")
_TYPE_SAID = re.compile(
    r"<Iptc4xmpExt:DigitalSourceType>[^<]*</Iptc4xmpExt:DigitalSourceType>|\s?Iptc4xmpExt:DigitalSourceType=\"[^\"<]*\""
)
_PLACE_ELEMENT = re.compile(r"<exif:GPS(\w{1,40})\b[^<>]*>")
_PLACE_ATTRIBUTE = re.compile(r"\s?exif:GPS\w{1,40}=(?:\"[^\"<]{0,400}\"|'[^'<]{0,400}')")
_PLACE_LENGTH = 4096
_END = "</rdf:Description>"
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
    if made and works:
        return text.encode()
    notes, shown = notes_in(text) if made else [], works_in(text) if works else []
    kind = next(iter(_FOREIGN_TYPE.findall(text)), "") if made else ""
    text = _without_ours(text)
    if not made:
        text = _TYPE_SAID.sub("", text)
    if not notes and not shown and not kind:
        return text.encode()
    has_type = _FOREIGN_TYPE.search(text) is not None
    return _inserted(text, block(notes, "" if has_type else kind, shown, text))


def _text(packet: bytes | None) -> str:
    return (packet or b"").decode("utf-8", "replace").strip("\x00")


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
    """Without our elements. By hand, since patterns that look for an end again and again can be made to take hours."""
    kept, place = list[str](), 0
    while (start := text.find("<rdf:Description", place)) >= 0:
        head = text.find(">", start)
        end = text.find(_END, head) if head >= 0 else -1
        if end < 0:
            break
        if 'xmlns:atelier="' in text[start:head]:
            kept.append(text[place:start].rstrip())
            place = end + len(_END)
        else:
            kept.append(text[place : head + 1])
            place = head + 1
    return "".join(kept) + text[place:]


def _without_place(text: str) -> str:
    kept, place = list[str](), 0
    for found in _PLACE_ELEMENT.finditer(text):
        closing = f"</exif:GPS{found[1]}>"
        end = text.find(closing, found.end(), found.end() + _PLACE_LENGTH)
        if found.start() < place or end < 0 and not found[0].endswith("/>"):
            continue
        kept.append(text[place : found.start()])
        place = found.end() if found[0].endswith("/>") else end + len(closing)
    return _PLACE_ATTRIBUTE.sub("", "".join(kept) + text[place:])


def notes_in(packet: str) -> list[dict[str, Any]]:
    """The notes that a packet of ours holds; none for one that is not ours or is damaged."""
    return [note for note in _listed("atelier:Provenance", packet) if isinstance(note, dict)]


def works_in(packet: str) -> list[Work]:
    """The works that a packet of ours names."""
    found = []
    for item in _listed("atelier:Works", packet):
        try:
            work = msgspec.convert(item, Work)
        except msgspec.ValidationError:
            continue
        if max(map(len, msgspec.structs.astuple(work))) <= LONGEST:
            found.append(work)
    return found


def types_in(packet: str) -> list[str]:
    """The names of IPTC's source types that a packet says, whoever wrote it."""
    return _FOREIGN_TYPE.findall(packet)


def is_ours_alone(packet: bytes) -> bool:
    """Whether nothing stands in a packet but what we wrote of origin."""
    return "rdf:Description" not in _without_ours(_text(packet)) and b"atelier:" in packet


def _listed(name: str, packet: str) -> list[Any]:
    start = packet.find(f"<{name}>")
    end = packet.find(f"</{name}>", start) if start >= 0 else -1
    if end < 0:
        return []
    try:
        listed = json.loads(unescape(packet[start + len(name) + 2 : end]))
    except (ValueError, RecursionError):
        return []
    return listed if isinstance(listed, list) else []
