"""What is installed: checked again, shown in the library, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.packs.page import About, Listing, Page, agrees_to_key, size_shown
from app.packs.place import packs_folder
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from sync.packs.installing import InstalledPack


LISTING = "installed"


@dataclass(frozen=True)
class Come:
    """A pack that is here now, how many of its files are in the library, and what it needs besides."""

    pack: InstalledPack
    count: int
    missing: list[str]

    @classmethod
    def of(cls, pack: InstalledPack, count: int) -> Come:
        """For work in a job: reads what else is installed."""
        from sync.packs.installing import missing_dependencies

        return cls(pack, count, missing_dependencies(packs_folder(), pack.manifest))


class InstalledPage(Page):
    """Packs on this machine, by name and version."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__(packs)
        self.shown: list[InstalledPack] = []
        self.list = Listing(
            (tr("Pack"), tr("Version"), tr("Author"), tr("Licence"), tr("Files"), tr("Size")), 0, tr("Installed packs"),
            tr("No pack is installed yet. Take one from a file here, or from a bucket."),
        )  # fmt: skip
        self.about = About()
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
        """Read again what is there. Every signature is checked, so that is done beside the window."""
        from sync.packs.installing import installed

        def work(progress: Progress) -> list[InstalledPack]:
            found: list[InstalledPack] = []
            for pack in installed(packs_folder()):
                progress.check()
                found.append(pack)
            return found

        if not self.shown:
            self.list.empty.setText(tr("Looking"))
        self.packs.work.begin(LISTING, tr("Looking"), work, self._show, self.packs.say)

    def _show(self, found: list[InstalledPack]) -> None:
        self.shown = found
        self.list.empty.setText(tr("No pack is installed yet. Take one from a file here, or from a bucket."))
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
        pack = self.chosen()
        for button in (self.to_library, self.check, self.remove):
            button.setEnabled(pack is not None)
        if pack is None:
            self.about.setText("")
            return
        missing = self._missing(pack)
        lines = [pack.manifest.description] if pack.manifest.description else []
        lines.append(tr("Signed by {author} with the key {key}…", author=pack.manifest.author.name,
                        key=pack.manifest.author.key[:16]))  # fmt: skip
        lines += [tr("It also needs {name}.", name=name) for name in missing]
        self.about.setText("\n".join(lines))

    def _missing(self, pack: InstalledPack) -> list[str]:
        """What it needs besides what is shown."""
        from app.packs.shelf import is_newer

        def is_there(name: str, least: str) -> bool:
            versions = (one.manifest.version for one in self.shown if one.manifest.name == name)
            return any(not is_newer(least, version) for version in versions)

        needs = pack.manifest.dependencies.items()
        return [f"{name} {least}" for name, least in needs if not is_there(name, least)]

    # Doing

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Install a pack"), "", f"{tr('Packs')} (*.atelierpack);;{tr('All files')} (*)"
        )
        if path:
            self.install(path)

    def install(self, path: str, accept_key: bool = False) -> None:
        """Check a pack and take it in, then show its files in the library. Where another author's key signed it, that
        is asked about first."""
        from app.packs.offering import offer
        from sync.packs.installing import install, trusted_key
        from sync.packs.verifying import open_source, read_signed

        def work(progress: Progress) -> Come | str:
            manifest = read_signed(open_source(Path(path))).manifest
            if not accept_key and trusted_key(packs_folder(), manifest.name) not in (None, manifest.author.key):
                return manifest.name
            pack = install(Path(path), packs_folder(), progress.part(0.0, 0.7), accept_key)
            taken = self.packs.with_library(lambda library: offer(library, pack, progress.part(0.7, 1.0)))
            return Come.of(pack, len(taken.assets))

        def end(result: Come | str) -> None:
            if isinstance(result, Come):
                self.has_come(result)
            elif agrees_to_key(self.packs, result):
                self.install(path, True)

        self.packs.begin(tr("Taking in"), work, end)

    def has_come(self, come: Come) -> None:
        self.refresh()
        self.packs.library_has_changed()
        said = tr_count(
            "{name} is installed; 1 of its files is in the library.",
            "{name} is installed; {count} of its files are in the library.",
            name=come.pack.manifest.label, count=come.count,
        )  # fmt: skip
        self.packs.say(" ".join([said, *(tr("It also needs {name}.", name=name) for name in come.missing)]))

    def _offer(self) -> None:
        from app.packs.offering import offer

        pack = self.chosen()
        if pack is not None:
            self.packs.begin(
                tr("Taking in"),
                lambda progress: Come.of(
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
            lay = tr_count(
                "1 asset of the library lay in it and is in its trash.",
                "{count} assets of the library lay in it and are in its trash.",
                count=count,
            )
            self.packs.say(f"{said} {lay}" if count else said)

        self.packs.begin(tr("Removing"), work, end)
