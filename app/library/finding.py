"""What the grid shows: a search within a place, and searches for likeness, which are worked out beside the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from app.library.search_bar import SearchBar
from app.library.sidebar import Place, Sidebar
from editor.base.translation import tr
from editor.library.collections import collected
from editor.library.duplicates import duplicates
from editor.library.library import Library
from editor.library.places import assets_below
from editor.library.search.check import fields_of
from editor.library.search.language import Or, parse
from editor.library.search.results import Ids, SortKey

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.session import Session
    from editor.base.jobs import Progress


class Finding:
    """Works for the panel. `again` shows the results of a search that had to be waited for."""

    def __init__(
        self, session: Session, library: Library, sidebar: Sidebar, bar: SearchBar, again: Callable[[], object]
    ) -> None:
        from editor.workflows.library.likeness import teach

        self.session, self.library, self.sidebar, self.bar, self.again = session, library, sidebar, bar, again
        self.likeness = teach(library)
        self._waiting: set[str] = set()
        self._copies: tuple[object, list[list[int]]] | None = None

    def query(self) -> str:
        """What is looked for, within the place on the left."""
        place, typed = self.sidebar.place(), self.bar.query()
        return f"{_in_brackets(place.query)} ({typed})" if place.query and typed else place.query or typed

    def find(self, sort: SortKey | Literal["own"]) -> Ids | None:
        """Ids in order, "own" being that of a collection; None for an answer that is still worked out. Raises
        ExpectedError for what means nothing."""
        place, query = self.sidebar.place(), self.query()
        if self._must_wait(query):
            return None
        order: SortKey = "added" if sort == "own" else sort
        found = self.library.finder.find(query, sort=order, trashed=place.kind == "trash")
        if place.kind == "collection":
            keys = collected(self.library.catalogue, place.key)
            return _in_order(keys, found) if sort == "own" else found[np.isin(found, np.array(keys, np.int64))]
        if place.kind == "folder":
            return found[np.isin(found, assets_below(self.library.catalogue, place.name))]
        if place.kind == "duplicates":
            return _in_order([one.asset for one in duplicates(self.library.catalogue)], found)
        if place.kind == "copies":
            return self._changed_copies(found)
        return found

    # Likeness

    def look_like_asset(self, asset: int) -> None:
        self._look_like(lambda: self.likeness.value_of_asset(asset))

    def look_like_file(self, path: Path) -> None:
        """Like a file: an asset if it is one, else any picture."""

        def value() -> str:
            from editor.workflows.library.pictured import on_white
            from editor.workflows.library.small_pictures import small_picture

            asset = self.library.at(path)
            if asset is not None:
                return self.likeness.value_of_asset(asset.id)
            return self.likeness.value_of_picture(on_white(small_picture(path).pixels))

        self._look_like(value)

    def look_like_layer(self) -> None:
        """Like the chosen layer of the document on top, or the page that is shown."""
        session = self.session
        project, document = session.required_project().snapshot(), session.document
        selection = session.required_project().selection

        def value() -> str:
            from editor.workflows.ai.similar_work import picture_of

            return self.likeness.value_of_picture(picture_of(project, document, selection))

        self._look_like(value)

    def _look_like(self, value: Callable[[], str]) -> None:
        """Work the answer out as a job, then show it."""

        def work(progress: Progress) -> str:
            found = value()
            self.likeness.ids(found)
            return found

        def show(found: str) -> None:
            self.bar.show_like(found, self.likeness.picture_of(found))

        self.session.start_job(tr("Find what looks alike"), work, show)

    def _must_wait(self, query: str) -> bool:
        """Whether a search asks for a likeness that is not worked out yet: that begins then."""
        values = {field.value for field in fields_of(parse(query)) if field.name == "like"}
        missing = {value for value in values if not self.likeness.is_ready(value)}
        for value in missing - self._waiting:
            self._waiting.add(value)

            def work(progress: Progress, wanted: str = value) -> str:
                try:
                    self.likeness.ids(wanted)
                finally:
                    self._waiting.discard(wanted)
                return wanted

            self.session.start_job(tr("Find what looks alike"), work, lambda _value: self.again())
        return bool(missing)

    def _changed_copies(self, found: Ids) -> Ids | None:
        """Pictures that are cropped, scaled or compressed copies of one another, group after group."""
        state = self.likeness.state()
        if self._copies is not None and self._copies[0] == state:
            return _in_order([key for group in self._copies[1] for key in group], found)
        if "copies" not in self._waiting:
            self._waiting.add("copies")

            def work(progress: Progress) -> list[list[int]]:
                from editor.workflows.library.alike import look_alikes

                try:
                    return look_alikes(self.library, progress)
                finally:
                    self._waiting.discard("copies")

            def show(groups: list[list[int]]) -> None:
                self._copies = (state, groups)
                self.again()

            self.session.start_job(tr("Find changed copies"), work, show)
        return None

    def empty_text(self) -> str:
        place: Place = self.sidebar.place()
        if self.bar.query():
            return tr("Nothing fits this search.")
        return tr(EMPTY.get(place.kind, "Nothing is here yet."))


EMPTY = {
    "all": "Drop files or folders here, or follow a folder: what it holds shows up by itself.",
    "trash": "The trash is empty.",
    "collection": "Drag assets onto this collection.",
    "duplicates": "No file lies in two places.",
    "copies": "No picture is a changed copy of another.",
    "check": "There is nothing to do here.",
}


def _in_brackets(query: str) -> str:
    """A search that more is asked of: this or that, both of it; what was left open is closed."""
    query += '"' * (query.count('"') % 2)
    return f"({query})" if isinstance(parse(query), Or) else query


def _in_order(order: list[int], found: Ids) -> Ids:
    wanted = np.array(order, np.int64)
    return wanted[np.isin(wanted, found)]
