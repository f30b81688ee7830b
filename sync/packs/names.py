"""Names of files in packs: the same on every system, inside their folder, and no two that any system takes for one."""

import re
import unicodedata
from collections.abc import Iterable

from sync.errors import Refused

LONGEST_PART = 150
LONGEST_PATH = 400
DEEPEST = 24
RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$")
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Categories of Unicode that show nothing, or are nothing yet."""
FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f\x7f]')


def check_path(path: str) -> str:
    """A file's path in a pack: relative, "/" between parts, fit for Windows, macOS and Linux. Raises Refused."""
    parts = path.split("/")
    wrong = (
        not path or len(path.encode("utf-8", "surrogatepass")) > LONGEST_PATH or len(parts) > DEEPEST
        or path != unicodedata.normalize("NFC", path) or any(not _is_good(part) for part in parts)
    )  # fmt: skip
    if wrong:
        raise Refused("The pack names a file {path}, which no pack may hold.", path=_shown(path))
    return path


def _is_good(part: str) -> bool:
    return (
        part not in ("", ".", "..")
        and len(part.encode("utf-8", "surrogatepass")) <= LONGEST_PART
        and not FORBIDDEN.search(part)
        and (part.isascii() or not any(unicodedata.category(letter) in UNSEEN for letter in part))
        and not part.endswith((".", " "))
        and not part.startswith(" ")
        and not RESERVED.match(part)
    )


def check_apart(paths: Iterable[str]) -> None:
    """No two paths that differ only in case or accents' form, and none that is a file here and a folder there.

    Raises Refused.
    """
    files: dict[str, str] = {}
    folders: dict[str, str] = {}
    for path in paths:
        key = _folded(path)
        if key in files:
            raise Refused("The pack has two files that some systems take for one: {one} and {two}.",
                          one=_shown(files[key]), two=_shown(path))  # fmt: skip
        files[key] = path
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            known = folders.setdefault(_folded(folder), folder)
            if known != folder:
                raise Refused("The pack has two folders that some systems take for one: {one} and {two}.",
                              one=_shown(known), two=_shown(folder))  # fmt: skip
    both = files.keys() & folders.keys()
    if both:
        raise Refused("The pack has {path} both as a file and as a folder.", path=_shown(files[min(both)]))


def _folded(path: str) -> str:
    """What a system that minds neither case nor the form of accents makes of a path."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())


def _shown(path: str) -> str:
    """A stranger's name in a sentence: short, and with nothing that a terminal obeys."""
    return ascii(path[:120])
