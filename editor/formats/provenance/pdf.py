"""An XMP packet into a finished PDF, by an incremental update (ISO 32000-1, 7.5.6): what is there stays as it is."""

import re

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_ROOT = re.compile(rb"/Root\s+(\d+)\s+(\d+)\s+R")
_SIZE = re.compile(rb"/Size\s+(\d+)")
_INFO = re.compile(rb"/Info\s+\d+\s+\d+\s+R")


def with_packet(data: bytes, packet: bytes) -> bytes:
    """The PDF with the packet as its catalogue's metadata. Takes files with a plain cross-reference table, as Skia
    writes them; raises ValueError for others."""
    start = _START.search(data)
    trailer = data.rfind(b"trailer")
    if start is None or trailer < 0:
        raise ValueError("not a PDF with a plain cross-reference table")
    root, size = _ROOT.search(data, trailer), _SIZE.search(data, trailer)
    if root is None or size is None:
        raise ValueError("a PDF without a catalogue")
    catalog = _object(data, int(root[1]))
    fresh = int(size[1])
    stream = b"%d 0 obj\n<</Type /Metadata /Subtype /XML /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        fresh, len(packet), packet,
    )  # fmt: skip
    place = len(data) + 1
    changed = catalog[: catalog.rindex(b">>")] + b"/Metadata %d 0 R>>" % fresh
    body = stream + b"%s 0 obj\n%s\nendobj\n" % (root[1], changed)
    table = b"xref\n%s 1\n%010d 00000 n \n%d 1\n%010d 00000 n \n" % (
        root[1], place + len(stream), fresh, place,
    )  # fmt: skip
    info = _INFO.search(data, trailer)
    members = b"/Size %d/Root %s 0 R/Prev %s" % (fresh + 1, root[1], start[1]) + (info[0] if info else b"")
    end = b"trailer\n<<%s>>\nstartxref\n%d\n%%%%EOF\n" % (members, place + len(body))
    return data + b"\n" + body + table + end


def _object(data: bytes, number: int) -> bytes:
    """What stands between an object's `obj` and `endobj`."""
    found = re.search(rb"(?:^|\n)%d 0 obj\s*(.*?)\s*endobj" % number, data, re.DOTALL)
    if found is None:
        raise ValueError("a PDF without its catalogue's object")
    return found[1]
