"""A live edit: seen on screen while it happens, stored once when it ends, gone without trace when cancelled."""

from collections.abc import Callable

from editor.document.change import Change, between
from editor.document.draft import Draft
from editor.document.history import Invocation
from editor.model.record import Record


class Gesture:
    """Made by `Project.gesture`. `update` goes back to the mark and applies again; `extend` adds on top.

    The three callables belong to the project: publish a live change, commit the draft, abandon it.
    """

    def __init__(
        self,
        draft: Draft,
        records: dict[str, Record],
        publish: Callable[[Change], None],
        commit: Callable[[Draft], None],
        abandon: Callable[[Draft], None],
    ) -> None:
        self._draft = draft
        self._records = records
        self._publish = publish
        self._commit = commit
        self._abandon = abandon
        self.is_open = True
        draft.accepting = False

    def update(self, apply: Callable[[], object]) -> None:
        """Go back to the mark, apply, show the difference. On an error the gesture stands at its mark."""
        self._write(apply, rewind=True)

    def extend(self, apply: Callable[[], object]) -> None:
        """Apply on top of what the gesture did so far: for painting, where going back would cost too much."""
        self._write(apply, rewind=False)

    def record(self, invocation: Invocation) -> None:
        """Say which command this edit is, so that history can replay it; the last one said counts."""
        self._draft.invocations[:] = [invocation]

    def commit(self) -> None:
        """Store the edit as one Change. When storing fails the edit is taken back and the error raised."""
        if self.is_open:
            self.is_open = False
            self._commit(self._draft)

    def cancel(self) -> None:
        if self.is_open:
            self.is_open = False
            shown = self._draft.touched()
            self._draft.rollback()
            self._abandon(self._draft)
            self._publish(between(shown, self._records))

    def _write(self, apply: Callable[[], object], rewind: bool) -> None:
        if not self.is_open:
            return
        draft = self._draft
        shown = draft.touched()
        if rewind:
            draft.rollback()
        draft.accepting = True
        try:
            apply()
        except BaseException:
            draft.rollback()
            raise
        finally:
            draft.accepting = False
            for key in draft.touched():
                shown.setdefault(key, draft.original(key))
            self._publish(between(shown, self._records))
