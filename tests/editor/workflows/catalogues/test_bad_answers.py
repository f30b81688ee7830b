"""Servers that fail, lie, drag on and send traps: a plain sentence each, and nothing on the disk."""

from __future__ import annotations

import json
import time

import pytest

from editor.base.errors import Cancelled, ExpectedError
from editor.base.jobs import Progress
from editor.workflows.catalogues import asking as asking_module
from editor.workflows.catalogues.asking import Asking, Memory
from editor.workflows.catalogues.catalogues import Catalogues
from editor.workflows.catalogues.reading import host_of, may_be_asked, plain, safe_path
from ml.catalogue.answers import read_answer
from ml.errors import ModelError
from tests.editor.workflows.catalogues.speaking import Speaking
from tests.editor.workflows.catalogues.test_searching import agreed


@pytest.mark.parametrize(
    ("status", "headers", "sentence"),
    [
        (401, {}, "does not let this program in"), (403, {}, "does not let this program in"),
        (404, {}, "does not have this any more"), (429, {"Retry-After": "37"}, "Try again in 37 s"),
        (429, {}, "asked too often. Try again later"), (500, {}, "out of order"), (503, {}, "out of order"),
        (400, {}, "does not understand this search"), (418, {}, "answer 418"),
    ],
)  # fmt: skip
def test_refusals(catalogues: Catalogues, speaking: Speaking, status: int, headers: dict, sentence: str) -> None:
    speaking.server.refusals["/v1/images/"] = (status, headers)
    with pytest.raises(ExpectedError, match=sentence):
        catalogues.search(agreed(catalogues, "openverse"), "mossy", "image")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"<!DOCTYPE html><title>Log in</title>", "log in first"), (b"", "not understood"),
        (b"[1, 2", "not understood"),
        (b'{"result_count": "many", "page_count": 1, "results": []}', "not understood"), (b"null", "not understood"),
        (b"[" * 100_000, "not understood"), (b'"\xff\xfe"', "not understood"),
        (json.dumps({"result_count": 1, "page_count": 1, "results": {"a": 1}}).encode(), "not understood"),
    ],
)  # fmt: skip
def test_answers_that_make_no_sense(catalogues: Catalogues, speaking: Speaking, answer: bytes, sentence: str) -> None:
    address = "/v1/images/?q=moss&page=1&page_size=20&mature=false"
    speaking.server.files[address] = answer
    with pytest.raises(ExpectedError, match=sentence):
        catalogues.search(agreed(catalogues, "openverse"), "moss", "image")


def test_a_giant_answer_is_not_read(speaking: Speaking) -> None:
    speaking.server.files["/big"] = b"[" + b"1," * 2_000_000
    hosts = (host_of(speaking.base),)
    for chunked in (False, True):
        speaking.server.chunked = chunked
        with pytest.raises(ExpectedError, match="longer answer than can be right"):
            Asking(hosts, Memory())(f"{speaking.base}/big", most=1 << 20)


def test_an_answer_that_is_cut_off(speaking: Speaking) -> None:
    speaking.server.cuts = [20]
    with pytest.raises(ExpectedError, match="was cut off"):
        Asking((host_of(speaking.base),), Memory())(f"{speaking.base}/metadata/fonts")


def test_a_server_that_drips_is_not_waited_for_and_can_be_stopped(speaking: Speaking) -> None:
    speaking.server.files["/slow"] = bytes(4096 * 1000)
    speaking.server.pause = 0.02
    with pytest.raises(ModelError, match="takes too long"):
        read_answer(f"{speaking.base}/slow", 8 << 20, seconds=0.2)
    end = time.monotonic() + 0.2
    stopping = Progress(cancelled=lambda: time.monotonic() > end)
    with pytest.raises(Cancelled):
        Asking((host_of(speaking.base),), Memory(), stopping)(f"{speaking.base}/slow", most=8 << 20)


def test_no_network(catalogues: Catalogues, speaking: Speaking) -> None:
    source = agreed(catalogues, "openverse")
    speaking.server.redirects["/v1/images/?q=moss&page=1&page_size=20&mature=false"] = "http://127.0.0.1:9/"
    with pytest.raises(ExpectedError, match="somewhere it will not go"):
        catalogues.search(source, "moss", "image")
    with pytest.raises(ExpectedError, match="cannot be reached"):
        Asking(("127.0.0.1:9",), Memory())("http://127.0.0.1:9/")


@pytest.mark.parametrize("target", ["https://evil.example/x", "file:///etc/passwd", "ftp://127.0.0.1/", "//evil.test/"])
def test_redirects_go_to_agreed_hosts_only(catalogues: Catalogues, speaking: Speaking, target: str) -> None:
    speaking.server.redirects["/metadata/fonts"] = target
    with pytest.raises(ExpectedError, match="somewhere it will not go|answer 302"):
        catalogues.search(agreed(catalogues, "googlefonts"), "", "font")


def test_only_what_was_agreed_to_may_be_asked() -> None:
    hosts = ("api.example.org", "127.0.0.1:8000", "192.168.0.9", "[::1]:8000", "localhost:3")
    good = ["https://api.example.org/a?b=c", "https://API.example.org:443/", "http://127.0.0.1:8000/",
            "http://[::1]:8000/", "http://localhost:3/"]  # fmt: skip
    bad = ["http://api.example.org/", "https://example.org/", "https://api.example.org.evil/", "http://127.0.0.1:8001/",
           "https://a@api.example.org/", "https://192.168.0.9/", "file:///etc/passwd", "https://[", "",
           "api.example.org", "https://api.example.org:99999/"]  # fmt: skip
    assert [address for address in good if not may_be_asked(address, hosts)] == []
    assert [address for address in bad if may_be_asked(address, hosts)] == []


@pytest.mark.parametrize("path", ["../a", "a/../b", "/a", "a//b", "C:/a", "a\\b", "", ".", "a/.hidden", "con.txt",
                                  "a\0b", "a" * 400, "a /b", "a./b", "a|b", "a\u202eb"])  # fmt: skip
def test_paths_that_cannot_be(path: str) -> None:
    with pytest.raises(ExpectedError, match="a file that cannot be"):
        safe_path(path)


def test_texts_are_one_plain_line() -> None:
    assert plain(" a\n\tb\u202e\u0000c " + "x" * 900, 8) == "a bc xxx"
    assert plain(None) == ""


def test_kept_answers_are_forgotten(speaking: Speaking, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    memory = Memory(lambda: now[0])
    ask = Asking((host_of(speaking.base),), memory)
    for moment, asked in ((0.0, 1), (100.0, 1), (2000.0, 2)):
        now[0] = moment
        ask(f"{speaking.base}/feed.json", keep=True)
        assert len(speaking.server.asked) == asked
    monkeypatch.setattr(asking_module, "KEPT_BYTES", 10)
    memory.put("a", b"12345678")
    memory.put("b", b"12345678")
    assert memory.get("a") is None and memory.get("b") == b"12345678"
