"""What files say about whose they are: read back out of what we and others wrote.

A packet is text from anywhere. It is bounded, refused where it declares a document type (so no entity is ever expanded,
none fetched), and what cannot be read says nothing: a note is never a reason to refuse a file.
"""

import gzip
import json
import mmap
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from editor.formats.provenance import xmp
from editor.formats.provenance.licences import licence_at
from editor.formats.provenance.plain import read_lines
from editor.formats.provenance.rdf import CC, DC, IPTC, OURS, RDF, RIGHTS
from editor.formats.provenance.works import LONGEST, Work, as_one, plain_work, work_of
from editor.model.provenance import Provenance
from render.image_io.packets import LONGEST as LONGEST_PACKET
from render.image_io.packets import packet_in
from render.image_io.writers.notes import text_of_comments

WHOLE = 64 << 20
"""Bytes of a file that is looked through; of a larger one, its beginning and its end."""
EDGE = 8 << 20
NOTED = ("tool", "model", "model_sha256", "parameters", "seed", "generated", "consent")
_TEXTS = ("hdr", "rgbe", "pnm", "ppm", "pgm", "pbm", "pam")
_ENTITIES = ("<!DOCTYPE", "<!ENTITY")


def work_of_file(path: Path) -> Work | None:
    """Whose file it is and on what terms, as it says itself or a sidecar beside it does; None when nobody says."""
    try:
        if path.suffix.lower() == ".glb":
            return _of_works(_works_of_model(path))
        packet = packet_of_file(path) or _sidecar_of(path)
    except (OSError, ValueError, RecursionError, EOFError, zlib.error, struct.error):
        return None
    return work_in(packet) if packet else None


def packet_of_file(path: Path) -> bytes | None:
    """The packet that a file holds, made of its comments where it holds no more. Raises OSError."""
    extension = path.suffix.lower().removeprefix(".")
    if extension in _TEXTS:
        return _packet_of_comments(path)
    if extension == "svgz":
        with gzip.open(path) as packed:
            return packet_in(packed.read(LONGEST_PACKET * 8))
    size = path.stat().st_size
    if not size:
        return None
    with path.open("rb") as file:
        if size <= WHOLE:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return packet_in(data, last=extension == "pdf")
        first = file.read(EDGE)
        file.seek(-EDGE, 2)
        return packet_in(first) or packet_in(file.read(EDGE), last=extension == "pdf")


def work_in(packet: bytes | None) -> Work | None:
    """Whose work a packet says its picture is; None when it says nothing of that, or cannot be trusted to be read."""
    works = xmp.works_in((packet or b"").decode("utf-8", "replace"))
    own = own_work_in(packet)
    if works:
        return _of_works([*([own] if own is not None else []), *works])
    return own if own is not None and own.says_something else None


def own_work_in(packet: bytes | None) -> Work | None:
    """Whose a picture is beside the works that our notes name in it; None when nobody said anything of that."""
    works = xmp.works_in((packet or b"").decode("utf-8", "replace"))
    said = _said_in(xmp.without_ours(packet) if packet and works else packet)
    joined = {_short(work.author) for work in works}
    names = dict.fromkeys(_items(said, f"{{{DC}}}creator") or _items(said, f"{{{CC}}}attributionName")[:1])
    authors = [name for name in names if name not in joined]
    spoken = " ".join([*_items(said, f"{{{RIGHTS}}}UsageTerms"), *_items(said, f"{{{DC}}}rights")])
    terms = [*_items(said, f"{{{CC}}}license"), *_items(said, f"{{{RIGHTS}}}WebStatement"), *spoken.split()]
    licence = next(filter(None, map(licence_at, terms)), "")
    sources = [*_items(said, f"{{{CC}}}attributionURL"), *_items(said, f"{{{DC}}}source")]
    return work_of("", ", ".join(authors), licence, next(iter(sources), "")) if authors or terms or sources else None


def known_notes(packet: str) -> list[dict[str, Any]]:
    """The notes of a packet that are such as we write them, as parameters of `project.note_provenance`."""
    found = []
    for note in xmp.notes_in(packet):
        try:
            read = msgspec.to_builtins(msgspec.convert({**note, "id": "", "type": Provenance.kind}, Provenance))
        except msgspec.ValidationError:
            continue
        found.append({name: read[name] for name in NOTED if name in read})
    return found


def graph_of(packet: bytes | None) -> ElementTree.Element | None:
    """A packet parsed, or None for what is none, is too long or declares a document type."""
    text = (packet or b"").decode("utf-8", "replace").strip("\x00\ufeff \r\n\t")
    if not text or len(text) > LONGEST_PACKET or any(mark in text for mark in _ENTITIES):
        return None
    try:
        return ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError):
        return None


def _said_in(packet: bytes | None) -> dict[str, list[str]]:
    """The texts that a packet says of its picture, by name; what stands in structures is not its own."""
    found: dict[str, list[str]] = {}
    root = graph_of(packet)
    for about in root.iter(f"{{{RDF}}}Description") if root is not None else ():
        if f"{{{RDF}}}about" not in about.attrib:
            continue
        for name, value in about.attrib.items():
            found.setdefault(name, []).append(_short(value))
        for child in about:
            if child.tag not in (f"{{{IPTC}}}ArtworkOrObject", f"{{{OURS}}}Works"):
                found.setdefault(child.tag, []).extend(_texts(child))
    return found


def _texts(element: ElementTree.Element) -> Iterator[str]:
    resource = element.attrib.get(f"{{{RDF}}}resource")
    items = [item.text for item in element.iter(f"{{{RDF}}}li")] or [resource or element.text]
    return (_short(text) for text in items if text and text.strip())


def _items(said: dict[str, list[str]], name: str) -> list[str]:
    return said.get(name, [])[:100]


def _short(text: str) -> str:
    return " ".join(xmp.CONTROL.sub("", text).split())[:LONGEST]


def _of_works(works: list[Work]) -> Work | None:
    return as_one(works) if works else None


def _sidecar_of(path: Path) -> bytes | None:
    """What stands in an XMP file beside a picture, named as one of the two customs has it."""
    for beside in (path.with_name(f"{path.name}.xmp"), path.with_suffix(".xmp")):
        if beside != path and beside.is_file() and beside.stat().st_size <= LONGEST_PACKET:
            return packet_in(beside.read_bytes())
    return None


def _packet_of_comments(path: Path) -> bytes | None:
    """The head of a Radiance or netpbm file: lines of text until something else comes."""
    with path.open("rb") as file:
        head = file.read(LONGEST_PACKET).split(b"\n\n", 1)[0]
    lines = []
    for line in head.split(b"\n")[1:]:
        if line.startswith(b"# "):
            lines.append(line[2:].decode("utf-8", "replace"))
        elif line and not line[:1].isalpha():
            break
    notes, source_type, works = read_lines(text_of_comments(lines))
    return xmp.merged(None, notes, source_type, works) if notes or source_type or works else None


def _works_of_model(path: Path) -> list[Work]:
    """Of a GLB file: its first chunk is JSON."""
    with path.open("rb") as file:
        head = file.read(20)
        if len(head) < 20 or head[:4] != b"glTF" or head[16:20] != b"JSON":
            return []
        (length,) = struct.unpack_from("<I", head, 12)
        told: Any = json.loads(file.read(length)) if length <= WHOLE else {}
    asset = told.get("asset") if isinstance(told, dict) else None
    extras = asset.get("extras") if isinstance(asset, dict) else None
    works = extras.get("works") if isinstance(extras, dict) else None
    try:
        found = [plain_work(work) for work in msgspec.convert(works or [], list[Work])]
    except msgspec.ValidationError:
        return []
    return [work for work in found if max(map(len, msgspec.structs.astuple(work))) <= LONGEST]
