"""Keywords and a summary go into exported pictures and PDFs, beside what the file says already."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.pdf import export_pdf
from editor.formats.provenance.subject import with_subject
from editor.formats.registry import export_document
from editor.workflows.ai.similar_reading import read_sample


def described(family: str) -> tuple[Project, str]:
    project = Project.in_memory()
    document = run(project, f"{family}.new_document", name="Harbour", width=40, height=30)
    run(project, "project.describe", document=document, keywords=("boats & ropes", "évening"), summary="A <calm> sea.")
    return project, document


def exported(project: Project, document: str, path: Path) -> Path:
    display = Display(project)
    try:
        export_document(display, document, path)
    finally:
        display.close()
    return path


def test_a_picture_carries_its_keywords(tmp_path: Path) -> None:
    project, document = described("raster")
    for name in ("a.png", "a.jpg", "a.webp"):
        path = exported(project, document, tmp_path / name)
        with Image.open(path) as opened:
            packet = opened.info.get("xmp") or opened.info.get("XML:com.adobe.xmp") or b""
        text = packet.decode() if isinstance(packet, bytes) else packet
        assert "<rdf:li>boats &amp; ropes</rdf:li>" in text and "A &lt;calm&gt; sea." in text
        assert read_sample(path).keywords == "boats & ropes, évening"
        assert "DigitalSourceType" not in text, "keywords do not change how the picture was made"


def test_a_pdf_carries_them_too() -> None:
    project, document = described("vector")
    display = Display(project)
    try:
        data, _report = export_pdf(display, document)
    finally:
        display.close()
    assert re.search("<rdf:li>évening</rdf:li>".encode(), data)


def test_what_a_file_says_already_stays() -> None:
    project, document = described("raster")
    first = with_subject(project, document, None)
    assert first is not None and with_subject(project, document, first) == first
    foreign = first.replace(b"<rdf:li>boats &amp; ropes</rdf:li>", b"<rdf:li>ship</rdf:li>")
    merged = with_subject(project, document, foreign)
    assert merged is not None
    assert re.findall(rb"<rdf:li>(.*?)</rdf:li>", merged) == [
        b"ship", "évening".encode(), b"boats &amp; ropes",
    ]  # fmt: skip
    assert merged.count(b"<dc:subject>") == merged.count(b"<dc:description>") == 1


def test_nothing_known_changes_nothing() -> None:
    project = Project.in_memory()
    document = run(project, "raster.new_document", width=4, height=4)
    assert with_subject(project, document, None) is None
    assert with_subject(project, document, b"<x/>") == b"<x/>"
