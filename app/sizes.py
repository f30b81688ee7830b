"""Bytes for people: the one way that windows and terminal say how large something is."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from editor.base.translation import language, tr


def size_text(size: int) -> str:
    """Decimal units, as file managers show them, in the words and with the mark of the person's language."""
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            break
        value /= 1000
    digits = 0 if value >= 100 or unit == "B" else 1
    number = QLocale(language()).toString(value, "f", digits)
    texts = {
        "B": tr("{number} B", number=number), "kB": tr("{number} kB", number=number),
        "MB": tr("{number} MB", number=number), "GB": tr("{number} GB", number=number),
    }  # fmt: skip
    return texts[unit]
