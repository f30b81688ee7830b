"""From what people write in a form or a cell to what a slot takes."""

import re
from collections.abc import Callable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from editor.model.template import SlotKind
from editor.workflows.templates.fields import Field, folded
from editor.workflows.templates.fill import Value
from editor.workflows.templates.sources import SourceFile
from editor.workflows.templates.written import read_date, read_number
from render.color import Color

LIBRARY = "library:"
FindAsset = Callable[[str], Path]
"""From what follows `library:` (an asset's number or name) to its file. Raises ExpectedError."""
YES = {"yes", "y", "true", "1", "on", "x", "oui", "o", "vrai", "show", "visible"}
NO = {"no", "n", "false", "0", "off", "-", "non", "faux", "hide", "hidden"}


def no_library(reference: str) -> Path:
    """Where no library is at hand."""
    raise ExpectedError(tr("There is no library here to find {name} in.", name=reference))


def read_value(field: Field, text: str, folder: Path, find_asset: FindAsset = no_library) -> Value | None:
    """None leaves the slot as it is: an empty cell does so for all but letters, which it empties.

    Raises ExpectedError for a text that is too long, a colour, a number or a date that is none, a file that is not
    there.
    """
    said = text.strip()
    if not said and field.required:
        raise ExpectedError(tr("{name} must not be empty.", name=field.name))
    if field.takes == "text":
        return _text(field, text)
    if field.takes in ("number", "date"):
        return _written(field, said)
    if not said:
        return None
    if field.takes == "color":
        return read_color(said)
    if field.takes == "switch":
        return read_switch(said)
    if field.takes == "font":
        return said
    return read_file(field.takes, said, folder, find_asset)


def _written(field: Field, said: str) -> Value:
    if not said:
        return ""
    return read_number(field.rule, said) if field.takes == "number" else read_date(field.rule, said)


def _text(field: Field, text: str) -> str:
    if field.longest and len(text) > field.longest:
        raise ExpectedError(
            tr_count(
                "{name} has room for 1 letter, and this has {found}.",
                "{name} has room for {count} letters, and this has {found}.",
                count=field.longest, name=field.name, found=len(text),
            )
        )  # fmt: skip
    return text


def read_color(text: str) -> Color:
    """#hex, rgb(), hsl() or a name that the web knows. Raises ExpectedError.

    >>> read_color("rgb(255, 0, 0)") == read_color("red") == read_color("#f00")
    True
    """
    from PIL import ImageColor

    bare = text.strip()
    if re.fullmatch(r"[0-9a-fA-F]{6}", bare):
        bare = f"#{bare}"
    try:
        parts = ImageColor.getrgb(bare)
    except ValueError as error:
        raise ExpectedError(
            tr("{text} is no colour.", text=text[:40]), tr("Write it like #ff8800, rgb(255, 136, 0) or orange.")
        ) from error
    return Color(*(part / 255 for part in parts))


def read_switch(text: str) -> bool:
    """Yes or no, in the words that people write. Raises ExpectedError."""
    said = text.strip().casefold()
    if said in YES:
        return True
    if said in NO:
        return False
    raise ExpectedError(tr("{text} is neither yes nor no.", text=text[:40]))


def read_file(takes: SlotKind, text: str, folder: Path, find_asset: FindAsset = no_library) -> Path:
    """A path, from `folder` on, or `library:` and an asset's number or name. Raises ExpectedError."""
    if text.casefold().startswith(LIBRARY):
        path = find_asset(text[len(LIBRARY) :].strip())
    else:
        path = folder / Path(text.replace("\\", "/") if not Path(folder, text).exists() else text).expanduser()
    source = SourceFile(path)
    if not source.path.is_file():
        raise ExpectedError(tr("There is no file {name}.", name=text))
    if takes == "picture" and not (source.is_picture or source.is_clip):
        raise ExpectedError(tr("{name} is no picture.", name=path.name))
    if takes == "clip" and not (source.is_clip or source.is_picture):
        raise ExpectedError(tr("{name} is neither film, sound nor picture.", name=path.name))
    return path


def written(value: object) -> str:
    """A value as a cell or a form shows it."""
    if isinstance(value, Color):
        return value.to_hex()
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return "" if value is None else str(value)


def nearest(name: str, names: list[str]) -> str:
    """The name that was probably meant; empty when none is like it."""
    from difflib import get_close_matches

    known = {folded(one): one for one in names}
    found = get_close_matches(folded(name), known, 1, 0.6)
    return known[found[0]] if found else ""
