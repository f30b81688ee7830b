"""One piece of work, and how it is done: the same on a worker of the farm and on this machine alone.

A `Task` names a function, what is wished, and files by their content. The function gets the files as paths and gives
bytes; it knows nothing of who calls it. Films, batches, AI tools and path tracing are such functions.
"""

import functools
import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec

from editor.workflows.farm.cache import key_of
from editor.workflows.farm.contents import Content
from editor.workflows.farm.versions import program_digest

OPEN_KEPT = 4


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """`work` is "module:function". `shared` are files that many tasks need, and `inputs` those of this one alone.

    `seconds` is the longest that it may take before its worker counts as hung. `name` is for people. Tasks of one `row`
    are done best by one worker, one after the other.
    """

    work: str
    wish: Any
    inputs: tuple[Content, ...] = ()
    shared: tuple[Content, ...] = ()
    name: str = ""
    seconds: float = 900.0
    row: str = ""

    def key(self) -> str:
        """Names the result: the program, the wish and the contents decide it, and nothing else does."""
        files = [(content.name, content.digest) for content in (*self.shared, *self.inputs)]
        return key_of(self.work, program_digest(), self.wish, len(self.shared), files)


@dataclass(frozen=True)
class Given:
    """What a function that works gets. `kept` lives from task to task in one process: open projects, loaded models.

    `check` raises Cancelled when nobody wants the result any more; call it a few times a second. On a worker files lie
    in a folder of its own, where others may be put beside them; `on_worker` says so.
    """

    shared: tuple[Path, ...]
    inputs: tuple[Path, ...]
    contents: tuple[Content, ...]
    check: Callable[[], object] = lambda: None
    kept: dict[str, Any] = field(default_factory=dict)
    on_worker: bool = False
    threads: int = 0

    def keep(self, key: str, make: Callable[[], Any], close: Callable[[Any], object] = lambda value: None) -> Any:
        """What `make` gives, made once; the oldest of a few is closed when there are too many."""
        if key in self.kept:
            self.kept[key] = self.kept.pop(key)
        else:
            while len(self.kept) >= OPEN_KEPT:
                old, forget = self.kept.pop(next(iter(self.kept)))
                forget(old)
            self.kept[key] = (make(), close)
        return self.kept[key][0]


def work_of(name: str) -> Callable[[Given, Any], bytes]:
    """The function that a task names."""
    module, _, function = name.partition(":")
    found: Callable[[Given, Any], bytes] = getattr(importlib.import_module(module), function)
    return found


@dataclass(frozen=True)
class Done:
    """A task that has ended: with `data`, or with a `failure` in one sentence and its `log`."""

    task: Task
    data: bytes | None = None
    failure: str = ""
    log: str = ""
    worker: str = ""
    was_known: bool = False
    seconds: float = 0.0

    def required(self) -> bytes:
        """Raises ExpectedError when it failed."""
        from editor.base.errors import ExpectedError

        if self.data is None:
            raise ExpectedError(self.failure, self.log)
        return self.data


Check = Callable[[], object]


def no_check() -> None:
    """Nobody wants to stop."""


@runtime_checkable
class Workplace(Protocol):
    """Where tasks are done: a farm, or this process alone."""

    def run(self, tasks: Sequence[Task], files: Mapping[str, Path], check: Check = ...) -> Iterator[Done]:
        """Each task once, in the order in which they end; `files` by the digests of their contents.

        What the cache has is not done. `check` may raise Cancelled; then no work goes on.
        """


@functools.cache
def kept_here() -> dict[str, Any]:
    """What this process keeps between tasks."""
    return {}
