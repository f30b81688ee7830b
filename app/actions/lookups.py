"""Colour lookups from a file: onto what is shown, or in place of the one that is chosen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.actions.table import action
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from editor.document.project import Project


def ask_file(window: MainWindow) -> Path | None:
    """The file that a person chooses."""
    from PySide6.QtWidgets import QFileDialog

    from editor.formats.lut.reading import EXTENSIONS

    kinds = " ".join(f"*.{extension}" for extension in EXTENSIONS)
    filters = f"{tr('Color lookups')} ({kinds});;{tr('All files')} (*)"
    path, _ = QFileDialog.getOpenFileName(window, tr("Color lookup"), "", filters)
    return Path(path) if path else None


@action("edit.color_lookup", "Color lookup...", "", "adjustment", "document")
def add(window: MainWindow) -> None:
    """As a layer of an image, above the chosen one; on a timeline on the chosen clips or the one that is shown."""
    path = ask_file(window)
    if path is not None:
        window.files.incoming.bring_in([path])


@action("edit.replace_color_lookup", "Replace color lookup...", "", "", "document")
def replace(window: MainWindow) -> None:
    """In the chosen adjustment layers and clips, which keep all else."""
    session = window.session
    project = session.required_project()
    keys = targets(project)
    if not keys:
        raise ExpectedError(tr("Choose a color lookup layer or a clip first."))
    path = ask_file(window)
    if path is None:
        return

    def work(progress: Progress) -> bytes:
        from editor.formats.lut.reading import read_lookup

        return read_lookup(path).to_bytes()

    def take(table: bytes) -> None:
        if session.project is project:
            session.attempt(lambda: put_in(project, keys, table, path.stem))

    session.start_job(tr("Bring in {name}", name=path.name), work, take)


def targets(project: Project) -> dict[str, str]:
    """What is chosen and has a place for a lookup: record to field."""
    from editor.model.lookup import ColorLookup
    from editor.model.raster import AdjustmentLayer
    from editor.model.video import Clip

    found: dict[str, str] = {}
    for key in project.selection:
        item = project.get(key)
        if isinstance(item, AdjustmentLayer) and isinstance(item.adjustment, ColorLookup):
            found[key] = "adjustment"
        elif isinstance(item, Clip):
            found[key] = "lookup"
    return found


def put_in(project: Project, keys: dict[str, str], table: bytes, name: str) -> None:
    """One edit. What was deleted meanwhile stays deleted. A layer called like its old lookup gets the new name."""
    from editor.commands.registry import run
    from editor.model.raster import AdjustmentLayer

    with project.transaction("Change color lookup"):
        value = {"type": "color_lookup", "table": project.blobs.put(table), "name": name}
        for key, field in keys.items():
            item = project.get(key)
            if item is None:
                continue
            changed: dict[str, object] = {field: value}
            if isinstance(item, AdjustmentLayer) and item.name == getattr(item.adjustment, "name", None):
                changed["name"] = name
            run(project, "project.set_fields", records=(key,), values=changed)
