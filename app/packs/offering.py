"""The files of a pack as assets of the library: they stay in the pack, and say whose they are. No Qt here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from editor.base.jobs import Progress
from editor.library.asset import Credits

if TYPE_CHECKING:
    from editor.library.intake import Taken
    from editor.library.library import Library
    from sync.packs.installing import InstalledPack
    from sync.packs.manifest import PackFile


def tag_of(name: str) -> str:
    """The tag by which the library finds what came with a pack."""
    return f"pack/{name}"


def offer(library: Library, pack: InstalledPack, progress: Progress | None = None) -> Taken:
    """Take a pack's files in where they lie, with author, licence and source from its manifest."""
    from editor.library.intake import Taken

    progress, taken = progress or Progress(), Taken()
    groups: dict[Credits, list[Path]] = {}
    for file in pack.manifest.files:
        groups.setdefault(_credits(pack, file), []).append(pack.content / file.path)
    done, total = 0, max(1, len(pack.manifest.files))
    for known, paths in groups.items():
        part = library.take_in(
            paths, copy=False, known=known, progress=progress.part(done / total, (done + len(paths)) / total)
        )
        for field in ("added", "known", "moved", "edited", "problems"):
            getattr(taken, field).extend(getattr(part, field))
        done += len(paths)
    return taken


def _credits(pack: InstalledPack, file: PackFile) -> Credits:
    manifest = pack.manifest
    return Credits(
        author=file.author or manifest.author.name, licence=file.licence or manifest.licence,
        source=file.source or f"pack {manifest.label}", tags=(tag_of(manifest.name),),
    )  # fmt: skip


def offered(library: Library, folder: Path) -> list[int]:
    """The assets of which a file lies in a pack's folder."""
    from editor.library.places import assets_below

    return assets_below(library.catalogue, folder)


def withdraw(library: Library, folder: Path) -> int:
    """Before a pack goes: what lies nowhere else goes to the library's trash, with its tags and stars. How many."""
    from editor.library.places import places_of
    from editor.library.trash import to_trash

    going = [
        key for key in offered(library, folder)
        if not library.asset(key).stored
        and all(path.is_relative_to(folder) for path in places_of(library.catalogue, key))
    ]  # fmt: skip
    to_trash(library.catalogue, going)
    return len(going)
