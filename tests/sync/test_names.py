"""Names that no pack may hold, and names that are one name somewhere."""

from __future__ import annotations

import pytest

from sync.errors import Refused
from sync.packs.names import check_apart, check_path

BAD = [
    "", "/etc/passwd", "../up", "a/../../up", "a//b", "a/./b", "C:/x", "C:x", "a\\b", "a/b\x00c", "a\nb", "con",
    "aux.txt", "a/NUL", "COM1.png", "a/b.", "a/b ", " a", "a" * 300, "/".join("a" * 30),
    "cafe\u0301.txt", "a\u202eb.txt", "a?b", "a\u200db", "\u200dé", "é\u200c", "a:stream", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("path", BAD)
def test_bad_names_are_refused(path: str) -> None:
    with pytest.raises(Refused) as refused:
        check_path(path)
    assert refused.value.sentence
    assert str(refused.value).isprintable()


@pytest.mark.parametrize("path", ["a.png", "b/c d/é.svg", "日本/絵.png", ".hidden", "console.txt", "a" * 150,
                                  "می\u200cخواهم.png", "\U0001f469\u200d\U0001f3a8.png"])
def test_good_names_pass(path: str) -> None:
    assert check_path(path) == path


@pytest.mark.parametrize(
    "paths",
    [("a.png", "A.PNG"), ("x/a", "X/b"), ("a", "a/b"), ("stra\u00dfe", "STRASSE"), ("\ufb01n", "fin"), ("a", "a"),
     ("A/b", "a"), ("می\u200cخو", "میخو"), ("\u2764\ufe0f", "\u2764")],
)  # fmt: skip
def test_names_that_are_one_somewhere_are_refused(paths: tuple[str, ...]) -> None:
    with pytest.raises(Refused):
        check_apart(paths)


def test_names_apart_pass() -> None:
    check_apart(["a/b", "a/c", "ab", "b/a"])


@pytest.mark.parametrize(
    ("path", "reason"),
    [("a/../b", "inside"), ("x" * 151, "150 bytes"), ("/".join("a" * 25), "24 levels"), ("cafe\u0301", "accents"),
     ("aux.png", "Windows keeps"), ("a.", "full stop"), ("a?", "none of"), ("a\u200bb", "does not show")],
)  # fmt: skip
def test_the_reason_is_said(path: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        check_path(path)
    assert reason in refused.value.remedy
    assert refused.value.remedy.format(**refused.value.values) == refused.value.remedy


def test_the_longest_path_passes_and_no_longer_one() -> None:
    check_path("/".join(["a" * 99] * 4))
    with pytest.raises(Refused):
        check_path("/".join(["a" * 99] * 4) + "/b")
