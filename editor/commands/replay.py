"""Replay: a project's history, run again from its commands into a new file.

It proves that commands say everything: with the same parameters and seeds the new project has the same content hash.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.commands.registry import load_commands, replay_entry
from editor.document.change import Change, compose
from editor.document.history import HistoryEntry
from editor.document.project import Project
from editor.model.record import encode
from editor.storage import OpenProject, create_project
from editor.storage.copying import no_progress
from editor.storage.rows import blob_names


@dataclass
class Replayed:
    """`commands` steps ran as commands, `by_change` named none and were applied as stored.

    `refused` are steps whose command raised (id and sentence; the stored change was applied instead), `different`
    those whose command did something else than it did the first time.
    """

    source_hash: str = ""
    replayed_hash: str = ""
    commands: int = 0
    by_change: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)
    different: list[int] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        return self.source_hash == self.replayed_hash


def replay(opened: OpenProject, into: Path | str, progress: Callable[[float], object] = no_progress) -> Replayed:
    """Replay a project file into the new file `into`. Raises ExpectedError when that exists."""
    with create_project(into) as target:
        for row in opened.media.rows():
            target.media.keep(row)
        return replay_project(opened.project, target.project, progress)


def replay_project(source: Project, target: Project, progress: Callable[[float], object] = no_progress) -> Replayed:
    """Run the way from the start to where `source` stands again in the empty project `target`.

    Blobs that parameters or stored changes name are copied; those that commands make are made again.
    """
    load_commands()
    result = Replayed(source_hash=source.content_hash())
    line = source.history.path(source.history.head)
    _copy_start(source, target, line)
    for number, key in enumerate(line):
        progress(number / len(line))
        _replay_step(source, target, source.history[key], result)
    result.replayed_hash = target.content_hash()
    progress(1.0)
    return result


def _replay_step(source: Project, target: Project, entry: HistoryEntry, result: Replayed) -> None:
    stored = source.change_of(entry.id)
    target.select(tuple(key for key in entry.selection_before if target.get(key) is not None))
    before = target.history.head
    for invocation in entry.invocations:
        _copy_blobs(source, target, blob_names(msgspec.json.encode(invocation)))
    try:
        ran = replay_entry(target, entry)
    except ExpectedError as error:
        result.refused.append((entry.id, str(error)))
        apply_change(source, target, stored, entry.label)
        return
    if not ran:
        result.by_change += 1
        apply_change(source, target, stored, entry.label)
        return
    result.commands += 1
    done = target.change_of(target.history.head) if target.history.head != before else Change({})
    if done != stored:
        result.different.append(entry.id)


def apply_change(source: Project, target: Project, change: Change, label: str) -> None:
    """Make the records of `target` what the change says they were afterwards, with the blobs that they name."""
    for _, after in change.entries.values():
        if after is not None:
            _copy_blobs(source, target, blob_names(encode(after)))
    with target.transaction(label):
        for key, (_, after) in change.entries.items():
            if after is None:
                if target.get(key) is not None:
                    target.delete(key)
            else:
                target.put(after)


def _copy_start(source: Project, target: Project, line: list[int]) -> None:
    """Where the oldest history was pruned, the records that stood at its start come first."""
    undone = compose(source.change_of(key).inverse() for key in reversed(line))
    start = dict(source.records)
    for key, (_, record) in undone.entries.items():
        if record is None:
            start.pop(key, None)
        else:
            start[key] = record
    if start:
        apply_change(source, target, Change({key: (None, record) for key, record in start.items()}), "Start")


def _copy_blobs(source: Project, target: Project, names: Iterable[str]) -> None:
    for name in names:
        if name not in target.blobs and name in source.blobs:
            target.blobs.put(source.blobs.get(name))
