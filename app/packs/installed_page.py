"""What is installed, and how it stands: updated, checked again, shown in the library, taken away."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.packs.arriving import Come
from app.packs.page import About, Listing, Page, size_shown
from app.packs.place import known_buckets, packs_folder
from app.packs.shelf import Offer, is_newer
from app.packs.state import Report, State, how_it_stands, marks_of
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count

if TYPE_CHECKING:
    from app.packs.notes import Begun
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from sync.credentials import Place
    from sync.packs.installing import InstalledPack

MOST_SHOWN = 6
LISTING, MARKING = "installed", "marking"


class InstalledPage(Page):
    """Packs on this machine, by name and version, and below them what was built here and what was cut off."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__(packs)
        self.shown: list[InstalledPack] = []
        self.states: list[State] = []
        self.newest: dict[str, tuple[str, Place]] = {}
        self.list = Listing(
            (tr("Pack"), tr("Version"), tr("Author"), tr("Licence"), tr("Files"), tr("Size"), tr("State")), 6,
            tr("Installed packs"), tr("No pack is installed yet. Take one from a file here, or from a bucket."),
        )  # fmt: skip
        self.about = About()
        self.from_file = self.button(tr("Install from a file..."), self._choose_file)
        self.ask = self.button(tr("Look for updates"), self.look_for_updates)
        self.update_ = self.button(tr("Update"), self._update)
        self.go_on = self.button(tr("Go on"), self._go_on)
        self.forget = self.button(tr("Forget"), self._forget)
        self.to_library = self.button(tr("Show in the library"), self._offer)
        self.check = self.button(tr("Check"), self._check)
        self.remove = self.button(tr("Remove..."), self._ask_remove)
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.about)
        self.column.addWidget(self.row(
            self.from_file, self.ask, self.go_on, self.forget, self.update_, self.to_library, self.check, self.remove,
            stretch_after=2,
        ))  # fmt: skip
        self.list.table.itemSelectionChanged.connect(self._show_chosen)
        self._show_chosen()

    def refresh(self) -> None:
        """Read again what is there. Every signature is checked, so that is done beside the window; how things stand
        with each, which reads what changed, comes after."""
        from sync.packs.installing import installed

        def work(progress: Progress) -> list[InstalledPack]:
            found: list[InstalledPack] = []
            for pack in installed(packs_folder()):
                progress.check()
                found.append(pack)
            return found

        def end(found: list[InstalledPack]) -> None:
            self._show(found)
            self.packs.work.begin(
                MARKING, tr("Looking"), lambda progress: how_it_stands((), progress, found), self._mark, self.packs.say
            )

        if not self.shown:
            self.list.empty.setText(tr("Looking"))
        self.packs.work.begin(LISTING, tr("Looking"), work, end, self.packs.say)

    def look_for_updates(self) -> None:
        """Ask every bucket that was added. Those that do not answer are named."""
        places = known_buckets()
        if not places:
            raise ExpectedError(tr("Add a bucket first."))

        def end(report: Report) -> None:
            labels = {place.label: place for place in places}
            for state in report.packs:
                if state.newer:
                    self.newest[state.name] = (state.newer, labels[state.bucket])
            self._mark(report)
            problems = [asked.problem for asked in report.buckets if asked.problem]
            count = sum(bool(state.newer) for state in report.packs)
            found = tr_count("1 pack is newer in a bucket.", "{count} packs are newer in a bucket.", count=count)
            self.packs.say(" ".join([found if count else tr("Everything here is as new as in the buckets."), *problems])
                           if len(problems) < len(places) else " ".join(problems))  # fmt: skip

        self.packs.begin(
            tr("Looking for updates"), lambda progress: how_it_stands(places, progress, self.shown), end
        )

    def hear(self, place: Place, offers: Sequence[Offer]) -> None:
        """What a bucket that was just asked has."""
        for offer in offers:
            if offer.is_new and offer.here:
                self.newest[offer.name] = (offer.version, place)
        self._write_rows()

    def _show(self, found: list[InstalledPack]) -> None:
        self.shown, self.states = found, []
        self.list.empty.setText(tr("No pack is installed yet. Take one from a file here, or from a bucket."))
        self._write_rows()

    def _mark(self, report: Report) -> None:
        """How things stand; what a bucket said before still holds, unless it has come since."""
        installed = [state for state in report.packs if state.kind == "installed"]
        if [(state.name, state.version) for state in installed] != [
            (pack.manifest.name, pack.manifest.version) for pack in self.shown
        ]:  # fmt: skip
            return  # something else has come meanwhile, and is looked at now
        self.states = report.packs
        self._write_rows()

    def _write_rows(self) -> None:
        last = {pack.manifest.name: pack.manifest.version for pack in self.shown}
        for state in self.states:
            newer, place = self.newest.get(state.name, ("", None))
            if place and state.kind == "installed" and last[state.name] == state.version:
                state.newer, state.bucket = (newer, place.label) if is_newer(newer, state.version) else ("", "")
        rows = [
            (number, (pack.manifest.title or pack.manifest.name, pack.manifest.version, pack.manifest.author.name,
                      pack.manifest.licence, str(len(pack.manifest.files)), size_shown(pack.manifest.size),
                      self._marks(number)))
            for number, pack in enumerate(self.shown)
        ]  # fmt: skip
        rows += [
            (number, (state.title or state.name, state.version, state.author, "", "", size_shown(state.size),
                      self._marks(number)))
            for number, state in enumerate(self.states) if number >= len(self.shown)
        ]  # fmt: skip
        self.list.show_rows(rows)
        self._show_chosen()

    def _marks(self, number: int) -> str:
        marks = marks_of(self.states[number]) if number < len(self.states) else []
        text = "; ".join(marks)
        return text[:1].upper() + text[1:]

    def chosen(self) -> InstalledPack | None:
        number = self.list.chosen()
        return self.shown[number] if number is not None and number < len(self.shown) else None

    def chosen_state(self) -> State | None:
        number = self.list.chosen()
        return self.states[number] if number is not None and number < len(self.states) else None

    def _show_chosen(self) -> None:
        pack, state = self.chosen(), self.chosen_state()
        kind = state.kind if state else "installed"
        for button in (self.to_library, self.check, self.remove):
            button.setVisible(kind == "installed")
            button.setEnabled(pack is not None)
        self.update_.setVisible(kind == "installed")
        self.update_.setEnabled(state is not None and bool(state.newer))
        self.go_on.setVisible(kind == "begun")
        can_go_on = state is not None and not state.under_way and (state.verb == "pull" or bool(state.folder))
        self.go_on.setEnabled(can_go_on)
        self.forget.setVisible(kind != "installed")
        self.forget.setEnabled(state is not None and not state.under_way)
        lines = self._about_pack(pack) if pack else []
        if state is not None:
            lines += self._about_state(state)
        self.about.setText("\n".join(lines))

    def _about_pack(self, pack: InstalledPack) -> list[str]:
        lines = [pack.manifest.description] if pack.manifest.description else []
        return [*lines, tr("Signed by {author} with the key {key}…", author=pack.manifest.author.name,
                           key=pack.manifest.author.key[:16])]  # fmt: skip

    def _about_state(self, state: State) -> list[str]:
        lines = [tr("It also needs {name}.", name=name) for name in state.lacks]
        other = [*state.changed, *state.added, *state.gone]
        if other:
            more = "…" if len(other) > MOST_SHOWN else ""
            lines.append(tr("Other than signed: {names}", names=", ".join(other[:MOST_SHOWN]) + more))
        if state.kind == "built" and state.folder:
            lines.append(tr("Built from {folder}", folder=state.folder))
        if state.kind == "begun" and not state.under_way:
            can_go_on = state.verb == "pull" or state.folder
            lines.append(tr("What was done is kept; going on does only the rest.") if can_go_on
                         else tr("Publish it again: what was sent is kept."))  # fmt: skip
        return lines

    # Doing

    def _choose_file(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, tr("Install a pack"), "", f"{tr('Packs')} (*.atelierpack);;{tr('All files')} (*)"
        )
        if path:
            self.install(path)

    def install(self, path: str) -> None:
        """Check a pack and take it in with what it needs of the files beside it, then show its files in the library."""
        self.packs.arrivals.from_file(Path(path))

    def has_come(self, come: Come) -> None:
        self.refresh()
        self.packs.buckets.has_come(come.packs)
        self.packs.library_has_changed()
        said = [tr_count(
            "{name} is installed; 1 of its files is in the library.",
            "{name} is installed; {count} of its files are in the library.",
            name=come.pack.manifest.label, count=come.count,
        )]  # fmt: skip
        if len(come.packs) > 1:
            others = ", ".join(pack.manifest.label for pack in come.packs[:-1])
            said = [tr_count(
                "{name} is installed with {others}; 1 of their files is in the library.",
                "{name} is installed with {others}; {count} of their files are in the library.",
                name=come.pack.manifest.label, others=others, count=come.count,
            )]  # fmt: skip
        self.packs.say(" ".join([*said, *(tr("It also needs {name}.", name=name) for name in come.missing)]))

    def _update(self) -> None:
        pack = self.chosen()
        if pack is not None:
            _version, place = self.newest[pack.manifest.name]
            self.packs.arrivals.from_bucket(place, pack.manifest.name)

    def _go_on(self) -> None:
        """With what was cut off: fetched from where it came, or sent from the file that it was."""
        from app.packs.notes import begun_work

        state = self.chosen_state()
        found = [each for each in begun_work() if state and _is_of(each, state)]
        if not found:
            self.refresh()
        elif found[0].verb == "pull":
            self.packs.arrivals.from_bucket(found[0].place, found[0].name, version=found[0].version)
        else:
            self.packs.publish.send_file(Path(found[0].source), found[0].place)

    def _forget(self) -> None:
        """The note of what was cut off or built. Packs, folders and buckets stay as they are. What was fetched goes
        beside the window, because whoever installs at this moment is waited for."""
        from app.packs.notes import begun_work, drop, forget_built

        state = self.chosen_state()
        if state is None:
            return
        if state.kind == "built":
            forget_built(state.name, state.version)
            self.refresh()
            return
        found = [each for each in begun_work() if _is_of(each, state)]

        def work(progress: Progress) -> None:
            for each in found:
                drop(each, progress)

        self.packs.begin(tr("Forgetting"), work, lambda _none: self.refresh())

    def _offer(self) -> None:
        pack = self.chosen()
        if pack is not None:
            self.packs.begin(
                tr("Taking in"),
                lambda progress: self.packs.arrivals.offered([pack], progress),
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
        from sync.packs.needs import needed_by

        pack = self.chosen()
        if pack is None:
            return
        others = needed_by([each.manifest for each in self.shown], pack.manifest.name, pack.manifest.version)
        if others:
            raise ExpectedError(
                tr("{name} stays: it is needed by {others}.", name=pack.manifest.label, others=", ".join(others)),
                tr("Remove those first."),
            )
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
        from sync.packs.installing import removable, remove

        def work(_progress: Progress) -> int:
            removable(packs_folder(), pack.manifest.name, pack.manifest.version)
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


def _is_of(work: Begun, state: State) -> bool:
    """Whether this is what a row shows."""
    return (work.verb, work.name, work.version, work.place.label) == (
        state.verb, state.name, state.version, state.bucket
    )  # fmt: skip
