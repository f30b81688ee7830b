"""The full story against Ceph, and what happens at a store that only seems to hold what it is told to keep (Swift)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.errors import SyncError
from sync.packs.signing import SigningKey
from sync.published import check_conditions, read_pointer
from sync.transfer import Limits, push
from tests.sync.packs import FILES, contents, described, pull, written
from tests.sync.proxy import FAULTS
from tests.sync.store import ceph, configs, swift
from tests.sync.store.processes import StoreMissing
from tests.sync.story import SHARES, tell

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]
KEYS = Credentials(ceph.ACCESS, ceph.SECRET)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_full_story(ceph_store: tuple[str, Path], tmp_path: Path, fault: str) -> None:
    proxy, _ = tell(ceph_store[0], KEYS, "packs", fault, tmp_path, SHARES.get(fault, 0.3))
    assert proxy.hits


def test_many_who_publish_at_once(ceph_store: tuple[str, Path], key: SigningKey, tmp_path: Path) -> None:
    bucket = Bucket(Place("packs", "many", ceph_store[0]), KEYS)
    folders = [written(tmp_path / f"c{number}", {"a.txt": b"%d" % number}) for number in range(12)]
    packs = [described(folder, key, f"1.{number}.0") for number, folder in enumerate(folders)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda pair: push(bucket, pair[0], pair[1], Limits(2)), zip(packs, folders)))
    pointer = read_pointer(bucket, "papers")
    assert pointer.versions == {pack.manifest.version: pack.digest for pack in packs}
    assert pointer.number == 12
    bucket.close()


def test_what_goes_wrong_is_a_sentence(
    ceph_store: tuple[str, Path], content: Path, key: SigningKey, tmp_path: Path
) -> None:
    address, folder = ceph_store

    def told(keys: Credentials, bucket: str = "packs") -> str:
        near = Bucket(Place(bucket, "wrong", address), keys, attempts=2)
        with pytest.raises(SyncError) as error:
            push(near, described(content, key), content)
        near.close()
        return error.value.sentence

    assert told(Credentials("nobody", "secret")) == "The key for {place} is not accepted."
    assert told(Credentials(ceph.ACCESS, "wrong")) == "The key for {place} is not accepted."
    assert told(KEYS, "nosuchbucket") == "There is no bucket {place}."
    assert told(Credentials("other", "other-secret")) == "This key may not do that in {place}."
    ceph.quota(folder, 20_000)
    try:
        assert told(KEYS) == "The bucket {place} is full."
    finally:
        ceph.quota(folder, 0)


def test_a_store_that_looks_and_forgets_is_refused_but_read(
    content: Path, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Swift looks whether a name is free before the bytes come, and of writers at one moment the last one stays."""
    try:
        with swift.running(tmp_path / "swift") as address:
            bucket = Bucket(Place("packs", "", address), Credentials(configs.ACCESS, configs.SECRET), attempts=2)
            bucket._wire.send("PUT")
            for _ in range(5):
                with pytest.raises(SyncError, match="overwrites"):
                    check_conditions(bucket)
            with pytest.raises(SyncError, match="overwrites"):
                push(bucket, described(content, key), content)
            monkeypatch.setattr("sync.transfer.check_conditions", lambda bucket: None)
            push(bucket, described(content, key), content)
            assert contents(pull(bucket, "papers", tmp_path / "packs").content) == FILES
            bucket.close()
    except StoreMissing as error:
        pytest.skip(str(error))
