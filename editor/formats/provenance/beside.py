"""Files beside an export: its credits as a text, and an XMP sidecar for a picture whose format holds no notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.document.project import Project
from editor.formats.doors import save_bytes
from editor.formats.provenance import xmp
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.wishes import NoteWishes
from editor.formats.provenance.works import Work, sentence
from editor.formats.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence


WHOLE = b"<?atelier all of this sidecar was written by an export?>"


def credits_beside(path: Path) -> Path:
    """What the credits of an export are called: name.credits.txt."""
    return path.with_name(f"{path.stem}.credits.txt")


def sidecar_of(path: Path) -> Path:
    """What an export's sidecar is called: name.bmp.xmp."""
    return path.with_name(f"{path.name}.xmp")


def write_credits_of(
    project: Project, document: str, scope: Scope, path: Path, wishes: NoteWishes, report: Report
) -> Report:
    """Write the credits of what a file shows beside it, and say so. Raises ExpectedError when that cannot be."""
    told = credits_of(project, document, scope, replace(wishes, made=False, credits=True))
    return replace(report, noted=(*report.noted, *write_credits(path, told.works if told is not None else ())))


def write_credits(path: Path, works: Sequence[Work]) -> list[str]:
    """The sentences for the report: where they are, or that there are none. What another hand wrote stays as it is."""
    places = (credits_beside(path), path.with_name(f"{path.name}.credits.txt"))
    ours = [candidate for candidate in places if _signed(path) in _last_line(candidate)]
    if not works:
        for stale in ours:
            _remove(stale)
        return [
            tr("It shows nobody’s works that are to be credited: no credits file was written."),
            *(tr("The earlier one is removed: {name}.", name=stale.name) for stale in ours),
        ]
    place = next(iter([*ours, *(free for free in places if not free.exists())]), None)
    if place is None:
        raise ExpectedError(
            tr("{name} was not written by an export of this file, and stays as it is.", name=places[1].name),
            tr("Rename it, and export again."),
        )
    lines = (f"{' '.join(_line(work).split())}\n" for work in works)
    save_bytes(place, "".join([*lines, f"{_signed(path)}\n"]).encode("utf-8", "replace"))
    return [tr("The credits are in {name}.", name=place.name)]


def write_sidecar(path: Path, packet: bytes) -> str:
    """The sentence for the report. What another program keeps in a sidecar stays there, and only our notes join it."""
    place = sidecar_of(path)
    before = _bytes(place)
    if not before or WHOLE in before or xmp.is_ours_alone(before):
        save_bytes(place, WHOLE + b"\n" + packet)
        return tr("What the file could not hold is in {name}.", name=place.name)
    if xmp.is_broken(before):
        raise ExpectedError(
            tr("{name} was not written by an export of this file, and stays as it is.", name=place.name),
            tr("Rename it, and export again."),
        )
    text = packet.decode("utf-8", "replace")
    kind = xmp.strongest(xmp.types_in(text))
    save_bytes(place, xmp.merged(xmp.without_ours(before), xmp.notes_in(text), kind, xmp.works_in(text)))
    return tr("{name} belongs to another program: how it was made and whose works it shows joined it.", name=place.name)


def _signed(path: Path) -> str:
    """The last line of a credits file: whose credits they are, so that no other file's are written over."""
    return f"[Atelier: {' '.join(path.name.split())}]"


def _last_line(place: Path) -> list[str]:
    return _bytes(place).decode("utf-8", "replace").splitlines()[-1:]


def _remove(place: Path) -> None:
    try:
        place.unlink(missing_ok=True)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be removed: {reason}.", name=place.name, reason=error.strerror or str(error))
        ) from error


def _bytes(place: Path) -> bytes:
    try:
        return place.read_bytes() if place.is_file() else b""
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be read: {reason}.", name=place.name, reason=error.strerror or str(error))
        ) from error


def _line(work: Work) -> str:
    return f"{sentence(work)}{f' ({work.licence_address})' if work.licence_address else ''}"
