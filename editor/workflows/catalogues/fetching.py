"""From a catalogue into the library: told first, fetched when agreed to, checked, taken in with author and licence."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from editor.base.errors import ExpectedError
from editor.base.jobs import Progress
from editor.base.translation import tr
from editor.formats.provenance.works import sentence
from editor.library.asset import Credits
from editor.library.collections import collect, collections, make_collection
from editor.library.edits import edit_assets
from editor.library.kinds import AssetKind
from editor.library.library import Library
from editor.workflows.catalogues.asking import Asking, in_plain_words
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.checking import check_arrived
from editor.workflows.catalogues.reading import host_of, is_loopback, may_be_asked, safe_path
from editor.workflows.catalogues.sets import PASSING, folder_of, is_here, keep_apart, known_files
from editor.workflows.catalogues.source import Found, RemoteFile, Source, Variant
from editor.workflows.library.crediting import CreditLine
from ml.catalogue.download import Wanted, download
from ml.catalogue.lock import held
from ml.errors import ModelError

FORGOTTEN_SECONDS = 30 * 86_400
"""What was interrupted so long ago is not gone on with."""
MOST_UNMEASURED = 256 << 20
MEASURING = 0.1
TAKING_IN = 0.95


@dataclass(frozen=True)
class Offer:
    """What a person must agree to: these files of these hosts, for this licence. `here` are paths that the library has
    already."""

    source: Source
    found: Found
    variant: Variant
    hosts: tuple[str, ...]
    here: tuple[str, ...]

    @property
    def coming(self) -> tuple[RemoteFile, ...]:
        """What would be fetched."""
        return tuple(file for file in self.variant.files if not file.text and file.path not in self.here)

    @property
    def size(self) -> int:
        return sum(file.size for file in self.coming)

    @property
    def is_measured(self) -> bool:
        return all(file.size for file in self.coming)


@dataclass
class Fetched:
    """Ids of assets: those that are new, those that were there; and the collection that holds a set together."""

    added: list[int]
    known: list[int]
    collection: int | None = None


def offer(
    catalogues: Catalogues, library: Library, source: Source, found: Found, variant: Variant,
    progress: Progress | None = None,
) -> Offer:  # fmt: skip
    """What fetching it would mean. Asks servers how long files are where the catalogue does not tell, and nothing else.
    Raises ExpectedError for what may not be fetched."""
    progress = progress or Progress()
    if not found.licence:
        raise ExpectedError(
            tr("{source} does not say under which licence {title} may be used.", source=source.title,
               title=found.title),
            tr("Look at its page: {page}", page=found.page),
        )  # fmt: skip
    files = [msgspec.structs.replace(file, address=_safe_address(source, file)) for file in variant.files]
    for file in files:
        safe_path(file.path)
    if len({file.path.casefold() for file in files}) != len(files):
        raise ExpectedError(tr("The catalogue names a file twice."))
    hosts = tuple(dict.fromkeys(host_of(file.address) for file in files if not file.text))
    asking = catalogues.asking(source, progress, frozenset(hosts))
    for number, file in enumerate(files):
        progress(number / len(files), file.path)
        if not (file.size or file.text):
            files[number] = msgspec.structs.replace(file, size=asking.length(file.address))
    measured = msgspec.structs.replace(variant, files=tuple(files))
    return Offer(source, found, measured, hosts, tuple(known_files(library, source, found, measured)))


def fetch(catalogues: Catalogues, library: Library, agreed: Offer, progress: Progress | None = None) -> Fetched:
    """Fetch what was agreed to and take it into the library. Raises ExpectedError, and Cancelled; both keep what has
    come, and the next time goes on from there."""
    progress = progress or Progress()
    known = _known(library, agreed)
    _credit(library, agreed, known)
    if not agreed.coming:
        return Fetched([], known)
    asking = catalogues.asking(agreed.source, progress, frozenset(agreed.hosts))
    folder = folder_of(catalogues.folder, agreed.source, agreed.found, agreed.variant)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _sweep(catalogues.folder / PASSING)
        with held(folder.parent.with_name(f"{folder.parent.name}.lock")) as is_ours:
            if not is_ours:
                raise ExpectedError(tr("{title} is being fetched already.", title=agreed.found.title))
            files = _download_all(folder, agreed, asking, progress.part(0.0, TAKING_IN))
            if agreed.variant.main and library.at(folder / agreed.variant.main) is None:
                keep_apart(library, folder / agreed.variant.main)
            result = _take_in(library, agreed, folder, files, progress.part(TAKING_IN, 1.0))
            if not agreed.variant.main:
                shutil.rmtree(folder, ignore_errors=True)
                with suppress(OSError):
                    folder.parent.rmdir()
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be written: {reason}.", name=folder, reason=error.strerror or error)
        ) from error
    _credit(library, agreed, result.known)
    result.known = list(dict.fromkeys((*known, *result.known)))
    return result


def _known(library: Library, agreed: Offer) -> list[int]:
    """Assets that the library has of it."""
    return list(dict.fromkeys(known_files(library, agreed.source, agreed.found, agreed.variant).values()))


def _credit(library: Library, agreed: Offer, assets: list[int]) -> None:
    """Say of what was there before whose it is and on what terms, wherever a person has said nothing."""
    known = _credits(agreed, bool(agreed.variant.main) or len(agreed.variant.files) == 1)
    for key in assets:
        asset = library.asset(key)
        told = {name: getattr(known, name) for name in ("title", "author", "source", "licence", "notes")}
        empty = {name: text for name, text in told.items() if text and not getattr(asset, name)}
        if empty:
            edit_assets(library.catalogue, [key], **empty)


def _sweep(passing: Path) -> None:
    """Throw away what was interrupted long ago."""
    for folder in passing.glob("*/*"):
        if folder.is_dir() and time.time() - folder.stat().st_mtime > FORGOTTEN_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _safe_address(source: Source, file: RemoteFile) -> str:
    """Over https, even where the catalogue still writes http; this machine only for a catalogue that is on it."""
    host = host_of(file.address)
    address = file.address
    if address.startswith("http://") and not is_loopback(host):
        address = f"https://{address.removeprefix('http://')}"
    at_home = any(is_loopback(one) for one in source.hosts)
    if not file.text and (not may_be_asked(address, (host,)) or (is_loopback(host) and not at_home)):
        raise ExpectedError(
            tr("The catalogue points to {host}, where nothing is fetched from.", host=host or ascii(address[:60]))
        )
    return address


def _download_all(folder: Path, agreed: Offer, asking: Asking, progress: Progress) -> list[RemoteFile]:
    """Every file that is not there yet, checked; those that came with the answer are written."""
    done, size = 0, max(agreed.size, 1)
    files = [file for file in agreed.variant.files if file.text or file in agreed.coming]
    for number, file in enumerate(files):
        target = folder / safe_path(file.path)
        share = (done / size, (done + file.size) / size) if agreed.is_measured else (
            number / len(files), (number + 1) / len(files)
        )  # fmt: skip
        part = progress.part(min(share[0], 1.0), min(share[1], 1.0))
        part(0.0, file.path)
        if file.text:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.text, encoding="utf-8", newline="\n")
        elif not is_here(target, file):
            target.unlink(missing_ok=True)
            _download(file, target, asking, part)
        done += file.size
    return files


def _download(file: RemoteFile, target: Path, asking: Asking, progress: Progress) -> None:
    is_sure = bool(file.size and (file.sha256 or file.md5))
    most = 0 if is_sure else file.size or MOST_UNMEASURED
    asking.check(file.address)
    wanted = Wanted((file.address,), file.size, file.sha256, target, file.md5, most, asking.allows)
    try:
        download(wanted, progress)
    except ModelError as error:
        raise in_plain_words(error, host_of(file.address)) from error
    if not is_sure:
        check_arrived(target, host_of(file.address))


def _take_in(library: Library, agreed: Offer, folder: Path, files: list[RemoteFile], progress: Progress) -> Fetched:
    variant = agreed.variant
    paths = [folder / variant.main] if variant.main else [folder / file.path for file in files]
    known = _credits(agreed, len(paths) == 1)
    taken = library.take_in(paths, copy=not variant.main, known=known, progress=progress)
    if taken.problems:
        path, reason = taken.problems[0]
        raise ExpectedError(tr("{name} could not be taken into the library: {reason}", name=path.name, reason=reason))
    fetched = Fetched(taken.added, [key for key in taken.assets if key not in taken.added])
    if len(variant.files) > 1 and not variant.main:
        fetched.collection = _collection(library, agreed, (*taken.assets, *_known(library, agreed)))
    return fetched


def _credits(agreed: Offer, single: bool) -> Credits:
    """What is known of its files; only one file alone is called like the work."""
    found = agreed.found
    return Credits(
        title=found.title if single else "", author=found.author, source=found.page, licence=found.licence,
        tags=(*found.tags, "HDRI") if found.kind == "hdri" else found.tags, notes=attribution(found),
        kind=_asset_kind(found) if agreed.variant.main else None,
    )  # fmt: skip


def attribution(found: Found) -> str:
    """How the work is to be credited: in its author's words where there are any."""
    line = CreditLine(title=found.title, author=found.author, licence=found.licence, source=found.page)
    return found.attribution or sentence(line)


def _asset_kind(found: Found) -> AssetKind | None:
    kinds: dict[str, AssetKind] = {"material": "material"}
    return kinds.get(found.kind)


def _collection(library: Library, agreed: Offer, assets: Iterable[int]) -> int:
    """The set's own collection, within one of the catalogue's name."""
    outer = _named(library, agreed.source.title, None)
    inner = _named(library, agreed.found.title, outer)
    collect(library.catalogue, inner, assets)
    return inner


def _named(library: Library, name: str, parent: int | None) -> int:
    name = " ".join(name.split())[:120]
    known = (one.id for one in collections(library.catalogue) if one.name == name and one.parent == parent)
    found = next(known, None)
    return found if found is not None else make_collection(library.catalogue, name, parent)
