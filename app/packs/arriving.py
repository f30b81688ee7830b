"""Packs on their way in, from a bucket or from files: what comes with them is shown and agreed to before it is fetched,
then all of it is fetched, taken in and shown in the library."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from app.dialogs.facts import muted
from app.dialogs.frame import Frame
from app.packs.coming import Guest, guests_beside, guests_of, missing_text, sources_text, tree_beside
from app.packs.page import agrees_to_key, shown_line, size_shown
from app.packs.place import open_bucket, packs_folder
from app.queue.table import Table
from editor.base.translation import tr, tr_count
from sync.errors import OtherKey
from sync.packs.needs import Missing, Tree

if TYPE_CHECKING:
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from sync.bucket import Bucket
    from sync.credentials import Place
    from sync.packs.installing import InstalledPack, Lying
    from sync.transfer import Coming

P = TypeVar("P")


@dataclass(frozen=True)
class Come:
    """Packs that are here now, the one that was asked for last; how many files are in the library, and what that pack
    needs besides."""

    packs: tuple[InstalledPack, ...]
    count: int
    missing: list[str]

    @property
    def pack(self) -> InstalledPack:
        return self.packs[-1]


class Arrivals:
    """For one window of packs."""

    def __init__(self, packs: PacksWindow) -> None:
        self.packs = packs

    def from_bucket(
        self, place: Place, name: str, accept: frozenset[str] = frozenset(), alone: bool = False,
        version: str | None = None,
    ) -> None:  # fmt: skip
        """Look what comes, ask, and fetch it. `accept` are packs whose other key was agreed to."""
        from sync.transfer import plan_pull

        def work(progress: Progress) -> Coming | str:
            def plan(bucket: Bucket) -> Coming:
                return plan_pull(bucket, name, packs_folder(), version, accept, alone, progress)

            return _or_other_key(lambda: self._with_bucket(place, plan))

        def end(found: Coming | str) -> None:
            if isinstance(found, str):
                if agrees_to_key(self.packs, found):
                    self.from_bucket(place, name, accept | {found}, alone, version)
            elif found.tree.missing:
                if goes_alone(self.packs, found.tree.missing, sources_text(place.label)):
                    self.from_bucket(place, name, accept, True, version)
            elif agrees_to_guests(self.packs, guests_of(found), found.wanted.manifest.label):
                self._fetch(place, found)

        self.packs.begin(tr("Looking"), work, end)

    def _fetch(self, place: Place, coming: Coming) -> None:
        from app.packs.notes import begun
        from sync.packs.installing import InstalledPack, place_of
        from sync.transfer import fetch

        def work(progress: Progress) -> Come:
            with begun("pull", coming.wanted.manifest, place, coming.size):
                whole = self._with_bucket(place, lambda bucket: fetch(
                    bucket, coming, packs_folder(), progress=progress.part(0.0, 0.9)
                ))  # fmt: skip
            others = [
                InstalledPack(pack, place_of(pack.manifest, packs_folder()))
                for pack in coming.packs if pack is not coming.wanted
            ]  # fmt: skip
            return self.offered([*others, whole], progress.part(0.9, 1.0))

        self.packs.begin(tr("Fetching"), work, self.packs.installed.has_come)

    def from_file(self, path: Path, accept: frozenset[str] = frozenset(), alone: bool = False) -> None:
        """The same for a pack file, with the files beside it. Where another author's key signed one, that is asked."""

        def work(progress: Progress) -> Tree[Lying] | str:
            tree = tree_beside(path, alone, progress)
            return _or_other_key(lambda: _known(tree, accept))

        def end(found: Tree[Lying] | str) -> None:
            if isinstance(found, str):
                if agrees_to_key(self.packs, found):
                    self.from_file(path, accept | {found}, alone)
            elif found.missing:
                if goes_alone(self.packs, found.missing, sources_text()):
                    self.from_file(path, accept, True)
            elif agrees_to_guests(self.packs, guests_beside(found), found.packs[-1].manifest.label):
                self._take_in(found, accept)

        self.packs.begin(tr("Looking"), work, end)

    def _take_in(self, tree: Tree[Lying], accept: frozenset[str]) -> None:
        from dataclasses import replace

        from sync.packs.installing import take_in

        def work(progress: Progress) -> Come:
            part = progress.part(0.0, 0.7)
            lying = [replace(pack, progress=part) for pack in tree.packs]
            come = take_in([(pack.verified, pack.fill) for pack in lying], packs_folder(), part, accept)
            return self.offered(come, progress.part(0.7, 1.0))

        self.packs.begin(tr("Taking in"), work, self.packs.installed.has_come)

    def offered(self, packs: Sequence[InstalledPack], progress: Progress) -> Come:
        """Show their files in the library; for work in a job."""
        from app.packs.offering import offer
        from sync.packs.installing import installed
        from sync.packs.needs import lacking

        count = 0
        for number, pack in enumerate(packs):
            part = progress.part(number / len(packs), (number + 1) / len(packs))
            count += len(self.packs.with_library(partial(offer, pack=pack, progress=part)).assets)
        here = [pack.manifest for pack in installed(packs_folder())]
        return Come(tuple(packs), count, lacking(packs[-1].manifest, here))

    def _with_bucket(self, place: Place, act: Callable[[Bucket], P]) -> P:
        bucket = open_bucket(place)
        try:
            return act(bucket)
        finally:
            bucket.close()


def _or_other_key(find: Callable[[], P]) -> P | str:
    """What is found, or the name of a pack that another key signed than was known."""
    try:
        return find()
    except OtherKey as error:
        return str(error.values["pack"])


def _known(tree: Tree[Lying], accept: frozenset[str]) -> Tree[Lying]:
    """The tree, if its authors are those of the packs that are here. Raises OtherKey."""
    from sync.packs.installing import trusted_key
    from sync.packs.verifying import check_key

    for pack in tree.packs:
        if pack.manifest.name not in accept:
            check_key(pack.manifest, trusted_key(packs_folder(), pack.manifest.name))
    return tree


class GuestsDialog(Frame):
    """What comes with a pack: each of them with author, licence and size, before anything is fetched."""

    def __init__(self, parent: QWidget, guests: Sequence[Guest], label: str) -> None:
        super().__init__(parent, tr("{name} needs other packs", name=label), 640)
        total = size_shown(sum(guest.size for guest in guests))
        self.body.addWidget(muted(tr_count(
            "1 pack comes, {size} in all.", "{count} packs come, {size} in all.", count=len(guests), size=total
        )))  # fmt: skip
        columns = (tr("Pack"), tr("Version"), tr("Author"), tr("Licence"), tr("Size"))
        self.table = Table(columns, 0, tr("Packs that come"))
        self.table.show_rows([
            (number, (guest.name, guest.version, shown_line(guest.author), guest.licence, size_shown(guest.size)))
            for number, guest in enumerate(guests)
        ])  # fmt: skip
        self.table.setMinimumHeight(160)
        self.body.addWidget(self.table, 1)
        strangers = list(dict.fromkeys(shown_line(guest.author) for guest in guests if guest.is_stranger))
        if strangers:
            self.strangers = muted(tr(
                "Of these authors nothing is here yet: {names}. Installing trusts their keys.",
                names=", ".join(strangers),
            ))  # fmt: skip
            self.body.addWidget(self.strangers)
        self.leave_button = self.add_cancel()
        self.agree_button = self.add_button(tr("Install all"), self.accept, primary=True)


def agrees_to_guests(parent: QWidget, guests: Sequence[Guest], label: str) -> bool:
    """Asked where anything comes besides the pack itself."""
    if len(guests) < 2:
        return True
    return GuestsDialog(parent, guests, label).exec() == int(QDialog.DialogCode.Accepted)


def goes_alone(parent: QWidget, missing: Sequence[Missing], sources: str) -> bool:
    """Whether a person takes a pack without what it needs, which is nowhere."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setText(missing_text(missing))
    box.setInformativeText(sources)
    agree = box.addButton(tr("Install without them"), QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(box.addButton(tr("Leave it"), QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is agree
