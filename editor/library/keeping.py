"""Whether the library still has what it says that it keeps."""

import sqlite3

from editor.library.asset import COLUMNS, Asset, asset_from
from editor.library.catalogue import Catalogue
from editor.library.content import ContentStore


def let_go_of_lost(catalogue: Catalogue, content: ContentStore) -> list[Asset]:
    """Assets that count as kept while their bytes are gone from the store: they count as kept no longer, so that a
    search for what is missing finds them, and importing the file again keeps it again."""

    def action(connection: sqlite3.Connection) -> list[Asset]:
        kept = map(asset_from, connection.execute(f"SELECT {COLUMNS} FROM asset WHERE stored ORDER BY id"))
        lost = [asset for asset in kept if content.find(asset.hash, asset.extension) is None]
        connection.executemany("UPDATE asset SET stored = 0 WHERE id = ?", [(asset.id,) for asset in lost])
        return lost

    return catalogue.write(action)
