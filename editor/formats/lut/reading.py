"""A file with a colour lookup becomes a table, whatever program wrote it.

Cube and 3DL are texts of numbers, read here to the last node. The rest (CLF, CSP, Iridas look) are whole chains of
operations that OpenColorIO understands; `chains` takes their ramps and their cube out of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.lut.cube import read_cube
from editor.formats.lut.numbers import Unusable
from editor.formats.lut.threedl import read_3dl
from render.lookup import LARGEST_CUBE, LookupTable

EXTENSIONS = ("cube", "3dl", "clf", "look", "csp")
MOST_BYTES = 160 << 20
"""More than the largest cube takes with twelve digits a number."""
TEXTS: dict[str, Callable[[bytes], LookupTable]] = {"cube": read_cube, "3dl": read_3dl}


def is_lookup(path: Path | str) -> bool:
    """By its name."""
    return Path(path).suffix.lower().removeprefix(".") in EXTENSIONS


def read_lookup(path: Path) -> LookupTable:
    """Raises ExpectedError with a sentence that says what is wrong with the file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unusable(tr("It is larger than any color lookup can be."))
        reader = TEXTS.get(path.suffix.lower().removeprefix("."))
        if reader is not None:
            return reader(path.read_bytes())
        from editor.formats.lut.chains import read_chain

        return read_chain(path)
    except OSError as error:
        raise ExpectedError(tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror)) from error
    except Unusable as error:
        sentence = tr("The color lookup {name} cannot be read.", name=path.name)
        raise ExpectedError(sentence, str(error)) from error


__all__ = ["EXTENSIONS", "LARGEST_CUBE", "is_lookup", "read_lookup"]
