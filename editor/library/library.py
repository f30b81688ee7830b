"""One person's library: the catalogue, the store of bytes and the searches, opened together."""

from collections.abc import Iterable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.library.asset import COLUMNS, Asset, Credits, asset_from
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore
from editor.library.intake import Taken, take_in
from editor.library.places import file_of
from editor.library.search.results import Finder, assets_by_id
from editor.library.walk import is_text, real_path

STORE = "content"


class Library:
    """`folder` holds everything; what is asked more than once has its own module, with `catalogue` as first argument.

    Raises ExpectedError when the folder cannot be used.
    """

    def __init__(self, folder: Path) -> None:
        self.catalogue = Catalogue(folder)
        self.content = ContentStore(folder / STORE)
        self.finder = Finder(self.catalogue)

    def take_in(
        self,
        paths: Iterable[Path],
        *,
        copy: bool = False,
        visit: bool = False,
        known: Credits | None = None,
        progress: Progress | None = None,
    ) -> Taken:
        return take_in(self.catalogue, self.content, paths, copy=copy, visit=visit, known=known, progress=progress)

    def asset(self, key: int) -> Asset:
        """Raises ExpectedError when there is no such asset."""
        found = assets_by_id(self.catalogue, [key]).get(key)
        if found is None:
            raise ExpectedError(tr("The library has no asset {number}.", number=key))
        return found

    def with_hash(self, digest: str) -> Asset | None:
        """The asset whose bytes have this hash, or whose hash begins so."""
        upper = digest + "g"
        rows = self.catalogue.rows(f"SELECT {COLUMNS} FROM asset WHERE hash >= ? AND hash < ? LIMIT 2", (digest, upper))
        return asset_from(rows[0]) if len(rows) == 1 else None

    def grown_from(self, digest: str) -> Asset | None:
        """The asset that has these bytes, or had them before its file was edited."""
        rows = self.catalogue.rows("SELECT asset FROM past WHERE hash = ?", (digest,))
        return self.with_hash(digest) or (self.asset(int(str(rows[0][0]))) if rows else None)

    def at(self, path: Path) -> Asset | None:
        """The asset whose file lies at a path, in the library or outside."""
        if not is_text(path):
            return None
        path = real_path(path)
        if path.is_relative_to(real_path(self.content.root)):
            return self.with_hash(path.name.partition(".")[0])
        rows = self.catalogue.rows("SELECT asset FROM place WHERE path = ?", (str(path),))
        return self.asset(int(str(rows[0][0]))) if rows else None

    def file_of(self, asset: Asset) -> Path:
        """Raises ExpectedError when the file is nowhere to be found."""
        found = file_of(self.catalogue, self.content, asset)
        if found is None:
            raise ExpectedError(
                tr("The file of {name} is not at its place.", name=asset.label),
                tr("Connect its disk, or import the folder where it lies now: it is known by its content."),
            )
        return found

    def close(self) -> None:
        self.catalogue.close()
