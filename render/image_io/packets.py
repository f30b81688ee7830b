"""XMP packets among the bytes of a file, found by their marks: ISO 16684-1 lets readers do so that know no format.

Formats that hold a packet hold it as it is, so one way of looking serves them all. What is found is text that somebody
else wrote: it is bounded here, and parsed elsewhere.
"""

import mmap
import re
from collections.abc import Iterator

LONGEST = 1 << 20
MOST_CUT_OFF = 16
"""Beginnings without an end after which a file is not looked through any further: it was made to cost time."""
_STARTS = (re.compile(rb"<(\w{1,20}:)xmpmeta\b"), re.compile(rb"<(\w{1,20}:)RDF\b"))
_NAMES = (b"xmpmeta", b"RDF")


def packet_in(data: "bytes | mmap.mmap", last: bool = False) -> bytes | None:
    """The first packet, or the last one where a file is added to at its end; None for none, or for one that is longer
    than LONGEST."""
    for start, name in zip(_STARTS, _NAMES, strict=True):
        found = list(_packets(data, start, name, last))
        if found:
            return found[-1]
    return None


def _packets(data: "bytes | mmap.mmap", start: re.Pattern[bytes], name: bytes, every: bool) -> Iterator[bytes]:
    place = cut_off = 0
    while cut_off < MOST_CUT_OFF and (opened := start.search(data, place)) is not None:
        closing = b"</" + opened[1] + name
        end = data.find(closing, opened.end(), opened.start() + LONGEST)
        close = data.find(b">", end, end + 64) if end >= 0 else -1
        if close >= 0:
            yield bytes(data[opened.start() : close + 1])
            if not every:
                return
        cut_off += close < 0
        place = close + 1 if close >= 0 else opened.end()
