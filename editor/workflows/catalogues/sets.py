"""Where the files of a work lie, and whether the library has them: told apart by work and by content, never by a name
alone.

A set is a main file and those that it names. It has a folder of its own, so no other work and no newer version of the
same one ever writes into it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.library.library import Library
from editor.library.places import places_of
from editor.library.sets import SETS
from editor.storage.media import full_hash
from editor.workflows.catalogues.source import Found, RemoteFile, Source, Variant

PASSING = "fetching"
"""Files on their way into the library's store; what an interrupted fetch left is gone on with."""
PADDED = ("gltf", "mtlx", "obj", "usda")
"""Texts that mean the same with empty lines at their end."""
MOST_ALIKE = 32
PIECE = 1 << 20


def folder_of(root: Path, source: Source, found: Found, variant: Variant) -> Path:
    """`source/work_variant/content`, each in letters that every disk takes."""
    work = f"{_plain(found.id)}_{_plain(variant.key)}"
    return root / (SETS if variant.main else PASSING) / _plain(source.key) / work / _content_of(variant)


def _plain(part: str) -> str:
    """A name as it is, or with what tells it apart from others that read alike once their letters are changed.

    >>> _plain("brick_floor"), _plain("дуб") == _plain("лес")
    ('brick_floor', False)
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-. ")[:80]
    return name if name == part else f"{name}-{_short(part)}".lstrip("-")


def _content_of(variant: Variant) -> str:
    """What stands for exactly these files, as far as the catalogue tells."""
    told = [
        "\0".join((file.path, file.sha256 or file.md5 or file.address, str(file.size), file.text))
        for file in variant.files
    ]
    return _short("\1".join((variant.main, *sorted(told))))


def _short(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_here(path: Path, file: RemoteFile) -> bool:
    """Whether a file lies there whole: by its checksum, or by its length where the catalogue has no other word. Empty
    lines that keep a main file apart do not count."""
    with suppress(OSError):
        if not file.size or path.stat().st_size < file.size:
            return False
        if not (file.sha256 or file.md5):
            return path.stat().st_size == file.size
        return _begins_with(path, file)
    return False


def _begins_with(path: Path, file: RemoteFile) -> bool:
    digest = hashlib.sha256() if file.sha256 else hashlib.md5(usedforsecurity=False)
    left = file.size
    with path.open("rb") as stream:
        while left and (piece := stream.read(min(PIECE, left))):
            digest.update(piece)
            left -= len(piece)
        rest = stream.read(MOST_ALIKE + 1)
    return digest.hexdigest() == (file.sha256 or file.md5).lower() and rest == b"\n" * min(len(rest), MOST_ALIKE)


def keep_apart(library: Library, main: Path) -> None:
    """The library knows files by their bytes. Two materials may have the same main file and other pictures beside it:
    then the second gets an empty line at its end, and is an asset of its own."""
    if main.suffix.lower().removeprefix(".") not in PADDED:
        return
    for _ in range(MOST_ALIKE):
        twin = library.with_hash(full_hash(main))
        if twin is None or not (twin.stored or any(_is_elsewhere(path, main) for path in _places(library, twin.id))):
            return
        with main.open("ab") as stream:
            stream.write(b"\n")


def _places(library: Library, asset: int) -> list[Path]:
    return places_of(library.catalogue, asset)


def _is_elsewhere(path: Path, main: Path) -> bool:
    return path.is_file() and path != main.absolute()


def known_files(library: Library, source: Source, found: Found, variant: Variant) -> dict[str, int]:
    """Which files of a choice the library has, by their path; of a set all or none."""
    if variant.main:
        return _known_set(library, source, found, variant)
    known: dict[str, int] = {}
    for file in variant.files:
        asset = next(_having(library, found, file), None) if file.size else None
        if asset is not None:
            known[file.path] = asset
    return known


def _known_set(library: Library, source: Source, found: Found, variant: Variant) -> dict[str, int]:
    folder = folder_of(library.catalogue.folder, source, found, variant)
    asset = library.at(folder / variant.main)
    if asset is None or asset.trashed is not None:
        return {}
    if not all(file.text or is_here(folder / file.path, file) for file in variant.files):
        return {}
    return {file.path: asset.id for file in variant.files}


def _having(library: Library, found: Found, file: RemoteFile) -> Iterator[int]:
    """Assets with the bytes of a file; without a checksum those of its name that came from the work's page."""
    question = "SELECT id, source, name FROM asset WHERE size = ? AND trashed IS NULL ORDER BY source <> ?, id LIMIT ?"
    is_sure = bool(file.sha256 or file.md5)
    for key, source, name in library.catalogue.rows(question, (file.size, found.page, MOST_ALIKE)):
        if not is_sure and (source, name) != (found.page, Path(file.path).name):
            continue
        with suppress(ExpectedError):
            if is_here(library.file_of(library.asset(int(str(key)))), file):
                yield int(str(key))
