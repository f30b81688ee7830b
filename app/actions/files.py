"""Projects and files: new, open, versions, copies, import, export, drop. Long ones run as jobs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QInputDialog

from app.actions.incoming import Incoming
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.shell.main_window import MainWindow
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.formats.registry import ExportOptions
    from editor.formats.report import Report
    from editor.workflows.library.placing import Spot

SUFFIX = ".atelier"
TEMPLATE_SUFFIX = ".atelier-template"
EXPORT_JOB = "export"


class Files:
    """`place` is the file of the open project; None for one that lives in memory."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window
        self.session = window.session
        self.incoming = Incoming(self)

    @property
    def place(self) -> Path | None:
        storage = self.session.storage
        path = getattr(storage, "path", None)
        return Path(path) if path is not None else None

    def place_text(self) -> str:
        return str(self.place or "")

    # New and open

    def new_document(self, family: str, **parameters: Any) -> None:
        """A new document in the open project; a new project for it when none is open."""
        self.session.attempt(lambda: self._new_document(family, parameters))

    def new_project(self, family: str, **parameters: Any) -> None:
        """A new project of its own with one document."""

        def work() -> None:
            if self.window.may_stop_jobs():
                self.session.close()
                self._new_document(family, parameters)

        self.session.attempt(work)

    def _new_document(self, family: str, parameters: dict[str, Any]) -> None:
        from editor.commands.registry import run

        if self.session.project is None:
            storage = self.create(str(parameters.get("name") or tr("Untitled")))
            key = run(storage.project, f"{family}.new_document", **parameters)
            self.session.open(storage.project, storage)
        else:
            key = run(self.session.project, f"{family}.new_document", **parameters)
            self.session.documents_changed.emit()
        self.session.activate(key)

    def create(self, name: str) -> Any:
        """A new project file in the folder of projects, open for writing."""
        from editor.storage import create_project

        path = free_path(self.session.preferences.folder_for_projects(), name)
        path.parent.mkdir(parents=True, exist_ok=True)
        storage = create_project(path)
        self.session.preferences.remember(path)
        return storage

    def open_dialog(self) -> None:
        folder = str((self.place or self.session.preferences.folder_for_projects() / "x").parent)
        kinds = f"{tr('Atelier projects')} (*{SUFFIX} *{TEMPLATE_SUFFIX});;{tr('All files')} (*)"
        path, _ = QFileDialog.getOpenFileName(self.window, tr("Open"), folder, kinds)
        if path:
            self.open_path(Path(path))

    def open_path(self, path: Path) -> None:
        """Open a project, or a new one made from a template; any other file becomes a document of a new project."""
        if path.suffix.lower() == SUFFIX:
            self.session.attempt(lambda: self._open_project(path))
        elif path.suffix.lower() == TEMPLATE_SUFFIX:
            self.session.attempt(lambda: self._begin_from(path))
        else:
            self.incoming.bring_in([path])

    def _open_project(self, path: Path) -> None:
        from editor.storage import open_project

        if self.place is not None and path.absolute() == self.place.absolute():
            self.window.show_work()
            return
        if not self.window.may_stop_jobs():
            return
        storage = open_project(path)
        self.session.open(storage.project, storage)
        self.session.preferences.remember(path.absolute())
        notes = [*storage.notices, *storage.losses]
        if notes:
            self.session.message.emit("warning", " ".join(str(note) for note in notes), "")
        self.session.attempt(self.go_on_with_exports)

    def _begin_from(self, template: Path) -> None:
        """The library keeps files under their hashes: the asset knows what the template is called."""
        from app.actions.templates import new_from
        from app.library.origin import known_assets

        with known_assets() as known:
            asset = known(template)
        new_from(self.window, template, asset.label if asset is not None else template.stem)

    def open_sample(self) -> None:
        self.session.attempt(self.incoming.open_sample)

    def close_project(self) -> None:
        self._keep_picture()
        self.session.attempt(self.session.close)

    def _keep_picture(self) -> None:
        """A small picture of the document on top, for the list of recent projects. Its loss is no error."""
        from app.start.pictures import keep_picture

        if self.session.display is not None and self.place is not None and self.session.document:
            keep_picture(self.session.display, self.session.document, self.place)

    # Versions and copies

    def save_version(self) -> None:
        if self._need_file() is None:
            return
        name, chosen = QInputDialog.getText(self.window, tr("Save a version"), tr("Name of this version"))
        if chosen:
            self.session.attempt(lambda: self._save_version(name.strip() or tr("Version")))

    def _save_version(self, name: str) -> None:
        self.session.storage.versions.save(name)
        self.session.say(tr("The version {name} is marked in the history.", name=name))
        self.session.changed.emit(None)

    def save_copy(self) -> None:
        place = self._need_file()
        if place is None:
            return
        path, _ = QFileDialog.getSaveFileName(
            self.window, tr("Save a copy"), str(free_path(place.parent, place.stem)),
            f"{tr('Atelier projects')} (*{SUFFIX})",
        )
        if path:
            target = Path(path) if path.endswith(SUFFIX) else Path(path + SUFFIX)
            self.session.attempt(lambda: self._save_copy(target))

    def _save_copy(self, target: Path) -> None:
        storage = self.session.storage
        self.session.start_job(
            tr("Save a copy"),
            lambda progress: storage.save_copy(target, progress),
            lambda _none: self.session.say(tr("A copy was saved as {name}.", name=target.name), str(target.parent)),
        )

    def _need_file(self) -> Path | None:
        if self.place is None:
            self.session.show_error(ExpectedError(tr("Open or make a project first.")))
        return self.place

    # Import, export, drop

    def import_dialog(self) -> None:
        paths, _ = QFileDialog.getOpenFileNames(self.window, tr("Import"), "", f"{tr('All files')} (*)")
        if paths:
            self.incoming.bring_in([Path(path) for path in paths])

    def drop(self, paths: list[Path], linked: bool = False, spot: Spot | None = None) -> None:
        """What was dropped on the window: one project is opened, everything else is brought in where it fell."""
        projects = [path for path in paths if path.suffix.lower() in (SUFFIX, TEMPLATE_SUFFIX)]
        if projects:
            self.open_path(projects[0])
        others = [path for path in paths if path not in projects]
        if others:
            self.incoming.bring_in(others, linked, spot)

    def export_dialog(self) -> None:
        if self.session.record is None:
            self.session.show_error(ExpectedError(tr("Open or make a document first.")))
            return
        from app.dialogs.export import ExportDialog

        ExportDialog(self.window).exec()

    def export_to(self, path: Path, document: str, options: ExportOptions) -> None:
        """Write a document of this moment to a file, as a job: editing goes on meanwhile."""
        from app.farm.choice import load_choice
        from app.farm.films import export_film_at, is_film
        from app.library.known_works import with_known_works
        from editor.display.display import Display
        from editor.formats.registry import export_document

        project = self.session.required_project().snapshot()
        place, stored = load_choice(), getattr(self.session.storage, "path", None)
        media = list(self.session.storage.media.rows()) if self.session.storage is not None else []

        def work(progress: Progress) -> Report:
            known = with_known_works(options, project, media)
            if place.kind != "none" and stored is not None and is_film(path):
                return export_film_at(place, Path(stored), document, path, known, progress, progress.check)
            display = Display(project)
            try:
                return export_document(display, document, path, known, progress)
            finally:
                display.close()

        def tell(report: Report) -> None:
            lost = " ".join([*report.converted, *report.dropped, *report.noted][:4])
            self.session.say(tr("{name} was written.", name=path.name), lost or str(path.parent))

        parameters = {"document": document, "path": str(path), "options": options}
        name = tr("Export {name}", name=path.name)
        self.session.start_job(name, work, tell, kind=EXPORT_JOB, parameters=parameters)

    def go_on_with_exports(self) -> None:
        """Begin again what a crash cut off; say why where that cannot be."""
        import msgspec

        from editor.formats.registry import ExportOptions
        from editor.model.values import from_plain

        jobs = getattr(self.session.storage, "jobs", None)
        if jobs is None:
            return
        for row in jobs.unfinished():
            jobs.end(row.id, "cancelled", "")
            if row.kind != EXPORT_JOB:
                continue
            path, document = Path(row.parameters["path"]), str(row.parameters["document"])
            if self.project().get(document) is None or not path.parent.is_dir():
                reason = tr("Its document or its folder is no longer there.")
                self.session.say(tr("The export of {name} was cut off and cannot go on.", name=path.name), reason)
                continue
            options = msgspec.convert(row.parameters["options"], ExportOptions, dec_hook=from_plain)
            self.session.say(tr("The export of {name} was cut off by the last end; it begins again.", name=path.name))
            self.export_to(path, document, options)

    def discard(self, storage: Any) -> None:
        """Close and remove a project that was made for a file that then could not be read."""
        place = Path(storage.path)
        storage.close()
        place.unlink(missing_ok=True)
        self.session.preferences.recent = [text for text in self.session.preferences.recent if text != str(place)]
        self.session.preferences.save()

    def project(self) -> Project:
        return self.session.required_project()


def free_path(folder: Path, name: str) -> Path:
    """A path of that name that is not taken: Name, Name 2, Name 3..."""
    clean = "".join(sign for sign in name if sign not in '/\\:*?"<>|').strip(" .") or tr("Untitled")
    number = 1
    while True:
        path = folder / (f"{clean}{SUFFIX}" if number == 1 else f"{clean} {number}{SUFFIX}")
        if not path.exists():
            return path
        number += 1
