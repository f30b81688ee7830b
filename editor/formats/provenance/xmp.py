"""XMP packets: our own element beside whatever a picture carries already.

Sources: ISO 16684-1 (packets and RDF), IPTC Photo Metadata Standard 2023.1 (Iptc4xmpExt:DigitalSourceType). What a
packet holds is kept as text, byte for byte: it is never parsed, so nothing foreign can be lost or run.
"""

import json
import re
from typing import Any
from xml.sax.saxutils import escape, unescape

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OURS = "https://atelier.invalid/ns/provenance/1.0/"
"""A name, not an address: no reader looks it up."""
SPACES = {"rdf": RDF, "Iptc4xmpExt": IPTC, "atelier": OURS}
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{rdf}">{content}\n'
    '</rdf:RDF></x:xmpmeta>\n<?xpacket end="w"?>'
)
STRENGTH = (
    "algorithmicallyEnhanced", "compositeSynthetic", "compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia",
)  # fmt: skip
"""The types that we give, weakest first."""
_OUR_BLOCK = re.compile(r"\s*<rdf:Description[^>]*xmlns:atelier=\"[^\"]*\".*?</rdf:Description>", re.DOTALL)
_OUR_NOTES = re.compile(r"<atelier:Provenance>(.*?)</atelier:Provenance>", re.DOTALL)
_FOREIGN_TYPE = re.compile(re.escape(SOURCE_TYPES) + r"(\w+)")
END_OF_GRAPH = re.compile(r"</(?:\w+:)?RDF\s*>")
CONTROL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def merged(existing: bytes | None, notes: list[dict[str, Any]], source_type: str) -> bytes:
    """A packet with the notes, after those that an earlier packet of ours holds, and everything else in it."""
    text = (existing or b"").decode("utf-8", "replace").strip("\x00")
    earlier = notes_in(text)
    notes = [*earlier, *(note for note in notes if note not in earlier)]
    text, types = _OUR_BLOCK.sub("", text), _FOREIGN_TYPE.findall(text)
    source_type = strongest([source_type, *types]) if earlier or types else source_type
    has_type = _FOREIGN_TYPE.search(text) is not None
    text = _FOREIGN_TYPE.sub(SOURCE_TYPES + source_type, text)
    ours = block(notes, "" if has_type else source_type)
    end = next(reversed(list(END_OF_GRAPH.finditer(text))), None)
    if end is None:
        return PACKET.format(rdf=RDF, content=ours).encode()
    return f"{text[: end.start()].rstrip()}{ours}\n{text[end.start() :]}".encode()


def strongest(types: list[str]) -> str:
    """One type for a picture that several are true of: something real beside something generated is a composite."""
    known = [name for name in types if name in STRENGTH]
    if "trainedAlgorithmicMedia" in known and set(types) != {"trainedAlgorithmicMedia"}:
        return "compositeWithTrainedAlgorithmicMedia"
    return max(known, key=STRENGTH.index)


def block(notes: list[dict[str, Any]], source_type: str) -> str:
    """Our element of the graph; without a type where the packet says one already."""
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in SPACES.items())
    inside = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in properties(notes, source_type).items())
    return f'\n<rdf:Description {spaces} rdf:about="">{inside}</rdf:Description>'


def properties(notes: list[dict[str, Any]], source_type: str) -> dict[str, str]:
    """What our element says, by qualified name; for formats that hold RDF inside XML of their own."""
    kind = {"Iptc4xmpExt:DigitalSourceType": SOURCE_TYPES + source_type} if source_type else {}
    told = json.dumps(notes, ensure_ascii=False, sort_keys=True)
    return {**kind, "atelier:Provenance": CONTROL.sub("", told)}


def notes_in(packet: str) -> list[dict[str, Any]]:
    """The notes that a packet of ours holds; none for one that is not ours or is damaged."""
    found = _OUR_NOTES.search(packet)
    if found is None:
        return []
    try:
        notes = json.loads(unescape(found[1]))
    except (ValueError, RecursionError):
        return []
    return [note for note in notes if isinstance(note, dict)] if isinstance(notes, list) else []
