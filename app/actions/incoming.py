"""Files that come in: each becomes part of the document on top where it fits, or a document of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.library.origin import noting_origin
from app.takeover import BRANCHED, End, SideWork
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.actions.files import Files
    from editor.base.jobs import Progress
    from editor.formats.registry import Imported

PLACED = 0.8
"""How much of the page a placed document takes at most."""


class Incoming:
    """Works for `Files`; told apart so that each stays short."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.session = files.session

    def bring_in(self, paths: list[Path], linked: bool = False) -> None:
        """Every file by itself: one that cannot be read is said, and the others still come. `linked`: as documents of
        their own, shown by live links, that can follow their files."""
        for path in paths:
            self.session.attempt(partial(self._bring_in, path, linked))

    def _bring_in(self, path: Path, linked: bool) -> None:
        """Read the file as a job, on a copy of the project; what it made is taken over when it is done."""
        from editor.formats.registry import ImportOptions, format_of, import_file

        kind, session = format_of(path), self.session
        fresh = None
        if session.project is None:
            fresh = self.files.create(path.stem)
            session.open(fresh.project, fresh)
        side, host, family = SideWork(session), session.document, session.family
        fits = host and family == kind.family and kind.name != "svg" and not linked
        into = host if fits else None

        def work(progress: Progress) -> Imported:
            with noting_origin(side.copy, path, linked) as note:
                imported = import_file(side.copy, path, ImportOptions(name=path.stem, into=into))
                progress.check()
                note(imported.documents if into is None else side.copy.selection)
            return imported

        def end(imported: Imported, how: End) -> None:
            if how is End.CLOSED:
                session.say(tr("{name} was not brought in: its project is closed.", name=path.name))
            elif how is End.BRANCHED:
                session.say(tr("The image that {name} was brought into is gone.", name=path.name), tr(BRANCHED))
            else:
                if into is None:
                    self._link(host, family, imported.documents[0])
                self._tell(path, imported.report)

        def take_over(imported: Imported) -> None:
            side.take_over(lambda how: end(imported, how))

        def give_up() -> None:
            """A project that was made for this file alone goes with it."""
            if fresh is not None and session.storage is fresh:
                session.close()
                self.files.discard(fresh)

        session.start_job(tr("Bring in {name}", name=path.name), work, take_over, otherwise=give_up)

    def _link(self, host: str, family: str, made: str) -> None:
        """What came in for another family stands in the document on top as a live link, where that can hold one."""
        session = self.session
        display = session.display
        if display is None:
            return
        if family == "raster" and host:
            session.run("raster.add_embed", document=host, source={"type": "embed", "document": made})
        elif family == "vector" and host:
            page = session.part or next(iter(display.parts(host)), host)
            session.run("vector.add_embed", parent=page, document=made, **self._frame(host, made))
        else:
            session.documents_changed.emit()
            session.activate(made)

    def _frame(self, host: str, made: str) -> dict[str, Any]:
        """A place in the middle of the page, no larger than most of it."""
        display = self.session.display
        assert display is not None
        (page_width, page_height), (width, height) = display.size(host, self.session.part), display.size(made)
        share = min(1.0, PLACED * page_width / max(1.0, width), PLACED * page_height / max(1.0, height))
        width, height = width * share, height * share
        return {"x": (page_width - width) / 2, "y": (page_height - height) / 2, "width": width, "height": height}

    def _tell(self, path: Path, report: Any) -> None:
        """Say what could not be kept; silence means that all of it was."""
        lost = [*report.converted, *report.dropped]
        if lost:
            self.session.say(tr("{name} was brought in.", name=path.name), " ".join(lost[:4]))

    def open_sample(self) -> None:
        """Make the sample project in the folder of projects, beside the window, and open it."""
        from app.actions.files import SUFFIX, free_path

        folder = self.session.preferences.folder_for_projects()
        existing = folder / f"{tr('Sample')}{SUFFIX}"
        if existing.exists():
            self.files.open_path(existing)
            return
        folder.mkdir(parents=True, exist_ok=True)
        path = free_path(folder, tr("Sample"))

        def work(progress: Progress) -> Path:
            from editor.workflows.sample.make import make_sample

            return make_sample(path, progress)

        self.session.say(tr("The sample project is being made; it opens in a moment."))
        self.session.start_job(tr("Sample project"), work, self.files.open_path)
