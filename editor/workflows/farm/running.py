"""Tasks on their way through a farm: given out, lost, tried again elsewhere, brought home once each.

What a worker answers is a value, failures included (see worker.py); what Dask itself raises means that a worker or the
scheduler went away. Each has a count of its own, so that an unlucky task is not taken for a bad one.
"""

import threading
import time
from asyncio import CancelledError
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

from editor.base.translation import language, tr_count
from editor.workflows.farm import worker
from editor.workflows.farm.cache import unpacked
from editor.workflows.farm.cluster import QUESTION_SECONDS, WAIT_SECONDS, Farm
from editor.workflows.farm.contents import Content, pieces_of
from editor.workflows.farm.tasks import Check, Done, Task
from editor.workflows.farm.versions import mark
from editor.workflows.farm.worker import Answer

RETRIES = 3
AHEAD = 2
"""Tasks that wait for each worker: enough that none is idle, few enough that a lost one costs little."""
INLINE = 1 << 20
LOOK_AHEAD = 8
"""Tasks for each worker among which one that fits it is looked for: results may come so far out of their order."""
LOOK_SECONDS = 0.5


class Run:
    """One list of tasks on one farm."""

    def __init__(self, farm: Farm, tasks: Sequence[Task], files: Mapping[str, Path], check: Check) -> None:
        self.farm, self.files, self.check = farm, files, check
        self.tasks = {task.key(): task for task in tasks}
        self.waiting = deque(self.tasks)
        self.running: dict[Any, str] = {}
        self.troubles: dict[str, list[Answer]] = {}
        self.losses: Counter[str] = Counter()
        self.workers: dict[str, int] = {}
        self._rows: dict[str, str] = {}
        self._hints: dict[str, str] = {}
        self._everywhere: set[str] = set()
        self._ended_keys: set[str] = set()
        self._name = uuid4().hex[:12]
        self._submitted = 0
        self._moved = threading.Event()
        self._looked = self._usable_at = time.monotonic()

    def results(self) -> Iterator[Done]:
        """See `Workplace.run`."""
        try:
            yield from self._known()
            if self.waiting:
                self._look(at_once=True)
                self._share()
            while self.waiting or self.running:
                self.check()
                self._look()
                self._give_out()
                yield from self._bring_home()
        finally:
            self._stop()

    def _known(self) -> Iterator[Done]:
        """What the cache has."""
        if self.farm.cache is None:
            return
        for _ in range(len(self.waiting)):
            key = self.waiting.popleft()
            data = self.farm.cache.get(key)
            if data is None:
                self.waiting.append(key)
            else:
                self.check()
                self._ended_keys.add(key)
                yield Done(self.tasks[key], data, was_known=True)

    # Who works

    def _look(self, at_once: bool = False) -> None:
        """Who can work now; goes on with a scheduler that came back. Raises ExpectedError when nobody can."""
        now = time.monotonic()
        if not self.farm.is_connected:
            self.running.clear()
            self.waiting = deque(key for key in self.tasks if key not in self._ended_keys)
            self.farm.reconnect(self.check)
            self._usable_at, at_once = time.monotonic(), True
        if not at_once and now - self._looked < LOOK_SECONDS:
            return
        self._looked = now
        self.workers = self.farm.usable()
        if self.workers:
            self._usable_at = now
        elif now - self._usable_at > 2 * WAIT_SECONDS:
            raise self.farm.none_usable()

    def _share(self) -> None:
        """Send each worker what many tasks need, and learn what lies everywhere already."""
        shared = list(self._shared().values())
        own = [content for key in self.waiting for content in self.tasks[key].inputs]
        held: list[set[str]] = []
        for address in self.workers:
            with suppress(OSError, TimeoutError):
                self.farm.deliver(address, shared, self.check)
                asked = self.farm.ask(address, worker.missing, own, seconds=QUESTION_SECONDS) if own else ()
                absent = set(asked)
                held.append({content.digest for content in own} - absent)
        self._everywhere = set.intersection(*held) if held else set()

    def _shared(self) -> dict[str, tuple[Content, Path]]:
        return {
            content.digest: (content, self.files[content.digest])
            for task in self.tasks.values() for content in task.shared
        }  # fmt: skip

    # Giving out

    def _give_out(self) -> None:
        while self.waiting and len(self.running) < self._room():
            key, worker = self._next()
            try:
                future = self._submit(key, worker)
            except (OSError, TimeoutError, RuntimeError, CancelledError):
                return
            self.waiting.remove(key)
            self.running[future] = key
            future.add_done_callback(lambda _future: self._moved.set())

    def _submit(self, key: str, best: str) -> Any:
        task = self.tasks[key]
        self._submitted += 1
        name = f"atelier-{self._name}-{self._submitted}"
        bad = {answer.worker for answer in self.troubles.get(key, ())}
        others = [address for address in self.workers if address not in bad] if bad else list(filter(None, [best]))
        return self.farm.client.submit(
            worker.perform, task, mark(), language(), name, self._pieces(task), key=name, pure=False,
            resources={mark(): 1}, workers=others or None, allow_other_workers=bool(others),
        )  # fmt: skip

    def _next(self) -> tuple[str, str]:
        """A task and who had best do it: tasks of a row go on where its worker has the files open; "" for anyone."""
        keys = list(islice(self.waiting, LOOK_AHEAD * len(self.workers)))
        busy = Counter(self._hints.get(key, "") for key in self.running.values())
        free = min(self.workers, key=busy.__getitem__)
        rows = [(key, self.tasks[key].row) for key in keys]
        if len(self.waiting) < self._room() or not all(row for _, row in rows):
            return keys[0], ""
        mine = next((key for key, row in rows if self._rows.get(row) == free), "")
        new = next((key for key, row in rows if self._rows.get(row) not in self.workers), "")
        key = mine or new or keys[0]
        self._rows[self.tasks[key].row] = self._hints[key] = free
        return key, free

    def _room(self) -> int:
        return sum((AHEAD + 1) * threads for threads in self.workers.values())

    def _pieces(self, task: Task) -> dict[str, Any]:
        """A task's own files: small ones with the task itself, large ones beside it."""
        found: dict[str, Any] = {}
        for content in task.inputs:
            if content.digest in self._everywhere:
                continue
            for name, piece in zip(content.pieces, pieces_of(self.files[content.digest]), strict=False):
                found[name] = piece
                if content.size > INLINE:
                    found[name] = self.farm.client.scatter(piece, workers=list(self.workers), hash=True)
        return found

    # Bringing home

    def _bring_home(self) -> Iterator[Done]:
        self._moved.wait(0.1)
        self._moved.clear()
        for future in [future for future in self.running if future.done()]:
            key = self.running.pop(future)
            done = self._ended(key, future)
            if done is not None:
                self._ended_keys.add(key)
                yield done

    def _ended(self, key: str, future: Any) -> Done | None:
        """The end of a task, or None when it waits again."""
        try:
            answer: Answer = future.result(timeout=WAIT_SECONDS)
        except (CancelledError, OSError, TimeoutError):
            return self._lost(key, "") if self.farm.is_connected else self._again(key)
        except Exception as error:  # noqa: BLE001 - a worker that died, or bytes that cannot be read: both are losses
            return self._lost(key, f"{type(error).__name__}: {error}")
        if answer.missing:
            return self._sent_again(key, answer)
        plain = answer.data.data if answer.data is not None else None
        data = unpacked(plain) if plain is not None else None
        if plain is None or data is None:
            return self._failed(key, answer)
        if self.farm.cache is not None:
            self.farm.cache.put_packed(key, plain)
        return Done(self.tasks[key], data, worker=answer.worker, seconds=answer.seconds)

    def _again(self, key: str) -> Done | None:
        self.waiting.appendleft(key)
        return None

    def _lost(self, key: str, reason: str) -> Done | None:
        """Its worker went away; elsewhere it may do better."""
        self.losses[key] += 1
        self._looked = 0.0
        self._everywhere.clear()
        if self.losses[key] <= RETRIES:
            return self._again(key)
        task = self.tasks[key]
        sentence = tr_count("{name}: its worker was lost. It may need more memory or time than a worker has.",
            "{name}: its worker was lost {count} times. It may need more memory or time than a worker has.",
            name=task.name, count=self.losses[key],
        )  # fmt: skip
        return Done(task, failure=sentence, log=reason)

    def _sent_again(self, key: str, answer: Answer) -> Done | None:
        """A worker that came later, or one that has made room meanwhile, lacks files."""
        lacking = set(answer.missing)
        self._everywhere -= lacking
        shared = [pair for digest, pair in self._shared().items() if digest in lacking]
        try:
            self.farm.deliver(answer.worker, shared, self.check)
        except (OSError, TimeoutError) as error:
            return self._lost(key, str(error))
        self.losses[key] += 0 if shared else 1
        return self._again(key) if self.losses[key] <= RETRIES else self._lost(key, "")

    def _failed(self, key: str, answer: Answer) -> Done | None:
        """What the file is to blame for is told at once; anything else is tried on other workers first."""
        task, tried = self.tasks[key], self.troubles.setdefault(key, [])
        tried.append(answer)
        if answer.final:
            return Done(task, failure=answer.failure, worker=answer.worker, seconds=answer.seconds)
        if len(tried) < RETRIES:
            return self._again(key)
        log = "\n".join(f"{one.worker}: {one.failure}\n{one.log}".rstrip() for one in tried)
        sentence = tr_count("{name} failed: {reason}",
            "{name} failed {count} times, at last with: {reason}", name=task.name, count=len(tried),
            reason=answer.failure,
        )  # fmt: skip
        return Done(task, failure=sentence, log=log, worker=answer.worker)

    def _stop(self) -> None:
        """Nobody wants what is still going on."""
        running, self.running = list(self.running), {}
        if running and self.farm.is_connected:
            with suppress(OSError, TimeoutError, RuntimeError):
                self.farm.client.cancel(running, force=True)
