"""Colour lookups of clips in OpenTimelineIO, which has no word for them.

A clip carries an effect called "LUT" with the lookup's name, which other programs keep and show. The table itself, its
entries packed as text, stands once in the timeline under "atelier", however many clips use it; the effects name it.
"""

import base64
import binascii
import zlib
from typing import Any

import opentimelineio as otio

from editor.display.lookups import read_table
from editor.document.project import Project
from editor.model.lookup import ColorLookup
from editor.model.video import Clip
from render.lookup import HEAD, LARGEST_CUBE, MOST_ENTRIES, LookupTable

SPACE = "atelier"
EFFECT = "LUT"
LARGEST_TABLE = HEAD.size + 12 * (MOST_ENTRIES + LARGEST_CUBE**3)
LONGEST_NAME = 500


class TablesOut:
    """The tables that a timeline takes along: `packed` is name to text."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self.packed: dict[str, str] = {}

    def effect(self, clip: Clip) -> Any:
        """What a clip carries; None for a clip without a lookup. Raises ExpectedError for a damaged table."""
        if clip.lookup is None:
            return None
        table = clip.lookup.table
        if table not in self.packed:
            packed = zlib.compress(read_table(self._project, table).to_bytes(), 6)
            self.packed[table] = base64.b64encode(packed).decode("ascii")
        told = {"table": table, "name": clip.lookup.name, "strength": clip.lookup_strength}
        return otio.schema.Effect(name=clip.lookup.name, effect_name=EFFECT, metadata={SPACE: told})


class TablesIn:
    """The tables that a timeline brought, each kept when a clip first uses it."""

    def __init__(self, project: Project, packed: Any) -> None:
        self._project = project
        self._packed: dict[str, Any] = packed if isinstance(packed, dict) else {}
        self._kept: dict[str, str] = {}

    def lookup(self, told: dict[str, Any]) -> tuple[ColorLookup, float] | None:
        """What our metadata of an effect say: the lookup and its strength; None where they say nothing that holds."""
        table, name, strength = told.get("table"), told.get("name", ""), told.get("strength", 1.0)
        if not isinstance(table, str) or not isinstance(name, str) or not isinstance(strength, int | float):
            return None
        if table not in self._kept:
            found = _unpacked(self._packed.get(table))
            if found is None:
                return None
            self._kept[table] = self._project.blobs.put(found.to_bytes())
        return ColorLookup(table=self._kept[table], name=name[:LONGEST_NAME]), min(1.0, max(0.0, float(strength)))


def is_ours(effect: Any) -> bool:
    return bool(effect.effect_name == EFFECT and SPACE in effect.metadata)


def _unpacked(text: Any) -> LookupTable | None:
    """None for what is no table; a small text that unpacks to a large one is cut off."""
    if not isinstance(text, str):
        return None
    try:
        machine = zlib.decompressobj()
        data = machine.decompress(base64.b64decode(text, validate=True), LARGEST_TABLE + 1)
        return LookupTable.from_bytes(data) if machine.eof else None
    except (ValueError, binascii.Error, zlib.error):
        return None
