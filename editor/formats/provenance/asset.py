"""Notes in the asset of a glTF file (glTF 2.0, section 3.2): `copyright` for people, `extras` for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from editor.formats.provenance.rdf import SOURCE_TYPES
from editor.formats.provenance.wishes import NoteWishes
from editor.formats.provenance.xmp import strongest

if TYPE_CHECKING:
    from editor.formats.provenance.credits import Credits

TYPE = "digitalSourceType"


def without_notes(asset: dict[str, Any], wishes: NoteWishes) -> dict[str, Any]:
    """What a file that was read said of itself, without what is not to be said."""
    unwanted = [] if wishes.made else [TYPE, "provenance"]
    unwanted += [] if wishes.credits else ["works"]
    found = dict(asset)
    if not wishes.kept:
        found.pop("copyright", None)
    if isinstance(found.get("extras"), dict):
        found["extras"] = {name: value for name, value in found["extras"].items() if name not in unwanted}
    return found


def joined(asset: dict[str, Any], told: Credits | None) -> dict[str, Any]:
    """An asset that also says what is told now; notes of an earlier file stay first, and nothing is said twice.

    >>> joined({"copyright": "Ann"}, None)
    {'copyright': 'Ann'}
    """
    if told is None:
        return asset
    kept = asset.get("extras")
    before: dict[str, Any] = kept if isinstance(kept, dict) else {}
    now = told.extras()
    for name in ("provenance", "works"):
        earlier = before.get(name)
        if isinstance(earlier, list):
            now[name] = [*earlier, *(item for item in now.get(name, ()) if item not in earlier)]
    said = before.get(TYPE)
    if isinstance(said, str) and said.startswith(SOURCE_TYPES):
        types = [said.removeprefix(SOURCE_TYPES), told.source_type]
        now[TYPE] = SOURCE_TYPES + (strongest(types) or types[0])
    lines = [text for text in (asset.get("copyright"), told.rights()) if isinstance(text, str) and text]
    rights = {"copyright": "\n".join(dict.fromkeys(lines))} if lines else {}
    return {**asset, **rights, "extras": {**before, **now}}
