"""What a farm looks like from outside: its workers, what they do and keep, and which of them we cannot use."""

from pathlib import Path
from typing import Any

import msgspec

from editor.workflows.farm.addresses import check_address
from editor.workflows.farm.cluster import Farm, refusal
from editor.workflows.farm.versions import mark


class WorkerLook(msgspec.Struct, frozen=True, kw_only=True):
    """`processor` is a share of one core. `refusal` says why we do not use it, "" when we do."""

    address: str
    host: str
    threads: int
    processor: float
    memory: int
    memory_limit: int
    doing: int
    done: int
    failed: int
    contents: int
    contents_limit: int
    program: str
    refusal: str = ""


class FarmLook(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    workers: tuple[WorkerLook, ...]

    @property
    def usable(self) -> int:
        return sum(not worker.refusal for worker in self.workers)


def look(address: str, keys: Path | None = None, unencrypted: bool = False) -> FarmLook:
    """Ask a scheduler. Raises ExpectedError when nobody answers."""
    check_address(address, keys, unencrypted)
    with Farm(address, keys=keys, unencrypted=unencrypted, wait_for_workers=False) as farm:
        return look_of(farm)


def look_of(farm: Farm) -> FarmLook:
    """Of a farm that is open."""
    found = tuple(_worker(address, facts) for address, facts in sorted(farm.workers().items()))
    return FarmLook(address=farm.address or "", workers=found)


def _worker(address: str, facts: dict[str, Any]) -> WorkerLook:
    metrics = facts.get("metrics", {})
    told = metrics.get("atelier")
    told = told if isinstance(told, dict) else {}
    is_ours = mark() in facts.get("resources", {})
    return WorkerLook(
        address=address, host=str(facts.get("host", "")), threads=int(facts.get("nthreads", 1)),
        processor=float(metrics.get("cpu", 0.0)) / 100, memory=int(metrics.get("memory", 0)),
        memory_limit=int(facts.get("memory_limit") or 0), doing=int(told.get("doing", 0)),
        done=int(told.get("done", 0)), failed=int(told.get("failed", 0)), contents=int(told.get("contents", 0)),
        contents_limit=int(told.get("limit", 0)), program=str(told.get("versions", {}).get("program", "")),
        refusal="" if is_ours else refusal(address, facts),
    )  # fmt: skip
