"""The two forms of a pack, read as one: a folder, or one file (a ZIP archive) of the same layout.

A pack is a stranger's: nothing is read but what its manifest names, and of each file no more than the manifest says.
"""

import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from sync.errors import Refused, SyncError
from sync.packs.manifest import CONTENT, LARGEST_MANIFEST, MANIFEST, MOST_FILES, SIGNATURE
from sync.packs.names import check_path

ARCHIVE_SUFFIX = ".atelierpack"
LARGEST_SIGNATURE = 4096
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OverflowError)


class Lacking(Refused):
    """A file that is not there, or is none."""

    def __init__(self, path: str) -> None:
        super().__init__("The pack lacks {path}, or it cannot be read.", path=ascii(path))


class Source:
    """A pack somewhere. Its methods raise Refused, or SyncError for a disk that fails."""

    @property
    def manifest(self) -> bytes:
        return self._small(MANIFEST, LARGEST_MANIFEST)

    @property
    def signature(self) -> bytes:
        """Empty where there is none."""
        try:
            return self._small(SIGNATURE, LARGEST_SIGNATURE)
        except Lacking:
            return b""

    def paths(self) -> Iterator[str]:
        """The path of every file that is there, whether or not the manifest names it."""
        raise NotImplementedError

    def open(self, path: str) -> IO[bytes]:
        return self._open(f"{CONTENT}/{check_path(path)}", path)

    def _open(self, name: str, shown: str) -> IO[bytes]:
        raise NotImplementedError

    def _small(self, name: str, limit: int) -> bytes:
        try:
            with self._open(name, name) as file:
                data = file.read(limit + 1)
        except DAMAGED as error:
            raise Refused("The pack is damaged at {path}.", path=name) from error
        if len(data) > limit:
            raise Refused("The pack's {path} is too large.", path=name)
        return data


class FolderSource(Source):
    """A pack as a folder. Links and devices in it are refused; they could lead anywhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def paths(self) -> Iterator[str]:
        root = self.folder / CONTENT
        if root.is_symlink():
            raise Refused("The pack holds a link, {path}; links are not taken.", path=CONTENT)
        return (path for path, _ in walk(root))

    def _open(self, name: str, shown: str) -> IO[bytes]:
        """Without following a link or waiting at a pipe."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        try:
            handle = os.open(self.folder / name, flags)
        except OSError as error:
            raise Lacking(shown) from error
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Refused("The pack holds {path}, which is no plain file.", path=ascii(shown))
        return os.fdopen(handle, "rb")


def walk(root: Path, most: int = MOST_FILES) -> Iterator[tuple[str, str]]:
    """Every file below a folder, in an order that is the same everywhere: its path from there, with "/", and where it
    lies. A folder that is not there holds nothing. Raises Refused for links, devices, too many, SyncError."""
    count, waiting = 0, [(str(root), "")]
    while waiting:
        folder, prefix = waiting.pop()
        for entry in _entries(folder):
            path = f"{prefix}{entry.name}"
            if entry.is_symlink() or _is_junction(entry):
                raise Refused("The pack holds a link, {path}; links are not taken.", path=ascii(path))
            if entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, f"{path}/"))
                continue
            if not entry.is_file(follow_symlinks=False):
                raise Refused("The pack holds {path}, which is no plain file.", path=ascii(path))
            count += 1
            if count > most:
                raise Refused("The pack holds more than {count} files.", count=most)
            yield path, entry.path


def content_of(folder: Path) -> list[tuple[str, str]]:
    """What a pack of an author's folder holds, who may write the accents of names in another form. Hidden files (a name
    that begins with a dot) stay out: they are editors' and systems' own. Raises as `walk`."""
    return [(unicodedata.normalize("NFC", path), place) for path, place in walk(folder) if "/." not in f"/{path}"]


def _is_junction(entry: "os.DirEntry[str]") -> bool:
    """Windows' links between folders, which are no symbolic links."""
    reparse = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT
    return os.name == "nt" and bool(getattr(entry.stat(follow_symlinks=False), "st_file_attributes", 0) & reparse)


def _entries(folder: str) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SyncError("The folder {folder} cannot be read.", folder=folder) from error


class ArchiveSource(Source):
    """A pack as one file. Only plain stored or deflated entries with good names are taken."""

    def __init__(self, archive: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(archive)
        except (OSError, *DAMAGED) as error:
            raise Refused("{name} is not a pack, or it is damaged.", name=archive.name) from error
        self._entries: dict[str, zipfile.ZipInfo] = {}
        try:
            for entry in self._zip.infolist():
                self._take(entry)
        except BaseException:
            self._zip.close()
            raise

    def _take(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        # The name as it stands in the archive: zipfile cuts at a zero byte and turns "\" round on some systems.
        if entry.is_dir() and entry.orig_filename == name:
            check_path(name.rstrip("/"))
            return
        if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
            raise Refused("The pack holds {path}, which is no plain file.", path=ascii(name))
        if entry.orig_filename != name or name in self._entries:
            raise Refused("The pack names a file {path}, which no pack may hold.", path=ascii(entry.orig_filename))
        if entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused("The pack is packed in a way that is not known: {path}.", path=ascii(name))
        if len(self._entries) > MOST_FILES + 2:
            raise Refused("The pack holds more than {count} files.", count=MOST_FILES)
        self._entries[check_path(name)] = entry

    def paths(self) -> Iterator[str]:
        for name in self._entries:
            if name not in (MANIFEST, SIGNATURE):
                yield name.removeprefix(f"{CONTENT}/") if name.startswith(f"{CONTENT}/") else f"../{name}"

    def _open(self, name: str, shown: str) -> IO[bytes]:
        if name not in self._entries:
            raise Lacking(shown)
        try:
            return self._zip.open(self._entries[name])
        except DAMAGED as error:
            raise Refused("The pack is damaged at {path}.", path=ascii(shown)) from error
