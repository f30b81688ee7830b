"""`sync status`: what is here, what is newer in the buckets, what was built and not published, what changed, what hangs
half-done; and `sync drop`, for what nobody wants to end."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from app.commandline.packs_coming import Bar, size_shown
from app.commandline.terminal import complain, say, say_json
from app.packs.state import Report, State, how_it_stands, marks_of
from editor.base.errors import ExpectedError
from editor.base.translation import tr

if TYPE_CHECKING:
    from sync.credentials import Place

WIDEST = 40


def configure_status(add: Callable[..., argparse.ArgumentParser]) -> None:
    sub = add("status", help="what is here, newer elsewhere, not published, changed or half-done")
    sub.add_argument("bucket", nargs="?", default="", metavar="BUCKET[/FOLDER]",
                     help="the bucket to ask; without it those that you added")
    sub.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", ""), metavar="ADDRESS",
                     help="the server, such as https://s3.example.org; Amazon's own without it")
    sub.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", "us-east-1"))
    sub.add_argument("--offline", action="store_true", help="ask no bucket")
    sub.add_argument("--json", action="store_true", help="as JSON")
    drop = add("drop", help="forget a push or pull that was cut off, or a pack that was built")
    drop.add_argument("pack", metavar="NAME=VERSION")


def status(places: Sequence[Place], arguments: argparse.Namespace) -> None:
    """A bucket that does not answer is said on the way; the rest is shown."""
    with Bar(tr("Looking")) as bar:
        report = how_it_stands([] if arguments.offline else places, bar)
    if arguments.json:
        say_json(msgspec.json.format(msgspec.json.encode(report), indent=1).decode())
        return
    _say_table(report.packs)
    _say_rest(report)


def _say_table(states: Sequence[State]) -> None:
    rows = [(state.name, state.version, "; ".join(marks_of(state))) for state in states]
    if not rows:
        say(tr("No pack is here, and none was built."))
        return
    head = (tr("Pack"), tr("Version"), tr("State"))
    widths = [min(WIDEST, max(len(row[column]) for row in (head, *rows))) for column in (0, 1)]
    for name, version, text in (head, *rows):
        say(f"{name:<{widths[0]}}  {version:<{widths[1]}}  {text}")


def _say_rest(report: Report) -> None:
    if report.kept:
        say(tr("{size} MB of pulls that were cut off are kept; the next one goes on with them.",
               size=size_shown(report.kept)))  # fmt: skip
    for asked in report.buckets:
        if asked.problem:
            complain(asked.problem)
    if not report.buckets:
        say(tr("No bucket was asked."))


def drop_begun(label: str) -> None:
    """What hangs half-done under this name, or the note of what was built; nothing of the packs themselves."""
    from app.packs.notes import begun_work, built_packs, drop, forget_built

    name, _, version = label.partition("=")
    begun = [each for each in begun_work() if (each.name, each.version) == (name, version)]
    if any(each.is_under_way for each in begun):
        raise ExpectedError(tr("{name} is under way at this moment.", name=f"{name} {version}"))
    built = [each for each in built_packs() if (each.name, each.version) == (name, version)]
    if not begun and not built:
        raise ExpectedError(tr("Nothing of {name} hangs half-done, and it was not built here.",
                               name=f"{name} {version}".strip()))  # fmt: skip
    with Bar(tr("Forgetting")) as bar:
        for each in begun:
            drop(each, bar)
    for one in [] if begun else built:
        forget_built(one.name, one.version)
