"""Files that lie on the disk more than once. (Pictures that only look alike are found by their fingerprints.)"""

import os
from pathlib import Path

import msgspec

from editor.library.catalogue import Catalogue


class Duplicate(msgspec.Struct, frozen=True, kw_only=True):
    """One asset in several files, of which each stands under `places` once, by whatever names it is known; `wasted`
    is what all but one take, in bytes."""

    asset: int
    name: str
    places: tuple[Path, ...]
    wasted: int


def duplicates(catalogue: Catalogue) -> list[Duplicate]:
    """The greatest waste first."""
    rows = catalogue.rows(
        "SELECT asset.id, asset.name, asset.size, place.path FROM asset JOIN place ON place.asset = asset.id"
        " WHERE place.missing IS NULL AND asset.trashed IS NULL AND asset.id IN"
        " (SELECT asset FROM place WHERE missing IS NULL GROUP BY asset HAVING count(*) > 1)"
        " ORDER BY asset.id, place.path"
    )
    together: dict[tuple[int, str, int], list[Path]] = {}
    for row in rows:
        together.setdefault((int(str(row[0])), str(row[1]), int(str(row[2]))), []).append(Path(str(row[3])))
    found = []
    for (key, name, size), paths in together.items():
        places = _each_once(paths)
        if len(places) > 1:
            found.append(Duplicate(asset=key, name=name, places=places, wasted=size * (len(places) - 1)))
    return sorted(found, key=lambda one: -one.wasted)


def _each_once(paths: list[Path]) -> tuple[Path, ...]:
    """Without second names of one file: deleting such a "copy" would delete the only one, or free nothing."""
    files: dict[object, Path] = {}
    for path in paths:
        try:
            status = os.stat(path)
        except OSError:
            files[path] = path
            continue
        files.setdefault((status.st_dev, status.st_ino), path)
    return tuple(files.values())
