"""Workers on this machine or on others, and pieces of work that go to them.

What a piece needs is sent once and kept by the workers; a piece whose worker is lost goes to another one (Dask does
that), three times at most. Workers whose program differs from ours are refused: they would draw other pixels.
"""

import itertools
import time
from asyncio import CancelledError
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from platform import node
from types import TracebackType
from typing import Any, Self

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.farm import tasks
from editor.workflows.farm.cache import ResultCache
from editor.workflows.farm.contents import Content, PieceMissing, digest_of, pieces_of
from editor.workflows.farm.tasks import versions

WAIT_SECONDS = 15.0
RETRIES = 3
AHEAD = 4
"""Pieces that wait at each worker: enough that none is idle, few enough that a lost one costs little."""


class Farm:
    """`address` of a scheduler such as tcp://studio:8786, or None and `workers` processes on this machine.

    Raises ExpectedError when Dask is not installed, nobody answers, or a worker has another program.
    """

    def __init__(
        self,
        address: str | None = None,
        workers: int = 2,
        cache: ResultCache | None = None,
        scratch: Path | None = None,
    ) -> None:
        try:
            import distributed
        except ImportError as error:
            raise ExpectedError(
                tr("The farm needs Dask, and it is not installed."), tr("Install Atelier with its extra “farm”.")
            ) from error
        self.cache = cache
        self._sent: dict[str, Any] = {}
        self._tries = itertools.count()
        self._cluster: Any = None
        try:
            if address is None:
                cluster: Any = distributed.LocalCluster
                self._cluster = cluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    dashboard_address=None,
                    local_directory=str(scratch) if scratch else None,
                    silence_logs=50,
                )
            client: Any = distributed.Client
            self.client: Any = client(self._cluster or address, timeout=WAIT_SECONDS, set_as_default=False)
            self.client.wait_for_workers(1, timeout=WAIT_SECONDS)
        except (OSError, TimeoutError, ValueError) as error:
            self.close()
            raise ExpectedError(
                tr("No farm answers at {address}.", address=address or node()),
                tr("Start one with: farm scheduler, and farm worker beside it."),
            ) from error
        self._check_versions()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._sent.clear()
        if hasattr(self, "client"):
            self.client.close()
        if self._cluster is not None:
            self._cluster.close()

    def workers(self) -> dict[str, dict[str, Any]]:
        """What the scheduler knows of each worker, by its address."""
        found: dict[str, dict[str, Any]] = self.client.scheduler_info(n_workers=-1)["workers"]
        return found

    def run(
        self,
        keys: Sequence[str],
        submit: Callable[[str, bool], Any],
        check: Callable[[], object] = lambda: None,
    ) -> Iterator[tuple[str, bytes]]:
        """Work on pieces named by `keys`; each comes once, with its result, as it is done. `submit` sends one; it is
        told when it must send the files again, because those who had them are gone.

        What the cache has is not worked on. `check` may raise Cancelled; what was sent is taken back then. Raises
        ExpectedError when a piece cannot be done.
        """
        waiting = list(dict.fromkeys(keys))
        running: dict[Any, str] = {}
        lost: dict[str, int] = {}
        try:
            while waiting or running:
                check()
                while waiting and len(running) < AHEAD * max(1, len(self.workers())):
                    key = waiting.pop(0)
                    known = self.cache.get(key) if self.cache else None
                    if known is not None:
                        yield key, known
                    else:
                        running[submit(key, key in lost)] = key
                yield from self._collect(running, waiting, lost)
        finally:
            if running:
                self.client.cancel(list(running), force=True)

    def _collect(
        self, running: dict[Any, str], waiting: list[str], lost: dict[str, int]
    ) -> Iterator[tuple[str, bytes]]:
        """What is done; pieces whose files went away with a worker wait again."""
        done = [future for future in running if future.done()]
        if not done:
            time.sleep(0.02)
        for future in done:
            key = running.pop(future)
            try:
                result: bytes = future.result()
            except (PieceMissing, CancelledError) as error:
                lost[key] = lost.get(key, 0) + 1
                if lost[key] > RETRIES:
                    raise ExpectedError(tr("The farm loses its workers again and again.")) from error
                self._sent.clear()
                waiting.insert(0, key)
                continue
            except ExpectedError:
                raise
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
                raise ExpectedError(tr("A worker could not do its piece: {reason}", reason=reason)) from error
            if self.cache is not None:
                self.cache.put(key, result)
            yield key, result

    def send(self, contents: Sequence[tuple[Content, Path]]) -> dict[str, Any]:
        """Pieces of the files that some worker does not have, as futures that any task may take; each is sent once."""
        answers = self.client.run(tasks.missing, [content for content, _ in contents])
        wanted = {digest for answer in answers.values() for digest in answer}
        found: dict[str, Any] = {}
        for content, path in contents:
            if content.digest not in wanted:
                continue
            for piece in pieces_of(path):
                name = digest_of(piece)
                if name not in self._sent:
                    self._sent[name] = self.client.scatter(piece, hash=True)
                found[name] = self._sent[name]
        return found

    def submit(self, function: Callable[..., bytes], *arguments: Any, key: str) -> Any:
        return self.client.submit(function, *arguments, key=f"atelier-{key}-{next(self._tries)}", retries=RETRIES)

    def _check_versions(self) -> None:
        ours = versions()
        for address, theirs in self.client.run(tasks.versions).items():
            different = [name for name in ours if theirs.get(name) != ours[name]]
            if different:
                self.close()
                raise ExpectedError(
                    tr("The worker at {address} has another {names}.", address=address, names=", ".join(different)),
                    tr("Install the same Atelier there, so that it draws the same pixels."),
                )
