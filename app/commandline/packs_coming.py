"""Packs that come in with what they need: said with sizes before anything is fetched, asked about, told when done."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.commandline.terminal import ProgressLine, complain, say
from app.packs.coming import Guest, guests_beside, guests_of, missing_text, sources_text, tree_beside
from app.packs.place import open_bucket, packs_folder
from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from sync.credentials import Place
    from sync.packs.installing import InstalledPack
    from sync.packs.needs import Missing
    from sync.transfer import Limits


class Bar(ProgressLine):
    """Nothing stops work at a terminal but Ctrl+C, which comes by itself."""

    def check(self) -> None:
        pass


def take_in_file(path: Path, accept_key: bool, alone: bool, yes: bool) -> list[InstalledPack]:
    """A pack file with what it needs of the files beside it. Raises ExpectedError when something is missing."""
    from sync.packs.installing import take_in

    with Bar(tr("Taking in")) as bar:
        tree = tree_beside(path, alone, bar)
    if tree.missing:
        raise _missing(tree.missing, sources_text())
    guests = guests_beside(tree)
    for guest in guests[:-1]:
        say(tr("with {name}, which lies beside it", name=_named(guest)))
    agree_to_strangers(guests, yes)
    wanted = tree.packs[-1].manifest.name
    with Bar(tr("Taking in")) as bar:
        packs = [(pack.verified, pack.fill) for pack in tree.packs]
        return take_in(packs, packs_folder(), bar, {wanted} if accept_key else ())


def pull_tree(place: Place, wanted: str, limits: Limits, arguments: argparse.Namespace) -> list[InstalledPack]:
    """What was asked for, as NAME or NAME=VERSION, and what it needs; empty for a dry run. Raises ExpectedError when
    something is missing."""
    from app.packs.notes import begun
    from sync.packs.installing import InstalledPack, place_of
    from sync.transfer import fetch, plan_pull

    name, _, version = wanted.partition("=")
    accept = {name} if arguments.accept_key else set[str]()
    bucket, root = open_bucket(place), packs_folder()
    try:
        coming = plan_pull(bucket, name, root, version or None, accept, arguments.alone)
        guests = guests_of(coming)
        if arguments.dry_run or len(guests) > 1:
            _say_guests(guests, coming.size)
        if coming.tree.missing:
            raise _missing(coming.tree.missing, sources_text(place.label))
        if arguments.dry_run:
            return []
        agree_to_strangers(guests, arguments.yes)
        with begun("pull", coming.wanted.manifest, place, coming.size), Bar(tr("Fetching")) as bar:
            whole = fetch(bucket, coming, root, limits, bar)
    finally:
        bucket.close()
    others = (pack for pack in coming.packs if pack is not coming.wanted)
    return [*(InstalledPack(pack, place_of(pack.manifest, root)) for pack in others), whole]


def _missing(missing: Sequence[Missing], sources: str) -> ExpectedError:
    return ExpectedError(missing_text(missing), f"{sources} {tr('With --alone it comes without them.')}")


def _say_guests(guests: Sequence[Guest], total: int) -> None:
    for guest in guests:
        say(tr_count(
            "would fetch {name}: 1 file, {size} MB", "would fetch {name}: {count} files, {size} MB",
            name=_named(guest), count=guest.files, size=size_shown(guest.size),
        ))  # fmt: skip
    if not guests:
        say(tr("Everything is here already."))
    elif len(guests) > 1:
        say(tr_count("1 pack, {size} MB in all", "{count} packs, {size} MB in all", count=len(guests),
                     size=size_shown(total)))  # fmt: skip


def _named(guest: Guest) -> str:
    if guest.is_stranger:
        return tr("{name} by {author}, an author new to you", name=f"{guest.name} {guest.version}", author=guest.author)
    return tr("{name} by {author}", name=f"{guest.name} {guest.version}", author=guest.author)


def agree_to_strangers(guests: Sequence[Guest], yes: bool) -> None:
    """Nobody named these packs, and nobody here knows who signed them: that is asked. Raises ExpectedError for no."""
    strangers = [guest for guest in guests if guest.is_stranger]
    if not strangers or yes:
        return
    names = ", ".join(
        tr("{name} by {author}", name=f"{one.name} {one.version}", author=one.author) for one in strangers
    )
    if not sys.stdin.isatty():
        raise ExpectedError(
            tr("Packs by authors new to you would come with it: {names}.", names=names),
            tr("There is nobody to ask: --yes agrees to them, --alone leaves them out."),
        )
    complain(tr("Packs by authors new to you would come with it: {names}.", names=names))
    if input(f"{tr('Trust these authors?')} [y/N] ").strip().lower() not in ("y", "yes", "o", "oui"):
        raise ExpectedError(tr("Nothing was fetched."))


def say_installed(packs: Sequence[InstalledPack], into_library: bool) -> None:
    """Where they lie; the last one was asked for."""
    from app.library.folder import library_folder
    from app.packs.offering import offer
    from editor.library.library import Library
    from sync.packs.installing import installed
    from sync.packs.needs import lacking

    for pack in packs:
        say(tr("{name} lies in {folder}", name=pack.manifest.label, folder=str(pack.content)))
    here = [pack.manifest for pack in installed(packs_folder())]
    for pack in packs[-1:]:
        for missing in lacking(pack.manifest, here):
            say(tr("It also needs {name}.", name=missing))
    if not into_library or not packs:
        return
    library = Library(library_folder())
    try:
        taken = [offer(library, pack) for pack in packs]
    finally:
        library.close()
    count = sum(len(each.assets) for each in taken)
    say(tr_count("1 of its files is in the library.", "{count} of its files are in the library.", count=count))
    for each in taken:
        for path, reason in each.problems:
            say(f"{path}: {reason}")


def size_shown(size: int) -> str:
    """In megabytes."""
    return number_text(size / 1e6, 1, keep_zeros=True)
