"""The live project: every record of one project file, and the only way to write them.

`Project` knows no file format and no screen. Storage hands it records, a history, a journal and a blob store; listeners
hear one `ProjectChange` a transaction.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Literal, TypeVar

import msgspec

from editor.base.errors import ExpectedError
from editor.base.ids import IdSequence
from editor.base.signal import Signal
from editor.base.translation import language, tr
from editor.document.change import Change, compose
from editor.document.draft import Draft
from editor.document.gesture import Gesture
from editor.document.history import History, HistoryEntry, Invocation
from editor.document.index import Index
from editor.document.invariants import check
from editor.document.journal import BlobStore, Journal, MediaTable, MemoryBlobs, MemoryJournal, MemoryMedia
from editor.model.order import key_between, keys_between
from editor.model.record import DocumentRecord, Record, encode

R = TypeVar("R", bound=Record)
Cause = Literal["commit", "live", "undo", "redo", "travel"]


class ProjectChange(msgspec.Struct, frozen=True):
    """What listeners hear: the change, why it happened, and its label. A "live" one is not stored yet."""

    change: Change
    cause: Cause
    label: str

    @property
    def live(self) -> bool:
        return self.cause == "live"


class Project:
    """See the module's text. `records` is taken over, not copied."""

    def __init__(
        self,
        records: dict[str, Record],
        history: History,
        journal: Journal,
        blobs: BlobStore,
        read_only: bool = False,
        selection: tuple[str, ...] = (),
    ) -> None:
        self._records = records
        self.records: Mapping[str, Record] = MappingProxyType(records)
        self.index = Index(records)
        self.history = history
        self.blobs = blobs
        self.read_only = read_only
        self.media: MediaTable | None = None
        self.selection = selection
        self.changed = Signal[ProjectChange]()
        self.selection_changed = Signal[tuple[str, ...]]()
        self._journal = journal
        self._draft: Draft | None = None
        self._gesture: Gesture | None = None

    @classmethod
    def in_memory(cls) -> "Project":
        """An empty project that is kept nowhere."""
        project = cls({}, History(), MemoryJournal(), MemoryBlobs())
        project.media = MemoryMedia()
        return project

    def snapshot(self, read_only: bool = True) -> "Project":
        """A project with the stored records of this moment, for long work that goes on beside the editing.

        It shares blobs and media. A gesture under way is left out: its pixels may be forgotten at the next move. What
        is done on one that is not `read_only` can be taken over by `adopt`.
        """
        records = dict(self._records)
        if self._draft is not None:
            self._draft.take_back_in(records)
        project = Project(records, History(), MemoryJournal(), self.blobs, read_only)
        project.media = self.media
        return project

    # Reading

    def get(self, key: str) -> Record | None:
        return self._records.get(key)

    def find(self, key: str, cls: type[R]) -> R:
        """The record of that id and class; raises ExpectedError when there is none."""
        item = self._records.get(key)
        if not isinstance(item, cls):
            raise ExpectedError(tr("This item is no longer there, or is of another kind."))
        return item

    def children(self, key: str | None, cls: type[R] = Record) -> list[R]:  # type: ignore[assignment]
        """Children in order, of one class if wanted."""
        records = self._records
        return [item for child in self.index.children(key) if isinstance(item := records[child], cls)]

    def documents(self) -> list[DocumentRecord]:
        return self.children(None, DocumentRecord)

    def document_of(self, key: str) -> DocumentRecord:
        """The document that owns a record. Raises ExpectedError when there is none."""
        return self.find(self.index.root(key), DocumentRecord)

    def content_hash(self) -> str:
        """A hash over every record: equal for equal projects, whatever way led there."""
        digest = hashlib.blake2b(digest_size=20)
        for key in sorted(self._records):
            digest.update(encode(self._records[key]))
            digest.update(b"\n")
        return digest.hexdigest()

    # Writing

    @contextmanager
    def transaction(
        self, label: str, invocation: Invocation | None = None, seed: str | None = None
    ) -> Iterator[None]:
        """The only way to write. One transaction is one Change, one history entry and one signal.

        Inside another transaction it joins that one; commands run inside a transaction that is no command itself are
        its commands, in order, so that a group of commands replays as one step. An exception restores the exact state
        and passes on.
        """
        outer = self._draft
        if outer is not None and outer.accepting:
            with outer.joined(invocation):
                yield
            return
        draft = self._open(label)
        draft.collects = invocation is None
        if seed is not None:
            draft.ids = IdSequence(seed)
        if invocation is not None:
            draft.invocations.append(invocation)
        try:
            yield
        except BaseException:
            draft.rollback()
            self._draft = None
            self.select(draft.selection)
            raise
        self._commit(draft)

    @contextmanager
    def trial(self) -> Iterator[None]:
        """A part of the open transaction that is taken back alone when it raises; the error passes on."""
        draft, selection = self._writing(), self.selection
        try:
            with draft.tried():
                yield
        except BaseException:
            self.select(selection)
            raise

    def adopt(self, entry: HistoryEntry, change: Change) -> None:
        """Store an edit that was worked out on a writable snapshot of this very state, under its commands and seed."""
        with self.transaction(entry.label, seed=entry.seed):
            draft = self._writing()
            draft.collects = not entry.invocations  # these writes are what the entry's commands do
            draft.invocations[:] = entry.invocations
            for key, (_, after) in change.entries.items():
                if after is not None:
                    self.put(after)
                elif key in self._records:
                    self.delete(key)
            self.select(entry.selection_after)

    def gesture(self, label: str) -> Gesture:
        """Begin a live edit. Raises ExpectedError while another one is under way."""
        draft = self._open(label)
        self._gesture = Gesture(draft, self._records, self._publish_live, self._commit, self._abandon)
        return self._gesture

    @property
    def is_in_gesture(self) -> bool:
        return self._gesture is not None

    def cancel_gesture(self) -> bool:
        """Cancel the live edit under way; False when there is none."""
        if self._gesture is None:
            return False
        self._gesture.cancel()
        return True

    def put(self, item: Record) -> None:
        self._writing().put(item)

    def delete(self, key: str) -> None:
        """Remove a record and everything below it."""
        self._writing().delete(key)

    def new_id(self) -> str:
        return self._writing().ids.next()

    def select(self, keys: tuple[str, ...]) -> None:
        """Selection is session state: no transaction, but history frames each entry with it."""
        if keys != self.selection:
            self.selection = keys
            self.selection_changed.emit(keys)

    # Order of siblings

    def order_at_end(self, parent: str | None, count: int = 1) -> list[str]:
        """Order keys for new last children."""
        siblings = self.index.children(parent)
        return keys_between(self._records[siblings[-1]].order if siblings else "", "", count)

    def order_after(self, parent: str | None, sibling: str | None) -> str:
        """The order key right after a child of `parent`; None means before all of them."""
        siblings = self.index.children(parent)
        place = 0
        if sibling is not None:
            if sibling not in siblings:
                raise ExpectedError(tr("The place for this item is no longer there."))
            place = siblings.index(sibling) + 1
        before = self._records[siblings[place - 1]].order if place else ""
        after = next((self._records[key].order for key in siblings[place:] if self._records[key].order > before), "")
        return key_between(before, after)

    # History

    def undo(self) -> str | None:
        """Take back the last edit, or cancel the gesture under way. Returns its label, or None at the start."""
        if self._gesture is not None:
            label = self._draft.label if self._draft else ""
            self._gesture.cancel()
            return label
        target = self.history.parent_of_head()
        return None if target is None else self._move(target, "undo", self.history[self.history.head].label)

    def redo(self) -> str | None:
        target = self.history.redo_target()
        if self._gesture is not None or target is None:
            return None
        return self._move(target, "redo", self.history[target].label)

    def travel(self, entry_id: int) -> None:
        """Go to any entry of the history tree; 0 is the start."""
        self.cancel_gesture()
        if entry_id not in self.history:
            raise ExpectedError(tr("This step is no longer in the history."))
        if entry_id != self.history.head:
            self._move(entry_id, "travel", self.history[entry_id].label if entry_id else tr("Start"))

    def change_of(self, entry_id: int) -> Change:
        """The stored change of a history entry."""
        return self._journal.change_of(entry_id)

    def _move(self, target: int, cause: Cause, label: str) -> str:
        self._refuse_when_read_only()
        backward, forward = self.history.route(target)
        steps = [self._journal.change_of(key).inverse() for key in backward]
        change = compose([*steps, *(self._journal.change_of(key) for key in forward)])
        selection = self._selection_after(backward, forward)
        self._journal.move(change, target, selection)
        for key, (_, after) in change.entries.items():
            before = self._records.get(key)
            if after is None:
                self._records.pop(key, None)
            else:
                self._records[key] = after
            self.index.replace(before, after)
        self.history.move(target)
        self.changed.emit(ProjectChange(change, cause, label))
        self.select(tuple(key for key in selection if key in self._records))
        return label

    def _selection_after(self, backward: list[int], forward: list[int]) -> tuple[str, ...]:
        if forward:
            return self.history[forward[-1]].selection_after
        return self.history[backward[-1]].selection_before

    # The open edit

    def _open(self, label: str) -> Draft:
        self._refuse_when_read_only()
        if self._draft is not None:
            raise ExpectedError(tr("Finish or cancel the edit under way first."))
        self._draft = Draft(self._records, self.index, label, self.selection)
        return self._draft

    def _refuse_when_read_only(self) -> None:
        if self.read_only:
            raise ExpectedError(tr("This project is open for reading only."), tr("Save a copy to edit it."))

    def _writing(self) -> Draft:
        if self._draft is None or not self._draft.accepting:
            raise RuntimeError("records are written inside a transaction or a gesture only")
        return self._draft

    def _commit(self, draft: Draft) -> None:
        was_shown = self._gesture is not None
        self._draft = self._gesture = None
        change = draft.change()
        if not change:
            return
        entry = HistoryEntry(
            id=self.history.next_id,
            parent=self.history.head,
            label=draft.label,
            time=time.time(),
            seed=draft.ids.seed,
            invocations=draft.replayable(),
            selection_before=draft.selection,
            selection_after=tuple(key for key in self.selection if key in self._records),
            language=language(),
        )
        try:
            check(change, self._records, self.index)
            self._journal.commit(entry, change)
        except BaseException:
            draft.rollback()
            self.select(draft.selection)
            if was_shown:
                self.changed.emit(ProjectChange(change.inverse(), "live", draft.label))
            raise
        self.history.append(entry)
        self.changed.emit(ProjectChange(change, "commit", draft.label))
        self.select(entry.selection_after)

    def _abandon(self, draft: Draft) -> None:
        self._draft = self._gesture = None
        self.select(draft.selection)

    def _publish_live(self, change: Change) -> None:
        if change:
            label = self._draft.label if self._draft else ""
            self.changed.emit(ProjectChange(change, "live", label))
