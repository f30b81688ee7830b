"""Downloads from a server that cuts off, lies and goes in circles: right bytes or a sentence, never half a file."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import time
from collections import namedtuple
from pathlib import Path

import pytest

from ml.catalogue import download as module
from ml.catalogue.download import Wanted, download
from ml.errors import ModelError
from ml.progress import Silent
from tests.ml.loopback import serving

DATA = os.urandom(300_000)
GENEROUS_SECONDS = 10.0


@pytest.fixture
def server():
    with serving() as behaviour:
        behaviour.files["/m.onnx"] = DATA
        yield behaviour


def wanted(tmp_path: Path, *addresses: str, data: bytes = DATA) -> Wanted:
    return Wanted(addresses, len(data), hashlib.sha256(data).hexdigest(), tmp_path / "m.onnx")


def test_a_whole_file(server, tmp_path) -> None:
    shares: list[float] = []

    class Counting(Silent):
        def __call__(self, share, text=""):
            shares.append(share)

    one = wanted(tmp_path, f"{server.address}/m.onnx")
    download(one, Counting())
    assert one.target.read_bytes() == DATA and list(tmp_path.iterdir()) == [one.target]
    assert shares == sorted(shares) and 0 < shares[0] < 1


def test_cut_off_it_goes_on_by_itself(server, tmp_path) -> None:
    server.cuts = [100_000, 50_000]
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    download(one)
    assert one.target.read_bytes() == DATA
    assert [item[1] for item in server.asked] == ["", "bytes=100000-", "bytes=150000-"]


def test_cut_off_too_often_it_goes_on_the_next_time(server, tmp_path) -> None:
    server.cuts = [50_000] * 4
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    with pytest.raises(ModelError, match="cut off"):
        download(one)
    assert not one.target.exists() and one.part.stat().st_size == 200_000
    server.asked.clear()
    download(one)
    assert one.target.read_bytes() == DATA and server.asked == [("/m.onnx", "bytes=200000-")]


def test_a_file_that_changed_meanwhile_is_fetched_anew(server, tmp_path) -> None:
    server.cuts = [50_000] * 4
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    with pytest.raises(ModelError):
        download(one)
    server.etag = '"two"'
    download(one)
    assert one.target.read_bytes() == DATA


def test_a_server_without_ranges_begins_again(server, tmp_path) -> None:
    server.cuts, server.ranges = [100_000], False
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    download(one)
    assert one.target.read_bytes() == DATA


def test_a_spoilt_part_is_thrown_away_and_fetched_once_more(server, tmp_path) -> None:
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    one.part.write_bytes(bytes(1000))
    download(one)
    assert one.target.read_bytes() == DATA
    one.target.unlink()
    one.part.write_bytes(bytes(len(DATA)))
    download(one)
    assert one.target.read_bytes() == DATA
    one.target.unlink()
    one.part.write_bytes(bytes(len(DATA) + 1))
    download(one)
    assert one.target.read_bytes() == DATA


@pytest.mark.parametrize("length", [0, 10, 299_999, 300_001])
def test_a_lie_about_the_length(server, tmp_path, length) -> None:
    server.claimed = length
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    with pytest.raises(ModelError, match="another file"):
        download(one)
    assert list(tmp_path.iterdir()) == []


def test_wrong_bytes_are_thrown_away(server, tmp_path) -> None:
    server.files["/m.onnx"] = bytes(len(DATA))
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    with pytest.raises(ModelError, match="other bytes"):
        download(one)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 503])
def test_a_refusal_is_said_with_its_number(server, tmp_path, status) -> None:
    server.status = status
    with pytest.raises(ModelError, match=str(status)):
        download(wanted(tmp_path, f"{server.address}/m.onnx"))


def test_mirrors_are_tried_in_order(server, tmp_path) -> None:
    server.files["/wrong"] = bytes(len(DATA))
    one = wanted(tmp_path, f"{server.address}/missing", f"{server.address}/wrong", f"{server.address}/m.onnx")
    download(one)
    assert one.target.read_bytes() == DATA
    assert [path for path, _ in server.asked] == ["/missing", "/wrong", "/m.onnx"]


def test_no_network_is_said(tmp_path) -> None:
    with socket.socket() as held:  # nobody else gets this port, and nobody listens
        held.bind(("127.0.0.1", 0))
        with pytest.raises(ModelError, match="cannot be reached"):
            download(wanted(tmp_path, f"http://127.0.0.1:{held.getsockname()[1]}/m.onnx"))


def test_redirects(server, tmp_path) -> None:
    server.redirects = {"/a": "/b", "/b": f"{server.address}/m.onnx", "/loop": "/loop2", "/loop2": "/loop"}
    one = wanted(tmp_path, f"{server.address}/a")
    server.cuts = [100_000]
    download(one)
    assert one.target.read_bytes() == DATA and ("/m.onnx", "bytes=100000-") in server.asked
    with pytest.raises(ModelError, match="302"):
        download(wanted(tmp_path / "x", f"{server.address}/loop"))


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:text/plain,hello"])
def test_nothing_but_http(server, tmp_path, target) -> None:
    with pytest.raises(ModelError, match="http and https only"):
        download(wanted(tmp_path, target))
    server.redirects = {"/a": target}
    with pytest.raises(ModelError):
        download(wanted(tmp_path, f"{server.address}/a"))
    assert not (tmp_path / "m.onnx").exists()


def test_without_a_hash_nothing_is_asked(server, tmp_path) -> None:
    for size, digest in ((0, "0" * 64), (5, "")):
        with pytest.raises(ModelError, match="no checksum"):
            download(Wanted((f"{server.address}/m.onnx",), size, digest, tmp_path / "m.onnx"))
    assert server.asked == []


def test_cancel_keeps_what_came(server, tmp_path) -> None:
    class Stop(Exception):
        pass

    class StopsAtHalf(Silent):
        half = False

        def __call__(self, share, text=""):
            self.half = share > 0.3

        def check(self):
            if self.half:
                raise Stop

    server.pause = 0.01
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    with pytest.raises(Stop):
        download(one, StopsAtHalf())
    assert not one.target.exists() and 0 < one.part.stat().st_size < len(DATA)
    server.pause = 0
    download(one)
    assert one.target.read_bytes() == DATA


def test_cancel_while_the_server_is_silent(server, tmp_path) -> None:
    class Stop(Exception):
        pass

    class StopsSoon(Silent):
        end = time.monotonic() + 0.3

        def check(self):
            if time.monotonic() > self.end:
                raise Stop

    server.pause = 30.0
    server.files["/m.onnx"] = DATA
    began = time.monotonic()
    with pytest.raises(Stop):
        download(wanted(tmp_path, f"{server.address}/m.onnx"), StopsSoon())
    assert time.monotonic() - began < GENEROUS_SECONDS


def test_a_full_disk_is_said_before(server, tmp_path, monkeypatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    with pytest.raises(ModelError, match="MB on the disk"):
        download(wanted(tmp_path, f"{server.address}/m.onnx"))
    assert server.asked == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_disk_that_fills_up_is_said(server, tmp_path, monkeypatch) -> None:
    one = wanted(tmp_path, f"{server.address}/m.onnx")
    monkeypatch.setattr(module.Wanted, "part", property(lambda self: Path("/dev/full")))
    monkeypatch.setattr(module, "_discard", lambda wanted: None)
    with pytest.raises(ModelError, match="disk is full"):
        download(one)
