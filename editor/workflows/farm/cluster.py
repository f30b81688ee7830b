"""The farm: workers on this machine or on others, reached through a scheduler of Dask.

A worker is used when it bears our mark (see versions.py): the scheduler itself gives tasks to no other, because the
mark is a resource that tasks ask for. What a person is told of the others is in `Farm.refused`.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from platform import node
from types import TracebackType
from typing import Any, Self

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.workflows.farm.addresses import check_address, security_of
from editor.workflows.farm.cache import ResultCache
from editor.workflows.farm.contents import Content, pieces_of
from editor.workflows.farm.starting import PRELOAD, environment, settings, warm_up
from editor.workflows.farm.tasks import Check, Done, Task, no_check
from editor.workflows.farm.versions import different, mark, versions

WAIT_SECONDS = 15.0
BACK_SECONDS = 60.0
"""How long a scheduler that went away may take to come back."""
SILENT_SECONDS = 30.0
"""After so long without a sign of life a worker counts as lost."""
ASK_SECONDS, QUESTION_SECONDS = 30.0, 5.0
"""For what a worker is sent, and for a plain question: one that was lost a moment ago and is not missed yet answers
neither."""


class Farm:
    """`address` of a scheduler such as tls://studio:8786, or None and `workers` processes on this machine.

    `keys` is the folder of certificates for tls. Raises ExpectedError when Dask is not installed, nobody answers, or
    the way there is not encrypted and `unencrypted` does not allow that.
    """

    def __init__(
        self,
        address: str | None = None,
        workers: int = 2,
        cache: ResultCache | None = None,
        scratch: Path | None = None,
        *,
        keys: Path | None = None,
        unencrypted: bool = False,
        silent_seconds: float = SILENT_SECONDS,
        memory: int | str = "auto",
        wait_for_workers: bool = True,
    ) -> None:
        if address is None:
            warm_up()
        check_installed()
        self.address, self.cache, self.scratch, self.keys = address, cache, scratch, keys
        self.refused: dict[str, str] = {}
        self.client: Any = None
        self._cluster: Any = None
        if address is not None:
            check_address(address, keys, unencrypted)
        try:
            if address is None:
                self._cluster = self._begin(workers, silent_seconds, memory)
            self._connect(WAIT_SECONDS)
            if wait_for_workers:
                self._wait_for_workers(WAIT_SECONDS)
        except ExpectedError:
            self.close()
            raise
        except (OSError, TimeoutError, ValueError) as error:
            self.close()
            raise self._nobody() from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, tasks: Sequence[Task], files: Mapping[str, Path], check: Check = no_check) -> Iterator[Done]:
        """See `Workplace.run`. Raises ExpectedError when the farm is gone or no worker of it can be used."""
        from editor.workflows.farm.running import Run

        return Run(self, tasks, files, check).results()

    def close(self) -> None:
        """Ends workers of our own at once: nobody waits for what they do."""
        if self._cluster is not None:
            with _quiet():
                self._kill_workers()
        if self.client is not None:
            with _quiet():
                self.client.close(timeout=2)
        if self._cluster is not None:
            with _quiet():
                self._cluster.close(timeout=5)
        self.client = self._cluster = None

    # Workers

    def workers(self) -> dict[str, dict[str, Any]]:
        """What the scheduler knows of each worker, by its address."""
        try:
            found: dict[str, dict[str, Any]] = self.client.scheduler_info(n_workers=-1)["workers"]
        except (OSError, TimeoutError):
            return {}
        return found

    def usable(self) -> dict[str, int]:
        """How many tasks each of the workers with our mark does at once; `refused` says why others have none."""
        found: dict[str, int] = {}
        self.refused = {}
        for address, facts in self.workers().items():
            if mark() in facts.get("resources", {}):
                found[address] = int(facts.get("nthreads", 1))
            else:
                self.refused[address] = refusal(address, facts)
        return found

    def ask(self, address: str, function: Callable[..., Any], *arguments: Any, seconds: float = ASK_SECONDS) -> Any:
        """What a function says on one worker, at once; raises OSError or TimeoutError when it does not answer."""
        client = self.client
        answer = client.sync(client._run, function, *arguments, workers=[address], callback_timeout=seconds)
        if address not in answer:
            raise OSError(f"{address} is gone")
        return answer[address]

    def deliver(self, address: str, contents: Sequence[tuple[Content, Path]], check: Check = no_check) -> int:
        """Send a worker the files that it does not have; how many bytes that took."""
        from editor.workflows.farm import worker

        if not contents:
            return 0
        absent = set(self.ask(address, worker.missing, [content for content, _ in contents], seconds=QUESTION_SECONDS))
        sent = 0
        for content, path in contents:
            if content.digest not in absent:
                continue
            absent.discard(content.digest)
            for number, piece in enumerate(pieces_of(path)):
                check()
                self.ask(address, worker.receive, content, number, piece)
                sent += len(piece)
            self.ask(address, worker.received, content)
        return sent

    # The connection

    @property
    def is_connected(self) -> bool:
        return self.client is not None and self.client.status == "running"

    def reconnect(self, check: Check = no_check) -> None:
        """Wait for a scheduler that went away. Raises ExpectedError when it stays away."""
        deadline = time.monotonic() + BACK_SECONDS
        while not self.is_connected:
            check()
            if self._cluster is not None or time.monotonic() > deadline:
                raise self._nobody()
            with _quiet():
                self.client.close(timeout=1)
            with contextlib.suppress(OSError, TimeoutError, ValueError):
                self._connect(3.0)

    def _begin(self, workers: int, silent_seconds: float, memory: int | str) -> Any:
        """Processes of our own on this machine."""
        import dask
        import distributed

        more = {}
        if self.scratch is not None:
            self.scratch.mkdir(parents=True, exist_ok=True)
            more["ATELIER_FARM_CONTENTS"] = str(self.scratch.resolve() / "contents")
        cluster: Any = distributed.LocalCluster
        with dask.config.set(settings(silent_seconds)):
            return cluster(
                n_workers=workers, threads_per_worker=1, processes=True, silence_logs=60, host="127.0.0.1",
                dashboard_address="127.0.0.1:0",
                local_directory=str(self.scratch) if self.scratch else None, preload=PRELOAD, env=environment(**more),
                memory_limit=memory,
            )  # fmt: skip

    def _connect(self, seconds: float) -> None:
        import distributed

        client: Any = distributed.Client
        security = security_of(self.keys) if self.keys is not None and self.address is not None else None
        self.client = client(
            self._cluster or self.address, timeout=seconds, set_as_default=False, security=security,
            direct_to_workers=self._cluster is not None or None,
        )  # fmt: skip

    def _wait_for_workers(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not self.usable():
            if time.monotonic() > deadline:
                raise self.none_usable()
            time.sleep(0.05)

    def none_usable(self) -> ExpectedError:
        if not self.refused:
            return ExpectedError(
                tr("The farm has no workers."), tr("Start one with: farm worker {address}", address=self.address or "")
            )
        reasons = " ".join(self.refused.values())
        return ExpectedError(
            tr("No worker of the farm can be used. {reasons}", reasons=reasons),
            tr("Install the same Atelier there, so that it draws the same pixels."),
        )

    def _nobody(self) -> ExpectedError:
        return ExpectedError(
            tr("No farm answers at {address}.", address=self.address or node()),
            tr("Start one with: farm scheduler, and farm worker beside it."),
        )

    def _kill_workers(self) -> None:
        """Their nannies would first ask politely, for seconds."""
        import signal

        for nanny in self._cluster.workers.values():
            nanny.auto_restart = False
            pid = getattr(nanny, "pid", None)
            if pid:
                with contextlib.suppress(OSError):
                    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))


def check_installed() -> None:
    """Raises ExpectedError when Dask is not there."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ExpectedError(
            tr("The farm needs Dask, and it is not installed."), tr("Install Atelier with its extra “farm”.")
        ) from error


def refusal(address: str, facts: Mapping[str, Any]) -> str:
    """Why a worker is not used, in a sentence."""
    told = facts.get("metrics", {}).get("atelier")
    if not isinstance(told, dict):
        return tr("The worker at {address} is not one of Atelier’s.", address=address)
    names = different(versions(), told.get("versions", {}))
    return tr("The worker at {address} has {names}.", address=address, names=names or tr("another Atelier"))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Closing what is gone already is no trouble to anyone. A client whose line was cut while it came back tells of
    that when it is closed, as a failed assertion of its own."""
    with contextlib.suppress(OSError, TimeoutError, RuntimeError, AttributeError, AssertionError):
        yield
