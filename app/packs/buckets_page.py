"""What a bucket offers: whose, how large, under which licence, whether the signature fits; installed and updated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QLineEdit, QMessageBox, QWidget

from app.dialogs.facts import muted
from app.packs.page import About, Listing, Page, agrees_to_key, size_shown
from app.packs.place import keep_buckets, known_buckets, open_bucket, packs_folder, place_at, told
from app.packs.shelf import KNOWN, OTHER, Offer, is_newer, packs_in
from app.queue.dialogs import Form
from editor.base.errors import ExpectedError
from editor.base.translation import tr, tr_count
from sync.credentials import Credentials, Place

if TYPE_CHECKING:
    from app.packs.window import PacksWindow
    from editor.base.jobs import Progress
    from sync.packs.installing import InstalledPack


class BucketForm(Form):
    """Where a bucket is, and the key for it, which goes to the system's keyring and nowhere else."""

    def __init__(self, parent: QWidget, take: Callable[[tuple[Place, Credentials | None]], object]) -> None:
        super().__init__(parent, tr("Add a bucket"), tr("Add"), take)
        self.address, self.bucket, self.region = QLineEdit(), QLineEdit(), QLineEdit()
        self.access, self.secret = QLineEdit(), QLineEdit()
        self.address.setPlaceholderText(tr("https://s3.example.org (nothing: Amazon’s own)"))
        self.bucket.setPlaceholderText(tr("bucket or bucket/folder"))
        self.region.setPlaceholderText("us-east-1")
        self.secret.setEchoMode(QLineEdit.EchoMode.Password)
        for label, field in (
            (tr("Address"), self.address), (tr("Bucket"), self.bucket), (tr("Region"), self.region),
            (tr("Access key"), self.access), (tr("Secret key"), self.secret),
        ):  # fmt: skip
            self.form.addRow(label, field)
        self.body.addWidget(muted(tr(
            "The key is kept in the system’s keyring. Without one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are "
            "used."
        )))

    def result_of(self) -> tuple[Place, Credentials | None]:
        place = place_at(self.bucket.text(), self.address.text().strip(), self.region.text().strip())
        access, secret = self.access.text().strip(), self.secret.text()
        return place, Credentials(access, secret) if access and secret else None


class BucketsPage(Page):
    """The buckets that this person added, and what is in the one on top."""

    def __init__(self, packs: PacksWindow) -> None:
        super().__init__(packs)
        self.offers: list[Offer] = []
        self.bucket = QComboBox()
        self.bucket.setMinimumWidth(340)
        self.bucket.setAccessibleName(tr("Bucket"))
        self.bucket.activated.connect(lambda _index: self.attempt(self.look))
        self.add = self.button(tr("Add..."), self._ask)
        self.forget = self.button(tr("Forget"), self._forget)
        self.again = self.button(tr("Look again"), self.look)
        self.list = Listing(
            (tr("Pack"), tr("In the bucket"), tr("Here"), tr("Author"), tr("Licence"), tr("Size"), tr("Signature")), 0,
            tr("Packs in the bucket"), "",
        )  # fmt: skip
        self.about = About()
        self.install = self.button(tr("Install"), self._install, primary=True)
        self.column.addWidget(self.row(self.bucket, self.add, self.forget, self.again, stretch_after=3))
        self.column.addWidget(self.list, 1)
        self.column.addWidget(self.about)
        self.column.addWidget(self.row(self.install, stretch_after=0))
        self.list.table.itemSelectionChanged.connect(self._show_chosen)

    # Buckets

    def show_buckets(self, chosen: Place | None = None) -> None:
        """Fill the list of buckets; nothing is asked of any of them yet."""
        self.bucket.clear()
        for place in known_buckets():
            self.bucket.addItem(place.label, place)
            if place == chosen:
                self.bucket.setCurrentIndex(self.bucket.count() - 1)
        has = self.bucket.count() > 0
        for widget in (self.bucket, self.forget, self.again):
            widget.setEnabled(has)
        self._show([], tr("Look into the bucket to see its packs.") if has
                   else tr("Add a bucket to see what others share, and to share your own."))  # fmt: skip
        self.packs.publish.show_buckets()

    def place(self) -> Place | None:
        found = self.bucket.currentData()
        return found if isinstance(found, Place) else None

    def _ask(self) -> None:
        BucketForm(self.packs, self.take).exec()

    def take(self, given: tuple[Place, Credentials | None]) -> None:
        """A bucket that was added, with its key if one was given. Raises ExpectedError where there is no keyring."""
        from app.packs.keys import keep_credentials

        place, key = given
        if key is not None:
            with told():
                keep_credentials(place, key)
        keep_buckets([*(each for each in known_buckets() if each != place), place])
        self.show_buckets(place)
        self.look()

    def _forget(self) -> None:
        place = self.place()
        if place is None:
            return
        box = QMessageBox(self.packs)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(tr("Forget {bucket}?", bucket=place.label))
        box.setInformativeText(tr("Its key is deleted from the keyring. What lies in the bucket stays there."))
        agree = box.addButton(tr("Forget"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(tr("Keep"), QMessageBox.ButtonRole.RejectRole))
        box.exec()
        if box.clickedButton() is agree:
            self.forget_place(place)

    def forget_place(self, place: Place) -> None:
        """Its key goes first: a bucket that is not in the list could not be asked to let go of it."""
        from app.packs.keys import forget_credentials

        with told():
            forget_credentials(place)
        keep_buckets([each for each in known_buckets() if each != place])
        self.show_buckets()

    # What is in it

    def look(self) -> None:
        """Ask the bucket what it has."""
        place = self.place()
        if place is None:
            return

        def work(progress: Progress) -> list[Offer]:
            bucket, found = open_bucket(place, attempts=3), list[Offer]()
            try:
                for offer in packs_in(bucket, packs_folder()):
                    progress.check()
                    found.append(offer)
            finally:
                bucket.close()
            return found

        def end(found: list[Offer]) -> None:
            self._show(found, tr("There is no pack in this bucket yet."))
            self.packs.installed.hear(place, found)

        self.packs.begin(tr("Looking"), work, end)

    def _show(self, offers: list[Offer], empty: str) -> None:
        self.offers = offers
        self.list.empty.setText(empty)
        self.list.show_rows([
            (number, (offer.title or offer.name, offer.version, offer.here or "–", offer.author, offer.licence,
                      size_shown(offer.size), tr(offer.state)))
            for number, offer in enumerate(offers)
        ])  # fmt: skip
        self._show_chosen()

    def chosen(self) -> Offer | None:
        number = self.list.chosen()
        return self.offers[number] if number is not None and number < len(self.offers) else None

    def _show_chosen(self) -> None:
        offer = self.chosen()
        self.install.setEnabled(offer is not None and offer.is_new)
        self.install.setText(tr("Update") if offer is not None and offer.here and offer.is_new else tr("Install"))
        if offer is None:
            self.about.setText("")
            return
        needs = [tr("It also needs {name}.", name=name) for name in offer.needs]
        versions = tr_count(
            "1 file; versions: {names}",
            "{count} files; versions: {names}",
            count=offer.files,
            names=", ".join(offer.versions),
        )
        self.about.setText("\n".join([*([offer.description] if offer.description else []), versions, *needs]))

    # Taking one

    def _install(self) -> None:
        offer = self.chosen()
        if offer is None:
            return
        if offer.state == OTHER and not agrees_to_key(self.packs, offer.name):
            return
        self.fetch(offer.name, offer.state == OTHER)

    def fetch(self, name: str, accept_key: bool = False) -> None:
        """Fetch the newest version with what it needs, and show its files in the library."""
        place = self.place()
        if place is None:
            raise ExpectedError(tr("Choose a bucket first."))
        self.packs.arrivals.from_bucket(place, name, frozenset({name} if accept_key else ()))

    def has_come(self, packs: Sequence[InstalledPack]) -> None:
        """Offers of packs that are here now say so."""
        versions = {pack.manifest.name: pack.manifest.version for pack in packs}

        def after(offer: Offer) -> Offer:
            version = versions.get(offer.name)
            if version is None:
                return offer
            here = version if not offer.here or is_newer(version, offer.here) else offer.here
            return replace(offer, here=here, state=KNOWN)

        self._show([after(offer) for offer in self.offers], self.list.empty.text())
