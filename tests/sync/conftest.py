"""A pack to work with, and a store on loopback that speaks S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.packs.signing import SigningKey
from tests.sync.packs import FILES, written
from tests.sync.store import ceph
from tests.sync.store.processes import StoreMissing


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


@pytest.fixture(scope="session")
def ceph_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a real store with a bucket `packs`, and its folder; only long tests ask for it."""
    folder = tmp_path_factory.mktemp("ceph")
    try:
        with ceph.running(folder) as address:
            Bucket(Place("packs", "", address), Credentials(ceph.ACCESS, ceph.SECRET))._wire.send("PUT")
            yield address, folder
    except StoreMissing as error:
        pytest.skip(str(error))
