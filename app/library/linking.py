"""What the open project shows of the library: a quiet mark where a file was changed, and bringing links up to date."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from app.library.opening import told_once
from app.takeover import End, SideWork
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.document.project import Project
    from editor.library.library import Library

SETTLE_MS = 400


class Links(QObject):
    """Follows the open project and the library. `changed` when marks are others; `assets` says of assets whether the
    project shows them ("used") or an older state of them ("outdated"), `session.marks` the same of records."""

    changed = Signal()

    def __init__(self, session: Session, library: Callable[[], Library | None], parent: QObject) -> None:
        super().__init__(parent)
        self.session, self._library = session, library
        self.assets: dict[int, str] = {}
        self.may_discard: Callable[[list[str]], bool] = lambda names: False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(lambda: session.attempt(self.refresh))
        session.changed.connect(self._follow)
        for signal in (session.project_opened, session.project_closed, session.document_activated):
            signal.connect(lambda *_: self._settle.start())

    def _follow(self, event: object) -> None:
        if not getattr(event, "live", False) and not self._settle.isActive():
            self._settle.start()

    def stop(self) -> None:
        self._settle.stop()

    def refresh(self) -> None:
        """Compare the notes of origin with what the files are now."""
        assets, marks = dict[int, str](), dict[str, str]()
        project = self.session.project
        if project is not None and has_origins(project):
            library = self._library()
            if library is not None:
                assets, marks = _state(project, library)
        if (assets, marks) != (self.assets, self.session.marks):
            self.assets = assets
            self.session.show_marks(marks)
            self.changed.emit()

    def update(self, records: tuple[str, ...] | None = None, discard: bool = False) -> None:
        """Bring links up to date in one edit: those that these records are or show, or all of them. What was edited in
        the project stays, unless the person agrees that its file is taken again."""
        library = self._library()
        if library is None:
            return
        side = SideWork(self.session)
        wanted = None if records is None else frozenset(shown_by(side.project, records))

        def work(progress: Progress) -> Updated:
            return update_links(side.copy, library, wanted, progress, discard)

        self.session.start_job(tr("Update linked assets"), work, partial(self._take_over, side))

    def _take_over(self, side: SideWork, done: Updated) -> None:
        def tell(how: End) -> None:
            if done.failed:
                self.session.show_error(told_once(done.failed))
            if how is End.TAKEN and done.count:
                self.session.documents_changed.emit()
                self.session.say(
                    tr_count(
                        "1 linked asset is up to date now.",
                        "{count} linked assets are up to date now.",
                        count=done.count,
                    )
                )
            elif not done.failed and not done.kept:
                self.session.say(tr("All linked assets are up to date."))
            self._settle.start()
            if done.kept and side.is_open:
                self._ask_for(done.kept)

        if done.count:
            side.take_over(tell)
        else:
            tell(End.BRANCHED)

    def _ask_for(self, kept: dict[str, str]) -> None:
        """What was edited here is replaced only when the person says so."""
        if self.may_discard(list(kept.values())):
            self.update(tuple(kept), discard=True)


def has_origins(project: Project) -> bool:
    from editor.model.origin import Origin

    return any(isinstance(item, Origin) for item in project.records.values())


@dataclass
class Updated:
    """`kept` are links that were edited in the project: their records, with their names."""

    count: int = 0
    failed: list[ExpectedError] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def update_links(
    project: Project, library: Library, wanted: frozenset[str] | None, progress: Progress, discard: bool = False
) -> Updated:
    """All in one transaction; a link whose file cannot be read is left as it is and named, one that was edited in the
    project is kept, but for `discard`."""
    from editor.workflows.library.links import bring_up_to_date, edited_here, outdated

    done = Updated()
    behind = [pair for pair in outdated(project, library) if wanted is None or pair[0].parent in wanted]
    with project.transaction("Update linked assets"):
        for number, (note, asset) in enumerate(behind):
            progress(number / len(behind), asset.label)
            if not discard and edited_here(project, note):
                done.kept[note.parent or ""] = getattr(project.get(note.parent or ""), "name", "") or note.name
                continue
            try:
                with project.trial():
                    bring_up_to_date(project, library, note, asset)
                done.count += 1
            except ExpectedError as error:
                done.failed.append(error)
    return done


def shown_by(project: Project, records: tuple[str, ...]) -> set[str]:
    """Records, and what they show: the document behind a layer, the file behind a clip."""
    from editor.model.embed import embeds_of

    found = set(records)
    for key in records:
        item = project.get(key)
        if item is not None:
            found.update(link.document for link in embeds_of(item))
            found.update(_item_of(item))
    return found


def _item_of(item: object) -> tuple[str, ...]:
    media = getattr(getattr(item, "source", None), "item", None)
    return (media,) if isinstance(media, str) else ()


def _state(project: Project, library: Library) -> tuple[dict[int, str], dict[str, str]]:
    """Marks for assets by id and for records by id."""
    import json

    from editor.model.embed import embeds_of
    from editor.model.origin import Origin
    from editor.workflows.library.links import outdated

    notes = [item for item in project.records.values() if isinstance(item, Origin)]
    hashes = json.dumps(sorted({note.hash for note in notes}))
    rows = library.catalogue.rows("SELECT id FROM asset WHERE hash IN (SELECT value FROM json_each(?))", (hashes,))
    assets = {int(str(row[0])): "used" for row in rows}
    marks: dict[str, str] = {}
    for note, asset in outdated(project, library):
        assets[asset.id] = "outdated"
        marks[note.parent or ""] = asset.label
    if marks:
        for item in project.records.values():
            behind = [link.document for link in embeds_of(item) if link.document in marks]
            behind += [key for key in _item_of(item) if key in marks]
            if behind:
                marks[item.id] = marks[behind[0]]
    return assets, marks
