"""Notes as plain lines, for files that hold no more: read by people, and by us when the file comes back."""

import re
from collections.abc import Sequence
from typing import Any

from editor.formats.provenance.licences import address_of
from editor.formats.provenance.rdf import SOURCE_TYPES
from editor.formats.provenance.works import LONGEST, Work

_MADE = re.compile(r"Made with: (.+?)(?: \(([^()]*)\))?(, generated)?")
_FIELDS = {"Author": "author", "Source": "source"}


def lines_of(notes: list[dict[str, Any]], source_type: str, works: Sequence[Work]) -> str:
    """The lines are the same in every language: programs read them, too.

    >>> print(lines_of([{"tool": "remove", "model": "lama", "generated": True}], "compositeSynthetic",
    ...                [Work(title="Oak", author="Ann", licence="CC0-1.0")]))
    Made with: remove (lama), generated
    Work: Oak
    Author: Ann
    Licence: CC0-1.0
    Digital source type: http://cv.iptc.org/newscodes/digitalsourcetype/compositeSynthetic
    """
    found = []
    for note in notes:
        model = f" ({note['model']})" if note.get("model") else ""
        found.append(f"Made with: {note.get('tool', '')}{model}{', generated' if note.get('generated') else ''}")
    for work in works:
        found.append(f"Work: {work.title}")
        found += [f"Author: {work.author}"] if work.author else []
        licence = f"{work.licence} {work.licence_address}".strip()
        found += [f"Licence: {licence}"] if licence else []
        found += [f"Source: {work.source}"] if work.source else []
    found += [f"Digital source type: {SOURCE_TYPES}{source_type}"] if source_type else []
    return "\n".join(" ".join(line.split()) for line in found)


def read_lines(text: str) -> tuple[list[dict[str, Any]], str, list[Work]]:
    """What `lines_of` was given, as far as it is said there. Other lines are passed over."""
    notes: list[dict[str, Any]] = []
    works: list[dict[str, str]] = []
    source_type = ""
    for line in text.splitlines():
        name, _, value = line[: LONGEST + 20].partition(":")
        value = value.strip()
        made = _MADE.fullmatch(line) if name == "Made with" else None
        if made:
            model = {"model": made[2]} if made[2] else {}
            notes.append({"tool": made[1], **model, **({"generated": True} if made[3] else {})})
        elif name == "Digital source type" and value.startswith(SOURCE_TYPES):
            source_type = value.removeprefix(SOURCE_TYPES)
        elif name == "Work":
            works.append({"title": value[:LONGEST]})
        elif works and name in _FIELDS:
            works[-1][_FIELDS[name]] = value[:LONGEST]
        elif works and name == "Licence":
            works[-1]["licence"] = re.sub(r" https?://\S+$", "", value)
    return notes, source_type, [Work(**work, licence_address=address_of(work.get("licence", ""))) for work in works]
