"""Names of files in packs: the same on every system, inside their folder, and no two that any system takes for one."""

import re
import unicodedata
from collections.abc import Iterable

from sync.errors import Refused

LONGEST_PART, LONGEST_PATH, DEEPEST = 150, 400, 24
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$")
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Categories of Unicode that show nothing, or are nothing yet."""
JOINED = re.compile("(?<=[^\x00-\x7f\u200c\u200d])[\u200c\u200d](?=[^\x00-\x7f\u200c\u200d])")
"""What joins or parts two signs, as in Persian, Hindi and many emoji; elsewhere nobody sees it."""
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')


def check_path(path: str) -> str:
    """A file's path in a pack: relative, "/" between parts, fit for Windows, macOS and Linux. Raises Refused, which
    says why."""
    fault = _fault(path)
    if fault:
        raise Refused("The pack names a file {path}, which no pack may hold.", fault, path=_shown(path))
    return path


def _fault(path: str) -> str:
    parts = path.split("/")
    if not {"", ".", ".."}.isdisjoint(parts):
        return "Paths stay inside the pack."
    size = [len(part.encode("utf-8", "surrogatepass")) for part in parts]
    if max(size) > LONGEST_PART or sum(size) + len(size) > LONGEST_PATH + 1 or len(parts) > DEEPEST:
        return "A name has at most 150 bytes, a path at most 400, and 24 levels."
    if path != unicodedata.normalize("NFC", path):
        return "Its accents stand apart from their letters; packs write both as one."
    if any(RESERVED.match(part) for part in parts):
        return "Windows keeps this name for itself."
    if any(part.endswith((".", " ")) or part.startswith(" ") for part in parts):
        return "Windows takes no space around a name, and no full stop after it."
    plain = JOINED.sub("", path)
    if FORBIDDEN.search(path) or any(unicodedata.category(letter) in UNSEEN for letter in plain if letter > "~"):
        return "Names hold nothing that does not show, and none of < > : | ? * \" \\"
    return ""


def check_apart(paths: Iterable[str]) -> None:
    """No two paths that differ only in case or accents' form, and none that is a file here and a folder there.

    Raises Refused.
    """
    seen: dict[str, tuple[str, bool]] = {}
    for path in paths:
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            name, is_file = "/".join(parts[:depth]), depth == len(parts)
            key = _folded(name)
            if key in seen and (is_file or seen[key] != (name, False)):
                raise Refused("The pack has two names that some systems take for one: {one} and {two}.",
                              one=_shown(seen[key][0]), two=_shown(name))  # fmt: skip
            seen[key] = (name, is_file)


def _folded(path: str) -> str:
    """What a system that minds neither case nor the form of accents makes of a path."""
    plain = re.sub("[\u200c\u200d\ufe0e\ufe0f]", "", path)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", plain).casefold())


def _shown(path: str) -> str:
    """A stranger's name in a sentence: short, and with nothing that a terminal obeys."""
    return ascii(path[:120])
