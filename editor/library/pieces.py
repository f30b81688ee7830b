"""A change of very many assets, piece by piece: whoever else wants to write, in this program or another, gets in
between."""

import sqlite3
import time
from collections.abc import Callable, Iterable

from editor.library.catalogue import Catalogue

PIECE = 1000
GAP, SHARE = 0.004, 0.1
"""Seconds between two pieces at least, and what share of a piece's own time; who waits for SQLite's lock asks for it
again and again, and must find it free once."""


def write_in_pieces(
    catalogue: Catalogue, assets: Iterable[int], action: Callable[[sqlite3.Connection, list[int]], object]
) -> None:
    """Run `action` over the assets, a transaction for each piece; what was written stays when a later one fails."""
    keys = list(dict.fromkeys(assets))
    for start in range(0, max(len(keys), 1), PIECE):
        begun = time.monotonic()
        some = keys[start : start + PIECE]
        catalogue.write(lambda connection, some=some: action(connection, some))  # type: ignore[misc]
        if start + PIECE < len(keys):
            time.sleep(max(GAP, SHARE * (time.monotonic() - begun)))
