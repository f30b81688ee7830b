"""The files that a file cannot be shown without: buffers and pictures of a glTF, materials of an OBJ and their
pictures, pictures of a MaterialX and of an SVG.

Only what lies in the folder of the file or below counts: that is all that our readers open, too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.formats.gltf.container import split
from editor.library.kinds import extension_of

MOST_BYTES = 256 << 20
MOST_FILES = 4096
MAPS = ("map_", "bump", "disp", "decal", "refl", "norm")
MTLX_FILE = re.compile(rb"<input\b[^>]*\btype=[\"']filename[\"'][^>]*>")
VALUE = re.compile(rb"\bvalue=[\"']([^\"']*)[\"']")
SVG_PICTURE = re.compile(rb"<(?:\w+:)?image\b[^>]*?\bhref=[\"']([^\"']*)[\"']")
OPTIONS = {"-mm": 2, "-o": 3, "-s": 3, "-t": 3}
"""How many numbers follow an option of a texture in a .mtl at most; after all others comes one word."""


def companions(path: Path) -> list[Path]:
    """All of them, found by what the files themselves say. Raises ExpectedError for one that is not there."""
    found: dict[Path, None] = {}
    folder, waiting = path.absolute().parent, [path.absolute()]
    while waiting:
        one = waiting.pop()
        for name in _names(one):
            for target in _lying(folder, one, name):
                if target not in found and target != path.absolute():
                    found[target] = None
                    waiting.append(target)
        if len(found) > MOST_FILES:
            raise ExpectedError(tr("{name} names more files than can be followed.", name=path.name))
    return list(found)


def _names(path: Path) -> Iterator[str]:
    read = READERS.get(extension_of(path))
    if read is None:
        return
    try:
        if path.stat().st_size > MOST_BYTES and extension_of(path) not in ("glb", "obj"):
            raise ExpectedError(tr("{name} is too large to import.", name=path.name))
        yield from dict.fromkeys(name for name in read(path) if name)
    except OSError as error:
        raise ExpectedError(
            tr("{name} cannot be read: {reason}.", name=path.name, reason=error.strerror or error)
        ) from error


def _lying(folder: Path, path: Path, name: str) -> list[Path]:
    """Where a named file is; a name with a place for numbers stands for several."""
    plain = name.replace("\\", "/")
    try:
        if "<UDIM>" in plain:
            found = sorted(path.parent.glob(plain.replace("<UDIM>", "[0-9][0-9][0-9][0-9]")))
        else:
            found = [path.parent / plain]
        inside = [one for one in found if one.is_file() and one.resolve().is_relative_to(folder.resolve())]
    except (OSError, ValueError, NotImplementedError):
        inside = []
    if not inside:
        raise ExpectedError(
            tr("{name} needs the file {file}, which is not beside it.", name=path.name, file=name[:120]),
            tr("Import it from the folder where all its files lie, without copying it."),
        )
    return [folder / one.resolve().relative_to(folder.resolve()) for one in inside]


def _of_gltf(path: Path) -> Iterator[str]:
    document, _ = split(path.read_bytes())
    for part in ("buffers", "images"):
        listed = document.get(part)
        for entry in listed if isinstance(listed, list) else ():
            uri = entry.get("uri") if isinstance(entry, dict) else None
            if isinstance(uri, str) and not uri.startswith("data:"):
                yield unquote(urlsplit(uri).path)


def _of_obj(path: Path) -> Iterator[str]:
    with path.open("rb") as stream:
        for line in stream:
            if line.startswith(b"mtllib"):
                rest = line.decode("utf-8", "replace").split(None, 1)[1:]
                whole = rest[0].strip() if rest else ""
                yield from [whole] if (path.parent / whole).is_file() else whole.split()


def _of_mtl(path: Path) -> Iterator[str]:
    for line in path.read_text("utf-8", "replace").splitlines():
        words = line.split()
        if len(words) > 1 and words[0].lower().startswith(MAPS):
            yield _without_options(words[1:])


def _without_options(words: list[str]) -> str:
    """
    >>> _without_options("-s 1 1 1 -bm 0.5 red brick.png".split())
    'red brick.png'
    """
    while words and words[0].startswith("-") and len(words) > 1:
        option, words = words[0], words[1:]
        numbers = OPTIONS.get(option, 1)
        while numbers and len(words) > 1 and (option not in OPTIONS or _is_number(words[0])):
            words, numbers = words[1:], numbers - 1
    return " ".join(words)


def _is_number(word: str) -> bool:
    return re.fullmatch(r"[-+]?[0-9.]+(?:[eE][-+]?\d+)?", word) is not None


def _of_mtlx(path: Path) -> Iterator[str]:
    for tag in MTLX_FILE.findall(path.read_bytes()):
        value = VALUE.search(tag)
        if value is not None:
            yield _text(value[1])


def _of_svg(path: Path) -> Iterator[str]:
    for found in SVG_PICTURE.findall(path.read_bytes()):
        name = _text(found)
        if not urlsplit(name).scheme and not name.startswith(("#", "//")):
            yield unquote(urlsplit(name).path)


def _text(found: bytes) -> str:
    from html import unescape

    return unescape(found.decode("utf-8", "replace")).strip()


READERS: dict[str, Callable[[Path], Iterator[str]]] = {
    "gltf": _of_gltf, "glb": _of_gltf, "obj": _of_obj, "mtl": _of_mtl, "mtlx": _of_mtlx, "svg": _of_svg,
}  # fmt: skip
