"""Where heavy work is done: on this machine alone, in processes of it, or at a farm. Kept for window and terminal."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from app.ai.folder import data_folder
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from editor.workflows.farm.cache import ResultCache
    from editor.workflows.farm.cluster import Farm
    from editor.workflows.farm.tasks import Workplace

VARIABLE = "ATELIER_FARM"
GIGABYTES_KEPT = 20
Kind = Literal["none", "here", "address"]


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """`workers` 0 is one for every processor. `keys` is the folder of certificates, "" for none."""

    kind: Kind = "none"
    address: str = ""
    workers: int = 0
    keys: str = ""
    unencrypted: bool = False


def farm_folder() -> Path:
    """ATELIER_FARM, else the machine's place for data."""
    return Path(os.environ.get(VARIABLE, "") or data_folder(os.environ) / "atelier" / "farm")


def results() -> ResultCache:
    """What was worked out before, by this machine or by a farm for it."""
    from editor.workflows.farm.cache import ResultCache

    return ResultCache(farm_folder() / "results")


def load_choice() -> Choice:
    """What was chosen last; "none" when nothing was, or when the file makes no sense."""
    try:
        return msgspec.json.decode((farm_folder() / "choice.json").read_bytes(), type=Choice)
    except (OSError, msgspec.DecodeError):
        return Choice()


def save_choice(choice: Choice) -> None:
    """Raises ExpectedError when the disk refuses."""
    from editor.formats.doors import save_bytes

    try:
        farm_folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=str(farm_folder()), reason=error.strerror or str(error))
        ) from error
    save_bytes(farm_folder() / "choice.json", msgspec.json.encode(choice))


def add_connection_options(parser: argparse.ArgumentParser) -> None:
    """How a scheduler is reached."""
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="certificates for tls://, made by `farm keys`")
    parser.add_argument(
        "--unencrypted", action="store_true", help="allow tcp:// to another machine: for networks you trust entirely"
    )


def add_farm_options(parser: argparse.ArgumentParser, workers: bool = True) -> None:
    """For verbs that can hand their work to a farm."""
    group = parser.add_argument_group("farm")
    group.add_argument("--farm", action="store_true",
                       help="let workers do it: those of --scheduler, of the window's choice, or processes here")
    group.add_argument("--scheduler", metavar="tls://HOST:PORT", help="the farm to use", action=_Named)
    if workers:
        group.add_argument("--workers", type=int, default=0, metavar="N", help="processes on this machine")
    add_connection_options(group)  # type: ignore[arg-type]


class _Named(argparse.Action):
    """Whoever names a farm wants it."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        setattr(namespace, self.dest, values)
        namespace.farm = True


def choice_of(arguments: argparse.Namespace) -> Choice:
    """What the call says, and what the window chose where it says nothing."""
    kept = load_choice()
    keys = str(arguments.keys) if arguments.keys else kept.keys
    unencrypted = bool(arguments.unencrypted)
    workers = int(getattr(arguments, "workers", 0) or 0)
    if arguments.scheduler:
        return Choice(kind="address", address=arguments.scheduler, keys=keys, unencrypted=unencrypted)
    if getattr(arguments, "farm", True) and kept.kind == "address" and not workers:
        return msgspec.structs.replace(kept, keys=keys, unencrypted=unencrypted or kept.unencrypted)
    return Choice(kind="here", workers=workers or kept.workers)


@contextmanager
def workplace(choice: Choice) -> Iterator[Workplace]:
    """The place that was chosen. A farm is called only when there is something to do that is not known already.

    Raises ExpectedError for an address that cannot be right.
    """
    from editor.workflows.farm.here import Here, OnDemand

    cache = results()
    if choice.kind == "none":
        yield Here(cache)
    else:
        if choice.kind == "address":
            from editor.workflows.farm.addresses import check_address

            check_address(choice.address, Path(choice.keys) if choice.keys else None, choice.unencrypted)
        with OnDemand(cache, lambda: open_farm(choice, cache)) as place:
            yield place
    cache.shrink(GIGABYTES_KEPT << 30)


def open_farm(choice: Choice, cache: ResultCache | None = None) -> Farm:
    """Raises ExpectedError when nobody answers."""
    from editor.workflows.farm.cluster import Farm

    return Farm(
        choice.address if choice.kind == "address" else None, choice.workers or os.cpu_count() or 2, cache,
        farm_folder() / "scratch", keys=Path(choice.keys) if choice.keys else None, unencrypted=choice.unencrypted,
    )  # fmt: skip
