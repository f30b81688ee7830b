"""Publishing: a folder or chosen assets become a signed pack, kept as a file or sent to a bucket."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
)

from app.dialogs.facts import muted
from app.packs.page import Page
from app.packs.place import known_buckets, open_bucket, signing_key
from editor.base.errors import ExpectedError
from editor.base.translation import tr
from editor.library.edits import LICENCES
from sync.credentials import Place

if TYPE_CHECKING:
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from sync.packs.building import Description
    from sync.published import Pointer

SPEEDS = (50.0, 10.0, 5.0, 2.0, 1.0, 0.5)
Made = Callable[["Progress"], Path]


class PublishPage(Page):
    """A form. The author's key is made on first use, and kept in the keyring."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__(packs)
        self.folder, self.name, self.version = QLineEdit(), QLineEdit(), QLineEdit("1.0.0")
        self.author, self.title, self.needs = QLineEdit(), QLineEdit(), QLineEdit()
        self.licence, self.bucket = QComboBox(), QComboBox()
        self.licence.setEditable(True)
        self.licence.addItems([name for name in LICENCES if name])
        self.text = QPlainTextEdit()
        self.text.setMaximumHeight(84)
        self.text.setTabChangesFocus(True)
        self.rate = QComboBox()
        self.rate.addItem(tr("As fast as it goes"), 0.0)
        for speed in SPEEDS:
            self.rate.addItem(tr("{speed} MB a second", speed=f"{speed:g}"), speed)
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
        self.folder.setText(tr("{count} assets of the library", count=len(chosen)))

    # What is said

    def description(self) -> Description:
        """Raises ExpectedError for what is missing; `sync` has the rest of the rules."""
        from sync.packs.building import Description

        said = {tr("Name"): self.name, tr("Version"): self.version, tr("Author"): self.author}
        empty = [label for label, field in said.items() if not field.text().strip()]
        if empty:
            raise ExpectedError(tr("{name} is not filled in.", name=empty[0]))
        pairs = [each.partition("=") for each in self.needs.text().replace(" ", "").split(",") if each]
        if any(not version for _, _, version in pairs):
            raise ExpectedError(tr("A pair is written with an equals sign, such as papers=1.0.0."))
        return Description(
            self.name.text().strip(), self.version.text().strip(), self.author.text().strip(),
            self.licence.currentText().strip(), self.title.text().strip(), self.text.toPlainText().strip(),
            dependencies={name: version for name, _, version in pairs},
        )  # fmt: skip

    def _source(self) -> tuple[Path, list[int]]:
        if self.selection:
            return Path(), list(self.selection)
        if not self.folder.text().strip():
            raise ExpectedError(tr("Choose a folder first."))
        return Path(self.folder.text().strip()).expanduser(), []

    # Doing

    def _choose_target(self) -> None:
        self.description()
        name = f"{self.name.text().strip()}-{self.version.text().strip()}.atelierpack"
        path, _ = QFileDialog.getSaveFileName(self, tr("Save as a file"), name, f"{tr('Packs')} (*.atelierpack)")
        if path:
            self.save_to(Path(path))

    def save_to(self, target: Path) -> None:
        """Build and write the one-file form."""
        from sync.packs.building import describe, write_archive

        description, (folder, selection), key = self.description(), self._source(), signing_key()

        def work(progress: Progress) -> str:
            with tempfile.TemporaryDirectory() as gathered:
                source = self._gathered(selection, Path(gathered)) if selection else folder
                pack = describe(source, description, key, progress.part(0.0, 0.5))
                write_archive(source, pack, target, progress.part(0.5, 1.0))
                return pack.manifest.label

        self.packs.begin(tr("Packing"), work, lambda label: self.packs.say(
            tr("{name} is in {path}.", name=label, path=str(target))
        ))  # fmt: skip

    def publish(self) -> None:
        """Build, sign, send, make visible."""
        from sync.packs.building import describe
        from sync.transfer import Limits, push

        place = self.bucket.currentData()
        if not isinstance(place, Place):
            raise ExpectedError(tr("Add a bucket first."))
        description, (folder, selection), key = self.description(), self._source(), signing_key()
        limits = Limits(rate=int(self.rate.currentData() * 1e6))

        def work(progress: Progress) -> Pointer:
            bucket = open_bucket(place)
            try:
                with tempfile.TemporaryDirectory() as gathered:
                    source = self._gathered(selection, Path(gathered)) if selection else folder
                    pack = describe(source, description, key, progress.part(0.0, 0.2))
                    return push(bucket, pack, source, limits, progress.part(0.2, 1.0))
            finally:
                bucket.close()

        def end(pointer: Pointer) -> None:
            self.packs.say(_what_came_of_it(description, pointer))

        self.packs.begin(tr("Publishing"), work, end)

    def _gathered(self, selection: list[int], target: Path) -> Path:
        """The files of assets side by side, as links where the disk can."""

        def put(library: object) -> None:
            taken: set[str] = set()
            for key in selection:
                asset = library.asset(key)  # type: ignore[attr-defined]
                source = library.file_of(asset)  # type: ignore[attr-defined]
                name = asset.name
                while name.casefold() in taken:
                    name = f"{Path(name).stem}-{asset.id}{Path(name).suffix}"
                taken.add(name.casefold())
                try:
                    os.link(source, target / name)
                except OSError:
                    shutil.copyfile(source, target / name)

        self.packs.with_library(put)
        return target


def _what_came_of_it(description: Description, pointer: Pointer) -> str:
    label = f"{description.name} {description.version}"
    said = tr("{name} is in the bucket.", name=label)
    others = [version for version in pointer.versions if version != description.version]
    if pointer.latest != description.version:
        said += " " + tr("The latest version there is {version}.", version=str(pointer.latest))
    if others:
        said += " " + tr("The other versions are untouched: {names}.", names=", ".join(others))
    return said
