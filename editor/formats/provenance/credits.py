"""What an export has to say about its content: how it was made, and whose works it shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from editor.base.translation import tr, tr_count
from editor.commands.notes import shown_subtree
from editor.document.project import Project
from editor.formats.provenance import xmp
from editor.formats.provenance.plain import lines_of
from editor.formats.provenance.rdf import SOURCE_TYPES, Element, elements, rights_of, spaces_of
from editor.formats.provenance.reading import own_work_in
from editor.formats.provenance.shown import EVERYTHING_SHOWN, Scope, shown_records
from editor.formats.provenance.wishes import ALL, NoteWishes
from editor.formats.provenance.works import Work, work_of
from editor.model.embed import embeds_of
from editor.model.origin import Origin
from editor.model.provenance import Provenance
from editor.model.raster import Layer, PixelLayer, RasterDocument
from editor.model.record import DocumentRecord, Record
from editor.model.video import MediaItem

# IPTC NewsCodes, scheme "Digital Source Type": http://cv.iptc.org/newscodes/digitalsourcetype/
GENERATED = "trainedAlgorithmicMedia"  # all of it comes from a model
WITH_GENERATED = "compositeWithTrainedAlgorithmicMedia"  # some of it does
SYNTHETIC = "compositeSynthetic"  # parts were made up by a method without a trained model
ENHANCED = "algorithmicallyEnhanced"  # corrected by a method, nothing made up
NAMED = 3
"""Works that a report names."""


@dataclass(frozen=True)
class Credits:
    """`notes` in the order met, each once, and `carried` ones that pictures brought along; `source_type` is a name of
    the IPTC scheme, "" where no tool took part; `works` by somebody, in the order met; `unknown` how many of them
    nobody gave a licence."""

    notes: tuple[Provenance, ...]
    source_type: str
    carried: tuple[dict[str, Any], ...] = ()
    works: tuple[Work, ...] = ()
    unknown: int = 0

    def plain(self) -> list[dict[str, Any]]:
        """The notes as data for a file: what was used and how, no ids of ours."""
        own = [plain_note(note) for note in self.notes]
        return [*(note for note in self.carried if note not in own), *own]

    def packet(self, existing: bytes | None = None) -> bytes:
        """An XMP packet that says it, with all that an earlier packet holds."""
        return xmp.merged(existing, self.plain(), self.source_type, self.works)

    def elements(self) -> list[Element]:
        """The same as elements of a graph, for a drawing's metadata."""
        return elements(self.plain(), self.source_type, self.works)

    def spaces(self) -> dict[str, str]:
        """The namespaces of `elements`, by prefix."""
        return spaces_of(self.works)

    def extras(self) -> dict[str, Any]:
        """The same for formats that hold JSON."""
        made = {"digitalSourceType": SOURCE_TYPES + self.source_type} if self.source_type else {}
        told = {"provenance": notes} if (notes := self.plain()) else {}
        return made | told | ({"works": msgspec.to_builtins(self.works)} if self.works else {})

    def lines(self) -> str:
        """The same for formats that hold plain text."""
        return lines_of(self.plain(), self.source_type, self.works)

    def rights(self) -> str:
        """Whose works, a line each; "" for none."""
        return rights_of(self.works)

    def sentence(self) -> str:
        """For a film's comment: which tools made it."""
        names = dict.fromkeys(f"{note['tool']} ({note['model']})" if note.get("model") else note.get("tool", "")
                              for note in self.plain())  # fmt: skip
        if names:
            return tr("The file says how it was made: {tools}.", tools=", ".join(names))
        return tr("The file says how it was made.") if self.source_type else ""

    def sentences(self) -> list[str]:
        """For the report."""
        found = [self.sentence()]
        titles = list(dict.fromkeys(work.title for work in self.works))
        if self.works and len(titles) <= NAMED:
            found.append(tr("The file says whose works it shows: {titles}.", titles=", ".join(titles)))
        elif self.works:
            named = ", ".join(titles[:NAMED])
            found.append(tr("The file says whose works it shows: {titles} and others.", titles=named))
        if self.unknown:
            found.append(tr_count(
                "Of one work nobody said under which licence it may be used.",
                "Of {count} works nobody said under which licence they may be used.", count=self.unknown,
            ))  # fmt: skip
        return [text for text in found if text]


def _encoded(note: dict[str, Any]) -> bytes:
    return msgspec.json.encode(note, order="sorted")


def plain_note(note: Provenance) -> dict[str, Any]:
    fields = msgspec.to_builtins(note)
    wanted = ("tool", "model", "model_sha256", "parameters", "seed", "generated", "consent")
    return {name: fields[name] for name in wanted if fields[name] not in ("", None, {}) and name in fields}


def credits_of(
    project: Project, document: str, scope: Scope | str | None = None, wishes: NoteWishes = ALL
) -> Credits | None:
    """What went into what a document shows, or one page of it, through live links too; None when there is nothing to
    say, or nothing is to be said."""
    if not (wishes.made or wishes.credits):
        return None
    if not isinstance(scope, Scope):
        scope = replace(EVERYTHING_SHOWN, part=scope)
    shown = list(shown_records(project, document, scope))
    packets = {item.id: packet for item in shown if (packet := _packet_of(project, item))}
    made = _Made(project, document, shown, packets)
    notes, carried, source_type = made.told() if wishes.made else ([], [], "")
    works, unknown = _works(project, document, shown, packets, wishes) if wishes.credits else ([], 0)
    if not source_type and not carried and not works and not unknown:
        return None
    return Credits(tuple(notes), source_type, tuple(carried), tuple(works), unknown)


def _packet_of(project: Project, item: Record) -> str:
    """The XMP that a picture brought along."""
    blob = item.metadata.get("xmp") if isinstance(item, RasterDocument) else None
    return project.blobs.get(blob).decode("utf-8", "replace") if blob else ""


@dataclass
class _Made:
    """Which tools made what is shown: by our notes, and by what pictures that came in say of themselves."""

    project: Project
    document: str
    shown: Sequence[Record]
    packets: dict[str, str]

    def told(self) -> tuple[list[Provenance], list[dict[str, Any]], str]:
        notes = {_encoded(plain_note(item)): item for item in self.shown if isinstance(item, Provenance)}
        carried = {_encoded(note): note for packet in self.packets.values() for note in xmp.notes_in(packet)}
        own = list(notes.values())
        types = [self._part(key, name) for key, packet in self.packets.items() for name in xmp.types_in(packet)]
        if own:
            types.append(_source_type(self.project, self.document, own))
        return own, list(carried.values()), xmp.strongest(types)

    def _part(self, key: str, name: str) -> str:
        """What is true of a picture, for a document that shows it among other things."""
        return name if key == self.document or name != GENERATED else WITH_GENERATED


def _works(
    project: Project, document: str, shown: Iterable[Record], packets: dict[str, str], wishes: NoteWishes
) -> tuple[list[Work], int]:
    """Works with a note of origin, those that a library knows by their file, and those that pictures name."""
    found: dict[tuple[str, ...], Work] = {}
    unknown: set[str] = set()
    noted = {item.parent: item for item in shown if isinstance(item, Origin)}

    def add(work: Work | None, key: str) -> None:
        if work is None or not work.says_something:
            unknown.update({key} if work is not None else ())
            return
        found.setdefault((work.title, work.author, work.licence, work.source), work)
        unknown.update(() if work.licence else {key})

    for item in shown:
        if isinstance(item, Origin):
            add(wishes.known.get(item.hash) or work_from(item), item.hash)
        elif isinstance(item, MediaItem) and item.id not in noted:
            add(wishes.known.get(item.facts.media), item.facts.media)
        for work in xmp.works_in(packets.get(item.id, "")):
            add(work, work.title)
        if item.id in packets and item.id != document and item.id not in noted:
            add(_work_of_packet(packets[item.id], getattr(item, "name", "")), item.id)
    return list(found.values()), len(unknown)


def _work_of_packet(packet: str, title: str) -> Work | None:
    """What a picture that another document shows says of itself, where we did not write it."""
    work = own_work_in(packet.encode())
    return None if work is None or not work.says_something else msgspec.structs.replace(work, title=title)


def work_from(note: Origin) -> Work:
    """As it was noted when the work came in."""
    return work_of(Path(note.name).stem or note.name, note.author, note.licence, note.source)


def _source_type(project: Project, document: str, notes: Sequence[Provenance]) -> str:
    generated = [note for note in notes if note.generated]
    if not generated:
        return ENHANCED
    if not any(note.model_sha256 for note in generated):
        return SYNTHETIC
    return GENERATED if _is_all_generated(project, document) else WITH_GENERATED


def _is_all_generated(project: Project, document: str) -> bool:
    """Whether a model made everything that is seen: the document says so, or every layer of pixels does."""
    if _is_generated(project, document):
        return True
    if not isinstance(project.find(document, DocumentRecord), RasterDocument):
        return False
    layers = [item for key in shown_subtree(project, document) if isinstance(item := project.get(key), Layer)]
    pixels = [item for item in layers if isinstance(item, PixelLayer) and project.index.children(item.id)]
    others = [item for item in layers if not isinstance(item, PixelLayer) and list(embeds_of(item))]
    return bool(pixels) and not others and all(_is_generated(project, item.id) for item in pixels)


def _is_generated(project: Project, key: str) -> bool:
    notes = project.children(key, Provenance)
    return bool(notes) and all(note.generated and note.model_sha256 for note in notes)
