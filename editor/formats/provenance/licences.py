"""Where licences can be read, and which licence an address names."""

import re

ADDRESSES = {
    "OFL-1.1": "https://openfontlicense.org", "Apache-2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "Ubuntu-font-1.0": "https://ubuntu.com/legal/font-licence",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-PDM-1.0": "https://creativecommons.org/publicdomain/mark/1.0/",
}  # fmt: skip
CREATIVE = re.compile(r"CC-(BY(?:-NC)?(?:-ND|-SA)?)-([1-4]\.[05])")
_CREATIVE_ADDRESS = re.compile(r"https?://(?:www\.)?creativecommons\.org/licenses/(by(?:-nc)?(?:-nd|-sa)?)/([1-4]\.[05])\b")


def address_of(licence: str) -> str:
    """Where a licence can be read; "" for one that has no known address.

    >>> address_of("CC-BY-SA-4.0")
    'https://creativecommons.org/licenses/by-sa/4.0/'
    """
    found = CREATIVE.fullmatch(licence)
    if found:
        return f"https://creativecommons.org/licenses/{found[1].lower()}/{found[2]}/"
    return ADDRESSES.get(licence, "")


def licence_at(address: str) -> str:
    """The SPDX name of the licence that can be read at an address; "" for one that is not known.

    >>> licence_at("http://creativecommons.org/licenses/by/3.0/de/"), licence_at("https://a.example/mine")
    ('CC-BY-3.0', '')
    """
    found = _CREATIVE_ADDRESS.match(address.strip().lower())
    if found:
        return f"CC-{found[1].upper()}-{found[2]}"
    plain = address.strip().removeprefix("http://").removeprefix("https://").rstrip("/").lower()
    known = {place.removeprefix("https://").rstrip("/").lower(): name for name, place in ADDRESSES.items()}
    return known.get(plain, "")
