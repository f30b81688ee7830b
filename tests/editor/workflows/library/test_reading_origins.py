"""Files that say whose they are keep that in the library, and bring it into projects: author, licence, source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.provenance.reading import work_of_file
from editor.formats.provenance.wishes import NoteWishes
from editor.formats.registry import ExportOptions, export_document
from editor.library.asset import Credits
from editor.library.edits import edit_assets
from editor.library.library import Library
from editor.model.origin import Origin
from editor.workflows.library.crediting import known_works
from editor.workflows.library.looking import look_at
from editor.workflows.library.placing import place_files
from editor.workflows.library.updating import look_at_new


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = Library(tmp_path / "library")
    yield opened
    opened.close()


def export(project: Project, document: str, path: Path, notes: NoteWishes | None = None) -> None:
    display = Display(project)
    try:
        export_document(display, document, path, ExportOptions(notes=notes or NoteWishes()))
    finally:
        display.close()


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """A picture that shows Ann's oak."""
    project = Project.in_memory()
    document = run(project, "raster.new_document", name="Wood", width=32, height=24, background="#225522")
    run(project, "project.note_origin", record=document, content="a" * 40, name="oak.png", author="Ann",
        licence="CC-BY-4.0", source="https://a.example/oak")  # fmt: skip
    export(project, document, tmp_path / "wood.png")
    return tmp_path / "wood.png"


def test_what_a_file_says_is_kept_and_goes_on_into_projects(library: Library, shown: Path, tmp_path: Path) -> None:
    [key] = library.take_in([shown], copy=True).added
    look_at_new(library)
    asset = library.asset(key)
    assert (asset.author, asset.licence, asset.source) == ("Ann", "CC-BY-4.0", "https://a.example/oak")
    assert asset.label == "wood"
    project = Project.in_memory()
    page = run(project, "vector.new_document", name="Page", width=200.0, height=100.0)
    place_files(project, [library.file_of(asset)], page, known=lambda path: asset)
    [note] = [item for item in project.records.values() if isinstance(item, Origin)]
    assert (note.author, note.licence) == ("Ann", "CC-BY-4.0")
    export(project, page, tmp_path / "page.pdf")
    found = work_of_file(tmp_path / "page.pdf")
    assert found is not None
    assert (found.author, found.licence) == ("Ann", "CC-BY-4.0")
    edit_assets(library.catalogue, [key], author="Ann Élan", licence="CC0-1.0")
    known = NoteWishes(known=known_works(project, library))
    assert known.known[asset.hash].title == "wood"
    export(project, page, tmp_path / "now.gif", known)
    assert b"CC0-1.0" in (tmp_path / "now.gif").read_bytes()
    assert "Ann Élan".encode() in (tmp_path / "now.gif").read_bytes()


def test_one_who_knows_goes_before_a_file(library: Library, shown: Path) -> None:
    [key] = library.take_in([shown], copy=True, known=Credits(author="Bob")).added
    look_at_new(library)
    assert (library.asset(key).author, library.asset(key).licence) == ("Bob", "")


def test_a_claim_that_is_no_licence_is_none(tmp_path: Path) -> None:
    from PIL import Image

    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description rdf:about="" xmlns:atelier="https://atelier.invalid/ns/provenance/1.0/">'
        b'<atelier:Works>[{"title": "x", "author": "Eve", "licence": "all &lt;b&gt;yours"}]</atelier:Works>'
        b"</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png", pnginfo=_with_packet(packet))
    look = look_at(tmp_path / "a.png", "image")
    assert (look.author, look.licence, look.source) == ("Eve", "", "")


def _with_packet(packet: bytes) -> object:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_itxt("XML:com.adobe.xmp", packet.decode())
    return info
