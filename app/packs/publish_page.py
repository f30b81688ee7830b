"""Publishing: a folder or chosen assets become a signed pack, kept as a file or sent to a bucket."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QPushButton,
)

from app.dialogs.facts import muted
from app.packs.page import Page, agrees_to_add
from app.packs.place import known_buckets, open_bucket, signing_key
from editor.base.errors import ExpectedError
from editor.base.numbers import number_text
from editor.base.translation import tr, tr_count
from editor.library.edits import LICENCES
from sync.credentials import Place

if TYPE_CHECKING:
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from editor.library.asset import Asset
    from sync.packs.building import Description
    from sync.packs.signing import SigningKey
    from sync.packs.verifying import Verified
    from sync.published import Pointer

SPEEDS = (50.0, 10.0, 5.0, 2.0, 1.0, 0.5)
LONGEST_LINE, LONGEST_TEXT = 300, 10_000
MOST_SHOWN = 8


class PublishPage(Page):
    """A form. The author's key is made on first use, and kept in the keyring."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__(packs)
        self.folder, self.name, self.version = QLineEdit(), QLineEdit(), QLineEdit("1.0.0")
        self.author, self.title, self.needs = QLineEdit(), QLineEdit(), QLineEdit()
        self.licence, self.bucket = QComboBox(), QComboBox()
        self.licence.setEditable(True)
        self.licence.addItems([name for name in LICENCES if name])
        self.licence.setCurrentIndex(-1)  # what others may do is for the author to say
        self.licence.setPlaceholderText(tr("choose one, or write an SPDX expression"))
        line = self.licence.lineEdit()
        assert line is not None
        line.setPlaceholderText(tr("choose one, or write an SPDX expression"))
        for field in (self.author, self.title):
            field.setMaxLength(LONGEST_LINE)
        self.text = QPlainTextEdit()
        self.text.setMaximumHeight(84)
        self.text.setTabChangesFocus(True)
        self.rate = QComboBox()
        self.rate.addItem(tr("As fast as it goes"), 0.0)
        for speed in SPEEDS:
            self.rate.addItem(tr("{speed} MB a second", speed=number_text(speed, 1)), speed)
        self.name.setPlaceholderText(tr("small letters, digits and hyphens"))
        self.needs.setPlaceholderText("papers=1.0.0, inks=2.1.0")
        self.selection: list[int] = []
        self._lay_out()
        self.folder.textEdited.connect(lambda _text: self.selection.clear())

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(9)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        source = QHBoxLayout()
        source.setSpacing(8)
        source.addWidget(self.folder, 1)
        source.addWidget(self.button(tr("Choose..."), self._choose))
        self.from_library = self.button(tr("From the library"), self.take_selection)
        self.from_library.setToolTip(tr("The assets that are chosen in the library"))
        source.addWidget(self.from_library)
        form.addRow(tr("Folder"), source)
        for label, field in (
            (tr("Name"), self.name), (tr("Version"), self.version), (tr("Title"), self.title),
            (tr("Author"), self.author), (tr("Licence"), self.licence), (tr("Description"), self.text),
            (tr("Needs"), self.needs), (tr("Bucket"), self.bucket), (tr("Speed"), self.rate),
        ):  # fmt: skip
            form.addRow(label, field)
        self.save: QPushButton = self.button(tr("Save as a file..."), self._choose_target)
        self.send: QPushButton = self.button(tr("Publish"), self.publish, primary=True)
        self.column.addLayout(form)
        self.column.addStretch(1)
        self.column.addWidget(muted(tr(
            "The pack is signed with your key, which is made the first time. A published version never changes: what "
            "is new gets a higher one."
        )))
        self.column.addWidget(self.row(self.save, self.send, stretch_after=0))

    def show_buckets(self) -> None:
        self.bucket.clear()
        for place in known_buckets():
            self.bucket.addItem(place.label, place)
        self.send.setEnabled(self.bucket.count() > 0)
        self.send.setToolTip("" if self.bucket.count() else tr("Add a bucket first."))

    def _choose(self) -> None:
        found = QFileDialog.getExistingDirectory(self, tr("Choose a folder"), self.folder.text())
        if found:
            self.selection = []
            self.folder.setText(found)

    def take_selection(self) -> None:
        """The assets that are chosen in the library instead of a folder. Raises ExpectedError."""
        chosen = self.packs.chosen_assets()
        if not chosen:
            raise ExpectedError(tr("Nothing is chosen in the library."), tr("Open it, and choose some assets."))
        self.selection = chosen
        self.folder.setText(tr_count("1 asset of the library", "{count} assets of the library", count=len(chosen)))
        known = {(asset.licence, asset.author) for asset in self._assets(chosen)}
        if len(known) == 1:
            licence, author = known.pop()
            if licence and not self.licence.currentText().strip():
                self.licence.setEditText(licence)
            if author and not self.author.text().strip():
                self.author.setText(author[:LONGEST_LINE])

    def _assets(self, selection: list[int]) -> list[Asset]:
        from app.packs.gathering import assets_of

        found: list[Asset] = self.packs.with_library(lambda library: assets_of(library, selection))
        return found

    # What is said

    def description(self) -> Description:
        """Raises ExpectedError for what is missing; `sync` has the rest of the rules."""
        from editor.library.licences import checked_licence
        from sync.packs.building import Description

        said = {
            tr("Name"): self.name.text(), tr("Version"): self.version.text(), tr("Author"): self.author.text(),
            tr("Licence"): self.licence.currentText(),
        }  # fmt: skip
        empty = [label for label, text in said.items() if not text.strip()]
        if empty:
            raise ExpectedError(tr("{name} is not filled in.", name=empty[0]))
        text = self.text.toPlainText().strip()
        if len(text) > LONGEST_TEXT:
            raise ExpectedError(tr("This text is longer than {most} characters.", most=LONGEST_TEXT))
        pairs = [each.partition("=") for each in self.needs.text().replace(" ", "").split(",") if each]
        if any(not version for _, _, version in pairs):
            raise ExpectedError(tr("A pair is written with an equals sign, such as papers=1.0.0."))
        return Description(
            self.name.text().strip(), self.version.text().strip(), self.author.text().strip(),
            checked_licence(self.licence.currentText()), self.title.text().strip(), text,
            dependencies={name: version for name, _, version in pairs},
        )  # fmt: skip

    def _source(self) -> tuple[Path, list[int]]:
        if self.selection:
            return Path(), list(self.selection)
        if not self.folder.text().strip():
            raise ExpectedError(tr("Choose a folder first."))
        return Path(self.folder.text().strip()).expanduser(), []

    def _agrees(self, selection: list[int], description: Description) -> bool:
        """Whether what others may do with each file is clear. Asked where the library has other licences than the form.
        Raises ExpectedError for works of others of which nobody knows."""
        from app.packs.gathering import check_terms, other_terms

        assets = self._assets(selection)
        check_terms(assets, description.author)
        others = other_terms(assets, description.licence)
        if not others:
            return True
        box = QMessageBox(self.packs)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Some of these files have another licence than the pack."))
        lines = [
            tr_count("{licence}: 1 file", "{licence}: {count} files", licence=name, count=count)
            for name, count in others[:MOST_SHOWN]
        ]
        kept = tr("They keep it, with their author and source; {licence} holds for the others.",
                  licence=description.licence)  # fmt: skip
        box.setInformativeText("\n".join([*lines, kept]))
        agree = box.addButton(tr("Go on"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(tr("Cancel"), QMessageBox.ButtonRole.RejectRole))
        box.exec()
        return box.clickedButton() is agree

    # Doing

    def _choose_target(self) -> None:
        self.description()
        name = f"{self.name.text().strip()}-{self.version.text().strip()}.atelierpack"
        path, _ = QFileDialog.getSaveFileName(self, tr("Save as a file"), name, f"{tr('Packs')} (*.atelierpack)")
        if path:
            self.save_to(Path(path))

    def save_to(self, target: Path) -> None:
        """Build and write the one-file form."""
        from app.packs.notes import note_built
        from sync.packs.building import write_archive

        description, (folder, selection), key = self.description(), self._source(), signing_key()
        if selection and not self._agrees(selection, description):
            return

        def work(progress: Progress) -> str:
            with self._built(selection, folder, description, key, progress.part(0.0, 0.5)) as (source, pack):
                write_archive(source, pack, target, progress.part(0.5, 1.0))
                note_built(pack, None if selection else folder, target)
                return pack.manifest.label

        self.packs.begin(tr("Packing"), work, lambda label: self.packs.say(
            tr("{name} is in {path}.", name=label, path=str(target))
        ))  # fmt: skip

    def publish(self, accept_key: bool = False) -> None:
        """Build, sign, send, make visible. Where another key signed the versions before, that is asked about first."""
        from app.packs.notes import begun, note_built, note_published
        from app.packs.shelf import signed_by_others
        from sync.transfer import Limits, push

        place = self.bucket.currentData()
        if not isinstance(place, Place):
            raise ExpectedError(tr("Add a bucket first."))
        description, (folder, selection), key = self.description(), self._source(), signing_key()
        if selection and not self._agrees(selection, description):
            return
        limits = Limits(rate=int(self.rate.currentData() * 1e6))

        def work(progress: Progress) -> Pointer | None:
            bucket = open_bucket(place)
            try:
                with self._built(selection, folder, description, key, progress.part(0.0, 0.2)) as (source, pack):
                    if not accept_key and signed_by_others(bucket, pack):
                        return None
                    note_built(pack, None if selection else folder)
                    with begun("push", pack.manifest, place, pack.manifest.size):
                        pointer = push(bucket, pack, source, limits, progress.part(0.2, 1.0), accept_key=accept_key)
                    note_published(pack.digest, place)
                    return pointer
            finally:
                bucket.close()

        def end(pointer: Pointer | None) -> None:
            if pointer is None:
                if agrees_to_add(self.packs, description.name):
                    self.publish(True)
                return
            self.packs.say(_what_came_of_it(description, pointer))
            self.packs.installed.refresh()

        self.packs.begin(tr("Publishing"), work, end)

    def send_file(self, file: Path, place: Place) -> None:
        """Send a pack file as it lies, going on where it was cut off."""
        from app.packs.notes import begun, note_published
        from sync.packs.installing import Lying
        from sync.transfer import push

        def work(progress: Progress) -> str:
            bucket, lying = open_bucket(place), Lying.at(file)
            try:
                with begun("push", lying.manifest, place, lying.manifest.size, file):
                    push(bucket, lying.verified, lying.source, progress=progress)
            finally:
                bucket.close()
            note_published(lying.verified.digest, place)
            return lying.manifest.label

        def end(label: str) -> None:
            self.packs.say(tr("{name} is in the bucket.", name=label))
            self.packs.installed.refresh()

        self.packs.begin(tr("Publishing"), work, end)

    @contextmanager
    def _built(
        self, selection: list[int], folder: Path, description: Description, key: SigningKey, progress: Progress
    ) -> Iterator[tuple[Path, Verified]]:
        """The signed pack, and where its files lie: a folder, or assets put side by side until it is done."""
        from app.packs.gathering import gather
        from sync.packs.building import describe

        if not selection:
            yield folder, describe(folder, description, key, progress)
            return
        with tempfile.TemporaryDirectory() as held:
            made = self.packs.with_library(
                lambda library: gather(library, selection, Path(held), progress.part(0.0, 0.5))
            )
            told = replace(description, licences=made.licences, authors=made.authors, sources=made.sources)
            yield made.folder, describe(made.folder, told, key, progress.part(0.5, 1.0))


def _what_came_of_it(description: Description, pointer: Pointer) -> str:
    label = f"{description.name} {description.version}"
    said = tr("{name} is in the bucket.", name=label)
    others = [version for version in pointer.versions if version != description.version]
    if pointer.latest != description.version:
        said += " " + tr("The latest version there is {version}.", version=str(pointer.latest))
    if others:
        said += " " + tr("The other versions are untouched: {names}.", names=", ".join(others))
    return said
