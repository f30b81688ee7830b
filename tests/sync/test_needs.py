"""Packs that need packs: found in the bucket and here, fetched together, visible together or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.bucket import Bucket
from sync.errors import OtherKey, Refused, SyncError
from sync.packs.building import Description, describe
from sync.packs.installing import INCOMING, LIST, Lying, installed, remove, take_in
from sync.packs.manifest import Author, Manifest
from sync.packs.needs import Tree, lacking, needed_by, resolve
from sync.packs.signing import SigningKey
from sync.packs.verifying import verify
from sync.packs.versions import order_of
from sync.transfer import Limits, fetch, fetched, plan_pull, push
from tests.sync.packs import contents, pull, written
from tests.sync.test_transfer import make_bucket

Needs = dict[str, str]


class Told(msgspec.Struct, frozen=True):
    manifest: Manifest


def told(name: str, version: str, needs: Needs) -> Told:
    return Told(Manifest(name=name, version=version, author=Author(name="Test", key="0" * 64), licence="CC0-1.0",
                         dependencies=needs))  # fmt: skip


def tree_of(offers: dict[str, Needs], here: dict[str, Needs], wanted: str) -> Tree[Told]:
    """From "name version" to what it needs."""
    packs = {tuple(label.split()): told(*label.split(), needs) for label, needs in offers.items()}
    near = [told(*label.split(), needs).manifest for label, needs in here.items()]
    name, version = wanted.split()
    return resolve(
        packs[name, version], lambda each: [number for one, number in packs if one == each],
        lambda each, number: packs[each, number], lambda each: [one for one in near if one.name == each],
    )  # fmt: skip


def labels(tree: Tree[Told]) -> list[str]:
    return [pack.manifest.label for pack in tree.packs]


def test_the_whole_tree_comes_in_order() -> None:
    offers: dict[str, Needs] = {
        "forest 1.0.0": {"leaves": "1.0.0", "bark": "1.0.0"}, "leaves 1.0.0": {}, "leaves 1.2.0": {"inks": "0.1.0"},
        "bark 1.0.0": {"inks": "0.3.0"}, "inks 0.3.0": {}, "inks 0.4.0-beta": {},
    }  # fmt: skip
    assert labels(tree_of(offers, {}, "forest 1.0.0")) == ["inks 0.3.0", "leaves 1.2.0", "bark 1.0.0", "forest 1.0.0"]


def test_what_is_here_and_new_enough_stays() -> None:
    offers: dict[str, Needs] = {"a 1.0.0": {"b": "1.0.0"}, "b 2.0.0": {}, "c 1.0.0": {}}
    assert labels(tree_of(offers, {"b 1.1.0": {}}, "a 1.0.0")) == ["a 1.0.0"]
    assert labels(tree_of(offers, {"b 0.9.0": {}}, "a 1.0.0")) == ["b 2.0.0", "a 1.0.0"]
    assert labels(tree_of(offers, {"b 1.1.0": {"c": "1.0.0"}}, "a 1.0.0")) == ["c 1.0.0", "a 1.0.0"]


def test_a_ring_ends_and_an_exact_wish_stands_beside_what_others_need() -> None:
    ring: dict[str, Needs] = {"a 1.0.0": {"b": "1.0.0"}, "b 1.0.0": {"a": "1.0.0"}}
    assert labels(tree_of(ring, {}, "a 1.0.0")) == ["b 1.0.0", "a 1.0.0"]
    newer: dict[str, Needs] = {"a 1.0.0": {"b": "1.0.0"}, "a 2.0.0": {}, "b 1.0.0": {"a": "2.0.0"}}
    assert labels(tree_of(newer, {}, "a 1.0.0")) == ["a 2.0.0", "b 1.0.0", "a 1.0.0"]


def test_all_that_is_missing_is_named_with_who_needs_it() -> None:
    offers: dict[str, Needs] = {"a 1.0.0": {"b": "1.0.0", "d": "1.0.0"}, "b 1.0.0": {"c": "3.0.0"}, "c 2.0.0": {}}
    missing = tree_of(offers, {}, "a 1.0.0").missing
    assert [tuple(each) for each in missing] == [("c", "3.0.0", "b 1.0.0"), ("d", "1.0.0", "a 1.0.0")]


def test_a_tree_without_end_is_refused() -> None:
    first = told("p0", "1.0.0", {"p1": "1.0.0"})
    with pytest.raises(Refused, match="more than 200"):
        resolve(first, lambda name: ["1.0.0"], lambda name, version: told(
            name, version, {f"p{int(name[1:]) + 1}": "1.0.0"}
        ), lambda name: [])  # fmt: skip


NAMES = st.sampled_from("abcde")
VERSIONS = st.sampled_from(["1.0.0", "1.1.0", "2.0.0-beta", "2.0.0"])


@given(st.dictionaries(st.tuples(NAMES, VERSIONS), st.dictionaries(NAMES, VERSIONS), min_size=1), st.data())
def test_nothing_that_came_lacks_anything_but_what_is_named(
    packs: dict[tuple[str, str], Needs], data: st.DataObject
) -> None:
    offers = {f"{name} {version}": needs for (name, version), needs in packs.items()}
    wanted = data.draw(st.sampled_from(sorted(offers)))
    tree = tree_of(offers, {}, wanted)
    come = [pack.manifest for pack in tree.packs]
    assert len({pack.label for pack in come}) == len(come)
    assert come[-1].label == wanted
    for pack in come:
        for lack in lacking(pack, come):
            assert lack in {f"{name} {least}" for name, least, _ in tree.missing}
    for name, least, _ in tree.missing:
        assert not [version for each, version in packs if each == name and order_of(version) >= order_of(least)]


def test_who_would_lack_something() -> None:
    packs = [told(*label.split(), needs).manifest for label, needs in {
        "a 1.0.0": {"c": "1.0.0"}, "b 1.0.0": {"c": "1.5.0"}, "c 1.0.0": {}, "c 2.0.0": {}}.items()]  # fmt: skip
    assert needed_by(packs, "c", "1.0.0") == []
    assert needed_by(packs, "c", "2.0.0") == ["b 1.0.0"]
    assert needed_by([pack for pack in packs if pack.label != "c 2.0.0"], "c", "1.0.0") == ["a 1.0.0"]


# In a bucket


@pytest.fixture
def bucket(store: str) -> Iterator[Bucket]:
    made = make_bucket(store)
    yield made
    made.close()


def publish(bucket: Bucket, folder: Path, key: SigningKey, label: str, needs: Needs | None = None) -> dict[str, bytes]:
    name, version = label.split()
    files = {f"{name}.bin": os.urandom(40_000), "same.bin": bytes(9000), "label.txt": label.encode()}
    source = written(folder / label.replace(" ", "-"), files)
    push(bucket, describe(source, Description(name, version, "Test", "CC0-1.0", dependencies=needs or {}), key), source)
    return files


def test_a_pull_brings_what_the_pack_needs(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    root = tmp_path / "packs"
    files = publish(bucket, tmp_path, key, "inks 1.0.0", {"leaves": "1.0.0"})
    publish(bucket, tmp_path, key, "leaves 1.0.0", {"inks": "1.0.0"})
    coming = plan_pull(bucket, "leaves", root)
    assert [pack.manifest.label for pack in coming.packs] == ["inks 1.0.0", "leaves 1.0.0"]
    assert coming.size == 2 * 40_000 + 9000 + len("inks 1.0.0") + len("leaves 1.0.0")
    assert not root.exists(), "a plan changes nothing"
    assert fetch(bucket, coming, root).manifest.label == "leaves 1.0.0"
    assert [pack.manifest.label for pack in installed(root)] == ["inks 1.0.0", "leaves 1.0.0"]
    assert contents(root / "inks" / "1.0.0" / "files") == files
    assert not plan_pull(bucket, "leaves", root).packs
    assert not fetched(root)


def test_a_pack_comes_alone_when_that_is_wanted(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    publish(bucket, tmp_path, key, "leaves 1.0.0", {"inks": "1.0.0"})
    coming = plan_pull(bucket, "leaves", tmp_path / "packs")
    assert [each.name for each in coming.tree.missing] == ["inks"]
    fetch(bucket, plan_pull(bucket, "leaves", tmp_path / "packs", alone=True), tmp_path / "packs")
    assert [pack.manifest.label for pack in installed(tmp_path / "packs")] == ["leaves 1.0.0"]


def test_what_was_planned_comes_whatever_is_published_since(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    publish(bucket, tmp_path, key, "leaves 1.0.0")
    coming = plan_pull(bucket, "leaves", tmp_path / "packs")
    publish(bucket, tmp_path, key, "leaves 1.1.0")
    assert fetch(bucket, coming, tmp_path / "packs").manifest.version == "1.0.0"


def test_another_key_of_a_needed_pack_is_refused_by_its_name(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    root = tmp_path / "packs"
    publish(bucket, tmp_path, key, "inks 1.0.0")
    pull(bucket, "inks", root)
    folder = written(tmp_path / "theirs", {"a.txt": b"a"})
    theirs = describe(folder, Description("inks", "2.0.0", "Other", "CC0-1.0"), SigningKey.generate())
    push(bucket, theirs, folder, accept_key=True)
    publish(bucket, tmp_path, key, "leaves 1.0.0", {"inks": "2.0.0"})
    with pytest.raises(OtherKey) as refused:
        plan_pull(bucket, "leaves", root)
    assert refused.value.values["pack"] == "inks"
    coming = plan_pull(bucket, "leaves", root, accept={"inks"})
    fetch(bucket, coming, root)
    assert [pack.manifest.label for pack in installed(root)] == ["inks 1.0.0", "inks 2.0.0", "leaves 1.0.0"]


def test_a_tree_with_a_damaged_part_leaves_nothing_and_goes_on(
    bucket: Bucket, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "packs"
    publish(bucket, tmp_path, key, "inks 1.0.0")
    publish(bucket, tmp_path, key, "leaves 1.0.0", {"inks": "1.0.0"})
    asked: list[str] = []
    original = Bucket.get

    def failing(self: Bucket, name: str, start: int, write: Any) -> str:
        if name.startswith("objects/"):
            asked.append(name)
            if len(asked) == 3:
                raise SyncError("cut")
        return original(self, name, start, write)

    monkeypatch.setattr(Bucket, "get", failing)
    with pytest.raises(SyncError, match="cut"):
        pull(bucket, "leaves", root, limits=Limits(threads=1))
    assert not list(installed(root))
    coming = plan_pull(bucket, "leaves", root)
    assert sum(map(len, coming.files.values())) == 3, "two of five files are here"
    fetch(bucket, coming, root)
    assert [pack.manifest.label for pack in installed(root)] == ["inks 1.0.0", "leaves 1.0.0"]


# Together or not at all


@pytest.fixture
def three(tmp_path: Path, key: SigningKey) -> list[Lying]:
    made = []
    for name in ("bark", "inks", "leaves"):
        source = tmp_path / name
        folder = written(source / "files", {"a.txt": name.encode()})
        pack = describe(folder, Description(name, "1.0.0", "T", "MIT"), key)
        (source / "pack.json").write_bytes(pack.data)
        (source / "pack.sig").write_bytes(pack.signature)
        made.append(Lying.at(source))
    return made


class Killed(BaseException):
    """As `kill -9` between two steps: nothing is tidied up after it."""


@pytest.mark.parametrize("step", range(4))
def test_killed_between_two_moves_nothing_shows(
    three: list[Lying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    root, moved = tmp_path / "packs", list[Path]()
    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if len(moved) == step and Path(target).parents[1] == root:
            raise Killed
        moved.extend([target] if Path(target).parents[1] == root else [])
        return original(self, target)

    def unlink(self: Path, missing_ok: bool = False) -> None:
        if self.suffix == LIST and step == 3:
            raise Killed
        os.unlink(self) if self.exists() or not missing_ok else None

    packs = [(pack.verified, pack.fill) for pack in three]
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        patch.setattr(Path, "unlink", unlink)
        patch.setattr("sync.packs.installing._settle", lambda root: None)
        with pytest.raises(Killed):
            take_in(packs, root)
    assert len([folder for folder in root.glob("*/*") if folder.parent.name != INCOMING]) == step
    assert not list(installed(root))
    assert [pack.manifest.name for pack in take_in(packs, root)] == ["bark", "inks", "leaves"]
    assert [pack.manifest.name for pack in installed(root)] == ["bark", "inks", "leaves"]
    assert not list((root / INCOMING).glob(f"*{LIST}"))
    for pack in installed(root):
        verify(pack.folder)


def test_a_disk_that_fails_at_the_last_pack_leaves_none(
    three: list[Lying], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "packs"
    original = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if Path(target) == root / "leaves" / "1.0.0":
            raise OSError(28, "No space left on device")
        return original(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(SyncError, match="No space"):
            take_in([(pack.verified, pack.fill) for pack in three], root)
    assert not list(installed(root))
    assert not list(root.glob("[a-z]*/*"))


def test_two_packs_of_one_name_come_from_one_author(three: list[Lying], key: SigningKey, tmp_path: Path) -> None:
    source = tmp_path / "other"
    pack = describe(
        written(source / "files", {"a.txt": b"a"}), Description("inks", "2.0.0", "X", "MIT"), SigningKey.generate()
    )
    (source / "pack.json").write_bytes(pack.data)
    (source / "pack.sig").write_bytes(pack.signature)
    both = [*three, Lying.at(source)]
    with pytest.raises(OtherKey):
        take_in([(each.verified, each.fill) for each in both], tmp_path / "packs")
    assert not list(installed(tmp_path / "packs"))


def test_a_pack_that_others_need_stays(bucket: Bucket, key: SigningKey, tmp_path: Path) -> None:
    root = tmp_path / "packs"
    publish(bucket, tmp_path, key, "inks 1.0.0")
    publish(bucket, tmp_path, key, "leaves 1.0.0", {"inks": "1.0.0"})
    pull(bucket, "leaves", root)
    with pytest.raises(SyncError, match=r"needed by leaves 1\.0\.0"):
        remove(root, "inks", "1.0.0")
    assert len(list(installed(root))) == 2
    remove(root, "leaves", "1.0.0")
    remove(root, "inks", "1.0.0")
    shutil.rmtree(root / "inks")
    assert not list(installed(root))
