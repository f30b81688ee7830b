"""Files whose hash is another, or whose length nobody told; short answers; and where a server may send us."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from ml.catalogue.answers import length_of, read_answer
from ml.catalogue.download import Wanted, download
from ml.catalogue.transfer import ServerError
from ml.errors import ModelError
from tests.ml.loopback import serving

DATA = os.urandom(300_000)
MD5 = hashlib.md5(DATA, usedforsecurity=False).hexdigest()


@pytest.fixture
def server():
    with serving() as behaviour:
        behaviour.files["/a"] = DATA
        yield behaviour


def test_md5_is_believed_where_there_is_nothing_better(server, tmp_path: Path) -> None:
    one = Wanted((f"{server.address}/a",), len(DATA), "", tmp_path / "a", MD5)
    download(one)
    assert one.target.read_bytes() == DATA
    wrong = Wanted((f"{server.address}/a",), len(DATA), "", tmp_path / "b", MD5[::-1])
    with pytest.raises(ServerError, match="other bytes"):
        download(wrong)
    both = Wanted((f"{server.address}/a",), len(DATA), "0" * 64, tmp_path / "c", MD5)
    with pytest.raises(ServerError, match="other bytes"):
        download(both)


@pytest.mark.parametrize("chunked", [False, True])
def test_a_length_that_nobody_told(server, tmp_path: Path, chunked: bool) -> None:
    server.chunked = chunked
    one = Wanted((f"{server.address}/a",), 0, "", tmp_path / "a", most=len(DATA))
    download(one)
    assert one.target.read_bytes() == DATA and list(tmp_path.iterdir()) == [one.target]
    with pytest.raises(ServerError, match="sends more for b"):
        download(Wanted((f"{server.address}/a",), 0, "", tmp_path / "b", most=len(DATA) - 1))
    assert list(tmp_path.iterdir()) == [one.target]


def test_what_was_cut_off_goes_on_by_the_length_that_the_server_told(server, tmp_path: Path) -> None:
    server.cuts = [50_000] * 4
    one = Wanted((f"{server.address}/a",), 0, "", tmp_path / "a", most=1 << 20)
    with pytest.raises(ModelError, match="cut off"):
        download(one)
    assert one.part.stat().st_size == 200_000
    server.asked.clear()
    download(one)
    assert one.target.read_bytes() == DATA and server.asked == [("/a", "bytes=200000-")]
    other = Wanted((f"{server.address}/a",), 0, "", tmp_path / "b", most=1 << 20)
    other.part.write_bytes(b"of nobody knows what")
    download(other)
    assert other.target.read_bytes() == DATA


def test_only_the_head_is_asked_for_a_length(server) -> None:
    assert length_of(f"{server.address}/a") == len(DATA)
    server.redirects["/b"] = "/a"
    assert length_of(f"{server.address}/b") == len(DATA)
    server.chunked = True
    assert length_of(f"{server.address}/a") == 0
    with pytest.raises(ServerError, match="404"):
        length_of(f"{server.address}/nowhere")


def test_a_refusal_tells_its_number_and_how_long_to_wait(server) -> None:
    server.refusals["/a"] = (429, {"Retry-After": "12"})
    with pytest.raises(ServerError) as told:
        read_answer(f"{server.address}/a", 1000)
    assert (told.value.status, told.value.wait) == (429, 12)
    server.refusals["/a"] = (503, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"})
    with pytest.raises(ServerError) as told:
        read_answer(f"{server.address}/a", 1000)
    assert (told.value.status, told.value.wait) == (503, 0)


def test_a_server_sends_us_only_where_we_would_go(server, tmp_path: Path) -> None:
    server.redirects["/b"] = "/a"
    asked: list[str] = []

    def allows(address: str) -> bool:
        asked.append(address)
        return False

    with pytest.raises(ServerError, match="somewhere it will not go"):
        read_answer(f"{server.address}/b", 1 << 20, allows)
    with pytest.raises(ServerError, match="somewhere it will not go"):
        download(Wanted((f"{server.address}/b",), len(DATA), "", tmp_path / "a", MD5, allows=allows))
    assert asked == [f"{server.address}/a"] * 2 and not any(path == "/a" for path, _ in server.asked)
