"""Packs go to a bucket and come back: twice, cut off, in a race, through a bad network, with a wrong key."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import msgspec
import pytest

from sync.bucket import Bucket
from sync.credentials import Credentials, Place
from sync.errors import Conflict, Refused, SyncError
from sync.failures import of_answer
from sync.packs import installing
from sync.packs.building import write_archive
from sync.packs.installing import INCOMING, installed
from sync.packs.signing import SigningKey
from sync.packs.verifying import open_source, read_signed, verify
from sync.published import check_conditions, publish, read_pointer, sealed
from sync.sending import object_name
from sync.throttle import Throttle
from sync.transfer import Limits, fetched, plan_push, push
from sync.wire import Wire
from tests.sync.packs import FILES, contents, described, pull, written
from tests.sync.proxy import Proxy, proxied

KEYS = Credentials("test", "secret")
FAST = Limits(threads=4)
counter = itertools.count()


def make_bucket(store: str, name: str | None = None) -> Bucket:
    bucket = Bucket(Place(name or f"packs{next(counter)}", "shared", store), KEYS, attempts=3)
    if name is None:
        bucket._wire.send("PUT")
    return bucket


@pytest.fixture
def bucket(store: str) -> Iterator[Bucket]:
    made = make_bucket(store)
    yield made
    made.close()


def objects(bucket: Bucket) -> list[str]:
    return [name for name, _, _ in bucket.listed("") if not name.startswith("probe/")]


def test_there_and_back(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    pack = described(content, key)
    assert plan_push(bucket, pack).size == sum(map(len, set(FILES.values())))
    assert push(bucket, pack, content, FAST).versions == {"1.0.0": pack.digest}
    got = pull(bucket, "papers", tmp_path / "packs", limits=FAST)
    assert contents(got.content) == FILES
    assert plan_push(bucket, pack).published
    before = objects(bucket)
    push(bucket, pack, content, FAST)
    assert objects(bucket) == before
    assert pull(bucket, "papers", tmp_path / "packs").folder == got.folder
    assert [item.name for item in (tmp_path / "packs" / INCOMING / "objects").iterdir()] == []


def test_a_new_version_sends_and_fetches_only_what_is_new(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path
) -> None:
    push(bucket, described(content, key), content, FAST)
    pull(bucket, "papers", tmp_path / "packs")
    written(content, {"textures/new.raw": b"new"})
    newer = described(content, key, "1.1.0")
    assert [file.path for file in plan_push(bucket, newer).files] == ["textures/new.raw"]
    assert push(bucket, newer, content, FAST).latest == "1.1.0"
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == {**FILES, "textures/new.raw": b"new"}
    assert [pack.manifest.version for pack in installed(tmp_path / "packs")] == ["1.0.0", "1.1.0"]


def test_a_version_is_never_replaced(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    push(bucket, described(content, key), content, FAST)
    other = written(tmp_path / "other", {"a.txt": b"other"})
    with pytest.raises(Conflict, match="higher version"):
        raise_remedy(lambda: push(bucket, described(other, key), other, FAST))
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == FILES


def raise_remedy(work: object) -> None:
    try:
        work()  # type: ignore[operator]
    except Conflict as error:
        raise Conflict(error.remedy) from error


def test_two_who_publish_at_once_both_keep_their_work(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    folders = [written(tmp_path / f"c{number}", {"a.txt": b"%d" % number}) for number in range(8)]
    packs = [described(folder, key, f"1.{number}.0") for number, folder in enumerate(folders)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda pair: push(bucket, pair[0], pair[1], FAST), zip(packs, folders)))
    pointer = read_pointer(bucket, "papers")
    assert pointer.versions == {pack.manifest.version: pack.digest for pack in packs}
    assert pointer.latest == "1.7.0"
    assert pointer.number == 8


def test_the_same_version_from_two_is_one_conflict(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    folders = [written(tmp_path / f"c{number}", {"a.txt": b"%d" % number}) for number in range(4)]

    def attempt(folder: Path) -> str:
        try:
            push(bucket, described(folder, key), folder, FAST)
        except Conflict:
            return "told"
        return "published"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, folders)) == ["published", "told", "told", "told"]


def test_nothing_shows_before_all_is_there(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    pack = described(content, key)
    (content / "textures/paper.raw").write_bytes(b"changed meanwhile")
    with pytest.raises(SyncError, match="changed"):
        push(bucket, pack, content, FAST)
    assert read_pointer(bucket, "papers").latest is None
    with pytest.raises(SyncError, match="not in the bucket"):
        pull(bucket, "papers", tmp_path / "packs")


def test_a_corrupt_object_never_comes_in(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    pack = described(content, key)
    push(bucket, pack, content, FAST)
    victim = next(file for file in pack.manifest.files if file.path == "textures/paper.raw")
    bad = bytes(victim.size)
    bucket.put(object_name(victim.sha256), bad, hashlib.sha256(bad).hexdigest(), "", replace=True)
    with pytest.raises(Refused, match="changed on its way"):
        pull(bucket, "papers", tmp_path / "packs")
    assert not (tmp_path / "packs" / "papers").exists()
    push(bucket, pack, content, FAST, mend=True)
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == FILES


def test_a_flipped_byte_in_a_large_object_is_found_and_mended(
    bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.sending.LARGEST_WHOLE", 1 << 20)
    monkeypatch.setattr("sync.sending.PART", 5 << 20)
    data = os.urandom(6 << 20)
    folder = written(tmp_path / "c", {"big.bin": data})
    pack = described(folder, key)
    push(bucket, pack, folder, FAST)
    bad = data[:4_000_000] + bytes([data[4_000_000] ^ 1]) + data[4_000_001:]
    name = object_name(pack.manifest.files[0].sha256)
    bucket.put(name, bad, hashlib.sha256(bad).hexdigest(), "", replace=True)
    with pytest.raises(Refused, match="changed on its way"):
        pull(bucket, "papers", tmp_path / "packs")
    push(bucket, pack, folder, FAST, mend=True)
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == {"big.bin": data}


def test_a_probe_that_comes_twice_accuses_nobody(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that sends requests twice makes every conditional write seem lost; that is no store that overwrites."""
    original = Bucket.create

    def twice(self: Bucket, *values: Any) -> bool:
        original(self, *values)
        return original(self, *values)

    monkeypatch.setattr(Bucket, "create", twice)
    check_conditions(bucket)


def test_an_answer_without_words_may_still_show_that_clocks_differ(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Answer:
        status, data = 403, b""
        headers: ClassVar = {"Date": "Fri, 01 Jan 2021 00:00:00 GMT"}

        def release_conn(self) -> None:
            pass

    monkeypatch.setattr(Wire, "_once", lambda self, *values: Answer())
    with pytest.raises(SyncError, match="clocks differ"):
        bucket.held("anything")


def test_a_manifest_of_another_author_is_refused(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path
) -> None:
    push(bucket, described(content, key), content, FAST)
    pull(bucket, "papers", tmp_path / "packs")
    push(bucket, described(content, SigningKey.generate(), "9.0.0"), content, FAST, accept_key=True)
    with pytest.raises(Refused, match="somebody else"):
        pull(bucket, "papers", tmp_path / "packs")
    assert pull(bucket, "papers", tmp_path / "packs", accept_key=True).manifest.version == "9.0.0"


def test_a_forged_pointer_is_refused(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    pointer = push(bucket, described(content, key), content, FAST)
    forged = sealed(msgspec.structs.replace(pointer, number=2, versions={"1.0.0": "0" * 64}))
    bucket.create("packs/papers/pointers/00000002.json", msgspec.json.encode(forged))
    with pytest.raises(Refused):
        pull(bucket, "papers", tmp_path / "packs")


def test_a_pointer_that_was_changed_on_its_way_is_never_built_upon(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One flipped digit of a hash is still a pointer that reads well; who adds to it would publish the damage."""
    first = described(content, key)
    push(bucket, first, content, FAST)
    original = Bucket.read

    def flipped(self: Bucket, name: str, limit: int) -> bytes | None:
        data = original(self, name, limit)
        return data.replace(first.digest.encode(), b"0" * 64) if data and "pointers" in name else data

    written(content, {"new.txt": b"new"})
    second = described(content, key, "1.1.0")
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "read", flipped)
        with pytest.raises(Refused, match="cannot be read"):
            push(bucket, second, content, FAST)
        with pytest.raises(Refused, match="cannot be read"):
            publish(bucket, second)
    push(bucket, second, content, FAST)
    assert read_pointer(bucket, "papers").versions == {"1.0.0": first.digest, "1.1.0": second.digest}


def test_many_versions_are_found_without_a_listing(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    folder = written(tmp_path / "c", {"a.txt": b"a"})
    for number in range(11):
        publish(bucket, described(folder, key, f"1.0.{number}"))
        assert read_pointer(bucket, "papers").number == number + 1
    assert read_pointer(bucket, "papers", hint=7).latest == "1.0.10"


def test_large_files_go_in_parts_and_go_on(
    bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.sending.LARGEST_WHOLE", 1 << 20)
    monkeypatch.setattr("sync.sending.PART", 5 << 20)
    data = os.urandom(17 << 20)
    folder = written(tmp_path / "c", {"big.bin": data})
    pack = described(folder, key)
    sent: list[int] = []
    failed: list[int] = []
    original = Bucket.put_part

    def failing(self: Bucket, name: str, upload: str, number: int, *others: object) -> str:
        if number == 3 and 3 not in failed:
            failed.append(3)
            while len(sent) < 2:
                time.sleep(0.01)
            raise SyncError("cut")
        answer = original(self, name, upload, number, *others)  # type: ignore[arg-type]
        sent.append(number)
        return answer

    monkeypatch.setattr(Bucket, "put_part", failing)
    with pytest.raises(SyncError, match="cut"):
        push(bucket, pack, folder, FAST)
    push(bucket, pack, folder, FAST)
    assert sorted(sent) in ([1, 2, 3, 4], [1, 2, 3, 4, 4])  # the fourth may have been on its way when the third broke
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == {"big.bin": data}


def test_a_pull_goes_on_where_it_was_cut(
    store: str, bucket: Bucket, key: SigningKey, tmp_path: Path
) -> None:
    data = os.urandom(900_000)
    folder = written(tmp_path / "c", {"big.bin": data})
    pack = described(folder, key)
    push(bucket, pack, folder, FAST)
    partial = tmp_path / "packs" / INCOMING / "objects" / f"{pack.manifest.files[0].sha256}.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(data[:700_000])
    with proxied(store) as proxy:
        near = make_bucket(proxy.address, bucket.place.bucket)
        assert contents(pull(near, "papers", tmp_path / "packs").content) == {"big.bin": data}
        near.close()


@pytest.mark.parametrize("fault", ["cut", "delay", "corrupt"])
def test_through_a_bad_network(
    store: str, bucket: Bucket, key: SigningKey, tmp_path: Path, fault: str
) -> None:
    files = {f"f{number:02}.bin": os.urandom(20_000 + 7_000 * number) for number in range(12)}
    folder = written(tmp_path / "c", files)
    with proxied(store, seed=4) as proxy:
        near = make_bucket(proxy.address, bucket.place.bucket)
        proxy.faults, proxy.share = (fault,), 0.4
        persist(proxy, lambda: push(near, described(folder, key), folder, FAST))
        persist(proxy, lambda: pull(near, "papers", tmp_path / "packs", limits=FAST))
        near.close()
        assert proxy.hits
    (pack,) = installed(tmp_path / "packs")
    assert contents(pack.content) == files


def persist(proxy: Proxy, work: object, tries: int = 30) -> None:
    """As a person does: again, until it works; what goes wrong is always a sentence."""
    said = ""
    for attempt in range(tries):
        try:
            work()  # type: ignore[operator]
        except SyncError as error:
            assert error.sentence
            said = str(error)
        else:
            return
        if attempt == tries - 5:
            proxy.share = 0.0
    raise AssertionError(f"it never went through: {said}")


class Wish:
    """Cancelled after some looks."""

    def __init__(self, looks: int) -> None:
        self.looks = looks

    def check(self) -> None:
        self.looks -= 1
        if self.looks < 0:
            raise KeyboardInterrupt

    def __call__(self, share: float, text: str = "") -> None:
        self.check()


def test_a_cancelled_push_goes_on_later(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    folder = written(tmp_path / "c", {f"{number}.bin": os.urandom(50_000) for number in range(30)})
    pack = described(folder, key)
    with pytest.raises(KeyboardInterrupt):
        push(bucket, pack, folder, Limits(2, 400_000), Wish(3))
    assert read_pointer(bucket, "papers").latest is None
    push(bucket, pack, folder, FAST)
    assert len(contents(pull(bucket, "papers", tmp_path / "packs").content)) == 30


def test_a_store_that_replaces_is_refused(
    bucket: Bucket, content: Path, key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Bucket, "create", lambda self, name, data, sha256="": True)
    with pytest.raises(SyncError, match="overwrites"):
        push(bucket, described(content, key), content, FAST)


def test_sentences_for_what_goes_wrong(store: str, content: Path, key: SigningKey) -> None:
    missing = Bucket(Place("nosuchbucket", "", store), KEYS, attempts=1)
    with pytest.raises(SyncError, match="no bucket"):
        push(missing, described(content, key), content)
    missing.close()
    nobody = Bucket(Place("packs", "", "http://127.0.0.1:9"), KEYS, attempts=1)
    with pytest.raises(SyncError, match="cannot be reached"):
        push(nobody, described(content, key), content)
    nobody.close()


def test_a_throttle_holds_its_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr("sync.throttle.time", SimpleNamespace(monotonic=lambda: now[0], sleep=sleep))
    throttle = Throttle(1000, lambda: None)
    for _ in range(10):
        throttle.wait(500)
    assert now[0] >= 4.5


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.sending.LARGEST_WHOLE", 1 << 20)
    monkeypatch.setattr("sync.sending.PART", 5 << 20)
    monkeypatch.setattr("sync.sending.AHEAD", 1)


def before_part(monkeypatch: pytest.MonkeyPatch, number: int, act: Callable[[Bucket, str, str], object]) -> list[int]:
    """Something happens once, before a part with this number goes. What it was before is in the list that is returned.

    The store in this process stumbles over an upload that is gone, where real ones say so: it is said here.
    """
    original, done = Bucket.put_part, list[int]()

    def put_part(self: Bucket, name: str, upload: str, at: int, *rest: Any) -> str:
        if at == number and not done:
            done.append(at)
            act(self, name, upload)
        if self.open_parts(name) != upload:
            raise of_answer(self.place, "NoSuchUpload", 404)
        return original(self, name, upload, at, *rest)

    monkeypatch.setattr(Bucket, "put_part", put_part)
    return done


@pytest.mark.usefixtures("small_parts")
def test_two_who_send_the_same_large_file_at_once_both_get_through(
    bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one feeds the first one's upload and ends it, while the first one is still at its parts."""
    folder = written(tmp_path / "c", {"big.bin": os.urandom(11 << 20)})
    others = described(folder, key, name="inks")
    done = before_part(monkeypatch, 2, lambda *_: push(bucket, others, folder, FAST))
    push(bucket, described(folder, key), folder, FAST)
    assert done
    for name in ("papers", "inks"):
        assert contents(pull(bucket, name, tmp_path / "packs").content) == contents(folder)


@pytest.mark.usefixtures("small_parts")
def test_an_upload_that_somebody_dropped_is_begun_again(
    bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = written(tmp_path / "c", {"big.bin": os.urandom(11 << 20)})
    done = before_part(
        monkeypatch, 2, lambda near, name, upload: near._wire.send("DELETE", near._key(name), {"uploadId": upload})
    )
    push(bucket, described(folder, key), folder, FAST)
    assert done
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == contents(folder)


class Silence:
    """A store that takes connections and what comes over them, and says nothing."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.taken: list[socket.socket] = []
        self.asked = threading.Event()
        self._thread = threading.Thread(target=self._take)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                taken, _ = self._listening.accept()
                self.taken.append(taken)
                self.asked.set()

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()
        for each in self.taken:
            each.close()


@pytest.mark.parametrize("verb", ["push", "pull"])
def test_a_wish_to_stop_is_heard_while_the_store_is_silent(
    content: Path, key: SigningKey, tmp_path: Path, verb: str
) -> None:
    silence = Silence()
    near = make_bucket(silence.address, "packs")

    class Tired:
        def __call__(self, share: float, text: str = "") -> None: ...

        def check(self) -> None:
            if silence.asked.is_set():
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        if verb == "push":
            push(near, described(content, key), content, FAST, Tired())
        else:
            pull(near, "papers", tmp_path / "packs", limits=FAST, progress=Tired())
    for thread in (thread for thread in threading.enumerate() if "(run)" in thread.name):
        thread.join(10)  # left alone, the wire waits for a minute
        assert not thread.is_alive()
    silence.close()
    near.close()


def test_a_stop_reaches_transfers_that_are_under_way(
    store: str, bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All threads wait for a store that has gone silent in the middle; none of them is left behind."""
    folder = written(tmp_path / "c", {f"{number}.bin": os.urandom(90_000) for number in range(12)})
    hanging, leave = threading.Event(), threading.Event()

    def hang(self: Any, *_: Any) -> None:
        hanging.set()
        leave.wait(30)

    class Tired:
        def __call__(self, share: float, text: str = "") -> None: ...

        def check(self) -> None:
            if hanging.is_set():
                raise KeyboardInterrupt

    with proxied(store) as proxy:
        near = make_bucket(proxy.address, bucket.place.bucket)
        near.held("nothing")
        monkeypatch.setattr("tests.sync.proxy.Relay.do_PUT", hang)
        with pytest.raises(KeyboardInterrupt):
            push(near, described(folder, key), folder, FAST, Tired())
        near.close()
        for thread in (each for each in threading.enumerate() if each.name.startswith(("part", "ThreadPool"))):
            thread.join(10)
            assert not thread.is_alive()
        leave.set()


def test_two_pulls_at_once_into_one_folder_both_get_the_pack(
    bucket: Bucket, key: SigningKey, tmp_path: Path
) -> None:
    folder = written(tmp_path / "c", {f"{number}.bin": os.urandom(60_000) for number in range(20)})
    for version in ("1.0.0", "1.1.0"):
        push(bucket, described(folder, key, version), folder, FAST)
    wanted = ["1.0.0", "1.0.0", "1.1.0", "1.1.0"]
    nears = [make_bucket(bucket.place.endpoint, bucket.place.bucket) for _ in wanted]
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(
            lambda pair: pull(pair[0], "papers", tmp_path / "packs", pair[1], Limits(2, 4_000_000)), zip(nears, wanted)
        ))  # fmt: skip
    for near in nears:
        near.close()
    assert [pack.manifest.version for pack in got] == wanted
    for pack in got:
        assert contents(pack.content) == contents(folder)
    assert not list((tmp_path / "packs" / INCOMING / "objects").iterdir())


def test_no_two_installed_files_are_one(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    push(bucket, described(content, key), content, FAST)
    pack = pull(bucket, "papers", tmp_path / "packs")
    assert {(pack.content / path).stat().st_nlink for path in FILES} == {1}
    assert FILES["textures/paper.raw"] == FILES["textures/again.raw"]


@pytest.mark.parametrize("damage", ["files/textures/paper.raw", "files/empty.txt", "pack.json", "pack.sig"])
def test_a_pull_mends_what_is_damaged(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path, damage: str
) -> None:
    push(bucket, described(content, key), content, FAST)
    pack = pull(bucket, "papers", tmp_path / "packs")
    (pack.folder / damage).write_bytes(b"damaged")
    assert pull(bucket, "papers", tmp_path / "packs").folder == pack.folder
    assert contents(pack.content) == FILES
    verify(pack.folder)
    assert [item.name for item in (tmp_path / "packs" / INCOMING).iterdir() if item.is_dir()] == ["objects"]


def test_what_a_pull_kept_and_the_disk_changed_is_fetched_again(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path
) -> None:
    pack = described(content, key)
    push(bucket, pack, content, FAST)
    kept = tmp_path / "packs" / INCOMING / "objects"
    kept.mkdir(parents=True)
    for file in pack.manifest.files:  # of the right size each, and one of them wrong
        (kept / file.sha256).write_bytes(FILES[file.path])
    (kept / pack.manifest.files[-1].sha256).write_bytes(b"\1" * pack.manifest.files[-1].size)
    got = pull(bucket, "papers", tmp_path / "packs", limits=FAST)
    verify(got.folder)
    assert contents(got.content) == FILES


def test_what_was_fetched_asks_for_no_room_again(
    bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk has room for the pack once, not twice; and to end a pull that was cut off it needs none."""
    folder = written(tmp_path / "c", {f"{number}.bin": os.urandom(400_000) for number in range(4)})
    push(bucket, described(folder, key), folder, FAST)
    root = tmp_path / "packs"
    root.mkdir()
    monkeypatch.setattr(installing, "RESERVE", 1000)

    def free(_path: Path) -> SimpleNamespace:
        there = {item.stat().st_ino: item.stat().st_size for item in root.rglob("*") if item.is_file()}
        return SimpleNamespace(free=max(0, room - sum(there.values())))

    monkeypatch.setattr("shutil.disk_usage", free)
    room = 1_600_000
    with pytest.raises(SyncError, match="needs"):
        pull(bucket, "papers", root)
    assert not fetched(root)
    room += 10_000
    with monkeypatch.context() as patch:
        patch.setattr(installing, "take_in", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            pull(bucket, "papers", root)
    assert sum(fetched(root).values()) == 1_600_000
    assert contents(pull(bucket, "papers", root).content) == contents(folder)


@pytest.mark.parametrize("edited", [False, True])
def test_a_stop_right_after_the_packs_show_leaves_no_file_that_is_two(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    """What was kept is one with what was installed then: who edits that and pulls again gets what the author signed."""
    push(bucket, described(content, key), content, FAST)
    root, original = tmp_path / "packs", installing.take_in

    def stopped(*values: Any) -> None:
        original(*values)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(installing, "take_in", stopped)
        with pytest.raises(KeyboardInterrupt):
            pull(bucket, "papers", root)
    (pack,) = installed(root)
    linked = (path for path in sorted(FILES) if FILES[path] and (pack.content / path).stat().st_nlink > 1)
    path = next(linked, "brushes/soft.json")  # there are disks without links
    with (pack.content / path).open("r+b") as file:
        file.write(b"edited in place" if edited else b"")
    assert contents(pull(bucket, "papers", root).content) == FILES
    assert {(pack.content / path).stat().st_nlink for path in FILES} == {1}
    assert not fetched(root), "all of it is installed, so nothing is kept for another pull"


def test_a_pack_under_somebody_elses_name_is_refused(
    bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path
) -> None:
    push(bucket, described(content, key), content, FAST)
    stranger = described(content, SigningKey.generate(), "1.0.1")
    with pytest.raises(Refused, match="signed by somebody else"):
        push(bucket, stranger, content, FAST)
    assert read_pointer(bucket, "papers").latest == "1.0.0"
    assert push(bucket, stranger, content, FAST, accept_key=True).latest == "1.0.1"


def test_a_pack_file_is_sent_as_it_lies(bucket: Bucket, content: Path, key: SigningKey, tmp_path: Path) -> None:
    target = tmp_path / "papers.atelierpack"
    write_archive(content, described(content, key), target)
    source = open_source(target)
    push(bucket, read_signed(source), source, FAST)
    assert contents(pull(bucket, "papers", tmp_path / "packs").content) == FILES


def test_an_object_that_arrives_changed_every_time_is_an_error(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    send, sent = bucket._wire.send, []

    def garbled(method: str, *rest: Any, **more: Any) -> Any:
        answer = send(method, *rest, **more)
        if method == "PUT":
            sent.append(rest)
            answer.headers["ETag"] = '"' + "0" * 32 + '"'
        return answer

    monkeypatch.setattr(bucket._wire, "send", garbled)
    with pytest.raises(SyncError, match="changed on their way"):
        bucket.create("one", b"bytes")
    assert len(sent) > 1, "it was tried again"
