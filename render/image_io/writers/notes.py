"""Notes into formats whose encoders write none: each by the means that its own specification has for them.

Sources: GIF89a, section 24 and 26, and XMP specification part 3, section 1.1.2; TGA 2.0 file format specification,
extension and developer area; Radiance file formats; netpbm; ISO/IEC 15444-1 annex I. Pixels are never touched.
"""

import struct
import textwrap
import unicodedata
from collections.abc import Callable

from render.boxes import with_last_size, xmp_box
from render.image_io.values import Metadata

LONGEST_LINE = 100
"""Bytes of a comment line: readers of Radiance headers take 127 at once."""
CONTINUED = "+ "
"""Begins a line that goes on with the one before."""
TGA_SIGNATURE = b"TRUEVISION-XFILE.\0"
TGA_XMP = 0x8A7E
"""Our number of a developer's tag: 32768 to 65535 are free for developers."""


def with_notes(data: bytes, format_name: str, metadata: Metadata) -> bytes:
    """A finished file that says what `metadata` has as packet and as text."""
    writer = _WRITERS.get(format_name)
    return writer(data, metadata) if writer and (metadata.xmp or metadata.text) else data


def comment_lines(text: str) -> list[bytes]:
    """Short lines for the head of a file: "# " and text, long ones continued."""
    found = []
    for line in text.splitlines():
        pieces = _pieces(line)
        found += [b"# " + (CONTINUED.encode() if number else b"") + piece for number, piece in enumerate(pieces)]
    return found


def text_of_comments(lines: list[str]) -> str:
    """What `comment_lines` was given, from the lines without their marks."""
    found: list[str] = []
    for line in lines:
        if line.startswith(CONTINUED) and found:
            found[-1] += line.removeprefix(CONTINUED)
        else:
            found.append(line)
    return "\n".join(found)


def _pieces(line: str) -> list[bytes]:
    """No letter is cut in two."""
    pieces, current = [], b""
    for letter in line:
        data = letter.encode("utf-8", "replace")
        if len(current) + len(data) > LONGEST_LINE:
            pieces.append(current)
            current = b""
        current += data
    return [*pieces, current]


def _gif(data: bytes, metadata: Metadata) -> bytes:
    flags = data[10]
    end = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    said = b""
    if metadata.xmp:
        # The packet lies bare, and the trailer leads a reader that follows the sizes of blocks to their end.
        trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\0"
        said += b"\x21\xff\x0bXMP DataXMP" + metadata.xmp.replace(b"\0", b"") + trailer
    if metadata.text:
        text = metadata.text.encode("utf-8", "replace").replace(b"\0", b"")
        blocks = (text[at : at + 255] for at in range(0, len(text), 255))
        said += b"\x21\xfe" + b"".join(bytes([len(block)]) + block for block in blocks) + b"\0"
    return b"GIF89a" + data[6:end] + said + data[end:]


def _jpeg2000(data: bytes, metadata: Metadata) -> bytes:
    if not metadata.xmp or not data.startswith(b"\0\0\0\x0cjP  "):
        return data
    return with_last_size(data) + xmp_box(metadata.xmp)




def _below_first_line(data: bytes, metadata: Metadata) -> bytes:
    if not metadata.text:
        return data
    end = data.index(b"\n") + 1
    return data[:end] + b"".join(line + b"\n" for line in comment_lines(metadata.text)) + data[end:]


def _tga(data: bytes, metadata: Metadata) -> bytes:
    """Four lines in the extension area; the whole packet in the developer area."""
    if data.endswith(TGA_SIGNATURE):
        data = data[:-26]
    developer = 0
    if metadata.xmp:
        place = len(data)
        data += metadata.xmp
        developer = len(data)
        data += struct.pack("<HHII", 1, TGA_XMP, place, len(metadata.xmp))
    extension = len(data)
    data += _extension_area(metadata.text or "", with_alpha=data[16] == 32 or data[17] & 15 > 0)
    return data + struct.pack("<II", extension, developer) + TGA_SIGNATURE


def _extension_area(text: str, with_alpha: bool) -> bytes:
    """Nothing but the comment and what alpha means: no name of a person, no date, no program."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "replace").decode()
    wrapped = [part for line in plain.splitlines() for part in textwrap.wrap(line, 80)]
    lines = (wrapped if len(wrapped) <= 4 else [*wrapped[:3], "..."]) + [""] * 4
    comment = b"".join(line.encode().ljust(81, b"\0") for line in lines[:4])
    rest = bytes(12 + 41 + 6 + 41 + 3 + 4 + 4 + 4 + 4 + 4 + 4)
    return struct.pack("<H", 495) + bytes(41) + comment + rest + bytes([3 if with_alpha else 0])


_WRITERS: dict[str, Callable[[bytes, Metadata], bytes]] = {
    "gif": _gif, "jpeg2000": _jpeg2000, "tga": _tga, "hdr": _below_first_line, "pnm": _below_first_line,
}  # fmt: skip
