"""Licences by their SPDX names, written as the list of SPDX writes them: "cc-by-4.0" is CC-BY-4.0."""

from editor.base.errors import ExpectedError
from editor.base.translation import tr

LONGEST = 200


def checked_licence(text: str) -> str:
    """An SPDX expression with its usual capitals, or "" for none. Raises ExpectedError for what is no licence.

    >>> checked_licence("ofl-1.1 or mit")
    'OFL-1.1 OR MIT'
    """
    text = " ".join(text.split())
    found = _known(text)
    if text and found is None:
        raise ExpectedError(
            tr("{text} is not an SPDX licence.", text=text[:LONGEST]),
            tr("Write it like CC-BY-4.0, OFL-1.1 OR MIT, or LicenseRef-own for your own terms."),
        )
    return found or ""


def licence_or_none(text: str) -> str:
    """What a file claims to be its licence, as SPDX writes it; "" for what is none.

    >>> licence_or_none("cc0-1.0"), licence_or_none("all mine")
    ('CC0-1.0', '')
    """
    return _known(" ".join(text.split())) or ""


def is_one_licence(text: str) -> bool:
    """Whether a text names one licence, and is no expression and no part of a name."""
    return " " not in text.strip() and _known(text.strip()) is not None


def _known(text: str) -> str | None:
    from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

    if not text or len(text) > LONGEST:
        return None
    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return None
