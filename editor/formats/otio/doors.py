"""The two functions that the registry of formats names."""

from pathlib import Path

from editor.display.display import Display
from editor.document.project import Project
from editor.formats.otio.exporting import export_otio
from editor.formats.otio.importing import import_otio
from editor.formats.registry import ExportOptions, Imported, ImportOptions, Progress
from editor.formats.report import Report


def import_timeline(project: Project, path: Path, options: ImportOptions) -> Imported:
    """OTIO, EDL or Final Cut 7 XML as new timelines."""
    documents, report = import_otio(project, path)
    return Imported(documents, report)


def export_timeline(display: Display, document: str, path: Path, options: ExportOptions, progress: Progress) -> Report:
    """A timeline as OTIO."""
    report = export_otio(display.project, document, path, options.notes)
    progress(1.0)
    return report
