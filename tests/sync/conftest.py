"""A pack to work with, and a store on loopback that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.packs.signing import SigningKey
from tests.sync.packs import FILES, written


@pytest.fixture
def key() -> SigningKey:
    return SigningKey(bytes(range(32)))


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return written(tmp_path / "content", FILES)


@pytest.fixture(scope="session")
def store() -> Iterator[str]:
    """The address of a store in this process, without a bucket."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
