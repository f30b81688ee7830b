"""What is installed: checked again, shown in the library, taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.dialogs.facts import muted
from app.packs.page import Listing, Page, size_shown
from app.packs.place import packs_folder
from editor.base.translation import tr

if TYPE_CHECKING:
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from sync.packs.installing import InstalledPack


class InstalledPage(Page):
    """Packs on this machine, by name and version."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__(packs)
        self.shown: list[InstalledPack] = []
        self.list = Listing(
            (tr("Pack"), tr("Version"), tr("Author"), tr("Licence"), tr("Files"), tr("Size")), 0, tr("Installed packs"),
            tr("No pack is installed yet. Take one from a file here, or from a bucket."),
        )  # fmt: skip
        self.about = muted("")
        self.from_file = self.button(tr("Install from a file..."), self._choose_file)
        self.to_library = self.button(tr("Show in the library"), self._offer)
        self.check = self.button(tr("Check"), self._check)
        self.remove = self.button(tr("Remove..."), self._ask_remove)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.about)
        self.column.addWidget(
            self.row(self.from_file, self.to_library, self.check, self.remove, stretch_after=1)
        )
        self.list.table.itemSelectionChanged.connect(self._show_chosen)

    def refresh(self) -> None:
        from sync.packs.installing import installed

        self.shown = list(installed(packs_folder()))
        self.list.show_rows([
            (number, (pack.manifest.title or pack.manifest.name, pack.manifest.version, pack.manifest.author.name,
                      pack.manifest.licence, str(len(pack.manifest.files)), size_shown(pack.manifest.size)))
            for number, pack in enumerate(self.shown)
        ])  # fmt: skip
        self._show_chosen()

    def chosen(self) -> InstalledPack | None:
        number = self.list.chosen()
        return self.shown[number] if number is not None and number < len(self.shown) else None

    def _show_chosen(self) -> None:
        from sync.packs.installing import missing_dependencies

        pack = self.chosen()
        for button in (self.to_library, self.check, self.remove):
            button.setEnabled(pack is not None)
        if pack is None:
            self.about.setText("")
            return
        missing = missing_dependencies(packs_folder(), pack.manifest)
        lines = [pack.manifest.description] if pack.manifest.description else []
        lines.append(tr("Signed by {author} with the key {key}…", author=pack.manifest.author.name,
                        key=pack.manifest.author.key[:16]))  # fmt: skip
        lines += [tr("It also needs {name}.", name=name) for name in missing]
        self.about.setText("\n".join(lines))

    # Doing

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Install a pack"), "", f"{tr('Packs')} (*.atelierpack);;{tr('All files')} (*)"
        )
        if path:
            self.install(path)

    def install(self, path: str, accept_key: bool = False) -> None:
        """Check a pack and take it in, then show its files in the library."""
        from pathlib import Path

        from app.packs.offering import offer
        from sync.packs.installing import install

        def work(progress: Progress) -> Any:
            pack = install(Path(path), packs_folder(), progress.part(0.0, 0.7), accept_key)
            taken = self.packs.with_library(lambda library: offer(library, pack, progress.part(0.7, 1.0)))
            return pack, len(taken.assets)

        self.packs.begin(tr("Taking in"), work, self.has_come)

    def has_come(self, result: tuple[InstalledPack, int]) -> None:
        from sync.packs.installing import missing_dependencies

        pack, count = result
        missing = "".join(
            f" {tr('It also needs {name}.', name=name)}"
            for name in missing_dependencies(packs_folder(), pack.manifest)
        )
        self.refresh()
        self.packs.library_has_changed()
        self.packs.say(
            tr("{name} is installed; {count} of its files are in the library.", name=pack.manifest.label, count=count)
            + missing
        )

    def _offer(self) -> None:
        from app.packs.offering import offer

        pack = self.chosen()
        if pack is not None:
            self.packs.begin(
                tr("Taking in"),
                lambda progress: (
                    pack, len(self.packs.with_library(lambda library: offer(library, pack, progress)).assets)
                ),
                self.has_come,
            )

    def _check(self) -> None:
        from sync.packs.verifying import verify

        pack = self.chosen()
        if pack is not None:
            self.packs.begin(
                tr("Checking"), lambda progress: verify(pack.folder, progress),
                lambda _found: self.packs.say(tr("Every byte of {name} is as its author signed it.",
                                                 name=pack.manifest.label)),
            )  # fmt: skip

    def _ask_remove(self) -> None:
        pack = self.chosen()
        if pack is None:
            return
        box = QMessageBox(self.packs)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Remove {name}?", name=pack.manifest.label))
        box.setInformativeText(tr("What the library shows of it goes to the library’s trash. The bucket keeps it."))
        agree = box.addButton(tr("Remove"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is agree:
            self.remove_pack(pack)

    def remove_pack(self, pack: InstalledPack) -> None:
        from app.packs.offering import withdraw
        from sync.packs.installing import remove

        def work(_progress: Progress) -> int:
            count: int = self.packs.with_library(lambda library: withdraw(library, pack.folder))
            remove(packs_folder(), pack.manifest.name, pack.manifest.version)
            return count

        def end(count: int) -> None:
            self.refresh()
            self.packs.library_has_changed()
            said = tr("{name} is removed.", name=pack.manifest.label)
            lay = tr("{count} assets of the library lay in it and are in its trash.", count=count)
            self.packs.say(f"{said} {lay}" if count else said)

        self.packs.begin(tr("Removing"), work, end)
