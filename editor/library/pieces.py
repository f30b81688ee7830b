"""A change of very many assets, piece by piece: whoever else wants to write, in this program or another, gets in
between."""

import sqlite3
import time
from collections.abc import Callable, Iterable

from editor.library.catalogue import Catalogue

PIECE = 2000
GAP = 0.004
"""Seconds between two pieces; who waits for SQLite's lock asks for it again and again."""


def write_in_pieces(
    catalogue: Catalogue, assets: Iterable[int], action: Callable[[sqlite3.Connection, list[int]], object]
) -> None:
    """Run `action` over the assets, a transaction for each piece; what was written stays when a later one fails."""
    keys = list(dict.fromkeys(assets))
    for start in range(0, max(len(keys), 1), PIECE):
        if start:
            time.sleep(GAP)
        some = keys[start : start + PIECE]
        catalogue.write(lambda connection, some=some: action(connection, some))  # type: ignore[misc]
