"""The window of packs: what comes with a pack is shown and agreed to, and every pack says how it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.packs.arriving import GuestsDialog
from app.packs.place import keep_buckets, place_at
from sync.bucket import Bucket
from sync.credentials import Credentials
from sync.packs.building import Description, describe, write_archive
from sync.packs.installing import installed
from sync.packs.signing import SigningKey
from sync.transfer import push
from tests.app.test_packs_window import answer, answered, click, packs, publish, ring, settled, store, with_bucket
from tests.sync.packs import written

__all__ = ["packs", "ring", "store"]

ANN, BOB = SigningKey(bytes(range(32))), SigningKey(bytes(range(1, 33)))


def describing(folder: Path, label: str, needs: dict[str, str] | None = None, key: SigningKey = ANN) -> Any:
    name, version = label.split()
    written(folder, {f"{name}.txt": label.encode() * 300})
    return describe(folder, Description(name, version, "Ann", "CC0-1.0", dependencies=needs or {}), key)


def shared(store: str, place: str, tmp_path: Path, *packs: tuple[str, dict[str, str], SigningKey]) -> None:
    bucket = Bucket(place_at(f"shared/{place}", store, ""), Credentials("t", "s"))
    for label, needs, key in packs:
        folder = tmp_path / label.replace(" ", "-")
        push(bucket, describing(folder, label, needs, key), folder)
    bucket.close()


def here(tmp_path: Path) -> list[str]:
    return [pack.manifest.label for pack in installed(tmp_path / "packs")]


def choose(packs: Any, name: str) -> None:
    table = packs.buckets.list.table
    for index in range(table.topLevelItemCount()):
        table.topLevelItem(index).setSelected(table.topLevelItem(index).text(0) == name)


def state_of(packs: Any, name: str) -> str:
    table = packs.installed.list.table
    items = [table.topLevelItem(index) for index in range(table.topLevelItemCount())]
    return str(next(item.text(6) for item in items if item.text(0) == name))


def when_asked(packs: Any, qtbot: Any, kind: type, act: Any, button: Any) -> None:
    """Press a button; the question comes once the bucket has answered."""
    def pressed() -> None:
        click(button)
        qtbot.waitUntil(lambda: not packs.work.going, timeout=30_000)

    answer(packs, qtbot, kind, act, pressed)


def test_what_a_pack_needs_is_shown_and_comes_with_it(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    shared(store, "tree", tmp_path, ("inks 1.0.0", {}, BOB), ("forest 1.0.0", {"inks": "1.0.0"}, ANN))
    with_bucket(packs, qtbot, store, "tree")
    choose(packs, "forest")
    seen: list[list[str]] = []

    def look(dialog: GuestsDialog) -> None:
        rows = (dialog.table.topLevelItem(index) for index in range(dialog.table.topLevelItemCount()))
        seen.append([f"{row.text(0)} {row.text(1)} {row.text(4)}" for row in rows if row is not None])
        assert "Ann" in dialog.strangers.text()
        click(dialog.leave_button)

    when_asked(packs, qtbot, GuestsDialog, look, packs.buckets.install)
    assert seen == [["inks 1.0.0 3.0 kB", "forest 1.0.0 3.6 kB"]]
    assert here(tmp_path) == []
    when_asked(packs, qtbot, GuestsDialog, lambda box: click(box.agree_button), packs.buckets.install)
    assert settled(packs, qtbot).startswith("forest 1.0.0 is installed with inks 1.0.0; 2 of their files")
    assert here(tmp_path) == ["forest 1.0.0", "inks 1.0.0"]
    assert [offer.here for offer in packs.buckets.offers] == ["1.0.0", "1.0.0"]
    packs.tabs.setCurrentWidget(packs.installed)
    inks = next(row for row in range(2) if packs.installed.list.table.topLevelItem(row).text(0) == "inks")
    packs.installed.list.table.clearSelection()
    packs.installed.list.table.topLevelItem(inks).setSelected(True)
    click(packs.installed.remove)
    assert packs.said.text().startswith("inks 1.0.0 stays: it is needed by forest 1.0.0.")
    assert here(tmp_path) == ["forest 1.0.0", "inks 1.0.0"]


def test_what_is_missing_is_asked_about(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    shared(store, "gaps", tmp_path, ("forest 1.0.0", {"inks": "1.0.0"}, ANN))
    with_bucket(packs, qtbot, store, "gaps")
    answered(packs, qtbot, "Leave it", lambda: [
        click(packs.buckets.install), qtbot.waitUntil(lambda: not packs.work.going, timeout=30_000)
    ])  # fmt: skip
    assert here(tmp_path) == []
    answered(packs, qtbot, "Install without them", lambda: [
        click(packs.buckets.install), qtbot.waitUntil(lambda: not packs.work.going, timeout=30_000)
    ])  # fmt: skip
    assert settled(packs, qtbot).endswith("It also needs inks 1.0.0.")
    assert state_of(packs, "forest") == "Lacks inks 1.0.0"


def test_a_file_brings_what_lies_beside_it(packs: Any, qtbot: Any, tmp_path: Path) -> None:
    for label, needs in (("inks 1.0.0", {}), ("forest 1.0.0", {"inks": "1.0.0"})):
        folder = tmp_path / label.replace(" ", "-")
        write_archive(folder, describing(folder, label, needs), tmp_path / f"{label.split()[0]}.atelierpack")

    def pressed() -> None:
        packs.installed.install(str(tmp_path / "forest.atelierpack"))
        qtbot.waitUntil(lambda: not packs.work.going, timeout=30_000)

    answer(packs, qtbot, GuestsDialog, lambda box: click(box.agree_button), pressed)
    assert "forest 1.0.0 is installed with inks 1.0.0" in settled(packs, qtbot)
    assert here(tmp_path) == ["forest 1.0.0", "inks 1.0.0"]


def test_updates_changes_and_what_was_built_are_marked(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    place = place_at("shared/marks", store, "")
    shared(store, "marks", tmp_path, ("leaves 1.0.0", {}, ANN))
    with_bucket(packs, qtbot, store, "marks")
    click(packs.buckets.install)
    settled(packs, qtbot)
    assert state_of(packs, "leaves") == "As it was signed"
    assert not packs.installed.update_.isEnabled()
    shared(store, "marks", tmp_path, ("leaves 1.1.0", {}, ANN))
    (tmp_path / "packs" / "leaves" / "1.0.0" / "files" / "leaves.txt").write_bytes(b"edited")
    packs.tabs.setCurrentWidget(packs.installed)
    click(packs.installed.ask)
    assert settled(packs, qtbot) == "1 pack is newer in a bucket."
    assert state_of(packs, "leaves") == f"1.1.0 is in {place.label}; 1 file was changed here"
    click(packs.installed.update_)
    assert "leaves 1.1.0 is installed" in settled(packs, qtbot)
    art = written(tmp_path / "art", {"a.txt": b"a"})
    publish(packs, qtbot, art, "mine", "1.0.0")
    packs.tabs.setCurrentWidget(packs.installed)
    assert state_of(packs, "mine") == f"Published in {place.label}"


def test_what_was_cut_off_shows_and_goes_on(packs: Any, qtbot: Any, store: str, tmp_path: Path, ring: Any) -> None:
    from app.packs.notes import begun
    from app.packs.place import known_buckets

    with_bucket(packs, qtbot, store, "cut")
    shared(store, "cut", tmp_path, ("leaves 1.0.0", {}, ANN))
    (place,) = known_buckets()
    with pytest.raises(KeyboardInterrupt), begun(
        "pull", describing(tmp_path / "again", "leaves 1.0.0").manifest, place, 3600
    ):  # fmt: skip
        raise KeyboardInterrupt
    packs.tabs.setCurrentWidget(packs.installed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.packs.notes.Begun.is_under_way", False)
        packs.installed.refresh()
        settled(packs, qtbot)
        assert state_of(packs, "leaves") == f"Half fetched from {place.label}"
        click(packs.installed.go_on)
        assert "leaves 1.0.0 is installed" in settled(packs, qtbot)
    assert here(tmp_path) == ["leaves 1.0.0"]
    assert packs.installed.list.table.topLevelItemCount() == 1
    keep_buckets([])
