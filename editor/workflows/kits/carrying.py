"""A kit and its files as one file, or as a folder that a pack takes as it is; and back, on another machine.

Both hold `kit.json` and, under `files/`, each content by its hash. A reader looks for those names alone, in the size
that the kit allows, and compares every hash: nothing in such a file can reach another place, or run.
"""

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.misfits import misfit
from editor.base.translation import tr
from editor.library.library import Library
from editor.storage.media import full_hash
from editor.workflows.kits.keeping import KeptKit, file_of, keep_new, kits_of
from editor.workflows.kits.kit import MOST_BYTES, Kit, KitFile, checked, decode, encode

PACKED = ".atelier-kit.zip"
DOCUMENT = "kit.json"
FILES = "files"
MOST_FILE = 64 << 20
MOST_ALL = 512 << 20
Reader = Callable[[str, int], bytes]
"""(name, most bytes) -> the content; raises KeyError or OSError where there is none."""


def carry_out(
    library: Library, kept: KeptKit, target: Path, folder: bool = False, replace: bool = False
) -> Path:
    """Write a kit with its files. Raises ExpectedError when a file is missing or the target is taken; with `replace` a
    file gives way, once the new one is whole."""
    if target.exists() and not (replace and target.is_file() and not folder):
        raise ExpectedError(tr("{name} exists already.", name=str(target)))
    files = {item: _present(library, item) for item in kept.kit.files.values()}
    try:
        if folder:
            (target / FILES).mkdir(parents=True)
            (target / DOCUMENT).write_bytes(encode(kept.kit))
            for item, path in files.items():
                (target / _name(item)).write_bytes(path.read_bytes())
            return target
        partial = target.with_name(f"{target.name}.part")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(DOCUMENT, encode(kept.kit))
            for item, path in files.items():
                packed.write(path, _name(item))
        partial.replace(target)
        return target
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}", name=target.name, reason=error.strerror or error)
        ) from error


def _present(library: Library, item: KitFile) -> Path:
    path = file_of(library, item)
    if path is None:
        raise ExpectedError(
            tr("The file {name} of this kit is not in the library any more.", name=item.name or item.hash),
            tr("Take it out of the kit, or put it in again."),
        )
    return path


def _name(item: KitFile) -> str:
    return f"{FILES}/{item.hash}.{item.extension}"


def bring_in(library: Library, source: Path) -> KeptKit:
    """Take a kit and its files into the library; one with a name that is taken gets a number. Raises ExpectedError."""
    if source.is_dir():
        return _brought(library, source.name, lambda name, most: _read_file(source / name, most))
    try:
        if not zipfile.is_zipfile(source):
            return _brought_alone(library, source)
        with zipfile.ZipFile(source) as packed:
            return _brought(library, source.name, lambda name, most: _read_member(packed, name, most))
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        reason = getattr(error, "strerror", None) or misfit(error)
        raise ExpectedError(tr("{name} is no brand kit: {reason}", name=source.name, reason=reason)) from error


def _brought_alone(library: Library, source: Path) -> KeptKit:
    """A kit's document without its files: good where the library has them."""
    try:
        kit = decode(_read_file(source, MOST_BYTES), source.name)
    except KeyError as error:
        raise ExpectedError(tr("There is no file {name}.", name=str(source))) from error
    for item in kit.files.values():
        _present(library, item)
    return keep_new(library, _renamed(library, kit))


def _brought(library: Library, name: str, read: Reader) -> KeptKit:
    try:
        kit = checked(decode(read(DOCUMENT, MOST_BYTES), name))
    except KeyError as error:
        raise ExpectedError(tr("{name} holds no brand kit.", name=name)) from error
    left = MOST_ALL
    with tempfile.TemporaryDirectory() as place:
        paths = []
        for item in kit.files.values():
            path = Path(place, f"{item.hash}.{item.extension}")
            path.write_bytes(_content(item, read, name))
            left -= path.stat().st_size
            if left < 0:
                raise ExpectedError(tr("{name} is too large for a brand kit.", name=name))
            if full_hash(path) != item.hash:
                raise ExpectedError(tr("The file {file} in {name} is damaged.", file=item.name or item.hash, name=name))
            paths.append(path)
        if paths:
            library.take_in(paths, copy=True)
    return keep_new(library, _renamed(library, kit))


def _content(item: KitFile, read: Reader, name: str) -> bytes:
    try:
        return read(_name(item), MOST_FILE)
    except (KeyError, FileNotFoundError) as error:
        text = tr("The file {file} is missing in {name}.", file=item.name or item.hash, name=name)
        raise ExpectedError(text) from error


def _read_file(path: Path, most: int) -> bytes:
    """Of a folder: a link is not followed, since it may lead anywhere."""
    if path.is_symlink():
        raise KeyError(path.name)
    try:
        with open(path, "rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError as error:
        raise KeyError(path.name) from error
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror)) from error
    if len(data) > most:
        raise ExpectedError(tr("{name} is too large for a brand kit.", name=path.name))
    return data


def _read_member(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    """No more bytes than allowed, whatever the file says of itself."""
    with packed.open(name) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise ExpectedError(tr("{name} is too large for a brand kit.", name=name))
    return data


def _renamed(library: Library, kit: Kit) -> Kit:
    taken = {item.kit.name.casefold() for item in kits_of(library)}
    names = (kit.name, *(f"{kit.name[:110]} {number}" for number in range(2, 10_000)))
    name = next(text for text in names if text.casefold() not in taken)
    return msgspec.structs.replace(kit, name=name)
