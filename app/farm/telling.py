"""A farm in lines of at most eighty characters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from editor.base.numbers import percent_text, size_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from editor.workflows.farm.looking import FarmLook, WorkerLook

WIDTH = 80


def told_as_table(found: FarmLook, results_size: int) -> list[str]:
    """One line a worker; those that cannot be used say why below."""
    usable = tr_count(
        "{usable} of 1 worker can be used",
        "{usable} of {count} workers can be used",
        usable=found.usable,
        count=len(found.workers),
    )
    lines = [f"{found.address}  {usable}"]
    if found.workers:
        heads = (tr("Worker"), tr("Load"), tr("Memory"), tr("Doing"), tr("Done"), tr("Failed"), tr("Files"))
        lines.append(_row(heads))
        lines += [_row(cells(worker)) for worker in found.workers]
        lines += _refusals(found)
    lines.append(tr("results kept here: {size}", size=size_text(results_size)))
    return lines


def cells(worker: WorkerLook) -> tuple[str, ...]:
    """What a table shows of a worker, here and in the window."""
    return (
        worker.address.partition("://")[2] + (" !" if worker.refusal else ""), percent_text(worker.processor),
        size_text(worker.memory), str(worker.doing), str(worker.done), str(worker.failed), size_text(worker.contents),
    )  # fmt: skip


def _row(parts: tuple[str, ...]) -> str:
    first, *rest = parts
    widths = (6, 9, 8, 8, 8, 10)
    others = "".join(f" {part:>{width}.{width}}" for part, width in zip(rest, widths, strict=True))
    return f"{first:<24.24}{others}"[:WIDTH]


def _refusals(found: FarmLook) -> list[str]:
    import textwrap

    return [
        line for worker in found.workers if worker.refusal
        for line in textwrap.wrap(f"! {worker.refusal}", WIDTH, subsequent_indent="  ")
    ]  # fmt: skip
