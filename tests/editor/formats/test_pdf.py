"""PDF out: pages, text as text, pictures of other documents."""

from editor.commands.registry import run
from editor.display.display import Display
from editor.document.project import Project
from editor.formats.pdf import export_pdf
from editor.model.vector import ShadowEffect


def test_pages_and_fonts_are_in_the_file() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", name="Poster", width=100.0, height=50.0, pages=3)
    run(project, "vector.add_text", parent=document, text="Hello")
    shape = run(project, "vector.add_rectangle", parent=document)
    run(project, "vector.set_effects", nodes=(shape,), effects=(ShadowEffect(),))
    display = Display(project)
    data, report = export_pdf(display, document)
    display.close()
    assert data.startswith(b"%PDF")
    assert data.count(b"/Type /Page\n") == 3
    assert b"+Inter-Regular" in data
    assert b"Poster" in data
    assert len(report.converted) == 1


def test_one_page_alone() -> None:
    project = Project.in_memory()
    document = run(project, "vector.new_document", pages=3)
    display = Display(project)
    data, _ = export_pdf(display, document, part=display.parts(document)[1])
    display.close()
    assert data.count(b"/Type /Page\n") == 1


def test_live_links_between_drawings_stay_vectors() -> None:
    project = Project.in_memory()
    inner = run(project, "vector.new_document", width=50.0, height=50.0)
    run(project, "vector.add_text", parent=inner, text="inside")
    outer = run(project, "vector.new_document", width=100.0, height=100.0)
    run(project, "vector.add_embed", parent=outer, document=inner, width=80.0, height=80.0)
    display = Display(project)
    data, report = export_pdf(display, outer)
    display.close()
    assert b"+Inter-Regular" in data
    assert len(report.converted) == 1
