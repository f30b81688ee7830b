"""Photoshop's sets of brushes, .abr: versions 1 and 2 one after the other, version 6 and later in sections.

In the later ones the pictures stand in one section ("samp") and what is done with them in another ("desc"), which is a
descriptor as in PSD files; a brush names its picture by an identifier. Round brushes have no picture.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from editor.base.translation import tr
from editor.formats.brush.found import DamagedBrush, FoundBrush, bounded, checked_size, longest, spacing_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

KEY_BYTES = {1: 47, 2: 301}
"""What stands before a sampled tip, by the file's minor version: its identifier and fields that nobody documents."""
KEY = slice(1, 37)
ROUND, SAMPLED = 1, 2
MOST_DESCRIPTOR = 16 << 20


def read_abr(data: bytes) -> Iterator[FoundBrush]:
    """Each brush in turn. Raises DamagedBrush at the first that cannot be read."""
    try:
        version, other = struct.unpack_from(">HH", data)
        if version in (1, 2):
            yield from _old(data, version, other)
        elif version in (6, 7, 9, 10) and other in KEY_BYTES:
            yield from _new(data, KEY_BYTES[other])
        else:
            raise DamagedBrush(version)
    except struct.error:
        raise DamagedBrush("ends early") from None


def _old(data: bytes, version: int, count: int) -> Iterator[FoundBrush]:
    at = 4
    for _ in range(count):
        kind, length = struct.unpack_from(">HI", data, at)
        at += 6
        if kind == ROUND:
            spacing, diameter, roundness, angle, hardness = struct.unpack_from(">4xHHHhH", data, at)
            yield _round("", diameter, spacing, angle, roundness, hardness)
        elif kind == SAMPLED:
            (spacing,) = struct.unpack_from(">4xH", data, at)
            begin, name = at + 6, ""
            if version == 2:
                (letters,) = struct.unpack_from(">I", data, begin)
                if letters > 4096:
                    raise DamagedBrush("name")
                name = data[begin + 4 : begin + 4 + 2 * letters].decode("utf-16be", "replace").rstrip("\0")
                begin += 4 + 2 * letters
            pictures = (_picture_at(data, begin + 9),)
            yield FoundBrush(name, pictures, (), longest(pictures), spacing_of(spacing))
        at += length


def _new(data: bytes, skipped: int) -> Iterator[FoundBrush]:
    """Those that the descriptor speaks of in its order, then pictures that it does not name."""
    places, described = _sections(data, skipped)
    named = set()
    for one in described:
        key = str(one.get("sampledData", ""))
        if key in places:
            named.add(key)
            yield replace(_sampled(one, _picture_at(data, places[key])), not_followed=one["missed"])
        elif "Hrdn" in one:
            brush = _round(
                one["name"], one.get("Dmtr", 20.0), one.get("Spcn", 25.0), one.get("Angl", 0.0),
                one.get("Rndn", 100.0), one["Hrdn"],
            )  # fmt: skip
            yield replace(brush, not_followed=one["missed"])
    for key, place in places.items():
        if key not in named:
            pictures = (_picture_at(data, place),)
            yield FoundBrush("", pictures, (), longest(pictures), spacing_of(25))


def _sections(data: bytes, skipped: int) -> tuple[dict[str, int], list[dict[str, Any]]]:
    """Where each picture stands, by identifier, and what is said of the brushes."""
    places: dict[str, int] = {}
    described: list[dict[str, Any]] = []
    at = 4
    while at + 12 <= len(data):
        magic, name, length = struct.unpack_from(">4s4sI", data, at)
        if magic != b"8BIM":
            raise DamagedBrush("section")
        at += 12
        end = min(at + length, len(data))
        if name == b"desc":
            described += _described(data[at : min(end, at + MOST_DESCRIPTOR)])
        elif name == b"samp":
            while at + 4 <= end:
                (size,) = struct.unpack_from(">I", data, at)
                key = data[at + 4 : at + 4 + KEY_BYTES[1]][KEY].decode("latin-1")
                places[key if key not in places else f"{key} {at}"] = at + 4 + skipped
                at += 4 + -(-size // 4) * 4
            at = end
            continue
        at += -(-length // 4) * 4
    return places, described


def _described(data: bytes) -> list[dict[str, Any]]:
    """Name, diameter, spacing and so on of each brush; nothing where the descriptor is damaged: the pictures remain."""
    from psd_tools.psd.descriptor import DescriptorBlock

    try:
        block = DescriptorBlock.frombytes(data)
        return [_values(one) for one in block[b"Brsh"]]
    except Exception:  # noqa: BLE001 - the parser lets out whatever damaged bytes bring about
        return []


def _values(preset: Any) -> dict[str, Any]:
    tip = preset[b"Brsh"]
    found: dict[str, Any] = {"name": str(preset[b"Nm  "].value).rstrip("\0") if b"Nm  " in preset else ""}
    for key in (b"Dmtr", b"Hrdn", b"Angl", b"Rndn", b"Spcn"):
        if key in tip:
            found[key.decode()] = float(tip[key].value)
    found["missed"] = _missed(preset)
    if b"sampledData" in tip:
        found["sampledData"] = str(tip[b"sampledData"].value).rstrip("\0")
    return found


def _missed(preset: Any) -> tuple[str, ...]:
    """What a brush asks for beside its tip."""
    options = {
        b"useTipDynamics": tr("shape dynamics"), b"useScatter": tr("scattering"), b"useTexture": tr("texture"),
        b"usePaintDynamics": tr("transfer"), b"useColorDynamics": tr("colour dynamics"),
    }  # fmt: skip
    asked = [text for key, text in options.items() if key in preset and getattr(preset[key], "value", False)]
    if b"dualBrush" in preset and getattr(preset[b"dualBrush"].get(b"useDualBrush"), "value", False):
        asked.append(tr("dual brush"))
    return (tr("Options of Photoshop: {names}", names=", ".join(asked)),) if asked else ()


def _sampled(one: dict[str, Any], picture: "NDArray[np.uint8]") -> FoundBrush:
    diameter = bounded(one.get("Dmtr", longest((picture,))), 1.0, 5000.0)
    return FoundBrush(
        one["name"], (picture,), (), diameter, spacing_of(one.get("Spcn", 25.0)), _turned(one.get("Angl", 0.0)),
        bounded(one.get("Rndn", 100.0) / 100, 0.01, 1.0),
    )  # fmt: skip


def _round(
    name: str, diameter: float, spacing: float, angle: float, roundness: float, hardness: float
) -> FoundBrush:
    return FoundBrush(
        name, (), (), bounded(diameter, 1.0, 5000.0), spacing_of(spacing), _turned(angle),
        bounded(roundness / 100, 0.01, 1.0), bounded(hardness / 100, 0.0, 1.0),
    )  # fmt: skip


def _turned(angle: float) -> float:
    """Photoshop counts against the clock, from -180 to 180."""
    return -bounded(angle, -180.0, 180.0) if angle else 0.0


def _picture_at(data: bytes, at: int) -> "NDArray[np.uint8]":
    """A tip with its bounds before it: 8 or 16 bits, plain or packed line by line."""
    import numpy as np

    top, left, bottom, right, depth, packed = struct.unpack_from(">4iHB", data, at)
    width, height = checked_size(right - left, bottom - top)
    if depth not in (8, 16):
        raise DamagedBrush("depth")
    at += 19
    line = width * depth // 8
    if not packed:
        flat = data[at : at + line * height]
    else:
        lengths = struct.unpack_from(f">{height}H", data, at)
        flat = _unpacked(data, at + 2 * height, lengths, line)
    if len(flat) != line * height:
        raise DamagedBrush("pixels")
    values = np.frombuffer(flat, ">u2" if depth == 16 else "u1").reshape(height, width)
    return (values >> 8).astype(np.uint8) if depth == 16 else np.asarray(values, np.uint8)


def _unpacked(data: bytes, at: int, lengths: tuple[int, ...], line: int) -> bytes:
    import imagecodecs

    lines = []
    for length in lengths:
        try:
            found = bytes(imagecodecs.packbits_decode(data[at : at + length]))
        except (RuntimeError, ValueError) as error:
            raise DamagedBrush("packed") from error
        lines.append(found[:line].ljust(line, b"\0"))
        at += length
    return b"".join(lines)
