"""`catalogue`: free works of others, found and fetched from the terminal. Nobody is asked before a person agreed."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from app.commandline.actions import actions_of
from app.commandline.terminal import ProgressLine, complain, say, say_json
from app.library.folder import library_folder
from editor.base.jobs import Progress
from editor.base.translation import tr, tr_count
from editor.workflows.catalogues.source import LABELS, USES

if TYPE_CHECKING:
    from editor.library.library import Library
    from editor.workflows.catalogues.catalogues import Catalogues
    from editor.workflows.catalogues.fetching import Offer
    from editor.workflows.catalogues.source import Found, Source

ACTIONS = {
    "list": "the catalogues, their hosts, and which you agreed to",
    "agree": "let this program speak to a catalogue's hosts, for searching and previews",
    "forget": "take an agreement back; of a feed that you added, the feed too",
    "feed": "add a plain JSON feed by its address; see catalogues.md for its form",
    "search": "find works, such as: search polyhaven brick --kind material",
    "show": "all about one work, with what can be fetched",
    "fetch": "fetch one work into the library, after asking",
}
LINES = {
    "title": "title: {text}", "kind": "kind: {text}", "author": "author: {text}", "licence": "licence: {text}",
    "page": "page: {text}", "about": "about: {text}", "attribution": "credit: {text}",
}  # fmt: skip
"""How all that is known of a work is told."""


def configure(parser: argparse.ArgumentParser, verb: str) -> None:
    _, subs = actions_of(parser, ACTIONS)
    subs["feed"].add_argument("address", metavar="ADDRESS")
    for name in ("agree", "forget", "search", "show", "fetch"):
        subs[name].add_argument("source", metavar="CATALOGUE", help="a key or title as list shows them")
    for name in ("show", "fetch"):
        subs[name].add_argument("work", metavar="WORK", help="an id as search shows them")
    search = subs["search"]
    search.add_argument("words", nargs="*", metavar="WORD")
    search.add_argument("--kind", choices=tuple(LABELS), help="the first that the catalogue has if not said")
    search.add_argument("--page", type=int, default=1, metavar="N")
    search.add_argument("--use", choices=tuple(USES), default="any", help="which licences will do")
    for name in ("list", "search", "show"):
        subs[name].add_argument("--json", action="store_true")
    subs["fetch"].add_argument("--variant", metavar="KEY", help="as show names them; the first if not said")
    subs["fetch"].add_argument("--yes", action="store_true", help="agree to files, size and licence beforehand")
    subs["fetch"].add_argument("--no-thumbnails", action="store_true", help="leave looking at the files to `refresh`")


def run(arguments: argparse.Namespace) -> int:
    from editor.workflows.catalogues.catalogues import Catalogues

    return DOING[arguments.action](Catalogues(library_folder()), arguments) or 0


def list_all(catalogues: Catalogues, arguments: argparse.Namespace) -> None:
    rows = [
        {
            "key": source.key, "title": source.title, "about": tr(source.about), "hosts": source.hosts,
            "kinds": source.kinds, "agreed": catalogues.is_agreed(source), "page": source.page,
        }
        for source in catalogues.sources
    ]  # fmt: skip
    if arguments.json:
        say_json(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for source in catalogues.sources:
        state = tr("agreed to") if catalogues.is_agreed(source) else tr("not yet agreed to")
        say(f"{source.key}  {source.title}  ({state})")
        say(f"    {tr(source.about)}")
        kinds = ", ".join(source.kinds) if len(source.kinds) < len(LABELS) else tr("everything")
        say(f"    {tr('Hosts: {hosts}', hosts=', '.join(source.hosts))}  ·  {kinds}")


def agree(catalogues: Catalogues, arguments: argparse.Namespace) -> None:
    source = catalogues.source(arguments.source)
    catalogues.agree(source)
    say(tr("{source} may be asked now: {hosts}.", source=source.title, hosts=", ".join(source.hosts)))


def forget(catalogues: Catalogues, arguments: argparse.Namespace) -> None:
    source = catalogues.source(arguments.source)
    catalogues.remove_feed(source)
    say(tr("{source} is asked nothing any more.", source=source.title))


def add_feed(catalogues: Catalogues, arguments: argparse.Namespace) -> None:
    with ProgressLine(tr("Asking")) as line:
        source = catalogues.add_feed(arguments.address, Progress(line))
    say(tr("{source} is added.", source=source.title))
    if not catalogues.is_agreed(source):
        say(tr("Its files lie at {hosts}. Agree to that with: catalogue agree {key}",
               hosts=", ".join(source.hosts[1:]), key=source.key))  # fmt: skip


def search(catalogues: Catalogues, arguments: argparse.Namespace) -> int:
    source = _agreed(catalogues, arguments.source)
    if source is None:
        return 1
    kind = arguments.kind or source.kinds[0]
    with ProgressLine(tr("Asking")) as line:
        page = catalogues.search(source, " ".join(arguments.words), kind, arguments.page, arguments.use, Progress(line))
    if arguments.json:
        say_json(msgspec.json.format(msgspec.json.encode(page), indent=1).decode("utf-8"))
        return 0
    for found in page.found:
        say("  ".join(part for part in (found.id, found.title, found.author, found.licence) if part))
    if source.credit:
        say(source.credit)
    if page.has_more:
        say(tr("There is more: --page {number}", number=arguments.page + 1))
    elif not page.found:
        say(tr("Nothing fits this search."))
    return 0


def show(catalogues: Catalogues, arguments: argparse.Namespace) -> int:
    source = _agreed(catalogues, arguments.source)
    if source is None:
        return 1
    with ProgressLine(tr("Asking")) as line:
        found = catalogues.details(source, arguments.work, Progress(line))
    if arguments.json:
        say_json(msgspec.json.format(msgspec.json.encode(found), indent=1).decode("utf-8"))
        return 0
    for name, text in LINES.items():
        if getattr(found, name):
            say(tr(text, text=getattr(found, name)))
    for variant in found.variants:
        size = human(variant.size) if variant.is_measured else "-"
        say(f"  {variant.key:<24} {size:>9}  {variant.label}")
    return 0


def fetch(catalogues: Catalogues, arguments: argparse.Namespace) -> int:
    from editor.base.errors import ExpectedError
    from editor.library.library import Library
    from editor.workflows.catalogues.fetching import fetch as do_fetch
    from editor.workflows.catalogues.fetching import offer

    source = _agreed(catalogues, arguments.source)
    if source is None:
        return 1
    library = Library(library_folder())
    try:
        with ProgressLine(tr("Asking")) as line:
            found = catalogues.details(source, arguments.work, Progress(line))
            variant = next((one for one in found.variants if arguments.variant in (None, one.key)), None)
            if variant is None:
                keys = ", ".join(one.key for one in found.variants) or "-"
                raise ExpectedError(tr("{title} has no such variant.", title=found.title), keys)
            made = offer(catalogues, library, source, found, variant, Progress(line))
        _tell(made)
        if made.coming and not arguments.yes and not _is_yes(tr("Fetch it under this licence?")):
            return 1
        with ProgressLine(found.title) as line:
            result = do_fetch(catalogues, library, made, Progress(line))
        say(tr("{added} new, {known} known.", added=len(result.added), known=len(result.known)))
        if result.added and not arguments.no_thumbnails:
            _look(library)
    finally:
        library.close()
    return 0


def _look(library: Library) -> None:
    from editor.workflows.library.updating import look_at_new

    with ProgressLine(tr("Looking")) as line:
        look_at_new(library, Progress(line))


def _tell(made: Offer) -> None:
    """Everything that a person agrees to."""
    found: Found = made.found
    say(f"{found.title} · {found.author or '-'} · {found.licence} · {found.page}")
    for file in made.coming:
        say(f"  {file.path}  {human(file.size) if file.size else tr('size not known')}")
    if made.here:
        say(
            tr_count(
                "1 of them is in the library already.",
                "{count} of them are in the library already.",
                count=len(made.here),
            )
        )
    if made.coming:
        total = human(made.size) if made.is_measured else tr("size not known")
        say(
            tr_count(
                "1 file, {size}, from {hosts}",
                "{count} files, {size}, from {hosts}",
                count=len(made.coming),
                size=total,
                hosts=", ".join(made.hosts),
            )
        )


def _agreed(catalogues: Catalogues, key: str) -> Source | None:
    """The catalogue, if it may be asked; at a terminal that is asked first."""
    source = catalogues.source(key)
    if not catalogues.is_agreed(source):
        say(f"{source.title}: {tr(source.about)}")
        hosts = ", ".join(source.hosts)
        if not sys.stdin.isatty():
            complain(tr("You have not yet agreed to speak to {source} ({hosts}).", source=source.title, hosts=hosts))
            complain(tr("Agree with: catalogue agree {key}", key=source.key))
            return None
        if not _is_yes(tr("Speak to {hosts} for searching and previews?", hosts=hosts)):
            return None
        catalogues.agree(source)
    return source


def _is_yes(question: str) -> bool:
    """Whatever is no yes, or no terminal, is a no."""
    if not sys.stdin.isatty():
        complain(tr("There is nobody to ask: --yes agrees to size and licence."))
        return False
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes", "o", "oui")


def human(size: int) -> str:
    from app.ai.missing import size_text

    return size_text(size)


DOING: dict[str, Callable[[Catalogues, argparse.Namespace], int | None]] = {
    "list": list_all, "agree": agree, "forget": forget, "feed": add_feed, "search": search, "show": show,
    "fetch": fetch,
}  # fmt: skip
