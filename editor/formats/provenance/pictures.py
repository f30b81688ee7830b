"""What a picture file gets to say, by what its format holds: an XMP packet, plain lines, or nothing.

What was made with a model is never lost silently: where the file cannot hold it, the report says so.
"""

from dataclasses import replace
from pathlib import Path

from editor.base.translation import tr
from editor.formats.provenance import xmp
from editor.formats.provenance.beside import write_sidecar
from editor.formats.provenance.plain import lines_of
from editor.formats.provenance.wishes import NoteWishes
from editor.formats.report import ReportBuilder
from render.image_io.exif import without_place
from render.image_io.formats import format_of_name
from render.image_io.prepared import Abilities
from render.image_io.values import Metadata
from render.image_io.write import FORMATS

ROOM = {"jpeg": 65_000}
"""Bytes of a packet where a format bounds it: one segment of a JPEG file (ISO 16684-3, section 6.1)."""
NO_FORMAT = Abilities()


def holds_notes(path: Path) -> bool:
    """Whether a picture of this name can say anything."""
    held = FORMATS.get(format_of_name(path.name) or "", NO_FORMAT)
    return held.xmp or held.text


def cleaned(packet: bytes | None, wishes: NoteWishes, report: ReportBuilder) -> bytes | None:
    """What a picture brought along, as far as it is wished."""
    if packet is None:
        return None
    if xmp.is_broken(packet):
        report.converted(tr("What the picture said of itself could not be read, and is left out."))
        return None
    if wishes.kept:
        if not wishes.place and xmp.says_place(packet):
            _say_no_place(report)
        return xmp.without(packet, made=wishes.made, works=wishes.credits, place=wishes.place)
    text = packet.decode("utf-8", "replace")  # only how it was made and whose works it shows
    notes, works = xmp.notes_in(text) if wishes.made else [], xmp.works_in(text) if wishes.credits else []
    kind = xmp.strongest(xmp.types_in(text)) if wishes.made else ""
    return xmp.merged(None, notes, kind, works) if notes or works or kind else None


def fitted(metadata: Metadata, path: Path, wishes: NoteWishes, report: ReportBuilder) -> Metadata:
    """A picture's metadata as its file will hold it. Writes a sidecar where that is wished and needed."""
    name = format_of_name(path.name) or ""
    held = FORMATS.get(name, NO_FORMAT)
    metadata = _wished(metadata, wishes, report)
    packet = metadata.xmp
    if packet is None:
        return metadata
    text = packet.decode("utf-8", "replace")
    lines = lines_of(xmp.notes_in(text), xmp.strongest(xmp.types_in(text)), xmp.works_in(text))
    if held.xmp:
        packet = _in_room(packet, ROOM.get(name, len(packet)), report)
        return replace(metadata, xmp=packet, text=lines or None)
    if lines and not held.text:
        report.converted(tr(
            "{format} files hold no notes: this one does not say how it was made and whose works it shows.",
            format=name.upper(),
        ))  # fmt: skip
    if wishes.sidecar:
        report.noted(write_sidecar(path, packet))
    only_ours = xmp.is_ours_alone(packet)
    return replace(metadata, xmp=None if wishes.sidecar or only_ours else packet, text=lines or None)


def _wished(metadata: Metadata, wishes: NoteWishes, report: ReportBuilder) -> Metadata:
    packet = cleaned(metadata.xmp, wishes, report)
    if not wishes.kept:
        return replace(metadata, exif=None, xmp=packet)
    if wishes.place:
        return replace(metadata, xmp=packet)
    exif = without_place(metadata.exif)
    if exif != metadata.exif:
        _say_no_place(report)
    return replace(metadata, exif=exif, xmp=packet)


def _say_no_place(report: ReportBuilder) -> None:
    """Once, whether camera data or a packet told it, or both."""
    sentence = tr("Where the picture was taken is left out.")
    if sentence not in report.report().noted:
        report.noted(sentence)


def _in_room(packet: bytes, room: int, report: ReportBuilder) -> bytes:
    """The packet, or as much of it as there is room for: first the options of tools go, then what others wrote, then of
    many works the last ones."""
    if len(packet) <= room:
        return packet
    text = packet.decode("utf-8", "replace")
    notes, works = xmp.notes_in(text), xmp.works_in(text)
    kind = xmp.strongest(xmp.types_in(text))
    short = [{name: value for name, value in note.items() if name != "parameters"} for note in notes]
    report.converted(tr("There was no room for all notes in the file."))
    bare = xmp.without(packet, made=False, works=False, place=True)
    for foreign in (bare, None):
        for said in (notes, short):
            made = xmp.merged(foreign, said, kind, works)
            if len(made) <= room:
                return made
    while len(made) > room and (works or short):
        works, short = works[: len(works) // 2], short if works else short[: len(short) // 2]
        made = xmp.merged(None, short, kind, works)
    return made
