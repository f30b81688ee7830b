"""What an export has to say about how its content was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from editor.base.translation import tr
from editor.commands.notes import shown_subtree
from editor.document.project import Project
from editor.formats.provenance import xmp
from editor.model.embed import embeds_of
from editor.model.provenance import Provenance
from editor.model.raster import Layer, PixelLayer, RasterDocument
from editor.model.record import DocumentRecord, Record
from editor.model.vector import Page, VectorDocument

# IPTC NewsCodes, scheme "Digital Source Type": http://cv.iptc.org/newscodes/digitalsourcetype/
GENERATED = "trainedAlgorithmicMedia"  # all of it comes from a model
WITH_GENERATED = "compositeWithTrainedAlgorithmicMedia"  # some of it does
SYNTHETIC = "compositeSynthetic"  # parts were made up by a method without a trained model
ENHANCED = "algorithmicallyEnhanced"  # corrected by a method, nothing made up


@dataclass(frozen=True)
class Credits:
    """`notes` in the order met, each once; `source_type` is a name of the IPTC scheme."""

    notes: tuple[Provenance, ...]
    source_type: str

    def plain(self) -> list[dict[str, Any]]:
        """The notes as data for a file: what was used and how, no ids of ours."""
        return [plain_note(note) for note in self.notes]

    def packet(self, existing: bytes | None = None) -> bytes:
        """An XMP packet that says it, with all that an earlier packet holds."""
        return xmp.merged(existing, self.plain(), self.source_type)

    def properties(self) -> dict[str, str]:
        """The same by qualified XML name, for a drawing's metadata; `xmp.SPACES` has the namespaces."""
        return xmp.properties(self.plain(), self.source_type)

    def extras(self) -> dict[str, Any]:
        """The same for formats that hold JSON."""
        return {"digitalSourceType": xmp.SOURCE_TYPES + self.source_type, "provenance": self.plain()}

    def sentence(self) -> str:
        """For the report and for a film's comment."""
        names = dict.fromkeys(f"{note.tool} ({note.model})" if note.model else note.tool for note in self.notes)
        return tr("The file says how it was made: {tools}.", tools=", ".join(names))


def plain_note(note: Provenance) -> dict[str, Any]:
    fields = msgspec.to_builtins(note)
    wanted = ("tool", "model", "model_sha256", "parameters", "seed", "generated", "consent")
    return {name: fields[name] for name in wanted if fields[name] not in ("", None, {}) and name in fields}


def credits_of(project: Project, document: str, part: str | None = None) -> Credits | None:
    """What went into a document, or one page of it, through live links too; None when no tool took part."""
    if next(iter(project.index.of_type(Provenance)), None) is None:
        return None
    shown = list(_shown(project, document, part, {document}))
    notes = {msgspec.json.encode(plain_note(item), order="sorted"): item for item in shown
             if isinstance(item, Provenance)}
    if not notes:
        return None
    found = tuple(notes.values())
    return Credits(found, _source_type(project, document, found))


def _shown(project: Project, document: str, part: str | None, seen: set[str]) -> Iterator[Record]:
    """The records that are drawn, those of embedded documents too."""
    for key in _keys(project, document, part):
        item = project.get(key)
        if item is None:
            continue
        yield item
        for embed in embeds_of(item):
            if embed.document not in seen:
                seen.add(embed.document)
                yield from _shown(project, embed.document, embed.part, seen)


def _keys(project: Project, document: str, part: str | None) -> list[str]:
    """A document's records; of one with pages only those of the page that is asked for, and what pages share."""
    page = project.get(part) if part is not None else None
    if not isinstance(project.get(document), VectorDocument) or not isinstance(page, Page):
        return shown_subtree(project, document)
    others = {item.id for item in project.children(document, Page) if item.id != part}
    shared = [key for child in project.index.children(document) if child not in others
              for key in shown_subtree(project, child)]
    return [document, *shared]


def _source_type(project: Project, document: str, notes: tuple[Provenance, ...]) -> str:
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
