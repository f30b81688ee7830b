"""What a person says of assets: rating, title, notes, author, source, licence."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.catalogue import Catalogue
from editor.library.licences import checked_licence
from editor.library.pieces import write_in_pieces
from editor.library.words import write_words

EDITABLE = ("name", "rating", "title", "notes", "author", "source", "licence")
UNSEARCHED = {"rating", "licence"}
"""Fields that are no words of a search."""
LONGEST = {"notes": 20_000}
LICENCES = (
    "CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0",
    "CC-BY-3.0", "CC-BY-SA-3.0", "OFL-1.1", "MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-or-later", "LicenseRef-own",
)  # fmt: skip
"""Offered first, from the list of SPDX; every other expression can be written. LicenseRef-own: one's own work."""


def edit_assets(catalogue: Catalogue, assets: Iterable[int], **values: Any) -> None:
    """Set fields of EDITABLE for some assets. Raises ExpectedError for a value that cannot be."""
    keys = list(assets)
    for name, value in values.items():
        _check(name, value)
    if "licence" in values:
        values["licence"] = checked_licence(values["licence"])
    sets = ", ".join(f"{name} = ?" for name in values)
    searched = bool(values.keys() - UNSEARCHED)

    def action(connection: sqlite3.Connection, some: list[int]) -> None:
        connection.executemany(f"UPDATE asset SET {sets} WHERE id = ?", [(*values.values(), key) for key in some])
        if searched:
            write_words(connection, some)

    if values and keys:
        write_in_pieces(catalogue, keys, action)


def _check(name: str, value: object) -> None:
    if name not in EDITABLE:
        raise ValueError(f"{name} is not a field to edit")
    if name == "rating":
        if not isinstance(value, int) or not 0 <= value <= 5:
            raise ExpectedError(tr("A rating goes from 0 to 5."))
        return
    most = LONGEST.get(name, 1000)
    if not isinstance(value, str) or len(value) > most:
        raise ExpectedError(tr("This text is longer than {most} characters.", most=most))
