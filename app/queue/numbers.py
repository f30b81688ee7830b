"""Numbers with the decimal mark of the person's language."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from editor.base.translation import language


def number_text(value: float, digits: int, keep_zeros: bool = False) -> str:
    """
    >>> number_text(2.5, 2), number_text(2.0, 1), number_text(2.0, 1, keep_zeros=True)
    ('2.5', '2', '2.0')
    """
    locale = QLocale(language())
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    text = locale.toString(float(value), "f", digits)
    return text if keep_zeros or not digits else text.rstrip("0").rstrip(locale.decimalPoint())
