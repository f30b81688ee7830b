"""Names of licences to choose from while one is written."""

from functools import cache

from editor.library.edits import LICENCES


@cache
def licence_names() -> tuple[str, ...]:
    """What artists use first, then every other name of SPDX's list that is still in force."""
    from packaging.licenses._spdx import LICENSES  # the pinned version's own table; it has no public name

    others = sorted(entry["id"] for entry in LICENSES.values() if not entry["deprecated"])
    return tuple(dict.fromkeys((*LICENCES, *others)))
