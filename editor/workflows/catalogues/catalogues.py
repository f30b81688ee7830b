"""All catalogues of one person: which there are, which may be asked, and asking them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.workflows.catalogues.agreements import AddedFeed, Agreements, changed_at, read_agreements, write_agreements
from editor.workflows.catalogues.asking import Asking, Memory
from editor.workflows.catalogues.feed import JsonFeed, read_feed
from editor.workflows.catalogues.google_fonts import GoogleFonts
from editor.workflows.catalogues.openverse import Openverse
from editor.workflows.catalogues.poly_haven import PolyHaven
from editor.workflows.catalogues.reading import host_of, may_be_asked, plain
from editor.workflows.catalogues.source import Found, Kind, Page, Source, Use

BUILT_IN: dict[str, Callable[[str], Source]] = {
    "polyhaven": lambda base: PolyHaven(base) if base else PolyHaven(),
    "googlefonts": lambda base: GoogleFonts(base, base) if base else GoogleFonts(),
    "openverse": lambda base: Openverse(base) if base else Openverse(),
}


class Catalogues:
    """`folder` is the library's. Nothing is asked of anybody before `agree` was called for that catalogue."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.memory = Memory()
        self._seen = 0
        self._known = Agreements()
        self._read()

    def _read(self) -> Agreements:
        """What was agreed to by now, in this window, in another or at a terminal."""
        changed = changed_at(self.folder)
        if changed != self._seen:
            self._known, self._seen = read_agreements(self.folder), changed
        return self._known

    @property
    def sources(self) -> list[Source]:
        """Those that the program knows, then the feeds in the order they were added."""
        told = self._read()
        mirrors = told.mirrors
        known = [make(mirrors.get(key, "").rstrip("/")) for key, make in BUILT_IN.items()]
        return [*known, *(JsonFeed(feed.address, feed.title, feed.others, feed.page) for feed in told.feeds)]

    def source(self, key: str) -> Source:
        """By its key, or by its title. Raises ExpectedError."""
        sources = self.sources
        for source in sources:
            if key.casefold() in (source.key.casefold(), source.title.casefold()):
                return source
        remedy = tr("There are: {names}.", names=", ".join(source.key for source in sources))
        raise ExpectedError(tr("There is no catalogue {name}.", name=plain(key, 80)), remedy)

    # Agreeing

    def is_agreed(self, source: Source) -> bool:
        return set(source.hosts) <= set(self._read().agreed.get(source.key, ()))

    def agree(self, source: Source) -> None:
        """A person lets this program speak to all hosts of a catalogue, for searching and previews."""
        self._tell(agreed={**self._read().agreed, source.key: source.hosts})

    def withdraw(self, source: Source) -> None:
        self._tell(agreed={key: hosts for key, hosts in self._read().agreed.items() if key != source.key})

    def add_feed(self, address: str, progress: Progress | None = None) -> Source:
        """Whoever types an address agrees to speak to its host; hosts that the feed names are asked about later."""
        address = address.strip()
        if not may_be_asked(address, (host_of(address),)):
            raise ExpectedError(
                tr("{address} is no address for a feed.", address=address[:120]), tr("It begins with https://.")
            )
        feed = read_feed(Asking((host_of(address),), self.memory, progress), address)
        others = [one for one in self._read().feeds if one.address != address]
        self._tell(feeds=(*others, AddedFeed(address, feed.title, feed.others, feed.page)))
        if not feed.others:
            self.agree(feed)
        return feed

    def remove_feed(self, source: Source) -> None:
        self.withdraw(source)
        self._tell(feeds=tuple(one for one in self._read().feeds if one.address != source.key))

    def _tell(self, **changes: object) -> None:
        write_agreements(self.folder, msgspec.structs.replace(self._read(), **changes))
        self._read()

    # Asking

    def search(
        self, source: Source, words: str, kind: Kind, page: int = 1, use: Use = "any",
        progress: Progress | None = None,
    ) -> Page:  # fmt: skip
        """Raises ExpectedError when the catalogue may not be asked, does not know the kind, or answers badly."""
        if kind not in source.kinds:
            names = ", ".join(source.kinds)
            raise ExpectedError(
                tr("{source} has nothing of this kind: {kind}.", source=source.title, kind=kind),
                tr("There are: {names}.", names=names),
            )
        return source.search(self.asking(source, progress), words, kind, max(page, 1), use)

    def details(self, source: Source, key: str, progress: Progress | None = None) -> Found:
        return source.details(self.asking(source, progress), key)

    def picture(self, source: Source, found: Found, progress: Progress | None = None) -> bytes:
        """A picture, or a font with a few letters; b"" where there is none."""
        return source.picture(self.asking(source, progress), found)

    def sound(
        self, source: Source, found: Found, also: frozenset[str] = frozenset(), progress: Progress | None = None
    ) -> bytes:
        """What can be heard of a work before it is fetched, no longer than any answer; b"" for nothing."""
        return self.asking(source, progress, also)(found.sound, keep=True) if found.sound else b""

    def asking(self, source: Source, progress: Progress | None = None, also: frozenset[str] = frozenset()) -> Asking:
        """The way to a catalogue's hosts, and to others that were agreed to for one fetch."""
        if not self.is_agreed(source):
            raise ExpectedError(
                tr("You have not yet agreed to speak to {source} ({hosts}).", source=source.title,
                   hosts=", ".join(source.hosts)),
                tr("Agree in the window of free catalogues, or with: catalogue agree {key}", key=source.key),
            )  # fmt: skip
        return Asking((*source.hosts, *also), self.memory, progress)
