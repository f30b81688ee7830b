"""What a form says, on the canvas before it is kept: a live edit that becomes one stored edit, or nothing.

Texts and colours are shown at once. Files are read and placed on a copy of the project beside the window, which takes
over what was done there: a photograph of 24 megapixels takes more than a second.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.takeover import SideWork
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.base.jobs import Progress
    from editor.display.engine import Resources
    from editor.document.gesture import Gesture
    from editor.document.project import Project
    from editor.workflows.templates.fill import Filled, Value
    from editor.workflows.templates.rows import Held

    Kept = Callable[[dict[str, Value]], object]


MUCH = 256 << 10
"""Bytes of the files."""


@dataclass(frozen=True)
class Wanted:
    """Values to be shown, or with `kept`, which hears when it is done, to be kept."""

    values: dict[str, Value]
    kept: Kept | None = None


@dataclass(frozen=True)
class Made:
    """What became of values on a copy of the project: `filled`, or a sentence why not."""

    side: SideWork
    values: dict[str, Value]
    filled: Filled | ExpectedError
    is_prepared: bool = False


class Preview:
    """`show` as often as something is typed, then `keep`, `take_back` or `give_up`. `hear` is called when work beside
    the window ended, with what went wrong or None."""

    def __init__(self, session: Session, hear: Callable[[ExpectedError | None], object]) -> None:
        self.session, self._hear = session, hear
        self._gesture: Gesture | None = None
        self._project: Project | None = None
        self._held: Held | None = None
        self._wanted: Wanted | None = None
        self._made: Made | None = None
        self._is_at_work = False

    @property
    def is_shown(self) -> bool:
        """Whether the canvas shows what is not kept yet."""
        return self._gesture is not None and self._gesture.is_open

    @property
    def was_undone(self) -> bool:
        """Whether somebody else took back what was shown, by undo or by another document."""
        return self._gesture is not None and not self._gesture.is_open

    @property
    def is_working(self) -> bool:
        """Whether files are being read and placed."""
        return self._wanted is not None

    @property
    def is_keeping(self) -> bool:
        return self._wanted is not None and self._wanted.kept is not None

    def show(self, values: Mapping[str, Value]) -> None:
        """Show the template with these values and no others, soon when files are among them. Raises ExpectedError, and
        shows it as it was."""
        from editor.workflows.templates.fields import fields_of
        from editor.workflows.templates.fill import apply, prepare

        if self.is_keeping:
            return
        project = self.session.required_project()
        if not values:
            self.take_back()
        elif _has_files(values):
            self._want(Wanted(dict(values)))
        else:
            self._wanted = None
            ready = prepare(fields_of(project), values)
            self._open_gesture().update(lambda: apply(project, ready, resources=self._resources()))

    def keep(self, values: Mapping[str, Value], kept: Kept) -> None:
        """Store it as one edit of ordinary commands; `kept` hears when that is done. Raises ExpectedError."""
        from editor.workflows.templates.fill import fill

        if self.is_keeping:
            return
        if _has_files(values):
            self._want(Wanted(dict(values), kept))
            return
        self.take_back()
        if values:
            self._say(fill(self.session.required_project(), values, resources=self._resources()))
        kept(dict(values))

    def take_back(self) -> None:
        """Show the project as it is stored. What is on its way to be kept goes on."""
        if not self.is_keeping:
            self._wanted = None
        gesture, self._gesture = self._gesture, None
        if gesture is not None and gesture.is_open:
            gesture.cancel()

    def give_up(self) -> None:
        """The same, and keep nothing."""
        self._wanted = None
        self.take_back()

    # Beside the window

    def _want(self, wanted: Wanted, fresh: Made | None = None) -> None:
        self._wanted = wanted
        made = fresh or (self._made if self._made is not None and self._fits(self._made) else None)
        if made is not None and (wanted.kept is None or made.is_prepared or not _is_much(wanted.values)):
            self._deliver(made)
        else:
            self._begin(made)

    def _begin(self, placed: Made | None = None) -> None:
        """One at a time: what is wanted by the time when it is done counts. What is to be kept is written ahead, large
        as it is; what is `placed` already, only that."""
        from editor.workflows.templates.fields import fields_of
        from editor.workflows.templates.fill import LABEL, apply, prepare

        wanted = self._wanted
        if self._is_at_work or wanted is None:
            return
        side, held, resources = SideWork(self.session), self.held, self._resources()

        def work(progress: Progress) -> Made:
            if placed is not None:
                placed.side.copy.blobs.prepare()
                return replace(placed, is_prepared=True)
            try:
                ready = prepare(fields_of(side.copy), wanted.values, held.source)
                progress.check()
                with side.copy.transaction(tr(LABEL)):
                    made = Made(side, wanted.values, apply(side.copy, ready, resources=resources))
                if wanted.kept is not None:
                    side.copy.blobs.prepare()
                return replace(made, is_prepared=wanted.kept is not None)
            except ExpectedError as error:
                return Made(side, wanted.values, error)
            finally:
                held.trim()

        self._is_at_work = True
        self.session.start_job(tr(LABEL), work, self._end, otherwise=self._fail)

    def _end(self, made: Made) -> None:
        self._is_at_work = False
        if self.session.project is None:
            self._wanted = None
        elif self._wanted is not None and self._fits(made):
            self._want(self._wanted, made)
        else:
            self._begin()

    def _fail(self) -> None:
        """The work was stopped, or broke; that is said elsewhere."""
        self._is_at_work, self._wanted = False, None
        self._hear(None)

    def _fits(self, made: Made) -> bool:
        """Whether it is what is wanted, and nobody edited the project since."""
        side = made.side
        is_same = side.is_open and side.project.history.head == side.head
        return is_same and self._wanted is not None and made.values == self._wanted.values

    def _deliver(self, made: Made) -> None:
        wanted, self._wanted, self._made = self._wanted, None, made
        assert wanted is not None
        if isinstance(made.filled, ExpectedError):
            self.take_back()
            self._hear(made.filled)
        elif wanted.kept is None:
            self._open_gesture().update(lambda: _repeat(made.side))
            self._hear(None)
        else:
            self.take_back()
            self._made = None
            self._take_over(made, made.filled, wanted.kept)

    def _take_over(self, made: Made, filled: Filled, kept: Kept) -> None:
        def end(_how: object) -> None:
            self._say(filled)
            kept(made.values)

        made.side.take_over(end)

    # Parts

    def _open_gesture(self) -> Gesture:
        from editor.workflows.templates.fill import LABEL

        if self._gesture is None or not self._gesture.is_open:
            self._gesture = self.session.required_project().gesture(tr(LABEL))
        return self._gesture

    def _say(self, filled: Filled) -> None:
        for notice in filled.notices:
            self.session.say(notice)

    @property
    def held(self) -> Held:
        """Files that were opened stay open: typing a name must not read the photograph again."""
        project = self.session.project
        if self._held is None or self._project is not project:
            from editor.workflows.templates.rows import Held

            self._held, self._project = Held(), project
        return self._held

    def _resources(self) -> Resources:
        from editor.display.engine import Resources

        return self.session.display.resources if self.session.display is not None else Resources()


def _has_files(values: Mapping[str, Value]) -> bool:
    return any(isinstance(value, Path) for value in values.values())


def _is_much(values: Mapping[str, Value]) -> bool:
    """Whether the files are so large that keeping them is written ahead."""
    sizes = [value.stat().st_size for value in values.values() if isinstance(value, Path) and value.is_file()]
    return sum(sizes) >= MUCH


def _repeat(side: SideWork) -> None:
    """Write into the live edit what was written on the copy."""
    for entry in side.copy.history:
        for key, (_, after) in side.copy.change_of(entry.id).entries.items():
            if after is not None:
                side.project.put(after)
            elif key in side.project.records:
                side.project.delete(key)
