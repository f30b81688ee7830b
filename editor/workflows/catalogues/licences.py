"""Names of free licences: of Creative Commons as its services write them, of fonts by their texts; and their terms."""

from __future__ import annotations

import re

from editor.workflows.catalogues.source import Use

SPECIAL = {
    "cc0": "CC0-1.0", "pdm": "CC-PDM-1.0", "publicdomain": "CC-PDM-1.0", "sampling+": "LicenseRef-CC-Sampling-Plus-1.0",
    "nc-sampling+": "LicenseRef-CC-NC-Sampling-Plus-1.0",
}  # fmt: skip
PARTS = ("by", "by-sa", "by-nd", "by-nc", "by-nc-sa", "by-nc-nd")
VERSION = re.compile(r"[1-4]\.[05]")
FONT_TEXTS = (
    (re.compile(r"SIL OPEN FONT LICENSE.{0,40}1\.1", re.IGNORECASE | re.DOTALL), "OFL-1.1"),
    (re.compile(r"Apache License.{0,80}2\.0", re.IGNORECASE | re.DOTALL), "Apache-2.0"),
    (re.compile(r"UBUNTU FONT LICENCE.{0,40}1\.0", re.IGNORECASE | re.DOTALL), "Ubuntu-font-1.0"),
)


def creative_commons(code: str, version: str | None) -> str:
    """The SPDX name of what a Creative Commons service calls "by-sa" and "4.0"; "" for what is none of them.

    >>> creative_commons("by-nc-sa", "2.0"), creative_commons("cc0", "1.0"), creative_commons("mine", "1.0")
    ('CC-BY-NC-SA-2.0', 'CC0-1.0', '')
    """
    code = code.strip().lower()
    if code in SPECIAL:
        return SPECIAL[code]
    if code not in PARTS or not VERSION.fullmatch(version or ""):
        return ""
    return f"CC-{code.upper()}-{version}"


def of_font_text(text: str) -> str:
    """The SPDX name of a font's licence by its text; "" for one that is not known."""
    return next((name for pattern, name in FONT_TEXTS if pattern.search(text[:20_000])), "")


def allows(licence: str, use: Use) -> bool:
    """Whether a licence is known to allow a use; all that is here may be used by anybody for pleasure."""
    marks = licence.upper()
    if use == "any":
        return True
    if "-NC" in marks or (use == "changes" and "-ND" in marks):
        return False
    return bool(marks)
