"""Files that come in: each becomes part of the document on top where it fits, or a document of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from app.library.brushes import take_brushes
from app.library.opening import take_colors, told_once
from app.library.origin import known_assets
from app.presets.using import is_preset, use_dropped
from app.takeover import BRANCHED, End, SideWork
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.actions.files import Files
    from editor.base.jobs import Progress
    from editor.workflows.library.placing import Placed, Spot

WITH_PLACE = ("raster", "vector", "video", "scene")


class Incoming:
    """Works for `Files`; told apart so that each stays short."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.session = files.session

    def bring_in(self, paths: list[Path], linked: bool = False, spot: Spot | None = None) -> None:
        """All files in one edit; one that cannot be read is said, and the others still come. `linked`: they follow
        their files from then on. `spot` is where they fall. From a template a new project is begun; colours of a
        palette join the swatches, a brush comes into the hand, a preset is applied where it falls."""
        from app.actions.files import TEMPLATE_SUFFIX
        from editor.formats.brush.reading import can_read
        from editor.library.kinds import kind_of

        templates = [path for path in paths if path.suffix.lower() == TEMPLATE_SUFFIX]
        if templates:
            self.files.open_path(templates[0])
            paths = [path for path in paths if path not in templates]
        for palette in [path for path in paths if kind_of(path) == "palette"]:
            self.session.attempt(partial(take_colors, self.files, palette, palette.stem))
            paths = [path for path in paths if path != palette]
        brushes = [path for path in paths if kind_of(path) == "brush" and can_read(path.suffix.lower()[1:])]
        if brushes:
            self.session.attempt(lambda: take_brushes(self.session, brushes[0], brushes[0].stem))
            paths = [path for path in paths if path not in brushes]
        for preset in [path for path in paths if is_preset(path)]:
            self.session.attempt(partial(use_dropped, self.files.window, preset, spot))
            paths = [path for path in paths if path != preset]
        if paths:
            self.session.attempt(lambda: self._bring_in(paths, linked, spot))

    def _bring_in(self, paths: list[Path], linked: bool, spot: Spot | None) -> None:
        """Read the files as a job, on a copy of the project; what it made is taken over when it is done."""
        from editor.formats.registry import format_of
        from editor.workflows.library.placing import Spot, place_files

        session, fresh = self.session, None
        readable, strange = _told_apart(paths, format_of)
        if strange:  # what nobody can read is said at once
            session.show_error(told_once(strange))
        if not readable:
            return
        if session.project is None:
            fresh = self.files.create(readable[0].stem)
            session.open(fresh.project, fresh)
        host = session.document if session.family in WITH_PLACE else ""
        where = spot or Spot(part=session.part, time=session.time)
        side = SideWork(session)

        def work(progress: Progress) -> Placed:
            with known_assets() as known:
                return place_files(side.copy, readable, host, where, linked=linked, known=known, progress=progress)

        def take_over(placed: Placed) -> None:
            side.take_over(lambda how: self._end(placed, how, side))

        def give_up() -> None:
            """A project that was made for these files alone goes with them."""
            if fresh is not None and session.storage is fresh:
                session.close()
                self.files.discard(fresh)

        session.start_job(_name_of(readable), work, take_over, otherwise=give_up)

    def _end(self, placed: Placed, how: End, side: SideWork) -> None:
        session, names = self.session, ", ".join(path.name for path in placed.reports)
        if how is End.CLOSED:
            session.say(tr("{name} was not brought in: its project is closed.", name=names))
        elif how is End.BRANCHED:
            session.say(tr("The image that {name} was brought into is gone.", name=names), tr(BRANCHED))
        else:
            if placed.alone:
                session.documents_changed.emit()
                session.activate(placed.alone[-1])
            self._tell(placed)

    def _tell(self, placed: Placed) -> None:
        """Say what could not be kept; silence means that all of it was."""
        for path, report in placed.reports.items():
            lost = [*report.converted, *report.dropped]
            if lost:
                self.session.say(tr("{name} was brought in.", name=path.name), " ".join(lost[:4]))
        if placed.refused:
            self.session.show_error(told_once(list(placed.refused.values())))

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


def _told_apart(paths: list[Path], format_of: Callable[[Path], object]) -> tuple[list[Path], list[ExpectedError]]:
    """Files that can come in, and why the others cannot."""
    from editor.formats.lut.reading import is_lookup
    from editor.workflows.library.placing_texts import is_plain_text

    readable, strange = list[Path](), list[ExpectedError]()
    for path in paths:
        try:
            if not is_plain_text(path) and not is_lookup(path):
                format_of(path)
            readable.append(path)
        except ExpectedError as error:
            strange.append(error)
    return readable, strange


def _name_of(paths: list[Path]) -> str:
    if len(paths) == 1:
        return tr("Bring in {name}", name=paths[0].name)
    return tr_count("Bring in 1 file", "Bring in {count} files", count=len(paths))
