"""Names that no pack may hold, and names that are one name somewhere."""

from __future__ import annotations

import pytest

from sync.errors import Refused
from sync.packs.names import check_apart, check_path

BAD = [
    "", "/etc/passwd", "../up", "a/../../up", "a//b", "a/./b", "C:/x", "C:x", "a\\b", "a/b\x00c", "a\nb", "con",
    "aux.txt", "a/NUL", "COM1.png", "a/b.", "a/b ", " a", "a" * 300, "/".join("a" * 30),
    "cafe\u0301.txt", "a\u202eb.txt", "a?b", "a:stream", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("path", BAD)
def test_bad_names_are_refused(path: str) -> None:
    with pytest.raises(Refused) as refused:
        check_path(path)
    assert refused.value.sentence
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("path", ["a.png", "b/c d/é.svg", "日本/絵.png", ".hidden", "console.txt", "a" * 150])
def test_good_names_pass(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "paths",
    [("a.png", "A.PNG"), ("x/a", "X/b"), ("a", "a/b"), ("stra\u00dfe", "STRASSE"), ("\ufb01n", "fin"), ("a", "a"),
     ("A/b", "a")],
)  # fmt: skip
def test_names_that_are_one_somewhere_are_refused(paths: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        check_apart(paths)


def test_names_apart_pass() -> None:
    check_apart(["a/b", "a/c", "ab", "b/a"])
