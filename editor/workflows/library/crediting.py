"""Whose works a project shows: read from its notes of origin, told as an artist needs them for the end of a film or a
page of thanks."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import msgspec

from editor.base.translation import tr, tr_count
from editor.document.project import Project
from editor.formats.provenance.licences import address_of
from editor.formats.provenance.works import Work, sentence, work_of
from editor.library.asset import Asset
from editor.library.library import Library
from editor.model.origin import Origin
from editor.storage import open_project
from editor.storage.media import MediaRow

CreditForm = Literal["text", "markdown", "csv", "json"]
FORMULAS = "=+-@\t\r"
"""What a spreadsheet would take for a formula when a text begins with it."""


class CreditLine(Work, frozen=True, kw_only=True, omit_defaults=False):
    """One work and where the project shows it."""

    file: str = ""
    used_in: tuple[str, ...] = ()


def credits_of(project: Project, library: Library | None = None, media: Iterable[Path] = ()) -> list[CreditLine]:
    """Every asset with a note of origin once, and films and sounds that lie where an asset of the library does, by
    title. What the library knows by now goes before what was noted when the asset was brought in."""
    found: dict[str, CreditLine] = {}
    for note in project.records.values():
        if isinstance(note, Origin):
            line = found.get(note.hash) or _line_of(note, library)
            found[note.hash] = _used(line, _document_of(project, note))
    for path in media:
        asset = library.at(path) if library is not None else None
        if asset is not None and asset.hash not in found:
            found[asset.hash] = _line(asset.label, asset.author, asset.licence, asset.source, asset.name)
    return sorted(found.values(), key=lambda line: (line.title.casefold(), line.file))


def credits_of_file(path: Path, library: Library | None = None) -> list[CreditLine]:
    """Of a project on the disk, which is only read. Raises ExpectedError when it cannot be."""
    with open_project(path, read_only=True) as opened:
        media = [Path(row.path) for row in opened.media.rows()]
        return credits_of(opened.project, library, media)


def known_works(project: Project, library: Library, media: Iterable[MediaRow] = ()) -> dict[str, Work]:
    """What a library knows by now of what a project shows: by the hash of notes of origin, and by the ids of media
    rows whose files are assets. Exports say that, where else they would say what was noted long ago."""
    found: dict[str, Work] = {}
    for note in project.records.values():
        if isinstance(note, Origin) and note.hash not in found:
            asset = library.grown_from(note.hash)
            if asset is not None:
                found[note.hash] = work_of(
                    asset.label, asset.author or note.author, asset.licence or note.licence, asset.source or note.source
                )
    for row in media:
        there = library.at(Path(row.path))
        if there is not None:
            found[row.id] = _work(there)
    return found


def _work(asset: Asset) -> Work:
    return work_of(asset.label, asset.author, asset.licence, asset.source)


def unknown_among(lines: Iterable[CreditLine]) -> list[CreditLine]:
    """Those about which nobody said under which licence they may be used."""
    return [line for line in lines if not line.licence]


def unknown_sentence(lines: Iterable[CreditLine]) -> str:
    """What is to be looked up before the work is shown to others; "" when all is known."""
    count = len(unknown_among(lines))
    if not count:
        return ""
    return tr_count(
        "Of one work nobody said under which licence it may be used.",
        "Of {count} works nobody said under which licence they may be used.",
        count=count,
    )


def written(lines: Iterable[CreditLine], form: CreditForm) -> str:
    """All lines in a form that others read, with a line feed at the end."""
    known = list(lines)
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(known), indent=1).decode("utf-8") + "\n"
    if form == "csv":
        return _as_csv(known)
    if form == "markdown":
        return "".join(f"- {_as_markdown(line)}\n" for line in known)
    return "".join(" ".join(sentence(line).splitlines()) + "\n" for line in known)


def _line_of(note: Origin, library: Library | None) -> CreditLine:
    asset = library.grown_from(note.hash) if library is not None else None
    if asset is None:
        return _line(Path(note.name).stem or note.name, note.author, note.licence, note.source, note.name)
    author, licence = asset.author or note.author, asset.licence or note.licence
    return _line(asset.label, author, licence, asset.source or note.source, note.name or asset.name)


def _line(title: str, author: str, licence: str, source: str, file: str) -> CreditLine:
    return CreditLine(
        title=title, author=author, licence=licence, licence_address=address_of(licence), source=source, file=file
    )


def _used(line: CreditLine, document: str) -> CreditLine:
    if not document or document in line.used_in:
        return line
    return msgspec.structs.replace(line, used_in=(*line.used_in, document))


def _document_of(project: Project, note: Origin) -> str:
    return str(getattr(project.document_of(note.id), "name", ""))


def _as_markdown(line: CreditLine) -> str:
    title = f"[{_escaped(line.title)}]({line.source})" if _is_address(line.source) else f"*{_escaped(line.title)}*"
    licence = _escaped(line.licence or tr("licence not known"))
    if line.licence_address:
        licence = f"[{licence}]({line.licence_address})"
    by = tr("by {author}", author=_escaped(line.author)) if line.author else ""
    return ", ".join(part for part in (f"{title} {by}".strip(), licence) if part)


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://")) and not any(letter in text for letter in " ()<>\n")


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in " ".join(text.split()))


def _as_csv(lines: list[CreditLine]) -> str:
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(("title", "author", "licence", "licence_address", "source", "file", "used_in"))
    for line in lines:
        row = (line.title, line.author, line.licence, line.licence_address, line.source, line.file)
        table.writerow([_harmless(text) for text in (*row, "; ".join(line.used_in))])
    return stream.getvalue()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(tuple(FORMULAS)) else text
