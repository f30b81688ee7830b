"""Answers of strangers, read with care: of the right types, with plain texts and safe names, or a sentence."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from editor.base.errors import ExpectedError
from editor.base.translation import tr

T = TypeVar("T")
LONGEST_TEXT = 500
LONGEST_PATH = 180
LONGEST_ADDRESS = 1000
"""As the library and a project's notes of origin keep it."""
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
HOST = re.compile(r"([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:\d{1,5})?")
GUARD = b")]}'"
"""Some services put this before their JSON so that no web page can read it as a script."""


def decoded(data: bytes, kind: type[T], server: str) -> T:
    """JSON as a type; fields that nobody asked for are passed over. Raises ExpectedError."""
    try:
        return msgspec.json.decode(data.removeprefix(GUARD), type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        start = data[:200].lstrip().lower()
        if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
            raise ExpectedError(
                tr("{server} answered with a web page where a list was expected.", server=server),
                tr("Does this network want you to log in first? Open any page in a web browser."),
            ) from error
        raise ExpectedError(
            tr("{server} answered in a way that is not understood.", server=server),
            tr("It may have changed; look for a newer version of this program."),
        ) from error


def each(raws: Iterable[msgspec.Raw], kind: type[T]) -> list[T]:
    """Those of a list that are what they should be: one bad entry does not hide the others."""
    found = []
    for raw in raws:
        try:
            found.append(msgspec.json.decode(raw, type=kind))
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            continue
    return found


def plain(text: str | None, longest: int = LONGEST_TEXT) -> str:
    """One line without control letters or such as turn the direction of what follows."""
    kept = "".join(" " if letter.isspace() else letter for letter in text or "" if not _is_hidden(letter))
    return " ".join(kept.split())[:longest].strip()


def _is_hidden(letter: str) -> bool:
    return not letter.isspace() and unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn")


def tags_from(names: Iterable[str], most: int = 20) -> tuple[str, ...]:
    """Tags as the library takes them, each once."""
    cleaned = (plain(name, 80) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if name))[:most]


def safe_path(path: str) -> str:
    """A path inside a folder, for every system's disk. Raises ExpectedError for one that would leave it."""
    parts = path.split("/")
    bad = (
        not 0 < len(path) <= LONGEST_PATH or any(letter in '\\:*?"<>|' or _is_hidden(letter) for letter in path)
        or any(not part.strip(". ") or part[-1] in ". " or part[0] in ". " for part in parts)
        or any(RESERVED.fullmatch(part) for part in parts)
    )  # fmt: skip
    if bad:
        raise ExpectedError(tr("The catalogue names a file that cannot be: {name}.", name=ascii(path[:80])))
    return path


def file_name(text: str, extension: str) -> str:
    """A name for a file that has only a title."""
    words = re.sub(r"[^\w.()+-]+", " ", plain(text, 80), flags=re.UNICODE).strip(" .")
    stem = words if words and not RESERVED.fullmatch(words) else f"file {words}".strip()
    return f"{stem}.{extension}"


def host_of(address: str) -> str:
    """The host, with its port where that is not the usual one; "" for what is no address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    name = (parts.hostname or "").lower()
    name = f"[{name}]" if ":" in name else name
    return f"{name}:{port}" if port not in (None, usual) else name


def is_loopback(host: str) -> bool:
    """Whether a host, with or without its port, is this machine."""
    number = _number(host)
    return number.is_loopback if number else host.rpartition(":")[0] == "localhost" or host == "localhost"


def may_be_asked(address: str, hosts: Iterable[str]) -> bool:
    """Whether an address is one of these hosts', over https; over http only on this machine. Other machines of the
    network at home are nobody's catalogue."""
    host = host_of(address)
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or host not in set(hosts) or not HOST.fullmatch(host):
        return False
    number = _number(host)
    if number is not None and not number.is_global and not number.is_loopback:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    name = host[1:].partition("]")[0] if host.startswith("[") else host.rpartition(":")[0] or host
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
