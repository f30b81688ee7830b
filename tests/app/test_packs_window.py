"""The window of packs with real clicks and keys against a store on loopback: publish, install, update, remove."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from shiboken6 import isValid

from app.packs.place import known_buckets, place_at
from sync.bucket import Bucket
from sync.credentials import Credentials
from sync.packs.signing import SigningKey
from sync.published import read_pointer
from sync.transfer import push
from tests.sync.packs import described, written

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    Bucket(place_at("shared", address, ""), Credentials("t", "s"))._wire.send("PUT")
    yield address
    server.stop()


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, secret: str) -> None:
        self.kept[service, name] = secret

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr("keyring.get_password", made.get_password)
    monkeypatch.setattr("keyring.set_password", made.set_password)
    monkeypatch.setattr("keyring.delete_password", made.delete_password)
    return made


@pytest.fixture
def packs(studio: Any, qtbot: Any, tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("ATELIER_PACKS", str(tmp_path / "packs"))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "ATELIER_SIGNING_KEY"):
        monkeypatch.delenv(name, raising=False)
    studio.window.bindings.actions["window.packs"].trigger()
    from app.packs.window import PacksWindow

    made = studio.window.findChild(PacksWindow)
    with qtbot.waitExposed(made):
        pass  # it shows itself
    yield made
    assert not studio.errors, studio.errors
    if isValid(made):
        made.close()
    QApplication.processEvents()


def click(button: Any) -> None:
    assert button.isEnabled()
    QTest.mouseClick(button, LEFT)


def typed(field: QLineEdit, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)


def settled(packs: Any, qtbot: Any) -> str:
    qtbot.waitUntil(lambda: not packs.work.going, timeout=30_000)
    return str(packs.said.text())


def answer(packs: Any, qtbot: Any, kind: type, act: Any, open_it: Any) -> None:
    """Open a dialog by a click and act in it when it is there."""
    from PySide6.QtCore import QTimer

    tried: list[bool] = []

    def when_there() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, kind):
            tried.append(True)
            act(dialog)
        else:
            QTimer.singleShot(20, when_there)

    QTimer.singleShot(0, when_there)
    open_it()
    assert tried


def answered(packs: Any, qtbot: Any, text: str, open_it: Any) -> None:
    """Open a question by a click, and press one of its buttons."""
    answer(packs, qtbot, QMessageBox, lambda box: click(next(b for b in box.buttons() if b.text() == text)), open_it)


def with_bucket(packs: Any, qtbot: Any, store: str, folder: str) -> None:
    from app.packs.buckets_page import BucketForm

    packs.tabs.setCurrentWidget(packs.buckets)

    def fill(form: Any) -> None:
        for field, text in (
            (form.address, store), (form.bucket, f"shared/{folder}"), (form.access, "test"),
            (form.secret, "very secret"),
        ):  # fmt: skip
            typed(field, text)
        click(form.agree_button)

    answer(packs, qtbot, BucketForm, fill, lambda: click(packs.buckets.add))
    settled(packs, qtbot)


def publish(packs: Any, qtbot: Any, folder: Path, name: str, version: str) -> str:
    packs.tabs.setCurrentWidget(packs.publish)
    page = packs.publish
    for field, text in ((page.folder, str(folder)), (page.name, name), (page.version, version), (page.author, "Test")):
        typed(field, text)
    if not page.licence.currentText():
        typed(page.licence.lineEdit(), "CC0-1.0")
    click(page.send)
    return settled(packs, qtbot)


def test_publish_install_update_and_remove(packs: Any, qtbot: Any, store: str, tmp_path: Path, ring: Ring) -> None:
    from editor.library.library import Library

    with_bucket(packs, qtbot, store, "story")
    assert "no pack" in packs.buckets.list.empty.text()
    kept = (tmp_path / "packs" / ".buckets.json").read_text()
    assert "secret" not in kept
    assert "test" not in kept
    assert known_buckets() == [place_at("shared/story", store, "")]
    art = written(tmp_path / "art", {"leaf.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "note.txt": b"one"})
    assert "leaves 1.0.0 is in the bucket" in publish(packs, qtbot, art, "leaves", "1.0.0")
    assert [name for name, _ in ring.kept] == ["atelier-bucket", "atelier-author"]

    packs.tabs.setCurrentWidget(packs.buckets)
    click(packs.buckets.again)
    settled(packs, qtbot)
    (offer,) = packs.buckets.offers
    assert (offer.name, offer.version, offer.here, offer.author) == ("leaves", "1.0.0", "", "Test")
    click(packs.buckets.install)
    assert "leaves 1.0.0 is installed; 2 of its files" in settled(packs, qtbot)
    assert not packs.buckets.install.isEnabled()

    written(art, {"new.txt": b"two"})
    assert "1.1.0 is in the bucket. The other versions are untouched: 1.0.0." in publish(
        packs, qtbot, art, "leaves", "1.1.0"
    )
    packs.tabs.setCurrentWidget(packs.buckets)
    click(packs.buckets.again)
    settled(packs, qtbot)
    assert packs.buckets.install.text() == "Update"
    click(packs.buckets.install)
    assert "leaves 1.1.0 is installed" in settled(packs, qtbot)

    library = Library(tmp_path / "library")
    asset = library.at(tmp_path / "packs" / "leaves" / "1.1.0" / "files" / "new.txt")
    assert asset is not None
    assert (asset.author, asset.source) == ("Test", "pack leaves 1.1.0")
    assert asset.licence == packs.publish.licence.currentText() != ""
    packs.tabs.setCurrentWidget(packs.installed)
    assert [pack.manifest.version for pack in packs.installed.shown] == ["1.0.0", "1.1.0"]
    click(packs.installed.check)
    assert "Every byte of leaves 1.0.0" in settled(packs, qtbot)
    table = packs.installed.list.table
    place = table.visualItemRect(table.topLevelItem(1)).center()
    QTest.mouseClick(table.viewport(), LEFT, Qt.KeyboardModifier.NoModifier, place)
    answer(
        packs, qtbot, QMessageBox, lambda box: click(next(b for b in box.buttons() if b.text() == "Remove")),
        lambda: click(packs.installed.remove),
    )  # fmt: skip
    assert settled(packs, qtbot) == "leaves 1.1.0 is removed. 1 asset of the library lay in it and is in its trash."
    assert [pack.manifest.version for pack in packs.installed.shown] == ["1.0.0"]
    library.close()


def test_a_conflict_is_told_in_words_and_nothing_is_lost(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    with_bucket(packs, qtbot, store, "conflict")
    theirs = written(tmp_path / "theirs", {"a.txt": b"theirs"})
    bucket = Bucket(place_at("shared/conflict", store, ""), Credentials("t", "s"))
    pack = described(theirs, SigningKey.generate(), "1.0.0", "leaves")
    push(bucket, pack, theirs)
    mine = written(tmp_path / "mine", {"a.txt": b"mine"})
    said = publish(packs, qtbot, mine, "leaves", "1.0.0")
    assert "Somebody published another leaves 1.0.0 before" in said
    assert read_pointer(bucket, "leaves").versions == {"1.0.0": pack.digest}

    def again() -> None:
        publish(packs, qtbot, mine, "leaves", "1.1.0")

    answered(packs, qtbot, "Leave it", again)
    settled(packs, qtbot)
    assert list(read_pointer(bucket, "leaves").versions) == ["1.0.0"]
    answered(packs, qtbot, "Publish all the same", again)
    assert "The other versions are untouched: 1.0.0." in settled(packs, qtbot)
    packs.tabs.setCurrentWidget(packs.buckets)
    bucket.close()


def test_a_slow_publication_shows_its_progress_and_is_cancelled(
    packs: Any, qtbot: Any, store: str, tmp_path: Path
) -> None:
    with_bucket(packs, qtbot, store, "slow")
    big = written(tmp_path / "big", {f"{number}.bin": bytes([number]) * 400_000 for number in range(20)})
    packs.publish.rate.setCurrentIndex(packs.publish.rate.findData(0.5))
    packs.tabs.setCurrentWidget(packs.publish)
    page = packs.publish
    for field, text in ((page.folder, str(big)), (page.name, "big"), (page.author, "Test"),
                        (page.licence.lineEdit(), "CC0-1.0")):  # fmt: skip
        typed(field, text)
    click(page.send)
    qtbot.waitUntil(lambda: packs.bar.value() > 200, timeout=20_000)
    click(packs.cancel)
    assert settled(packs, qtbot).startswith("Stopped.")
    packs.publish.rate.setCurrentIndex(0)
    click(page.send)
    assert "big 1.0.0 is in the bucket" in settled(packs, qtbot)


def test_what_is_missing_is_said(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    assert not packs.publish.send.isEnabled()
    with_bucket(packs, qtbot, store, "missing")
    packs.tabs.setCurrentWidget(packs.publish)
    click(packs.publish.send)
    assert packs.said.text() == "Name is not filled in."
    assert "has others" in publish(packs, qtbot, tmp_path, "Bad Name", "1.0.0")
    assert "no folder" in publish(packs, qtbot, tmp_path / "nowhere", "good", "1.0.0")


def test_what_is_chosen_in_the_library_becomes_a_pack(
    packs: Any, studio: Any, qtbot: Any, store: str, tmp_path: Path
) -> None:
    from editor.library.edits import edit_assets
    from editor.library.library import Library

    library = Library(tmp_path / "library")
    taken = library.take_in([written(tmp_path / "mine", {"leaf.txt": b"leaf", "bark.txt": b"bark"})])
    edit_assets(library.catalogue, taken.added[:1], licence="CC-BY-4.0", author="Ann")
    library.close()
    packs.tabs.setCurrentWidget(packs.publish)
    click(packs.publish.from_library)
    assert packs.said.text().startswith("Nothing is chosen in the library.")
    studio.window.files.new_project("raster", name="Picture", width=40, height=30)
    studio.window.parts.show_library()
    panel = studio.window.parts.library
    qtbot.waitUntil(lambda: panel.shelf.count() == 2)
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    click(packs.publish.from_library)
    assert packs.publish.folder.text() == "2 assets of the library"
    with_bucket(packs, qtbot, store, "chosen")
    packs.tabs.setCurrentWidget(packs.publish)
    for field, text in ((packs.publish.name, "bits"), (packs.publish.author, "Test")):
        typed(field, text)
    click(packs.publish.send)
    assert packs.said.text() == "Licence is not filled in."
    typed(packs.publish.licence.lineEdit(), "cc0-1.0")
    answered(packs, qtbot, "Cancel", lambda: click(packs.publish.send))
    assert not packs.is_busy
    answered(packs, qtbot, "Go on", lambda: click(packs.publish.send))
    assert settled(packs, qtbot).startswith("bits 1.0.0 is in the bucket.")
    packs.tabs.setCurrentWidget(packs.buckets)
    click(packs.buckets.again)
    settled(packs, qtbot)
    assert packs.buckets.offers[0].files == 2
    click(packs.buckets.install)
    settled(packs, qtbot)
    (pack,) = packs.installed.shown
    assert pack.manifest.licence == "CC0-1.0"
    assert [(file.licence, file.author) for file in pack.manifest.files] in (
        [("CC-BY-4.0", "Ann"), (None, "")], [(None, ""), ("CC-BY-4.0", "Ann")],
    )  # fmt: skip


def test_another_authors_update_is_asked_about(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    with_bucket(packs, qtbot, store, "keys")
    bucket = Bucket(place_at("shared/keys", store, ""), Credentials("t", "s"))
    art = written(tmp_path / "art", {"a.txt": b"a"})
    push(bucket, described(art, SigningKey.generate(), "1.0.0", "leaves"), art)
    click(packs.buckets.again)
    settled(packs, qtbot)
    click(packs.buckets.install)
    assert "leaves 1.0.0 is installed" in settled(packs, qtbot)
    push(bucket, described(art, SigningKey.generate(), "2.0.0", "leaves"), art, accept_key=True)
    bucket.close()
    click(packs.buckets.again)
    settled(packs, qtbot)
    assert packs.buckets.list.table.topLevelItem(0).text(6) == "signed by somebody else than before"

    answered(packs, qtbot, "Leave it", lambda: click(packs.buckets.install))
    assert not packs.is_busy
    assert [pack.manifest.version for pack in packs.installed.shown] == ["1.0.0"]
    answered(packs, qtbot, "Take it all the same", lambda: click(packs.buckets.install))
    assert "leaves 2.0.0 is installed" in settled(packs, qtbot)


def big_one(packs: Any, qtbot: Any, store: str, tmp_path: Path, folder: str) -> None:
    """A publication that takes a while is under way."""
    with_bucket(packs, qtbot, store, folder)
    big = written(tmp_path / "big", {f"{number}.bin": bytes([number]) * 400_000 for number in range(20)})
    packs.publish.rate.setCurrentIndex(packs.publish.rate.findData(0.5))
    packs.tabs.setCurrentWidget(packs.publish)
    for field, text in ((packs.publish.folder, str(big)), (packs.publish.name, "big"), (packs.publish.author, "Test")):
        typed(field, text)
    packs.publish.licence.setEditText("CC0-1.0")
    click(packs.publish.send)
    qtbot.waitUntil(lambda: packs.bar.value() > 200, timeout=20_000)


def test_no_other_button_stops_what_goes_on(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    from editor.base.errors import ExpectedError

    big_one(packs, qtbot, store, tmp_path, "busy")
    job = packs.work.going["packs"].job
    for button in (packs.publish.save, packs.publish.send, packs.buckets.again, packs.buckets.add,
                   packs.installed.from_file, packs.installed.check):  # fmt: skip
        assert not button.isEnabled()
    with pytest.raises(ExpectedError, match=r"One thing at a time: this is still going on: Publishing\."):
        packs.buckets.look()
    assert packs.work.going["packs"].job == job
    click(packs.cancel)
    assert settled(packs, qtbot).startswith("Stopped.")
    assert packs.publish.save.isEnabled()


@pytest.mark.parametrize("way", ["Escape", "X"])
def test_the_window_closes(packs: Any, qtbot: Any, way: str) -> None:
    if way == "X":
        assert packs.close()
    else:
        QTest.keyClick(packs, Qt.Key.Key_Escape)
    assert not packs.isVisible()


def test_closing_asks_about_what_goes_on(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    from app.dialogs.running import RunningDialog

    big_one(packs, qtbot, store, tmp_path, "closing")

    def escape() -> None:
        QTest.keyClick(packs, Qt.Key.Key_Escape)

    answer(packs, qtbot, RunningDialog, lambda box: click(box.keep_button), escape)
    assert packs.isVisible()
    assert packs.is_busy
    answer(packs, qtbot, RunningDialog, lambda box: click(box.stop_button), escape)
    assert not packs.isVisible()
    bucket = Bucket(place_at("shared/closing", store, ""), Credentials("t", "s"))
    assert not [name for name, _, _ in bucket.listed("packs/")]
    bucket.close()


def test_what_is_older_in_the_bucket_is_no_update(packs: Any, qtbot: Any, store: str, tmp_path: Path) -> None:
    from sync.packs.building import write_archive

    with_bucket(packs, qtbot, store, "older")
    bucket = Bucket(place_at("shared/older", store, ""), Credentials("t", "s"))
    art, key = written(tmp_path / "art", {"a.txt": b"a"}), SigningKey.generate()
    push(bucket, described(art, key, "1.0.0", "leaves"), art)
    write_archive(art, described(art, key, "2.0.0", "leaves"), tmp_path / "two.atelierpack")
    packs.installed.install(str(tmp_path / "two.atelierpack"))
    assert "leaves 2.0.0 is installed" in settled(packs, qtbot)
    click(packs.buckets.again)
    settled(packs, qtbot)
    (offer,) = packs.buckets.offers
    assert (offer.version, offer.here) == ("1.0.0", "2.0.0")
    assert not packs.buckets.install.isEnabled()
    assert packs.buckets.install.text() == "Install"
    bucket.close()


def test_a_forgotten_bucket_leaves_no_key(packs: Any, qtbot: Any, store: str, ring: Ring) -> None:
    with_bucket(packs, qtbot, store, "forgotten")
    assert ("atelier-bucket", f"{store}/shared/forgotten") in ring.kept
    answered(packs, qtbot, "Keep", lambda: click(packs.buckets.forget))
    assert len(known_buckets()) == 1
    answered(packs, qtbot, "Forget", lambda: click(packs.buckets.forget))
    assert known_buckets() == []
    assert not ring.kept


def test_a_file_with_another_key_is_asked_about(packs: Any, qtbot: Any, tmp_path: Path) -> None:
    from sync.packs.building import write_archive

    art = written(tmp_path / "art", {"a.txt": b"a"})
    for version in ("1.0.0", "2.0.0"):
        pack = described(art, SigningKey.generate(), version, "leaves")
        write_archive(art, pack, tmp_path / f"{version}.atelierpack")
    packs.installed.install(str(tmp_path / "1.0.0.atelierpack"))
    settled(packs, qtbot)

    def ended() -> None:
        packs.installed.install(str(tmp_path / "2.0.0.atelierpack"))
        qtbot.waitUntil(lambda: not packs.is_busy, timeout=30_000)

    answered(packs, qtbot, "Leave it", ended)
    settled(packs, qtbot)
    assert [pack.manifest.version for pack in packs.installed.shown] == ["1.0.0"]
    answered(packs, qtbot, "Take it all the same", ended)
    assert "leaves 2.0.0 is installed" in settled(packs, qtbot)


def test_an_author_may_say_a_lot(packs: Any, qtbot: Any, tmp_path: Path) -> None:
    from sync.packs.building import Description, describe, write_archive

    art = written(tmp_path / "art", {"a.txt": b"a"})
    told = Description("leaves", "1.0.0", "A" * 300, "CC0-1.0", "T" * 300, "w" * 9_900)
    write_archive(art, describe(art, told, SigningKey.generate()), tmp_path / "long.atelierpack")
    before = packs.size()
    packs.installed.install(str(tmp_path / "long.atelierpack"))
    settled(packs, qtbot)
    QApplication.processEvents()
    assert packs.installed.about.toPlainText().startswith("www")
    assert packs.size() == before
    assert packs.minimumSizeHint().width() <= before.width()
    assert packs.minimumSizeHint().height() <= before.height()
    table = packs.installed.list.table
    assert table.visualItemRect(table.topLevelItem(0)).width() <= table.width()
    assert table.columnWidth(2) <= 240
    assert table.topLevelItem(0).text(5) == "1 B"


def test_signatures_are_not_checked_in_the_windows_thread(
    packs: Any, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    threads: list[str] = []

    def installed(*_args: object) -> Iterator[Any]:
        threads.append(threading.current_thread().name)
        yield from ()

    monkeypatch.setattr("sync.packs.installing.installed", installed)
    packs.installed.refresh()
    settled(packs, qtbot)
    assert threads
    assert threading.main_thread().name not in threads


def test_speeds_have_the_mark_of_the_language(packs: Any) -> None:
    from app.packs.publish_page import PublishPage
    from editor.base.translation import speaking

    with speaking("fr"):
        page = PublishPage(packs)
    assert [page.rate.itemText(index) for index in (1, page.rate.count() - 1)] == [
        "50 Mo par seconde", "0,5 Mo par seconde",
    ]  # fmt: skip
    page.deleteLater()


def test_forgetting_waits_for_an_install_beside_the_window(
    packs: Any, qtbot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody is at work in the folder: the window goes on, the wait can be cancelled, and the note stays then."""
    from app.packs.notes import begun, begun_work
    from sync.packs.installing import locked
    from sync.progress import SILENT

    monkeypatch.setattr("app.packs.notes.Begun.is_under_way", False)
    pack = described(written(tmp_path / "art", {"a.txt": b"a"}), SigningKey.generate())
    with pytest.raises(KeyboardInterrupt), begun("pull", pack.manifest, place_at("b", "http://127.0.0.1:9", ""), 1):
        raise KeyboardInterrupt
    packs.installed.refresh()
    table = packs.installed.list.table
    qtbot.waitUntil(lambda: table.topLevelItemCount() == 1 and not packs.work.going, timeout=15000)
    table.topLevelItem(0).setSelected(True)
    with locked(tmp_path / "packs", SILENT):
        click(packs.installed.forget)
        assert packs.is_busy, "the click came back while the folder was somebody else's"
        click(packs.cancel)
        assert "Stopped" in settled(packs, qtbot)
        assert len(begun_work()) == 1
    click(packs.installed.forget)
    qtbot.waitUntil(lambda: not begun_work() and not packs.work.going, timeout=15000)
