"""A file that was lost, shown by hand: known by its bytes, or taken as the new state of the asset."""

from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.library import Library
from editor.library.walk import is_text, real_path, shown
from editor.storage.media import full_hash


def relink(library: Library, asset: int, path: Path) -> None:
    """Let an asset lie at a path from now on. A file with other bytes is a newer state of it: links in projects follow.

    Raises ExpectedError when the file cannot be read, or is another asset already.
    """
    found = library.asset(asset)
    path = real_path(path)
    if not path.is_file() or not is_text(path):
        raise ExpectedError(tr("{name} cannot be opened.", name=shown(path.name)))
    try:
        digest, name = full_hash(path), str(path)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be opened.", name=path.name)) from error
    if digest != found.hash:
        other = library.with_hash(digest)
        if other is not None:
            raise ExpectedError(
                tr("{name} is an asset of its own: {other}.", name=path.name, other=other.label),
                tr("Choose the file that takes the place of the lost one."),
            )
        library.catalogue.write(
            lambda connection: (
                connection.execute("DELETE FROM place WHERE asset = ? AND missing IS NOT NULL", (asset,)),
                connection.execute("INSERT OR REPLACE INTO place VALUES (?, ?, 0, 0, NULL)", (name, asset)),
            )
        )
    library.take_in([path])
