"""What a form says, on the canvas before it is kept: a live edit that becomes one stored edit, or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from editor.base.translation import tr

if TYPE_CHECKING:
    from app.session import Session
    from editor.display.engine import Resources
    from editor.document.gesture import Gesture
    from editor.document.project import Project
    from editor.workflows.templates.fill import Value
    from editor.workflows.templates.rows import Held


class Preview:
    """`show` as often as something is typed, then `keep` or `take_back`."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._gesture: Gesture | None = None
        self._project: Project | None = None
        self._held: Held | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the canvas shows what is not kept yet."""
        return self._gesture is not None and self._gesture.is_open

    @property
    def was_undone(self) -> bool:
        """Whether somebody else took back what was shown, by undo or by another document."""
        return self._gesture is not None and not self._gesture.is_open

    def show(self, values: Mapping[str, Value]) -> None:
        """Show the template with these values and no others. Raises ExpectedError, and shows it as it was."""
        from editor.workflows.templates.fields import fields_of
        from editor.workflows.templates.fill import LABEL, apply, prepare

        project = self.session.required_project()
        if not values:
            self.take_back()
            return
        ready = prepare(fields_of(project), values, self.held.source)
        if not self.is_shown:
            self._gesture = project.gesture(tr(LABEL))
        assert self._gesture is not None
        self._gesture.update(lambda: apply(project, ready, resources=self._resources()))

    def keep(self, values: Mapping[str, Value]) -> int:
        """Store it as one edit of ordinary commands. How many places were filled. Raises ExpectedError."""
        from editor.workflows.templates.fill import fill

        self.take_back()
        if not values:
            return 0
        filled = fill(self.session.required_project(), values, resources=self._resources())
        for notice in filled.notices:
            self.session.say(notice)
        return filled.places

    def take_back(self) -> None:
        """Show the project as it is stored."""
        gesture, self._gesture = self._gesture, None
        if gesture is not None and gesture.is_open:
            gesture.cancel()

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
