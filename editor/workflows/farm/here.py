"""The same tasks in this process, one after the other: what a farm is compared with, and what works without Dask."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from pathlib import Path
from typing import Any, Self

from editor.base.errors import Cancelled, ExpectedError
from editor.workflows.farm.cache import ResultCache
from editor.workflows.farm.tasks import Check, Done, Given, Task, Workplace, no_check, work_of


class Here:
    """See `Workplace`. `threads` is how many a task may use, 0 for as many as there are processors."""

    def __init__(self, cache: ResultCache | None = None, threads: int = 0) -> None:
        self.cache, self.threads = cache, threads

    def run(self, tasks: Sequence[Task], files: Mapping[str, Path], check: Check = no_check) -> Iterator[Done]:
        kept: dict[str, Any] = {}
        try:
            for task in {task.key(): task for task in tasks}.values():
                check()
                yield self._done(task, files, check, kept)
        finally:
            for value, close in kept.values():
                close(value)

    def _done(self, task: Task, files: Mapping[str, Path], check: Check, kept: dict[str, Any]) -> Done:
        key = task.key()
        known = self.cache.get(key) if self.cache is not None else None
        if known is not None:
            return Done(task, known, was_known=True)
        given = Given(
            shared=tuple(files[content.digest] for content in task.shared),
            inputs=tuple(files[content.digest] for content in task.inputs),
            contents=(*task.shared, *task.inputs), check=check, kept=kept, threads=self.threads,
        )  # fmt: skip
        began = time.monotonic()
        try:
            data = work_of(task.work)(given, task.wish)
        except Cancelled:
            raise
        except ExpectedError as error:
            return Done(task, failure=str(error))
        if self.cache is not None:
            self.cache.put(key, data)
        return Done(task, data, seconds=time.monotonic() - began)


class OnDemand:
    """A place that is opened for the first task whose result is not known, and closed at the end."""

    def __init__(self, cache: ResultCache, open_place: Callable[[], AbstractContextManager[Workplace]]) -> None:
        self._cache, self._open_place = cache, open_place
        self._opened = ExitStack()
        self._place: Workplace | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def run(self, tasks: Sequence[Task], files: Mapping[str, Path], check: Check = no_check) -> Iterator[Done]:
        """See `Workplace`. Raises ExpectedError when the place cannot be opened."""
        left = []
        for key, task in {task.key(): task for task in tasks}.items():
            known = self._cache.get(key)
            if known is None:
                left.append(task)
            else:
                check()
                yield Done(task, known, was_known=True)
        if left:
            check()
            if self._place is None:
                self._place = self._opened.enter_context(self._open_place())
            results = self._place.run(left, files, check)
            with closing(results):  # type: ignore[type-var]
                yield from results
