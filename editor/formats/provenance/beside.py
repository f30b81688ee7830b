"""Files beside an export: its credits as a text, and an XMP sidecar for a picture whose format holds no notes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.translation import tr
from editor.document.project import Project
from editor.formats.doors import save_bytes
from editor.formats.provenance.credits import credits_of
from editor.formats.provenance.shown import Scope
from editor.formats.provenance.wishes import NoteWishes
from editor.formats.provenance.works import Work, sentence
from editor.formats.report import Report

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    """The sentences for the report: where they are, or that there are none."""
    if not works:
        return [tr("It shows nobody’s works that are to be credited: no credits file was written.")]
    place = credits_beside(path)
    save_bytes(place, "".join(f"{' '.join(_line(work).split())}\n" for work in works).encode("utf-8", "replace"))
    return [tr("The credits are in {name}.", name=place.name)]


def write_sidecar(path: Path, packet: bytes) -> str:
    """The sentence for the report."""
    place = sidecar_of(path)
    save_bytes(place, packet)
    return tr("What the file could not hold is in {name}.", name=place.name)


def _line(work: Work) -> str:
    return f"{sentence(work)}{f' ({work.licence_address})' if work.licence_address else ''}"
