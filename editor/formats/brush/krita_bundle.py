"""Krita's bundles, .bundle: a zip with presets, and with the tips that they name."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from editor.formats.brush.found import DamagedBrush, FoundBrush, TooLarge
from editor.formats.brush.gimp import read_gbr, read_gih
from editor.formats.brush.krita import NoPicture, OtherEngine, read_kpp
from editor.formats.brush.mypaint import read_myb
from editor.formats.brush.photoshop import read_abr
from editor.formats.brush.picture import read_picture

PRESETS = (".kpp", ".myb")
MOST_FILES = 20_000
MOST_BYTES = 64 << 20
"""Of one file within, unpacked; what its header says of that is not believed."""
MOST_IN_ALL = 1 << 30
"""Of all that is read of one bundle, unpacked."""
TIPS = {"gbr": read_gbr, "gih": read_gih, "abr": read_abr, "png": read_picture}


def read_bundle(data: bytes, check: Callable[[], object] = lambda: None) -> Iterator[FoundBrush]:
    """Its presets that stamp a tip, by name; without any, its tips. `check` is called before each file within. Raises
    DamagedBrush or TooLarge."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            yield from _brushes(_Packed(packed, check))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise DamagedBrush("zip") from error


class _Packed:
    """The files within, found by their own name wherever they lie."""

    def __init__(self, packed: zipfile.ZipFile, check: Callable[[], object]) -> None:
        entries = packed.infolist()
        if len(entries) > MOST_FILES:
            raise DamagedBrush("files")
        self.packed, self.check, self.left = packed, check, MOST_IN_ALL
        self.tips = {PurePosixPath(one.filename).name: one for one in entries if one.filename.startswith("brushes/")}
        self.presets = sorted(
            (one for one in entries if one.filename.startswith("paintoppresets/") and one.filename.endswith(PRESETS)),
            key=lambda one: one.filename,
        )

    def read(self, entry: zipfile.ZipInfo) -> bytes:
        self.check()
        with self.packed.open(entry) as opened:
            data = opened.read(MOST_BYTES + 1)
        self.left -= len(data)
        if self.left < 0:
            raise TooLarge("bundle")
        if len(data) > MOST_BYTES:
            raise DamagedBrush("bytes")
        return data

    def tip(self, name: str) -> bytes | None:
        entry = self.tips.get(PurePosixPath(name).name)
        return None if entry is None else self.read(entry)


def _brushes(packed: _Packed) -> Iterator[FoundBrush]:
    """One damaged preset, or one of another engine, leaves the others."""
    count = 0
    for entry in packed.presets:
        try:
            data = packed.read(entry)
            found = read_myb(data) if entry.filename.endswith(".myb") else read_kpp(data, packed.tip)
            for brush in found:
                count += 1
                yield brush
        except (DamagedBrush, NoPicture, OtherEngine):
            continue
    if count:
        return
    for name, entry in packed.tips.items():
        reader = TIPS.get(name.rpartition(".")[2].lower())
        if reader is not None:
            try:
                yield from reader(packed.read(entry))
            except DamagedBrush:
                continue
